//! `export list|report … --to FILE`: the answer to a question as a spreadsheet, and on record.
//!
//! The question is typed as it is without `export`, so whoever can see an answer knows how to take it
//! along. Lists are written whole, page by page. Order: the file is written and hashed beside its
//! target, who took what is recorded in the log, and only then the file gets its name.

pub(crate) mod file;
mod reports;

use crate::args::{ExportArgs, ExportCommand, LedgerArgs, ListCommand, Page, Span, Which};
use crate::failure::Failure;
use crate::labels::Names;
use crate::session::Session;
use crate::words::{Word as W, told};
use chrono::{DateTime, Utc};
use file::{ExportFile, Target};
use gridwhistle::export::Exported;
use gridwhistle::projections::models::ExportSheet;
use gridwhistle::projections::questions::{Moment, WatchList, Window};
use gridwhistle::{Engine, EngineError};
use gridwhistle_sheets::{Heading, Sheet, Written, cases, lists, oversight};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows read at a time.
const PAGE_ROWS: usize = 1_000;

/// An export under way.
struct Run<'a> {
    engine: &'a Engine,
    target: Target,
}

/// The answer.
#[derive(Serialize)]
struct Answer {
    position: u64,
    #[serde(flatten)]
    exported: Exported,
}

/// Exports the answer to a question.
///
/// # Errors
/// When nobody in office asks, the file is there or cannot be written, the question is wrong, or the
/// export cannot be recorded; then there is no file.
pub(crate) async fn run(session: &Session, args: ExportArgs) -> Result<(), Failure> {
    let actor = session.actor()?;
    let path = args.to.ok_or_else(|| {
        let message = told(W::MissingArgument, &[&"`--to FILE.xlsx|FILE.csv`"]);
        Failure::usage("usage", message)
    })?;
    // The record has to be written, so this is no reading.
    let engine = session.open().await?;
    engine.ensure_may_export(&actor).await?;
    engine.catch_up().await?;
    let run = Run {
        engine: &engine,
        target: Target {
            path,
            force: args.force,
        },
    };
    let (written, asked) = match args.what {
        ExportCommand::List(command) => run.list(command).await?,
        ExportCommand::Report(command) => run.report(command).await?,
    };
    let exported = Exported {
        question: asked.question,
        window: asked.window,
        as_of: asked.as_of,
        filter: asked.filter,
        rows: written.rows,
        file: file_name(&run.target.path),
        sha256: written.sha256.clone(),
    };
    let position = engine.record_export(&actor, exported.clone()).await?;
    run.target.put(written.file)?;
    let answer = Answer { position, exported };
    session.output.answer(&answer, |out| {
        let path = run.target.path.display();
        out.say(told(
            W::ExportDone,
            &[&path, &answer.exported.rows, &position],
        ))
    })
}

fn file_name(path: &std::path::Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What the record says of the question.
struct Asked {
    question: String,
    window: Option<Window>,
    as_of: DateTime<Utc>,
    filter: BTreeMap<String, String>,
}

type Done = (Written, Asked);

impl Run<'_> {
    fn begin(&self, sheet: Heading, columns: &[Heading]) -> Result<ExportFile<'_>, Failure> {
        self.target.begin((sheet, columns), self.engine.now())
    }

    fn whole(&self, sheet: &Sheet) -> Result<Written, Failure> {
        self.target.whole(sheet, self.engine.now())
    }

    async fn list(&self, command: ListCommand) -> Result<Done, Failure> {
        let (list, which, page) = match command {
            ListCommand::Ledger { args } => return self.ledger(args).await,
            ListCommand::Callbacks { span, page } => return self.callbacks(&span, &page).await,
            ListCommand::Exports { year, as_of } => {
                let at = as_of.as_of.unwrap_or_else(|| self.engine.now());
                let known = self.engine.exports(year, at).await?;
                let rows: Vec<_> = known.0.into_iter().map(ExportSheet::from).collect();
                let sheet = Sheet {
                    name: oversight::EXPORTS_NAME,
                    columns: oversight::EXPORTS.to_vec(),
                    rows: rows.iter().map(oversight::export).collect(),
                };
                let written = self.whole(&sheet)?;
                let mut asked = asked("list exports", None, Moment::then(at));
                asked.note("year", year.map(|year| year.to_string()));
                return Ok((written, asked));
            }
            ListCommand::Prewarning { which, page } => (WatchList::Prewarning, which, page),
            ListCommand::Overdue { which, page } => (WatchList::Overdue, which, page),
            ListCommand::Severe { which, page } => (WatchList::Severe, which, page),
            ListCommand::Suspended { which, page } => (WatchList::Suspended, which, page),
        };
        no_page(&page)?;
        let moment = which.moment(self.engine);
        let names = Names::of(self.engine, moment.instant());
        let mut file = self.begin(lists::watch_name(list), lists::WATCH)?;
        let (filter, reference) = (which.filter(), self.engine.reference());
        let mut cursor: Option<String> = None;
        loop {
            let page = self.engine.questions().watch_list(
                list,
                &filter,
                &reference.calendars,
                cursor.as_deref(),
                PAGE_ROWS,
                moment,
            );
            let page = page.await.map_err(EngineError::from)?;
            for row in &page.rows {
                file.row(&lists::watch(row, &names))?;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let mut asked = asked(&format!("list {}", list.code()), None, moment);
        asked.narrowed(&which);
        Ok((file.finish()?, asked))
    }

    async fn ledger(&self, args: LedgerArgs) -> Result<Done, Failure> {
        no_page(&args.page)?;
        let moment = args.which.moment(self.engine);
        let names = Names::of(self.engine, moment.instant());
        let mut file = self.begin(lists::LEDGER_NAME, lists::LEDGER)?;
        let (filter, sort) = (args.filter(), args.sort());
        let mut cursor: Option<String> = None;
        loop {
            let questions = self.engine.questions();
            let page = questions.ledger(&filter, sort, cursor.as_deref(), PAGE_ROWS, moment);
            let page = page.await.map_err(EngineError::from)?;
            for row in &page.rows {
                file.row(&lists::ledger(row, &names))?;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let mut asked = asked("list ledger", None, moment);
        asked.narrowed(&args.which);
        let stages = args.stages();
        let stages: Vec<&str> = stages.iter().map(|stage| stage.code()).collect();
        asked.note(
            "stage",
            Some(stages.join(" ")).filter(|all| !all.is_empty()),
        );
        asked.note("open", args.open.then(|| "yes".to_owned()));
        asked.note("overdue", args.overdue.then(|| "yes".to_owned()));
        asked.note("anomaly", args.anomaly().map(|one| one.code().to_owned()));
        // Words may be somebody's name: that there were some is enough.
        asked.note("text", args.text.as_ref().map(|_| "…".to_owned()));
        asked.between(args.reported_from, args.reported_before);
        Ok((file.finish()?, asked))
    }

    async fn callbacks(&self, span: &Span, page: &Page) -> Result<Done, Failure> {
        no_page(page)?;
        let (window, moment) = self.span(span)?;
        let rules = crate::report::satisfaction::rules(self.engine, window);
        let names = Names::of(self.engine, moment.instant());
        let mut file = self.begin(("回访抽样", "callbacks"), cases::CALLBACKS)?;
        let mut cursor: Option<String> = None;
        loop {
            let rows = (PAGE_ROWS, cursor.as_deref());
            let questions = self.engine.questions();
            let page = questions.callbacks(window, moment, &rules, rows).await;
            let page = page.map_err(EngineError::from)?;
            for row in &page.rows {
                file.row(&cases::callback(row, &names))?;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let asked = asked("list callbacks", Some(window), moment);
        Ok((file.finish()?, asked))
    }
}

/// An export is whole: a page of it would look complete and not be.
fn no_page(page: &Page) -> Result<(), Failure> {
    match page.asked() {
        Some(flag) => Err(Failure::usage(
            "usage",
            told(W::Together, &[&format!("`{flag}`"), &"`export`"]),
        )),
        None => Ok(()),
    }
}

fn asked(question: &str, window: Option<Window>, moment: Moment) -> Asked {
    Asked {
        question: question.to_owned(),
        window,
        as_of: moment.instant(),
        filter: BTreeMap::new(),
    }
}

impl Asked {
    fn note(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.filter.insert(name.to_owned(), value);
        }
    }

    fn narrowed(&mut self, which: &Which) {
        self.note("class", which.class().map(|class| class.code().to_owned()));
        self.note("unit", which.unit.clone());
        self.note("street", which.street.clone());
        self.note("community", which.community.clone());
        self.note("grid", which.grid.clone());
        self.note("matter", which.matter.clone());
        self.note("source", which.source.clone());
    }

    fn between(&mut self, from: Option<DateTime<Utc>>, before: Option<DateTime<Utc>>) {
        self.note("reported_from", from.map(|at| at.to_rfc3339()));
        self.note("reported_before", before.map(|at| at.to_rfc3339()));
    }
}
