//! `calendar publish|show|due`: working time and where a limit falls.

use crate::args::CalendarCommand;
use crate::failure::{Exit, Failure};
use crate::moment::{show, show_or_dash};
use crate::session::{Session, read_text};
use crate::table::{Column, Table};
use crate::words::{Word as W, language, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::calendar::published::CalendarRefusal;
use gridwhistle::domain::calendar::{CalendarPublication, CalendarVersion, Limit};
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::policy::words;
use serde::Serialize;
use std::collections::BTreeSet;

/// Runs a command of this group.
///
/// # Errors
/// When the file is wrong, a version is not there, or the store does not take it.
pub(crate) async fn run(session: &Session, command: CalendarCommand) -> Result<(), Failure> {
    match command {
        CalendarCommand::Publish { file } => {
            let text = read_text(&file)?;
            let publication = CalendarPublication::from_toml(&text).map_err(|refused| {
                let words = CalendarRefusal::from(refused).message(language());
                Failure::new(Exit::Input, "calendar_unreadable", words)
            })?;
            let engine = session.open().await?;
            let actor = session.actor_or_system();
            let change = engine.publish_calendar(&actor, publication).await?;
            crate::setup::tell(session, change)
        }
        CalendarCommand::Show { as_of } => {
            let engine = session.open_to_read().await?;
            let at = as_of.as_of.unwrap_or_else(|| engine.now());
            show_all(session, &engine.reference(), at)
        }
        CalendarCommand::Due {
            start,
            limit,
            version,
            as_of,
        } => {
            let engine = session.open_to_read().await?;
            let at = as_of.as_of.unwrap_or_else(|| engine.now());
            due(
                session,
                &engine.reference(),
                (start, limit),
                version.as_deref(),
                at,
            )
        }
    }
}

#[derive(Serialize)]
struct Listed<'a> {
    as_of: DateTime<Utc>,
    in_force: &'a CalendarVersion,
    versions: Vec<Version<'a>>,
}

#[derive(Serialize)]
struct Version<'a> {
    version: &'a CalendarVersion,
    /// None: what holds before anything is published.
    known_at: Option<DateTime<Utc>>,
    years: &'a BTreeSet<i32>,
}

fn show_all(session: &Session, reference: &Reference, at: DateTime<Utc>) -> Result<(), Failure> {
    let in_force = reference.calendars.in_force(at).version();
    let known = reference
        .calendars
        .versions()
        .filter(|calendar| calendar.known_at() <= at);
    let versions = known.map(|calendar| Version {
        version: calendar.version(),
        known_at: Some(calendar.known_at()).filter(|at| *at > DateTime::UNIX_EPOCH),
        years: calendar.published_years(),
    });
    let listed = Listed {
        as_of: at,
        in_force,
        versions: versions.collect(),
    };
    session.output.answer(&listed, |out| {
        let mut table = Table::new([
            Column::from(W::HVersion).whole(),
            Column::from(W::HKnown).rank(2).least(16),
            Column::from(W::HYears).rank(1).least(9),
            Column::from(W::HState),
        ]);
        for one in &listed.versions {
            let years = match (one.years.first(), one.years.last()) {
                (Some(first), Some(last)) if first != last => format!("{first}-{last}"),
                (Some(only), _) => only.to_string(),
                _ => "-".to_owned(),
            };
            let state = if one.version == in_force {
                W::InForce
            } else {
                W::Superseded
            };
            let version = one.version.as_str().to_owned();
            table.row([
                version,
                show_or_dash(one.known_at),
                years,
                state.to_string(),
            ]);
        }
        out.table(&table)
    })
}

#[derive(Serialize)]
struct DueAnswer<'a> {
    start: DateTime<Utc>,
    limit: Limit,
    calendar: &'a CalendarVersion,
    due: DateTime<Utc>,
    provisional: bool,
}

fn due(
    session: &Session,
    reference: &Reference,
    (start, limit): (DateTime<Utc>, Limit),
    version: Option<&str>,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let calendar = match version {
        None => reference.calendars.in_force(at),
        Some(label) => reference
            .calendars
            .get(&CalendarVersion::new(label))
            .ok_or_else(|| {
                let all = reference
                    .calendars
                    .versions()
                    .map(|one| one.version().as_str());
                let all: Vec<&str> = all.collect();
                let message = told(W::CalendarMissing, &[&label, &all.join(", ")]);
                Failure::not_found("calendar_unknown", message)
            })?,
    };
    let due = calendar.due(start, limit);
    let answer = DueAnswer {
        start,
        limit,
        calendar: calendar.version(),
        due: due.at,
        provisional: due.provisional,
    };
    session.output.answer(&answer, |out| {
        let why = crate::case::why::counted(limit, start, due.at, calendar);
        let limit = say(&words::limit(limit));
        out.line(format_args!("{} + {limit} → {}", show(start), show(due.at)))?;
        out.say(why)?;
        if due.provisional {
            let year = show(due.at).chars().take(4).collect::<String>();
            out.line(told(W::ProvisionalDue, &[&year]))?;
        }
        Ok(())
    })
}
