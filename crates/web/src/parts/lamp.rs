//! A light: shape, colour and word, so that none of them is needed alone.

use crate::reader::Reader;
use crate::words::frame::Word as W;
use gridwhistle_projections::questions::Light;
use maud::{Markup, html};

/// The light of a case in words and shape.
pub(crate) fn lamp(reader: &Reader, light: Light) -> Markup {
    html! {
        span class={ "lamp " (light.code()) } {
            (shape(light))
            (reader.say(word(light)))
        }
    }
}

const fn word(light: Light) -> W {
    match light {
        Light::InTime => W::InTime,
        Light::Prewarning => W::Prewarning,
        Light::Overdue => W::Overdue,
        Light::Severe => W::Severe,
        Light::Suspended => W::Suspended,
        Light::Untimed => W::Untimed,
        Light::Ended => W::Ended,
    }
}

/// A ring, a triangle, a square, a square with a bar, two bars, a line, a check.
pub(crate) fn shape(light: Light) -> Markup {
    let path = match light {
        Light::InTime => "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
        Light::Prewarning => "M8 2l6.5 12h-13z",
        Light::Overdue => "M3 3h10v10H3z",
        Light::Severe => "M5 1h6l4 4v6l-4 4H5l-4-4V5zM7 4v5h2V4zm0 6v2h2v-2z",
        Light::Suspended => "M4 3h3v10H4zm5 0h3v10H9z",
        Light::Untimed => "M3 7h10v2H3z",
        Light::Ended => "M6.5 12.5L2 8l1.5-1.5 3 3 6-6L14 5z",
    };
    html! {
        svg viewBox="0 0 16 16" aria-hidden="true" focusable="false" {
            path fill-rule="evenodd" d=(path) {}
        }
    }
}
