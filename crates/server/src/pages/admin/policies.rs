//! `/admin/policies…`: versions, one to be read, and one that is checked and published.

use super::refused;
use crate::api::{administration, reference};
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::pages::asker::{Asker, Still, answer, onward, stand};
use crate::pages::sent::Sent;
use crate::params::Params;
use crate::problem::Trouble;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use gridwhistle::domain::policy::Policy;
use gridwhistle_web::pages::admin as pages;
use uuid::Uuid;

/// `GET /admin/policies`.
pub(crate) async fn policies(
    asker: Asker,
    desk: Desk,
    params: Params,
) -> Result<Response, Trouble> {
    let at = stand(&desk);
    let (_, Json(all)) = reference::policies(desk, params).await?;
    let page = pages::policies(&asker.still(at), &all);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /admin/policies/{version}`.
pub(crate) async fn policy(
    asker: Asker,
    desk: Desk,
    Path(version): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let (at, done) = (stand(&desk), params.take("done"));
    params.end()?;
    let (_, Json(policy)) = reference::policy(desk, Path(version)).await?;
    let done = done.filter(|done| done.bytes().all(|byte| byte.is_ascii_digit()));
    let done = done.and_then(|position| {
        pages::Done::Published(policy.version.as_str(), &position).told(&asker.reader)
    });
    let page = pages::policy(&asker.still(at), &policy, done.as_deref());
    Ok(answer(StatusCode::OK, page))
}

/// `POST /admin/policies/check`: changes nothing.
pub(crate) async fn check(
    State(app): State<Shared>,
    Still(asker): Still,
    sent: Sent,
) -> Result<Response, Trouble> {
    let text = sent.text();
    let (status, page) = checked(&app, &asker, &text, None).await?;
    Ok(answer(status, page))
}

/// `POST /admin/policies/publish`.
pub(crate) async fn publish(
    State(app): State<Shared>,
    caller: Caller,
    Still(asker): Still,
    sent: Sent,
) -> Result<Response, Trouble> {
    let text = sent.text();
    let headers = sent.under_its_key(HeaderMap::new())?;
    let given = Bytes::from(text.clone());
    match administration::publish(State(app.clone()), caller, headers, given).await {
        Ok((_, Json(changed))) => {
            let version = Policy::parse(&text).map(|policy| policy.version.to_string());
            let version = version.unwrap_or_default();
            let position = changed.position;
            Ok(onward(&format!(
                "/admin/policies/{version}?done={position}&min_position={position}"
            )))
        }
        Err(trouble) => {
            let (status, page) = checked(&app, &asker, &text, Some(trouble)).await?;
            Ok(answer(status, page))
        }
    }
}

/// The page of a check; a file that cannot be read is told with its place.
async fn checked(
    app: &Shared,
    asker: &Asker,
    text: &str,
    trouble: Option<Trouble>,
) -> Result<(StatusCode, gridwhistle_web::Markup), Trouble> {
    let found = administration::checked(app, text, asker.reader.language).await;
    let (found, trouble) = match (found, trouble) {
        (Ok(found), trouble) => (Some(found), trouble),
        (Err(unread), trouble) => (None, trouble.or(Some(unread))),
    };
    let trouble = trouble.map(|trouble| refused(trouble, asker)).transpose()?;
    let policy = Policy::parse(text).ok();
    let key = Uuid::now_v7().to_string();
    let check = pages::Check {
        text,
        key: &key,
        found: found.as_ref(),
        effective_from: policy.map(|policy| policy.effective_from),
        trouble: trouble.as_ref().map(|(_, told)| told),
    };
    let status = trouble
        .as_ref()
        .map_or(StatusCode::OK, |(status, _)| *status);
    Ok((status, pages::check(&asker.bare(), &check)))
}
