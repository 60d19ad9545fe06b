//! `audit what-if`: a period lived again under another policy, calendar or weights.

use super::source;
use crate::failure::{Exit, Failure};
use crate::labels;
use crate::moment;
use crate::output::Output;
use crate::report::ranking::{rank, two};
use crate::session::{Session, read_text};
use crate::table::{Column, Table};
use crate::words::{Word as W, language, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::calendar::CalendarPublication;
use gridwhistle::domain::calendar::published::CalendarRefusal;
use gridwhistle::domain::case::clock::ClockId;
use gridwhistle::projections::questions::{WatchList, Window};
use gridwhistle_audit::whatif::{Due, End, Ended, ListChange, Scenario, WhatIfReport, what_if};
use rust_decimal::Decimal;
use std::path::PathBuf;

/// Rows of each list that are shown where nobody says how many.
const LISTED: usize = 50;

/// What is to be tried, and when.
#[derive(Debug, clap::Args)]
pub(crate) struct WhatIfArgs {
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
    #[arg(long, value_name = "INSTANT", value_parser = moment::read)]
    from: DateTime<Utc>,
    #[arg(long, value_name = "INSTANT", value_parser = moment::read)]
    to: DateTime<Utc>,
    #[arg(long, value_name = "N")]
    most: Option<usize>,
}

/// Lives the window again and shows both sides.
///
/// # Errors
/// When a file is wrong, or the log cannot be read.
pub(super) async fn run(session: &Session, args: WhatIfArgs) -> Result<(), Failure> {
    let empty = || Failure::new(Exit::Usage, "window_empty", W::WindowEmpty.to_string());
    let window = Window::new(args.from, args.to).ok_or_else(empty)?;
    let policy = args.policy.as_deref().map(read_text).transpose()?;
    let calendar = args.calendar.as_deref().map(read_text).transpose()?;
    let calendar = calendar.map(|text| {
        CalendarPublication::from_toml(&text).map_err(|refused| {
            let words = CalendarRefusal::from(refused).message(language());
            Failure::new(Exit::Input, "calendar_unreadable", words)
        })
    });
    let scenario = Scenario {
        policy,
        calendar: calendar.transpose()?,
    };
    let most = args.most.unwrap_or(LISTED);
    let report = what_if(&source(session).await?, scenario, window, most).await?;
    session.output.answer(&report, |out| show(out, &report))
}

fn show(out: &Output, report: &WhatIfReport) -> Result<(), Failure> {
    let window = report.window;
    let (from, before) = (moment::show(window.from), moment::show(window.before));
    out.say(told(W::WindowLine, &[&from, &before]))?;
    if report.weights_only {
        out.say(W::WeightsOnly)?;
    } else {
        let parts: [&dyn std::fmt::Display; 5] = [
            &report.cases,
            &report.accepted,
            &report.commands,
            &report.ends,
            &report.left_out,
        ];
        out.say(told(W::LivedAgain, &parts))?;
        out.part(&sums(report))?;
        if report.not_told > 0 {
            out.say(told(W::DutiesNotTold, &[&report.not_told]))?;
        }
        for list in &report.lists {
            moved(out, list)?;
        }
        if !report.duties.is_empty() {
            out.say(W::TDuties)?;
            out.part(&duties(&report.duties))?;
        }
        if !report.ended.is_empty() {
            out.say(W::TModelEnds)?;
            out.part(&ends(&report.ended))?;
        }
    }
    out.say(W::TRanking)?;
    out.table(&ranking(report))
}

fn old_new(first: W) -> Table {
    let figure = |word: W| Column::from(word).right().least(5);
    Table::new([
        Column::from(first).least(16),
        figure(W::HOld),
        figure(W::HNew),
    ])
}

/// Duties, lists and cards, counted.
fn sums(report: &WhatIfReport) -> Table {
    let mut table = old_new(W::HFigure);
    let late = report.late;
    table.row([
        W::LateDuties.to_string(),
        late.0.to_string(),
        late.1.to_string(),
    ]);
    for list in &report.lists {
        let name = name_of(list);
        table.row([name.to_string(), list.old.to_string(), list.new.to_string()]);
    }
    for card in &report.cards {
        let colour = card.card.label();
        let name = format!(
            "{} · {}",
            colour.get(language()),
            labels::card_rule(&card.rule)
        );
        let new = match card.ended {
            0 => card.new.to_string(),
            ended => told(W::OfThemEnded, &[&card.new, &ended]),
        };
        table.row([name, card.old.to_string(), new]);
    }
    table
}

fn name_of(list: &ListChange) -> W {
    match list.list {
        WatchList::Prewarning => W::ListPrewarning,
        WatchList::Overdue => W::ListOverdue,
        WatchList::Severe => W::ListSevere,
        WatchList::Suspended => W::ListSuspended,
    }
}

/// Which cases came onto a list and which left it; with a star where people would have acted otherwise.
fn moved(out: &Output, list: &ListChange) -> Result<(), Failure> {
    let name = name_of(list);
    for (word, cases) in [(W::OnlyOld, &list.only_old), (W::OnlyNew, &list.only_new)] {
        let marked = cases
            .iter()
            .map(|case| starred(case, list.ended.contains(case)));
        let marked: Vec<String> = marked.collect();
        if !marked.is_empty() {
            out.say(told(word, &[&name, &marked.join(", ")]))?;
        }
    }
    Ok(())
}

/// What the model does not reach bears a star.
fn starred(what: &str, ended: bool) -> String {
    format!("{what}{}", if ended { " *" } else { "" })
}

fn clock(id: ClockId) -> String {
    let name = labels::clock(Some(id.kind.code()));
    id.leg
        .map_or_else(|| name.clone(), |leg| format!("{name} {leg}"))
}

fn duties(duties: &[Due]) -> Table {
    let mut table = Table::new([
        Column::from(W::HCase).least(12),
        Column::from(W::HClock).least(10),
        Column::from(W::HOld).least(16),
        Column::from(W::HNew).least(16),
        Column::from(W::HWhetherLate).rank(1).least(8),
    ]);
    let late = |late: bool| if late { W::WasLate } else { W::WasInTime };
    let came = |one: &Due| match (one.late_old, one.late_new) {
        (Some(old), Some(new)) => format!("{} → {}", late(old), late(new)),
        _ => W::WasNotTold.to_string(),
    };
    for one in duties {
        table.row([
            starred(&one.case.to_string(), one.ended),
            clock(one.clock),
            moment::show_or_dash(one.old),
            moment::show_or_dash(one.new),
            came(one),
        ]);
    }
    table
}

fn ends(ended: &[Ended]) -> Table {
    let mut table = Table::new([
        Column::from(W::HPosition).right().least(6),
        Column::from(W::HCase).least(12),
        Column::from(W::HHappened).rank(1).least(16),
        Column::from(W::HWho).rank(2).least(12),
        Column::from(W::HCommand).least(12),
        Column::from(W::HWhy).least(24),
    ]);
    for one in ended {
        let why = match &one.end {
            End::Refused { message, .. } => message.get(language()).to_owned(),
            End::RanOut { clock: id, due } => {
                told(W::WouldHaveRunOut, &[&clock(*id), &moment::show(*due)])
            }
        };
        table.row([
            one.position.to_string(),
            one.case.to_string(),
            moment::show(one.at),
            one.by.clone(),
            one.command.clone(),
            why,
        ]);
    }
    table
}

fn ranking(report: &WhatIfReport) -> Table {
    let figure = |word: W| Column::from(word).right().least(7);
    let mut table = Table::new([
        Column::from(W::HUnit).least(12),
        figure(W::HRank),
        figure(W::HScore),
    ]);
    let score = |score: Option<Decimal>| score.map_or_else(|| labels::DASH.to_owned(), two);
    for change in &report.ranking.changes {
        table.row([
            starred(&change.unit, report.ranking.ended.contains(&change.unit)),
            format!("{} → {}", rank(change.rank.0), rank(change.rank.1)),
            format!("{} → {}", score(change.score.0), score(change.score.1)),
        ]);
    }
    table
}
