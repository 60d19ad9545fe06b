//! What a filled form comes to (`DOMAIN.md` 4.6, item score): whole hundredths of a point.

use super::form::{Answers, Form};
use std::collections::BTreeMap;

/// A form in hundredths of a point, from 0 to 10 000: `25 (x − 1)` of each item by its weight,
/// rounded half to even. `computed` are the stars of the items that are not asked; an item without
/// stars is left out and the others weigh more. None of nothing.
///
/// ```
/// use gridwhistle_domain::evaluation::{Answer, Answers, Form, Side, hundredths};
///
/// let form = Form::default_of(Side::Area);
/// let stars = [("authority", 4), ("quality", 5), ("coordination", 3), ("feedback", 4)];
/// let answer = |(item, score): (&str, u8)| (item.to_owned(), Answer { score, reason: None });
/// let answers = Answers(stars.map(answer).into());
/// // 20·75 + 15·75 + 30·100 + 15·50 + 20·75 = 7875, of a weight of 100.
/// let speed = [("response_speed".to_owned(), 4)].into();
/// assert_eq!(hundredths(&form, &answers, &speed), Some(7_875));
/// // Without the item that is computed: 6375 of a weight of 80 are 79.6875 points.
/// assert_eq!(hundredths(&form, &answers, &Default::default()), Some(7_969));
/// ```
#[must_use]
pub fn hundredths(form: &Form, answers: &Answers, computed: &BTreeMap<String, u8>) -> Option<u32> {
    let (mut sum, mut weights) = (0_u64, 0_u64);
    for item in &form.items {
        let stars = if item.computed {
            computed.get(&item.code).copied()
        } else {
            answers.0.get(&item.code).map(|answer| answer.score)
        };
        if let Some(stars) = stars {
            let weight = u64::from(item.weight);
            sum += weight * 25 * u64::from(stars.clamp(1, 5) - 1);
            weights += weight;
        }
    }
    let (whole, rest) = ((sum * 100).checked_div(weights)?, (sum * 100) % weights);
    let up = rest * 2 > weights || (rest * 2 == weights && whole % 2 == 1);
    u32::try_from(whole + u64::from(up)).ok()
}

/// What was answered, without the reasons: two forms with the same fingerprint were filled alike.
///
/// ```
/// use gridwhistle_domain::evaluation::{Answer, Answers, Form, Side, fingerprint};
///
/// let form = Form::default_of(Side::Area);
/// let answers = Answers([("quality".to_owned(), Answer { score: 5, reason: None })].into());
/// assert_eq!(fingerprint(&form, &answers), "area-1 quality=5");
/// ```
#[must_use]
pub fn fingerprint(form: &Form, answers: &Answers) -> String {
    let each = answers.0.iter();
    let each = each.map(|(item, answer)| format!(" {item}={}", answer.score));
    std::iter::once(form.version.clone()).chain(each).collect()
}
