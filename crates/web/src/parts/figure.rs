//! A figure: its value, where in the answer it stands, what it is a part of, the cases behind it, and
//! how it is counted.

use crate::reader::{Reader, number};
use crate::words::frame::Word as W;
use maud::{Markup, html};

/// A count that says where in the API's answer it stands, as a JSON pointer: a test compares both.
pub(crate) fn value(of: &str, value: i64) -> Markup {
    html! { data value=(value) data-from=(of) { (number(value)) } }
}

/// A text of the answer, said so that a test can compare it.
pub(crate) fn named(of: &str, value: &str, shown: &str) -> Markup {
    html! { data value=(value) data-from=(of) { (shown) } }
}

/// How something is counted, folded away.
pub(crate) fn how(reader: &Reader, words: &str) -> Markup {
    html! {
        details.how {
            summary { (reader.say(W::HowCounted)) }
            p { (words) }
        }
    }
}

/// A bar of a part in a whole: an SVG whose numbers stand beside it.
pub(crate) fn bar(part: i64, marked: i64, whole: i64) -> Markup {
    let share = |value: i64| {
        if whole <= 0 {
            0
        } else {
            (value.clamp(0, whole) * 100) / whole
        }
    };
    html! {
        svg.bar viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track width="100" height="6" {}
            rect.part width=(share(part)) height="6" {}
            rect.marked width=(share(marked)) height="6" {}
        }
    }
}
