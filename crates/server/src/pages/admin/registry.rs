//! `/admin/registry`: files of the registry and the catalogue.

use super::refused;
use crate::api::administration;
use crate::app::Shared;
use crate::caller::Caller;
use crate::pages::asker::{Asker, Still, answer, onward};
use crate::pages::sent::Sent;
use crate::params::Params;
use crate::problem::Trouble;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use gridwhistle_web::pages::admin as pages;
use uuid::Uuid;

/// The file that is no part of the registry.
const MATTERS: &str = "matters";

/// `GET /admin/registry`.
pub(crate) async fn registry(Still(asker): Still, mut params: Params) -> Result<Response, Trouble> {
    let (kind, done) = (params.take("kind"), params.take("done"));
    params.end()?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let done = done.as_deref().and_then(|done| done.split_once('.'));
    let done = done.filter(|(events, position)| number(events) && number(position));
    let done = done
        .and_then(|(events, position)| pages::Done::Imported(events, position).told(&asker.reader));
    let import = pages::Import {
        kind: kind.as_deref().unwrap_or_default(),
        done: done.as_deref(),
        ..pages::Import::default()
    };
    Ok(shown(&asker, StatusCode::OK, import))
}

fn shown(asker: &Asker, status: StatusCode, import: pages::Import<'_>) -> Response {
    let key = Uuid::now_v7().to_string();
    let import = pages::Import {
        key: &key,
        ..import
    };
    answer(status, pages::registry(&asker.bare(), &import))
}

/// `POST /admin/registry`.
pub(crate) async fn import(
    State(app): State<Shared>,
    caller: Caller,
    Still(asker): Still,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Trouble> {
    let (kind, text) = (sent.get("kind").unwrap_or_default(), sent.text());
    let headers = sent.under_its_key(headers)?;
    let bytes = Bytes::from(text.clone());
    let app = State(app);
    let given = if kind == MATTERS {
        administration::catalogue(app, caller, headers, bytes).await
    } else {
        let kind = Path(kind.to_owned());
        administration::registry(app, caller, kind, headers, bytes).await
    };
    match given {
        Ok((_, Json(changed))) => Ok(onward(&format!(
            "/admin/registry?kind={kind}&done={}.{}",
            changed.events, changed.position
        ))),
        Err(trouble) => {
            let (status, told) = refused(trouble, &asker)?;
            let import = pages::Import {
                kind,
                text: &text,
                trouble: Some(&told),
                ..pages::Import::default()
            };
            Ok(shown(&asker, status, import))
        }
    }
}
