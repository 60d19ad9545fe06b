//! `GET /explain/{figure}`: the cases and events behind a figure.

use super::reports::level;
use crate::ask::Desk;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::http::HeaderMap;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::domain::registry::UnitKind;
use gridwhistle::domain::score::case_indicator::CaseIndicator;
use gridwhistle::domain::score::indicator::Indicator;
use gridwhistle::domain::score::measure::Measure;
use gridwhistle::projections::models::Explained;
use gridwhistle::projections::questions::CasesBy;

/// The code of cases that lie in no area, or that no unit leads, as the command line has it.
fn coded(code: &str) -> Option<&str> {
    Some(code).filter(|code| *code != "-")
}

/// `GET /explain/{figure}`: opens a figure.
pub(crate) async fn explain(
    desk: Desk,
    figure: String,
    params: Params,
) -> Result<(HeaderMap, Json<Explained>), Trouble> {
    let opened = opened(&desk, figure, params).await?;
    Ok((desk.headers(), Json(opened)))
}

/// The same for whoever shows it.
pub(crate) async fn opened(
    desk: &Desk,
    figure: String,
    mut params: Params,
) -> Result<Explained, Trouble> {
    let (unit, area) = (params.text("unit"), params.text("area"));
    let level = level(&mut params)?;
    let window = params.window(desk.moment.instant())?;
    let page = params.page()?;
    params.end()?;
    let page = (page.limit, page.cursor.as_deref());
    let (moment, questions, reference) = (desk.moment, desk.questions(), desk.reference());
    let needed = || {
        let unit = unit.as_deref();
        unit.ok_or_else(|| Issue::parameter("unit", "GET /api/v1/units"))
    };
    let (by, group) = match (&area, &unit) {
        (Some(area), _) => (CasesBy::from(level), coded(area)),
        (None, Some(unit)) => (CasesBy::Unit, coded(unit)),
        (None, None) => (CasesBy::City, None),
    };
    Ok(if let Some(indicator) = Indicator::from_code(&figure) {
        let asked = questions.explain((unit.as_deref(), indicator), window, moment, page);
        Explained::Legs(asked.await?)
    } else if let Some(indicator) = CaseIndicator::from_code(&figure) {
        let asked = questions.explain_cases((by, group, indicator), window, moment, page);
        Explained::Cases(asked.await?)
    } else if let Some(measure) = Measure::from_code(&figure) {
        let (whose, calendars) = ((by, group, measure), &reference.calendars);
        let asked = questions.explain_measure(whose, window, moment, calendars, page);
        Explained::Measured(asked.await?)
    } else if figure == "mutual" {
        let code = needed()?;
        let unit = reference.registry.unit(&code.into());
        let unit = unit.ok_or_else(|| Issue::not_found(code))?;
        let side = match unit.kind {
            UnitKind::Street | UnitKind::Community => Side::Department,
            _ => Side::Area,
        };
        let rules = reference.policies.evaluation_of(window.from);
        let asked = questions.explain_mutual((code, side), window, moment, &rules, page);
        Explained::Mutual(asked.await?)
    } else if figure == "score" {
        let code = needed()?;
        let asked = questions.explain_score(code, window, moment, &reference, page);
        let found = asked.await?;
        Explained::Score(found.ok_or_else(|| Issue::not_found(code))?)
    } else {
        return Err(Issue::not_found(figure).into());
    })
}
