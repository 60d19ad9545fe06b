//! `case show|timeline|reporters`: one case, as of any instant.

use crate::failure::Failure;
use crate::labels;
use crate::moment::{show, show_or_dash};
use crate::session::Session;
use crate::table::Table;
use crate::words::{Word as W, language, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::personal::access::Purpose;
use gridwhistle::projections::case_view::{ClockRow, LegRow};
use gridwhistle::projections::questions::{CaseFile, Moment};
use gridwhistle::projections::timeline::TimelineEntry;
use gridwhistle::{Engine, EngineError};
use serde::Serialize;

/// No such case, or none at the instant that is asked for.
pub(crate) fn missing(case: CaseId) -> Failure {
    Failure::not_found("case_unknown", told(W::CaseMissing, &[&case]))
}

#[derive(Serialize)]
struct Shown {
    as_of: DateTime<Utc>,
    #[serde(flatten)]
    file: CaseFile,
}

/// Shows a case: its row of the ledger, its legs and its clocks.
///
/// # Errors
/// When there is none, or the store cannot be read.
pub(super) async fn case(
    session: &Session,
    id: CaseId,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let engine = session.open_to_ask().await?;
    let moment = Moment::of(engine.now(), as_of);
    let file = engine
        .questions()
        .case(id, moment)
        .await
        .map_err(EngineError::from)?;
    let file = file.ok_or_else(|| missing(id))?;
    let shown = Shown {
        as_of: moment.instant(),
        file,
    };
    session.output.answer(&shown, |out| {
        let file = &shown.file;
        out.table(&head(file, &engine))?;
        if !file.legs.is_empty() {
            out.line("")?;
            out.table(&legs(&file.legs))?;
        }
        if !file.clocks.is_empty() {
            out.line("")?;
            out.table(&clocks(&file.clocks))?;
        }
        Ok(())
    })
}

fn head(file: &CaseFile, engine: &Engine) -> Table {
    let row = &file.ledger;
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let mut table = Table::new([W::HCase.to_string(), row.case_id.clone()]);
    for (heading, value) in [
        (W::HStage, labels::stage(&row.stage)),
        (W::HClass, labels::class(engine, row.class.as_deref())),
        (W::HMatter, dash(&row.matter)),
        (W::HDescription, row.title.clone()),
        (W::HChannel, row.channel.clone()),
        (W::HGrid, dash(&row.grid)),
        (W::HCommunity, dash(&row.community)),
        (W::HStreet, dash(&row.street)),
        (W::HUnit, dash(&row.lead_unit)),
        (W::HHandler, dash(&row.handler)),
        (W::HOutcome, labels::outcome(row.outcome.as_deref())),
        (W::HReported, show_or_dash(row.reported_at)),
        (W::HAcceptedAt, show_or_dash(row.accepted_at)),
        (W::HClosed, show_or_dash(row.closed_at)),
        (W::HDue, show_or_dash(row.due)),
        (W::HCards, labels::cards(row.cards_yellow, row.cards_red)),
        (W::HAnomalies, labels::anomalies(row.anomalies.as_deref())),
        (W::HVersionOfCase, row.version.to_string()),
    ] {
        if value != "-" {
            table.row([heading.to_string(), value]);
        }
    }
    table
}

fn legs(legs: &[LegRow]) -> Table {
    let headings = [
        W::HLeg,
        W::HUnit,
        W::HPart,
        W::HStage,
        W::HOpened,
        W::HAcknowledged,
        W::HReportedIn,
        W::HDone,
    ];
    let mut table = Table::new(headings);
    for leg in legs {
        table.row([
            leg.leg.to_string(),
            leg.unit.clone(),
            labels::part(&leg.part),
            labels::leg_stage(&leg.stage),
            show(leg.opened_at),
            show_or_dash(leg.acknowledged_at),
            show_or_dash(leg.reported_in_at),
            show_or_dash(leg.done_at),
        ]);
    }
    table
}

fn clocks(clocks: &[ClockRow]) -> Table {
    let mut table = Table::new([W::HClock, W::HLeg, W::HUnit, W::HDue, W::HUsed, W::HState]);
    for clock in clocks {
        let missed = if clock.missed { " !" } else { "" };
        table.row([
            labels::clock(Some(&clock.kind)),
            clock
                .leg
                .map_or_else(|| "-".to_owned(), |leg| leg.to_string()),
            clock.unit.clone().unwrap_or_else(|| "-".to_owned()),
            format!(
                "{}{}",
                show(clock.due),
                if clock.provisional { "?" } else { "" }
            ),
            format!("{}/{}", clock.consumed, clock.budget),
            format!("{}{missed}", labels::clock_state(&clock.state)),
        ]);
    }
    table
}

#[derive(Serialize)]
struct Story {
    case: CaseId,
    as_of: DateTime<Utc>,
    entries: Vec<TimelineEntry>,
}

/// Tells what happened to a case.
///
/// # Errors
/// When there is none, or the store cannot be read.
pub(super) async fn timeline(
    session: &Session,
    case: CaseId,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let engine = session.open_to_read().await?;
    let moment = Moment::of(engine.now(), as_of);
    let registry = &engine.reference().registry;
    let entries = engine.questions().timeline(case, registry, moment).await;
    let entries = entries.map_err(EngineError::from)?;
    if entries.is_empty() {
        return Err(missing(case));
    }
    let story = Story {
        case,
        as_of: moment.instant(),
        entries,
    };
    session.output.answer(&story, |out| {
        let mut entries = story.entries.iter();
        entries.try_for_each(|entry| out.line(entry.text.get(language())))
    })
}

/// Shows who reported a case: in clear to a role that may read it, masked to every other.
///
/// # Errors
/// When there is no such case, nobody acts, or the store cannot be read.
pub(super) async fn reporters(session: &Session, id: CaseId) -> Result<(), Failure> {
    let actor = session.actor()?;
    let engine = session.open_to_read().await?;
    if engine.case(id).await?.is_none() {
        return Err(missing(id));
    }
    let people = engine.reporters(&actor, id, Purpose::Contact).await?;
    let answer = serde_json::json!({ "case": id, "reporters": people });
    session.output.answer(&answer, |out| {
        if people.is_empty() {
            return out.line(W::Anonymous);
        }
        let mut table = Table::new([W::HName, W::HPhone, W::HIdentity, W::HAddress]);
        for person in people {
            table.row([
                person.data.name,
                person.data.phone,
                person.data.identity_number,
                person.data.address,
            ]);
        }
        out.table(&table)
    })
}
