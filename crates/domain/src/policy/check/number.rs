//! Caps, percents, orders: numbers that contradict each other or the law.

use super::{CheckRule as Rule, Finding, codes};
use crate::calendar::{Calendar, CalendarBook, Limit};
use crate::class::CaseClass;
use crate::policy::Policy;
use crate::policy::rows::{ClassRow, LegalCap, LimitName, Route};
use chrono::{DateTime, TimeDelta, Utc};

pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let book = CalendarBook::china();
    let calendar = book.latest();
    let mut found = Vec::new();
    general(policy, &mut found);
    ladder(policy, &mut found);
    for (class, row) in &policy.class {
        percents(*class, row, &mut found);
        caps(calendar, *class, row, &mut found);
        sample(*class, row, &mut found);
        lawless(policy, *class, row, &mut found);
    }
    for (index, law) in policy.legal.iter().enumerate() {
        legal(calendar, policy, (index, law), &mut found);
    }
    found
}

fn in_range(percent: u32, from: u32, until: u32) -> Option<String> {
    (percent < from || percent > until).then(|| format!("{from}-{until}"))
}

fn general(policy: &Policy, found: &mut Vec<Finding>) {
    let lights = &policy.supervision;
    let mut shares = vec![
        (
            "windows.reopen_percent".to_owned(),
            policy.windows.reopen_percent,
            0,
        ),
        (
            "supervision.amber_percent".to_owned(),
            lights.amber_percent,
            0,
        ),
    ];
    let reminders = lights.remind_percent.iter().enumerate();
    shares.extend(
        reminders.map(|(index, at)| (format!("supervision.remind_percent[{index}]"), *at, 1)),
    );
    for (field, percent, from) in shares {
        if let Some(accepted) = in_range(percent, from, 100) {
            found.push(Finding::error(Rule::PercentRange, field, percent, accepted));
        }
    }
    if policy.windows.description_max == 0 {
        let field = "windows.description_max";
        found.push(Finding::error(Rule::Incomplete, field, 0, "from 1"));
    }
}

fn ladder(policy: &Policy, found: &mut Vec<Finding>) {
    let lights = &policy.supervision;
    let mut broken = |holds: bool, field: &str, given: String, accepted: String| {
        if !holds {
            let field = format!("supervision.{field}");
            found.push(Finding::error(Rule::LadderOrder, field, given, accepted));
        }
    };
    let rising = lights
        .remind_percent
        .windows(2)
        .all(|pair| pair[0] < pair[1]);
    broken(
        rising,
        "remind_percent",
        codes(&lights.remind_percent),
        "rising".to_owned(),
    );
    let (yellow, red) = (lights.yellow_percent, lights.red_percent);
    broken(
        yellow > 100,
        "yellow_percent",
        yellow.to_string(),
        "above 100".to_owned(),
    );
    broken(
        red > yellow,
        "red_percent",
        red.to_string(),
        format!("above {yellow}"),
    );
    let (yellow, red) = (lights.yellow_reworks, lights.red_reworks);
    broken(
        yellow > 0,
        "yellow_reworks",
        yellow.to_string(),
        "from 1".to_owned(),
    );
    broken(
        red > yellow,
        "red_reworks",
        red.to_string(),
        format!("above {yellow}"),
    );
}

fn percents(class: CaseClass, row: &ClassRow, found: &mut Vec<Finding>) {
    let mut shares = vec![
        (
            "verify.sample_percent".to_owned(),
            row.verify.sample_percent,
            0,
        ),
        (
            "rework.restore_percent".to_owned(),
            row.rework.restore_percent,
            0,
        ),
    ];
    let extensions = row.extension.iter().enumerate();
    shares.extend(extensions.map(|(index, one)| {
        (
            format!("extension[{index}].max_percent"),
            one.max_percent,
            1,
        )
    }));
    if let Some(meetings) = &row.coordination {
        shares.push((
            "coordination.quorum_percent".to_owned(),
            meetings.quorum_percent,
            1,
        ));
    }
    for (field, percent, from) in shares {
        if let Some(accepted) = in_range(percent, from, 100) {
            found.push(Finding::of(
                class,
                Rule::PercentRange,
                &field,
                percent,
                accepted,
            ));
        }
    }
    if row.suspension.cap_percent > 100 {
        let field = "suspension.cap_percent";
        let given = row.suspension.cap_percent;
        found.push(Finding::of(class, Rule::PercentRange, field, given, "0-100").warning());
    }
}

fn caps(calendar: &Calendar, class: CaseClass, row: &ClassRow, found: &mut Vec<Finding>) {
    let decision = row
        .coordination
        .as_ref()
        .map(|meetings| meetings.decision_cap);
    for (field, limit, cap) in [
        ("limits.handle", row.limits.handle, row.limits.handle_cap),
        ("limits.handle", row.limits.handle, decision),
        ("coordination.decision_cap", decision, row.limits.handle_cap),
    ] {
        if let (Some(limit), Some(cap)) = (limit, cap)
            && may_pass(calendar, limit, cap)
        {
            let accepted = format!("at most {cap}");
            found.push(Finding::of(
                class,
                Rule::LimitAboveCap,
                field,
                limit,
                accepted,
            ));
        }
    }
}

/// What closes by itself must be sampled, unverified, and signed by one step.
fn sample(class: CaseClass, row: &ClassRow, found: &mut Vec<Finding>) {
    let Some(after) = row.verify.auto_sign_off else {
        return;
    };
    let mut broken = |holds: bool, field: &str, given: String, accepted: &str| {
        if holds {
            found.push(Finding::of(
                class,
                Rule::SampleContradiction,
                field,
                given,
                accepted,
            ));
        }
    };
    let percent = row.verify.sample_percent;
    broken(
        percent == 0,
        "verify.sample_percent",
        percent.to_string(),
        "1-100",
    );
    broken(
        row.verify.required,
        "verify.required",
        true.to_string(),
        "false",
    );
    let steps = row.sign_off.len();
    broken(steps > 1, "sign_off", steps.to_string(), "1");
    let route = row.route == Route::Direct;
    broken(!route, "verify.auto_sign_off", after.to_string(), "none");
}

/// A window's statutory limit and an undertaking authority's limit are the law's; without its cap
/// nothing would hold them.
fn lawless(policy: &Policy, class: CaseClass, row: &ClassRow, found: &mut Vec<Finding>) {
    let limit = match row.route {
        Route::Mandate => LimitName::Statutory,
        Route::Whistle => LimitName::HandleCap,
        Route::Direct | Route::Unit | Route::Coordination => return,
    };
    let capped = |law: &LegalCap| law.class == class && law.limit == limit && law.max.is_some();
    if !policy.legal.iter().any(capped) {
        let accepted = format!("`[[legal]] class={class} limit={limit} law max`");
        let field = format!("limits.{limit}");
        found.push(Finding::of(
            class,
            Rule::LegalMissing,
            &field,
            "-",
            accepted,
        ));
    }
}

fn legal(
    calendar: &Calendar,
    policy: &Policy,
    (index, law): (usize, &LegalCap),
    found: &mut Vec<Finding>,
) {
    let Some(row) = policy.row(law.class) else {
        return;
    };
    let field = format!("limits.{}", law.limit);
    let limit = row.limits.get(law.limit);
    if let (Some(limit), Some(max)) = (limit, law.max)
        && may_pass(calendar, limit, max)
    {
        let accepted = format!("at most {max} (legal[{index}] “{}”)", law.law.zh);
        found.push(Finding::of(
            law.class,
            Rule::LimitAboveLaw,
            &field,
            limit,
            accepted,
        ));
    }
    if let (Some(Limit::NaturalDays(days)), Some(up_to)) = (limit, law.working_days_up_to)
        && days <= up_to
    {
        let accepted = format!("{days} wd (legal[{index}] “{}”)", law.law.zh);
        let given = Limit::NaturalDays(days);
        found.push(Finding::of(
            law.class,
            Rule::LimitAboveLaw,
            &field,
            given,
            accepted,
        ));
    }
}

/// Whether a limit may end later than its cap: by their amounts where the units agree, else from any
/// day of a year, begun in the morning, at noon and in the evening.
fn may_pass(calendar: &Calendar, limit: Limit, cap: Limit) -> bool {
    match (limit, cap) {
        (Limit::CalendarMinutes(limit), Limit::CalendarMinutes(cap))
        | (Limit::WorkingMinutes(limit), Limit::WorkingMinutes(cap))
        | (Limit::WorkingDays(limit), Limit::WorkingDays(cap))
        | (Limit::NaturalDays(limit), Limit::NaturalDays(cap)) => limit > cap,
        _ => starts().any(|start| calendar.due(start, limit).at > calendar.due(start, cap).at),
    }
}

/// 2026, every day at 00:30, 04:00 and 11:00 UTC: 08:30, 12:00 and 19:00 in China.
fn starts() -> impl Iterator<Item = DateTime<Utc>> {
    const NEW_YEAR: i64 = 1_767_225_600;
    let first = DateTime::from_timestamp(NEW_YEAR, 0).unwrap_or_default();
    (0..365).flat_map(move |day| {
        [30, 240, 660].map(|minute| first + TimeDelta::minutes(day * 1_440 + minute))
    })
}
