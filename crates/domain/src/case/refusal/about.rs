//! What a refusal is about: who asks, what the command holds, or how the case stands.

use super::RefusalCode;

/// What has to change before the command is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// There is no such case.
    Absence,
    /// Somebody else has to give it.
    Asker,
    /// The command has to hold something else.
    Content,
    /// The case has to move on first, or has moved on already.
    State,
}

impl RefusalCode {
    /// What the refusal is about.
    ///
    /// ```
    /// use gridwhistle_domain::case::refusal::{About, RefusalCode};
    ///
    /// assert_eq!(RefusalCode::WrongStage.about(), About::State);
    /// assert_eq!(RefusalCode::EvidenceMissing.about(), About::Content);
    /// ```
    #[must_use]
    pub const fn about(self) -> About {
        match self {
            Self::CaseUnknown => About::Absence,
            Self::NotYourStep
            | Self::PersonInactive
            | Self::NotThisGrid
            | Self::WrongUnit
            | Self::RankTooLow
            | Self::SelfApproval
            | Self::InsufficientAuthority
            | Self::ChairRank
            | Self::SelfVerification
            | Self::SelfSignOff
            | Self::SignedBefore
            | Self::NotTheReporter => About::Asker,
            Self::LegUnknown
            | Self::UnitInactive
            | Self::GridUnknown
            | Self::DescriptionMissing
            | Self::DescriptionTooLong
            | Self::FieldMissing
            | Self::TextTooLong
            | Self::ListTooLong
            | Self::PersonalNumber
            | Self::InTheFuture
            | Self::ReasonRequired
            | Self::MatterNotInCatalogue
            | Self::ClassNotAllowed
            | Self::PersonMustAppear
            | Self::SameClass
            | Self::MergeCycle
            | Self::PreworkMissing
            | Self::GroundUnknown
            | Self::TargetDoesNotServe
            | Self::NewFactsRequired
            | Self::LeadInCoHandlers
            | Self::OneUnitOnly
            | Self::UnitCannotHandle
            | Self::PrecedentMismatch
            | Self::LegalBasisMissing
            | Self::ExtensionLimit
            | Self::CitizenNotInformed
            | Self::ReasonNotAllowed
            | Self::SuspensionCap
            | Self::ProofMissing
            | Self::UntilInvalid
            | Self::ReviewTooLate
            | Self::QuorumMissing
            | Self::MinutesMissing
            | Self::DecisionAboveCap
            | Self::EvidenceMissing => About::Content,
            _ => About::State,
        }
    }
}
