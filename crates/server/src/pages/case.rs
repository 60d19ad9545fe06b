//! `/cases/{case}`: 案件, as it stands and as it stood.

use super::asker::{Asker, answer, onward, reached as stand};
use crate::api::cases::{Seen, case_id, seen};
use crate::api::evaluations::sheets;
use crate::app::Shared;
use crate::ask::Asked;
use crate::caller::Caller;
use crate::evidence::of_case;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::case::decide::Prospect;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::models::{CaseSheet, EvaluationSheet, EvidenceOfCase};
use gridwhistle::projections::questions::Moment;
use gridwhistle::projections::timeline::TimelineEntry;
use gridwhistle::{EngineError, StreamId};
use gridwhistle_audit::replay::KnownBy;
use gridwhistle_web::Address;
use gridwhistle_web::pages::case::{Change, Last, Mode, Step, Travel, View, page};
use serde_json::Value;
use std::collections::BTreeSet;

/// `GET /cases/{case}`. `version` and `mode` are the slider's: they lead to the address of that moment.
pub(super) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    asked: Asked,
    Path(case): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let (version, mode) = (params.take("version"), params.take("mode"));
    let done = params.take("done");
    params.end()?;
    let id = case_id(&case)?;
    let seen = seen(&app, &actor, asked, &case).await?;
    let (live, steps) = steps(&app, id, &seen).await?;
    if let Some(version) = version {
        let place = moment(&case, &steps, &version, mode.as_deref())?;
        return Ok(onward(&place));
    }
    let (travel, before) = travel(&app, &actor, &case, &seen, steps).await?;
    let allowed = match travel.mode {
        None => Some(allowed(&app, &actor, id).await?),
        Some(_) => None,
    };
    let evidence = evidence(&app, id, &seen).await?;
    let change = match travel.mode {
        None => None,
        Some(_) => Some(change(&app, &actor, id, (&live, &seen), before).await?),
    };
    let evaluations = evaluations(&app, &actor, id, &seen).await?;
    let receipt = done.and_then(|done| receipt(&live, &actor, &done, asker.reader.language));
    let last = last(&app, id, &seen).await?;
    let view = View {
        sheet: &seen.sheet,
        story: &seen.story,
        allowed: allowed.as_deref(),
        evidence: &evidence,
        evaluations: &evaluations,
        travel: &travel,
        change: change.as_ref(),
        receipt: receipt.as_deref(),
        last: last.as_ref(),
    };
    Ok(answer(
        StatusCode::OK,
        page(&asker.frame(stand(&seen)), &view),
    ))
}

/// The instant that is asked for; none: now.
fn past(seen: &Seen) -> Option<DateTime<Utc>> {
    let then = seen.known || seen.moment.as_of().is_some();
    then.then(|| seen.moment.instant())
}

/// Of evaluations is told what was so, not what was known: nothing rather than what came later.
async fn evaluations(
    app: &Shared,
    actor: &Actor,
    id: CaseId,
    seen: &Seen,
) -> Result<Vec<EvaluationSheet>, Trouble> {
    match seen.known {
        true => Ok(Vec::new()),
        false => sheets(app, actor, id, past(seen)).await,
    }
}

async fn evidence(app: &Shared, id: CaseId, seen: &Seen) -> Result<EvidenceOfCase, Trouble> {
    let position = if seen.known { seen.position } else { u64::MAX };
    let at = past(seen).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let named = app.engine.evidence_by(id, at, position).await?;
    of_case(app, id, named).await
}

/// The last event of what is shown, as the log has it.
async fn last(app: &Shared, id: CaseId, seen: &Seen) -> Result<Option<Last>, Trouble> {
    let Some(sequence) = seen.story.iter().map(|entry| entry.sequence).max() else {
        return Ok(None);
    };
    let (log, stream) = (app.engine.log(), StreamId::new("case", id.to_string()));
    let rows = log.read_stream(app.engine.tenant(), &stream, sequence - 1);
    let rows = rows.await.map_err(EngineError::from)?;
    Ok(rows.into_iter().next().map(|row| Last {
        sequence: row.sequence,
        position: row.position,
        checksum: row.checksum,
    }))
}

/// Whether an event is part of what is shown: of what had happened, or of what was on record.
fn reached(seen: &Seen, at: DateTime<Utc>, position: u64) -> bool {
    let known = !seen.known || position <= seen.position;
    known && past(seen).is_none_or(|instant| seen.known || at <= instant)
}

/// What came with the version that is shown.
async fn change(
    app: &Shared,
    actor: &Actor,
    id: CaseId,
    (live, seen): (&[TimelineEntry], &Seen),
    before: Option<Seen>,
) -> Result<Change, Trouble> {
    let within = |seen: &Seen, one: &TimelineEntry| reached(seen, one.at, one.position);
    let came = live.iter().filter(|one| {
        let known = before.as_ref().is_some_and(|before| within(before, one));
        within(seen, one) && !known
    });
    let events = came.cloned().collect();
    let before = match before {
        None => None,
        Some(before) => {
            let evaluations = evaluations(app, actor, id, &before).await?;
            Some((before.sheet, evaluations))
        }
    };
    Ok(Change { before, events })
}

async fn allowed(app: &Shared, actor: &Actor, id: CaseId) -> Result<Vec<Prospect>, Trouble> {
    let all = app.engine.outlook(actor, id).await?;
    Ok(all.ok_or_else(|| Issue::not_found(id.to_string()))?)
}

/// The whole story, and its versions: the state after all that happened at an instant.
async fn steps(
    app: &Shared,
    id: CaseId,
    seen: &Seen,
) -> Result<(Vec<TimelineEntry>, Vec<Step>), Trouble> {
    let reference = app.engine.reference();
    let now = Moment::now(app.engine.now());
    let live = match (seen.moment.as_of(), seen.known) {
        (None, false) => seen.story.clone(),
        _ => {
            let told = app.engine.questions().timeline(id, &reference, now);
            told.await?
        }
    };
    let mut steps: Vec<Step> = Vec::new();
    for entry in &live {
        let step = Step {
            sequence: entry.sequence,
            position: entry.position,
            at: entry.at,
        };
        match steps.last_mut().filter(|last| last.at == entry.at) {
            Some(last) => *last = step,
            None => steps.push(step),
        }
    }
    Ok((live, steps))
}

/// The address of a version.
fn moment(case: &str, steps: &[Step], version: &str, mode: Option<&str>) -> Result<String, Issue> {
    let all = format!("1 … {}", steps.len());
    let number = version.parse::<usize>().ok();
    let step = number.and_then(|number| steps.get(number.checked_sub(1)?));
    let step = step.ok_or_else(|| Issue::parameter("version", &all))?;
    let (name, value) = match mode {
        Some("known_at") => ("known_at", step.position.to_string()),
        _ => ("as_of", step.at.to_rfc3339()),
    };
    let address = Address::new(format!("/cases/{case}"), [(name.to_owned(), value)]);
    Ok(address.written())
}

/// Which version is shown, the one before, and what differs from it.
async fn travel(
    app: &Shared,
    actor: &Actor,
    case: &str,
    seen: &Seen,
    steps: Vec<Step>,
) -> Result<(Travel, Option<Seen>), Trouble> {
    let mode = match (seen.known, seen.moment.as_of()) {
        (true, _) => Some(Mode::KnownAt),
        (false, Some(_)) => Some(Mode::AsOf),
        (false, None) => None,
    };
    let reached = |step: &Step| reached(seen, step.at, step.position);
    let shown = steps.iter().rposition(reached).unwrap_or(0);
    let before = shown.checked_sub(1).and_then(|before| steps.get(before));
    let before = match (mode, before) {
        (Some(mode), Some(before)) => {
            let asked = match mode {
                Mode::AsOf => Asked::as_of(before.at),
                Mode::KnownAt => Asked::known(KnownBy::Position(before.position)),
            };
            Some(self::seen(app, actor, asked, case).await?)
        }
        _ => None,
    };
    let changed = before.as_ref();
    let changed = changed.map(|before| differences(&before.sheet, &seen.sheet));
    let travel = Travel {
        steps,
        mode,
        shown,
        changed: changed.unwrap_or_default(),
    };
    Ok((travel, before))
}

/// JSON pointers of what differs between two states of a case.
fn differences(before: &CaseSheet, after: &CaseSheet) -> BTreeSet<String> {
    let value = |sheet| serde_json::to_value(sheet).unwrap_or_default();
    let (mut before, mut after) = (value(before), value(after));
    // The row of the ledger stands at the top, as pages name its fields.
    let mut found = BTreeSet::new();
    let (mut row_before, mut row_after) = (before["ledger"].take(), after["ledger"].take());
    for row in [&mut row_before, &mut row_after] {
        if let Value::Object(fields) = row {
            fields.remove("version");
            fields.remove("position");
        }
    }
    compare("", &row_before, &row_after, &mut found);
    compare("", &before, &after, &mut found);
    found
}

fn compare(place: &str, before: &Value, after: &Value, found: &mut BTreeSet<String>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in new {
                let was = old.get(name).unwrap_or(&Value::Null);
                compare(&format!("{place}/{name}"), was, value, found);
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for (no, value) in new.iter().enumerate() {
                let was = old.get(no).unwrap_or(&Value::Null);
                compare(&format!("{place}/{no}"), was, value, found);
            }
        }
        (Value::Null, Value::Object(new)) => {
            for (name, value) in new {
                compare(&format!("{place}/{name}"), &Value::Null, value, found);
            }
        }
        _ if before != after => {
            found.insert(place.to_owned());
        }
        _ => {}
    }
}

/// What the reader has just done, where the story bears it out: `COMMAND.POSITION`.
fn receipt(story: &[TimelineEntry], actor: &Actor, done: &str, spoken: Language) -> Option<String> {
    let (command, position) = done.rsplit_once('.')?;
    let (command, position) = (
        CommandName::from_code(command)?,
        position.parse::<u64>().ok()?,
    );
    let entry = story.iter().rfind(|entry| entry.position == position)?;
    let own = entry.person.as_deref() == Some(actor.person.as_str());
    let resident = actor.role == Role::Resident && entry.role == actor.role.code();
    (own || resident).then(|| {
        gridwhistle_web::pages::case::receipt(spoken, command, entry.sequence, entry.position)
    })
}
