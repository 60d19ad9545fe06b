//! What is asked of a case, and the answer when it was taken.

use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::ids::CaseId;
use serde::Serialize;
use uuid::Uuid;

/// One request to a case.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::{Request, domain::ids::CaseId};
/// use uuid::Uuid;
///
/// let (leader, case) = (gridwhistle::doc::leader(), CaseId(Uuid::now_v7()));
/// let request = Request::new(leader, case, gridwhistle::doc::report()).with_key(Uuid::now_v7());
/// let first: gridwhistle::Receipt = engine.request(request.clone()).await?;
/// let again = engine.request(request.clone()).await?;
/// assert!(again.repeated && again.position == first.position);
/// // A version that somebody else has moved on is refused.
/// let stale = request.with_key(Uuid::now_v7()).expecting(first.version + 1);
/// assert_eq!(engine.request(stale).await.unwrap_err().code(), "stale_version");
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks. The host has verified them.
    pub actor: Actor,
    /// The case.
    pub case: CaseId,
    /// What is asked.
    pub command: CaseCommand,
    /// The idempotency key: a repeat under the same key gets the first answer.
    pub key: Uuid,
    /// The version the caller has seen; another one is refused as stale.
    pub expected_version: Option<u64>,
    /// What it belongs to, for tracing.
    pub correlation: Option<Uuid>,
    /// What caused it, for tracing.
    pub causation: Option<Uuid>,
}

impl Request {
    /// A request under a fresh key.
    #[must_use]
    pub fn new(actor: Actor, case: CaseId, command: CaseCommand) -> Self {
        Self {
            actor,
            case,
            command,
            key: Uuid::now_v7(),
            expected_version: None,
            correlation: None,
            causation: None,
        }
    }

    /// Under this idempotency key.
    #[must_use]
    pub fn with_key(mut self, key: Uuid) -> Self {
        self.key = key;
        self
    }

    /// Only if the case is at this version.
    #[must_use]
    pub fn expecting(mut self, version: u64) -> Self {
        self.expected_version = Some(version);
        self
    }
}

/// The answer to a command that was taken: it is durable.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// let case = gridwhistle::doc::reported(&engine).await?;
/// let command = gridwhistle::domain::case::command::CaseCommand::RecordProgress {
///     leg: None,
///     note: "looked at it".to_owned(),
/// };
/// // Before it is accepted a case makes no progress: the rules refuse, and say what would do.
/// let refused = engine.execute(&gridwhistle::doc::leader(), case, command).await;
/// assert_eq!(refused.unwrap_err().code(), "wrong_stage");
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The case.
    pub case: CaseId,
    /// The position of its last event: wait for it to read your write.
    pub position: u64,
    /// The version of the case after it.
    pub version: u64,
    /// The facts that followed, by name; empty for a repeat.
    pub facts: Vec<String>,
    /// Whether the key was known and this is the first answer again.
    pub repeated: bool,
}
