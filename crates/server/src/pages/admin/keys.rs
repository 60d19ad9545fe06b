//! `/admin/keys`: keys of other systems, for who keeps them.

use super::refused;
use crate::api::keys as api;
use crate::app::Shared;
use crate::body::Json as Body;
use crate::caller::Caller;
use crate::pages::asker::{Asker, Still, answer, onward};
use crate::pages::sent::Sent;
use crate::params::Params;
use crate::problem::{Issue, Kind, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use gridwhistle::access_keys::Action;
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::local_time;
use gridwhistle_web::pages::admin as pages;
use std::collections::BTreeSet;
use uuid::Uuid;

/// `GET /admin/keys`.
pub(crate) async fn keys(
    State(app): State<Shared>,
    caller: Caller,
    Still(asker): Still,
    mut params: Params,
) -> Result<Response, Trouble> {
    let done = params.take("done");
    params.end()?;
    let done = done.and_then(|_| pages::Done::Revoked.told(&asker.reader));
    let form = pages::KeyForm {
        done: done.as_deref(),
        ..pages::KeyForm::default()
    };
    shown(&app, caller, &asker, StatusCode::OK, form).await
}

async fn shown(
    app: &Shared,
    caller: Caller,
    asker: &Asker,
    status: StatusCode,
    form: pages::KeyForm<'_>,
) -> Result<Response, Trouble> {
    let Json(keys) = api::list(State(app.clone()), caller).await?;
    let key = Uuid::now_v7().to_string();
    let form = pages::KeyForm { key: &key, ..form };
    Ok(answer(status, pages::keys(&asker.bare(), &keys, &form)))
}

/// `POST /admin/keys`: the key stands on the answer itself, and nowhere after.
pub(crate) async fn issue(
    State(app): State<Shared>,
    caller: Caller,
    Still(asker): Still,
    sent: Sent,
) -> Result<Response, Trouble> {
    let headers = sent.under_its_key(HeaderMap::new())?;
    let issued = match terms(&sent) {
        Ok(terms) => api::issue(State(app.clone()), caller.clone(), headers, Body(terms)).await,
        Err(issue) => Err(issue.into()),
    };
    let issued = issued.and_then(|(_, _, Json(issued))| match issued.key {
        Some(key) => Ok(key),
        // Sent twice, by a page that was loaded again.
        None => Err(Issue::new(Kind::KeyShown)
            .given(issued.id.to_string())
            .into()),
    });
    match issued {
        Ok(key) => {
            let form = pages::KeyForm {
                issued: Some(&key),
                ..pages::KeyForm::default()
            };
            shown(&app, caller, &asker, StatusCode::OK, form).await
        }
        Err(trouble) => {
            let (status, told) = refused(trouble, &asker)?;
            let form = pages::KeyForm {
                trouble: Some(&told),
                filled: &sent.0,
                ..pages::KeyForm::default()
            };
            shown(&app, caller, &asker, status, form).await
        }
    }
}

fn terms(sent: &Sent) -> Result<api::KeyForm, Issue> {
    let text = |name: &str| sent.get(name).unwrap_or_default().trim().to_owned();
    let role = Role::from_code(&text("role"));
    let role = role.ok_or_else(|| Issue::content("/role", "grid_officer, dispatcher …"))?;
    let action = |code: &str| Action::ALL.into_iter().find(|action| action.code() == code);
    let actions: BTreeSet<Action> = sent.all("actions").filter_map(action).collect();
    let expires = local_time::read(&text("expires"));
    Ok(api::KeyForm {
        name: text("name"),
        person: text("person"),
        role,
        unit: text("unit"),
        actions,
        expires: expires.ok_or_else(|| Issue::content("/expires", crate::params::INSTANT))?,
    })
}

/// `POST /admin/keys/{id}/revoke`.
pub(crate) async fn revoke(
    State(app): State<Shared>,
    caller: Caller,
    id: Path<String>,
) -> Result<Response, Trouble> {
    let _revoked = api::revoke(State(app), caller, id).await?;
    Ok(onward("/admin/keys?done=revoked"))
}
