//! A share: its value in per cent, its numerator and denominator, the interval it lies in, and the way to
//! the cases behind it.

use crate::parts::figure::value;
use crate::reader::Reader;
use crate::words::report::Word as W;
use gridwhistle_domain::score::rate::Share;
use maud::{Markup, html};
use rust_decimal::Decimal;

/// A share that stands at a place of the answer; `opens` is the address of its cases.
pub(crate) fn share(reader: &Reader, of: &str, share: &Share, opens: Option<&str>) -> Markup {
    let Some(part) = share.value else {
        return html! { span.share { span.none { "–" } span.out-of-sight { " " (value(&format!("{of}/of"), count(share.of))) } } };
    };
    let shown = percent(part);
    html! {
        span.share {
            data value=(part) data-from={ (of) "/value" } {
                @match opens {
                    Some(opens) => a href=(opens) { (shown) },
                    None => (shown),
                }
            }
            " " span.parts { (value(&format!("{of}/met"), count(share.met))) "/" (value(&format!("{of}/of"), count(share.of))) }
            @if let (Some(low), Some(high)) = (share.low, share.high) {
                span.out-of-sight { " " (reader.fill(W::Interval, &[&percent(low), &percent(high)])) }
                (interval(part, low, high))
            }
        }
    }
}

/// Where the true share lies: a stroke from bound to bound and a tick at the value; the numbers stand
/// beside it in words.
fn interval(part: Decimal, low: Decimal, high: Decimal) -> Markup {
    let place = |part: Decimal| (part * Decimal::ONE_HUNDRED).round_dp(1).normalize();
    let (from, to, at) = (place(low), place(high), place(part));
    html! {
        svg.interval viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track width="100" height="6" {}
            rect.within x=(from) width=(to - from) height="6" {}
            rect.at x=((at - Decimal::ONE).max(Decimal::ZERO)) width="2" height="6" {}
        }
    }
}

/// A part of one in per cent, one digit after the point, half to even.
pub(crate) fn percent(part: Decimal) -> String {
    format!("{:.1}%", (part * Decimal::ONE_HUNDRED).round_dp(1))
}

/// A count of the domain as pages show it.
pub(crate) fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_cent_have_one_digit() {
        let parts = [(0, 0), (9_231, 4), (1, 0), (12_345, 5), (6_667, 4)];
        let told = parts.map(|(number, scale)| percent(Decimal::new(number, scale)));
        assert_eq!(told, ["0.0%", "92.3%", "100.0%", "12.3%", "66.7%"]);
    }
}
