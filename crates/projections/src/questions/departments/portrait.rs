//! One unit among its peers: what the others achieve, what residents say, what it owes the longest, and
//! how a share went month by month.

use super::{Department, Departments, OpenLegs, Window};
use crate::questions::accounts::CasesBy;
use crate::questions::ranking::group;
use crate::questions::satisfaction::{SatisfactionOf, Satisfactions};
use crate::questions::watch::{WatchList, WatchRow};
use crate::questions::{LedgerFilter, Moment, QuestionError, Questions};
use chrono::{DateTime, Utc};
use gridwhistle_domain::authority::Within;
use gridwhistle_domain::calendar::Month;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::rate::{Rate, Share};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Months of a trend: the same month of the year before is the first.
const MONTHS: usize = 13;
/// Clocks that are shown of a unit.
const WORST: usize = 10;

/// The units that one is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Peers {
    /// Units of its kind, of departments those of its level.
    pub group: String,
    /// How many of them had to do with the window, itself included.
    pub units: u64,
    /// The median of each of their shares, by the name of the share; each unit counts once. None of a
    /// share of which nobody has anything.
    pub medians: BTreeMap<String, Decimal>,
}

/// One month of a trend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TrendMonth {
    /// Which: `2026-06`.
    pub month: String,
    /// The share as the month's own report tells it; of the month that still runs, as it stands.
    pub share: Share,
}

/// A share of a unit, month by month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Trend {
    /// The unit; none: all together.
    pub unit: Option<String>,
    /// Which share.
    pub figure: Indicator,
    /// The latest month last.
    pub months: Vec<TrendMonth>,
}

/// One unit in a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Portrait {
    /// From when to before when.
    pub window: Window,
    /// The instant at which what is open is looked at.
    pub at: DateTime<Utc>,
    /// Its figures.
    pub own: Department,
    /// What residents say of the cases that it led and that were signed off in the window.
    pub satisfaction: SatisfactionOf,
    /// What it is compared with.
    pub peers: Peers,
    /// On time, month by month, up to the window.
    pub trend: Trend,
    /// Its cases that are overdue the longest, as things stand when it is asked, of those that the asker
    /// sees.
    pub worst: Vec<WatchRow>,
}

impl Department {
    /// Its shares by name, in the order of the work.
    #[must_use]
    pub const fn shares(&self) -> [(&'static str, &Share); 14] {
        [
            ("acknowledged", &self.acknowledged),
            ("contacted", &self.contacted),
            ("reported_in", &self.reported_in),
            ("completion", &self.completion),
            ("on_time", &self.on_time),
            ("first_time", &self.first_time),
            ("reworked", &self.reworked),
            ("reopened", &self.reopened),
            ("repeated", &self.repeated),
            ("returned", &self.returned),
            ("wrongful_returns", &self.wrongful_returns),
            ("misdispatched", &self.misdispatched),
            ("extended", &self.extended),
            ("suspended", &self.suspended),
        ]
    }
}

impl Departments {
    /// The units that one is compared with, and what residents say of them.
    fn peers(&self, said: &Satisfactions, reference: &Reference, unit: &str) -> Peers {
        let own = group(reference, unit);
        let peers = self.units.iter();
        let peers = peers.filter(|peer| group(reference, &peer.unit) == own);
        let (mut units, mut values) = (0, BTreeMap::<&str, Vec<Decimal>>::new());
        for peer in peers {
            units += 1;
            let said = said.of(&peer.unit);
            let said = said.into_iter().flat_map(SatisfactionOf::shares);
            let said = said.map(|(name, _, share)| (name, share));
            for (name, share) in peer.shares().into_iter().chain(said) {
                values.entry(name).or_default().extend(share.value);
            }
        }
        let medians = values.into_iter().filter_map(|(name, values)| {
            let median = median(values)?;
            Some((name.to_owned(), median))
        });
        let medians = medians.collect();
        Peers {
            group: own,
            units,
            medians,
        }
    }
}

/// The middle one, or the mean of the two in the middle.
fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get((values.len() - 1) / 2)?;
    Some(((lower + upper) / Decimal::TWO).round_dp(4).normalize())
}

impl Questions {
    /// One unit in a window; one that had nothing to do with it has figures of nothing. Of its overdue
    /// cases those that lie `within` are told.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn portrait(
        &self,
        (unit, within): (&str, Within),
        window: Window,
        moment: Moment,
        reference: &Reference,
    ) -> Result<Portrait, QuestionError> {
        let calendars = &reference.calendars;
        let mut all = self.departments(window, moment, calendars).await?;
        let rules = reference.policies.satisfaction_of(window.from);
        let said = self.satisfaction(CasesBy::Unit, window, moment, &rules);
        let said = said.await?;
        let peers = all.peers(&said, reference, unit);
        let place = all.units.iter().position(|one| one.unit == unit);
        let own = place.map(|place| all.units.swap_remove(place));
        let own = own.unwrap_or_else(|| Department {
            unit: unit.to_owned(),
            ..Department::default()
        });
        let filter = LedgerFilter {
            unit: Some(unit.to_owned()),
            within: Some(within),
            ..LedgerFilter::default()
        };
        let (list, indicator) = (WatchList::Overdue, Indicator::OnTime);
        let worst = self.watch_list(list, &filter, calendars, None, WORST, moment);
        Ok(Portrait {
            window,
            at: all.at,
            own,
            satisfaction: said.of(unit).cloned().unwrap_or_else(|| SatisfactionOf {
                group: Some(unit.to_owned()),
                ..SatisfactionOf::default()
            }),
            peers,
            trend: self.trend((Some(unit), indicator), window, moment).await?,
            worst: worst.await?.rows,
        })
    }

    /// A share of a unit, or of all together, in each of the thirteen months up to a window's end, no
    /// later than the asked instant.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn trend(
        &self,
        (unit, indicator): (Option<&str>, Indicator),
        window: Window,
        asked: Moment,
    ) -> Result<Trend, QuestionError> {
        let mut month = Month::ended_with(window.before.min(asked.instant()));
        let mut months = Vec::new();
        while months.len() < MONTHS {
            let (from, before) = (month.start(), month.next().start());
            let window = Window { from, before };
            let span = self.span(window, asked).await?;
            let units = self.tallied(&span, OpenLegs::Overdue).await?;
            let own = units
                .iter()
                .filter(|(code, _)| unit.is_none_or(|unit| unit == *code));
            let rates = own.map(|(_, tallied)| tallied.counts.rate(indicator));
            months.push(TrendMonth {
                month: month.to_string(),
                share: rates.fold(Rate::default(), Rate::plus).into(),
            });
            month = Month::ended_with(from);
        }
        months.reverse();
        Ok(Trend {
            unit: unit.map(str::to_owned),
            figure: indicator,
            months,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        let of = |values: &[i64]| median(values.iter().map(|one| Decimal::new(*one, 4)).collect());
        assert_eq!(of(&[9_000, 1_000, 5_000]), Some(Decimal::new(5, 1)));
        assert_eq!(of(&[10_000, 5_000]), Some(Decimal::new(75, 2)));
        assert_eq!(of(&[]), None);
    }
}
