//! Why a clock is due when it is, in words: its limit, from when, what does not count, what moved it.

use super::names::DASH;
use chrono::{DateTime, NaiveDate, Utc};
use gridwhistle_domain::calendar::{Calendar, CalendarBook, Limit, Measure};
use gridwhistle_domain::case::clock::{Clock, ClockState};
use gridwhistle_domain::local_time::{china, date};
use gridwhistle_domain::policy::words;
use gridwhistle_domain::text::{self, Language};
use std::collections::BTreeSet;
use std::fmt::Display;

/// More days than this on the way are not looked at one by one.
const DAYS_MOST: usize = 400;

/// How a limit is counted from an instant to a due time.
#[must_use]
pub fn counted(
    limit: Limit,
    start: DateTime<Utc>,
    due: DateTime<Utc>,
    calendar: &Calendar,
    language: Language,
) -> String {
    let say = Say(language);
    let mut out = say.fill("限 {}", "limit {}", &[&words::limit(limit).get(say.0)]);
    out += &say.fill("，自 {} 起算", ", from {}", &[&show(start)]);
    out += &match limit {
        Limit::WorkingDays(days) => say.fill(
            "；当日不计，数满 {} 个工作日，至当日下班",
            "; the first day left out, {} working days, to close of business",
            &[&days],
        ),
        Limit::NaturalDays(days) => say.fill(
            "；当日不计，数满 {} 日，逢休息日顺延",
            "; the first day left out, {} days, moved on where that is a day off",
            &[&days],
        ),
        Limit::WorkingMinutes(_) => say.fill("；只计上班时间", "; working hours alone count", &[]),
        Limit::CalendarMinutes(_) => say.fill(
            "；昼夜连续计时",
            "; every minute counts, day and night",
            &[],
        ),
    };
    let parts = std::iter::once(out);
    let parts: Vec<String> = match limit.measure() {
        Measure::Working => parts.chain(on_the_way(start, due, calendar, say)).collect(),
        Measure::Calendar => parts.collect(),
    };
    parts.join(&say.fill("；", "; ", &[]))
}

/// The days off and the make-up workdays between two instants.
fn on_the_way(
    start: DateTime<Utc>,
    due: DateTime<Utc>,
    calendar: &Calendar,
    say: Say,
) -> Vec<String> {
    let last = date(due);
    let days = date(start)
        .iter_days()
        .take_while(|day| *day <= last)
        .take(DAYS_MOST);
    let (mut off, mut makeup) = (0, 0);
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for day in days {
        let special = calendar.day(day);
        if !calendar.is_working_day(day) {
            off += 1;
            names.extend(
                special
                    .map(|day| day.name.as_str())
                    .filter(|name| !name.is_empty()),
            );
        } else if is_weekend(day) {
            makeup += 1;
        }
    }
    let mut parts = Vec::new();
    if off > 0 && names.is_empty() {
        parts.push(say.fill("其间休息 {} 天", "{} days off on the way", &[&off]));
    } else if off > 0 {
        let names: Vec<&str> = names.into_iter().collect();
        parts.push(say.fill(
            "其间休息 {} 天（{}）",
            "{} days off on the way ({})",
            &[&off, &names.join(&say.fill("、", ", ", &[]))],
        ));
    }
    if makeup > 0 {
        parts.push(say.fill("调休上班 {} 天", "{} make-up workdays", &[&makeup]));
    }
    parts
}

fn is_weekend(day: NaiveDate) -> bool {
    chrono::Datelike::weekday(&day).num_days_from_monday() >= 5
}

/// Minutes that a clock has used at an instant.
#[must_use]
pub fn used(clock: &Clock, calendars: &CalendarBook, at: DateTime<Utc>) -> i64 {
    let running = clock.state == ClockState::Running;
    let calendar = calendars.get(&clock.calendar).filter(|_| running);
    let more = calendar.map_or(0, |calendar| {
        calendar.minutes_between(clock.limit.measure(), clock.since, at.max(clock.since))
    });
    clock.consumed + more
}

/// One clock explained, as of an instant.
#[must_use]
pub fn explained(
    clock: &Clock,
    calendars: &CalendarBook,
    at: DateTime<Utc>,
    language: Language,
) -> String {
    let say = Say(language);
    let mut parts = Vec::new();
    if let Some(calendar) = calendars.get(&clock.calendar) {
        parts.push(counted(
            clock.limit,
            clock.started_at,
            clock.marks.due,
            calendar,
            language,
        ));
    }
    if clock.budget > clock.original {
        let more = span(say, clock, clock.budget - clock.original);
        parts.push(say.fill("延期增加 {}", "extended by {}", &[&more]));
    }
    if clock.suspended > 0 {
        parts.push(say.fill(
            "挂起 {} 不计",
            "suspended for {}, not counted",
            &[&span(say, clock, clock.suspended)],
        ));
    }
    let used = used(clock, calendars, at);
    let percent = percent(Some(used), Some(clock.budget));
    parts.push(say.fill(
        "已用 {} / {}（{}）",
        "used {} of {} ({})",
        &[
            &span(say, clock, used),
            &span(say, clock, clock.budget),
            &percent,
        ],
    ));
    if clock.state == ClockState::Suspended {
        parts.push(say.fill(
            "暂停，恢复后到期顺延",
            "stands; the due time moves on when it resumes",
            &[],
        ));
    }
    if clock.marks.provisional {
        let year = show(clock.marks.due).chars().take(4).collect::<String>();
        parts.push(say.fill(
            "暂定：{} 年的日历尚未公布，公布后可能变动",
            "provisional: the calendar of {} is not published, so it may move",
            &[&year],
        ));
    }
    parts.push(say.fill("日历 {}", "calendar {}", &[&clock.calendar]));
    parts.join(&say.fill("；", "; ", &[]))
}

/// Minutes by the measure of the clock: of working time there is no day.
fn span(say: Say, clock: &Clock, minutes: i64) -> String {
    match clock.limit.measure() {
        Measure::Working => hours(minutes, say.0),
        Measure::Calendar => duration(minutes, say.0),
    }
}

/// How much of a budget is used.
#[must_use]
pub fn percent(used: Option<i64>, budget: Option<i64>) -> String {
    match (used, budget) {
        (Some(used), Some(budget)) if budget > 0 => format!("{}%", used * 100 / budget),
        _ => DASH.to_owned(),
    }
}

/// Minutes on the wall in the two largest units.
#[must_use]
pub fn duration(minutes: i64, language: Language) -> String {
    let days = minutes / 1_440;
    if days > 0 {
        let rest = minutes % 1_440 / 60;
        Say(language).fill("{}天{}时", "{}d {}h", &[&days, &rest])
    } else {
        hours(minutes, language)
    }
}

/// Minutes in hours and minutes: of working time there is no day.
#[must_use]
pub fn hours(minutes: i64, language: Language) -> String {
    Say(language).fill("{}时{}分", "{}h {}min", &[&(minutes / 60), &(minutes % 60)])
}

fn show(at: DateTime<Utc>) -> String {
    at.with_timezone(&china())
        .format("%Y-%m-%d %H:%M")
        .to_string()
}

/// One language.
#[derive(Clone, Copy)]
struct Say(Language);

impl Say {
    /// The words in it, each `{}` filled in, in order.
    fn fill(self, zh: &str, en: &str, parts: &[&dyn Display]) -> String {
        let words = match self.0 {
            Language::ZhCn => zh,
            Language::En => en,
        };
        text::fill(words, parts)
    }
}
