//! `/cases/{case}/do/{command}`: a command as a form, and given by it.

use super::asker::{Asker, answer, onward, reached};
use crate::api::cases::{case_id, seen};
use crate::api::{by_people, commands};
use crate::app::Shared;
use crate::ask::Asked;
use crate::caller::Caller;
use crate::problem::{Issue, Trouble};
use crate::upload;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::local_time;
use gridwhistle_web::forms::{Field, Kind, fields};
use gridwhistle_web::pages::command::{Form as Shown, PIECES, page};
use gridwhistle_web::pages::trouble::Trouble as Told;
use serde_json::{Map, Value, json};
use uuid::Uuid;

type Pairs = Vec<(String, String)>;

/// What stands in the address.
pub(super) struct Place {
    case: String,
    command: CommandName,
    /// Whether another form has just reported the case.
    begun: bool,
}

impl Place {
    /// Of a case that another page has just reported.
    pub(super) fn begun(case: CaseId, command: CommandName) -> Self {
        Self {
            case: case.to_string(),
            command,
            begun: true,
        }
    }

    fn of((case, command): (String, String)) -> Result<Self, Issue> {
        let command = by_people(&command).ok_or_else(Issue::address_unknown)?;
        Ok(Self {
            case,
            command,
            begun: false,
        })
    }
}

/// `GET`: the form.
pub(super) async fn form(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    Path(place): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let place = Place::of(place)?;
    let leg = asker.address.get("leg").map(str::to_owned);
    let filled = leg.map(|leg| ("leg".to_owned(), leg)).into_iter().collect();
    shown(&app, &actor, &asker, &place, filled, None).await
}

/// `POST`: gives it, and leads back to the case; a refusal shows the form again, filled.
pub(super) async fn give(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    Path(place): Path<(String, String)>,
    request: Request,
) -> Result<Response, Trouble> {
    let place = Place::of(place)?;
    let id = case_id(&place.case)?;
    app.sees_case(&actor, id).await?;
    let filled = upload::with_pieces(&app, &actor.person, request).await?;
    let key = value(&filled, "key").and_then(|key| key.parse().ok());
    let key: Uuid = key.ok_or_else(|| Issue::content("/key", "UUID"))?;
    let version = value(&filled, "version").and_then(|version| version.parse().ok());
    let version: u64 = version.ok_or_else(|| Issue::content("/version", "1, 2, 3 …"))?;
    let given = match body(place.command, &filled) {
        Ok(body) => {
            let what = (id, place.command);
            commands::given(&app, actor.clone(), what, (key, version), body).await
        }
        Err(issue) => Err(issue.into()),
    };
    match given {
        Ok(receipt) => Ok(onward(&format!(
            "/cases/{id}?done={}.{}&min_position={}",
            place.command.code(),
            receipt.position,
            receipt.position
        ))),
        Err(trouble) if trouble.is_ours() => Err(trouble),
        Err(trouble) => shown(&app, &actor, &asker, &place, filled, Some(trouble)).await,
    }
}

pub(super) async fn shown(
    app: &Shared,
    actor: &Actor,
    asker: &Asker,
    place: &Place,
    filled: Pairs,
    trouble: Option<Trouble>,
) -> Result<Response, Trouble> {
    let seen = seen(app, actor, Asked::now(), &place.case).await?;
    let row = &seen.sheet.file.ledger;
    let (status, told): (StatusCode, Option<Told>) = match &trouble {
        None => (StatusCode::OK, None),
        Some(trouble) => {
            let told = trouble.shown(asker.reader.language);
            (trouble.status(), Some(told))
        }
    };
    // A new key for a new try: what was refused left nothing behind.
    let key = Uuid::now_v7().to_string();
    let form = Shown {
        case: &row.case_id,
        ledger_no: row.ledger_no,
        title: &row.title,
        command: place.command,
        leg: value(&filled, "leg"),
        version: row.version.unsigned_abs(),
        key: &key,
        begun: place.begun,
        filled: &filled,
        trouble: told.as_ref(),
    };
    Ok(answer(status, page(&asker.still(reached(&seen)), &form)))
}

fn value<'p>(pairs: &'p Pairs, wanted: &str) -> Option<&'p str> {
    let mut pairs = pairs.iter();
    let found = pairs.find(|(name, _)| name == wanted);
    found
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty())
}

/// The content of a command, as the API takes it.
pub(super) fn body(command: CommandName, filled: &Pairs) -> Result<Map<String, Value>, Issue> {
    let Some(fields) = fields(command) else {
        return Err(Issue::address_unknown());
    };
    let mut body = Map::new();
    if let Some(leg) = value(filled, "leg") {
        let leg: u32 = leg
            .parse()
            .map_err(|_| Issue::content("/leg", "1, 2, 3 …"))?;
        body.insert("leg".to_owned(), json!(leg));
    }
    for field in fields {
        if let Some(value) = content(field, filled)? {
            put(&mut body, field.name, value);
        }
    }
    complete(&mut body);
    if command == CommandName::RaiseCard {
        // Whoever signs a card on a page does so as a leader; the rules' own cards come by the clock.
        body.insert("rule".to_owned(), json!("leader"));
    }
    Ok(body)
}

/// A precedent names the units and minutes of the decision that it is registered with.
fn complete(body: &mut Map<String, Value>) {
    let of = |place: &str| match body.get("decision") {
        Some(decision) => decision.get(place).cloned(),
        None => body
            .get(if place == "lead" { "unit" } else { place })
            .cloned(),
    };
    let known = ["lead", "co_handlers", "minutes"].map(|place| (place, of(place)));
    if let Some(Value::Object(precedent)) = body.get_mut("precedent") {
        for (place, value) in known {
            if let Some(value) = value {
                precedent.entry(place).or_insert(value);
            }
        }
    }
}

/// Puts a value where the name of its field leads: a dot leads into a part.
fn put(body: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => drop(body.insert(name.to_owned(), value)),
        Some((part, rest)) => {
            let part = body.entry(part).or_insert_with(|| json!({}));
            if let Some(part) = part.as_object_mut() {
                put(part, rest, value);
            }
        }
    }
}

/// The content of a field; none: it was left empty.
fn content(field: &Field, filled: &Pairs) -> Result<Option<Value>, Issue> {
    let text = value(filled, field.name);
    let named = |part: &str| value(filled, &format!("{}.{part}", field.name));
    Ok(match field.kind {
        Kind::Flag => Some(json!(text == Some("true"))),
        Kind::Units => {
            let all = filled.iter().filter(|(name, _)| name == field.name);
            let all: Vec<&str> = all.map(|(_, value)| value.as_str()).collect();
            Some(json!(all))
        }
        Kind::Evidence => {
            let piece = |no: usize| {
                let part = |part: &str| named(&format!("{no}.{part}"));
                let reference = part("reference").unwrap_or_default();
                part("kind").map(|kind| json!({ "kind": kind, "reference": reference }))
            };
            let pieces: Vec<Value> = (0..PIECES).filter_map(piece).collect();
            Some(json!(pieces))
        }
        Kind::Lines => {
            let lines = text.unwrap_or_default().lines().map(str::trim);
            let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
            Some(json!(lines))
        }
        Kind::Verdict => text.map(|text| json!(text == "true")),
        Kind::Person => person(&named),
        Kind::Deliverables => {
            let all = (0..PIECES).filter_map(|no| deliverable(&named, no));
            Some(Value::Array(all.collect()))
        }
        Kind::Attendance => Some(json!({
            "person": named("person").unwrap_or_default(),
            "role": named("role").unwrap_or_default(),
            "place": named("place").unwrap_or_default(),
        })),
        Kind::Instant => match text {
            None => None,
            Some(text) => Some(instant(field.name, text)?),
        },
        // What is needed and was left empty goes as it is, so that the rules say what is missing.
        Kind::Line | Kind::Long if field.needed => Some(json!(text.unwrap_or_default())),
        _ => text.map(|text| json!(text)),
    })
}

fn instant(name: &str, text: &str) -> Result<Value, Issue> {
    let place = format!("/{}", name.replace('.', "/"));
    let read = local_time::read(text);
    let read = read.ok_or_else(|| Issue::content(place, crate::params::INSTANT))?;
    Ok(json!(read))
}

/// A person; none where nothing is told of one.
fn person<'p>(named: &dyn Fn(&str) -> Option<&'p str>) -> Option<Value> {
    let told = ["name", "phone", "identity_number", "address"];
    let told = told.map(|part| (part, named(part)));
    let all: Map<String, Value> = told
        .into_iter()
        .filter_map(|(part, text)| Some((part.to_owned(), json!(text?))))
        .collect();
    (!all.is_empty()).then_some(Value::Object(all))
}

/// What a unit owes after a meeting; none where no unit is chosen.
fn deliverable<'p>(named: &dyn Fn(&str) -> Option<&'p str>, no: usize) -> Option<Value> {
    let part = |part: &str| named(&format!("{no}.{part}"));
    let (unit, what) = (part("unit")?, part("what").unwrap_or_default());
    Some(json!({ "unit": unit, "what": what }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What somebody might fill into a field.
    fn filled(field: &Field) -> Pairs {
        let name = field.name;
        let one = |text: &str| vec![(name.to_owned(), text.to_owned())];
        let parts = |parts: &[(&str, &str)]| {
            let parts = parts.iter();
            parts
                .map(|(part, text)| (format!("{name}.{part}"), (*text).to_owned()))
                .collect()
        };
        match field.kind {
            Kind::Line if matches!(name, "into" | "same_as" | "precedent") => {
                one("00000000-0000-0000-0000-000000000001")
            }
            Kind::Line | Kind::Long | Kind::Lines | Kind::Reason(_) => one("words"),
            Kind::Flag | Kind::Verdict => one("true"),
            Kind::Unit | Kind::Units => one("B-water"),
            Kind::Grid => one("G-1"),
            Kind::Class => one("special"),
            Kind::Matter => one("environment.leak"),
            Kind::Outcome => one("resolved"),
            Kind::Whistle => one("hard"),
            Kind::Origin => one("upward"),
            Kind::Satisfaction => one("satisfied"),
            Kind::Instant => one("2026-03-02 18:00"),
            Kind::Limit => one("2 wd"),
            Kind::OneOf(codes) => one(codes.codes().next().unwrap()),
            Kind::Evidence => parts(&[("0.kind", "before_photo"), ("0.reference", "2026-1")]),
            Kind::Attendance => parts(&[
                ("person", "P-1"),
                ("role", "department_handler"),
                ("place", "there"),
            ]),
            Kind::Deliverables => parts(&[("0.unit", "B-water"), ("0.what", "the pipe")]),
            Kind::Person => parts(&[("name", "somebody")]),
        }
    }

    #[test]
    fn what_is_filled_into_any_form_is_its_command() {
        let mut read = 0;
        for name in CommandName::ALL.iter().copied() {
            let Some(fields) = fields(name) else { continue };
            let mut pairs: Pairs = fields.iter().flat_map(filled).collect();
            let leg = ("leg".to_owned(), "1".to_owned());
            // A mandate's people are sealed before it is a command.
            if name == CommandName::GrantMandate {
                continue;
            }
            let with = |pairs: &Pairs| commands::command(name, body(name, pairs).unwrap());
            let given = with(&pairs).or_else(|_| {
                pairs.push(leg);
                with(&pairs)
            });
            let given = given.unwrap_or_else(|issue| panic!("{name}: {issue:?}"));
            let told = serde_json::to_value(&given).unwrap();
            for field in fields {
                let part = field.name.split('.').next().unwrap();
                assert!(!told[part].is_null(), "{name}: {}: {told:?}", field.name);
            }
            read += 1;
        }
        assert!(read > 40, "{read}");
    }
}
