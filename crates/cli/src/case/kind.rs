//! The kinds of value that a flag of a command takes, how each is typed and what is refused.

use super::name::case_ref;
use crate::words::{Word, told};
use clap::Arg;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::calendar::Limit;
use gridwhistle::domain::case::stage::{Card, ClockKind, Origin, Outcome};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::policy::rows::{EvidenceKind, WhistleKind};
use gridwhistle::domain::satisfaction::Satisfaction;
use serde_json::{Value, json};
use std::str::FromStr;
use uuid::Uuid;

/// A closed set of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codes {
    Callback,
    Card,
    Class,
    Clock,
    Disclosure,
    Ground,
    Origin,
    Outcome,
    Role,
    Satisfaction,
    Whistle,
}

impl Codes {
    pub(crate) fn all(self) -> Vec<&'static str> {
        match self {
            Self::Callback => vec!["confirmed", "disputed", "unreachable"],
            Self::Card => Card::ALL.iter().map(|card| card.code()).collect(),
            Self::Class => CaseClass::ALL.iter().map(|class| class.code()).collect(),
            Self::Clock => ClockKind::ALL.iter().map(|kind| kind.code()).collect(),
            Self::Disclosure => vec!["resolution", "implementation"],
            Self::Ground => vec!["dispute_upheld", "same_problem"],
            Self::Origin => Origin::ALL.iter().map(|origin| origin.code()).collect(),
            Self::Outcome => Outcome::ALL.iter().map(|outcome| outcome.code()).collect(),
            Self::Role => Role::ALL.iter().map(|role| role.code()).collect(),
            Self::Satisfaction => Satisfaction::ALL.iter().map(|one| one.code()).collect(),
            Self::Whistle => WhistleKind::ALL.iter().map(|kind| kind.code()).collect(),
        }
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words.
    Text,
    /// A code of the city: grid, unit, matter, person.
    Code,
    /// One of a closed set.
    OneOf(Codes),
    /// A whole number.
    Number,
    /// A time such as `3 wd`.
    Limit,
    /// An instant.
    Instant,
    /// A case.
    Case,
    /// A piece of evidence.
    Evidence,
    /// What a unit owes by a decision.
    Deliverable,
    /// A point on the map.
    Point,
    /// A system and its id.
    Source,
    /// Yes or no, to be said.
    YesNo,
    /// No value: given or not.
    Switch,
    /// A file of personal data, sealed before it goes anywhere.
    Person,
}

impl Kind {
    pub(crate) const fn value_name(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Code => "CODE",
            Self::OneOf(_) => "CODE",
            Self::Number => "N",
            Self::Limit => "LIMIT",
            Self::Instant => "INSTANT",
            Self::Case => "CASE",
            Self::Evidence => "KIND=REFERENCE[;NOTE]",
            Self::Deliverable => "UNIT=WHAT",
            Self::Point => "LAT,LNG",
            Self::Source => "SYSTEM:ID",
            Self::YesNo => "yes|no",
            Self::Switch => "",
            Self::Person => "FILE",
        }
    }

    pub(crate) fn parse_with(self, arg: Arg) -> Arg {
        match self {
            Self::OneOf(codes) => {
                arg.value_parser(PossibleValuesParser::new(codes.all()).map(Value::from))
            }
            Self::YesNo => arg.value_parser(
                PossibleValuesParser::new(["yes", "no"]).map(|text| Value::from(text == "yes")),
            ),
            Self::Number => arg.value_parser(number),
            Self::Limit => arg.value_parser(limit),
            Self::Instant => arg.value_parser(instant),
            // Which case is meant is found out when the store is open.
            Self::Case => arg.value_parser(|text: &str| case_ref(text).map(|_| Value::from(text))),
            Self::Evidence => arg.value_parser(evidence),
            Self::Deliverable => arg.value_parser(deliverable),
            Self::Point => arg.value_parser(point),
            Self::Source => arg.value_parser(source),
            Self::Text | Self::Code | Self::Switch | Self::Person => {
                arg.value_parser(|text: &str| Ok::<_, String>(Value::from(text)))
            }
        }
    }
}

fn number(text: &str) -> Result<Value, String> {
    whole::<u32>(text).map(Value::from)
}

/// A whole number.
pub(crate) fn whole<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| told(Word::NumberForm, &[&text]))
}

fn limit(text: &str) -> Result<Value, String> {
    read_limit(text).map(|limit| json!(limit))
}

/// A limit in its text form.
pub(crate) fn read_limit(text: &str) -> Result<Limit, String> {
    let limit = text.parse();
    limit.map_err(|_| told(Word::LimitWrong, &[&text, &Limit::MAX_DAYS]))
}

fn instant(text: &str) -> Result<Value, String> {
    crate::moment::read(text).map(|at| json!(at))
}

/// A UUID.
pub(crate) fn uuid(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| told(Word::UuidForm, &[&text]))
}

fn evidence(text: &str) -> Result<Value, String> {
    let refuse = || {
        let kinds: Vec<&str> = EvidenceKind::ALL.iter().map(|kind| kind.code()).collect();
        told(Word::EvidenceForm, &[&text, &kinds.join(", ")])
    };
    let (kind, rest) = text.split_once('=').ok_or_else(refuse)?;
    let kind = EvidenceKind::from_code(kind).ok_or_else(refuse)?;
    let (reference, note) = rest.split_once(';').unwrap_or((rest, ""));
    if reference.trim().is_empty() {
        return Err(refuse());
    }
    Ok(json!({ "kind": kind, "reference": reference.trim(), "note": note.trim() }))
}

fn deliverable(text: &str) -> Result<Value, String> {
    match text.split_once('=') {
        Some((unit, what)) if !unit.is_empty() && !what.is_empty() => {
            Ok(json!({ "unit": unit, "what": what }))
        }
        _ => Err(told(Word::DeliverableForm, &[&text])),
    }
}

fn source(text: &str) -> Result<Value, String> {
    match text.split_once(':') {
        Some((system, id)) if !system.is_empty() && !id.is_empty() => {
            Ok(json!({ "source": system, "id": id }))
        }
        _ => Err(told(Word::SourceForm, &[&text])),
    }
}

fn point(text: &str) -> Result<Value, String> {
    let refuse = || told(Word::PointForm, &[&text]);
    let (lat, lng) = text.split_once(',').ok_or_else(refuse)?;
    let lat = millionths(lat).filter(|lat| lat.abs() <= 90_000_000);
    let lng = millionths(lng).filter(|lng| lng.abs() <= 180_000_000);
    match (lat, lng) {
        (Some(lat), Some(lng)) => Ok(json!({ "lat": lat, "lng": lng })),
        _ => Err(refuse()),
    }
}

/// Degrees in decimal notation as millionths, exactly.
fn millionths(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = text
        .strip_prefix('-')
        .map_or((false, text), |rest| (true, rest));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 6 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    let value = whole.parse::<i64>().ok()? * 1_000_000 + part;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_exactly() {
        assert_eq!(
            point("26.075,119.306"),
            Ok(json!({"lat": 26_075_000, "lng": 119_306_000}))
        );
        assert_eq!(
            point("-0.000001, 180"),
            Ok(json!({"lat": -1, "lng": 180_000_000}))
        );
        for wrong in [
            "26",
            "91,0",
            "0,180.000001",
            "1.2345678,0",
            "a,b",
            "1,",
            "٣,1",
            "--1,2",
        ] {
            assert!(point(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn evidence_names_its_kind_and_its_reference() {
        let photo = json!({"kind": "after_photo", "reference": "ab12", "note": "门口；已清"});
        assert_eq!(evidence("after_photo=ab12;门口；已清"), Ok(photo));
        for wrong in ["after_photo", "after_photo=", "selfie=1", "=1"] {
            assert!(
                evidence(wrong).unwrap_err().contains("before_photo"),
                "{wrong}"
            );
        }
    }
}
