//! `/track`: 公开跟踪. Whoever has the code sees it, as `/api/v1/public/cases/{receipt}` tells it.

use super::asker::{Asker, Still, answer, onward};
use crate::app::Shared;
use crate::open311::public;
use crate::problem::Trouble;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle_web::pages::track::{View, ask as form, page};

/// `GET /track`: asks for the code; one that is given leads to its page.
pub(super) async fn ask(asker: Asker) -> Response {
    let given = asker.address.get("receipt").unwrap_or_default();
    // Copied from a message it may come with spaces, or broken over lines.
    let code: String = given.split_whitespace().collect();
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match code.as_str() {
        "" => answer(StatusCode::OK, form(&asker.bare(), None)),
        code if code.bytes().all(letter) => onward(&format!("/track/{code}")),
        code => wrong(&asker, code),
    }
}

/// `GET /track/{receipt}`.
pub(super) async fn show(
    State(app): State<Shared>,
    Still(asker): Still,
    Path(receipt): Path<String>,
) -> Result<Response, Trouble> {
    let case = match public(&app, &receipt).await {
        Ok(case) => case,
        Err(trouble) if trouble.status() == StatusCode::NOT_FOUND => {
            return Ok(wrong(&asker, &receipt));
        }
        Err(trouble) => return Err(trouble),
    };
    let view = View {
        case: &case,
        receipt: &receipt,
        sealed: app.tree().is_ok(),
    };
    Ok(answer(StatusCode::OK, page(&asker.bare(), &view)))
}

fn wrong(asker: &Asker, code: &str) -> Response {
    answer(StatusCode::NOT_FOUND, form(&asker.bare(), Some(code)))
}
