//! Proofs out of the transparency log: checkpoint, inclusion, consistency, and a case's receipt. Small
//! text files that anybody checks offline with the log's public key.

use super::cases::case_id;
use crate::app::Shared;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use crate::seal::Seal;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use gridwhistle::EngineError;
use gridwhistle::projections::models::{CheckpointSheet, SealSheet};
use gridwhistle_audit::Problem;
use gridwhistle_audit::tree::Extension;

fn text(bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], bytes).into_response()
}

/// The newest signed checkpoint.
pub(crate) async fn checkpoint(State(app): State<Shared>) -> Result<Response, Trouble> {
    let newest = app.tree()?.newest().map_err(Problem::from)?;
    Ok(text(newest.bytes()))
}

/// How far the log is sealed, and by whose key.
pub(crate) async fn seal(State(app): State<Shared>) -> Result<Json<SealSheet>, Trouble> {
    let engine = &app.engine;
    let head = engine.log().head(engine.tenant()).await;
    let head = head.map_err(EngineError::from)?;
    let newest = app.sealed()?;
    let key = app.seal.as_ref().as_ref().map(Seal::key);
    let checkpoint = newest.zip(key).map(|(newest, key)| CheckpointSheet {
        origin: newest.origin().to_owned(),
        size: newest.size(),
        unsealed: head.saturating_sub(newest.size()),
        root: newest.root().to_string(),
        key: key.to_owned(),
    });
    Ok(Json(SealSheet { head, checkpoint }))
}

/// The proof that the newest checkpoint continues an older one, by its size.
pub(crate) async fn consistency(
    State(app): State<Shared>,
    mut params: Params,
) -> Result<Response, Trouble> {
    const OLD: &str = "the size of an older checkpoint";
    let old = params.read("old", OLD, |text| text.parse().ok())?;
    params.end()?;
    let old: u64 = old.ok_or_else(|| Issue::parameter("old", OLD))?;
    let tree = app.tree()?;
    let newest = tree.newest().map_err(Problem::from)?;
    let extension = Extension::make(tree, old, newest).map_err(Problem::from)?;
    Ok(text(extension.bytes()))
}

/// The proof of an event, by its position.
pub(crate) async fn event(
    State(app): State<Shared>,
    Path(position): Path<String>,
) -> Result<Response, Trouble> {
    Ok(text(app.proof(&position).await?))
}

/// The receipt of a case: the proof of its first event.
pub(crate) async fn receipt(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path(case): Path<String>,
) -> Result<Response, Trouble> {
    let case = case_id(&case)?;
    app.sees_case(&actor, case).await?;
    Ok(text(app.proof(&format!("{case}/1")).await?))
}
