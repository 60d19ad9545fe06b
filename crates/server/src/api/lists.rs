//! `GET /cases`, `GET /lists/…`: the ledger and the four overdue lists, within what the caller sees.

use crate::app::App;
use crate::ask::Desk;
use crate::params::{Page, Params};
use crate::problem::{Issue, Trouble};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::anomaly::Anomaly;
use gridwhistle::domain::case::stage::{ClockKind, Stage};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::projections::questions::{
    Figure, LedgerFilter, LedgerPage, LedgerSort, WatchList, WatchPage, WatchSort,
};

const SORTS: [(&str, LedgerSort); 5] = [
    ("newest", LedgerSort::Newest),
    ("oldest", LedgerSort::Oldest),
    ("due", LedgerSort::Due),
    ("closed_last", LedgerSort::ClosedLast),
    ("number", LedgerSort::Number),
];

/// Which cases, by what every list takes.
pub(crate) fn which(params: &mut Params) -> Result<LedgerFilter, Issue> {
    Ok(LedgerFilter {
        class: params.one_of("class", &CaseClass::ALL, CaseClass::code)?,
        unit: params.text("unit"),
        street: params.text("street"),
        community: params.text("community"),
        grid: params.text("grid"),
        matter: params.text("matter"),
        source: params.text("source"),
        ..LedgerFilter::default()
    })
}

fn stages(params: &mut Params) -> Result<Vec<Stage>, Issue> {
    let codes: Vec<&str> = Stage::ALL.iter().map(|stage| stage.code()).collect();
    let one = |code: &str| {
        let mut all = Stage::ALL.iter().copied();
        all.find(|stage| stage.code() == code.trim())
    };
    let all = |text: &str| text.split(',').map(one).collect();
    Ok(params
        .read("stage", &codes.join(", "), all)?
        .unwrap_or_default())
}

/// A page of the ledger.
pub(crate) async fn ledger_page(
    app: &App,
    actor: &Actor,
    desk: &Desk,
    mut params: Params,
) -> Result<LedgerPage, Trouble> {
    let counted = params.one_of(
        "count",
        &[true, false],
        |is| if is { "true" } else { "false" },
    )?;
    let (filter, sort, page) = ledger_asked(app, actor, params)?;
    let (cursor, limit) = (page.cursor.as_deref(), page.limit);
    let asked = desk
        .questions()
        .ledger(&filter, sort, cursor, limit, desk.moment);
    let mut page = asked.await?;
    if counted == Some(true) {
        let counted = desk.questions().how_many(&filter, desk.moment);
        page.total = Some(counted.await?);
    }
    Ok(page)
}

/// What is asked of the ledger, within what the caller sees.
pub(crate) fn ledger_asked(
    app: &App,
    actor: &Actor,
    mut params: Params,
) -> Result<(LedgerFilter, LedgerSort, Page), Issue> {
    let kinds = ClockKind::ALL;
    let lists = WatchList::ALL;
    let minutes = |text: &str| text.parse().ok().filter(|at| (0..=525_600).contains(at));
    let filter = LedgerFilter {
        stage: stages(&mut params)?,
        anomaly: params.one_of("anomaly", Anomaly::ALL, Anomaly::code)?,
        text: params.text("text"),
        reported_from: params.instant("reported_from")?,
        reported_before: params.instant("reported_before")?,
        unclassed: params.flag("unclassed")?,
        open_only: params.flag("open_only")?,
        overdue: params.flag("overdue")?,
        figure: params.one_of("figure", &Figure::ALL, Figure::code)?,
        list: params.one_of("list", &lists, WatchList::code)?,
        due_within: params.read("due_within", "0 … 525600", minutes)?,
        review_due: params.flag("review_due")?,
        duty: params.one_of("duty", kinds, ClockKind::code)?,
        closed_from: params.instant("closed_from")?,
        within: Some(app.within(actor)),
        ..which(&mut params)?
    };
    let names = SORTS.map(|(name, _)| name).join(", ");
    let sort = params.read("sort", &names, |text| {
        let found = SORTS.iter().find(|(name, _)| *name == text);
        found.map(|(_, sort)| *sort)
    })?;
    let page = params.page()?;
    params.end()?;
    Ok((filter, sort.unwrap_or_default(), page))
}

/// A page of an overdue list.
pub(crate) async fn watch_page(
    app: &App,
    actor: &Actor,
    desk: &Desk,
    list: String,
    mut params: Params,
) -> Result<WatchPage, Trouble> {
    let list = WatchList::from_code(&list).ok_or_else(|| Issue::not_found(list))?;
    let filter = LedgerFilter {
        within: Some(app.within(actor)),
        ..which(&mut params)?
    };
    let sort = params.one_of("sort", &WatchSort::ALL, WatchSort::code)?;
    let page = params.page()?;
    params.end()?;
    let page = (page.limit, page.cursor.as_deref());
    let (reference, questions) = (desk.reference(), desk.questions());
    let calendars = &reference.calendars;
    let asked = questions.watch_list_by((list, sort), &filter, calendars, page, desk.moment);
    Ok(asked.await?)
}
