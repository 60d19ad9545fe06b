//! Instants, as short as they can be told apart, with the whole of it for machines.

use crate::reader::Reader;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

/// An instant.
pub(crate) fn at(reader: &Reader, at: DateTime<Utc>) -> Markup {
    let whole = at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    html! { time datetime=(whole) { (reader.when(at)) } }
}

/// An instant that may not be; a dash where it is not.
pub(crate) fn may_be(reader: &Reader, instant: Option<DateTime<Utc>>) -> Markup {
    match instant {
        Some(instant) => at(reader, instant),
        None => html! { span.none { "–" } },
    }
}
