//! Instants, as short as they can be told apart, with the whole of it for machines.

use crate::reader::Reader;
use chrono::{DateTime, NaiveTime, Utc};
use gridwhistle_domain::local_time::china;
use maud::{Markup, html};

/// An instant.
pub(crate) fn at(reader: &Reader, at: DateTime<Utc>) -> Markup {
    let whole = at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    html! { time datetime=(whole) { (reader.when(at)) } }
}

/// An instant that stands at a place of the API's answer: a test compares both.
pub(crate) fn told(reader: &Reader, of: &str, instant: DateTime<Utc>) -> Markup {
    // As JSON has it.
    let value = serde_json::to_value(instant).unwrap_or_default();
    html! { data value=[value.as_str()] data-from=(of) { (at(reader, instant)) } }
}

/// The same of one that may not be.
pub(crate) fn told_if(reader: &Reader, of: &str, instant: Option<DateTime<Utc>>) -> Markup {
    match instant {
        Some(instant) => told(reader, of, instant),
        None => may_be(reader, None),
    }
}

/// An instant from which something holds: midnight is the day itself.
pub(crate) fn from(reader: &Reader, instant: DateTime<Utc>) -> Markup {
    let local = instant.with_timezone(&china());
    if local.time() != NaiveTime::MIN {
        return at(reader, instant);
    }
    let day = local.date_naive().to_string();
    html! { time datetime=(day) { (day) } }
}

/// An instant that may not be; a dash where it is not.
pub(crate) fn may_be(reader: &Reader, instant: Option<DateTime<Utc>>) -> Markup {
    match instant {
        Some(instant) => at(reader, instant),
        None => html! { span.none { "–" } },
    }
}
