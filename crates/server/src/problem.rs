//! What went wrong, as a problem document (RFC 9457) in the caller's language.
//!
//! A handler answers a [`Trouble`]; [`tell`] stands around all of them and puts it into words, for
//! only there the language, the address and the request's id are known.

mod own;
mod status;
#[cfg(test)]
mod tests;
mod wrong;

pub(crate) use own::{Issue, Kind};
pub(crate) use status::title;

use crate::app::Shared;
use crate::pages;
use crate::router::REQUEST_ID;
use crate::words::language;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gridwhistle::EngineError;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::ProjectionError;
use gridwhistle::projections::questions::QuestionError;
use gridwhistle::projections::timeline::TimelineEntry;
use serde::Serialize;
use std::sync::Arc;

/// A problem document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// Where the problem is explained: `/problems/CODE`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The problem in few words.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened, and the way out.
    pub(crate) detail: String,
    /// The address that was asked.
    pub(crate) instance: String,
    /// The code for scripts; the same as on the command line.
    pub(crate) code: String,
    /// The command that was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<String>,
    /// The rule it stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    /// The version of the policy that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy_version: Option<String>,
    /// What was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) given: Option<String>,
    /// What would be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accepted: Option<String>,
    /// The request's id, as it stands in the service's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trace_id: Option<String>,
    /// What is wrong with the content, each with the place in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<FieldError>,
    /// The version of the case as it is now, where another was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u64>,
    /// What happened to the case since the expected version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) events: Vec<TimelineEntry>,
}

/// One mistake in the content.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FieldError {
    /// Where: a JSON pointer (RFC 6901), or the name of a parameter.
    pub(crate) pointer: String,
    /// Of what kind, for scripts: `required`, `unknown_field`, `wrong_type`, `not_utf8`, `not_accepted`;
    /// where the engine refuses it, its code.
    pub(crate) code: String,
    /// What.
    pub(crate) detail: String,
}

/// Marks an answer that tells its trouble in a form of its own.
#[derive(Clone, Copy)]
pub(crate) struct Own;

/// Anything but success.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// What the engine answers.
    Engine(EngineError),
    /// The case has moved on.
    Stale {
        /// Its version now.
        version: u64,
        /// What happened since.
        since: Vec<TimelineEntry>,
    },
    /// What the auditor answers.
    Audit(gridwhistle_audit::Problem),
    /// What the service itself refuses.
    Own(Issue),
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<QuestionError> for Trouble {
    /// A question that got no answer for the asker's own fault is no failure of the views.
    fn from(error: QuestionError) -> Self {
        match status::asker_error(&error) {
            Some(issue) => Self::Own(issue),
            None => Self::Engine(error.into()),
        }
    }
}

impl From<gridwhistle_audit::Problem> for Trouble {
    fn from(problem: gridwhistle_audit::Problem) -> Self {
        Self::Audit(problem)
    }
}

impl From<Issue> for Trouble {
    fn from(issue: Issue) -> Self {
        Self::Own(issue)
    }
}

impl Trouble {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Engine(error) => status::of_engine(error),
            Self::Stale { .. } => StatusCode::PRECONDITION_FAILED,
            Self::Audit(problem) => status::of_audit(problem),
            Self::Own(issue) => issue.status(),
        }
    }

    /// Whether it is no fault of what was asked.
    pub(crate) fn is_ours(&self) -> bool {
        self.status().is_server_error()
    }

    /// What is put on record of it, beside its code.
    fn cause(&self) -> Option<String> {
        match self {
            Self::Engine(error) => Some(cause(error)),
            Self::Audit(gridwhistle_audit::Problem::Unreadable(_)) => None,
            Self::Audit(problem) => problem.to_string().lines().next().map(str::to_owned),
            Self::Stale { .. } | Self::Own(_) => None,
        }
    }

    /// As a part of a page.
    pub(crate) fn shown(&self, spoken: Language) -> gridwhistle_web::pages::trouble::Trouble {
        self.document(spoken).shown(spoken)
    }

    /// Its code and its words, where it is one of several.
    pub(crate) fn told(&self, spoken: Language) -> (String, String) {
        let document = self.document(spoken);
        let places = document.errors.iter();
        let places = places.map(|wrong| format!("{} {}", wrong.pointer, wrong.detail));
        let details: Vec<String> = std::iter::once(document.detail).chain(places).collect();
        (document.code, details.join(" "))
    }

    fn document(&self, spoken: Language) -> Problem {
        let status = self.status();
        let (code, detail) = match self {
            Self::Engine(error) => (error.code(), error.message(spoken)),
            Self::Stale { .. } => {
                let stale = Issue::new(own::Kind::StaleVersion);
                (stale.code(), stale.message(spoken))
            }
            Self::Audit(problem) => (problem.code(), problem.message(spoken)),
            Self::Own(issue) => (issue.code(), issue.message(spoken)),
        };
        let mut problem = Problem {
            kind: format!("/problems/{code}"),
            title: title(status, spoken).to_owned(),
            status: status.as_u16(),
            detail,
            instance: String::new(),
            code: code.to_owned(),
            command: None,
            rule: None,
            policy_version: None,
            given: None,
            accepted: None,
            trace_id: None,
            errors: Vec::new(),
            version: None,
            events: Vec::new(),
        };
        self.fill(&mut problem, spoken);
        problem
    }

    fn fill(&self, problem: &mut Problem, spoken: Language) {
        match self {
            Self::Engine(EngineError::Refused(refusal)) => {
                problem.command = Some(refusal.command.code().to_owned());
                problem.rule = Some(refusal.code.rule().to_owned());
                problem.policy_version = refusal.policy.as_ref().map(ToString::to_string);
                problem.given = Some(refusal.given.clone());
                problem.accepted = Some(refusal.accepted.clone());
            }
            Self::Engine(EngineError::Input(lines)) => {
                let code = problem.code.clone();
                let errors = lines.iter().map(|line| FieldError {
                    pointer: String::new(),
                    code: code.clone(),
                    detail: line.clone(),
                });
                problem.errors = errors.collect();
            }
            Self::Engine(EngineError::Key(refusal)) => {
                problem.errors = vec![FieldError {
                    pointer: format!("/{}", refusal.field()),
                    code: problem.code.clone(),
                    detail: problem.detail.clone(),
                }];
            }
            Self::Stale { version, since } => {
                problem.version = Some(*version);
                problem.events.clone_from(since);
            }
            Self::Own(issue) => {
                problem.given.clone_from(&issue.given);
                problem.accepted.clone_from(&issue.accepted);
                let errors = issue.errors.iter();
                problem.errors = errors.map(|wrong| wrong.in_words(spoken)).collect();
            }
            Self::Engine(_) | Self::Audit(_) => {}
        }
    }
}

impl IntoResponse for Trouble {
    /// Untold: the words are [`tell`]'s.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Self::Own(Issue {
            retry_after: Some(seconds),
            ..
        }) = &self
        {
            headers.insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What is on record of a request that got no answer: nothing that was filled in, in address or body.
struct Asked {
    trace_id: String,
    method: Method,
    route: String,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let trace_id = request.headers().get(REQUEST_ID);
        let route = request.extensions().get::<MatchedPath>();
        Self {
            trace_id: trace_id
                .and_then(|id| id.to_str().ok())
                .unwrap_or("-")
                .to_owned(),
            method: request.method().clone(),
            route: route.map_or("-", MatchedPath::as_str).to_owned(),
        }
    }

    /// Writes it where the service is at fault, under the id that the caller was told.
    fn on_record(&self, status: StatusCode, code: &str, cause: Option<String>) {
        let Self {
            trace_id,
            method,
            route,
        } = self;
        let (status, cause) = (status.as_u16(), cause.as_deref().unwrap_or("-"));
        match status {
            503 => tracing::warn!(trace_id, %method, route, status, code, cause, "not now"),
            500.. => tracing::error!(trace_id, %method, route, status, code, cause, "no answer"),
            _ => {}
        }
    }
}

/// What system or database said, for the record of the service: its first line, for what follows may
/// quote rows. Of an event or a value that is not read its place alone, for the words quote it.
pub(crate) fn cause(error: &EngineError) -> String {
    let at = |position: u64| format!("the event at position {position}");
    match error {
        EngineError::Json(_) => String::new(),
        EngineError::Unreadable { position, .. } => at(*position),
        EngineError::Projection(ProjectionError::Stopped { source, .. }) => at(source.position),
        EngineError::Question(QuestionError::Unreadable(what)) => at(what.position),
        error => {
            let said = error.detail().unwrap_or_default();
            said.lines().next().unwrap_or_default().to_owned()
        }
    }
}

/// Whether an answer of the engine is no fault of what was asked.
pub(crate) fn is_ours(error: &EngineError) -> bool {
    status::of_engine(error).is_server_error()
}

/// Puts troubles into words, those of the framework too.
pub(crate) async fn tell(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let spoken = language(request.headers());
    let instance = request.uri().path().to_owned();
    let asked = Asked::of(&request);
    let page = pages::told(&request);
    let response = next.run(request).await;
    let told = match response.extensions().get::<Arc<Trouble>>() {
        Some(trouble) => Arc::clone(trouble),
        None if response.extensions().get::<Own>().is_some() => {
            asked.on_record(response.status(), "-", None);
            return response;
        }
        None => match own::of_framework(&response) {
            Some(issue) => Arc::new(Trouble::Own(issue)),
            None => return response,
        },
    };
    let mut problem = told.document(spoken);
    asked.on_record(told.status(), &problem.code, told.cause());
    problem.instance = instance;
    problem.trace_id = Some(asked.trace_id);
    match page {
        Some(page) => page.told(&app, &problem, told.status()).await,
        None => rendered(&problem, told.status(), response),
    }
}

fn rendered(problem: &Problem, status: StatusCode, from: Response) -> Response {
    let (mut parts, _) = from.into_parts();
    parts.status = status;
    parts.headers.remove("content-length");
    let json = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(CONTENT_TYPE, json);
    if status == StatusCode::SERVICE_UNAVAILABLE && !parts.headers.contains_key(RETRY_AFTER) {
        parts.headers.insert(RETRY_AFTER, HeaderValue::from(1_u16));
    }
    // A problem is made of texts and numbers, which JSON always takes.
    let body = serde_json::to_vec(problem).unwrap_or_default();
    Response::from_parts(parts, Body::from(body))
}
