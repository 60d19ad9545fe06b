//! The tables of the case view.

use super::account_row::AccountRow;
use super::afterwards::AFTERWARDS;
use super::appraisals::{AppraisalRoundRow, AppraisalRow};
use super::form_months::FORM_MONTHS;
use super::months::{STRATUM_MONTHS, UNIT_MONTHS};
use super::rows::{CardRow, ClockRow, EvaluationRow, LedgerRow, LegRow, RunRow, StruckRow};
use gridwhistle_store::views::{Table, View};

/// One view with one checkpoint, so that a case, its legs and its clocks never disagree.
pub static CASES: View = View {
    name: "cases",
    version: 12,
    tables: &[
        LEDGER,
        LEGS,
        CARDS,
        CLOCKS,
        EVALUATIONS,
        ACCOUNTS,
        STRUCK,
        AFTERWARDS,
        UNIT_MONTHS,
        STRATUM_MONTHS,
        FORM_MONTHS,
        SCORE_RUNS,
        APPRAISAL_ROUNDS,
        APPRAISALS,
    ],
};

/// Numbered in the order of arrival, so that new rows and their versions stand side by side. Few
/// indexes: each costs an import a write per row.
const LEDGER: Table = Table {
    name: LedgerRow::TABLE,
    columns: LedgerRow::COLUMNS,
    key: &["ledger_no"],
    versioned: true,
    indexes: &[
        &["case_id"],
        &["open", "due"],
        &["lead_unit", "reported_at"],
        &["street", "reported_at"],
        &["reported_at"],
        &["closed_at"],
        &["source_id"],
        &["timer_from"],
    ],
};

const LEGS: Table = Table {
    name: LegRow::TABLE,
    columns: LegRow::COLUMNS,
    key: &["ledger_no", "leg"],
    versioned: true,
    indexes: &[&["unit"], &["open", "handle_due"], &["settles_at"]],
};

const CARDS: Table = Table {
    name: CardRow::TABLE,
    columns: CardRow::COLUMNS,
    key: &["ledger_no", "no"],
    versioned: true,
    indexes: &[&["raised_at"]],
};

/// Without history: how the clocks of one case stood is folded from its events when someone asks.
const CLOCKS: Table = Table {
    name: ClockRow::TABLE,
    columns: ClockRow::COLUMNS,
    key: &["ledger_no", "no"],
    versioned: false,
    indexes: &[&["kind", "state", "due"], &["remind_at"]],
};

const EVALUATIONS: Table = Table {
    name: EvaluationRow::TABLE,
    columns: EvaluationRow::COLUMNS,
    key: &["evaluation_id"],
    versioned: true,
    indexes: &[&["settled", "window_ends"], &["settled_at"], &["case_id"]],
};

/// Without history: what is struck stays struck.
const STRUCK: Table = Table {
    name: StruckRow::TABLE,
    columns: StruckRow::COLUMNS,
    key: &["case_id"],
    versioned: false,
    indexes: &[&["struck_at"]],
};

const APPRAISAL_ROUNDS: Table = Table {
    name: AppraisalRoundRow::TABLE,
    columns: AppraisalRoundRow::COLUMNS,
    key: &["round"],
    versioned: true,
    indexes: &[],
};

const APPRAISALS: Table = Table {
    name: AppraisalRow::TABLE,
    columns: AppraisalRow::COLUMNS,
    key: &["round", "unit", "person"],
    versioned: true,
    indexes: &[],
};

/// What figures count of a case. Few events change it; the index leads a window past what ended before it.
const ACCOUNTS: Table = Table {
    name: AccountRow::TABLE,
    columns: AccountRow::COLUMNS,
    key: &["ledger_no"],
    versioned: true,
    indexes: &[&["counts_until"]],
};

/// What was published stands as it was.
const SCORE_RUNS: Table = Table {
    name: RunRow::TABLE,
    columns: RunRow::COLUMNS,
    key: &["run_no"],
    versioned: false,
    indexes: &[],
};
