//! Which events decide what a figure says of a case: the one home of that, for shares and for what is
//! measured.

use crate::case_view::{AccountRow, read_case};
use crate::questions::{QuestionError, Questions};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::fact::CaseFact as F;
use gridwhistle_domain::case::ladder;
use gridwhistle_domain::case::stage::ClockKind as K;
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_store::StreamId;

/// What events are told for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::questions) enum Decided {
    /// What a share says of a case.
    Share(CaseIndicator),
    /// That it was given more time, and was to be closed.
    MoreTime,
    /// That it is or was on long-term hold.
    Hold,
}

impl From<CaseIndicator> for Decided {
    fn from(indicator: CaseIndicator) -> Self {
        Self::Share(indicator)
    }
}

impl Decided {
    /// Whether a fact has a part in it.
    fn by(self, fact: &F) -> bool {
        match (self, fact) {
            (Self::Share(indicator), fact) => decides(indicator, fact),
            (Self::MoreTime, F::ExtensionGranted { .. })
            | (
                Self::Hold,
                F::CaseReported { .. }
                | F::CaseImported { .. }
                | F::CaseHeldLongTerm { .. }
                | F::CaseResumed { .. },
            ) => true,
            (Self::MoreTime, fact) => decides(CaseIndicator::Closed, fact),
            (Self::Hold, _) => false,
        }
    }

    /// Whether it is about the first closing, and what follows is of the next one.
    fn ends_with(self, fact: &F) -> bool {
        let Self::Share(indicator) = self else {
            return false;
        };
        is_of_a_closing(indicator) && matches!(fact, F::CaseReopened { .. })
    }
}

impl Questions {
    /// The positions of the events that decide what a figure says of a case, up to an instant.
    pub(in crate::questions) async fn telling(
        &self,
        case: &str,
        decided: impl Into<Decided>,
        at: DateTime<Utc>,
    ) -> Result<Vec<u64>, QuestionError> {
        let decided = decided.into();
        let stream = StreamId::new("case", case);
        let mut positions = Vec::new();
        for event in self.log.read_stream(&self.tenant, &stream, 0).await? {
            let fact =
                read_case(&event).map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
            if fact.at <= at && decided.by(&fact.fact) {
                positions.push(event.position);
                if decided.ends_with(&fact.fact) {
                    break;
                }
            }
        }
        Ok(positions)
    }
}

/// Whether a share asks how the first closing went.
pub(super) const fn is_of_a_closing(indicator: CaseIndicator) -> bool {
    matches!(
        indicator,
        CaseIndicator::SettledAtOnce | CaseIndicator::CameBack
    )
}

/// What a share asks of a case: until when, and when it was done.
pub(super) fn asked_of(
    indicator: CaseIndicator,
    row: &AccountRow,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    use CaseIndicator as I;
    match indicator {
        I::Filed | I::FiledInTime | I::ScreenedInTime | I::Valid | I::FromResidents => {
            (row.accept_due, row.accepted_at.or(row.refused_at))
        }
        I::DispatchedRightly | I::DispatchedInTime => (row.dispatch_due, row.dispatched_at),
        I::Handled | I::HandledInTime => (row.handle_due, row.done_at),
        I::CheckedInTime => (row.verify_due, None),
        I::SignedInTime => (row.sign_due, row.closed_at),
        I::WhistleAstray => (None, row.whistled_at),
        I::SettledAtOnce | I::CameBack => (None, row.settled_at),
        I::Responded => (row.contact_due, None),
        _ => (None, row.closed_at),
    }
}

/// Whether a fact has a part in what a share says of a case.
fn decides(indicator: CaseIndicator, fact: &F) -> bool {
    use CaseIndicator as I;
    let clocks: &[K] = match indicator {
        I::Filed | I::FiledInTime | I::ScreenedInTime => &[K::Accept],
        I::DispatchedRightly | I::DispatchedInTime => &[K::Dispatch],
        I::Handled | I::HandledInTime => &ladder::SUPERVISED,
        I::Closed | I::ClosedInTime | I::ClosedLate => &[
            K::Handle,
            K::TakePapers,
            K::Submit,
            K::Statutory,
            K::HandBack,
            K::Verify,
            K::SignOff,
        ],
        I::CheckedInTime => &[K::Verify],
        I::SignedInTime => &[K::SignOff],
        I::Responded => &[K::Contact],
        _ => &[],
    };
    if clock_of(fact).is_some_and(|id| clocks.contains(&id.kind)) {
        return true;
    }
    match (indicator, fact) {
        (_, F::CaseReported { .. } | F::CaseImported { .. } | F::ImportedCaseClosed { .. })
        | (
            I::Filed | I::FiledInTime | I::ScreenedInTime | I::FromResidents,
            F::CaseAccepted { .. } | F::CaseRejected { .. } | F::CaseTransferredOut { .. },
        )
        | (I::Valid, F::CaseRejected { .. } | F::CaseWithdrawn { .. })
        | (
            I::DispatchedRightly | I::DispatchedInTime | I::WhistleAstray,
            F::CaseDispatched { .. } | F::LegReturned { .. } | F::WhistleBlown { .. },
        )
        | (I::Handled | I::HandledInTime, F::ResponseSubmitted { .. } | F::ReworkRequired { .. })
        | (I::CheckedInTime, F::VerificationPassed { .. } | F::ReworkRequired { .. })
        | (I::SignedInTime, F::SignOffRecorded { .. })
        | (I::SentBack | I::SettledAtOnce, F::ReworkRequired { .. })
        | (I::BySelf, F::LegOpened { .. })
        | (I::Responded, F::ResidentContacted { .. }) => true,
        (
            I::Reached | I::Solved | I::SaidSatisfied | I::SaidStrictly,
            F::ResidentConfirmed { .. }
            | F::ResidentDisputed { .. }
            | F::CallbackUnreachable {}
            | F::SatisfactionRated { .. }
            | F::ResponseSubmitted { .. },
        ) => true,
        (_, F::CaseClosed { .. } | F::CaseReopened { .. }) => is_of_the_end(indicator),
        _ => false,
    }
}

/// Whether a share is about what was signed off.
const fn is_of_the_end(indicator: CaseIndicator) -> bool {
    use CaseIndicator as I;
    !matches!(
        indicator,
        I::Filed
            | I::FiledInTime
            | I::ScreenedInTime
            | I::Valid
            | I::FromResidents
            | I::DispatchedRightly
            | I::DispatchedInTime
            | I::WhistleAstray
            | I::CheckedInTime
    )
}

const fn clock_of(fact: &F) -> Option<ClockId> {
    match fact {
        F::ClockStarted { clock } => Some(clock.id),
        F::ClockStopped { id, .. }
        | F::ClockCancelled { id, .. }
        | F::ClockSuspended { id, .. }
        | F::ClockResumed { id, .. }
        | F::ClockRebased { id, .. } => Some(*id),
        _ => None,
    }
}
