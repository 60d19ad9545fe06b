//! A pattern that somebody should look at, with its evidence.

use chrono::{DateTime, Utc};
use gridwhistle_domain::text::Text;
use serde::Serialize;
use std::collections::BTreeMap;

/// The patterns (`DOMAIN.md` 7.13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagKind {
    /// A case that is sent back and forth (拉锯).
    PingPong,
    /// Many signatures by one person, just before they were due.
    SignBurst,
    /// Many closings of a unit at the end of a month.
    MonthEndClosing,
    /// A response though nobody spoke with the resident.
    ResponseWithoutContact,
    /// A suspension just before the due time, or the third of one case.
    SuspiciousSuspension,
}

impl FlagKind {
    /// The code in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PingPong => "ping_pong",
            Self::SignBurst => "sign_burst",
            Self::MonthEndClosing => "month_end_closing",
            Self::ResponseWithoutContact => "response_without_contact",
            Self::SuspiciousSuspension => "suspicious_suspension",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn label(self) -> Text {
        let (zh, en) = match self {
            Self::PingPong => ("反复退回（拉锯）", "back and forth"),
            Self::SignBurst => ("临期集中签字", "signing burst at the deadline"),
            Self::MonthEndClosing => ("月末集中销号", "mass closing at the month's end"),
            Self::ResponseWithoutContact => ("未联系当事人即反馈", "response without contact"),
            Self::SuspiciousSuspension => ("可疑挂起", "suspicious suspension"),
        };
        Text::new(zh, en)
    }
}

/// One flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flag {
    /// The pattern.
    pub kind: FlagKind,
    /// The unit it concerns.
    pub unit: Option<String>,
    /// The person in office whom it concerns, where it concerns one.
    pub person: Option<String>,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// The cases, at most a hundred.
    pub cases: Vec<String>,
    /// The events by position, at most a hundred.
    pub events: Vec<u64>,
    /// The figures that made it one, beside what they were held against.
    pub figures: BTreeMap<&'static str, i64>,
}

/// What a figure counts, for people.
#[must_use]
pub fn figure_label(figure: &str) -> Text {
    let (zh, en) = match figure {
        "returns" => ("退单", "returns"),
        "reworks" => ("返工", "reworks"),
        "reopens" => ("重新办理", "reopenings"),
        "from" => ("起算次数", "told from"),
        "signs" => ("签字数", "signatures"),
        "minutes" => ("分钟", "minutes"),
        "closings" => ("月末销号数", "closings at the end"),
        "closings_before" => ("此前销号数", "closings before"),
        "days" => ("月末天数", "days at the end"),
        "days_before" => ("此前天数", "days before"),
        "minutes_left" => ("剩余分钟", "minutes left"),
        "minutes_given" => ("期限分钟", "minutes given"),
        "suspensions" => ("挂起次数", "suspensions"),
        "contacts" => ("联系次数", "contacts"),
        other => (other, other),
    };
    Text::new(zh, en)
}
