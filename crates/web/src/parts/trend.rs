//! A share month by month: a line with an interval at each point. Its numbers stand in a table beside it,
//! so it is no more than a picture of them.

use gridwhistle_domain::score::rate::Share;
use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Of the picture, in its own units.
const WIDTH: i64 = 720;
const HEIGHT: i64 = 260;
const LEFT: i64 = 56;
const RIGHT: i64 = 24;
const TOP: i64 = 12;
const BOTTOM: i64 = 40;
/// With fewer behind it a point is hollow.
const FEW: u64 = 10;

/// The line of shares; each with the words under it.
pub(crate) fn trend(points: &[(&str, &Share)]) -> Markup {
    let places: Vec<(i64, &str, &Share)> = (0_i64..)
        .zip(points)
        .map(|(no, (words, share))| (across(no, points.len()), *words, *share))
        .collect();
    html! {
        svg.trend viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } aria-hidden="true" focusable="false" {
            @for quarter in 0..=4 {
                @let y = down(Decimal::new(quarter * 25, 2));
                line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(y) y2=(y) {}
                text.side x=(LEFT - 8) y=(y + 4) { (quarter * 25) "%" }
            }
            @for (no, (x, words, share)) in places.iter().enumerate() {
                text class=[(no % 3 != 0).then_some("between")] x=(x) y=(HEIGHT - 12) { (words) }
                @if let (Some(low), Some(high)) = (share.low, share.high) {
                    line.within x1=(x) x2=(x) y1=(down(high)) y2=(down(low)) {}
                }
            }
            @for part in unbroken(&places) { polyline.line points=(part) {} }
            @for (x, _, share) in &places {
                @if let Some(value) = share.value {
                    circle.few[share.of < FEW] cx=(x) cy=(down(value)) r="5" {}
                }
            }
        }
    }
}

/// Stretches of the line; a month of nothing breaks it.
fn unbroken(places: &[(i64, &str, &Share)]) -> Vec<String> {
    let known = places.chunk_by(|one, next| one.2.value.is_some() == next.2.value.is_some());
    let stretch = |part: &[(i64, &str, &Share)]| {
        let points = part.iter().filter_map(|(x, _, share)| {
            let y = down(share.value?);
            Some(format!("{x},{y}"))
        });
        points.collect::<Vec<_>>().join(" ")
    };
    known
        .map(stretch)
        .filter(|part| part.contains(' '))
        .collect()
}

fn across(no: i64, of: usize) -> i64 {
    let gaps = i64::try_from(of).unwrap_or(1).max(2) - 1;
    LEFT + 20 + no * (WIDTH - LEFT - RIGHT - 40) / gaps
}

fn down(part: Decimal) -> i64 {
    let height = HEIGHT - TOP - BOTTOM;
    let up = (part * Decimal::from(height)).round().to_i64().unwrap_or(0);
    TOP + height - up
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle_domain::score::rate::Rate;

    #[test]
    fn a_month_of_nothing_breaks_the_line_and_a_lone_month_has_none() {
        let (some, none) = (Share::from(Rate::new(1, 2)), Share::default());
        let of = |shares: &[Share]| {
            let places: Vec<_> = (0..).zip(shares).map(|(x, share)| (x, "", share)).collect();
            unbroken(&places).len()
        };
        assert_eq!(of(&[some, some, none, some, some]), 2);
        assert_eq!(of(&[some, none, some]), 0);
    }

    #[test]
    fn all_is_at_the_top_and_nothing_at_the_bottom() {
        assert_eq!(down(Decimal::ONE), TOP);
        assert_eq!(down(Decimal::ZERO), HEIGHT - BOTTOM);
    }
}
