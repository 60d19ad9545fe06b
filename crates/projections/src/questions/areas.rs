//! The figures of areas (`DOMAIN.md` 4.4): what was asked of streets, communities and grids in a
//! window, and what came of it. The unit of account is the case, where it lay when it was accepted.

mod measured;

pub(super) use measured::timed;

use super::accounts::count::Count;
use super::accounts::{CasesBy, Counted, Group, LeftOut};
use super::span::Span;
use super::window::Window;
use super::{Moment, QuestionError, Questions};
use crate::case_view::AccountRow;
use crate::row::part;
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::{Calendar, CalendarBook, Limit};
use gridwhistle_domain::score::backlog::Backlog;
use gridwhistle_domain::score::case_indicator::CaseIndicator as I;
use gridwhistle_domain::score::mix::Strata;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_domain::score::spread::Spread;
use gridwhistle_domain::score::survival::{self, Seen};
use gridwhistle_store::views::{Filter, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which kind of area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AreaLevel {
    /// Streets.
    #[default]
    Street,
    /// Communities.
    Community,
    /// Leaf grids.
    Grid,
}

impl From<AreaLevel> for CasesBy {
    fn from(level: AreaLevel) -> Self {
        match level {
            AreaLevel::Street => Self::Street,
            AreaLevel::Community => Self::Community,
            AreaLevel::Grid => Self::Grid,
        }
    }
}

/// The figures of one area.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Area {
    /// Its code; none: cases that lie in no area of this level.
    pub area: Option<String>,
    /// Cases reported in the window.
    pub reported: u64,
    /// Accepted in it.
    pub accepted: u64,
    /// Rejected or handed to another system in it.
    pub refused: u64,
    /// Handled in it.
    pub done: u64,
    /// Signed off in it.
    pub closed: u64,
    /// On the ledger at the instant.
    pub open: u64,
    /// Of those, handling past due while its clock runs.
    pub open_overdue: u64,
    /// Of those, standing with a reason.
    pub suspended: u64,
    /// Of those, on long-term hold.
    pub on_hold: u64,
    /// Cases for which a whistle was blown in the window.
    pub whistled: u64,
    /// 处置率: handled, of what should have been.
    pub completion: Share,
    /// 按期处置率: handled on time, of what should have been.
    pub on_time: Share,
    /// 按期核实率: decided on in time, of what was due for a decision in the window.
    pub screened_in_time: Share,
    /// 按期核查率: checked in time, of the responses whose check was due in the window.
    pub checked_in_time: Share,
    /// 按期销号率: signed in time, of the cases whose signature was due in the window.
    pub signed_in_time: Share,
    /// 一次办结率: without rework, and not reopened within thirty days, of what was first signed off.
    pub first_time: Share,
    /// 重开率: reopened within thirty days, of what was first signed off.
    pub reopened: Share,
    /// 返工率: given back for rework, of what should have been closed.
    pub reworked: Share,
    /// 网格自办率: without any unit, of what was signed off.
    pub by_self: Share,
    /// 吹哨错派率: a unit gave it back, of what was whistled.
    pub whistle_astray: Share,
    /// 重复率: reported again, of what was signed off with a point on the map.
    pub repeated: Share,
    /// Signed off without a point on the map: whether it came back is not known.
    pub repeats_unknown: u64,
    /// How long handling took, in working minutes of each clock's own calendar.
    pub handling: Option<Spread>,
    /// The minute by which half of the cases are handled, the open ones counted (Kaplan–Meier).
    pub half_done_by: Option<i64>,
    /// What is open, by working days since its report.
    pub backlog: Backlog,
    /// On time against what the city achieves with the same matters and classes: 1 is the same.
    pub observed_over_expected: Option<Decimal>,
}

/// The figures of all areas of a level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Areas {
    /// The level.
    pub level: AreaLevel,
    /// From when to before when.
    pub window: Window,
    /// The instant at which what is open is looked at.
    pub at: DateTime<Utc>,
    /// One for each area with a case that counts, by its code.
    pub areas: Vec<Area>,
    /// All areas together.
    pub total: Area,
    /// What is in no figure, of what was reported in the window.
    pub left_out: LeftOut,
}

/// What is measured of one area.
#[derive(Clone, Debug, Default)]
struct Measured {
    seen: Vec<Seen>,
    backlog: Backlog,
}

part! {
    /// What is measured of a case.
    MeasuredCase<'r> of AccountRow {
        open: bool,
        reported_at: Option<DateTime<Utc>>,
        done_at: Option<DateTime<Utc>>,
        handle_minutes: Option<i64>,
        handle_since: Option<DateTime<Utc>>,
        handle_calendar: Option<&'r str>,
        handle_limit: Option<&'r str>,
    }
}

impl MeasuredCase<'_> {
    /// How long it was seen, and for how many working days it has been open.
    fn measure(
        &self,
        from: DateTime<Utc>,
        at: DateTime<Utc>,
        calendars: &CalendarBook,
    ) -> (Option<Seen>, Option<i64>) {
        let calendar = || {
            let pinned = self.handle_calendar;
            let calendar = pinned.and_then(|version| calendars.get(&version.into()));
            calendar.unwrap_or_else(|| calendars.latest())
        };
        // What was handled before the window and waits to be signed off is open, and no more.
        let before = self.done_at.is_some_and(|done| done < from);
        let done = self.done_at.is_some();
        let seen = self.handle_minutes.filter(|_| !before).map(|minutes| Seen {
            minutes: minutes + if done { 0 } else { self.since(at, calendar()) },
            done,
        });
        let reported = self.reported_at.filter(|_| self.open);
        let days = reported.map(|reported| calendar().age_in_working_days(reported, at));
        (seen, days)
    }

    /// Minutes that a running clock ran since its last turn.
    fn since(&self, at: DateTime<Utc>, calendar: &Calendar) -> i64 {
        let limit = self.handle_limit;
        let limit = limit.and_then(|limit| limit.parse::<Limit>().ok());
        match (limit, self.handle_since.filter(|from| *from < at)) {
            (Some(limit), Some(from)) => calendar.minutes_between(limit.measure(), from, at),
            _ => 0,
        }
    }
}

impl Measured {
    fn add(&mut self, (seen, days): (Option<Seen>, Option<i64>)) {
        self.seen.extend(seen);
        if let Some(days) = days {
            self.backlog.add(days);
        }
    }
}

fn shown(
    area: Group,
    counted: Counted,
    mut measured: Measured,
    city: &Strata<super::accounts::Stratum>,
) -> Area {
    let done = measured.seen.iter().filter(|one| one.done);
    let mut minutes: Vec<i64> = done.map(|one| one.minutes).collect();
    Area {
        area,
        reported: counted.get(Count::Reported),
        accepted: counted.get(Count::Accepted),
        refused: counted.get(Count::Refused),
        done: counted.get(Count::Done),
        closed: counted.get(Count::Closed),
        open: counted.get(Count::Open),
        open_overdue: counted.get(Count::OpenOverdue),
        suspended: counted.get(Count::Suspended),
        on_hold: counted.get(Count::OnHold),
        whistled: counted.get(Count::Whistled),
        completion: counted.share(I::Handled),
        on_time: counted.share(I::HandledInTime),
        screened_in_time: counted.share(I::ScreenedInTime),
        checked_in_time: counted.share(I::CheckedInTime),
        signed_in_time: counted.share(I::SignedInTime),
        first_time: counted.share(I::SettledAtOnce),
        reopened: counted.share(I::CameBack),
        reworked: counted.share(I::SentBack),
        by_self: counted.share(I::BySelf),
        whistle_astray: counted.share(I::WhistleAstray),
        repeated: Share::default(),
        repeats_unknown: 0,
        handling: Spread::of(&mut minutes),
        half_done_by: survival::median(&mut measured.seen),
        backlog: measured.backlog,
        observed_over_expected: city
            .observed_over_expected(counted.strata)
            .map(|ratio| ratio.round_dp(4).normalize()),
    }
}

impl Questions {
    /// The figures of every area of a level in a window. What is open is looked at at the asked
    /// instant, or at the end of the window where that is earlier; `calendars` measure what is not
    /// done yet.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn areas(
        &self,
        level: AreaLevel,
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
    ) -> Result<Areas, QuestionError> {
        let at = window.looked_at(asked).instant();
        let (areas, total) = self
            .of_cases(level.into(), window, asked, calendars)
            .await?;
        Ok(Areas {
            level,
            window,
            at,
            areas,
            total,
            left_out: self.left_out(window, asked).await?,
        })
    }

    /// The figures of cases by group, each under its code, and of all together.
    async fn of_cases(
        &self,
        by: CasesBy,
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
    ) -> Result<(Vec<Area>, Area), QuestionError> {
        let span = self.span(window, asked).await?;
        let tallied = self.counted(by, &span).await?;
        let (mut measured, all) = self.measured_cases(by, &span, calendars).await?;
        let (repeats, repeated) = self.repeats(by, &span, asked).await?;
        let mut city = Strata::default();
        for (stratum, rate) in &tallied.total.strata {
            city.add(stratum.clone(), *rate);
        }
        let mut areas = Vec::new();
        for (group, counted) in tallied.groups {
            let measured = measured.remove(&group).unwrap_or_default();
            let repeats = repeats.get(&group).copied().unwrap_or_default();
            let mut area = shown(group, counted, measured, &city);
            (area.repeated, area.repeats_unknown) = (repeats.rate.into(), repeats.unknown);
            areas.push(area);
        }
        let mut total = shown(None, tallied.total, all, &city);
        (total.repeated, total.repeats_unknown) = (repeated.rate.into(), repeated.unknown);
        Ok((areas, total))
    }

    /// What is measured: handling times of what was handled in the window or is open, and its age.
    async fn measured_cases(
        &self,
        by: CasesBy,
        span: &Span,
        calendars: &CalendarBook,
    ) -> Result<(BTreeMap<Group, Measured>, Measured), QuestionError> {
        let filter = Filter::And(vec![
            super::accounts::counted(span),
            Filter::Or(vec![Count::Done.filter(span), Count::Open.filter(span)]),
        ]);
        let (mut groups, mut total) = (BTreeMap::<Group, Measured>::new(), Measured::default());
        let look = &mut |cells: &[Value]| {
            let measured = MeasuredCase::of(cells)?.measure(span.window.from, span.at(), calendars);
            let group = by.group(cells).map(str::to_owned);
            groups.entry(group).or_default().add(measured);
            total.add(measured);
            Ok(())
        };
        let columns = by.with(MeasuredCase::COLUMNS);
        self.look(
            (AccountRow::TABLE, span.moment),
            vec![filter],
            columns,
            look,
        )
        .await?;
        Ok((groups, total))
    }
}
