//! The working calendar of a year, as twelve months.

use crate::frame::Frame;
use crate::parts::figure::{named, value};
use crate::parts::share::count;
use crate::reader::Reader;
use crate::words::admin::Word as W;
use chrono::{Datelike, NaiveDate, Weekday};
use gridwhistle_domain::calendar::{DayKind, DayPart};
use gridwhistle_domain::text::Language;
use gridwhistle_projections::models::{CalendarYear, DayShown};
use maud::{Markup, html};

const ZH_DAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
const EN_DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const EN_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The page.
#[must_use]
pub fn calendar(frame: &Frame<'_>, year: &CalendarYear) -> Markup {
    let reader = frame.reader;
    let title = reader.fill(W::CalendarTitle, &[&year.year.to_string()]);
    let content = html! {
        h1 { (named("/year", &year.year.to_string(), &title)) }
        (picker(frame, year))
        p { (told(reader, year)) }
        @if !year.published { p.problem { (reader.say(W::NotPublished)) } }
        p.note { (reader.say(W::Legend)) }
        div.year { @for month in 1..=12 { (self::month(reader, year, month)) } }
        div.sections {
            (special(reader, year))
            section {
                h2 { (reader.say(W::Hours)) }
                ul { @for hours in &year.hours {
                    li { (reader.fill(W::HoursFrom, &[&hours.from.to_string()])) " " strong { (hours.shifts.join(" · ")) } }
                } }
            }
        }
    };
    frame.page(&title, &content)
}

fn told(reader: &Reader, year: &CalendarYear) -> Markup {
    let mut words = reader.say(W::CalendarVersion).split("{}");
    let since = gridwhistle_domain::local_time::date(year.known_at).to_string();
    html! {
        (words.next().unwrap_or_default()) (named("/version", &year.version, &year.version))
        (words.next().unwrap_or_default()) (since)
        (words.next().unwrap_or_default()) (value("/working_days", count(year.working_days)))
        (words.next().unwrap_or_default())
    }
}

fn picker(frame: &Frame<'_>, year: &CalendarYear) -> Markup {
    let reader = frame.reader;
    let last = year.years.last().copied().unwrap_or(year.year);
    let mut years = year.years.clone();
    years.extend([last + 1, year.year]);
    years.sort_unstable();
    years.dedup();
    html! {
        form.filters method="get" action="/admin/calendars" {
            label.field { span { (reader.say(W::Year)) }
                select name="year" { @for one in years.iter().rev() {
                    option value=(one) selected[*one == year.year] { (one) }
                } }
            }
            button { (reader.say(W::Show)) }
        }
    }
}

/// A month as weeks from Monday on.
fn month(reader: &Reader, year: &CalendarYear, month: u32) -> Markup {
    let Some(first) = NaiveDate::from_ymd_opt(year.year, month, 1) else {
        return html! {};
    };
    let blanks = usize::try_from(first.weekday().num_days_from_monday()).unwrap_or(0);
    let days: Vec<NaiveDate> = first
        .iter_days()
        .take_while(|day| day.month() == month)
        .collect();
    let mut cells: Vec<Option<NaiveDate>> = vec![None; blanks];
    cells.extend(days.into_iter().map(Some));
    let zh = reader.language == Language::ZhCn;
    let index = usize::try_from(month).unwrap_or(1) - 1;
    let (heads, name) = if zh {
        (ZH_DAYS, format!("{month}月"))
    } else {
        (
            EN_DAYS,
            EN_MONTHS.get(index).copied().unwrap_or_default().to_owned(),
        )
    };
    html! {
        table.month {
            caption { (name) }
            thead { tr { @for head in heads { th scope="col" { (head) } } } }
            tbody { @for week in cells.chunks(7) {
                tr {
                    @for day in week { @match day {
                        Some(day) => (cell(reader, year, *day)),
                        None => td {},
                    } }
                    @for _ in week.len()..7 { td {} }
                }
            } }
        }
    }
}

fn cell(reader: &Reader, year: &CalendarYear, date: NaiveDate) -> Markup {
    let differs = year.days.iter().find(|day| day.date == date);
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let class = match differs.map(|day| day.kind) {
        Some(DayKind::Holiday | DayKind::StopWork) => "off",
        Some(DayKind::Makeup) => "works",
        _ if weekend => "weekend",
        _ => "",
    };
    let mark = differs.and_then(|day| mark(reader, day));
    let name = differs
        .map(|day| day.name.as_str())
        .filter(|name| !name.is_empty());
    html! {
        td class=[Some(class).filter(|class| !class.is_empty())] title=[name] {
            (date.day())
            @if let Some(mark) = mark { span.mark-of-day { (mark) } }
        }
    }
}

/// The sign of a day, so that colour is not needed.
fn mark(reader: &Reader, day: &DayShown) -> Option<&'static str> {
    let word = match (day.kind, day.part) {
        (DayKind::Regular, _) => return None,
        (_, DayPart::Morning | DayPart::Afternoon) => W::Half,
        (DayKind::Makeup, DayPart::Full) => W::Works,
        (DayKind::Holiday | DayKind::StopWork, DayPart::Full) => W::Off,
    };
    Some(reader.say(word))
}

/// Days in a row that differ alike: the place of the first, the first, and the date of the last.
fn runs(days: &[DayShown]) -> Vec<(usize, &DayShown, NaiveDate)> {
    let mut runs: Vec<(usize, &DayShown, NaiveDate)> = Vec::new();
    for (no, day) in days.iter().enumerate() {
        let alike = |first: &DayShown| {
            (first.kind, first.part, &first.name) == (day.kind, day.part, &day.name)
        };
        match runs.last_mut() {
            Some((_, first, last)) if alike(first) && last.succ_opt() == Some(day.date) => {
                *last = day.date;
            }
            _ => runs.push((no, day, day.date)),
        }
    }
    runs
}

/// The same as a list, for who reads it aloud or looks for an occasion.
fn special(reader: &Reader, year: &CalendarYear) -> Markup {
    let kind = |kind: DayKind| match kind {
        DayKind::Holiday => W::Holiday,
        DayKind::Makeup => W::Makeup,
        DayKind::StopWork => W::StopWork,
        DayKind::Regular => W::Regular,
    };
    html! {
        @if !year.days.is_empty() {
            section {
                h2 { (reader.say(W::SpecialDays)) }
                table.small.special {
                    thead { tr { th { (reader.say(W::Day)) } th { (reader.say(W::Kind)) } th { (reader.say(W::Occasion)) } } }
                    tbody { @for (no, day, last) in runs(&year.days) {
                        tr {
                            td {
                                (named(&format!("/days/{no}/date"), &day.date.to_string(), &day.date.to_string()))
                                @if last != day.date { " – " (last) }
                            }
                            td { (reader.say(kind(day.kind))) @if day.part != DayPart::Full { " " (reader.say(W::Half)) } }
                            td lang=[reader.tongue(&day.name)] { (day.name) }
                        }
                    } }
                }
            }
        }
    }
}
