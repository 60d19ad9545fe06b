//! The window of a report: which one is shown, and the way to another.

use crate::frame::Frame;
use crate::reader::Reader;
use crate::words::report::Word as W;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use gridwhistle_domain::local_time;
use gridwhistle_domain::text::Language;
use gridwhistle_projections::questions::Window;
use maud::{Markup, html};

/// Months that are offered, this one first.
const MONTHS: i32 = 13;
/// Quarters that are offered.
const QUARTERS: i32 = 5;
/// Years that are offered.
const YEARS: i32 = 3;

/// A choice of windows; what else the address holds stays, but for where in a list one is.
pub(crate) fn picker(frame: &Frame<'_>, window: Window) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let chosen = address.get("window").unwrap_or_default();
    let offered = offered(window.from.max(reader.at));
    let shown = |text: &&String| Window::read(text) == Some(window);
    let fits = offered.iter().find(shown).map(String::as_str);
    html! {
        form.filters.window method="get" action=(address.path()) {
            @for (name, value) in address.pairs().filter(|(name, _)| !matches!(*name, "window" | "cursor")) {
                input type="hidden" name=(name) value=(value);
            }
            label.field { span { (reader.say(W::Window)) }
                select name="window" {
                    @if fits.is_none() { option value=(chosen) selected { (days(window)) } }
                    @for text in &offered { option value=(text) selected[fits == Some(text.as_str())] { (label(reader, text)) } }
                }
            }
            button { (reader.say(W::Show)) }
        }
    }
}

/// Windows to choose from, this month first, each with its name.
pub(crate) fn choices(reader: &Reader) -> Vec<(String, String)> {
    let all = offered(reader.at).into_iter();
    all.map(|text| {
        let name = label(reader, &text);
        (text, name)
    })
    .collect()
}

/// A window as it is written in addresses, by the name that people have for it.
fn label(reader: &Reader, text: &str) -> String {
    let Language::ZhCn = reader.language else {
        return text.to_owned();
    };
    match text.split_once('-') {
        None => format!("{text}年"),
        Some((year, part)) => match part.strip_prefix('Q') {
            Some(quarter) => format!("{year}年第{quarter}季度"),
            None => format!("{year}年{}月", part.trim_start_matches('0')),
        },
    }
}

/// A window by its name, or else by its days.
pub(crate) fn named(reader: &Reader, window: Window) -> String {
    let first = local_time::date(window.from);
    let (year, month) = (first.year(), first.month());
    let texts = [
        format!("{year}-{month:02}"),
        format!("{year}-Q{}", month.div_ceil(3)),
        year.to_string(),
    ];
    let mut texts = texts.iter();
    let fits = texts.find(|text| Window::read(text) == Some(window));
    fits.map_or_else(|| days(window), |text| label(reader, text))
}

/// A window in words: its first and its last day.
pub(crate) fn days(window: Window) -> String {
    let day = |at: DateTime<Utc>| local_time::date(at);
    format!(
        "{} – {}",
        day(window.from),
        day(window.before - TimeDelta::seconds(1))
    )
}

/// Windows as they are written in addresses: months, quarters and years up to an instant.
fn offered(at: DateTime<Utc>) -> Vec<String> {
    let day = local_time::date(at);
    let month = day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0);
    let months = (0..MONTHS).map(|back| {
        let month = month - back;
        format!("{}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
    });
    let quarters = (0..QUARTERS).map(|back| {
        let quarter = month.div_euclid(3) - back;
        format!("{}-Q{}", quarter.div_euclid(4), quarter.rem_euclid(4) + 1)
    });
    let years = (0..YEARS).map(|back| (day.year() - back).to_string());
    months.chain(quarters).chain(years).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_window_is_one() {
        let at = local_time::read("2026-02-10").unwrap();
        let all = offered(at);
        assert_eq!(all.first().map(String::as_str), Some("2026-02"));
        assert!(all.contains(&"2025-02".to_owned()) && all.contains(&"2025-Q1".to_owned()));
        assert!(
            all.iter().all(|text| Window::read(text).is_some()),
            "{all:?}"
        );
    }
}
