//! `/audit…`: 审计, for auditors and supervisors.

use super::asker::{Asker, Still, answer};
use crate::api::{administered, proofs};
use crate::app::Shared;
use crate::caller::Caller;
use crate::feed;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::{Form, Json};
use chrono::Datelike;
use gridwhistle::EngineError;
use gridwhistle::domain::local_time;
use gridwhistle::domain::text::{Language, Text};
use gridwhistle::projections::models::{SealSheet, ToldEvents};
use gridwhistle_audit::Problem;
use gridwhistle_audit::tree::{EventProof, TreeProblem, VerifierKey};
use gridwhistle_web::pages::{audit as pages, track};
use gridwhistle_web::{Frame, Markup};
use serde::Deserialize;

/// Events of a page where nobody says.
const ROWS: u64 = 50;

/// `GET /audit`.
pub(super) async fn seal(
    State(app): State<Shared>,
    Still(asker): Still,
) -> Result<Response, Trouble> {
    let Json(seal) = proofs::seal(State(app)).await?;
    let page = pages::seal(&asker.bare(), &seal);
    Ok(answer(StatusCode::OK, page))
}

/// What the API tells of events, read again as it was written.
async fn told(app: &Shared, caller: Caller, params: Params) -> Result<ToldEvents, Trouble> {
    let page = feed::looked(State(app.clone()), caller, params).await?;
    let text = serde_json::to_string(&page).map_err(EngineError::from)?;
    Ok(serde_json::from_str(&text).map_err(EngineError::from)?)
}

/// `GET /audit/events`: the end of the log, where nobody says which stretch.
pub(super) async fn events(
    State(app): State<Shared>,
    caller: Caller,
    Still(asker): Still,
    mut params: Params,
) -> Result<Response, Trouble> {
    let whole = |name: &str| asker.address.get(name).and_then(|text| text.parse().ok());
    let limit = whole("limit").unwrap_or(ROWS);
    if asker.address.pairs().next().is_none() {
        let head = app.engine.log().head(app.engine.tenant()).await;
        let head = head.map_err(EngineError::from)?;
        params.suppose("after", head.saturating_sub(limit).to_string());
    }
    let page = told(&app, caller, params).await?;
    let first = page.events.first().map_or(0, |first| first.position - 1);
    let after = whole("after").unwrap_or(first);
    let stretch = pages::Stretch { after, limit };
    let page = pages::events(&asker.bare(), &page, stretch);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /audit/events/{position}`.
pub(super) async fn event(
    State(app): State<Shared>,
    caller: Caller,
    Still(asker): Still,
    Path(place): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let position: Option<u64> = place.parse().ok().filter(|position| *position > 0);
    let position = position.ok_or_else(|| Issue::not_found(&place))?;
    let Json(seal) = proofs::seal(State(app.clone())).await?;
    if position > seal.head {
        return Err(Issue::not_found(&place).into());
    }
    params.suppose("after", (position - 1).to_string());
    params.suppose("before", (position + 1).to_string());
    let page = told(&app, caller, params).await?;
    let covered = |seal: &SealSheet| seal.checkpoint.as_ref().map_or(0, |one| one.size);
    let proof = if position <= covered(&seal) {
        Some(app.proof(&place).await?)
    } else {
        None
    };
    let proof = proof.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let view = pages::EventView {
        position,
        event: page.events.first(),
        proof: proof.as_deref(),
        seal: &seal,
    };
    Ok(answer(StatusCode::OK, pages::event(&asker.bare(), &view)))
}

/// `GET /audit/exports`.
pub(super) async fn exports(
    State(app): State<Shared>,
    Still(asker): Still,
    params: Params,
) -> Result<Response, Trouble> {
    let Json(taken) = administered::exports(State(app), params).await?;
    let this_year = local_time::date(asker.reader.at).year();
    let page = pages::exports(&asker.bare(), &taken, this_year);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /audit/reads`.
pub(super) async fn reads(
    State(app): State<Shared>,
    Still(asker): Still,
    params: Params,
) -> Result<Response, Trouble> {
    let Json(page) = administered::reads(State(app), params).await?;
    let page = pages::reads(&asker.bare(), &page);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /audit/administration`.
pub(super) async fn acts(
    State(app): State<Shared>,
    Still(asker): Still,
    params: Params,
) -> Result<Response, Trouble> {
    let Json(page) = administered::list(State(app), params).await?;
    let page = pages::acts(&asker.bare(), &page);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /audit/consistency`: the file, to be kept.
pub(super) async fn consistency(
    State(app): State<Shared>,
    asker: Asker,
    params: Params,
) -> Result<Response, Trouble> {
    let mut file = proofs::consistency(State(app), params).await?;
    let old: u64 = asker
        .address
        .get("old")
        .and_then(|old| old.parse().ok())
        .unwrap_or(0);
    let named = format!("attachment; filename=\"consistency-from-{old}.txt\"");
    if let Ok(named) = HeaderValue::from_str(&named) {
        file.headers_mut()
            .insert(header::CONTENT_DISPOSITION, named);
    }
    Ok(file)
}

/// A proof and a key.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    proof: String,
    key: String,
}

/// `GET /audit/verify`.
pub(super) async fn form(
    State(app): State<Shared>,
    Still(asker): Still,
) -> Result<Response, Trouble> {
    let Json(seal) = proofs::seal(State(app)).await?;
    let key = seal.checkpoint.map(|one| one.key).unwrap_or_default();
    let checked = pages::Checked {
        proof: "",
        key: &key,
        told: None,
    };
    let page = pages::verify(&asker.bare(), &checked);
    Ok(answer(StatusCode::OK, page))
}

/// `POST /audit/verify`: what a script does in the browser, for browsers that cannot.
pub(super) async fn verify(Still(asker): Still, Form(asked): Form<Asked>) -> Response {
    answered(&asker, &asked, pages::verify)
}

/// `GET /verify`: the same for whoever holds the proof of a report. The city's key is filled in for who has
/// no other source of it.
pub(super) async fn public_form(State(app): State<Shared>, asker: Asker) -> Response {
    let seal = proofs::seal(State(app)).await.ok();
    let checkpoint = seal.and_then(|Json(seal)| seal.checkpoint);
    let key = checkpoint.map(|one| one.key).unwrap_or_default();
    let checked = pages::Checked {
        proof: "",
        key: &key,
        told: None,
    };
    let page = track::verify(&asker.bare(), &checked);
    answer(StatusCode::OK, page)
}

/// `POST /verify`: looks at nothing but what is sent.
pub(super) async fn public_verify(asker: Asker, Form(asked): Form<Asked>) -> Response {
    answered(&asker, &asked, track::verify)
}

/// What a check found, on the page where it was asked for.
fn answered(
    asker: &Asker,
    asked: &Asked,
    page: fn(&Frame<'_>, &pages::Checked<'_>) -> Markup,
) -> Response {
    let language = asker.reader.language;
    let found = checked(asked);
    let why = found.as_ref().err().map(|problem| why(problem, language));
    let told = match (&found, &why) {
        (Ok(lines), _) => Ok(lines.as_slice()),
        (Err(_), why) => Err(why.as_deref().unwrap_or_default()),
    };
    let checked = pages::Checked {
        proof: &asked.proof,
        key: &asked.key,
        told: Some(told),
    };
    answer(StatusCode::OK, page(&asker.bare(), &checked))
}

fn checked(asked: &Asked) -> Result<Vec<Text>, TreeProblem> {
    // A form sends its lines with both ends of a line.
    let proof = EventProof::read(asked.proof.replace("\r\n", "\n").as_bytes())?;
    let key = VerifierKey::read(&asked.key)?;
    Ok(proof.check(&key, &[], 0)?.lines())
}

fn why(problem: &TreeProblem, language: Language) -> String {
    Problem::from(problem.clone()).message(language)
}
