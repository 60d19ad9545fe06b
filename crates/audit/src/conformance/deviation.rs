//! Where a case left its flow.

use chrono::{DateTime, Utc};
use gridwhistle_domain::case::clock::in_time;
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_domain::local_time::china;
use gridwhistle_domain::text::{Language, Text};
use gridwhistle_projections::models::why::duration;
use serde::Serialize;

/// How it left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviationKind {
    /// Something that comes before was not done.
    Skipped,
    /// Something that the flow does not know was done.
    Inserted,
    /// Something was done after what it has to come before.
    OutOfOrder,
    /// Something was done where it belongs, and past its due time.
    Late,
}

impl DeviationKind {
    /// Its name for people.
    #[must_use]
    pub fn label(self) -> Text {
        let (zh, en) = match self {
            Self::Skipped => ("跳过步骤", "skipped"),
            Self::Inserted => ("流程外步骤", "inserted"),
            Self::OutOfOrder => ("顺序颠倒", "out of order"),
            Self::Late => ("逾期", "late"),
        };
        Text::new(zh, en)
    }
}

/// A step of a flow: a stage, or a duty on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Milestone {
    /// A stage.
    Stage(Stage),
    /// The unit spoke with the resident.
    Contact,
    /// The unit came to the spot.
    ReportIn,
    /// The response was checked.
    Verification,
    /// The whole chain has signed.
    SignOffChain,
    /// The resolution was made public.
    ResolutionDisclosed,
    /// The implementation was made public.
    ImplementationDisclosed,
    /// A policy version that was published, and has the class.
    KnownPolicy,
}

impl Milestone {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stage(stage) => stage.code(),
            Self::Contact => "contact",
            Self::ReportIn => "report_in",
            Self::Verification => "verification",
            Self::SignOffChain => "sign_off_chain",
            Self::ResolutionDisclosed => "resolution_disclosed",
            Self::ImplementationDisclosed => "implementation_disclosed",
            Self::KnownPolicy => "known_policy",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn label(self) -> Text {
        let (zh, en) = match self {
            Self::Stage(stage) => return stage.label(),
            Self::Contact => ("联系当事人", "contact with the resident"),
            Self::ReportIn => ("报到", "reporting in"),
            Self::Verification => ("核查", "verification"),
            Self::SignOffChain => ("销号签字链", "the sign-off chain"),
            Self::ResolutionDisclosed => ("决议公开", "disclosure of the resolution"),
            Self::ImplementationDisclosed => ("实施公开", "disclosure of the implementation"),
            Self::KnownPolicy => ("已发布的规则版本", "a published policy"),
        };
        Text::new(zh, en)
    }
}

impl Serialize for Milestone {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

/// By how much something came past its due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// When it was due.
    pub due: DateTime<Utc>,
    /// Minutes on the wall since then; one that had begun counts whole.
    pub minutes: i64,
}

impl Overdue {
    /// What came at an instant, and was due at another: none where that was in time.
    pub(super) fn of(done: DateTime<Utc>, due: DateTime<Utc>) -> Option<Self> {
        let late = in_time(Some(done), Some(due)) == Some(false);
        let seconds = (done - due).num_seconds() + i64::from((done - due).subsec_nanos() > 0);
        let minutes = (seconds + 59) / 60;
        late.then_some(Self { due, minutes })
    }

    fn words(self) -> Text {
        let due = self.due.with_timezone(&china());
        let due = due.format("%Y-%m-%d %H:%M");
        let late = |language| duration(self.minutes, language);
        Text::new(
            format!("，应于 {due} 前，晚 {}", late(Language::ZhCn)),
            format!(", due {due}, {} late", late(Language::En)),
        )
    }
}

/// One deviation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The case.
    pub case: String,
    /// The event at which it shows: its position.
    pub event: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// The unit that led then, or that of whoever acted; of a late reporting-in the unit that came late.
    pub unit: Option<String>,
    /// The class then.
    pub class: Option<String>,
    /// The policy that the case was judged by.
    pub policy: Option<String>,
    /// How it left the flow.
    pub kind: DeviationKind,
    /// What was skipped, inserted, or done too late.
    pub what: Vec<Milestone>,
    /// The stage before.
    pub from: Option<Stage>,
    /// The stage after.
    pub to: Option<Stage>,
    /// Where it came past a due time of its own: which, and by how much.
    pub overdue: Option<Overdue>,
}

impl Deviation {
    /// In one sentence.
    #[must_use]
    pub fn words(&self) -> Text {
        let kind = self.kind.label();
        let what: Vec<Text> = self.what.iter().map(|one| one.label()).collect();
        let zh: Vec<&str> = what.iter().map(|text| text.zh.as_str()).collect();
        let en: Vec<&str> = what.iter().map(|text| text.en.as_str()).collect();
        let stage = |stage: Option<Stage>| {
            stage.map_or_else(|| Text::new("（无）", "(none)"), Stage::label)
        };
        let (from, to) = (stage(self.from), stage(self.to));
        if self.from == self.to {
            let late = self.overdue.map(Overdue::words).unwrap_or_default();
            return Text::new(
                format!("{}：{}（{}时{}）", kind.zh, zh.join("、"), to.zh, late.zh),
                format!("{}: {} (when {}{})", kind.en, en.join(", "), to.en, late.en),
            );
        }
        Text::new(
            format!("{}：{}（{} → {}）", kind.zh, zh.join("、"), from.zh, to.zh),
            format!("{}: {} ({} to {})", kind.en, en.join(", "), from.en, to.en),
        )
    }
}
