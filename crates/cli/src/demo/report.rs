//! The first page for the duty officer: how many cases stand where, what is late and whose it is,
//! and what to ask next. Every figure comes from the views that the lists and reports use.

use super::{DemoError, Made};
use chrono::{DateTime, FixedOffset, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::case::stage::Stage;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{MatterCode, UnitId};
use gridwhistle::domain::text::{Language, Text};
use gridwhistle::projections::case_view::LedgerRow;
use gridwhistle::projections::questions::{
    Counts, CountsBy, LedgerFilter, LedgerSort, Moment, WatchList, WatchRow,
};
use std::collections::BTreeMap;
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// Rows of a list on the first page.
const TOP: usize = 8;
/// Cases read at a time.
const PAGE: usize = 10_000;

/// The page in the making.
struct Page<'a> {
    engine: &'a Engine,
    language: Language,
    moment: Moment,
    output: &'a mut (dyn Write + Send),
}

pub(super) async fn print(
    engine: &Engine,
    made: &Made,
    url: &str,
    language: Language,
    output: &mut (dyn Write + Send),
) -> Result<(), DemoError> {
    let mut page = Page {
        engine,
        language,
        moment: Moment::now(engine.now()),
        output,
    };
    page.headline(made).await?;
    let rows = page.ledger().await?;
    page.stages(&rows)?;
    page.lights().await?;
    page.units().await?;
    let example = rows.iter().find(|row| row.stage == Stage::Closed.code());
    page.commands(url, example)
}

impl Page<'_> {
    fn say(&self, zh: &str, en: &str) -> String {
        Text::new(zh, en).get(self.language).to_owned()
    }

    fn line(&mut self, text: &str) -> Result<(), DemoError> {
        Ok(writeln!(self.output, "{}", text.trim_end())?)
    }

    fn title(&mut self, zh: &str, en: &str) -> Result<(), DemoError> {
        let title = self.say(zh, en);
        self.line(&format!("\n{title}"))
    }

    /// What was made, and of when everything below is.
    async fn headline(&mut self, made: &Made) -> Result<(), DemoError> {
        let events = self.engine.catch_up().await?;
        let at = clock(self.moment.instant());
        let seconds = made.took.as_secs();
        let tallies = &made.tallies;
        let refused: u64 = tallies.refused.values().sum();
        let codes: Vec<String> = tallies
            .refused
            .iter()
            .map(|(code, times)| format!("{code} {times}"))
            .collect();
        let grids = self.engine.reference().registry.grids().count();
        let units = self.engine.reference().registry.units().count();
        let line = match self.language {
            Language::ZhCn => format!(
                "榕城示范区演示数据,截至 {at}(模拟时间)。{units} 个单位,{grids} 个网格,{} 名人员;\
                 人工操作 {} 次,系统定时 {} 次,互评表 {} 份,共 {events} 个事件,用时 {seconds} 秒。\n\
                 另有 {refused} 次违规尝试全部被拒:{}。",
                made.people,
                tallies.commands,
                tallies.timers,
                tallies.sealed,
                codes.join("、"),
            ),
            Language::En => format!(
                "Rongcheng demonstration district, as of {at} (simulated). {units} units, {grids} grids, {} people; \
                 {} commands of people, {} timers, {} evaluation forms, {events} events, made in {seconds} s.\n\
                 {refused} forbidden attempts, all refused: {}.",
                made.people,
                tallies.commands,
                tallies.timers,
                tallies.sealed,
                codes.join(", "),
            ),
        };
        self.line(&line)
    }

    async fn ledger(&self) -> Result<Vec<LedgerRow>, DemoError> {
        let (mut rows, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = self
                .engine
                .questions()
                .ledger(
                    &LedgerFilter::default(),
                    LedgerSort::Newest,
                    cursor.as_deref(),
                    PAGE,
                    self.moment,
                )
                .await
                .map_err(gridwhistle::EngineError::from)?;
            rows.extend(page.rows);
            cursor = page.next;
            if cursor.is_none() {
                return Ok(rows);
            }
        }
    }

    /// Class by stage.
    fn stages(&mut self, rows: &[LedgerRow]) -> Result<(), DemoError> {
        let mut counts: BTreeMap<(Option<CaseClass>, Stage), u64> = BTreeMap::new();
        for row in rows {
            let class = row.class.as_deref().and_then(CaseClass::from_code);
            if let Some(stage) = Stage::from_code(&row.stage) {
                *counts.entry((class, stage)).or_default() += 1;
            }
        }
        self.title("各类事件所处阶段", "Cases by stage and class")?;
        let policy = gridwhistle::domain::policy::Policy::built_in();
        let classes: Vec<Option<CaseClass>> =
            CaseClass::ALL.into_iter().map(Some).chain([None]).collect();
        let mut table = vec![vec![self.say("阶段", "stage")]];
        for class in &classes {
            let label = class
                .and_then(|class| policy.row(class))
                .map(|row| &row.label);
            let none = self.say("未定类", "no class");
            table[0].push(label.map_or(none, |label| label.get(self.language).to_owned()));
        }
        table[0].push(self.say("合计", "all"));
        for stage in Stage::ALL {
            let count = |class: &Option<CaseClass>| counts.get(&(*class, *stage)).copied();
            let cells: Vec<u64> = classes.iter().map(|one| count(one).unwrap_or(0)).collect();
            let sum: u64 = cells.iter().sum();
            let mut row = vec![stage.label().get(self.language).to_owned()];
            row.extend(cells.iter().chain([&sum]).map(u64::to_string));
            table.push(row);
        }
        self.table(&table)
    }

    /// The four lists, and the head of the most pressing one.
    async fn lights(&mut self) -> Result<(), DemoError> {
        self.title("此刻的四张清单", "The four lists now")?;
        let mut top = Vec::new();
        let mut cards = (0, 0);
        for list in WatchList::ALL {
            let rows = self.watch(list).await?;
            let (zh, en) = match list {
                WatchList::Prewarning => ("预警", "pre-warning"),
                WatchList::Overdue => ("超时", "overdue"),
                WatchList::Severe => ("严重超时", "severely overdue"),
                WatchList::Suspended => ("挂起", "suspended"),
            };
            let name = self.say(zh, en);
            self.line(&format!("  {name}: {}", rows.len()))?;
            if list == WatchList::Overdue {
                cards = rows.iter().fold(cards, |(yellow, red), row| {
                    (yellow + row.cards_yellow, red + row.cards_red)
                });
                top = rows;
            }
        }
        let (yellow, red) = cards;
        let line = match self.language {
            Language::ZhCn => format!("  超时案件上现有黄牌 {yellow} 张,红牌 {red} 张"),
            Language::En => {
                format!("  cards standing on overdue cases: {yellow} yellow, {red} red")
            }
        };
        self.line(&line)?;
        self.title("超时最久", "Longest overdue")?;
        let mut table = vec![
            [
                ("案件", "case"),
                ("类别", "class"),
                ("事项", "matter"),
                ("责任", "owes"),
                ("到期", "due"),
                ("已超时", "overdue by"),
                ("黄/红", "cards"),
            ]
            .map(|(zh, en)| self.say(zh, en))
            .to_vec(),
        ];
        table.extend(top.iter().take(TOP).map(|row| self.watch_row(row)));
        self.table(&table)
    }

    async fn watch(&self, list: WatchList) -> Result<Vec<WatchRow>, DemoError> {
        let reference = self.engine.reference();
        let page = self
            .engine
            .questions()
            .watch_list(
                list,
                &LedgerFilter::default(),
                &reference.calendars,
                None,
                PAGE,
                self.moment,
            )
            .await
            .map_err(gridwhistle::EngineError::from)?;
        Ok(page.rows)
    }

    fn watch_row(&self, row: &WatchRow) -> Vec<String> {
        let minutes = row.overdue_minutes.unwrap_or(0);
        let span = match self.language {
            Language::ZhCn => format!("{} 天 {} 小时", minutes / 1_440, minutes % 1_440 / 60),
            Language::En => format!("{} d {} h", minutes / 1_440, minutes % 1_440 / 60),
        };
        let owes = row
            .lead_unit
            .as_ref()
            .or(row.next_unit.as_ref())
            .or(row.community.as_ref());
        let matter = row.matter.as_deref().unwrap_or("-");
        let class = row.class.as_deref().and_then(CaseClass::from_code);
        let policy = gridwhistle::domain::policy::Policy::built_in();
        let label = class
            .and_then(|class| policy.row(class))
            .map(|row| &row.label);
        vec![
            row.case_id.chars().take(8).collect(),
            label
                .map_or("-", |label| label.get(self.language))
                .to_owned(),
            self.matter_name(matter),
            owes.map_or("-".to_owned(), |unit| self.unit_name(unit)),
            row.due.map_or("-".to_owned(), clock),
            span,
            format!("{}/{}", row.cards_yellow, row.cards_red),
        ]
    }

    fn unit_name(&self, unit: &str) -> String {
        let reference = self.engine.reference();
        let details = reference
            .registry
            .unit_at(&UnitId::from(unit), self.moment.instant());
        details.map_or(unit.to_owned(), |unit| {
            unit.name.get(self.language).to_owned()
        })
    }

    fn matter_name(&self, code: &str) -> String {
        let reference = self.engine.reference();
        let matter = reference
            .catalogue
            .in_force(&MatterCode::from(code), self.moment.instant());
        matter.map_or(code.to_owned(), |matter| {
            matter.name.get(self.language).to_owned()
        })
    }

    /// The units with the most open overdue cases.
    async fn units(&mut self) -> Result<(), DemoError> {
        let counts: Counts = self
            .engine
            .questions()
            .counts(CountsBy::Unit, &LedgerFilter::default(), self.moment)
            .await
            .map_err(gridwhistle::EngineError::from)?;
        let mut rows: Vec<_> = counts
            .rows
            .into_iter()
            .filter(|row| row.group.is_some())
            .collect();
        rows.sort_by(|a, b| {
            b.open_overdue
                .cmp(&a.open_overdue)
                .then(a.group.cmp(&b.group))
        });
        self.title("超时未结最多的单位", "Units with most open overdue cases")?;
        let mut table = vec![
            [
                ("单位", "unit"),
                ("收件", "received"),
                ("办结", "closed"),
                ("未结", "open"),
                ("超时未结", "open overdue"),
                ("按时办结", "closed on time"),
                ("逾期办结", "closed late"),
                ("退单", "returns"),
                ("返工", "reworks"),
            ]
            .map(|(zh, en)| self.say(zh, en))
            .to_vec(),
        ];
        table.extend(rows.iter().take(TOP).map(|row| {
            let figures = [
                row.received,
                row.closed,
                row.open,
                row.open_overdue,
                row.closed_on_time,
                row.closed_late,
                row.returns,
                row.reworks,
            ];
            let unit = self.unit_name(row.group.as_deref().unwrap_or("-"));
            std::iter::once(unit)
                .chain(figures.iter().map(i64::to_string))
                .collect()
        }));
        self.table(&table)
    }

    /// What to type next, exactly.
    fn commands(&mut self, url: &str, example: Option<&LedgerRow>) -> Result<(), DemoError> {
        self.title("接下来可以试试", "What to try next")?;
        let offset = FixedOffset::east_opt(8 * 3_600);
        let at = self.moment.instant();
        let at = offset.map_or_else(
            || at.to_rfc3339(),
            |zone| at.with_timezone(&zone).to_rfc3339(),
        );
        let case = example.map_or("CASE", |row| row.case_id.as_str());
        for command in [
            format!("list overdue --store {url} --as-of {at}"),
            format!("list severe --store {url} --as-of {at}"),
            format!("list prewarning --store {url} --as-of {at} --json"),
            format!("report units --store {url} --as-of {at}"),
            format!("report areas --store {url} --as-of 2026-05-01T08:00:00+08:00"),
            format!("case timeline {case} --store {url}"),
            format!("verify --store {url}"),
        ] {
            self.line(&format!("  gridwhistle {command}"))?;
        }
        Ok(())
    }

    /// Columns by the width that people see; Chinese is twice as wide. The first column is words.
    fn table(&mut self, rows: &[Vec<String>]) -> Result<(), DemoError> {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in rows {
            let mut text = String::from(" ");
            for (cell, width) in row.iter().zip(&widths) {
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                let number =
                    cell.starts_with(|c: char| c.is_ascii_digit()) && cell.parse::<i64>().is_ok();
                let cell = if number {
                    format!("{pad}{cell}")
                } else {
                    format!("{cell}{pad}")
                };
                text.push(' ');
                text.push_str(&cell);
                text.push(' ');
            }
            self.line(&text)?;
        }
        Ok(())
    }
}

/// A minute as people in China read it.
fn clock(at: DateTime<Utc>) -> String {
    let offset = FixedOffset::east_opt(8 * 3_600);
    let text = |zone: FixedOffset| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
    offset.map_or_else(|| at.to_string(), text)
}
