//! Mutual evaluation of the sides of a case: forms, sealing, appeals.

use super::cases::case_id;
use crate::app::{App, Shared};
use crate::ask::{Desk, POSITION};
use crate::body::Json as Body;
use crate::caller::Caller;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::evaluation::{Answers, Side};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::models::EvaluationSheet;
use serde::{Deserialize, Serialize};

/// The evaluations of a case.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OpenedEvaluations {
    case: CaseId,
    as_of: DateTime<Utc>,
    evaluations: Vec<EvaluationSheet>,
}

/// A form to be sealed.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealForm {
    /// Who fills it: `area` or `department`.
    side: Side,
    /// The area, where a leg has several pairs.
    area: Option<String>,
    /// The answers by the codes of the items.
    answers: Answers,
}

/// An appeal against a form.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealForm {
    /// Whose form it is against.
    side: Side,
    /// The area, where a leg has several pairs.
    area: Option<String>,
    /// The code of its ground.
    ground: String,
    /// What is wrong, in words.
    note: String,
}

/// What a third unit decides of an appeal.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealVerdict {
    /// Whose form it was against.
    side: Side,
    /// The area, where a leg has several pairs.
    area: Option<String>,
    /// Whether it is upheld.
    upheld: bool,
    /// Why.
    note: String,
}

type Place = Path<(String, String)>;
type Answered = Result<(HeaderMap, Json<EvaluationSheet>), Trouble>;

/// All evaluations of a case.
pub(crate) async fn all(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path(case): Path<String>,
) -> Result<(HeaderMap, Json<OpenedEvaluations>), Trouble> {
    let case = case_id(&case)?;
    app.sees_case(&actor, case).await?;
    let opened = OpenedEvaluations {
        case,
        as_of: desk.moment.instant(),
        evaluations: sheets(&app, case, desk.moment.as_of()).await?,
    };
    Ok((desk.headers(), Json(opened)))
}

/// The same for whoever shows them.
pub(crate) async fn sheets(
    app: &App,
    case: CaseId,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<EvaluationSheet>, Trouble> {
    let engine = &app.engine;
    let pairs = match as_of {
        Some(at) => engine
            .evaluation_pairs_as_of(case, at)
            .await?
            .unwrap_or_default(),
        None => engine.evaluation_pairs(case).await?,
    };
    let mut evaluations = Vec::new();
    for pair in pairs {
        evaluations.push(sheet(app, case, pair, as_of).await?);
    }
    Ok(evaluations)
}

async fn sheet(
    app: &App,
    case: CaseId,
    pair: EvaluationPair,
    as_of: Option<DateTime<Utc>>,
) -> Result<EvaluationSheet, Trouble> {
    let engine = &app.engine;
    let evaluation = match as_of {
        Some(at) => engine.evaluation_as_of(case, &pair, at).await?,
        None => engine.evaluation(case, &pair).await?,
    };
    let at = as_of.unwrap_or_else(|| engine.now());
    Ok(EvaluationSheet::of(&evaluation, (case, pair), at))
}

/// The pair of a leg; with an area, where a leg has several.
async fn pair(
    app: &App,
    (case, leg): (&str, &str),
    area: Option<&str>,
) -> Result<(CaseId, EvaluationPair), Trouble> {
    let case = case_id(case)?;
    let pairs = app.engine.evaluation_pairs(case).await?;
    let mut of_leg = pairs.into_iter().filter(|pair| {
        pair.leg.to_string() == leg && area.is_none_or(|area| pair.left.as_str() == area)
    });
    let found = of_leg.next().ok_or_else(|| Issue::not_found(leg))?;
    Ok((case, found))
}

async fn told(app: &App, case: CaseId, pair: EvaluationPair, position: u64) -> Answered {
    let mut headers = HeaderMap::new();
    headers.insert(POSITION, HeaderValue::from(position));
    Ok((headers, Json(sheet(app, case, pair, None).await?)))
}

/// Seals a form: its answers stay hidden until both sides have sealed, or the window ends.
pub(crate) async fn seal(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((case, leg)): Place,
    Body(form): Body<SealForm>,
) -> Answered {
    let (case, pair) = pair(&app, (&case, &leg), form.area.as_deref()).await?;
    let sealed = app
        .engine
        .seal_evaluation(&actor, case, &pair, form.side, form.answers);
    let position = sealed.await?;
    told(&app, case, pair, position).await
}

/// Appeals against a form that was revealed.
pub(crate) async fn appeal(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((case, leg)): Place,
    Body(form): Body<AppealForm>,
) -> Answered {
    let (case, pair) = pair(&app, (&case, &leg), form.area.as_deref()).await?;
    let why = (form.ground.as_str(), form.note.as_str());
    let filed = app
        .engine
        .appeal_evaluation(&actor, case, &pair, form.side, why);
    let position = filed.await?;
    told(&app, case, pair, position).await
}

/// Decides an appeal, by a third unit.
pub(crate) async fn decide(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((case, leg)): Place,
    Body(form): Body<AppealVerdict>,
) -> Answered {
    let (case, pair) = pair(&app, (&case, &leg), form.area.as_deref()).await?;
    let what = (form.upheld, form.note.as_str());
    let decided = app
        .engine
        .decide_appeal(&actor, case, &pair, form.side, what);
    let position = decided.await?;
    told(&app, case, pair, position).await
}
