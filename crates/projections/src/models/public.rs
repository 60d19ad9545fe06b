//! A case as whoever reported it may follow it, by the receipt alone: no person, no address, no words of
//! anybody.

use crate::case_view::LedgerRow;
use crate::timeline::TimelineEntry;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::stage::{ClockKind, Outcome, Stage};
use gridwhistle_domain::text::Text;
use serde::Serialize;

/// The public side of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PublicCase {
    /// The instant that is told of.
    pub as_of: DateTime<Utc>,
    /// Its number on the ledger.
    pub ledger_no: i64,
    /// The code of its stage.
    pub stage: String,
    /// The stage for people.
    pub stage_label: Text,
    /// Whether it is still open.
    pub open: bool,
    /// The code of what came of it.
    pub outcome: Option<String>,
    /// What came of it, for people.
    pub outcome_label: Option<Text>,
    /// When it was reported.
    pub reported_at: Option<DateTime<Utc>>,
    /// When what is owed next has to be done.
    pub due: Option<DateTime<Utc>>,
    /// The code of what is owed then: the handling, once it has begun.
    pub due_kind: Option<String>,
    /// The same for people.
    pub due_label: Option<Text>,
    /// Whether that has passed while it was open.
    pub overdue: bool,
    /// The unit that leads, by its code.
    pub lead_unit: Option<String>,
    /// What happened, in public words.
    pub steps: Vec<PublicStep>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PublicStep {
    /// When.
    pub at: DateTime<Utc>,
    /// The name of the fact.
    pub kind: String,
    /// What, for people.
    pub what: Text,
}

/// The facts that are told, and their public words. Everything else stays inside.
const STEPS: [(&str, &str, &str); 15] = [
    ("CaseReported", "已收到上报", "the report was received"),
    ("CaseAccepted", "已受理", "accepted"),
    ("CaseRejected", "不予受理", "not accepted"),
    (
        "CaseTransferredOut",
        "已转其他系统办理",
        "handed to another system",
    ),
    (
        "CaseMerged",
        "与另一案件合并办理",
        "joined with another case",
    ),
    ("WhistleBlown", "网格吹哨", "the grid blew the whistle"),
    ("CaseDispatched", "已派单", "dispatched"),
    (
        "DepartmentReportedIn",
        "部门已报到",
        "a department reported in",
    ),
    ("CaseSuspended", "暂缓办理", "suspended"),
    ("CaseResumed", "恢复办理", "resumed"),
    (
        "ResponseSubmitted",
        "已反馈办理结果",
        "the result was reported",
    ),
    ("VerificationPassed", "核查通过", "verified"),
    ("ReworkRequired", "退回重办", "given back to be done again"),
    ("CaseClosed", "已销号", "signed off"),
    ("CaseReopened", "重新办理", "opened again"),
];

impl PublicCase {
    /// Of the row and the story of an instant.
    #[must_use]
    pub fn of(row: &LedgerRow, story: &[TimelineEntry], as_of: DateTime<Utc>) -> Self {
        let stage = Stage::from_code(&row.stage).map(|stage| stage.label());
        let outcome = row.outcome.as_deref().and_then(Outcome::from_code);
        let steps = story.iter().filter_map(|entry| {
            let (kind, zh, en) = STEPS.iter().find(|(kind, ..)| *kind == entry.kind)?;
            Some(PublicStep {
                at: entry.at,
                kind: (*kind).to_owned(),
                what: Text::new(*zh, *en),
            })
        });
        let due_kind = match row.handle_due {
            Some(_) => Some(ClockKind::Handle.code().to_owned()),
            None => row.clock_kind.clone(),
        };
        let owed = due_kind.as_deref().and_then(ClockKind::from_code);
        Self {
            as_of,
            ledger_no: row.ledger_no,
            stage: row.stage.clone(),
            stage_label: stage.unwrap_or_else(|| Text::new(&*row.stage, &*row.stage)),
            open: row.open,
            outcome: row.outcome.clone(),
            outcome_label: outcome.map(|outcome| outcome.label()),
            reported_at: row.reported_at,
            due: row.handle_due.or(row.due),
            due_label: owed.map(|owed| owed.label()),
            due_kind,
            overdue: row.is_overdue(as_of),
            lead_unit: row.lead_unit.clone(),
            steps: steps.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::STEPS;
    use gridwhistle_domain::case::fact::CaseFact;

    #[test]
    fn every_public_step_is_a_fact_of_a_case() {
        for (kind, ..) in STEPS {
            assert!(CaseFact::NAMES.contains(&kind), "{kind}");
        }
    }
}
