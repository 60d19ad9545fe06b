//! `docs/reference/policy-default.md`: the built-in rules for people, with sample due times.

#[path = "policy/evaluation.rs"]
mod evaluation;
#[path = "policy/score.rs"]
mod score;

use chrono::{DateTime, FixedOffset, TimeZone, Utc};
use expect_test::expect_file;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::calendar::{CalendarBook, Limit};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::rows::{ClassRow, LimitName, WhistleKind};
use gridwhistle_domain::policy::{Policy, check, words};
use gridwhistle_domain::text::Text;
use std::collections::BTreeSet;

fn both(text: &Text) -> String {
    format!("{} {}", text.zh, text.en)
}

fn local(year: i32, month: u32, day: u32, hour: u32) -> DateTime<Utc> {
    let china = FixedOffset::east_opt(8 * 3_600).expect("+08:00");
    let at = china.with_ymd_and_hms(year, month, day, hour, 0, 0);
    at.single().expect("a local time").to_utc()
}

fn wall(at: DateTime<Utc>) -> String {
    let china = FixedOffset::east_opt(8 * 3_600).expect("+08:00");
    at.with_timezone(&china).format("%m-%d %H:%M").to_string()
}

/// The last working morning before each holiday of 2026.
fn starts() -> [(&'static str, DateTime<Utc>); 2] {
    [
        (
            "春节前 before Spring Festival, 2026-02-14 10:00",
            local(2026, 2, 14, 10),
        ),
        (
            "国庆前 before National Day, 2026-09-30 10:00",
            local(2026, 9, 30, 10),
        ),
    ]
}

fn limit_row(name: &str, limit: Limit) -> String {
    let book = CalendarBook::china();
    let due = |start| wall(book.latest().due(start, limit).at);
    let [(_, spring), (_, national)] = starts();
    format!(
        "| {name} | `{limit}` {} | {} | {} |\n",
        both(&words::limit(limit)),
        due(spring),
        due(national)
    )
}

fn limit_head(first: &str) -> String {
    let [(spring, _), (national, _)] = starts();
    format!("| {first} | Limit 时限 | {spring} | {national} |\n|---|---|---|---|\n")
}

fn roles(roles: &BTreeSet<Role>) -> String {
    let words: Vec<String> = roles.iter().map(|role| both(&role.label())).collect();
    words.join("; ")
}

fn above(codes: &BTreeSet<Role>) -> String {
    format!(
        "  - 无人可办时上级可代 from above, where nobody is left: {}\n",
        roles(codes)
    )
}

fn verify(row: &ClassRow) -> String {
    let mut page = String::new();
    if row.verify.required {
        let each = if row.verify.every_role {
            "各方均须核查 each of: "
        } else {
            ""
        };
        page += &format!(
            "- Verify 核查: {each}{} ({})\n",
            roles(&row.verify.roles),
            both(&words::scope(row.verify.scope))
        );
        if !row.verify.above.is_empty() {
            page += &above(&row.verify.above);
        }
    }
    page
}

fn class(class: CaseClass, row: &ClassRow) -> String {
    let mut page = format!("\n## {} `{class}`\n\n", both(&row.label));
    page += &format!("- Route 途径: {}\n", both(&words::route(row.route)));
    page += &format!("- Grid 网格: {}\n", both(&words::grid_role(row.grid_role)));
    for set in &row.evidence {
        let kinds: Vec<String> = set.iter().map(|kind| both(&kind.label())).collect();
        page += &format!("- Evidence 证据: {}\n", kinds.join(" + "));
    }
    page += &verify(row);
    if row.verify.sample_percent < 100 {
        page += &format!("- Sample 抽查: {} %\n", row.verify.sample_percent);
    }
    if let Some(after) = row.verify.auto_sign_off {
        page += &format!(
            "- Not drawn, closes after 未抽中自动销号: {}\n",
            both(&words::limit(after))
        );
    }
    for (index, step) in row.sign_off.iter().enumerate() {
        let each = if step.every_co_handler {
            "各协办单位 every co-handler: "
        } else {
            ""
        };
        page += &format!(
            "- Sign-off 销号 {}: `{}` {each}{} ({})\n",
            index + 1,
            step.step,
            roles(&step.roles),
            both(&words::scope(step.scope)),
        );
        if !step.above.is_empty() {
            page += &above(&step.above);
        }
    }
    for (index, extension) in row.extension.iter().enumerate() {
        page += &format!(
            "- Extension 延期 {}: ≤ {} %, {}\n",
            index + 1,
            extension.max_percent,
            roles(&extension.approvers),
        );
    }
    page += &suspension(row);
    page += &format!(
        "- Rework 返工: ≤ {}, {} %\n",
        row.rework.max, row.rework.restore_percent
    );
    page += &format!(
        "- Mutual evaluation 互评: {}\n\n",
        both(&words::evaluation(row.evaluation))
    );
    page += &limit_head("Duty 职责");
    for name in LimitName::ALL {
        if let Some(limit) = row.limits.get(*name) {
            page += &limit_row(&both(&name.label()), limit);
        }
    }
    if let Some(meetings) = &row.coordination {
        page += &limit_row("决定期限上限 decided at most", meetings.decision_cap);
    }
    page
}

fn suspension(row: &ClassRow) -> String {
    let mut page = String::new();
    let code = |codes: &BTreeSet<String>| {
        let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
        codes.join(", ")
    };
    let rules = &row.suspension;
    if !rules.reasons.is_empty() {
        page += &format!(
            "- Suspension 挂起: {} (≤ {} %)\n",
            code(&rules.reasons),
            rules.cap_percent
        );
    }
    if !rules.excluded.is_empty() {
        page += &format!(
            "- Not counted by law 依法不计入 (行政许可法 art. 45, written notice 书面告知): {}\n",
            code(&rules.excluded)
        );
    }
    if let Some(review) = rules.review {
        page += &format!(
            "- Hold 挂账: {} (≤ {})\n",
            code(&rules.hold_reasons),
            both(&words::limit(review))
        );
    }
    if let Some(window) = row.returns.window {
        let rules = &row.returns;
        page += &format!(
            "- Return 退单: ≤ {}, {} × per unit 每单位; {} → adjudication 裁定\n",
            both(&words::limit(window)),
            rules.per_unit,
            rules.adjudicate_after,
        );
    }
    page
}

fn whistles(policy: &Policy) -> String {
    let mut page = String::from("\n## Whistles 哨\n");
    for kind in WhistleKind::ALL {
        let row = policy.whistle_row(*kind).expect("every kind of whistle");
        page += &format!(
            "\n### {} `{kind}`\n\nApproved by 审批: {}\n\n{}",
            both(&row.label),
            both(&words::rank(row.approver)),
            limit_head("Duty 职责"),
        );
        page += &limit_row("审批 approval", row.approve);
        page += &limit_row("签收 acknowledgement", row.acknowledge);
        page += &limit_row("联系 contact", row.contact);
        page += &limit_row("报到 reporting in", row.report_in);
        if let Some(ratify) = row.ratify {
            page += &limit_row("补批 ratification", ratify);
        }
    }
    page
}

fn general(policy: &Policy) -> String {
    let (windows, lights) = (&policy.windows, &policy.supervision);
    let mut page = format!("\n## Every class 各类通用\n\n{}", limit_head("Window 时段"));
    for (name, limit) in [
        ("受理 acceptance", windows.accept),
        ("退单审核 decision on a return", windows.return_decision),
        (
            "延期审核 decision on an extension",
            windows.extension_decision,
        ),
        ("互评 evaluation", windows.evaluation),
        ("重开 reopening", windows.reopen),
        ("归档 archive", windows.archive),
        ("严重超期 severe overdue after", lights.severe_after),
        (
            "催办无故不复亮红牌 red card after an urge",
            lights.red_after_urge,
        ),
    ] {
        page += &limit_row(name, limit);
    }
    let reminders: Vec<String> = lights
        .remind_percent
        .iter()
        .map(|at| format!("{at} %"))
        .collect();
    page + &format!(
        "\nReminders 提醒 {}; amber 黄灯 ≤ {} % or 或 {}; yellow card 黄牌 {} % or 或 {} reworks 次返工; \
         red card 红牌 {} % or 或 {} reworks 次返工.\n",
        reminders.join(", "),
        lights.amber_percent,
        both(&words::limit(lights.amber_at_least)),
        lights.yellow_percent,
        lights.yellow_reworks,
        lights.red_percent,
        lights.red_reworks,
    )
}

/// What is law, with its article and what the rules have; everything else is a default.
fn legal(policy: &Policy) -> String {
    let mut page = String::from(
        "\n## What the law says 法定上限\n\nThe numbers of this table are law, and `policy check` refuses \
         a policy above them. 本表为法律规定,超过即不予发布。\n\n\
         | Class 类别 | Limit 时限 | Here 本规则 | Law's most 法定上限 | Law 依据 |\n|---|---|---|---|---|\n",
    );
    for cap in &policy.legal {
        let row = policy.row(cap.class).expect("every class");
        let limit =
            |limit: Option<Limit>| limit.map_or("-".to_owned(), |limit| both(&words::limit(limit)));
        let days = cap.working_days_up_to.map_or_else(String::new, |days| {
            format!(" (≤ {days} days: working days 以工作日计)")
        });
        page += &format!(
            "| {} | {} | {} | {}{days} | {} |\n",
            both(&row.label),
            both(&cap.limit.label()),
            limit(row.limits.get(cap.limit)),
            limit(cap.max),
            both(&cap.law),
        );
    }
    page + "\nAlso law, and built into the machine rather than a number: the start day of a limit in days \
            is not counted, a last day that is not worked moves to the next working day, and a limit ends \
            at the close of business or at 24:00 (民法典 art. 201-203); the time of a hearing, bidding, \
            auction, inspection, testing, quarantine, appraisal or expert review is not counted against a \
            licence's limit, the applicant told in writing (行政许可法 art. 45).\n\n\
            **Every other number of this page is a default of this project** (`DOMAIN.md` 2.2, 2.4, 2.5), \
            not law: a city publishes its own. 本页其余数字均为本项目的默认值,并非法律规定。\n"
}

#[test]
fn the_page_of_the_default_policy_says_what_the_file_says() {
    let policy = Policy::built_in();
    let mut page = format!(
        "# {} `{}`\n\nGenerated by `crates/domain/tests/golden/policy.rs` from \
         `crates/domain/src/policy/default.toml`; do not edit. Due times (+08:00) are samples for a \
         duty that begins on the last working morning before a holiday, under calendar `cn-2026`.\n",
        both(&policy.title),
        policy.version,
    );
    for code in CaseClass::ALL {
        page += &class(code, policy.row(code).expect("every class"));
    }
    page += &whistles(&policy);
    page += &general(&policy);
    page += &evaluation::section(&policy);
    page += &score::opinions(&policy);
    page += &score::appraisal(&policy);
    page += &score::composite(&policy);
    page += &legal(&policy);
    page += "\n## Rules that every policy is checked by 规则检查\n\n| Code | 中文 | English |\n|---|---|---|\n";
    for rule in check::CheckRule::ALL {
        let words = rule.label();
        page += &format!("| `{rule}` | {} | {} |\n", words.zh, words.en);
    }
    expect_file!["../../../../docs/reference/policy-default.md"].assert_eq(&page);
}
