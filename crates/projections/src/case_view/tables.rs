//! The tables of the case view.

use super::rows::{ClockRow, EvaluationRow, EventRow, LedgerRow, LegRow};
use gridwhistle_store::views::{Table, View};

/// One view with one checkpoint, so that a case, its legs and its clocks never disagree.
pub static CASES: View = View {
    name: "cases",
    version: 1,
    tables: &[LEDGER, LEGS, CLOCKS, EVENTS, EVALUATIONS],
};

/// Few indexes: each costs an import a write per row.
const LEDGER: Table = Table {
    name: LedgerRow::TABLE,
    columns: LedgerRow::COLUMNS,
    key: &["case_id"],
    versioned: true,
    indexes: &[
        &["open", "due"],
        &["lead_unit", "reported_at"],
        &["street", "reported_at"],
        &["reported_at"],
        &["source", "source_id"],
        &["timer_from"],
    ],
};

const LEGS: Table = Table {
    name: LegRow::TABLE,
    columns: LegRow::COLUMNS,
    key: &["case_id", "leg"],
    versioned: true,
    indexes: &[&["unit"]],
};

const CLOCKS: Table = Table {
    name: ClockRow::TABLE,
    columns: ClockRow::COLUMNS,
    key: &["case_id", "no"],
    versioned: true,
    indexes: &[&["kind", "state", "due"]],
};

const EVENTS: Table = Table {
    name: EventRow::TABLE,
    columns: EventRow::COLUMNS,
    key: &["position"],
    versioned: false,
    indexes: &[],
};

const EVALUATIONS: Table = Table {
    name: EvaluationRow::TABLE,
    columns: EvaluationRow::COLUMNS,
    key: &["evaluation_id"],
    versioned: true,
    indexes: &[&["settled", "window_ends"], &["case_id"]],
};
