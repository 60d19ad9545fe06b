//! The clocks of a class by name, and what the law allows for them.

use super::rows::Limits;
use crate::calendar::Limit;
use crate::class::CaseClass;
use crate::text::{Text, named};
use serde::{Deserialize, Serialize};

named! {
    /// The clocks of a class by name, where a rule of the file speaks of one.
    LimitName {
        /// [`Limits::handle`].
        Handle = "handle", "办理时限", "handling";
        /// [`Limits::handle_cap`].
        HandleCap = "handle_cap", "办理时限上限", "handling at most";
        /// [`Limits::acknowledge`].
        Acknowledge = "acknowledge", "签收时限", "acknowledgement";
        /// [`Limits::convene`].
        Convene = "convene", "召集时限", "convening";
        /// [`Limits::progress`].
        Progress = "progress", "进展报告间隔", "progress note";
        /// [`Limits::dispatch`].
        Dispatch = "dispatch", "派单时限", "dispatch";
        /// [`Limits::verify`].
        Verify = "verify", "核查时限", "verification";
        /// [`Limits::sign_off`].
        SignOff = "sign_off", "销号时限", "sign-off";
        /// [`Limits::take_papers`].
        TakePapers = "take_papers", "收件时限", "taking papers";
        /// [`Limits::submit`].
        Submit = "submit", "递交时限", "submission";
        /// [`Limits::statutory`].
        Statutory = "statutory", "法定时限", "statutory limit";
        /// [`Limits::statutory_extension`].
        StatutoryExtension = "statutory_extension", "法定时限延长", "statutory extension";
        /// [`Limits::joint`].
        Joint = "joint", "联合办理法定时限", "joint statutory limit";
        /// [`Limits::joint_extension`].
        JointExtension = "joint_extension", "联合办理时限延长", "joint extension";
        /// [`Limits::hand_back`].
        HandBack = "hand_back", "交还时限", "hand-back";
    }
}

impl Limits {
    /// The limit of a name.
    #[must_use]
    pub const fn get(&self, name: LimitName) -> Option<Limit> {
        match name {
            LimitName::Handle => self.handle,
            LimitName::HandleCap => self.handle_cap,
            LimitName::Acknowledge => self.acknowledge,
            LimitName::Convene => self.convene,
            LimitName::Progress => self.progress,
            LimitName::Dispatch => self.dispatch,
            LimitName::Verify => self.verify,
            LimitName::SignOff => self.sign_off,
            LimitName::TakePapers => self.take_papers,
            LimitName::Submit => self.submit,
            LimitName::Statutory => self.statutory,
            LimitName::StatutoryExtension => self.statutory_extension,
            LimitName::Joint => self.joint,
            LimitName::JointExtension => self.joint_extension,
            LimitName::HandBack => self.hand_back,
        }
    }
}

/// What a law allows for one limit of one class; `check` refuses a policy above it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LegalCap {
    /// The class.
    pub class: CaseClass,
    /// The limit.
    pub limit: LimitName,
    /// The law and its article.
    pub law: Text,
    /// The most that the limit may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Limit>,
    /// A limit of at most this many days is counted in working days, never in natural ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_days_up_to: Option<u32>,
}
