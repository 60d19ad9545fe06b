//! Who calls: a person, in the office that they act from.

use crate::app::Shared;
use crate::problem::{Issue, Trouble};
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::ids::{PersonId, UnitId};

/// Names the office, `ROLE/UNIT`, for who holds several.
pub(crate) const OFFICE: &str = "gridwhistle-office";

/// A caller who is known.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) Actor);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Trouble> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let token = bearer(parts).ok_or_else(Issue::not_logged_in)?;
        let person = app
            .identity
            .person(token)
            .ok_or_else(Issue::not_logged_in)?;
        let asked = parts
            .headers
            .get(OFFICE)
            .map(|value| value.to_str().unwrap_or_default());
        let caller = Self(in_office(app, person, asked)?);
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The office that somebody acts from: the one they name, or the only one that they hold now. Who
/// never held any is a resident.
fn in_office(app: &Shared, person: PersonId, asked: Option<&str>) -> Result<Actor, Issue> {
    let registry = &app.engine.reference().registry;
    let offices = registry.offices(&person, app.engine.now());
    if registry.person(&person).is_none() {
        return Ok(Actor::new(person.as_str(), Role::Resident, ""));
    }
    let held = |(role, unit): &(Role, UnitId)| format!("{}/{unit}", role.code());
    let accepted = || offices.iter().map(held).collect::<Vec<_>>().join(", ");
    let chosen = match (asked, offices.as_slice()) {
        (Some(asked), _) => offices.iter().find(|office| held(office) == asked),
        (None, [only]) => Some(only),
        (None, []) => None,
        (None, _) => {
            let kind = crate::problem::Kind::OfficeNeeded;
            return Err(Issue::new(kind).accepted(accepted()));
        }
    };
    let Some((role, unit)) = chosen else {
        let kind = crate::problem::Kind::OfficeNotHeld;
        let given = asked.unwrap_or("-");
        return Err(Issue::new(kind).given(given).accepted(accepted()));
    };
    Ok(Actor::new(person.as_str(), *role, unit.as_str()))
}
