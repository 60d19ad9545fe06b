//! The tables of the case view.

use super::rows::{ClockRow, EventRow, LedgerRow, LegRow};
use gridwhistle_store::views::{Table, View};

/// One view with one checkpoint, so that a case, its legs and its clocks never disagree.
pub static CASES: View = View {
    name: "cases",
    version: 1,
    tables: &[LEDGER, LEGS, CLOCKS, EVENTS],
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
    indexes: &[&["state", "due"]],
};

const EVENTS: Table = Table {
    name: EventRow::TABLE,
    columns: EventRow::COLUMNS,
    key: &["position"],
    versioned: false,
    indexes: &[],
};
