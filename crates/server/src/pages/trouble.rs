//! What went wrong, as a page: for whoever asked for one and has no other way to see it.

use super::asker::{answer, onward};
use super::preferences::theme;
use crate::problem::Problem;
use crate::words::language;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use gridwhistle::domain::case::context::Reference;
use gridwhistle_web::pages::trouble::{Trouble as Told, page};
use gridwhistle_web::{Address, Frame, Reader};
use std::sync::Arc;

/// What a request that failed was.
pub(crate) struct Request {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

/// Whether it asked for a page; if so, what is kept of it.
pub(crate) fn of(request: &axum::extract::Request) -> Option<Request> {
    let path = request.uri().path();
    let machine = ["/api/", "/livez", "/readyz", "/metrics", "/assets/"];
    if machine.iter().any(|one| path.starts_with(one)) {
        return None;
    }
    let accepts = request.headers().get(axum::http::header::ACCEPT)?;
    accepts
        .to_str()
        .is_ok_and(|accepts| accepts.contains("text/html"))
        .then(|| Request {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
        })
}

impl Request {
    /// The page of a problem. Who is not logged in is shown where to do so.
    pub(crate) fn told(&self, problem: &Problem, status: StatusCode) -> Response {
        if status == StatusCode::UNAUTHORIZED {
            let whole = self.uri.path_and_query();
            let next = whole.map_or("/", |whole| whole.as_str());
            let next = if self.method == Method::GET {
                next
            } else {
                "/"
            };
            let login = Address::new("/login", [("next".to_owned(), next.to_owned())]);
            return onward(&login.written());
        }
        let address = Address::new("/", []);
        let reader = Reader {
            language: language(&self.headers),
            theme: theme(&self.headers),
            person: None,
            reference: Arc::new(Reference::default()),
            at: chrono::DateTime::UNIX_EPOCH,
        };
        let frame = Frame {
            reader: &reader,
            address: &address,
            stand: None,
            wall: false,
        };
        let told = problem.shown(reader.language);
        answer(status, page(&frame, &told))
    }
}

impl Problem {
    /// As pages show it.
    pub(crate) fn shown(&self, spoken: gridwhistle::domain::text::Language) -> Told {
        let places = self.errors.iter();
        let since = self.events.iter();
        Told {
            status: self.status,
            title: self.title.clone(),
            detail: self.detail.clone(),
            code: self.code.clone(),
            rule: self.rule.clone(),
            policy: self.policy_version.clone(),
            trace: self.trace_id.clone(),
            places: places
                .map(|wrong| (wrong.pointer.clone(), wrong.detail.clone()))
                .collect(),
            since: since
                .map(|entry| entry.text.get(spoken).to_owned())
                .collect(),
        }
    }
}
