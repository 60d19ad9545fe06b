//! What can go wrong between a caller and the log, with words for people in both languages.

mod chinese;

use crate::access_keys::KeyRefusal;
use gridwhistle_domain::appraisal::AppraisalRefusal;
use gridwhistle_domain::calendar::published::CalendarRefusal;
use gridwhistle_domain::case::refusal::Refusal;
use gridwhistle_domain::catalogue::CatalogueRefusal;
use gridwhistle_domain::evaluation::EvaluationRefusal;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::publishing::PolicyRefusal;
use gridwhistle_domain::registry::RegistryRefusal;
use gridwhistle_domain::score::run::ScoreRunRefusal;
use gridwhistle_domain::text::Language;
use gridwhistle_projections::ProjectionError;
use gridwhistle_projections::questions::QuestionError;
use gridwhistle_store::views::ViewError;
use gridwhistle_store::{AppendError, CopyError, StoreError};

/// An answer other than success.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::domain::text::Language;
///
/// let error = gridwhistle::Engine::open("city.db").await.err().unwrap();
/// assert_eq!(error.code(), "log_failed");
/// assert!(error.message(Language::ZhCn).contains("sqlite://"));
/// // What a technician wants beside the words.
/// assert!(error.detail().is_some());
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The rules refuse the command; nothing was written.
    ///
    /// Handling: show it; do not repeat it unchanged.
    #[error(transparent)]
    Refused(#[from] Box<Refusal>),
    /// The registry refuses a change; nothing was written.
    ///
    /// Handling: correct the input.
    #[error("{}: {}", .0.code(), .0.message(Language::En))]
    Registry(Box<RegistryRefusal>),
    /// The catalogue refuses a change; nothing was written.
    ///
    /// Handling: correct the input.
    #[error("{}: {}", .0.code(), .0.message(Language::En))]
    Catalogue(Box<CatalogueRefusal>),
    /// A policy file is refused; nothing was written.
    ///
    /// Handling: correct the input.
    #[error("{}: {}", .0.code(), .0.message(Language::En))]
    Policy(Box<PolicyRefusal>),
    /// A calendar is refused; nothing was written.
    ///
    /// Handling: correct the input.
    #[error("{}: {}", .0.code(), .0.message(Language::En))]
    Calendar(Box<CalendarRefusal>),
    /// An evaluation form is refused; nothing was written.
    ///
    /// Handling: correct the input.
    #[error("{}: {}", .0.code(), .0.message(Language::En))]
    Evaluation(Box<EvaluationRefusal>),
    /// A round or a ballot of appraisal refuses; nothing was written.
    ///
    /// Handling: correct the input.
    #[error("{}: {}", .0.code(), .0.message(Language::En))]
    Appraisal(Box<AppraisalRefusal>),
    /// The policy in force has no appraisal.
    ///
    /// Handling: publish one that has.
    #[error(
        "the policy in force has no appraisal; publish one with the table `[appraisal]`, see `gridwhistle policy show --built-in`"
    )]
    NoAppraisal,
    /// A score run is refused; nothing was written.
    ///
    /// Handling: as the message says.
    #[error("{}: {}", .0.code(), .0.message(Language::En))]
    Scores(Box<ScoreRunRefusal>),
    /// A key of another system is not issued or revoked; nothing was written.
    ///
    /// Handling: correct the field.
    #[error("{}: {}", .0.code(), .0.message(Language::En))]
    Key(Box<KeyRefusal>),
    /// There is no such score run.
    ///
    /// Handling: ask for the runs on record.
    #[error("there is no score run {number}; accepted: a number of `score list`")]
    NoScoreRun {
        /// As given.
        number: u64,
    },
    /// There is no such subscriber.
    ///
    /// Handling: ask for those that there are.
    #[error("there is no subscriber {id}; accepted: an id of the list of subscribers")]
    NoSubscriber {
        /// As given.
        id: uuid::Uuid,
    },
    /// The case has not opened this evaluation.
    ///
    /// Handling: ask for the pairs of a closed case.
    #[error(
        "case {case} has no such evaluation; it opens when a case of a class with mutual evaluation is closed"
    )]
    NoEvaluation {
        /// The case.
        case: CaseId,
    },
    /// This person may not do that.
    ///
    /// Handling: ask somebody who may; HTTP 403.
    #[error("{given} may not do this; accepted: {accepted}")]
    NotAuthorised {
        /// Who asked: person, role, unit.
        given: String,
        /// The role that may.
        accepted: &'static str,
    },
    /// An input file is wrong; every issue with its line. Nothing was written.
    ///
    /// Handling: correct the lines.
    #[error("{}", .0.join("\n"))]
    Input(Vec<String>),
    /// The log did not take the command.
    ///
    /// Handling: [`EngineError::may_retry`] says whether to repeat it under the same key; after a
    /// `Conflict` look at the case again first.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The log cannot be read or opened.
    ///
    /// Handling: as the message says; commands are safe.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A view cannot be read or written. Commands go on.
    ///
    /// Handling: `gridwhistle rebuild`.
    #[error(transparent)]
    View(#[from] ViewError),
    /// A question could not be answered.
    ///
    /// Handling: as the message says; commands go on.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// Events could not be folded into the views.
    ///
    /// Handling: `gridwhistle rebuild`; if it names a position, the log holds a form unknown here.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// An event of the log has a form that this program does not know.
    ///
    /// Handling: use the newer program.
    #[error(
        "the event at position {position} is unreadable: {what}; use the program version that wrote it"
    )]
    Unreadable {
        /// Where.
        position: u64,
        /// What was found.
        what: String,
    },
    /// A waited-for position did not come in time.
    ///
    /// Handling: ask again; the command itself is safe.
    #[error("the views have reached position {reached}, not yet {wanted}; ask again")]
    NotYet {
        /// Where the views are.
        reached: u64,
        /// What was asked for.
        wanted: u64,
    },
    /// A value could not be written as JSON.
    ///
    /// Handling: report it; nothing was written.
    #[error("a value cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A log was not copied, or the copy is not equal to it.
    ///
    /// Handling: as the message says; what was copied before stands.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The key ring refuses or is damaged.
    ///
    /// Handling: as the message says.
    #[error(transparent)]
    Keys(#[from] crate::keyring::KeyringError),
}

impl From<Refusal> for EngineError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

macro_rules! refusals {
    ($($variant:ident($refusal:ty)),* $(,)?) => {$(
        impl From<$refusal> for EngineError {
            fn from(refusal: $refusal) -> Self {
                Self::$variant(Box::new(refusal))
            }
        }
    )*};
}

refusals!(
    Registry(RegistryRefusal),
    Catalogue(CatalogueRefusal),
    Policy(PolicyRefusal),
    Calendar(CalendarRefusal),
    Evaluation(EvaluationRefusal),
    Appraisal(AppraisalRefusal),
    Scores(ScoreRunRefusal),
    Key(KeyRefusal),
);

impl EngineError {
    /// A stable code for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code.code(),
            Self::Registry(refusal) => refusal.code(),
            Self::Catalogue(refusal) => refusal.code(),
            Self::Policy(refusal) => refusal.code(),
            Self::Calendar(refusal) => refusal.code(),
            Self::Evaluation(refusal) => refusal.code(),
            Self::Appraisal(refusal) => refusal.code(),
            Self::NoAppraisal => "no_appraisal",
            Self::Scores(refusal) => refusal.code(),
            Self::Key(refusal) => refusal.code(),
            Self::NoScoreRun { .. } => "no_score_run",
            Self::NoSubscriber { .. } => "no_subscriber",
            Self::NoEvaluation { .. } => "no_evaluation",
            Self::NotAuthorised { .. } => "not_authorised",
            Self::Input(_) => "input_invalid",
            Self::Append(AppendError::Conflict { .. } | AppendError::Behind { .. }) => {
                "stale_version"
            }
            Self::Append(AppendError::CommandReused { .. }) => "idempotency_key_reused",
            Self::Append(AppendError::Overloaded { .. }) => "overloaded",
            Self::Append(AppendError::Storage(error)) | Self::Store(error) => store_code(error),
            Self::Append(_) => "append_refused",
            // What the log says is told as such, whoever met it.
            Self::Question(QuestionError::Log(error))
            | Self::Projection(ProjectionError::Log { source: error, .. }) => store_code(error),
            Self::View(error) | Self::Question(QuestionError::Views(error)) => {
                view_code(error, "view_failed")
            }
            Self::Question(_) => "view_failed",
            Self::Projection(ProjectionError::Views { source, .. }) => {
                view_code(source, "projection_failed")
            }
            Self::Projection(_) => "projection_failed",
            Self::Unreadable { .. } => "event_unreadable",
            Self::NotYet { .. } => "not_yet",
            Self::Json(_) => "json_failed",
            Self::Copy(CopyError::Store(error)) => store_code(error),
            Self::Copy(CopyError::Damaged { .. }) => "log_damaged",
            Self::Copy(_) => "copy_refused",
            Self::Keys(crate::keyring::KeyringError::NotNamed) => "keys_not_named",
            Self::Keys(_) => "keyring_failed",
        }
    }

    /// Whether the same request, under the same key, may go through later without anybody changing
    /// anything: over HTTP 503 with `Retry-After`. All else wants another request, or an operator.
    ///
    /// ```
    /// use gridwhistle::EngineError;
    ///
    /// let behind = EngineError::NotYet { reached: 1, wanted: 2 };
    /// assert!(behind.may_retry());
    /// let refused = EngineError::Input(vec!["line 2".to_owned()]);
    /// assert!(!refused.may_retry());
    /// ```
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Append(error) => error.may_retry(),
            Self::Store(error) | Self::Copy(CopyError::Store(error)) => error.may_retry(),
            Self::View(error) => error.may_retry(),
            Self::Question(error) => error.may_retry(),
            Self::Projection(error) => error.may_retry(),
            Self::Keys(error) => matches!(error, crate::keyring::KeyringError::Randomness(_)),
            Self::NotYet { .. } => true,
            _ => false,
        }
    }

    /// The words in the asked language: what happened, and the way out.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Refused(refusal), _) => refusal.message(language),
            (Self::Registry(refusal), _) => refusal.message(language),
            (Self::Catalogue(refusal), _) => refusal.message(language),
            (Self::Policy(refusal), _) => refusal.message(language),
            (Self::Calendar(refusal), _) => refusal.message(language),
            (Self::Evaluation(refusal), _) => refusal.message(language),
            (Self::Appraisal(refusal), _) => refusal.message(language),
            (Self::Scores(refusal), _) => refusal.message(language),
            (Self::Key(refusal), _) => refusal.message(language),
            (_, Language::En) => self.to_string(),
            (_, Language::ZhCn) => chinese::words(self),
        }
    }

    /// What a technician wants beside the words: paths, and what system and database said, in
    /// English as they said it. None where a rule refuses: there the words are all.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Refused(_) | Self::Registry(_) | Self::Catalogue(_) | Self::Policy(_) => None,
            Self::Calendar(_) | Self::Evaluation(_) | Self::NoEvaluation { .. } => None,
            Self::Appraisal(_) | Self::NoAppraisal | Self::Key(_) => None,
            Self::NotAuthorised { .. } | Self::Input(_) | Self::NotYet { .. } => None,
            Self::Scores(_) | Self::NoScoreRun { .. } | Self::NoSubscriber { .. } => None,
            machine => Some(machine.to_string()),
        }
    }
}

/// The code of what the views' database itself says; else that of whoever met it.
fn view_code(error: &ViewError, other: &'static str) -> &'static str {
    match error {
        ViewError::Unavailable { .. } => "store_unavailable",
        ViewError::OlderSchema { .. } => "older_schema",
        ViewError::NewerSchema { .. } => "newer_schema",
        _ => other,
    }
}

fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::ReadOnly { .. } => "read_only",
        StoreError::DiskFull => "disk_full",
        StoreError::Locked { .. } => "locked",
        StoreError::NewerSchema { .. } => "newer_schema",
        StoreError::OlderSchema { .. } => "older_schema",
        StoreError::Unavailable { .. } => "store_unavailable",
        StoreError::NotNext { .. } => "copy_refused",
        StoreError::Corrupt { .. } => "log_damaged",
        StoreError::NotACluster { .. } => "not_a_cluster",
        StoreError::NotADatabase { .. } => "not_a_log",
        StoreError::Closed => "log_closed",
        _ => "log_failed",
    }
}

#[cfg(test)]
mod tests;
