//! `/login`, `/logout`, `/office`: whose pages they are.

use super::asker::{Asker, answer, local, onward};
use crate::app::Shared;
use crate::caller::in_office;
use crate::identity::login::{Login, Means, from_here, of_our_pages};
use crate::identity::session::Session;
use crate::problem::{Issue, Kind, Trouble};
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::ids::PersonId;
use gridwhistle::projections::models::{Holder, People};
use gridwhistle_web::pages::login::{Choice, page as login_page};
use std::collections::BTreeMap;

type Pairs = Vec<(String, String)>;

/// People of a role that are offered before anybody searches, and those that a search shows.
const OFFERED: usize = 3;
const FOUND: usize = 40;

fn find<'p>(pairs: &'p Pairs, wanted: &str) -> Option<&'p str> {
    let mut pairs = pairs.iter();
    pairs
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value.as_str())
}

/// `GET /login`.
pub(super) async fn page(State(app): State<Shared>, asker: Asker) -> Response {
    let asked = asker.address.get("who").unwrap_or_default();
    let next = local(asker.address.get("next"));
    let development = app.settings.development_login;
    let choices = development.then(|| choices(&app, asked, &asker));
    let page = login_page(&asker.bare(), choices.as_deref(), next, asked);
    answer(StatusCode::OK, page)
}

/// Who may be chosen: of each role a few, or whoever fits the words.
fn choices(app: &Shared, asked: &str, asker: &Asker) -> Vec<Choice> {
    let reference = app.engine.reference();
    let registry = &reference.registry;
    let people = People::of(registry, None, app.engine.now()).people;
    let unit_name = |holder: &Holder| {
        let unit = registry.unit_at(&holder.unit, asker.reader.at);
        unit.map_or_else(String::new, |unit| {
            format!("{} {}", unit.name.zh, unit.name.en)
        })
    };
    let fits = |holder: &Holder| {
        let label = holder.role.label();
        let whole = format!(
            "{} {} {} {} {} {} {}",
            holder.person,
            holder.name,
            holder.role.code(),
            label.zh,
            label.en,
            holder.unit,
            unit_name(holder)
        );
        let whole = whole.to_lowercase();
        asked
            .split_whitespace()
            .all(|word| whole.contains(&word.to_lowercase()))
    };
    let most = if asked.trim().is_empty() {
        OFFERED
    } else {
        FOUND
    };
    let mut of_role: BTreeMap<Role, usize> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    let chosen = people.into_iter().filter(fits).filter(|holder| {
        if !seen.insert((holder.person.clone(), holder.role, holder.unit.clone())) {
            return false;
        }
        let count = of_role.entry(holder.role).or_default();
        *count += 1;
        *count <= most
    });
    let choice = |holder: Holder| Choice {
        person: holder.person.to_string(),
        name: holder.name,
        role: holder.role,
        unit: holder.unit.to_string(),
    };
    chosen.map(choice).collect()
}

/// `POST /login`: in development alone, by a name. The cookie of somebody else is replaced.
pub(super) async fn begin(
    State(app): State<Shared>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Trouble> {
    // Before anything of it is read.
    if !app.settings.development_login {
        return Err(Issue::not_logged_in().into());
    }
    if from_here(&headers) == Some(false) {
        return Err(Issue::new(Kind::CrossSite).into());
    }
    let form = Form::<Pairs>::from_request(request, &()).await;
    let Form(pairs) = form.map_err(|refused| match refused.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Issue::new(Kind::TooLarge),
        _ => Issue::content("", "application/x-www-form-urlencoded"),
    })?;
    let who = find(&pairs, "who").unwrap_or_default();
    let (person, office) = who.split_once(' ').unwrap_or((who, ""));
    if person.is_empty() {
        return Err(Issue::content("/who", "P-0001 dispatcher/centre").into());
    }
    let (person, now) = (PersonId::new(person), app.engine.now());
    let asked = Some(office).filter(|office| !office.is_empty());
    let actor = in_office(&app, &person, asked)?;
    let office = match actor.role {
        Role::Resident => None,
        role => Some(format!("{}/{}", role.code(), actor.unit)),
    };
    let session = match office {
        Some(office) => Session::of_development(person, office, now),
        None => Session::begun(person, now),
    };
    let cookie = app.identity.sessions.set(&session, now);
    Ok(with(onward(local(find(&pairs, "next"))), cookie))
}

/// `POST /office`: acts from another office from now on.
pub(super) async fn office(
    State(app): State<Shared>,
    login: Login,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Trouble> {
    let asked = find(&pairs, "office").unwrap_or_default();
    in_office(&app, &login.person, Some(asked))?;
    let Means::Session(mut session) = login.means else {
        return Err(Issue::not_logged_in().into());
    };
    session.office = Some(asked.to_owned());
    let cookie = app.identity.sessions.set(&session, app.engine.now());
    Ok(with(onward(local(find(&pairs, "next"))), cookie))
}

/// `POST /logout`.
pub(super) async fn end(
    State(app): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    if let Some(session) = app.session(&headers).await? {
        if !of_our_pages(&headers) {
            return Err(Issue::new(Kind::CrossSite).into());
        }
        app.end_session(&session).await?;
    }
    Ok(with(onward("/login"), app.identity.sessions.clear()))
}

fn with(mut answer: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}
