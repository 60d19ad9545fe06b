//! `/keys`: keys of other systems, for who keeps them.

use super::commands::{given_key, tell_repeat};
use crate::app::Shared;
use crate::body::Json;
use crate::caller::Caller;
use crate::problem::{Issue, Trouble};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use chrono::{DateTime, Utc};
use gridwhistle::access_keys::{Action, KeyTerms};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::projections::models::Keys;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a key shall be good for.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyForm {
    pub(crate) name: String,
    pub(crate) person: String,
    pub(crate) role: Role,
    pub(crate) unit: String,
    pub(crate) actions: BTreeSet<Action>,
    pub(crate) expires: DateTime<Utc>,
}

/// A key that was just issued.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Issued {
    /// Its id.
    pub(crate) id: Uuid,
    /// The key: shown here and never again; a repeat answers without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// The log position after it.
    position: u64,
}

/// What was changed.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct KeyChanged {
    /// Events that were written; 0 when everything stood already.
    events: u64,
    /// The log position after it.
    position: u64,
}

/// `GET /keys`.
pub(crate) async fn list(
    State(app): State<Shared>,
    Caller(actor): Caller,
) -> Result<axum::Json<Keys>, Trouble> {
    let now = app.engine.now();
    let keys = app.engine.access_keys(&actor).await?;
    let keys = keys.iter().map(|key| key.sheet(now)).collect();
    Ok(axum::Json(Keys { keys }))
}

/// `POST /keys`: issues one. Under the same `Idempotency-Key` there is never a second one, and a repeat
/// is answered without the key: whoever missed it revokes it by its id and asks under another key.
pub(crate) async fn issue(
    State(app): State<Shared>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Json(asked): Json<KeyForm>,
) -> Result<(StatusCode, HeaderMap, axum::Json<Issued>), Trouble> {
    let id = given_key(&headers, &actor.person).unwrap_or_else(Uuid::now_v7);
    let terms = KeyTerms {
        name: asked.name,
        office: Actor::new(&asked.person, asked.role, &asked.unit),
        actions: asked.actions,
        expires: asked.expires,
    };
    let issued = app.engine.issue_key(&actor, id, terms).await?;
    let mut answer = HeaderMap::new();
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/keys/{id}")) {
        answer.insert(LOCATION, place);
    }
    tell_repeat(&mut answer, issued.key.is_none());
    let issued = Issued {
        id,
        key: issued.key,
        position: issued.position,
    };
    Ok((StatusCode::CREATED, answer, axum::Json(issued)))
}

/// `DELETE /keys/{id}`: revokes one, from now on and for ever.
pub(crate) async fn revoke(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<KeyChanged>, Trouble> {
    let known = Uuid::try_parse(&id).map_err(|_| Issue::not_found(&id))?;
    let change = app.engine.revoke_key(&actor, known).await?;
    Ok(axum::Json(KeyChanged {
        events: change.events,
        position: change.position,
    }))
}
