//! Rows of a report by one of their figures: what needs a look first, or last.
//!
//! Of a share of something good few come first, of everything else many. What has no such figure stands
//! last either way, and rows that say the same stay in the order of the report.

use super::{Appraised, Area, Count, Department, SatisfactionOf, UnitOpinion};
use gridwhistle_domain::score::composite::{Part, UnitScore};
use rust_decimal::Decimal;

/// A row of a report with figures.
pub trait ByFigure {
    /// The names of its figures, as in the answer.
    const FIGURES: &'static [&'static str];

    /// How much a figure asks for a look: the more, the sooner. None where nothing is known, or there is
    /// no such figure.
    fn pressing(&self, figure: &str) -> Option<Decimal>;
}

/// By which figure, and whether what needs a look comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowSort {
    figure: &'static str,
    turned: bool,
}

impl RowSort {
    /// By the name of a figure; with `-` before it the other way round.
    ///
    /// ```
    /// use gridwhistle_projections::questions::{Department, RowSort};
    ///
    /// assert!(RowSort::read::<Department>("on_time").is_some());
    /// assert!(RowSort::read::<Department>("-on_time").is_some());
    /// assert_eq!(RowSort::read::<Department>("luck"), None);
    /// ```
    #[must_use]
    pub fn read<T: ByFigure>(text: &str) -> Option<Self> {
        let (name, turned) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let figure = T::FIGURES.iter().find(|figure| **figure == name)?;
        Some(Self { figure, turned })
    }

    /// What is read, for a message.
    #[must_use]
    pub fn accepted<T: ByFigure>() -> String {
        format!("[-]{}", T::FIGURES.join(", [-]"))
    }

    /// The places of the rows in their new order.
    #[must_use]
    pub fn places<T: ByFigure>(self, rows: &[T]) -> Vec<usize> {
        let mut places: Vec<(usize, &T)> = rows.iter().enumerate().collect();
        places.sort_by_cached_key(|(_, row)| self.key(*row));
        places.into_iter().map(|(place, _)| place).collect()
    }

    /// Puts the rows in order.
    pub fn sort<T: ByFigure>(self, rows: &mut [T]) {
        rows.sort_by_cached_key(|row| self.key(row));
    }

    fn key<T: ByFigure>(self, row: &T) -> (bool, Option<Decimal>) {
        let pressing = row.pressing(self.figure);
        let key = pressing.map(|much| if self.turned { much } else { -much });
        (key.is_none(), key)
    }
}

/// A figure as a number.
trait Known {
    fn known(self) -> Option<Decimal>;
}

impl Known for i64 {
    fn known(self) -> Option<Decimal> {
        Some(self.into())
    }
}

impl Known for u64 {
    fn known(self) -> Option<Decimal> {
        Some(self.into())
    }
}

impl Known for Decimal {
    fn known(self) -> Option<Decimal> {
        Some(self)
    }
}

impl<T: Into<Decimal>> Known for Option<T> {
    fn known(self) -> Option<Decimal> {
        self.map(Into::into)
    }
}

macro_rules! by_figure {
    ($of:ty, $row:ident: many [$($many:literal $more:expr;)*] few [$($few:literal $less:expr;)*]) => {
        impl ByFigure for $of {
            const FIGURES: &'static [&'static str] = &[$($many,)* $($few,)*];

            fn pressing(&self, figure: &str) -> Option<Decimal> {
                let $row = self;
                match figure {
                    $($many => Known::known($more),)*
                    $($few => Known::known($less).map(|value: Decimal| -value),)*
                    _ => None,
                }
            }
        }
    };
}

by_figure! { Department, row:
    many [
        "opened" row.opened;
        "done" row.done;
        "open" row.open;
        "open_overdue" row.open_overdue;
        "reworked" row.reworked.value;
        "reopened" row.reopened.value;
        "repeated" row.repeated.value;
        "returned" row.returned.value;
        "wrongful_returns" row.wrongful_returns.value;
        "misdispatched" row.misdispatched.value;
        "extended" row.extended.value;
        "suspended" row.suspended.value;
        "handling" row.handling.map(|handling| handling.median);
        "half_done_by" row.half_done_by;
    ]
    few [
        "acknowledged" row.acknowledged.value;
        "contacted" row.contacted.value;
        "reported_in" row.reported_in.value;
        "completion" row.completion.value;
        "on_time" row.on_time.value;
        "first_time" row.first_time.value;
        "observed_over_expected" row.observed_over_expected;
    ]
}

by_figure! { Area, row:
    many [
        "reported" row.reported;
        "accepted" row.accepted;
        "refused" row.refused;
        "done" row.done;
        "closed" row.closed;
        "open" row.open;
        "open_overdue" row.open_overdue;
        "suspended" row.suspended;
        "on_hold" row.on_hold;
        "whistled" row.whistled;
        "reopened" row.reopened.value;
        "reworked" row.reworked.value;
        "whistle_astray" row.whistle_astray.value;
        "repeated" row.repeated.value;
        "handling" row.handling.map(|handling| handling.median);
        "half_done_by" row.half_done_by;
    ]
    few [
        "completion" row.completion.value;
        "on_time" row.on_time.value;
        "screened_in_time" row.screened_in_time.value;
        "checked_in_time" row.checked_in_time.value;
        "signed_in_time" row.signed_in_time.value;
        "first_time" row.first_time.value;
        "by_self" row.by_self.value;
        "observed_over_expected" row.observed_over_expected;
    ]
}

by_figure! { UnitScore, row:
    many [
        "legs" row.legs;
        "deduction" row.deduction;
        "yellow" row.yellow;
        "red" row.red;
    ]
    few [
        "score" row.score;
        "on_time" row.parts.iter().find(|part| part.part == Part::OnTime).map(|part| part.value);
    ]
}

by_figure! { UnitOpinion, row:
    many [
        "forms" row.forms;
        "raters" row.raters;
        "trimmed" row.trimmed;
        "excluded" row.excluded;
        "appealed" row.appealed;
        "flags" row.flags.len() as u64;
    ]
    few [
        "score" row.score;
        "plain" row.plain;
        "participation" row.participation.value;
        "weight" row.weight;
    ]
}

by_figure! { SatisfactionOf, row:
    many [
        "closed" row.closed;
        "drawn" row.drawn;
        "drawn_called" row.drawn_called;
        "unreachable" row.unreachable;
    ]
    few [
        "mean_stars" row.mean_stars;
        "coverage" row.coverage.value;
        "responded" row.responded.value;
        "solved" row.solved.value;
        "satisfied" row.satisfied.value;
        "strictly" row.strictly.value;
        "three_rates" row.three_rates;
    ]
}

by_figure! { Appraised, row:
    many [
        "forms" row.forms;
        "withheld" row.withheld;
    ]
    few [
        "participation" row.participation.value;
        "mean" row.mean;
        "score" row.score;
    ]
}

by_figure! { Count, row:
    many [
        "received" row.received;
        "closed" row.closed;
        "open" row.open;
        "open_overdue" row.open_overdue;
        "closed_late" row.closed_late;
        "ended_otherwise" row.ended_otherwise;
        "should" row.should;
        "returns" row.returns;
        "reworks" row.reworks;
    ]
    few [
        "closed_on_time" row.closed_on_time;
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle_domain::score::rate::{Rate, Share};

    fn unit(unit: &str, on_time: Option<(u64, u64)>, open: u64) -> Department {
        let share = |(met, of)| Share::from(Rate::new(met, of));
        Department {
            unit: unit.to_owned(),
            on_time: on_time.map(share).unwrap_or_default(),
            open,
            ..Department::default()
        }
    }

    fn order(text: &str) -> String {
        let units = [
            unit("A", Some((9, 10)), 3),
            unit("B", None, 3),
            unit("C", Some((1, 10)), 7),
        ];
        let sort = RowSort::read::<Department>(text).unwrap();
        let of = |place: &usize| units[*place].unit.clone();
        let places: String = sort.places(&units).iter().map(of).collect();
        let mut sorted = units.clone();
        sort.sort(&mut sorted);
        assert_eq!(places, sorted.map(|unit| unit.unit).concat());
        places
    }

    #[test]
    fn what_needs_a_look_is_first_and_what_is_not_known_last() {
        assert_eq!(order("on_time"), "CAB");
        assert_eq!(order("-on_time"), "ACB");
        assert_eq!(order("open"), "CAB");
        assert_eq!(order("-open"), "ABC");
    }

    #[test]
    fn every_share_of_a_unit_is_a_figure_to_sort_by() {
        let unit = Department::default();
        for (name, _) in unit.shares() {
            assert!(RowSort::read::<Department>(name).is_some(), "{name}");
        }
    }
}
