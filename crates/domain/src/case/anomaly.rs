//! What is odd about a case that came from another system and is kept all the same. Codes are
//! stable: they stand in events.

use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! anomalies {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $zh:literal, $en:literal;)*) => {
        /// An oddity that is flagged on the case and counted in the report, in the order of the documentation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Anomaly { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        $crate::schema::shape_of_codes!(Anomaly);

        impl Anomaly {
            /// Every anomaly, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code in events, files and reports.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code),* } }

            /// The name for people.
            #[must_use]
            pub fn label(self) -> Text { match self { $(Self::$name => Text::new($zh, $en)),* } }

            /// The anomaly of a code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

anomalies! {
    /// The closing time lies before the opening time; both are kept.
    ClosedBeforeOpened = "closed_before_opened", "办结早于受理", "closed before it was opened";
    /// The due time lies before the opening time; both are kept.
    DueBeforeOpened = "due_before_opened", "期限早于受理", "due before it was opened";
    /// One unit id stands with two names in the file.
    UnitIdWithTwoNames = "unit_id_with_two_names", "同一单位编码有两个名称", "one unit id with two names";
    /// The status says open and a closing time is there, or the other way round; the time decides.
    StatusDisagrees = "status_disagrees", "状态与办结时间不一致", "status and closing time disagree";
    /// The status is none of those the mapping lists.
    StatusUnknown = "status_unknown", "状态不在映射表中", "status not in the mapping";
    /// The on-time flag is none of those the mapping lists; it is left out.
    OnTimeFlagUnknown = "on_time_flag_unknown", "按期标志不在映射表中", "on-time flag not in the mapping";
    /// The location is no place on earth, half a place, or outside the bounds; it is left out.
    ImpossibleLocation = "impossible_location", "位置不可能", "impossible location";
    /// The source says closed and gives no time; the opening time stands in.
    ClosureTimeUnknown = "closure_time_unknown", "已办结但无办结时间", "closed at an unknown time";
    /// The source gives neither or both verdicts; the case stays open.
    ClosureUnknown = "closure_unknown", "是否办结不明", "not known whether closed";
    /// The clock never showed this time (spring); the first instant after the gap stands in.
    LocalTimeNonexistent = "local_time_nonexistent", "当地不存在的时刻（夏令时开始）", "local time skipped in spring";
    /// The clock showed this time twice (autumn); the first pass is taken.
    LocalTimeAmbiguous = "local_time_ambiguous", "当地出现两次的时刻（夏令时结束）", "local time shown twice in autumn";
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Anomaly {
    /// The name of a code as it stands in an event; the code itself where it is not one of ours.
    #[must_use]
    pub fn name_of(code: &str) -> Text {
        Self::from_code(code).map_or_else(|| Text::new(code, code), Self::label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_part_of_another_so_that_a_filter_may_look_for_one_among_several() {
        for one in Anomaly::ALL {
            assert_eq!(Anomaly::from_code(one.code()), Some(*one));
            let same = |other: &&Anomaly| other.code().contains(one.code());
            assert_eq!(Anomaly::ALL.iter().filter(same).count(), 1, "{one}");
        }
    }
}
