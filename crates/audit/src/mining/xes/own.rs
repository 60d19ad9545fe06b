//! Our log as XES.

use super::writer::{Attribute, Kind, Traces, XesWriter};
use crate::mining::activity::{self, instant, is_bookkeeping};
use crate::mining::story::{self, Step, Story};
use crate::mining::walk::CaseWalk;
use crate::mining::{MiningProblem, Written};
use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::text::Language;
use std::io::Write;

/// Our extension, described by `docs/reference/gridwhistle.xesext`.
const EXTENSION: (&str, &str, &str) = (
    "Gridwhistle",
    "gridwhistle",
    "https://example.invalid/gridwhistle/gridwhistle.xesext",
);
/// What the file says of itself.
const PROFILE: &str =
    "IEEE 1849-2016; concept, time, lifecycle, org, gridwhistle 1; flat attributes";

/// What is written beside the acts.
#[derive(Clone, Copy, Debug, Default)]
pub struct XesOptions {
    /// The ledgers of clocks too.
    pub clocks: bool,
    /// The language of `gridwhistle:label`.
    pub language: Language,
}

/// Writes every case of the log up to its head of now.
///
/// # Errors
/// [`Problem`]: the log cannot be read, or the file takes no more.
pub async fn write(
    source: &Source,
    options: XesOptions,
    file: impl Write,
) -> Result<Written, Problem> {
    let until = source.head().await?;
    let head = head(source, until).await?;
    let mut xes = XesWriter::begin(file, &head).map_err(MiningProblem::from)?;
    let mut written = Written {
        until,
        ..Written::default()
    };
    let mut walk = CaseWalk::new(source, until);
    while let Some(rows) = walk.next().await? {
        let story = story::read(&rows)?;
        written.events += trace(&mut xes, &story, options).map_err(MiningProblem::from)?;
        written.cases += 1;
    }
    xes.end().map_err(MiningProblem::from)?;
    Ok(written)
}

async fn head(source: &Source, until: u64) -> Result<Traces, Problem> {
    let last = source.log().read_log(source.tenant(), until - 1, 1).await?;
    let chain = last.first().map(|row| hex::encode(row.chain));
    Ok(Traces {
        log: vec![
            Attribute::text("concept:name", source.tenant()),
            Attribute::text("gridwhistle:profile", PROFILE),
            Attribute::new(Kind::Int, "gridwhistle:until", until.to_string()),
            Attribute::text("gridwhistle:chain", chain.unwrap_or_default()),
        ],
        extension: Some(EXTENSION),
        classifiers: vec![
            ("Label", "gridwhistle:label"),
            ("Role", "org:role"),
            ("Unit", "org:group"),
        ],
        of_events: vec![
            Attribute::text("lifecycle:transition", "complete"),
            Attribute::text("org:role", "system"),
            Attribute::text("gridwhistle:label", "-"),
        ],
    })
}

/// Writes one case, and answers the number of its events.
fn trace<W: Write>(
    xes: &mut XesWriter<W>,
    story: &Story,
    options: XesOptions,
) -> std::io::Result<u64> {
    xes.trace(&of_case(story))?;
    let mut events = 0;
    for step in &story.steps {
        if options.clocks || !is_bookkeeping(step.fact()) {
            xes.event(&of_event(step, options.language))?;
            events += 1;
        }
    }
    xes.end_trace()?;
    Ok(events)
}

/// Attributes of a trace: how the case stands at the end.
fn of_case(story: &Story) -> Vec<Attribute> {
    let end = &story.end;
    let texts = [
        ("channel", Some(end.channel.clone())),
        ("class", end.class.map(|class| class.code().to_owned())),
        ("matter", end.matter.as_ref().map(ToString::to_string)),
        ("policy", end.policy.as_ref().map(ToString::to_string)),
        ("grid", end.grid.as_ref().map(ToString::to_string)),
        ("origin", end.origin.map(|origin| origin.code().to_owned())),
        ("stage", end.stage.map(|stage| stage.code().to_owned())),
        (
            "outcome",
            end.outcome.map(|outcome| outcome.code().to_owned()),
        ),
    ];
    let dates = [
        ("reported", end.reported_at),
        ("due", story::due(end)),
        ("closed", end.closed_at.or(end.foreign_closed_at)),
    ];
    let mut found = vec![Attribute::text("concept:name", &story.case)];
    found.extend(
        texts
            .into_iter()
            .filter_map(|(key, value)| own(key, value?)),
    );
    found.extend(dates.into_iter().filter_map(|(key, at)| date(key, at?)));
    found
}

/// Attributes of an event.
fn of_event(step: &Step, language: Language) -> Vec<Attribute> {
    let (event, fact) = (&step.event, step.fact());
    let mut found = vec![
        Attribute::text("concept:name", fact.name()),
        Attribute::text("concept:instance", step.position.to_string()),
        Attribute::text("lifecycle:transition", activity::transition(fact)),
        Attribute::new(Kind::Date, "time:timestamp", instant(event.at)),
        Attribute::text("org:role", event.by.role.code()),
        Attribute::text("gridwhistle:label", activity::label(fact).get(language)),
    ];
    // A resident's id says who they are to whoever holds other records.
    if event.by.role != Role::Resident {
        found.push(Attribute::text("org:resource", event.by.person.as_str()));
    }
    let unit = event.by.unit.as_str();
    if !unit.is_empty() {
        found.push(Attribute::text("org:group", unit));
    }
    let leg = activity::leg(fact).map(|leg| leg.to_string());
    let texts = [
        ("class", step.class.map(|class| class.code().to_owned())),
        ("stage", step.stage.map(|stage| stage.code().to_owned())),
        ("leg", leg),
        ("leg_unit", step.leg_unit.as_ref().map(ToString::to_string)),
    ];
    found.extend(
        texts
            .into_iter()
            .filter_map(|(key, value)| own(key, value?)),
    );
    found.extend(step.due.and_then(|at| date("due", at)));
    found.extend(date("recorded", step.recorded_at));
    let details = activity::details(fact).into_iter();
    found.extend(details.filter_map(|(key, value)| own(key, value)));
    found
}

fn own(key: &str, value: String) -> Option<Attribute> {
    (!value.is_empty()).then(|| Attribute::text(format!("gridwhistle:{key}"), value))
}

fn date(key: &str, at: chrono::DateTime<chrono::Utc>) -> Option<Attribute> {
    let key = format!("gridwhistle:{key}");
    Some(Attribute::new(Kind::Date, key, instant(at)))
}
