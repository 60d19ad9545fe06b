//! The rows of the case view, as people, the page and `--json` see them.

mod evaluation;

pub use evaluation::{EvaluationRow, StruckRow};

use crate::row::row;
use chrono::{DateTime, Utc};

row! {
    /// One case on the ledger (台账).
    LedgerRow, told as LedgerTold, of "ledger" {
        /// The case.
        case_id: String,
        /// Its number on the ledger: ascending in the order of arrival and unique, not gapless.
        ledger_no: i64,
        /// Stage code.
        stage: String,
        /// Whether it still stands on the ledger.
        open: bool,
        /// Class code.
        class: Option<String>,
        /// Matter code; for imported cases the source's own kind of problem.
        matter: Option<String>,
        /// The first 120 characters of the description.
        title: String,
        /// Channel.
        channel: String,
        /// The foreign system.
        source: Option<String>,
        /// Its id there.
        source_id: Option<String>,
        /// Handled by another system, and here with that system's own times.
        imported: bool,
        /// The leaf grid; none: the manual queue.
        grid: Option<String>,
        /// The community of the grid, as of acceptance.
        community: Option<String>,
        /// The street of the community, as of acceptance.
        street: Option<String>,
        /// The unit of the lead leg.
        lead_unit: Option<String>,
        /// The number of the lead leg.
        lead_leg: Option<i64>,
        /// The person who handles it where there is no leg.
        handler: Option<String>,
        /// The unit of that person.
        handler_unit: Option<String>,
        /// What came of it, by code.
        outcome: Option<String>,
        /// When it was reported.
        reported_at: Option<DateTime<Utc>>,
        /// When it was accepted.
        accepted_at: Option<DateTime<Utc>>,
        /// When the response that stands was given.
        responded_at: Option<DateTime<Utc>>,
        /// When it was closed.
        closed_at: Option<DateTime<Utc>>,
        /// When the source says that it was closed.
        foreign_closed_at: Option<DateTime<Utc>>,
        /// The effective clock: of those that run the one due first; at the end handling.
        clock_kind: Option<String>,
        /// `running`, `suspended`, `stopped` (done or fallen away), `none`.
        clock_state: String,
        /// Its leg, if it is of one.
        clock_leg: Option<i64>,
        /// Its limit in text form; `2 wh`, `3 wd` count working minutes, others every minute.
        clock_limit: Option<String>,
        /// The calendar version that it pins.
        clock_calendar: Option<String>,
        /// Its due time; of a clock that stands until a known instant, that of running on from there.
        due: Option<DateTime<Utc>>,
        /// Whether the due time reaches a year whose calendar is not published.
        due_provisional: bool,
        /// Its budget in minutes, extensions included.
        budget: Option<i64>,
        /// Minutes consumed up to `since`.
        consumed: Option<i64>,
        /// From when it runs, or stands.
        since: Option<DateTime<Utc>>,
        /// Pre-warning begins.
        amber_at: Option<DateTime<Utc>>,
        /// A yellow card is owed.
        yellow_at: Option<DateTime<Utc>>,
        /// Severely overdue.
        severe_at: Option<DateTime<Utc>>,
        /// A red card is owed.
        red_at: Option<DateTime<Utc>>,
        /// The due time of handling, whatever clock is in force; for a proxy case that of the
        /// agent's or the window's duty.
        handle_due: Option<DateTime<Utc>>,
        /// Whether that duty is owed and its clock runs.
        handle_running: bool,
        /// For closed cases: whether handling was late; none without a due time or a verdict.
        closed_late: Option<bool>,
        /// Since when it is suspended or on hold.
        suspended_since: Option<DateTime<Utc>>,
        /// Reason code.
        suspension_reason: Option<String>,
        /// When it goes on by itself.
        suspended_until: Option<DateTime<Utc>>,
        /// When a hold must be looked at.
        review_due: Option<DateTime<Utc>>,
        /// Return requests.
        returns: i64,
        /// Reworks.
        reworks: i64,
        /// Reopenings.
        reopens: i64,
        /// Extensions granted.
        extensions: i64,
        /// Urges.
        urges: i64,
        /// The first urge without an answer.
        urged_since: Option<DateTime<Utc>>,
        /// Yellow cards that stand.
        cards_yellow: i64,
        /// Red cards that stand.
        cards_red: i64,
        /// From when a timer that no clock measures may be due: the end of a suspension, a
        /// sign-off by itself, a card for reworks or for an urge without answer; for a withdrawn case
        /// the erasure of what was given under its mandate.
        timer_from: Option<DateTime<Utc>>,
        /// Rules that signed a card in this handling period, lifted or not, and the urge for this due
        /// time, each between spaces.
        card_rules: String,
        /// Role code of whoever owes the effective clock's duty; none where policy decides.
        next_role: Option<String>,
        /// The unit that owes it.
        next_unit: Option<String>,
        /// The whistle waits to be ratified.
        awaiting_ratification: bool,
        /// Anomaly codes of an imported case, joined by a space.
        anomalies: Option<String>,
        /// A matter of safety.
        safety: bool,
        /// `upward` or `downward`.
        origin: Option<String>,
        /// Drawn for a look before sign-off.
        sampled: bool,
        /// The end of the evaluation window.
        evaluation_until: Option<DateTime<Utc>>,
        /// Events of its stream.
        version: i64,
        /// Position of the last of them.
        position: i64,
    }
}

row! {
    /// One unit's part in a case.
    LegRow, told as LegTold, of "legs" {
        /// The case's number on the ledger.
        ledger_no: i64,
        /// The case.
        case_id: String,
        /// The number of the leg.
        leg: i64,
        /// The unit.
        unit: String,
        /// `lead`, `co_handler`, `optional`.
        part: String,
        /// Stage code of the leg.
        stage: String,
        /// Dispatch.
        opened_at: DateTime<Utc>,
        /// Acknowledgement, by the unit or by the clock.
        acknowledged_at: Option<DateTime<Utc>>,
        /// Whether the clock had to acknowledge.
        auto_acknowledged: bool,
        /// First contact with the resident.
        contacted_at: Option<DateTime<Utc>>,
        /// Reporting in.
        reported_in_at: Option<DateTime<Utc>>,
        /// Reporting in was waived.
        waived: bool,
        /// Its part was done.
        done_at: Option<DateTime<Utc>>,
        /// It ended without being done.
        ended_at: Option<DateTime<Utc>>,
        /// Acknowledgement is due.
        ack_due: Option<DateTime<Utc>>,
        /// Contact is due.
        contact_due: Option<DateTime<Utc>>,
        /// Reporting in is due.
        report_in_due: Option<DateTime<Utc>>,
        /// Handling of the case is due.
        handle_due: Option<DateTime<Utc>>,
        /// The unit itself acknowledged by the due time; none while open or without a due time.
        ack_on_time: Option<bool>,
        /// Contact by the due time.
        contact_on_time: Option<bool>,
        /// Reported in by the due time; none when waived.
        report_in_on_time: Option<bool>,
        /// Done by the due time of handling, which was never missed before (a rework washes nothing off).
        done_on_time: Option<bool>,
        /// Class code of the case.
        class: Option<String>,
        /// Matter of the case.
        matter: Option<String>,
        /// Returns it asked for.
        returns_requested: i64,
        /// Returns refused to it.
        returns_refused: i64,
        /// Reworks it was given.
        reworks: i64,
        /// In the figures: not of a voided or merged case.
        counted: bool,
        /// Its part is still owed.
        open: bool,
        /// The clock of handling runs.
        handle_running: bool,
        /// The case stands until then.
        suspended_until: Option<DateTime<Utc>>,
        /// Minutes of handling by the clock's own calendar, from dispatch: until it was done, or up to
        /// `handle_since`; none where its source keeps time.
        handle_minutes: Option<i64>,
        /// From when the clock of handling runs, or stands.
        handle_since: Option<DateTime<Utc>>,
        /// The calendar version that it pins.
        handle_calendar: Option<String>,
        /// The limit it started with, in text form: how it measures.
        handle_limit: Option<String>,
        /// Minutes that the clock stood meanwhile.
        suspended_minutes: i64,
        /// Extensions granted to the case.
        extensions: i64,
        /// Its part was last done: a rework or a reopening takes nothing back here.
        responded_at: Option<DateTime<Utc>>,
        /// The case was signed off for the first time, and this leg led it: no reopening takes that back.
        closed_at: Option<DateTime<Utc>>,
        /// Then without rework or dispute, and not soon reopened; none before.
        first_time: Option<bool>,
        /// When it was reopened, if that was soon after that.
        reopened_at: Option<DateTime<Utc>>,
        /// Reopenings of the case.
        reopens: i64,
        /// The last of the instants that it is counted by: from then on no count of it changes with time.
        settles_at: DateTime<Utc>,
        /// Since when the row stands like this.
        changed_at: DateTime<Utc>,
    }
}

row! {
    /// One card of a case, lifted or not.
    CardRow, told as CardTold, of "cards" {
        /// The case's number on the ledger.
        ledger_no: i64,
        /// The case.
        case_id: String,
        /// Its number within the case, from 1.
        no: i64,
        /// `yellow` or `red`.
        card: String,
        /// The rule that signed it, or `leader`.
        rule: String,
        /// The unit it is for.
        unit: Option<String>,
        /// When it was raised.
        raised_at: DateTime<Utc>,
        /// When it was taken back.
        lifted_at: Option<DateTime<Utc>>,
        /// In the figures: not of a voided or merged case.
        counted: bool,
    }
}

row! {
    /// One duty's clock, owed or ended. Imported cases have none here: their source keeps time.
    ClockRow, told as ClockTold, of "clocks" {
        /// The case's number on the ledger.
        ledger_no: i64,
        /// The case.
        case_id: String,
        /// Its number within the case, from 1 in the order they started.
        no: i64,
        /// What it measures, by code.
        kind: String,
        /// The leg, for clocks of a unit's part.
        leg: Option<i64>,
        /// The unit that owes the duty.
        unit: Option<String>,
        /// When the duty was created.
        started_at: DateTime<Utc>,
        /// Due.
        due: DateTime<Utc>,
        /// Pre-warning begins.
        amber_at: DateTime<Utc>,
        /// A yellow card is owed.
        yellow_at: DateTime<Utc>,
        /// Severely overdue.
        severe_at: DateTime<Utc>,
        /// A red card is owed.
        red_at: DateTime<Utc>,
        /// `running`, `suspended`, `stopped`, `cancelled`.
        state: String,
        /// Budget in minutes, extensions included.
        budget: i64,
        /// Minutes consumed up to `since`.
        consumed: i64,
        /// From when it runs, or stands.
        since: DateTime<Utc>,
        /// The limit it started with, in text form.
        limit_text: String,
        /// The calendar version that it pins.
        calendar: String,
        /// When it stopped or was cancelled.
        ended_at: Option<DateTime<Utc>>,
        /// Whether it was ever past due while owed.
        missed: bool,
        /// The due time may move when a calendar is published.
        provisional: bool,
        /// When the next reminder is due, if the clock runs on and the policy wants one.
        remind_at: Option<DateTime<Utc>>,
        /// At which percent of the budget that is.
        remind_percent: Option<i64>,
        /// For handling: rules that signed a card in this period, each between spaces.
        card_rules: String,
    }
}

row! {
    /// One score run on record.
    RunRow of "score_runs" {
        /// Its number: the log position at which it was recorded.
        run_no: i64,
        /// Its stream.
        run_id: String,
        /// When it was recorded.
        made_at: DateTime<Utc>,
        /// By whom: person, role, unit.
        made_by: String,
        /// The first instant of the window.
        window_from: DateTime<Utc>,
        /// The first instant after it.
        window_before: DateTime<Utc>,
        /// The instant at which what was open was looked at.
        at: DateTime<Utc>,
        /// Whose weights.
        policy: Option<String>,
        /// Counted from the events up to this position.
        up_to: i64,
        /// The hash of the result.
        sha256: String,
        /// Units in it.
        units: i64,
    }
}
