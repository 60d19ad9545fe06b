//! The forms of a proxy case.

use super::{Field, Kind, may, must};
use crate::words::form::Word as W;
use gridwhistle_domain::case::command::CommandName as C;

/// 代办: from the mandate to handing back.
pub(super) const fn fields(command: C) -> Option<&'static [Field]> {
    Some(match command {
        C::GrantMandate => {
            const {
                &[
                    must("mandate.principal", W::Principal, Kind::Person),
                    may("mandate.guardian", W::Guardian, Kind::Person),
                    must("mandate.scope", W::Scope, Kind::Lines),
                    must("mandate.papers", W::Papers, Kind::Lines),
                    must("mandate.expires_at", W::Until, Kind::Instant),
                    must("mandate.identity_check", W::IdentityCheck, Kind::Line),
                ]
            }
        }
        C::SubmitToWindow => {
            const {
                &[
                    must("window", W::WindowUnit, Kind::Unit),
                    must("receipt", W::ReceiptNumber, Kind::Line),
                    must("item", W::ItemCode, Kind::Line),
                ]
            }
        }
        C::RequestMaterials => {
            const {
                &[
                    must("materials", W::Materials, Kind::Lines),
                    must("notice", W::NoticeNumber, Kind::Line),
                ]
            }
        }
        C::SupplyMaterials => const { &[must("materials", W::Materials, Kind::Lines)] },
        C::RecordWindowExtension => {
            const {
                &[
                    must("limit", W::HowLong, Kind::Limit),
                    must("reason", W::Reason, Kind::Long),
                    must("notice", W::NoticeNumber, Kind::Line),
                ]
            }
        }
        C::RecordDecision => {
            const {
                &[
                    must("granted", W::WindowDecision, Kind::Verdict),
                    must("reason", W::Reason, Kind::Long),
                    must("document", W::DocumentNumber, Kind::Line),
                    may("decided_at", W::DecidedAt, Kind::Instant),
                ]
            }
        }
        C::HandBack => {
            const {
                &[
                    must("papers", W::Papers, Kind::Lines),
                    may("signature", W::SignedList, Kind::Line),
                ]
            }
        }
        C::RevokeMandate => const { &[must("papers", W::Papers, Kind::Lines)] },
        C::SubstituteAgent => {
            const {
                &[
                    must("agent", W::Agent, Kind::Line),
                    may("principal_told", W::Informed, Kind::Flag),
                ]
            }
        }
        _ => return None,
    })
}
