//! `audit diff`: what changed between two points, in words.

use super::source;
use crate::args::{DiffArgs, Point};
use crate::failure::{Exit, Failure};
use crate::labels;
use crate::moment::{localised, show};
use crate::output::Output;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use gridwhistle::projections::questions::Count;
use gridwhistle_audit::diff::{self, Between, Change, Diff};
use gridwhistle_audit::replay::{Known, KnownBy};

/// Shows it.
///
/// # Errors
/// When a point is not there, or the two are in the wrong order.
pub(super) async fn run(session: &Session, args: DiffArgs) -> Result<(), Failure> {
    let between = between(&args)?;
    let (source, now) = (source(session).await?, session.now()?);
    let diff = match &args.case {
        Some(named) => {
            let latest = match between {
                Between::Happened { known, .. } => known,
                Between::Known { to, .. } => to,
            };
            let known = Known::find(&source, latest, now).await?;
            let id = named.resolve_in(&source, &known).await?;
            diff::case(&source, between, id, now).await?
        }
        None => {
            let page = (after(&args)?, args.page.limit());
            diff::city(&source, between, page, now).await?
        }
    };
    session.output.answer(&diff, |out| shown(out, &diff))
}

fn between(args: &DiffArgs) -> Result<Between, Failure> {
    Ok(match (args.from, args.to) {
        (Point::At(from), Point::At(to)) if args.recorded => Between::Known {
            from: KnownBy::At(from),
            to: KnownBy::At(to),
        },
        (Point::At(from), Point::At(to)) => Between::Happened {
            from,
            to,
            known: args.known.by(),
        },
        (Point::Position(from), Point::Position(to)) => Between::Known {
            from: KnownBy::Position(from),
            to: KnownBy::Position(to),
        },
        _ => return Err(Failure::usage("points_differ", told(W::PointsDiffer, &[]))),
    })
}

fn after(args: &DiffArgs) -> Result<Option<u64>, Failure> {
    let wrong = |cursor: &String| {
        let message = told(W::CursorWrong, &[cursor]);
        Failure::new(Exit::Usage, "cursor_wrong", message)
    };
    let cursor = args.page.cursor.as_ref();
    cursor
        .map(|cursor| cursor.parse().map_err(|_| wrong(cursor)))
        .transpose()
}

fn shown(out: &Output, diff: &Diff) -> Result<(), Failure> {
    let (from, to) = (&diff.from, &diff.to);
    let points: [&dyn std::fmt::Display; 4] = [
        &show(from.as_of),
        &from.position,
        &show(to.as_of),
        &to.position,
    ];
    out.say(told(W::DiffLine, &points))?;
    if let (Some(before), Some(after)) = (&diff.before, &diff.after) {
        out.line("")?;
        out.part(&counts(before, after))?;
    }
    if !diff.law.is_empty() {
        out.line("")?;
        out.say(W::TLaw)?;
        let mut table = Table::new([
            Column::from(W::HAt).least(16),
            Column::from(W::HWhat).least(20),
            Column::from(W::HEvent).right(),
        ]);
        for one in &diff.law {
            table.row([show(one.at), say(&one.text), one.position.to_string()]);
        }
        out.part(&table)?;
        if diff.law_more > 0 {
            out.say(told(W::LawMore, &[&diff.law_more]))?;
        }
    }
    out.line("")?;
    if diff.cases.is_empty() {
        return out.say(W::DiffNone);
    }
    out.say(W::TChanges)?;
    out.part(&cases(diff))?;
    diff.next
        .map_or(Ok(()), |next| out.line(told(W::MoreRows, &[&next])))
}

fn counts(before: &Count, after: &Count) -> Table {
    let figure = |word: W| Column::from(word).right().least(6);
    let mut table = Table::new([
        Column::from(W::HFigure).least(12),
        figure(W::HFirst),
        figure(W::HSecond),
    ]);
    for (word, before, after) in [
        (W::HReceived, before.received, after.received),
        (W::HOpen, before.open, after.open),
        (W::HOpenOverdue, before.open_overdue, after.open_overdue),
        (W::HClosedCount, before.closed, after.closed),
        (W::HOnTime, before.closed_on_time, after.closed_on_time),
        (W::HLateCount, before.closed_late, after.closed_late),
        (
            W::HEndedOtherwise,
            before.ended_otherwise,
            after.ended_otherwise,
        ),
        (W::HReturns, before.returns, after.returns),
        (W::HReworks, before.reworks, after.reworks),
    ] {
        table.row([word.to_string(), before.to_string(), after.to_string()]);
    }
    table
}

fn cases(diff: &Diff) -> Table {
    let mut table = Table::new([
        Column::from(W::HNumber).right(),
        Column::from(W::HCase),
        Column::from(W::HWhat).least(20),
        Column::from(W::HBehind).least(24),
        Column::from(W::HEvent).right(),
    ])
    .fold();
    let length = labels::id_length(diff.cases.iter().map(|case| case.case_id.as_str()));
    for case in &diff.cases {
        let mut name = [
            case.ledger_no.to_string(),
            labels::short(&case.case_id, length),
        ];
        for change in &case.changes {
            let [number, id] = std::mem::take(&mut name);
            let [what, behind, event] = cells(change);
            table.row([number, id, what, behind, event]);
        }
    }
    table
}

fn cells(change: &Change) -> [String; 3] {
    let event = change.event.as_ref();
    [
        localised(&say(&change.text)),
        event.map_or_else(|| W::ByTime.to_string(), |event| say(&event.text)),
        event.map_or_else(String::new, |event| event.position.to_string()),
    ]
}
