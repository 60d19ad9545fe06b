//! Units, grids, people in office, matters, policies and flow charts.

use crate::ask::Desk;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use crate::words::language;
use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use chrono::Datelike;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::catalogue::{Domain, Matter};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{MatterCode, PolicyVersion, UnitId};
use gridwhistle::domain::local_time;
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::models::{
    CalendarYear, Flow, GridShown, Grids, Holder, MatterFilter, MatterGuide, Matters, People,
    PolicyVersions, UnitShown, Units,
};

type Answered<T> = Result<(HeaderMap, Json<T>), Trouble>;

/// The unit below which is asked, which must be there.
fn within(params: &mut Params, reference: &Reference) -> Result<Option<UnitId>, Issue> {
    let within = params.text("within").map(|code| UnitId::new(code.as_str()));
    match within {
        Some(unit) if reference.registry.unit(&unit).is_none() => {
            Err(Issue::not_found(unit.as_str()))
        }
        within => Ok(within),
    }
}

/// What a row is sorted by.
type Key<T> = fn(&T) -> String;
/// What rows may be sorted by.
type Keys<T> = [(&'static str, Key<T>)];

/// By what the rows are sorted; the first key is their own order.
fn sorting<T>(params: &mut Params, keys: &Keys<T>) -> Result<Option<Key<T>>, Issue> {
    let names: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
    params.read("sort", &names.join(", "), |text| {
        let found = keys.iter().find(|(name, _)| *name == text);
        found.map(|(_, key)| *key)
    })
}

fn put<T>(sort: Option<Key<T>>, rows: &mut [T]) {
    if let Some(key) = sort {
        rows.sort_by_cached_key(key);
    }
}

const UNITS: &Keys<UnitShown> = &[
    ("unit", |one| one.unit.to_string()),
    ("kind", |one| one.kind.code().to_owned()),
    ("parent", |one| {
        one.parent
            .as_ref()
            .map_or_else(String::new, ToString::to_string)
    }),
];
const GRIDS: &Keys<GridShown> = &[
    ("grid", |one| one.grid.to_string()),
    ("level", |one| one.level.code().to_owned()),
    ("kind", |one| one.kind.code().to_owned()),
    ("within", |one| one.within.clone()),
];
const PEOPLE: &Keys<Holder> = &[
    ("person", |one| one.person.to_string()),
    ("name", |one| one.name.clone()),
    ("role", |one| one.role.code().to_owned()),
    ("unit", |one| one.unit.to_string()),
];
const MATTERS: &Keys<Matter> = &[
    ("code", |one| one.code.to_string()),
    ("domain", |one| one.domain.code().to_owned()),
    ("funding_owner", |one| one.funding_owner.to_string()),
];

/// The units.
pub(crate) async fn units(desk: Desk, mut params: Params) -> Answered<Units> {
    let reference = desk.reference();
    let within = within(&mut params, &reference)?;
    let sort = sorting(&mut params, UNITS)?;
    params.end()?;
    let mut units = Units::of(&reference.registry, within.as_ref(), desk.moment.instant());
    put(sort, &mut units.units);
    Ok((desk.headers(), Json(units)))
}

/// A year of the working calendar; the one of the instant where none is named.
pub(crate) async fn calendar(desk: Desk, mut params: Params) -> Answered<CalendarYear> {
    const YEARS: &str = "1970 … 2100";
    let year = params.read("year", YEARS, |text| text.parse().ok())?;
    params.end()?;
    let at = desk.moment.instant();
    let year: i32 = year.unwrap_or_else(|| local_time::date(at).year());
    let known = (1970..=2100).contains(&year);
    let year = known
        .then(|| CalendarYear::of(&desk.reference().calendars, year, at))
        .flatten();
    let year = year.ok_or_else(|| Issue::parameter("year", YEARS))?;
    Ok((desk.headers(), Json(year)))
}

/// The grids.
pub(crate) async fn grids(desk: Desk, mut params: Params) -> Answered<Grids> {
    let reference = desk.reference();
    let within = within(&mut params, &reference)?;
    let sort = sorting(&mut params, GRIDS)?;
    params.end()?;
    let mut grids = Grids::of(&reference.registry, within.as_ref(), desk.moment.instant());
    put(sort, &mut grids.grids);
    Ok((desk.headers(), Json(grids)))
}

/// Who holds which office.
pub(crate) async fn people(desk: Desk, mut params: Params) -> Answered<People> {
    let reference = desk.reference();
    let within = within(&mut params, &reference)?;
    let sort = sorting(&mut params, PEOPLE)?;
    params.end()?;
    let mut people = People::of(&reference.registry, within.as_ref(), desk.moment.instant());
    put(sort, &mut people.people);
    Ok((desk.headers(), Json(people)))
}

/// Which matters are asked for.
fn filter(params: &mut Params) -> Result<MatterFilter, Issue> {
    Ok(MatterFilter {
        text: params.text("text").map(|text| text.trim().to_owned()),
        domain: params.one_of("domain", Domain::ALL, Domain::code)?,
        class: params.one_of("class", &CaseClass::ALL, CaseClass::code)?,
        unit: params.text("unit").map(UnitId::new),
    })
}

/// The matters in force that are asked for.
pub(crate) fn matters_page(desk: &Desk, mut params: Params) -> Result<Matters, Trouble> {
    let filter = filter(&mut params)?;
    let sort = sorting(&mut params, MATTERS)?;
    params.end()?;
    let mut matters = Matters::of(&desk.reference(), desk.moment.instant(), &filter);
    put(sort, &mut matters.matters);
    Ok(matters)
}

/// The matters in force.
pub(crate) async fn matters(desk: Desk, params: Params) -> Answered<Matters> {
    let matters = matters_page(&desk, params)?;
    Ok((desk.headers(), Json(matters)))
}

fn found<'a>(reference: &'a Reference, desk: &Desk, code: &str) -> Result<&'a Matter, Issue> {
    let matter = reference
        .catalogue
        .in_force(&MatterCode::new(code), desk.moment.instant());
    matter.ok_or_else(|| Issue::not_found(code))
}

/// The guide to one matter.
pub(crate) fn guide(desk: &Desk, code: String) -> Result<MatterGuide, Trouble> {
    let guide = MatterGuide::of(
        &desk.reference(),
        &MatterCode::new(code.as_str()),
        desk.moment.instant(),
    );
    Ok(guide.ok_or_else(|| Issue::not_found(code))?)
}

/// One matter.
pub(crate) async fn matter(desk: Desk, Path(code): Path<String>) -> Answered<MatterGuide> {
    let guide = guide(&desk, code)?;
    Ok((desk.headers(), Json(guide)))
}

/// The versions of the policy.
pub(crate) async fn policies(desk: Desk, params: Params) -> Answered<PolicyVersions> {
    params.end()?;
    let versions = PolicyVersions::of(&desk.reference(), desk.moment.instant());
    Ok((desk.headers(), Json(versions)))
}

fn version<'a>(reference: &'a Reference, label: &str) -> Result<&'a Policy, Issue> {
    let policy = reference.policies.get(&PolicyVersion::new(label));
    policy.ok_or_else(|| Issue::not_found(label))
}

/// One version of the policy.
pub(crate) async fn policy(desk: Desk, Path(label): Path<String>) -> Answered<Policy> {
    let policy = version(&desk.reference(), &label)?.clone();
    Ok((desk.headers(), Json(policy)))
}

/// The flow chart of a class, or of one matter in it.
pub(crate) fn chart(
    desk: &Desk,
    class: &str,
    (matter, label): (Option<String>, Option<String>),
    spoken: Language,
) -> Result<Flow, Issue> {
    let reference = desk.reference();
    let matter = matter
        .map(|code| found(&reference, desk, &code))
        .transpose()?;
    let policy = match label {
        Some(label) => Some(version(&reference, &label)?),
        None => reference.policies.in_force(desk.moment.instant()),
    };
    let flow = CaseClass::from_code(class)
        .zip(policy)
        .and_then(|(class, policy)| Flow::of(policy, class, matter, spoken));
    flow.ok_or_else(|| Issue::not_found(class))
}

/// The flow chart of a class.
pub(crate) async fn flow(
    desk: Desk,
    Path(class): Path<String>,
    asked: HeaderMap,
    mut params: Params,
) -> Answered<Flow> {
    let about = (params.text("matter"), params.text("version"));
    params.end()?;
    let flow = chart(&desk, &class, about, language(&asked))?;
    Ok((desk.headers(), Json(flow)))
}
