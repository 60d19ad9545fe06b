//! `/problems/{code}`: where the `type` of a problem document leads, for anybody.

use super::asker::{Asker, answer};
use crate::problem::{Issue, Kind, Trouble};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle::domain::case::refusal::RefusalCode;
use gridwhistle_web::pages::problem::{Explained, page};

/// `GET /problems/{code}`.
pub(super) async fn show(asker: Asker, Path(code): Path<String>) -> Result<Response, Trouble> {
    let code_like = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_';
    if code.len() > 60 || !code.chars().all(code_like) {
        return Err(Issue::address_unknown().into());
    }
    let refusal = RefusalCode::ALL.iter().find(|one| one.code() == code);
    let kind = Kind::ALL.iter().find(|one| one.code() == code);
    let words = refusal.map(|refusal| refusal.words());
    let explained = Explained {
        code: &code,
        words: words.or_else(|| kind.map(|kind| kind.words())),
        rule: refusal.map(|refusal| refusal.rule()),
        about: refusal.map(|refusal| refusal.about()),
    };
    Ok(answer(StatusCode::OK, page(&asker.bare(), &explained)))
}
