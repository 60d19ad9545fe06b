//! What is known of a leg before anybody rates it (`DOMAIN.md` 4.6, "facts are pre-filled and item 1
//! is computed"): put into the opening, shown to whoever fills a form, never asked.

use super::form::{Form, SCORE_MAX, SCORE_MIN};
use crate::case::Case;
use crate::case::clock::{Clock, ClockId, ClockState};
use crate::case::record::Part;
use crate::case::stage::ClockKind;
use crate::ids::{LegNo, UnitId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The item that is computed from the time to acknowledge.
pub const RESPONSE_SPEED: &str = "response_speed";

/// A duty that was done: how much of its time it took, in minutes of its own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Minutes it took.
    pub minutes: i64,
    /// Minutes it had.
    pub budget: i64,
    /// Done by its due time.
    pub in_time: bool,
}

/// The facts of one leg when its case was closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LegFacts {
    /// Acknowledging; none where no clock asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Kept>,
    /// The clock had to acknowledge in the unit's place.
    pub by_the_clock: bool,
    /// The first contact with the resident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacted: Option<Kept>,
    /// Reporting in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_in: Option<Kept>,
    /// Reporting in was waived.
    pub report_in_waived: bool,
    /// Handling of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handled: Option<Kept>,
    /// Reworks of the leg.
    pub reworks: u32,
    /// Returns that its unit asked for.
    pub returns: u32,
    /// Extensions of the case.
    pub extensions: u32,
    /// The last card for its unit in the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carded_at: Option<DateTime<Utc>>,
}

/// How fast is how good: policy data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SpeedRule {
    /// Five stars up to this percent of the time to acknowledge, then four, three and two; one beyond.
    pub percents: [u32; 4],
}

impl Default for SpeedRule {
    /// A quarter of the budget a star; late is one star.
    fn default() -> Self {
        Self {
            percents: [25, 50, 75, 100],
        }
    }
}

impl SpeedRule {
    /// The stars for a duty that took so much of its time.
    ///
    /// ```
    /// use gridwhistle_domain::evaluation::{Kept, SpeedRule};
    ///
    /// let took = |minutes| Kept { minutes, budget: 60, in_time: minutes <= 60 };
    /// let stars = |minutes| SpeedRule::default().stars(&took(minutes));
    /// assert_eq!([0, 15, 16, 30, 45, 60, 61].map(stars), [5, 5, 4, 4, 3, 2, 1]);
    /// ```
    #[must_use]
    pub fn stars(&self, kept: &Kept) -> u8 {
        let used = kept.minutes.saturating_mul(100);
        let within = |percent: &u32| used <= kept.budget.saturating_mul(i64::from(*percent));
        let missed = self.percents.iter().take_while(|one| !within(one)).count();
        SCORE_MAX - u8::try_from(missed).unwrap_or(SCORE_MAX - SCORE_MIN)
    }
}

impl LegFacts {
    /// The facts of a leg, as its case stands.
    #[must_use]
    pub fn of(case: &Case, no: LegNo) -> Option<Self> {
        let leg = case.leg(no)?;
        let duty = |kind| kept(case, ClockId::leg(kind, no));
        let for_it =
            |unit: Option<&UnitId>| unit.map_or(leg.part == Part::Lead, |it| *it == leg.unit);
        let mut cards = case.cards.iter().rev();
        let card = cards.find(|card| for_it(card.unit.as_ref()));
        let handled = case.handling().zip(leg.done_at).map(|(clock, done)| Kept {
            in_time: done <= clock.marks.due && !clock.missed,
            ..took(clock)
        });
        Some(Self {
            acknowledged: duty(ClockKind::Acknowledge).map(|kept| Kept {
                in_time: kept.in_time && !leg.auto_acknowledged,
                ..kept
            }),
            by_the_clock: leg.auto_acknowledged,
            contacted: duty(ClockKind::Contact),
            reported_in: duty(ClockKind::ReportIn).filter(|_| !leg.report_in_waived),
            report_in_waived: leg.report_in_waived,
            handled,
            reworks: leg.reworks,
            returns: leg.returns_requested,
            extensions: case.extensions_granted,
            carded_at: card.map(|card| card.at),
        })
    }

    /// The stars of the items that a form computes, by their codes. What the facts do not tell has
    /// none: it is left out, and the other items weigh more.
    #[must_use]
    pub fn computed(&self, form: &Form, rule: &SpeedRule) -> BTreeMap<String, u8> {
        let speed = if self.by_the_clock {
            Some(SCORE_MIN)
        } else {
            self.acknowledged.map(|kept| rule.stars(&kept))
        };
        let computed = form.items.iter().filter(|item| item.computed);
        let known = computed.filter(|item| item.code == RESPONSE_SPEED);
        known
            .filter_map(|item| Some((item.code.clone(), speed?)))
            .collect()
    }
}

/// A duty of a leg, if it was done.
fn kept(case: &Case, id: ClockId) -> Option<Kept> {
    let clock = case.clocks.iter().rev().find(|clock| clock.id == id)?;
    (clock.state == ClockState::Stopped).then(|| took(clock))
}

fn took(clock: &Clock) -> Kept {
    Kept {
        minutes: clock.consumed,
        budget: clock.budget,
        in_time: clock.on_time() == Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::Side;

    #[test]
    fn speed_is_computed_where_the_form_asks_for_it_and_the_facts_tell_it() {
        let (form, rule) = (Form::default_of(Side::Area), SpeedRule::default());
        let stars = |facts: &LegFacts| facts.computed(&form, &rule).get(RESPONSE_SPEED).copied();
        let kept = Kept {
            minutes: 31,
            budget: 60,
            in_time: true,
        };
        let mut facts = LegFacts {
            acknowledged: Some(kept),
            ..LegFacts::default()
        };
        assert_eq!(stars(&facts), Some(3));
        let other = facts.computed(&Form::default_of(Side::Department), &rule);
        assert!(other.is_empty(), "that form computes nothing");
        facts.by_the_clock = true;
        assert_eq!(stars(&facts), Some(1), "the clock had to do it");
        assert_eq!(stars(&LegFacts::default()), None, "no clock asked for it");
    }
}
