//! The first page for the duty officer: how many cases stand where, what is late and whose it is,
//! and what to ask next. Figures come from the views, tables from the code of the lists and reports.

use super::{DemoError, Made};
use crate::labels::Names;
use crate::list::watch_table;
use crate::moment::show;
use crate::output::width;
use crate::table::{Column, Table, folded};
use crate::words::{Word as W, language, told};
use crate::{report, settings};
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::case::stage::Stage;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::UnitId;
use gridwhistle::domain::registry::Place;
use gridwhistle::projections::case_view::LedgerRow;
use gridwhistle::projections::questions::{
    CountsBy, LedgerFilter, LedgerSort, Moment, WatchList, WatchRow,
};
use gridwhistle::{Engine, EngineError};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write;

/// Rows of a list on the first page.
const TOP: usize = 8;
/// Cases read at a time.
const PAGE: usize = 10_000;

/// The page in the making.
struct Page<'a> {
    engine: &'a Engine,
    names: Names,
    moment: Moment,
    width: Option<u16>,
    output: &'a mut (dyn Write + Send),
}

pub(super) async fn print(
    engine: &Engine,
    made: &Made,
    url: &str,
    output: &mut (dyn Write + Send),
) -> Result<(), DemoError> {
    let now = engine.now();
    let mut page = Page {
        engine,
        names: Names::of(engine, now),
        moment: Moment::now(now),
        width: width(),
        output,
    };
    page.headline(made).await?;
    let rows = page.ledger().await?;
    page.stages(&rows)?;
    let overdue = page.lists().await?;
    page.units().await?;
    page.commands(url, overdue.first(), &rows)
}

impl Page<'_> {
    fn line(&mut self, text: impl Display) -> Result<(), DemoError> {
        Ok(writeln!(self.output, "{text}")?)
    }

    fn title(&mut self, title: W) -> Result<(), DemoError> {
        self.line("")?;
        self.line(title)
    }

    fn table(&mut self, table: &Table) -> Result<(), DemoError> {
        let lines = table.fitted(self.width);
        lines.into_iter().try_for_each(|line| self.line(line))
    }

    /// What was made, and of when everything below is.
    async fn headline(&mut self, made: &Made) -> Result<(), DemoError> {
        let events = self.engine.catch_up().await?;
        let reference = self.engine.reference();
        let tallies = &made.tallies;
        let parts: [&dyn Display; 10] = [
            &show(self.moment.instant()),
            &reference.registry.units().count(),
            &reference.registry.grids().count(),
            &made.people,
            &tallies.commands,
            &tallies.timers,
            &tallies.sealed,
            &events,
            &made.took.as_secs(),
            &tallies.refused.values().sum::<u64>(),
        ];
        let lines = folded(&told(W::DemoHead, &parts), self.width);
        lines.into_iter().try_for_each(|line| self.line(line))
    }

    async fn ledger(&self) -> Result<Vec<LedgerRow>, DemoError> {
        let (filter, sort) = (LedgerFilter::default(), LedgerSort::Newest);
        let (mut rows, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let after = cursor.as_deref();
            let page = self.engine.questions();
            let page = page.ledger(&filter, sort, after, PAGE, self.moment).await;
            let page = page.map_err(EngineError::from)?;
            rows.extend(page.rows);
            cursor = page.next;
            if cursor.is_none() {
                return Ok(rows);
            }
        }
    }

    /// Class by stage; stages that no case stands at are left out.
    fn stages(&mut self, rows: &[LedgerRow]) -> Result<(), DemoError> {
        let mut counts: BTreeMap<(Stage, Option<CaseClass>), u64> = BTreeMap::new();
        for row in rows {
            let class = row.class.as_deref().and_then(CaseClass::from_code);
            if let Some(stage) = Stage::from_code(&row.stage) {
                *counts.entry((stage, class)).or_default() += 1;
            }
        }
        let classes: Vec<Option<CaseClass>> =
            CaseClass::ALL.into_iter().map(Some).chain([None]).collect();
        let of_class = |class: &Option<CaseClass>| {
            let name = match class {
                Some(class) => self.names.class(Some(class.code())),
                None => W::DemoNoClass.to_string(),
            };
            Column::from(name).right().rank(1).least(6)
        };
        let columns = [Column::from(W::HStage)].into_iter();
        let columns = columns.chain(classes.iter().map(of_class));
        let mut table = Table::new(columns.chain([Column::from(W::Total).right()]));
        for stage in Stage::ALL {
            let count = |class: &Option<CaseClass>| counts.get(&(*stage, *class)).copied();
            let cells: Vec<u64> = classes.iter().map(|one| count(one).unwrap_or(0)).collect();
            let sum: u64 = cells.iter().sum();
            if sum > 0 {
                let figures = cells.iter().chain([&sum]).map(u64::to_string);
                let stage = stage.label().get(language()).to_owned();
                table.row([stage].into_iter().chain(figures));
            }
        }
        self.title(W::DemoStages)?;
        self.table(&table)
    }

    /// The four lists, and the head of the most pressing one.
    async fn lists(&mut self) -> Result<Vec<WatchRow>, DemoError> {
        let columns = [Column::from(W::HName), Column::from(W::DemoCases).right()];
        let mut table = Table::new(columns);
        let mut overdue = Vec::new();
        for list in WatchList::ALL {
            let rows = self.watch(list).await?;
            let name = match list {
                WatchList::Prewarning => W::ListPrewarning,
                WatchList::Overdue => W::ListOverdue,
                WatchList::Severe => W::ListSevere,
                WatchList::Suspended => W::ListSuspended,
            };
            table.row([name.to_string(), rows.len().to_string()]);
            if list == WatchList::Overdue {
                overdue = rows;
            }
        }
        self.title(W::DemoLists)?;
        self.table(&table)?;
        if !overdue.is_empty() {
            let top = &overdue[..overdue.len().min(TOP)];
            let table = watch_table(WatchList::Overdue, top, &self.names);
            self.title(W::DemoLongest)?;
            self.table(&table)?;
        }
        Ok(overdue)
    }

    async fn watch(&self, list: WatchList) -> Result<Vec<WatchRow>, DemoError> {
        let (reference, filter) = (self.engine.reference(), LedgerFilter::default());
        let calendars = &reference.calendars;
        let ask = self.engine.questions();
        let page = ask
            .watch_list(list, &filter, calendars, None, PAGE, self.moment)
            .await;
        Ok(page.map_err(EngineError::from)?.rows)
    }

    /// The units with the most open overdue cases.
    async fn units(&mut self) -> Result<(), DemoError> {
        let filter = LedgerFilter::default();
        let ask = self.engine.questions();
        let counts = ask.counts(CountsBy::Unit, &filter, self.moment).await;
        let mut rows = counts.map_err(EngineError::from)?.rows;
        rows.retain(|row| row.group.is_some());
        rows.sort_by(|a, b| {
            let late = b.open_overdue.cmp(&a.open_overdue);
            late.then(b.open.cmp(&a.open)).then(a.group.cmp(&b.group))
        });
        rows.truncate(TOP);
        let table = report::table(CountsBy::Unit, &rows, None, &self.names);
        self.title(W::DemoUnits)?;
        self.table(&table)
    }

    /// What to type next, exactly; a test types every line of it.
    fn commands(
        &mut self,
        url: &str,
        pressing: Option<&WatchRow>,
        rows: &[LedgerRow],
    ) -> Result<(), DemoError> {
        self.title(W::DemoNext)?;
        self.line(format_args!("  export GRIDWHISTLE_STORE={url}"))?;
        if language() != settings::of_machine() {
            self.line(format_args!("  export GRIDWHISTLE_LANG={}", language()))?;
        }
        let at = show(self.moment.instant());
        let mut commands = vec![
            format!("list overdue --as-of \"{at}\""),
            format!("list suspended --as-of \"{at}\" --wide"),
            "report units --columns group,open,overdue".to_owned(),
            "report areas --window 2026-04".to_owned(),
            "report indicators --window 2026-Q2".to_owned(),
            "report satisfaction --window 2026-Q2".to_owned(),
        ];
        if let Some(row) = pressing {
            commands.push(format!("case show {}", row.ledger_no));
            if let Some(actor) = self.supervisor() {
                commands.push(format!("case show {} --as {actor}", row.ledger_no));
            }
        }
        let closed = rows.iter().find(|row| row.stage == Stage::Closed.code());
        if let Some(row) = closed {
            commands.push(format!("case timeline {}", row.ledger_no));
        }
        commands.push("registry show units".to_owned());
        commands.push("verify".to_owned());
        let mut commands = commands.into_iter();
        commands.try_for_each(|command| self.line(format_args!("  gridwhistle {command}")))
    }

    /// Somebody who may urge and show cards, as `--as` takes them.
    fn supervisor(&self) -> Option<String> {
        let (reference, at) = (self.engine.reference(), self.moment.instant());
        let registry = &reference.registry;
        let mut units = registry.units().map(|unit| UnitId::new(unit.id.as_str()));
        units.find_map(|unit| {
            let place = Place::Unit(unit.clone());
            let person = registry
                .holders(Role::Supervisor, &place, at)
                .first()
                .copied()?;
            Some(format!("{person}/{}/{unit}", Role::Supervisor.code()))
        })
    }
}
