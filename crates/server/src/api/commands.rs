//! `POST /cases…`: commands. The body is what the domain's own command holds; the name stands in the
//! address, the version in `If-Match`, the key in `Idempotency-Key`.

pub(crate) mod people;

use super::cases::{case_id, etag};
use crate::app::Shared;
use crate::ask::POSITION;
use crate::body::{Json, pointer};
use crate::caller::Caller;
use crate::operation::counted;
use crate::problem::{Issue, Trouble};
use axum::extract::{Path, State};
use axum::http::header::{ETAG, IF_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::{CaseCommand, CommandName, NamedCommand};
use gridwhistle::domain::ids::{CaseId, PersonId, SubjectId};
use gridwhistle::projections::questions::Moment;
use gridwhistle::{Engine, EngineError, Receipt, Request};
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::Instrument;
use uuid::Uuid;

/// The header of the key under which a request is made.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

type Answered = Result<(StatusCode, HeaderMap, axum::Json<CommandAnswer>), Trouble>;

/// What a command answers.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CommandAnswer {
    command: &'static str,
    key: Uuid,
    #[serde(flatten)]
    receipt: Receipt,
    /// Whose data was sealed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<SubjectId>,
}

/// `POST /cases`: reports a case.
pub(crate) async fn report(
    State(app): State<Shared>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Json(body): Json<Map<String, Value>>,
) -> Answered {
    open(&app, actor, CommandName::Report, &headers, body).await
}

/// `POST /cases/report-handled`: reports what was handled on the spot.
pub(crate) async fn report_handled(
    State(app): State<Shared>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Json(body): Json<Map<String, Value>>,
) -> Answered {
    open(&app, actor, CommandName::ReportHandled, &headers, body).await
}

/// `POST /cases/{case}/{command}`: any command to a case that is there.
pub(crate) async fn give(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((case, command)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Map<String, Value>>,
) -> Answered {
    let name = by_people(&command).ok_or_else(Issue::address_unknown)?;
    let version = expected(&headers)?;
    let case = case_id(&case)?;
    // What somebody does not see is not there for them, whatever they ask of it.
    app.sees_case(&actor, case).await?;
    let given = Given {
        key: key(&headers, &actor.person),
        actor,
        case,
        name,
        version,
    };
    given.to(&app, body).await
}

/// The command of an address, if people give it to a case that is there.
pub(crate) fn by_people(command: &str) -> Option<CommandName> {
    let name = CommandName::from_code(command)?;
    let opens = matches!(name, CommandName::Report | CommandName::ReportHandled);
    let imported = name == CommandName::Import;
    (!opens && !imported).then_some(name)
}

/// Gives a command that makes a case, whose id follows from the key, so that a repeat speaks of it.
async fn open(
    app: &Shared,
    actor: Actor,
    name: CommandName,
    headers: &HeaderMap,
    body: Map<String, Value>,
) -> Answered {
    let key = key(headers, &actor.person);
    let case = CaseId(Uuid::new_v5(&key, b"case"));
    let given = Given {
        actor,
        case,
        name,
        key,
        version: None,
    };
    let (_, mut headers, answer) = given.to(app, body).await?;
    // An id is digits, letters and dashes.
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/cases/{case}")) {
        headers.insert(LOCATION, place);
    }
    Ok((StatusCode::CREATED, headers, answer))
}

/// The key of a command, or a fresh one.
fn key(headers: &HeaderMap, by: &PersonId) -> Uuid {
    given_key(headers, by).unwrap_or_else(Uuid::now_v7)
}

/// The key of a request: a UUID as it is, any other text as the UUID that follows from it and from who
/// asks. Two systems that count their requests 1, 2, 3 do not get into each other's way.
pub(crate) fn given_key(headers: &HeaderMap, by: &PersonId) -> Option<Uuid> {
    let given = headers.get(KEY)?;
    let text = given.to_str().unwrap_or_default().trim_matches('"');
    let of_text = |_| {
        let own = Uuid::new_v5(&Uuid::NAMESPACE_OID, by.as_str().as_bytes());
        Uuid::new_v5(&own, given.as_bytes())
    };
    Some(text.parse().unwrap_or_else(of_text))
}

/// The engine under the key of a request, where it has one: for all that is no command to a case.
pub(crate) fn under_key(
    engine: &Engine,
    actor: &Actor,
    headers: &HeaderMap,
    request: &[u8],
) -> Engine {
    let key = given_key(headers, &actor.person);
    key.map_or_else(|| engine.clone(), |key| engine.under_key(key, request))
}

/// Says with an answer that it is the first one again.
pub(crate) fn tell_repeat(headers: &mut HeaderMap, repeated: bool) {
    if repeated {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
}

/// The version that the caller saw: `"17"`; none for `*`, whatever it is.
fn expected(headers: &HeaderMap) -> Result<Option<u64>, Issue> {
    let given = headers.get(IF_MATCH).ok_or_else(Issue::version_missing)?;
    let text = given.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let digits = text.trim_start_matches("W/").trim_matches('"');
    let version = digits.parse();
    version
        .map(Some)
        .map_err(|_| Issue::parameter("If-Match", "\"17\", *"))
}

/// A command on its way.
struct Given {
    actor: Actor,
    case: CaseId,
    name: CommandName,
    key: Uuid,
    version: Option<u64>,
}

impl Given {
    async fn to(self, app: &Shared, body: Map<String, Value>) -> Answered {
        counted(self.name, self.taken(app, body), Trouble::is_ours).await
    }

    async fn taken(self, app: &Shared, mut body: Map<String, Value>) -> Answered {
        let engine = &app.engine;
        let subjects = people::seal(engine, &mut body, self.case, self.key)?;
        let command = command(self.name, body)?;
        let mut request = Request::new(self.actor, self.case, command).with_key(self.key);
        request.expected_version = self.version;
        let span = tracing::info_span!("command", otel.name = self.name.code());
        let receipt = match engine.request(request).instrument(span).await {
            Ok(receipt) => receipt,
            Err(error) => return Err(moved_on(app, self.case, self.version, error).await),
        };
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, etag(receipt.version));
        headers.insert(POSITION, HeaderValue::from(receipt.position));
        tell_repeat(&mut headers, receipt.repeated);
        let answer = CommandAnswer {
            command: self.name.code(),
            key: self.key,
            receipt,
            subjects,
        };
        Ok((StatusCode::OK, headers, axum::Json(answer)))
    }
}

/// Gives a command that a page has put together; answers the receipt.
pub(crate) async fn given(
    app: &Shared,
    actor: Actor,
    (case, name): (CaseId, CommandName),
    (key, version): (Uuid, u64),
    body: Map<String, Value>,
) -> Result<Receipt, Trouble> {
    let given = Given {
        actor,
        case,
        name,
        key,
        version: Some(version),
    };
    let (_, _, axum::Json(answer)) = given.to(app, body).await?;
    Ok(answer.receipt)
}

/// Reports a case that a page has put together; answers its id and the receipt.
pub(crate) async fn opened(
    app: &Shared,
    actor: Actor,
    key: Uuid,
    body: Map<String, Value>,
) -> Result<(CaseId, Receipt), Trouble> {
    let case = CaseId(Uuid::new_v5(&key, b"case"));
    let given = Given {
        actor,
        case,
        name: CommandName::Report,
        key,
        version: None,
    };
    let (_, _, axum::Json(answer)) = given.to(app, body).await?;
    Ok((case, answer.receipt))
}

/// The domain's command of a name and its content.
pub(crate) fn command(name: CommandName, body: Map<String, Value>) -> Result<CaseCommand, Issue> {
    let named = serde_json::json!({ (name.code()): body });
    let read = serde_path_to_error::deserialize(named);
    let NamedCommand(command) = read.map_err(|error| {
        let place = pointer(error.path());
        // The place begins with the name, which stands in the address.
        let within = place.get(1 + name.code().len()..).unwrap_or_default();
        Issue::unread(within, error.inner())
    })?;
    Ok(command)
}

/// A version that is no longer the case's, told with what happened since.
async fn moved_on(
    app: &Shared,
    case: CaseId,
    expected: Option<u64>,
    error: EngineError,
) -> Trouble {
    let (Some(expected), "stale_version") = (expected, error.code()) else {
        return error.into();
    };
    let (engine, now) = (&app.engine, app.engine.now());
    let reference = engine.reference();
    let told = engine
        .questions()
        .timeline(case, &reference, Moment::now(now));
    let Ok(told) = told.await else {
        return error.into();
    };
    let version = told.last().map_or(0, |entry| entry.sequence);
    let mut since = told;
    since.retain(|entry| entry.sequence > expected);
    Trouble::Stale { version, since }
}
