//! Mutual evaluation of the sides of a case: forms, sealing, appeals.

use super::cases::case_id;
use super::commands::{tell_repeat, under_key};
use crate::app::{App, Shared};
use crate::ask::{Desk, POSITION};
use crate::body::Json as Body;
use crate::caller::Caller;
use crate::params::{Params, WINDOWS};
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use gridwhistle::admin::Change;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::evaluation::{Answers, Side};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::models::EvaluationSheet;
use gridwhistle::projections::questions::{
    EvaluationFilter, EvaluationPage, EvaluationSort, EvaluationState, Window,
};
use gridwhistle::{Engine, EngineError};
use serde::{Deserialize, Serialize};

/// The evaluations of a case.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OpenedEvaluations {
    pub(crate) case: CaseId,
    /// Its number on the ledger.
    pub(crate) ledger_no: i64,
    pub(crate) as_of: DateTime<Utc>,
    pub(crate) evaluations: Vec<EvaluationSheet>,
}

/// A form to be sealed.
#[derive(Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealForm {
    /// Who fills it: `area` or `department`.
    pub(crate) side: Side,
    /// The area, where a leg has several pairs.
    pub(crate) area: Option<String>,
    /// The answers by the codes of the items.
    pub(crate) answers: Answers,
}

/// An appeal against a form.
#[derive(Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealForm {
    /// Whose form it is against.
    pub(crate) side: Side,
    /// The area, where a leg has several pairs.
    pub(crate) area: Option<String>,
    /// The code of its ground.
    pub(crate) ground: String,
    /// What is wrong, in words.
    pub(crate) note: String,
}

/// What a third unit decides of an appeal.
#[derive(Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealVerdict {
    /// Whose form it was against.
    pub(crate) side: Side,
    /// The area, where a leg has several pairs.
    pub(crate) area: Option<String>,
    /// Whether it is upheld.
    pub(crate) upheld: bool,
    /// Why.
    pub(crate) note: String,
}

/// Evaluations: those that wait for a form or for a decision, or the settled ones.
pub(crate) async fn list(
    desk: Desk,
    mut params: Params,
) -> Result<(HeaderMap, Json<EvaluationPage>), Trouble> {
    let states = EvaluationState::ALL;
    let state = params.one_of("state", &states, EvaluationState::code)?;
    let filter = EvaluationFilter {
        state: state.unwrap_or_default(),
        unit: params.text("unit"),
        area: params.text("area"),
        department: params.text("department"),
        window: params.read("window", WINDOWS, Window::read)?,
        sort: params.one_of("sort", &EvaluationSort::ALL, EvaluationSort::code)?,
    };
    let page = params.page()?;
    params.end()?;
    let page = (page.limit, page.cursor.as_deref());
    let asked = desk.questions().evaluation_list(&filter, page, desk.moment);
    let page = asked.await?;
    Ok((desk.headers(), Json(page)))
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
    if desk.is_replayed() {
        // Also for the page that shows them: what is read here is all that is known now.
        return Err(Issue::time_not_answered("known_at", "as_of").into());
    }
    let file = desk.questions().case(case, desk.moment).await?;
    let file = file.ok_or_else(|| Issue::not_found(case.to_string()))?;
    let opened = OpenedEvaluations {
        case,
        ledger_no: file.ledger.ledger_no,
        as_of: desk.moment.instant(),
        evaluations: sheets(&app, &actor, case, desk.moment.as_of()).await?,
    };
    Ok((desk.headers(), Json(opened)))
}

/// The same for whoever shows them.
pub(crate) async fn sheets(
    app: &App,
    actor: &Actor,
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
        evaluations.push(sheet(app, actor, (case, pair), as_of).await?);
    }
    Ok(evaluations)
}

async fn sheet(
    app: &App,
    actor: &Actor,
    (case, pair): (CaseId, EvaluationPair),
    as_of: Option<DateTime<Utc>>,
) -> Result<EvaluationSheet, Trouble> {
    let engine = &app.engine;
    let Some(at) = as_of else {
        let evaluation = engine.evaluation(case, &pair).await?;
        let outlook = engine.evaluation_outlook(actor, case, &pair).await?;
        let sheet = EvaluationSheet::of(&evaluation, (case, pair), engine.now());
        return Ok(sheet.open_to(outlook));
    };
    let evaluation = engine.evaluation_as_of(case, &pair, at).await?;
    Ok(EvaluationSheet::of(&evaluation, (case, pair), at))
}

/// The pair of a leg; with an area, where a leg has several. What somebody does not see is not there
/// for them, whatever they ask of it.
async fn pair(
    app: &App,
    actor: &Actor,
    (case, leg): (&str, &str),
    area: Option<&str>,
) -> Result<(CaseId, EvaluationPair), Trouble> {
    let case = case_id(case)?;
    app.sees_case(actor, case).await?;
    let pairs = app.engine.evaluation_pairs(case).await?;
    let mut of_leg = pairs.into_iter().filter(|pair| {
        pair.leg.to_string() == leg && area.is_none_or(|area| pair.left.as_str() == area)
    });
    let found = of_leg.next().ok_or_else(|| Issue::not_found(leg))?;
    Ok((case, found))
}

/// The engine under the key of a request, which is all that its form says of a leg.
fn keyed(
    app: &App,
    actor: &Actor,
    headers: &HeaderMap,
    request: (&str, &impl Serialize),
) -> Result<Engine, Trouble> {
    let request = serde_json::to_vec(&request).map_err(EngineError::from)?;
    Ok(under_key(&app.engine, actor, headers, &request))
}

async fn told(
    app: &App,
    actor: &Actor,
    case: (CaseId, EvaluationPair),
    change: Change,
) -> Answered {
    let mut headers = HeaderMap::new();
    headers.insert(POSITION, HeaderValue::from(change.position));
    tell_repeat(&mut headers, change.repeated);
    Ok((headers, Json(sheet(app, actor, case, None).await?)))
}

/// Seals a form: its answers stay hidden until both sides have sealed, or the window ends.
pub(crate) async fn seal(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((case, leg)): Place,
    headers: HeaderMap,
    Body(form): Body<SealForm>,
) -> Answered {
    let (case, pair) = pair(&app, &actor, (&case, &leg), form.area.as_deref()).await?;
    let engine = keyed(&app, &actor, &headers, (leg.as_str(), &form))?;
    let sealed = engine.seal_evaluation(&actor, case, &pair, form.side, form.answers);
    let change = sealed.await?;
    told(&app, &actor, (case, pair), change).await
}

/// Appeals against a form that was revealed.
pub(crate) async fn appeal(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((case, leg)): Place,
    headers: HeaderMap,
    Body(form): Body<AppealForm>,
) -> Answered {
    let (case, pair) = pair(&app, &actor, (&case, &leg), form.area.as_deref()).await?;
    let engine = keyed(&app, &actor, &headers, (leg.as_str(), &form))?;
    let why = (form.ground.as_str(), form.note.as_str());
    let filed = engine.appeal_evaluation(&actor, case, &pair, form.side, why);
    let change = filed.await?;
    told(&app, &actor, (case, pair), change).await
}

/// Decides an appeal, by a third unit.
pub(crate) async fn decide(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((case, leg)): Place,
    headers: HeaderMap,
    Body(form): Body<AppealVerdict>,
) -> Answered {
    let (case, pair) = pair(&app, &actor, (&case, &leg), form.area.as_deref()).await?;
    let engine = keyed(&app, &actor, &headers, (leg.as_str(), &form))?;
    let what = (form.upheld, form.note.as_str());
    let decided = engine.decide_appeal(&actor, case, &pair, form.side, what);
    let change = decided.await?;
    told(&app, &actor, (case, pair), change).await
}
