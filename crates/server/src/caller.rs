//! Who calls: a person, in the office that they act from.

use crate::app::Shared;
use crate::identity::login::{Login, Means};
use crate::problem::{Issue, Kind, Trouble};
use axum::extract::FromRequestParts;
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
        let login = Login::from_request_parts(parts, app).await?;
        let asked = parts
            .headers
            .get(OFFICE)
            .map(|value| value.to_str().unwrap_or_default());
        let own = login.office();
        if let (Means::Key(_), Some(own), Some(asked)) = (&login.means, &own, asked)
            && own != asked
        {
            let refused = Issue::new(Kind::OfficeNotHeld).given(asked);
            return Err(refused.accepted(own).into());
        }
        let asked = asked.or(own.as_deref());
        let caller = Self(in_office(app, &login.person, asked)?);
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

/// An office as it is named in requests.
pub(crate) fn named((role, unit): &(Role, UnitId)) -> String {
    format!("{}/{unit}", role.code())
}

/// The office that somebody acts from: the one they name, or the only one that they hold now. Who
/// never held any is a resident.
pub(crate) fn in_office(
    app: &Shared,
    person: &PersonId,
    asked: Option<&str>,
) -> Result<Actor, Issue> {
    let registry = &app.engine.reference().registry;
    let offices = registry.offices(person, app.engine.now());
    if registry.person(person).is_none() {
        return Ok(Actor::new(person.as_str(), Role::Resident, ""));
    }
    let accepted = || offices.iter().map(named).collect::<Vec<_>>().join(", ");
    let chosen = match (asked, offices.as_slice()) {
        (Some(asked), _) => offices.iter().find(|office| named(office) == asked),
        (None, [only]) => Some(only),
        (None, []) => None,
        (None, _) => return Err(Issue::new(Kind::OfficeNeeded).accepted(accepted())),
    };
    let Some((role, unit)) = chosen else {
        let given = asked.unwrap_or("-");
        return Err(Issue::new(Kind::OfficeNotHeld)
            .given(given)
            .accepted(accepted()));
    };
    Ok(Actor::new(person.as_str(), *role, unit.as_str()))
}
