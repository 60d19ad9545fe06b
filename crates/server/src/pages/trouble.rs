//! What went wrong, as a page: for whoever asked for one and has no other way to see it.

use super::asker::{answer, offices, onward, person};
use super::preferences::look;
use super::views::views;
use crate::app::Shared;
use crate::caller::Caller;
use crate::identity::login::Login;
use crate::problem::Problem;
use crate::words::language;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::text::Language;
use gridwhistle_web::pages::login::which_office;
use gridwhistle_web::pages::trouble::{Trouble as Told, page};
use gridwhistle_web::{Address, Frame, Reader};

/// Problems whose words name roles.
const OF_ROLES: [&str; 2] = ["not_permitted", "not_your_step"];

/// What a request that failed was.
pub(crate) struct Request(Parts);

/// Whether it asked for a page; if so, what is kept of it.
pub(crate) fn of(request: &axum::extract::Request) -> Option<Request> {
    let path = request.uri().path();
    let machine = ["/api/", "/livez", "/readyz", "/metrics", "/assets/"];
    if machine.iter().any(|one| path.starts_with(one)) {
        return None;
    }
    let accepts = request.headers().get(axum::http::header::ACCEPT)?;
    let page = accepts
        .to_str()
        .is_ok_and(|accepts| accepts.contains("text/html"));
    page.then(|| {
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        parts.method = request.method().clone();
        parts.uri = request.uri().clone();
        parts.headers = request.headers().clone();
        parts.extensions = request.extensions().clone();
        Request(parts)
    })
}

impl Request {
    /// The page of a problem, with the menu of whoever is logged in. Who is not is shown where to do so.
    pub(crate) async fn told(
        mut self,
        app: &Shared,
        problem: &Problem,
        status: StatusCode,
    ) -> Response {
        let get = self.0.method == Method::GET;
        if status == StatusCode::UNAUTHORIZED {
            let whole = self.0.uri.path_and_query().filter(|_| get);
            let next = whole.map_or("/", |whole| whole.as_str());
            let login = Address::new("/login", [("next".to_owned(), next.to_owned())]);
            return onward(&login.written());
        }
        // Whoever asks too much, or while nothing can be answered, is not looked up once more.
        let may = status != StatusCode::TOO_MANY_REQUESTS && !status.is_server_error();
        let caller = match may {
            true => Caller::from_request_parts(&mut self.0, app).await.ok(),
            false => None,
        };
        let path = if get { self.0.uri.path() } else { "/" };
        let address = Address::new(path, []);
        let reader = Reader {
            language: language(&self.0.headers),
            look: look(&self.0.headers),
            views: views(&self.0.headers),
            person: caller.map(|Caller(actor)| person(app, &actor)),
            reference: app.engine.reference(),
            at: app.engine.now(),
        };
        let frame = Frame {
            reader: &reader,
            address: &address,
            file: None,
            stand: None,
            still: true,
            wall: false,
        };
        // Whoever holds several offices says which; nothing went wrong.
        if problem.code == "office_needed"
            && let Ok(login) = Login::from_request_parts(&mut self.0, app).await
        {
            let next = self.0.uri.path_and_query().filter(|_| get);
            let next = next.map_or("/", |whole| whole.as_str());
            let all = offices(app, &login.person);
            return answer(StatusCode::OK, which_office(&frame, &all, next));
        }
        let told = problem.shown(reader.language);
        answer(status, page(&frame, &told))
    }
}

/// What refuses an office names roles by their codes; people read their names.
fn in_words(detail: &str, code: &str, spoken: Language) -> String {
    if !OF_ROLES.contains(&code) {
        return detail.to_owned();
    }
    let within = |one: char| one.is_ascii_lowercase() || one == '_';
    let mut told = String::new();
    let mut rest = detail;
    while let Some(begin) = rest.find(within) {
        let (before, from) = rest.split_at(begin);
        let end = from.find(|one| !within(one)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        told.push_str(before);
        // In brackets it stands beside its name already.
        let beside = before.ends_with('（') && after.starts_with('）');
        match Role::from_code(word).filter(|_| !beside) {
            Some(role) => told.push_str(role.label().get(spoken)),
            None => told.push_str(word),
        }
        rest = after;
    }
    told += rest;
    match spoken {
        Language::ZhCn => told.replace(", ", "、"),
        Language::En => told,
    }
}

impl Problem {
    /// As pages show it.
    pub(crate) fn shown(&self, spoken: Language) -> Told {
        let places = self.errors.iter();
        let since = self.events.iter();
        Told {
            status: self.status,
            title: self.title.clone(),
            // What is wrong stands in the list of places, which the words of this code only point to.
            detail: match self.code.as_str() {
                "content_wrong" => String::new(),
                code => in_words(&self.detail, code, spoken),
            },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_by_name() {
        let detail =
            "role grid_leader may not see or do this; accepted: city_office, administrator";
        let told = in_words(detail, "not_permitted", Language::En);
        let named = "role grid leader may not see or do this; \
            accepted: city coordination office, administrator";
        assert_eq!(told, named);
        assert_eq!(in_words(detail, "not_found", Language::En), detail);
        let told = in_words("角色 grid_leader 无权", "not_permitted", Language::ZhCn);
        assert_eq!(told, "角色 网格长 无权");
        let beside = "角色 督查员（supervisor）无权";
        assert_eq!(in_words(beside, "not_your_step", Language::ZhCn), beside);
    }
}
