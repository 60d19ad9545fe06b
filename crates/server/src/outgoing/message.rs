//! An event as a subscriber gets it, in the form that it asks for.

use crate::feed::told::{Recorded, of_case, read};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::evolve::evolve;
use gridwhistle::domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle::domain::case::record::SourceRef;
use gridwhistle::projections::timeline::words_of;
use gridwhistle::subscribers::Form;
use gridwhistle::{Engine, EngineError};
use serde_json::{Value, json};

/// The system whose work orders the form `12345` tells of.
pub(crate) const HOTLINE: &str = "12345";

/// What is sent.
pub(super) struct Message {
    /// The same however often it is sent.
    pub(super) id: String,
    pub(super) media_type: &'static str,
    /// Of a letter: what it is about.
    pub(super) subject: String,
    pub(super) body: Vec<u8>,
}

/// The message of an event; none: there is nothing to tell in that form.
pub(super) async fn of(
    engine: &Engine,
    form: Form,
    row: &Recorded,
) -> Result<Option<Message>, EngineError> {
    let event = read(row)?;
    let words = || words_of(&event, &engine.reference()).zh;
    let case = &row.stream.aggregate_id;
    let content = || json!({ "content": format!("{}\n案件 {case}", words()) });
    let mut media_type = "application/json";
    let body = match form {
        Form::CloudEvent => {
            media_type = "application/cloudevents+json";
            cloud_event(engine, row, &event)
        }
        Form::Wecom | Form::Dingtalk => json!({ "msgtype": "text", "text": content() }),
        Form::Mail => {
            media_type = "text/plain; charset=utf-8";
            Value::String(format!("{}\n\n案件 {case}\n", words()))
        }
        Form::Hotline => match status(engine, row, &event).await? {
            Some(status) => status,
            None => return Ok(None),
        },
    };
    let body = match body {
        Value::String(text) => text.into_bytes(),
        body => serde_json::to_vec(&body)?,
    };
    Ok(Some(Message {
        id: id_of(row),
        media_type,
        subject: format!("网格哨：{}", words()),
        body,
    }))
}

fn id_of(row: &Recorded) -> String {
    format!("evt_{}", row.position)
}

/// `WhistleBlown` 1.0 → `gridwhistle.case.whistle_blown.v1`.
fn type_of(row: &Recorded, event: &CaseEvent) -> String {
    let mut name = String::new();
    for (index, letter) in event.fact.name().char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    let major = row.event_version.split('.').next().unwrap_or("1");
    format!("gridwhistle.case.{name}.v{major}")
}

/// CloudEvents 1.0 in structured JSON.
fn cloud_event(engine: &Engine, row: &Recorded, event: &CaseEvent) -> Value {
    json!({
        "specversion": "1.0",
        "id": id_of(row),
        "source": format!("/tenants/{}", engine.tenant()),
        "type": type_of(row, event),
        "subject": row.stream.aggregate_id,
        "time": event.at,
        "datacontenttype": "application/json",
        "sequence": row.position.to_string(),
        "partitionkey": row.stream.aggregate_id,
        "data": of_case(row, event, &engine.reference()),
    })
}

/// What the hotline is told: that the stage of one of its work orders changed.
async fn status(
    engine: &Engine,
    row: &Recorded,
    event: &CaseEvent,
) -> Result<Option<Value>, EngineError> {
    let rows = engine.log().read_stream(engine.tenant(), &row.stream, 0);
    let rows = rows.await.map_err(EngineError::from)?;
    let mut case = Case::default();
    let mut source = None;
    let (mut before, mut reply) = (None, None);
    for row in rows.iter().take_while(|one| one.sequence <= row.sequence) {
        let event = read(row)?;
        source = source.or_else(|| source_of(&event));
        if let CaseFact::ResponseSubmitted { reply: told, .. } = &event.fact {
            reply = Some(told.clone());
        }
        before = case.stage;
        evolve(&mut case, &event);
    }
    let ours = source.filter(|source| source.source == HOTLINE);
    let Some((source, stage)) = ours.zip(case.stage.filter(|stage| before != Some(*stage))) else {
        return Ok(None);
    };
    let lead = case.lead().map(|leg| &leg.unit);
    Ok(Some(json!({
        "source": source.source,
        "id": source.id,
        "case": row.stream.aggregate_id,
        "stage": stage,
        "open": stage.is_open(),
        "at": event.at,
        "sequence": row.sequence,
        "unit": lead,
        "reply": reply,
        "text": words_of(event, &engine.reference()),
    })))
}

fn source_of(event: &CaseEvent) -> Option<SourceRef> {
    match &event.fact {
        CaseFact::CaseReported { form } => form.source.clone(),
        _ => None,
    }
}
