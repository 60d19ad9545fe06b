//! Forward through a list: all pages show one moment, as their cursor holds it.

use crate::address::Address;
use crate::reader::Reader;
use crate::words::frame::Word as W;
use maud::{Markup, html};

/// The way on, and back to the beginning.
pub(crate) fn pager(reader: &Reader, address: &Address, next: Option<&str>) -> Markup {
    let begun = address.get("cursor").is_some();
    if next.is_none() && !begun {
        return html! {};
    }
    html! {
        nav.pager aria-label=(reader.say(W::Next)) {
            @if begun { a href=(address.without("cursor")) { (reader.say(W::First)) } }
            @if let Some(next) = next {
                a rel="next" href=(address.with("cursor", next)) { (reader.say(W::Next)) }
            }
        }
    }
}
