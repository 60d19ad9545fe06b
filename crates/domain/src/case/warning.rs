//! What a person should know before deciding, and what stops nobody.

use crate::case::Case;
use crate::ids::GridId;
use crate::policy::Policy;
use crate::policy::rows::WhistleKind;
use crate::text::{Language, Text};
use serde::{Deserialize, Serialize};

/// More whistles of one kind from one grid than the policy thinks usual (`DOMAIN.md` 2.4: the rate
/// limit is a warning only). Neither too low nor too high is good; people judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WhistleRate {
    /// The kind.
    pub kind: WhistleKind,
    /// Its name in the policy.
    pub label: Text,
    /// The level-1 grid.
    pub grid: GridId,
    /// Cases whistled for within the window, this one included.
    pub count: u32,
    /// The most that gives no warning.
    pub usual: u32,
    /// The days counted, up to now.
    pub days: u32,
}

impl WhistleRate {
    /// The warning for a whistle of a grid, if this many cases are more than usual.
    #[must_use]
    pub fn of(policy: &Policy, kind: WhistleKind, grid: &GridId, count: u32) -> Option<Self> {
        let row = policy.whistle_row(kind)?;
        (count > row.rate_warning).then(|| Self {
            kind,
            label: row.label.clone(),
            grid: grid.clone(),
            count,
            usual: row.rate_warning,
            days: policy.windows.whistle_rate_days,
        })
    }

    /// One sentence in the asked language.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let Self {
            label,
            grid,
            count,
            usual,
            days,
            ..
        } = self;
        match language {
            Language::ZhCn => format!(
                "网格 {grid} 近 {days} 日已有 {count} 件{}，超过通常的 {usual} 件；仅作提示，不影响审批",
                label.zh
            ),
            Language::En => format!(
                "grid {grid} has {count} cases of {} in the last {days} days, more than the usual {usual}; a warning \
                 only, approval is open",
                label.en
            ),
        }
    }
}

impl Case {
    /// The kind of the whistle that stands or stood, whatever was decided on it.
    #[must_use]
    pub fn whistled_as(&self) -> Option<WhistleKind> {
        self.whistle.as_ref().map(|whistle| whistle.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_usual_is_told_in_both_languages() {
        let policy = Policy::built_in();
        let grid = GridId::from("G-1");
        let of = |count| WhistleRate::of(&policy, WhistleKind::Hard, &grid, count);
        assert_eq!(of(5), None);
        let warning = of(6).unwrap();
        assert_eq!((warning.count, warning.usual), (6, 5));
        let told = warning.message(Language::ZhCn);
        assert!(told.contains("近 30 日已有 6 件攻坚克难哨"), "{told}");
        assert!(
            warning
                .message(Language::En)
                .contains("in the last 30 days")
        );
    }
}
