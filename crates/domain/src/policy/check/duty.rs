//! Has every duty of the route its clock (`DOMAIN.md` 2.2, row "Clocks").

use super::{CheckRule as Rule, Finding};
use crate::class::CaseClass;
use crate::policy::Policy;
use crate::policy::rows::{ClassRow, LimitName as L, Route, WhistleKind};

pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    for (class, row) in &policy.class {
        for field in missing(row) {
            let accepted = "a limit, e.g. `2 wd`";
            found.push(Finding::of(
                *class,
                Rule::DutyWithoutClock,
                &field,
                "",
                accepted,
            ));
        }
        if row.route == Route::Whistle {
            emergency(policy, *class, &mut found);
        }
    }
    found
}

/// The duties that a route brings with it.
pub(crate) const fn duties(route: Route) -> &'static [L] {
    match route {
        Route::Direct => &[L::Handle, L::Verify, L::SignOff],
        Route::Unit | Route::Whistle => &[
            L::Dispatch,
            L::Acknowledge,
            L::Handle,
            L::Verify,
            L::SignOff,
        ],
        Route::Coordination => &[
            L::Convene,
            L::Acknowledge,
            L::Handle,
            L::Progress,
            L::Verify,
            L::SignOff,
        ],
        Route::Mandate => &[
            L::TakePapers,
            L::Submit,
            L::Statutory,
            L::HandBack,
            L::Verify,
            L::SignOff,
        ],
    }
}

fn missing(row: &ClassRow) -> Vec<String> {
    let mut missing: Vec<String> = duties(row.route)
        .iter()
        .filter(|name| row.limits.get(**name).is_none())
        .map(|name| format!("limits.{name}"))
        .collect();
    // A hold without a date of review would never come back.
    if !row.suspension.hold_reasons.is_empty() && row.suspension.review.is_none() {
        missing.push("suspension.review".to_owned());
    }
    missing
}

/// An emergency is dispatched before anyone approves; without a ratification nobody ever would.
fn emergency(policy: &Policy, class: CaseClass, found: &mut Vec<Finding>) {
    let row = policy.whistle_row(WhistleKind::Emergency);
    if row.is_some_and(|row| row.ratify.is_none()) {
        let field = "whistle.emergency.ratify";
        let mut finding = Finding::error(Rule::DutyWithoutClock, field, "", "a limit, e.g. `24 h`");
        finding.place.class = Some(class);
        found.push(finding);
    }
}
