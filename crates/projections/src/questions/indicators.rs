//! The indicators of GB/T 30428 (`DOMAIN.md` 4.2), for the city, for areas and for lead units. Each is
//! told with what it is a share of; how each is counted here, and where the source leaves it open,
//! says `docs/reference/figures.md`.

use super::accounts::count::Count;
use super::accounts::{CasesBy, Counted, Group, LeftOut};
use super::window::Window;
use super::{Moment, QuestionError, Questions};
use chrono::{DateTime, Utc};
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_store::views::Filter;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 处置超时倍数: the time that handling took against the time it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TimesOver {
    /// Working minutes used by what was handled in the window.
    pub used: i64,
    /// Working minutes given to it, extensions included.
    pub given: i64,
    /// Used over given, with four digits after the point; none of nothing.
    pub value: Option<Decimal>,
}

impl TimesOver {
    /// So many minutes used of so many given.
    ///
    /// ```
    /// use gridwhistle_projections::questions::TimesOver;
    ///
    /// // 3,600 minutes where 2,400 were given: half as much again.
    /// assert_eq!(TimesOver::new(3_600, 2_400).value.unwrap().to_string(), "1.5");
    /// assert_eq!(TimesOver::new(0, 0).value, None);
    /// ```
    #[must_use]
    pub fn new(used: i64, given: i64) -> Self {
        let value = Decimal::from(used).checked_div(Decimal::from(given));
        Self {
            used,
            given,
            value: value.map(|value| value.round_dp(4).normalize()),
        }
    }
}

/// One indicator, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Indicated {
    /// Which.
    pub indicator: CaseIndicator,
    /// Its share, with numerator, denominator and interval.
    pub share: Share,
}

/// The indicators of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IndicatorsOf {
    /// The code of the area or unit; none: cases without one, or the whole city.
    pub group: Option<String>,
    /// The shares, in the order of the standard's list.
    pub shares: Vec<Indicated>,
    /// 处置超时倍数.
    pub times_over: TimesOver,
    /// 返工数: cases that were given back for rework, of what should have been closed.
    pub reworked: u64,
    /// 返工次数: how often.
    pub reworks: u64,
    /// 延期数: cases that were given more time, of what should have been closed.
    pub extended: u64,
    /// 挂账数: cases put on long-term hold in the window.
    pub held: u64,
    /// 历史挂账数: cases put on hold before the window that still are.
    pub held_before: u64,
}

/// The indicators of all groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Indicators {
    /// By what.
    pub by: CasesBy,
    /// From when to before when.
    pub window: Window,
    /// The instant at which what is open is looked at.
    pub at: DateTime<Utc>,
    /// One for each group with a case that counts, by its code.
    pub groups: Vec<IndicatorsOf>,
    /// The whole city.
    pub total: IndicatorsOf,
    /// What is in no figure, of what was reported in the window.
    pub left_out: LeftOut,
}

/// The indicators that are told by a grouping.
const fn told(by: CasesBy) -> &'static [CaseIndicator] {
    match by {
        CasesBy::Unit => &CaseIndicator::OF_UNITS,
        _ => &CaseIndicator::STANDARD,
    }
}

fn shown(
    (by, group): (CasesBy, Group),
    counted: &Counted,
    [used, given]: [i64; 2],
    reworks: i64,
) -> IndicatorsOf {
    let shares = told(by).iter().map(|indicator| Indicated {
        indicator: *indicator,
        share: counted.share(*indicator),
    });
    IndicatorsOf {
        group,
        shares: shares.collect(),
        times_over: TimesOver::new(used, given),
        reworked: counted.get(Count::SentBack),
        reworks: reworks.unsigned_abs(),
        extended: counted.get(Count::Extended),
        held: counted.get(Count::PutOnHold),
        held_before: counted.get(Count::HeldBefore),
    }
}

impl Questions {
    /// The indicators of every group in a window. What is open is looked at at the asked instant, or
    /// at the end of the window where that is earlier.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn indicators(
        &self,
        by: CasesBy,
        window: Window,
        asked: Moment,
    ) -> Result<Indicators, QuestionError> {
        let span = self.span(window, asked).await?;
        let tallied = self.counted(by, &span).await?;
        let timed = Filter::And(super::areas::timed(&span));
        let timed = (timed, ["handle_minutes", "handle_budget"]);
        let minutes = self.summed(by, &span, timed).await?;
        let sent_back = (Count::ShouldClose.filter(&span), ["reworks"]);
        let reworks = self.summed(by, &span, sent_back).await?;
        let groups = tallied.groups.iter().map(|(group, counted)| {
            let minutes = minutes.get(group).copied().unwrap_or_default();
            let [reworks] = reworks.get(group).copied().unwrap_or_default();
            shown((by, group.clone()), counted, minutes, reworks)
        });
        let groups = groups.collect();
        let [reworks] = all(&reworks);
        Ok(Indicators {
            by,
            window,
            at: span.at(),
            groups,
            total: shown((by, None), &tallied.total, all(&minutes), reworks),
            left_out: self.left_out(window, asked).await?,
        })
    }
}

fn all<const N: usize>(groups: &BTreeMap<Group, [i64; N]>) -> [i64; N] {
    std::array::from_fn(|place| groups.values().filter_map(|sums| sums.get(place)).sum())
}
