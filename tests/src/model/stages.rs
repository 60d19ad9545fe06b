//! The model: which stages a command may leave a case at (`DOMAIN.md` 2.3, "From" and "Event").

use gridwhistle::domain::case::command::CommandName as C;
use gridwhistle::domain::case::stage::Stage as S;

/// Where a command may lead from a stage; everything not listed stays where it is.
pub(super) fn may_lead(command: C, from: Option<S>) -> Vec<Option<S>> {
    let stays = from;
    let to: &[S] = match command {
        C::Report => &[S::Reported],
        C::ReportHandled => &[S::Responded],
        C::Accept => &[S::Accepted, S::Dispatched, S::InProgress],
        C::Reject | C::DeclineMandate => &[S::Rejected],
        C::TransferOut => &[S::TransferredOut],
        C::Merge => &[S::Merged],
        C::Reclassify => &[S::Accepted, S::InProgress],
        C::BlowWhistle => &[S::Whistled],
        C::DeclineWhistle => &[S::Accepted, S::InProgress],
        C::Dispatch | C::Decide | C::DesignateLead => &[S::Dispatched, S::InProgress],
        C::Assign => &[S::Dispatched],
        C::Suspend | C::Hold => &[S::Suspended],
        C::Convene => &[S::Coordinating],
        C::Respond | C::HandBack => &[S::Responded],
        C::RequireRework | C::Reopen => &[S::InProgress],
        C::Resume => &[S::InProgress],
        C::Withdraw | C::RevokeMandate => &[S::Withdrawn],
        C::Archive => &[S::Archived],
        C::ConfirmVoid => &[S::Voided],
        // One more unit, one more signature: it may or may not be the one that moves the case.
        C::Acknowledge | C::AutoAcknowledge if from == Some(S::Dispatched) => {
            return vec![stays, Some(S::InProgress)];
        }
        C::ApproveReturn => return vec![stays, Some(S::Accepted)],
        C::SignOff | C::AutoSignOff => return vec![stays, Some(S::Closed)],
        _ => return vec![stays],
    };
    to.iter().copied().map(Some).collect()
}
