//! `/cases/{case}`: 案件, as it stands and as it stood.

use super::asker::{Asker, answer, onward};
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
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::case::decide::Prospect;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::models::CaseSheet;
use gridwhistle::projections::questions::Moment;
use gridwhistle::projections::timeline::TimelineEntry;
use gridwhistle_audit::replay::KnownBy;
use gridwhistle_web::pages::case::{Mode, Step, Travel, View, page};
use gridwhistle_web::{Address, Stand};
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
    let travel = travel(&app, &actor, &case, &seen, steps).await?;
    let allowed = match travel.mode {
        None => Some(allowed(&app, &actor, id).await?),
        Some(_) => None,
    };
    let evidence = match travel.mode {
        None => Some(of_case(&app, id).await?),
        Some(_) => None,
    };
    let evaluations = sheets(&app, &actor, id, seen.moment.as_of()).await?;
    let receipt = done.and_then(|done| receipt(&live, &actor, &done, asker.reader.language));
    let stand = Stand {
        position: seen.position,
        at: seen.moment.instant(),
        as_of: seen.moment.as_of(),
        known: seen.known,
    };
    let view = View {
        sheet: &seen.sheet,
        story: &seen.story,
        allowed: allowed.as_deref(),
        evidence: evidence.as_ref(),
        evaluations: &evaluations,
        travel: &travel,
        receipt: receipt.as_deref(),
    };
    Ok(answer(
        StatusCode::OK,
        page(&asker.frame(Some(stand)), &view),
    ))
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

/// Which version is shown, and what differs from the one before.
async fn travel(
    app: &Shared,
    actor: &Actor,
    case: &str,
    seen: &Seen,
    steps: Vec<Step>,
) -> Result<Travel, Trouble> {
    let mode = match (seen.known, seen.moment.as_of()) {
        (true, _) => Some(Mode::KnownAt),
        (false, Some(_)) => Some(Mode::AsOf),
        (false, None) => None,
    };
    let reached = |step: &Step| match mode {
        None => true,
        Some(Mode::AsOf) => step.at <= seen.moment.instant(),
        Some(Mode::KnownAt) => step.position <= seen.position,
    };
    let shown = steps.iter().rposition(reached).unwrap_or(0);
    let before = shown.checked_sub(1).and_then(|before| steps.get(before));
    let changed = match (mode, before) {
        (Some(mode), Some(before)) => {
            let asked = match mode {
                Mode::AsOf => Asked::as_of(before.at),
                Mode::KnownAt => Asked::known(KnownBy::Position(before.position)),
            };
            let before = self::seen(app, actor, asked, case).await?;
            differences(&before.sheet, &seen.sheet)
        }
        _ => BTreeSet::new(),
    };
    Ok(Travel {
        steps,
        mode,
        shown,
        changed,
    })
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
