//! The per-day sums of one calendar, so that a question about working time costs a search and not
//! a walk over days.

use super::YEARS;
use super::hours::Shift;
use chrono::{Datelike, NaiveDate};
use std::borrow::Cow;

/// Minutes of a day.
pub(super) const DAY: i64 = 1_440;

/// Chrono's number of 1970-01-01, counted from the common era.
const EPOCH_FROM_CE: i64 = 719_163;

/// The number of a date, from 1970-01-01 = 0.
pub(super) fn day_number(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - EPOCH_FROM_CE
}

/// The date of a number; clamped to what chrono can name.
pub(super) fn date_of(day: i64) -> NaiveDate {
    let clamped = if day < 0 {
        NaiveDate::MIN
    } else {
        NaiveDate::MAX
    };
    i32::try_from(day.saturating_add(EPOCH_FROM_CE))
        .ok()
        .and_then(NaiveDate::from_num_days_from_ce_opt)
        .unwrap_or(clamped)
}

/// Sums over the days of [`YEARS`]. Times are minutes of local time since 1970-01-01 00:00 local.
#[derive(Debug)]
pub(super) struct Table {
    /// Working minutes before each day; one entry more than days.
    minutes: Vec<u32>,
    /// Working days before each day; one entry more than days.
    days: Vec<u32>,
    /// Which of `patterns` each day follows.
    pattern: Vec<u16>,
    /// The distinct lists of shifts, few.
    patterns: Vec<Vec<Shift>>,
}

impl Table {
    /// Sums up what `shifts_on` says about each day.
    pub(super) fn new<'a>(shifts_on: impl Fn(NaiveDate) -> Cow<'a, [Shift]>) -> Self {
        let first = NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1).unwrap_or_default();
        let count = NaiveDate::from_ymd_opt(*YEARS.end() + 1, 1, 1).map_or(0, day_number);
        let room = usize::try_from(count).unwrap_or(0);
        let mut table = Self {
            minutes: Vec::with_capacity(room + 1),
            days: Vec::with_capacity(room + 1),
            pattern: Vec::with_capacity(room),
            patterns: Vec::new(),
        };
        let (mut minutes, mut days) = (0_u32, 0_u32);
        for date in first.iter_days().take(room) {
            table.minutes.push(minutes);
            table.days.push(days);
            let shifts = shifts_on(date);
            minutes += shifts
                .iter()
                .map(|shift| u32::from(shift.minutes()))
                .sum::<u32>();
            days += u32::from(!shifts.is_empty());
            let index = table.intern(&shifts);
            table.pattern.push(index);
        }
        table.minutes.push(minutes);
        table.days.push(days);
        table
    }

    fn intern(&mut self, shifts: &[Shift]) -> u16 {
        let known = self.patterns.iter().position(|pattern| pattern == shifts);
        let index = known.unwrap_or_else(|| {
            self.patterns.push(shifts.to_vec());
            self.patterns.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// The shifts of a day by number; none outside the table.
    pub(super) fn shifts(&self, day: i64) -> &[Shift] {
        let index = usize::try_from(day)
            .ok()
            .and_then(|day| self.pattern.get(day));
        index
            .and_then(|index| self.patterns.get(usize::from(*index)))
            .map_or(&[], Vec::as_slice)
    }

    /// The first minute after the table.
    pub(super) fn end(&self) -> i64 {
        i64::try_from(self.pattern.len()).unwrap_or(i64::MAX / DAY) * DAY
    }

    fn sum_before(sums: &[u32], day: i64) -> i64 {
        let last = sums.len().saturating_sub(1);
        let index = usize::try_from(day.max(0)).unwrap_or(last).min(last);
        sums.get(index).copied().map_or(0, i64::from)
    }

    /// Working minutes from the start of the table until a local minute.
    pub(super) fn minutes_before(&self, at: i64) -> i64 {
        let (day, minute) = (at.div_euclid(DAY), at.rem_euclid(DAY));
        let today = self.shifts(day).iter().map(|shift| {
            let (from, until) = (i64::from(shift.from()), i64::from(shift.until()));
            minute.clamp(from, until) - from
        });
        Self::sum_before(&self.minutes, day) + today.sum::<i64>()
    }

    /// The first day and local minute by which `worked` minutes (at least 1) have been worked.
    /// A spell that ends exactly at close is that close, not the next opening.
    pub(super) fn first_at(&self, worked: i64) -> Option<(i64, i64)> {
        let next = self.minutes.partition_point(|sum| i64::from(*sum) < worked);
        if next == 0 || next >= self.minutes.len() {
            return None;
        }
        let day = i64::try_from(next - 1).ok()?;
        let mut rest = worked - Self::sum_before(&self.minutes, day);
        for shift in self.shifts(day) {
            let length = i64::from(shift.minutes());
            if rest <= length {
                return Some((day, day * DAY + i64::from(shift.from()) + rest));
            }
            rest -= length;
        }
        None
    }

    /// Working days from the start of the table until a day, the day itself left out.
    pub(super) fn days_before(&self, day: i64) -> i64 {
        Self::sum_before(&self.days, day)
    }

    /// The `n`th working day (from 1) on or after a day.
    pub(super) fn nth_working_day_from(&self, day: i64, n: i64) -> Option<i64> {
        let wanted = self.days_before(day) + n;
        let next = self.days.partition_point(|sum| i64::from(*sum) < wanted);
        if next == 0 || next >= self.days.len() {
            return None;
        }
        i64::try_from(next - 1).ok()
    }
}
