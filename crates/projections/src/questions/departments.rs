//! The figures of units (`DOMAIN.md` 4.4): what each was asked in a window, and how it answered.
//!
//! The unit of account is the leg: one unit's part in one case. Legs of cases that are voided or merged
//! when somebody asks are in no figure, whenever that happened. What should be done is what was done in the window and what is open past its due time
//! (4.1), so neither hiding open work nor a long limit makes a unit look better. Only the arithmetic
//! of [`gridwhistle_domain::score`] turns counts into shares.

mod count;
mod explain;
mod measured;
mod portrait;
mod struck;
mod tallied;

pub use explain::{CountedLegs, ExplainedLeg, Explanation};
pub use portrait::{Peers, Portrait, Trend, TrendMonth};

use super::accounts::{CasesBy, Repeats};
use super::span::Span;
use super::window::Window;
use super::{Moment, QuestionError, Questions};
use crate::case_view::LegRow;
use crate::case_view::counts::LegCount;
use crate::row::part;
use chrono::{DateTime, Utc};
pub(super) use count::Count;
use count::Counts;
use gridwhistle_domain::calendar::{Calendar, CalendarBook, Limit};
use gridwhistle_domain::score::backlog::Backlog;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::mix::Strata;
use gridwhistle_domain::score::rate::{Rate, Share};
use gridwhistle_domain::score::spread::Spread;
use gridwhistle_domain::score::survival::{self, Seen};
use gridwhistle_store::views::{Filter, Op, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
pub(super) use tallied::{OpenLegs, Tallied};

/// The figures of one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Department {
    /// The unit.
    pub unit: String,
    /// Legs dispatched to it in the window.
    pub opened: u64,
    /// Legs it did in the window.
    pub done: u64,
    /// Legs it owes at the instant.
    pub open: u64,
    /// Of those, the ones past their due time while the clock runs.
    pub open_overdue: u64,
    /// 按时签收: acknowledged by itself in time, of those due in the window.
    pub acknowledged: Share,
    /// 按时联系: the resident contacted in time, of those due in the window.
    pub contacted: Share,
    /// 按时报到: reported in on time, of those due in the window and not waived.
    pub reported_in: Share,
    /// 处置率: done, of what should be done.
    pub completion: Share,
    /// 按期处置率: done on time, of what should be done.
    pub on_time: Share,
    /// 一次办结: of the cases it led that were signed off for the first time in the window, those without
    /// rework or dispute, and not reopened within thirty days.
    pub first_time: Share,
    /// 返工率: of the legs that it last responded to in the window, those that were given back at least once.
    pub reworked: Share,
    /// 重开率: of the cases it led that were signed off for the first time in the window, those that were
    /// reopened within thirty days.
    pub reopened: Share,
    /// 退单率: of the legs dispatched in the window, those it asked to return.
    pub returned: Share,
    /// Of the requests to return them, the refused ones.
    pub wrongful_returns: Share,
    /// Of the legs dispatched in the window, those that were returned: charged to the dispatcher.
    pub misdispatched: Share,
    /// 延期率: of the legs done in the window, those with an extension.
    pub extended: Share,
    /// Of the minutes of the legs done in the window, those in which the clock stood.
    pub suspended: Share,
    /// How long it took, in working minutes of each clock's own calendar.
    pub handling: Option<Spread>,
    /// The minute by which half of the legs are done, the open ones counted (Kaplan–Meier).
    pub half_done_by: Option<i64>,
    /// What is open, by working days since dispatch.
    pub backlog: Backlog,
    /// 重复率: of the cases it led that were signed off in the window with a point on the map, those that
    /// were reported again.
    pub repeated: Share,
    /// Signed off without a point on the map: whether they came back is not known.
    pub repeats_unknown: u64,
    /// On time against what the city achieves with the same matters and classes: 1 is the same.
    pub observed_over_expected: Option<Decimal>,
}

/// The figures of all units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Departments {
    /// From when to before when.
    pub window: Window,
    /// The instant at which what is open is looked at.
    pub at: DateTime<Utc>,
    /// One for each unit with a leg that counts, by its code.
    pub units: Vec<Department>,
    /// All units together.
    pub total: Department,
}

/// What is gathered of one unit.
#[derive(Clone, Debug, Default)]
struct Gathered {
    counts: Counts,
    strata: BTreeMap<Stratum, Rate>,
    requests: Rate,
    stood: Rate,
    seen: Vec<Seen>,
    backlog: Backlog,
    repeats: Repeats,
}

/// Matter and class.
type Stratum = (String, String);

impl Gathered {
    fn take(&mut self, tallied: &Tallied) {
        self.counts.add(&tallied.counts);
        let (requested, refused) = tallied.returns;
        let requests = Rate::new(refused.unsigned_abs(), requested.unsigned_abs());
        self.requests = self.requests.plus(requests);
    }

    fn measured(&mut self, leg: &Added) {
        self.seen.extend(leg.seen);
        self.stood = self.stood.plus(leg.stood.unwrap_or_default());
        if let Some(days) = leg.days {
            self.backlog.add(days);
        }
    }

    fn add(&mut self, other: &Self) {
        self.counts.add(&other.counts);
        self.requests = self.requests.plus(other.requests);
        self.stood = self.stood.plus(other.stood);
        self.seen.extend_from_slice(&other.seen);
        self.repeats = self.repeats.plus(other.repeats);
        for (bucket, more) in self.backlog.0.iter_mut().zip(other.backlog.0) {
            *bucket += more;
        }
    }

    fn shown(mut self, unit: String, city: &Strata<Stratum>) -> Department {
        use Indicator as I;
        let counts = &self.counts;
        let share = |indicator| Share::from(counts.rate(indicator));
        let done = self.seen.iter().filter(|one| one.done);
        let mut minutes: Vec<i64> = done.map(|one| one.minutes).collect();
        Department {
            unit,
            opened: counts.get(Count::Leg(LegCount::Opened)),
            done: counts.get(Count::Leg(LegCount::Done)),
            open: counts.get(Count::Open),
            open_overdue: counts.get(Count::OpenOverdue),
            acknowledged: share(I::Acknowledged),
            contacted: share(I::Contacted),
            reported_in: share(I::ReportedIn),
            completion: share(I::Completion),
            on_time: share(I::OnTime),
            first_time: share(I::FirstTime),
            reworked: share(I::Reworked),
            reopened: share(I::Reopened),
            returned: share(I::Returned),
            wrongful_returns: self.requests.into(),
            misdispatched: share(I::Misdispatched),
            extended: share(I::Extended),
            suspended: self.stood.into(),
            handling: Spread::of(&mut minutes),
            half_done_by: survival::median(&mut self.seen),
            backlog: self.backlog,
            repeated: self.repeats.rate.into(),
            repeats_unknown: self.repeats.unknown,
            observed_over_expected: city
                .observed_over_expected(self.strata)
                .map(|ratio| ratio.round_dp(4).normalize()),
        }
    }
}

impl Questions {
    /// The figures of every unit in a window. What is open is looked at at the asked instant, or at the
    /// end of the window where that is earlier; cases that were voided or merged by the asked instant are
    /// left out. `calendars` measure what is not done yet.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn departments(
        &self,
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
    ) -> Result<Departments, QuestionError> {
        let span = self.span(window, asked).await?;
        let mut units: BTreeMap<String, Gathered> = BTreeMap::new();
        for (unit, tallied) in self.tallied(&span, OpenLegs::All).await? {
            units.entry(unit).or_default().take(&tallied);
        }
        for ([unit, matter, class], rate) in self.strata(&span).await? {
            let gathered = units.entry(unit).or_default();
            gathered.strata.insert((matter, class), rate);
        }
        self.measured(&span, calendars, &mut units).await?;
        let (repeats, _) = self.repeats(CasesBy::Unit, &span, asked).await?;
        for (unit, repeats) in repeats {
            if let Some(own) = unit.and_then(|unit| units.get_mut(&unit)) {
                own.repeats = repeats;
            }
        }
        let (mut city, mut total) = (Strata::default(), Gathered::default());
        for gathered in units.values() {
            total.add(gathered);
            for (stratum, rate) in &gathered.strata {
                city.add(stratum.clone(), *rate);
            }
        }
        let units = units.into_iter().filter(|(_, own)| own.counts.any());
        Ok(Departments {
            window,
            at: span.at(),
            units: units.map(|(unit, own)| own.shown(unit, &city)).collect(),
            total: total.shown(String::new(), &city),
        })
    }

    /// What is measured: handling times of what is done in the window or open, and its age.
    async fn measured(
        &self,
        span: &Span,
        calendars: &CalendarBook,
        units: &mut BTreeMap<String, Gathered>,
    ) -> Result<(), QuestionError> {
        let at = span.at();
        let counted = || Filter::eq("counted", true);
        let done = Filter::And(vec![done_in(span), counted()]);
        let open = Filter::And(vec![Filter::eq("open", true), counted()]);
        let columns = MeasuredLeg::COLUMNS.iter().copied();
        let look = &mut |cells: &[Value]| {
            let leg = MeasuredLeg::of(cells)?;
            if span.struck().contains_key(&leg.ledger_no) {
                return Ok(());
            }
            let added = measure(&leg, at, calendars);
            match units.get_mut(leg.unit) {
                Some(unit) => unit.measured(&added),
                None => units
                    .entry(leg.unit.to_owned())
                    .or_default()
                    .measured(&added),
            }
            Ok(())
        };
        self.look(
            (LegRow::TABLE, span.moment),
            vec![done, open],
            columns,
            look,
        )
        .await
    }
}

/// Legs done in a window.
fn done_in(span: &Span) -> Filter {
    // A leg settles when it is done, or later: so an index leads past what was done before the window.
    Filter::And(vec![
        Filter::compare("settles_at", Op::Ge, span.window.from),
        span.during("done_at"),
    ])
}

part! {
    /// What is measured of a leg.
    MeasuredLeg<'r> of LegRow {
        ledger_no: i64,
        unit: &'r str,
        opened_at: DateTime<Utc>,
        done_at: Option<DateTime<Utc>>,
        handle_running: bool,
        handle_minutes: Option<i64>,
        handle_since: Option<DateTime<Utc>>,
        handle_calendar: Option<&'r str>,
        handle_limit: Option<&'r str>,
        suspended_minutes: i64,
    }
}

/// What a leg adds to the figures that are measured.
struct Added {
    /// How long it was seen; none where its source keeps time.
    seen: Option<Seen>,
    /// Of a done one: the minutes that its clock stood, of all.
    stood: Option<Rate>,
    /// Of an open one: working days since its dispatch.
    days: Option<i64>,
}

/// What a leg adds at an instant.
fn measure(leg: &MeasuredLeg<'_>, at: DateTime<Utc>, calendars: &CalendarBook) -> Added {
    let done = leg.done_at.is_some();
    let calendar = || {
        let pinned = leg.handle_calendar;
        let calendar = pinned.and_then(|version| calendars.get(&version.into()));
        calendar.unwrap_or_else(|| calendars.latest())
    };
    let seen = leg.handle_minutes.map(|minutes| Seen {
        minutes: minutes + if done { 0 } else { since(leg, at, calendar()) },
        done,
    });
    let stood = done.then(|| {
        let stood = u64::try_from(leg.suspended_minutes).unwrap_or(0);
        let ran = leg.handle_minutes.and_then(|ran| u64::try_from(ran).ok());
        Rate::new(stood, stood + ran.unwrap_or(0))
    });
    let days = (!done).then(|| calendar().age_in_working_days(leg.opened_at, at));
    Added { seen, stood, days }
}

/// Minutes that a running clock ran since its last turn.
fn since(leg: &MeasuredLeg<'_>, at: DateTime<Utc>, calendar: &Calendar) -> i64 {
    let limit = leg.handle_limit;
    let limit = limit.and_then(|limit| limit.parse::<Limit>().ok());
    let from = leg.handle_since.map(|since| since.max(leg.opened_at));
    match (limit, from.filter(|from| leg.handle_running && *from < at)) {
        (Some(limit), Some(from)) => calendar.minutes_between(limit.measure(), from, at),
        _ => 0,
    }
}
