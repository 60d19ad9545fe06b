//! Who may see what: the domain's authority matrix, held at every address and in every answer.

use crate::app::{App, Shared};
use crate::caller::Caller;
use crate::problem::{Issue, Kind, Trouble};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::authority::{Reach, Sight, Within, covers, reach};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::ids::CaseId;

/// Stands before every address: lets known callers through who see anything of its kind.
pub(crate) async fn gate(
    State((app, sight, most)): State<(Shared, Option<Sight>, u64)>,
    request: Request,
    next: Next,
) -> Result<Response, Trouble> {
    let (mut parts, body) = request.into_parts();
    let Caller(actor) = Caller::from_request_parts(&mut parts, &app).await?;
    if let Some(sight) = sight {
        permitted(&actor, sight)?;
    }
    if announced(&parts.headers).is_some_and(|bytes| bytes > most) {
        return Err(Issue::new(Kind::TooLarge).accepted(most.to_string()).into());
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// The length of a body that its sender says; one that is too long is refused before it is sent.
fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// How far an actor sees; who sees nothing is told who would.
pub(crate) fn permitted(actor: &Actor, sight: Sight) -> Result<Reach, Issue> {
    let far = reach(actor.role, sight);
    if far != Reach::Nothing {
        return Ok(far);
    }
    let who = Role::ALL
        .iter()
        .filter(|role| **role != Role::System && reach(**role, sight) != Reach::Nothing);
    let who: Vec<&str> = who.map(|role| role.code()).collect();
    Err(Issue::new(Kind::NotPermitted)
        .given(actor.role.code())
        .accepted(who.join(", ")))
}

impl App {
    /// The part of the tenant in which an actor sees cases.
    pub(crate) fn within(&self, actor: &Actor) -> Within {
        let registry = &self.engine.reference().registry;
        Within::of(
            reach(actor.role, Sight::Cases),
            actor,
            registry,
            self.engine.now(),
        )
    }

    /// A case as it stands, if an actor sees it; a case out of reach is not there.
    pub(crate) async fn sees_case(&self, actor: &Actor, case: CaseId) -> Result<Case, Trouble> {
        let far = reach(actor.role, Sight::Cases);
        let state = self.engine.case(case).await?;
        let registry = &self.engine.reference().registry;
        let now = self.engine.now();
        match state {
            Some(state) if covers(far, actor, &state, registry, now) => Ok(state),
            _ => Err(Issue::not_found(case.to_string()).into()),
        }
    }

    /// Lets through who may read the people of a case in clear.
    pub(crate) fn reads_people(&self, actor: &Actor, case: &Case) -> Result<(), Issue> {
        let far = permitted(actor, Sight::People)?;
        let registry = &self.engine.reference().registry;
        if covers(far, actor, case, registry, self.engine.now()) {
            return Ok(());
        }
        Err(Issue::new(Kind::NotPermitted)
            .given(actor.role.code())
            .accepted(far.code()))
    }
}
