//! `case show|timeline|reporters`: one case, as of any instant.

use super::name::CaseRef;
use super::prospects;
use super::sheet::Sheet;
use crate::failure::Failure;
use crate::labels::Names;
use crate::moment::show;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::decide::Prospect;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::personal::access::Purpose;
use gridwhistle::projections::models::CaseSheet;
use gridwhistle::projections::questions::Moment;
use gridwhistle::projections::timeline::TimelineEntry;
use gridwhistle::{Engine, EngineError};
use serde::Serialize;

/// No such case, or none at the instant that is asked for.
pub(crate) fn missing(case: &impl std::fmt::Display) -> Failure {
    Failure::not_found("case_unknown", told(W::CaseMissing, &[case]))
}

/// A case that is not there at an instant: never, or not by then.
async fn not_yet(
    engine: &Engine,
    id: CaseId,
    named: &CaseRef,
    moment: Moment,
) -> Result<Failure, Failure> {
    let since = engine.case(id).await?.and_then(|case| case.reported_at);
    Ok(match since.filter(|since| *since > moment.instant()) {
        Some(since) => {
            let (then, since) = (show(moment.instant()), show(since));
            let message = told(W::CaseLater, &[named, &then, &since]);
            Failure::not_found("case_unknown", message)
        }
        None => missing(named),
    })
}

/// One case for scripts; documented in `docs/reference/json.md`.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    sheet: CaseSheet,
    /// What the acting person may do now; none when nobody is named, or for the past.
    actions: Option<Vec<Prospect>>,
}

/// Shows a case: its row of the ledger, its legs, clocks, cards and sign-off chain, and what may be
/// done next.
///
/// # Errors
/// When there is none, or the store cannot be read.
pub(super) async fn case(
    session: &Session,
    named: &CaseRef,
    by_role: bool,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let engine = session.open_to_ask().await?;
    let id = named.resolve(&engine).await?;
    let moment = Moment::of(engine.now(), as_of);
    let at = moment.instant();
    let file = engine.questions().case(id, moment).await;
    let file = file.map_err(EngineError::from)?;
    let Some(file) = file else {
        return Err(not_yet(&engine, id, named, moment).await?);
    };
    let case = match as_of {
        Some(at) => engine.case_as_of(id, at).await?,
        None => engine.case(id).await?,
    };
    let case = case.ok_or_else(|| missing(named))?;
    let reference = engine.reference();
    let actor = session.settings.actor.clone().filter(|_| as_of.is_none());
    let actions = match &actor {
        Some(actor) => engine.outlook(actor, id).await?,
        None => None,
    };
    let shown = Shown {
        sheet: CaseSheet::of(file, &case, &reference, at),
        actions,
    };
    session.output.answer(&shown, |out| {
        let names = &Names::of(&engine, at);
        let sheet = Sheet {
            file: &shown.sheet.file,
            case: &case,
            chain: &shown.sheet.sign_off,
            reference: &reference,
            names,
            at,
        };
        sheet.show(out)?;
        match (&actor, &shown.actions) {
            (Some(actor), Some(actions)) => {
                let number = shown.sheet.file.ledger.ledger_no.to_string();
                prospects::of_actor(out, (W::TMayNow, actor), (&number, actions), names)
            }
            _ if session.settings.actor.is_some() && as_of.is_some() => {
                out.line("")?;
                out.say(W::NowAlone)
            }
            _ if by_role || as_of.is_some() => Ok(()),
            _ => {
                out.line("")?;
                out.say(W::SayWho)
            }
        }?;
        if by_role {
            prospects::by_role(out, &case, &reference)?;
        }
        Ok(())
    })
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
    named: &CaseRef,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let engine = session.open_to_read().await?;
    let case = named.resolve(&engine).await?;
    let moment = Moment::of(engine.now(), as_of);
    let reference = engine.reference();
    let entries = engine.questions().timeline(case, &reference, moment).await;
    let entries = entries.map_err(EngineError::from)?;
    if entries.is_empty() {
        return Err(not_yet(&engine, case, named, moment).await?);
    }
    let story = Story {
        case,
        as_of: moment.instant(),
        entries,
    };
    session
        .output
        .answer(&story, |out| out.part(&told_by_hand(&story.entries)))
}

/// When, who, what; who acts on at the same minute is not named again.
fn told_by_hand(entries: &[TimelineEntry]) -> Table {
    let mut table = Table::new([
        Column::from(W::HWhen).least(16),
        Column::from(W::HWho).least(14),
        Column::from(W::HWhat).least(24),
    ])
    .fold();
    let mut last = (String::new(), String::new());
    for entry in entries {
        let now = (show(entry.at), say(&entry.who));
        let what = say(&entry.what);
        if now == last {
            table.row([String::new(), String::new(), what]);
        } else {
            table.row([now.0.clone(), now.1.clone(), what]);
            last = now;
        }
    }
    table
}

/// Shows who had reported a case by an instant: in clear to who may read it now, masked to others.
///
/// # Errors
/// When there is no such case, nobody acts, or the store cannot be read.
pub(super) async fn reporters(
    session: &Session,
    named: &CaseRef,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let actor = session.actor()?;
    let engine = session.open_to_read().await?;
    let id = named.resolve(&engine).await?;
    let moment = Moment::of(engine.now(), as_of);
    let at = moment.instant();
    let reported = engine.case(id).await?.and_then(|case| case.reported_at);
    if reported.is_none_or(|reported| reported > at) {
        return Err(not_yet(&engine, id, named, moment).await?);
    }
    let people = match as_of {
        Some(at) => {
            engine
                .reporters_as_of(&actor, id, Purpose::Contact, at)
                .await?
        }
        None => engine.reporters(&actor, id, Purpose::Contact).await?,
    };
    let answer = serde_json::json!({ "case": id, "as_of": at, "reporters": people });
    session.output.answer(&answer, |out| {
        if people.is_empty() {
            return out.line(W::Anonymous);
        }
        let mut table = Table::new([W::HName, W::HPhone, W::HIdentity, W::HAddress]).fold();
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
