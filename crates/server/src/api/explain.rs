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
use gridwhistle::projections::models::{CountedFigure, Explained};
use gridwhistle::projections::questions::{CasesBy, Window};
use tokio::sync::OnceCell;

/// The code of cases that lie in no area, or that no unit leads, as the command line has it.
fn coded(code: &str) -> Option<&str> {
    Some(code).filter(|code| *code != "-")
}

/// A figure as it is counted for the first page that is asked for, and kept for those after it.
pub(crate) type Counted = OnceCell<CountedFigure>;

/// `GET /explain/{figure}`: opens a figure, which is counted where it is not yet.
pub(crate) async fn explain(
    desk: Desk,
    figure: String,
    params: Params,
    counted: &Counted,
) -> Result<(HeaderMap, Json<Explained>), Trouble> {
    let opened = opened(&desk, figure, params, counted).await?;
    Ok((desk.headers(), Json(opened)))
}

/// The same for whoever shows it.
pub(crate) async fn opened(
    desk: &Desk,
    figure: String,
    mut params: Params,
    counted: &Counted,
) -> Result<Explained, Trouble> {
    let (unit, area) = (params.text("unit"), params.text("area"));
    let level = level(&mut params)?;
    let window = params.window(desk.moment.instant())?;
    let page = params.page()?;
    params.end()?;
    let whose = match (&area, &unit) {
        (Some(area), _) => (CasesBy::from(level), coded(area)),
        (None, Some(unit)) => (CasesBy::Unit, coded(unit)),
        (None, None) => (CasesBy::City, None),
    };
    let count = || count(desk, &figure, (whose, unit.as_deref()), window);
    let counted = counted.get_or_try_init(count).await?;
    let (reference, page) = (desk.reference(), (page.limit, page.cursor.as_deref()));
    Ok(counted.page(desk.questions(), &reference, page).await?)
}

/// Counts a figure: of cases by what they are grouped, of legs, forms and scores by unit.
async fn count(
    desk: &Desk,
    figure: &str,
    ((by, group), unit): ((CasesBy, Option<&str>), Option<&str>),
    window: Window,
) -> Result<CountedFigure, Trouble> {
    let (moment, questions, reference) = (desk.moment, desk.questions(), desk.reference());
    let needed = || unit.ok_or_else(|| Issue::parameter("unit", "GET /api/v1/units"));
    Ok(if let Some(indicator) = Indicator::from_code(figure) {
        let asked = questions.count_legs((unit, indicator), window, moment);
        CountedFigure::Legs(asked.await?)
    } else if let Some(indicator) = CaseIndicator::from_code(figure) {
        let asked = questions.count_cases((by, group, indicator), window, moment);
        CountedFigure::Cases(asked.await?)
    } else if let Some(measure) = Measure::from_code(figure) {
        let asked = questions.count_measure((by, group, measure), window, moment, &reference);
        CountedFigure::Measured(asked.await?)
    } else if figure == "mutual" {
        let code = needed()?;
        let unit = reference.registry.unit(&code.into());
        let unit = unit.ok_or_else(|| Issue::not_found(code))?;
        let side = match unit.kind {
            UnitKind::Street | UnitKind::Community => Side::Department,
            _ => Side::Area,
        };
        let rules = reference.policies.evaluation_of(window.from);
        let asked = questions.count_mutual((code, side), window, moment, &rules);
        CountedFigure::Mutual(asked.await?)
    } else if figure == "score" {
        let code = needed()?;
        let asked = questions.count_score(code, window, moment, &reference);
        let found = asked.await?;
        CountedFigure::Score(found.ok_or_else(|| Issue::not_found(code))?)
    } else {
        return Err(Issue::not_found(figure).into());
    })
}
