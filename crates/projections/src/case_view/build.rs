//! From the state of a case to its rows.

use super::background::Background;
use super::held::Held;
use super::obligation::{clock_unit, obligation};
use super::rows::{ClockTold, LedgerTold};
use super::speaking::{effective, goes_on, handling_clocks, marks, reminder, verdict};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::clock::{Clock, ClockId, ClockState};
use gridwhistle_domain::case::ladder::{self, LadderRule};
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::case::stage::{Card, ClockKind, LegStage, Stage};
use gridwhistle_domain::case::{Case, Leg};
use gridwhistle_domain::ids::{MatterCode, UnitId};
use gridwhistle_domain::registry::{Place, Registry};
use std::borrow::Cow;

/// Characters of the description that make the title.
const TITLE_CHARS_MAX: usize = 120;

/// The reason shown for a clock that stands while the case is not suspended (补正).
const WAITS_FOR_MATERIALS: &str = "materials";

/// Where a case lies: its community and its street, as of acceptance, or of when it was put there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Areas<'c> {
    /// The community.
    pub(crate) community: Option<&'c str>,
    /// The street.
    pub(crate) street: Option<&'c str>,
}

impl<'c> Areas<'c> {
    fn of(case: &'c Case, registry: &'c Registry) -> Self {
        if let Some(foreign) = &case.foreign {
            let area = |level| foreign.areas.get(level).map(String::as_str);
            return Self {
                community: area("community"),
                street: area("street"),
            };
        }
        let (Some(grid), Some(at)) = (&case.grid, case.placed_at()) else {
            return Self::default();
        };
        let place = Place::Grid(grid.clone());
        Self {
            community: registry.community_of(grid, at).map(UnitId::as_str),
            street: registry.street_of(&place, at).map(UnitId::as_str),
        }
    }
}

/// The lead leg that stands; for an ended case the last one that was not returned.
pub(super) fn lead(case: &Case) -> Option<&Leg> {
    case.lead().or_else(|| {
        let ended = case.stage.is_some_and(Stage::is_end);
        case.legs
            .iter()
            .rev()
            .find(|leg| ended && leg.part == Part::Lead && !matches!(leg.stage, LegStage::Returned))
    })
}

/// Whether a closed case was late: by its own times where it has them, else by the verdict of its
/// source, else by its handling duties, of which none may have been missed.
pub(super) fn closed_late(case: &Case) -> Option<bool> {
    if !matches!(case.stage, Some(Stage::Closed | Stage::Archived)) {
        return None;
    }
    let Some(foreign) = &case.foreign else {
        let ended = handling_clocks(case).filter_map(verdict);
        return ended.reduce(|all, one| all && one).map(|on_time| !on_time);
    };
    match (foreign.due, case.foreign_closed_at, case.foreign_on_time) {
        (_, _, Some(on_time)) if foreign.due.is_none() => Some(!on_time),
        (Some(due), Some(closed), _) => Some(closed > due),
        _ => None,
    }
}

/// The row of the ledger.
#[expect(clippy::too_many_lines, reason = "one line a column")]
pub(crate) fn ledger<'c>(held: &'c Held, background: &'c Background) -> LedgerTold<'c> {
    let case = &held.case;
    let areas = Areas::of(case, &background.registry);
    let handling = case.supervised();
    let clock = effective(case, background);
    let clock_marks = clock.map(|clock| marks(case, clock, background));
    let running = clock.filter(|clock| clock.is_owed());
    let duty = running.map(|clock| obligation(held, areas, background, clock));
    let lead = lead(case);
    let suspension = case.suspension.as_ref();
    // A window that waits for materials stops its statutory clock without suspending the case.
    let standing = running.filter(|clock| suspension.is_none() && !clock.is_running());
    let review = case.owed(ClockId::case(ClockKind::Review));
    let handler = case.handler.as_ref();
    LedgerTold {
        case_id: Cow::from(&held.id),
        ledger_no: number(held.first_position),
        stage: case.stage.map_or("", Stage::code).into(),
        open: case.is_open(),
        class: case.class.map(|class| class.code().into()),
        matter: matter(case).map(Cow::from),
        title: title(&case.description).into(),
        channel: Cow::from(&case.channel),
        source: held.source.as_ref().map(|source| Cow::from(&source.source)),
        source_id: held.source.as_ref().map(|source| Cow::from(&source.id)),
        imported: case.foreign.is_some(),
        grid: case.grid.as_ref().map(|grid| grid.as_str().into()),
        lead_unit: lead.map(|leg| leg.unit.as_str().into()),
        lead_leg: lead.map(|leg| i64::from(leg.no.0)),
        handler: handler.map(|actor| actor.person.as_str().into()),
        handler_unit: handler
            .and_then(|actor| some_unit(&actor.unit))
            .map(Cow::from),
        outcome: case.outcome.map(|outcome| outcome.code().into()),
        reported_at: case.reported_at,
        accepted_at: case.accepted_at,
        responded_at: case.response.as_ref().map(|response| response.at),
        closed_at: case.closed_at,
        foreign_closed_at: case.foreign_closed_at,
        clock_kind: clock.map(|clock| clock.id.kind.code().into()),
        clock_state: clock.map_or("none", light).into(),
        clock_leg: clock
            .and_then(|clock| clock.id.leg)
            .map(|leg| i64::from(leg.0)),
        clock_limit: clock.map(|clock| clock.limit.to_string().into()),
        clock_calendar: clock.map(|clock| clock.calendar.as_str().into()),
        due: clock_marks.map(|marks| marks.due),
        due_provisional: running
            .and(clock_marks)
            .is_some_and(|marks| marks.provisional),
        budget: clock.map(|clock| clock.budget),
        consumed: clock.map(|clock| clock.consumed),
        since: clock.map(|clock| clock.since),
        amber_at: clock_marks.map(|marks| marks.amber),
        yellow_at: clock_marks.map(|marks| marks.yellow),
        severe_at: clock_marks.map(|marks| marks.severe),
        red_at: clock_marks.map(|marks| marks.red),
        handle_due: handling.map(|clock| marks(case, clock, background).due),
        handle_running: handling.is_some_and(Clock::is_running),
        closed_late: closed_late(case),
        suspended_since: suspension
            .map(|held| held.since)
            .or(standing.map(|clock| clock.since)),
        suspension_reason: suspension
            .map(|held| Cow::from(&held.reason))
            .or_else(|| standing.map(|_| WAITS_FOR_MATERIALS.into())),
        suspended_until: match clock {
            Some(clock) => goes_on(case, clock),
            None => suspension.and_then(|held| held.until),
        },
        review_due: review.map(|clock| clock.marks.due),
        returns: total(case.legs.iter().map(|leg| leg.returns_requested)),
        reworks: i64::from(held.reworks),
        reopens: i64::from(case.reopens),
        extensions: i64::from(case.extensions_granted),
        urges: i64::from(case.urges),
        urged_since: case.urge_unanswered_since,
        cards_yellow: count(case.standing_cards(Card::Yellow)),
        cards_red: count(case.standing_cards(Card::Red)),
        timer_from: timer_from(case),
        card_rules: card_rules(case).into(),
        next_role: duty
            .as_ref()
            .and_then(|duty| duty.role)
            .map(|role| role.code().into()),
        next_unit: duty.and_then(|duty| duty.unit).map(Cow::from),
        awaiting_ratification: case
            .whistle
            .as_ref()
            .is_some_and(|w| w.awaiting_ratification),
        anomalies: anomalies(case).map(Cow::from),
        safety: case.safety,
        origin: case.origin.map(|origin| origin.code().into()),
        sampled: case.sampled,
        evaluation_until: held.evaluation_until,
        version: number(case.version),
        position: number(held.position),
        community: areas.community.map(Cow::from),
        street: areas.street.map(Cow::from),
    }
}

/// The rows of the clocks, in the order they started; none for imported cases.
pub(crate) fn clocks<'c>(
    held: &'c Held,
    background: &'c Background,
) -> impl Iterator<Item = ClockTold<'c>> {
    let native = held.case.foreign.is_none();
    let clocks = held.case.clocks.iter().zip(1..).filter(move |_| native);
    clocks.map(|(clock, no)| clock_row(held, background, clock, no))
}

fn clock_row<'c>(
    held: &'c Held,
    background: &Background,
    clock: &'c Clock,
    no: i64,
) -> ClockTold<'c> {
    let reminder = reminder(&held.case, clock, background);
    ClockTold {
        ledger_no: number(held.first_position),
        case_id: Cow::from(&held.id),
        no,
        kind: clock.id.kind.code().into(),
        leg: clock.id.leg.map(|leg| i64::from(leg.0)),
        unit: clock_unit(held, clock).map(Cow::from),
        started_at: clock.started_at,
        due: clock.marks.due,
        amber_at: clock.marks.amber,
        yellow_at: clock.marks.yellow,
        severe_at: clock.marks.severe,
        red_at: clock.marks.red,
        state: state(clock.state).into(),
        budget: clock.budget,
        consumed: clock.consumed,
        since: clock.since,
        limit_text: clock.limit.to_string().into(),
        calendar: clock.calendar.as_str().into(),
        ended_at: clock.ended_at,
        missed: clock.missed,
        provisional: clock.marks.provisional,
        remind_at: reminder.map(|(_, at)| at),
        remind_percent: reminder.map(|(percent, _)| percent),
        card_rules: if ladder::goes_by(clock.id) {
            card_rules(&held.case).into()
        } else {
            Cow::default()
        },
    }
}

/// The beginning of a description.
fn title(description: &str) -> &str {
    let end = description.char_indices().nth(TITLE_CHARS_MAX);
    end.map_or(description, |(end, _)| &description[..end])
}

pub(super) fn matter(case: &Case) -> Option<&str> {
    let own = case.matter.as_ref().map(MatterCode::as_str);
    own.or_else(|| {
        let foreign = case.foreign.as_ref()?.matter.as_str();
        (!foreign.is_empty()).then_some(foreign)
    })
}

fn anomalies(case: &Case) -> Option<String> {
    let codes = &case.foreign.as_ref()?.anomalies;
    (!codes.is_empty()).then(|| codes.join(" "))
}

/// From when a timer that no clock measures may be due.
fn timer_from(case: &Case) -> Option<DateTime<Utc>> {
    if case.foreign.is_some() {
        return None;
    }
    if !case.is_open() {
        return case.mandate.as_ref().and_then(|state| state.erase_from);
    }
    let responded = case.response.as_ref().map(|response| response.at);
    [
        case.suspension.as_ref().and_then(|held| held.until),
        case.urge_unanswered_since,
        responded.filter(|_| case.stage == Some(Stage::Responded) && !case.sampled),
        case.accepted_at.filter(|_| case.reworks > 0),
    ]
    .into_iter()
    .flatten()
    .min()
}

/// The rules that signed a card in the period that each counts in. The urge stands among them once
/// somebody urged after the due time.
fn card_rules(case: &Case) -> String {
    let due = case.supervised().map(|clock| clock.marks.due);
    let urged = due.is_some() && case.last_urged_at > due;
    let signed = |rule: &&LadderRule| match rule {
        LadderRule::OverdueUrge => urged,
        rule => rule.is_signed(case),
    };
    let rules = LadderRule::ALL.iter().filter(signed);
    rules.map(|rule| format!(" {rule} ")).collect()
}

const fn light(clock: &Clock) -> &'static str {
    match clock.state {
        ClockState::Running => "running",
        ClockState::Suspended => "suspended",
        ClockState::Stopped | ClockState::Cancelled => "stopped",
    }
}

const fn state(state: ClockState) -> &'static str {
    match state {
        ClockState::Running => "running",
        ClockState::Suspended => "suspended",
        ClockState::Stopped => "stopped",
        ClockState::Cancelled => "cancelled",
    }
}

pub(crate) fn some_unit(unit: &UnitId) -> Option<&str> {
    Some(unit.as_str()).filter(|code| !code.is_empty())
}

pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn count(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn total(values: impl Iterator<Item = u32>) -> i64 {
    values.map(i64::from).sum()
}
