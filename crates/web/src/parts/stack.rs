//! What a sum is made of: parts one after the other on a scale, in the order of the columns beside them.

use maud::{Markup, html};
use rust_decimal::Decimal;

/// Parts of a hundred, in the order of the legend, and a tick at what is left of them in the end.
pub(crate) fn stack(parts: &[Option<Decimal>], left: Option<Decimal>) -> Markup {
    let place = |number: Decimal| number.max(Decimal::ZERO).round_dp(1).normalize();
    let (mut from, mut placed) = (Decimal::ZERO, Vec::new());
    for (no, part) in parts.iter().enumerate() {
        let width = place(part.unwrap_or_default());
        placed.push((no, from, width));
        from += width;
    }
    html! {
        svg.stack viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track y="2" width="100" height="10" {}
            @for (no, from, width) in placed { rect class={ "c" (no) } x=(from) y="2" width=(width) height="10" {} }
            @if let Some(left) = left { rect.tick x=(place(left)) width="1" height="14" {} }
        }
    }
}

/// The sign of a place in the legend.
pub(crate) fn sign(place: usize) -> Markup {
    html! {
        svg.sign viewBox="0 0 10 10" aria-hidden="true" focusable="false" { rect class={ "c" (place) } width="10" height="10" {} }
    }
}
