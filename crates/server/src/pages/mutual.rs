//! 双向互评: lists, matrix, scores, and the form of a case, filled and given.

use super::asker::{Asker, answer, onward, stand};
use crate::api::{evaluations, reports};
use crate::app::Shared;
use crate::ask::{Asked, Desk, POSITION};
use crate::body::Json as Body;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Form, Json};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::evaluation::{Answer, Answers, EvaluationAct, Side};
use gridwhistle_web::pages::mutual::form::View;
use gridwhistle_web::pages::mutual::{form, list, matrix, scores};

type Pairs = Vec<(String, String)>;

/// `GET /evaluations`.
pub(super) async fn all(asker: Asker, desk: Desk, params: Params) -> Result<Response, Trouble> {
    let stand = stand(&desk);
    let (_, Json(page)) = evaluations::list(desk, params).await?;
    let page = list::page(&asker.frame(stand), &page);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /reports/matrix`.
pub(super) async fn pairs(asker: Asker, desk: Desk, params: Params) -> Result<Response, Trouble> {
    let stand = stand(&desk);
    let (_, Json(answered)) = reports::matrix(desk, params).await?;
    let page = matrix::page(&asker.frame(stand), &answered);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /reports/evaluations`.
pub(super) async fn said(asker: Asker, desk: Desk, params: Params) -> Result<Response, Trouble> {
    let stand = stand(&desk);
    let (_, Json(answered)) = reports::evaluations(desk, params).await?;
    let page = scores::page(&asker.frame(stand), &answered);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /cases/{case}/evaluations`. `done` is the act and the position that led here.
pub(super) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    desk: Desk,
    Path(case): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let done = params.take("done");
    params.end()?;
    let done = done.as_deref().and_then(|done| done.split_once('.'));
    let done = done.and_then(|(act, position)| Some((EvaluationAct::from_code(act)?, position)));
    let shown = Shown {
        filled: &Vec::new(),
        trouble: None,
        done,
    };
    shown.page(&app, &actor, &asker, desk, &case).await
}

/// `POST /cases/{case}/evaluations/{leg}/{act}`: as the API takes it, and back to the page; a refusal
/// shows the form again, filled.
pub(super) async fn give(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    Path((case, leg, act)): Path<(String, String, String)>,
    Form(filled): Form<Pairs>,
) -> Result<Response, Trouble> {
    let act = EvaluationAct::from_code(&act).ok_or_else(Issue::address_unknown)?;
    app.sees_case(&actor, crate::api::case_id(&case)?).await?;
    let place = Path((case.clone(), leg));
    let (state, caller) = (State(app.clone()), Caller(actor.clone()));
    let given = match act {
        EvaluationAct::Seal => match sealed(&filled) {
            Ok(form) => evaluations::seal(state, caller, place, HeaderMap::new(), Body(form)).await,
            Err(issue) => Err(issue.into()),
        },
        EvaluationAct::Appeal => match appealed(&filled) {
            Ok(form) => {
                evaluations::appeal(state, caller, place, HeaderMap::new(), Body(form)).await
            }
            Err(issue) => Err(issue.into()),
        },
        EvaluationAct::DecideAppeal => match decided(&filled) {
            Ok(form) => {
                evaluations::decide(state, caller, place, HeaderMap::new(), Body(form)).await
            }
            Err(issue) => Err(issue.into()),
        },
    };
    match given {
        Ok((headers, _)) => {
            let position = headers.get(POSITION).and_then(|value| value.to_str().ok());
            let position = position.unwrap_or_default();
            let act = act.code();
            Ok(onward(&format!(
                "/cases/{case}/evaluations?done={act}.{position}&min_position={position}"
            )))
        }
        Err(trouble) if trouble.is_ours() => Err(trouble),
        Err(trouble) => {
            let desk = Asked::now().desk(&app).await?;
            let shown = Shown {
                filled: &filled,
                trouble: Some(trouble),
                done: None,
            };
            shown.page(&app, &actor, &asker, desk, &case).await
        }
    }
}

/// The page of a case's evaluations, about to be shown.
struct Shown<'a> {
    filled: &'a Pairs,
    trouble: Option<Trouble>,
    done: Option<(EvaluationAct, &'a str)>,
}

impl Shown<'_> {
    async fn page(
        self,
        app: &Shared,
        actor: &Actor,
        asker: &Asker,
        desk: Desk,
        case: &str,
    ) -> Result<Response, Trouble> {
        let (state, caller) = (State(app.clone()), Caller(actor.clone()));
        let (stand, place) = (stand(&desk), Path(case.to_owned()));
        let (_, Json(opened)) = evaluations::all(state, caller, desk, place).await?;
        let status = self.trouble.as_ref().map(Trouble::status);
        let trouble = self.trouble.as_ref();
        let trouble = trouble.map(|trouble| trouble.shown(asker.reader.language));
        let view = View {
            case,
            ledger_no: opened.ledger_no,
            evaluations: &opened.evaluations,
            filled: self.filled,
            trouble: trouble.as_ref(),
            done: self.done,
        };
        // Nothing moves while somebody fills it in.
        let page = form::page(&asker.still(stand), &view);
        Ok(answer(status.unwrap_or(StatusCode::OK), page))
    }
}

fn value<'p>(pairs: &'p Pairs, wanted: &str) -> &'p str {
    let mut pairs = pairs.iter();
    let found = pairs.find(|(name, _)| name == wanted);
    found.map_or("", |(_, value)| value.trim())
}

fn side(filled: &Pairs) -> Result<Side, Issue> {
    let side = Side::from_code(value(filled, "side"));
    side.ok_or_else(|| Issue::content("/side", "area, department"))
}

fn area(filled: &Pairs) -> Option<String> {
    let area = value(filled, "area");
    (!area.is_empty()).then(|| area.to_owned())
}

/// The answers, `score.ITEM` and `reason.ITEM`; what was left empty goes out, so that the rules say
/// what is missing.
fn sealed(filled: &Pairs) -> Result<evaluations::SealForm, Issue> {
    let mut answers = Answers::default();
    for (name, score) in filled {
        let Some(item) = name.strip_prefix("score.") else {
            continue;
        };
        let wrong = || Issue::content(format!("/answers/{item}/score"), "1 … 5");
        let reason = value(filled, &format!("reason.{item}"));
        let answer = Answer {
            score: score.trim().parse().map_err(|_| wrong())?,
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        };
        answers.0.insert(item.to_owned(), answer);
    }
    Ok(evaluations::SealForm {
        side: side(filled)?,
        area: area(filled),
        answers,
    })
}

fn appealed(filled: &Pairs) -> Result<evaluations::AppealForm, Issue> {
    Ok(evaluations::AppealForm {
        side: side(filled)?,
        area: area(filled),
        ground: value(filled, "ground").to_owned(),
        note: value(filled, "note").to_owned(),
    })
}

fn decided(filled: &Pairs) -> Result<evaluations::AppealVerdict, Issue> {
    let upheld = match value(filled, "upheld") {
        "true" => true,
        "false" => false,
        _ => return Err(Issue::content("/upheld", "true, false")),
    };
    Ok(evaluations::AppealVerdict {
        side: side(filled)?,
        area: area(filled),
        upheld,
        note: value(filled, "note").to_owned(),
    })
}
