//! Is everything there: rows, names, reasons, evidence, and what belongs together.

use super::{CheckRule as Rule, Finding, codes};
use crate::class::CaseClass;
use crate::policy::Policy;
use crate::policy::rows::{ClassRow, Reasons, Returns, Route, Suspension, WhistleKind};
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    if is_empty(&policy.title) {
        found.push(Finding::error(Rule::LabelMissing, "title", "", "zh, en"));
    }
    for class in CaseClass::ALL {
        match policy.row(class) {
            Some(row) => of_row(policy, class, row, &mut found),
            None => found.push(Finding::of(class, Rule::ClassMissing, "", "", "a row")),
        }
    }
    whistles(policy, &mut found);
    reasons(policy, &mut found);
    routes(policy, &mut found);
    found
}

fn is_empty(text: &Text) -> bool {
    text.zh.trim().is_empty() || text.en.trim().is_empty()
}

fn of_row(policy: &Policy, class: CaseClass, row: &ClassRow, found: &mut Vec<Finding>) {
    if is_empty(&row.label) {
        found.push(Finding::of(
            class,
            Rule::LabelMissing,
            "label",
            "",
            "zh, en",
        ));
    }
    if row.evidence.is_empty() {
        let accepted = "at least one set";
        found.push(Finding::of(
            class,
            Rule::EvidenceEmpty,
            "evidence",
            "[]",
            accepted,
        ));
    }
    for (index, _) in row
        .evidence
        .iter()
        .enumerate()
        .filter(|(_, set)| set.is_empty())
    {
        let field = format!("evidence[{index}]");
        found.push(Finding::of(
            class,
            Rule::EvidenceEmpty,
            &field,
            "[]",
            "at least one kind",
        ));
    }
    suspension(class, &row.suspension, &policy.reasons, found);
    returns(class, &row.returns, found);
    if row.route == Route::Coordination && row.coordination.is_none() {
        let accepted = "chair, quorum_percent, adjournments, decision_cap";
        found.push(Finding::of(
            class,
            Rule::Incomplete,
            "coordination",
            "",
            accepted,
        ));
    }
}

fn suspension(class: CaseClass, row: &Suspension, reasons: &Reasons, found: &mut Vec<Finding>) {
    let known: BTreeSet<&String> = reasons.suspend.keys().collect();
    for (field, given) in [
        ("suspension.reasons", &row.reasons),
        ("suspension.hold_reasons", &row.hold_reasons),
        ("suspension.excluded", &row.excluded),
    ] {
        for code in given.iter().filter(|code| !known.contains(code)) {
            found.push(Finding::of(
                class,
                Rule::ReasonUnknown,
                field,
                code,
                codes(known.iter().map(|code| format!("`{code}`"))),
            ));
        }
    }
    let lists = [&row.reasons, &row.hold_reasons, &row.excluded];
    let any = lists.iter().any(|list| !list.is_empty());
    let mut missing = |holds: bool, field: &str, accepted: &str| {
        if holds {
            found.push(Finding::of(class, Rule::Incomplete, field, "", accepted));
        }
    };
    missing(
        any && row.approvers.is_empty(),
        "suspension.approvers",
        "roles",
    );
    missing(
        !row.reasons.is_empty() && row.cap_percent == 0,
        "suspension.cap_percent",
        "from 1",
    );
}

fn returns(class: CaseClass, row: &Returns, found: &mut Vec<Finding>) {
    if row.window.is_none() {
        return;
    }
    for (missing, field, accepted) in [
        (row.per_unit == 0, "returns.per_unit", "from 1"),
        (
            row.adjudicate_after == 0,
            "returns.adjudicate_after",
            "from 1",
        ),
        (row.deciders.is_empty(), "returns.deciders", "roles"),
        (row.adjudicator.is_none(), "returns.adjudicator", "a rank"),
    ] {
        if missing {
            found.push(Finding::of(class, Rule::Incomplete, field, "", accepted));
        }
    }
}

fn whistles(policy: &Policy, found: &mut Vec<Finding>) {
    for kind in WhistleKind::ALL.iter().copied() {
        let field = format!("whistle.{}", kind.code());
        match policy.whistle_row(kind) {
            None => found.push(Finding::error(Rule::WhistleMissing, field, "", "a row")),
            Some(row) if is_empty(&row.label) => {
                let field = format!("{field}.label");
                found.push(Finding::error(Rule::LabelMissing, field, "", "zh, en"));
            }
            Some(_) => {}
        }
    }
}

fn reasons(policy: &Policy, found: &mut Vec<Finding>) {
    let Reasons {
        reject,
        return_leg,
        suspend,
        whistle_ground,
        rework,
    } = &policy.reasons;
    let rows = || policy.class.values();
    let tables: [(&str, &BTreeMap<String, Text>, bool); 5] = [
        ("reject", reject, true),
        (
            "return_leg",
            return_leg,
            rows().any(|row| row.returns.window.is_some()),
        ),
        ("suspend", suspend, false),
        (
            "whistle_ground",
            whistle_ground,
            rows().any(|row| row.route == Route::Whistle),
        ),
        ("rework", rework, rows().any(|row| row.rework.max > 0)),
    ];
    for (name, table, needed) in tables {
        let field = format!("reasons.{name}");
        if needed && table.is_empty() {
            let accepted = "at least one reason";
            found.push(Finding::error(Rule::ReasonsMissing, field, "{}", accepted));
            continue;
        }
        for (code, _) in table.iter().filter(|(_, words)| is_empty(words)) {
            let field = format!("{field}.{code}");
            found.push(Finding::error(Rule::LabelMissing, field, "", "zh, en"));
        }
    }
}

/// Routes that lean on another class: 自行处置 wants a direct one, disputes want coordination.
fn routes(policy: &Policy, found: &mut Vec<Finding>) {
    let has = |route: Route| policy.class.values().any(|row| row.route == route);
    if !has(Route::Direct) {
        let accepted = "a class with route `direct`";
        found.push(Finding::error(
            Rule::Incomplete,
            "class",
            "report-handled",
            accepted,
        ));
    }
    if (has(Route::Unit) || has(Route::Whistle)) && !has(Route::Coordination) {
        let accepted = "a class with route `coordination`";
        found.push(Finding::error(
            Rule::Incomplete,
            "class",
            "propose-coordination",
            accepted,
        ));
    }
}
