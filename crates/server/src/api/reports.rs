//! `GET /reports/…`: figures of a window, as the views count them.

use super::lists::which;
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::domain::score::composite::UnitScore;
use gridwhistle::domain::score::indicator::Indicator;
use gridwhistle::projections::questions::{
    Appraisals, Appraised, Area, AreaLevel, Areas, ByFigure, CasesBy, Count, Counts, CountsBy,
    Department, Departments, Evaluations, Indicators, LedgerFilter, Matrix, Portrait, Ranking,
    RowSort, SatisfactionOf, Satisfactions, Trend, UnitOpinion,
};

type Answered<T> = Result<(HeaderMap, Json<T>), Trouble>;

pub(super) const LEVELS: [AreaLevel; 3] =
    [AreaLevel::Street, AreaLevel::Community, AreaLevel::Grid];
const GROUPS: [CasesBy; 5] = [
    CasesBy::City,
    CasesBy::Street,
    CasesBy::Community,
    CasesBy::Grid,
    CasesBy::Unit,
];

pub(super) const fn level_code(level: AreaLevel) -> &'static str {
    match level {
        AreaLevel::Street => "street",
        AreaLevel::Community => "community",
        AreaLevel::Grid => "grid",
    }
}

const fn group_code(by: CasesBy) -> &'static str {
    match by {
        CasesBy::City => "city",
        CasesBy::Street => "street",
        CasesBy::Community => "community",
        CasesBy::Grid => "grid",
        CasesBy::Unit => "unit",
    }
}

/// The level of areas that is asked for.
pub(super) fn level(params: &mut Params) -> Result<AreaLevel, Issue> {
    let level = params.one_of("level", &LEVELS, level_code)?;
    Ok(level.unwrap_or_default())
}

fn by(params: &mut Params) -> Result<CasesBy, Issue> {
    let by = params.one_of("by", &GROUPS, group_code)?;
    Ok(by.unwrap_or(CasesBy::Street))
}

/// By which figure of its rows a report is put in order, if by any.
pub(crate) fn sorting<T: ByFigure>(params: &mut Params) -> Result<Option<RowSort>, Issue> {
    params.read("sort", &RowSort::accepted::<T>(), RowSort::read::<T>)
}

/// Puts rows in the order that is asked for.
fn put<T: ByFigure>(sort: Option<RowSort>, rows: &mut [T]) {
    if let Some(sort) = sort {
        sort.sort(rows);
    }
}

/// How many cases, by unit, area, class, matter or source.
pub(crate) async fn counts(desk: Desk, mut params: Params) -> Answered<Counts> {
    let by = params.one_of("by", &CountsBy::ALL, CountsBy::code)?;
    let filter = LedgerFilter {
        reported_from: params.instant("reported_from")?,
        reported_before: params.instant("reported_before")?,
        ..which(&mut params)?
    };
    let sort = sorting::<Count>(&mut params)?;
    params.end()?;
    let by = by.unwrap_or(CountsBy::Unit);
    let mut counts = desk.questions().counts(by, &filter, desk.moment).await?;
    put(sort, &mut counts.rows);
    Ok((desk.headers(), Json(counts)))
}

/// How units answered.
pub(crate) async fn departments(desk: Desk, mut params: Params) -> Answered<Departments> {
    let window = params.window(desk.moment.instant())?;
    let sort = sorting::<Department>(&mut params)?;
    params.end()?;
    let reference = desk.reference();
    let calendars = &reference.calendars;
    let asked = desk.questions().departments(window, desk.moment, calendars);
    let mut answered = asked.await?;
    put(sort, &mut answered.units);
    Ok((desk.headers(), Json(answered)))
}

/// One unit among its peers.
pub(crate) async fn portrait(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path(unit): Path<String>,
    mut params: Params,
) -> Answered<Portrait> {
    let window = params.window(desk.moment.instant())?;
    params.end()?;
    let (reference, questions) = (desk.reference(), desk.questions());
    let what = (unit.as_str(), app.within(&actor));
    let asked = questions.portrait(what, window, desk.moment, &reference);
    let portrait = asked.await?;
    // Units of imported cases need not be registered.
    let known = reference.registry.unit(&unit.as_str().into());
    if known.is_none() && portrait.own.opened + portrait.own.done + portrait.own.open == 0 {
        return Err(Issue::not_found(unit).into());
    }
    Ok((desk.headers(), Json(portrait)))
}

/// A share month by month.
pub(crate) async fn trend(desk: Desk, mut params: Params) -> Answered<Trend> {
    let unit = params.text("unit");
    let figure = params.one_of("figure", Indicator::ALL, Indicator::code)?;
    let window = params.window(desk.moment.instant())?;
    params.end()?;
    let what = (unit.as_deref(), figure.unwrap_or(Indicator::OnTime));
    let asked = desk.questions().trend(what, window, desk.moment);
    Ok((desk.headers(), Json(asked.await?)))
}

/// How areas fared.
pub(crate) async fn areas(desk: Desk, mut params: Params) -> Answered<Areas> {
    let (level, window) = (level(&mut params)?, params.window(desk.moment.instant())?);
    let sort = sorting::<Area>(&mut params)?;
    params.end()?;
    let reference = desk.reference();
    let calendars = &reference.calendars;
    let asked = desk
        .questions()
        .areas(level, window, desk.moment, calendars);
    let mut answered = asked.await?;
    put(sort, &mut answered.areas);
    Ok((desk.headers(), Json(answered)))
}

/// What units say of each other.
pub(crate) async fn evaluations(desk: Desk, mut params: Params) -> Answered<Evaluations> {
    let window = params.window(desk.moment.instant())?;
    let side = params.one_of("rated_by", &[Side::Area, Side::Department], Side::code)?;
    let sort = sorting::<UnitOpinion>(&mut params)?;
    params.end()?;
    let reference = desk.reference();
    let rules = reference.policies.evaluation_of(window.from);
    let side = side.unwrap_or(Side::Area);
    let asked = desk
        .questions()
        .evaluations(window, desk.moment, side, &rules);
    let mut answered = asked.await?;
    put(sort, &mut answered.units);
    Ok((desk.headers(), Json(answered)))
}

/// Street by department.
pub(crate) async fn matrix(desk: Desk, mut params: Params) -> Answered<Matrix> {
    let window = params.window(desk.moment.instant())?;
    params.end()?;
    let reference = desk.reference();
    let rules = reference.policies.evaluation_of(window.from);
    let asked = desk.questions().matrix(window, desk.moment, &rules);
    Ok((desk.headers(), Json(asked.await?)))
}

/// The indicators of GB/T 30428.
pub(crate) async fn indicators(desk: Desk, mut params: Params) -> Answered<Indicators> {
    let (by, window) = (by(&mut params)?, params.window(desk.moment.instant())?);
    params.end()?;
    let asked = desk.questions().indicators(by, window, desk.moment);
    Ok((desk.headers(), Json(asked.await?)))
}

/// What residents say.
pub(crate) async fn satisfaction(desk: Desk, mut params: Params) -> Answered<Satisfactions> {
    let (by, window) = (by(&mut params)?, params.window(desk.moment.instant())?);
    let sort = sorting::<SatisfactionOf>(&mut params)?;
    params.end()?;
    let reference = desk.reference();
    let rules = reference.policies.satisfaction_of(window.from);
    let asked = desk
        .questions()
        .satisfaction(by, window, desk.moment, &rules);
    let mut answered = asked.await?;
    put(sort, &mut answered.groups);
    Ok((desk.headers(), Json(answered)))
}

/// What grid party organisations say.
pub(crate) async fn appraisals(desk: Desk, mut params: Params) -> Answered<Appraisals> {
    let window = params.window(desk.moment.instant())?;
    let sort = sorting::<Appraised>(&mut params)?;
    params.end()?;
    let asked = desk.questions().appraisals(window, desk.moment);
    let mut answered = asked.await?;
    put(sort, &mut answered.units);
    put(sort, &mut answered.persons);
    Ok((desk.headers(), Json(answered)))
}

/// Scores and ranks.
pub(crate) async fn ranking(desk: Desk, mut params: Params) -> Answered<Ranking> {
    let window = params.window(desk.moment.instant())?;
    let sort = sorting::<UnitScore>(&mut params)?;
    params.end()?;
    let reference = desk.reference();
    let asked = desk.questions().ranking(window, desk.moment, &reference);
    let mut answered = asked.await?;
    put(sort, &mut answered.units);
    Ok((desk.headers(), Json(answered)))
}
