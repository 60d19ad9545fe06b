//! The row of a case's account: what the figures of areas and of lead units count of it.
//!
//! A table of its own, so that the ledger stays narrow and most events write nothing here.

use crate::row::row;
use chrono::{DateTime, Utc};

row! {
    /// One case, as figures count it. What counts for which figure, says `docs/reference/figures.md`.
    AccountRow, told as AccountTold, of "accounts" {
        /// The case's number on the ledger.
        ledger_no: i64,
        /// The case.
        case_id: String,
        /// The street, as of acceptance.
        street: Option<String>,
        /// The community, as of acceptance.
        community: Option<String>,
        /// The leaf grid.
        grid: Option<String>,
        /// The unit of the lead leg.
        lead_unit: Option<String>,
        /// Class code.
        class: Option<String>,
        /// Matter.
        matter: Option<String>,
        /// `voided` or `merged`: in no figure.
        excluded: Option<String>,
        /// Whether it still stands on the ledger.
        open: bool,
        /// The last instant of any figure that counts it; far away while it is open.
        counts_until: DateTime<Utc>,
        /// When it was reported.
        reported_at: Option<DateTime<Utc>>,
        /// By a resident; none where another system does not say.
        by_resident: Option<bool>,
        /// Neither refused nor taken back.
        valid: bool,
        /// When it was accepted.
        accepted_at: Option<DateTime<Utc>>,
        /// When it was refused: rejected, or handed to another system.
        refused_at: Option<DateTime<Utc>>,
        /// When it is or was due to be decided on, accepted or refused.
        accept_due: Option<DateTime<Utc>>,
        /// Decided on by then; none while it is not.
        accept_in_time: Option<bool>,
        /// When its first leg was opened.
        dispatched_at: Option<DateTime<Utc>>,
        /// Dispatched in time each time.
        dispatch_in_time: Option<bool>,
        /// While somebody owes its dispatch: until when.
        dispatch_due: Option<DateTime<Utc>>,
        /// A unit gave it back, and rightly so.
        misdispatched: bool,
        /// The last whistle.
        whistled_at: Option<DateTime<Utc>>,
        /// A leg that was opened for it was given back.
        whistle_astray: bool,
        /// When it was handled: the response that stands.
        done_at: Option<DateTime<Utc>>,
        /// Handled with no duty of handling missed; none without one.
        done_in_time: Option<bool>,
        /// Handling is due.
        handle_due: Option<DateTime<Utc>>,
        /// Handling is owed, and its clock runs.
        handle_running: bool,
        /// The case stands until then.
        suspended_until: Option<DateTime<Utc>>,
        /// Minutes of handling up to `handle_since`; none where its source keeps time.
        handle_minutes: Option<i64>,
        /// The minutes that handling was given.
        handle_budget: Option<i64>,
        /// From when the clock of handling runs, while it does.
        handle_since: Option<DateTime<Utc>>,
        /// The calendar version that it pins.
        handle_calendar: Option<String>,
        /// Its limit, in text form: how it measures.
        handle_limit: Option<String>,
        /// The last check of the response is or was due.
        verify_due: Option<DateTime<Utc>>,
        /// Every check was made in time; none while one is owed.
        verify_in_time: Option<bool>,
        /// The last signature is or was due.
        sign_due: Option<DateTime<Utc>>,
        /// Every signature was given in time; none while one is owed.
        sign_in_time: Option<bool>,
        /// When it was signed off, while it is.
        closed_at: Option<DateTime<Utc>>,
        /// Signed off with no duty of handling, checking or signing missed.
        closed_in_time: Option<bool>,
        /// When it was signed off for the first time: no reopening takes that back.
        settled_at: Option<DateTime<Utc>>,
        /// When it was reopened, if that was soon after that.
        reopened_at: Option<DateTime<Utc>>,
        /// Signed off then without rework, and not soon reopened.
        at_once: Option<bool>,
        /// No unit has or had a part in it; not said of imported cases.
        by_self: bool,
        /// Reworks.
        reworks: i64,
        /// Reopenings.
        reopens: i64,
        /// Extensions granted.
        extensions: i64,
        /// It stands with a reason, and is not on hold.
        suspended: bool,
        /// It is on long-term hold.
        on_hold: bool,
        /// When it was last put on long-term hold.
        held_at: Option<DateTime<Utc>>,
        /// Latitude in millionths of a degree.
        lat: Option<i64>,
        /// Longitude in millionths of a degree.
        lng: Option<i64>,
        /// The lead's contact with the resident was due.
        contact_due: Option<DateTime<Utc>>,
        /// Contacted by then.
        contact_in_time: Option<bool>,
        /// Callbacks since the response that stands.
        callbacks: i64,
        /// Solved, said the resident who was reached.
        solved: Option<bool>,
        /// How many stars the resident gave.
        stars: Option<i64>,
        /// Where it stands in the draw of the month in which it was closed, from 0 to 99.
        draw: Option<i64>,
    }
}
