//! OCEL 2.0 as JSON: one object, written piece by piece.

use super::Sink;
use super::model::{Event, Object, ObjectType, Relation, attributes_of, type_of};
use crate::mining::MiningProblem;
use crate::mining::activity::instant;
use gridwhistle_domain::case::fact::CaseFact;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Declared<'a> {
    name: &'a str,
    attributes: Vec<Typed<'a>>,
}

#[derive(Serialize)]
struct Typed<'a> {
    name: &'a str,
    r#type: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Related<'a> {
    object_id: &'a str,
    qualifier: &'a str,
}

#[derive(Serialize)]
struct Valued<'a> {
    name: &'a str,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    attributes: Vec<Valued<'a>>,
    relationships: Vec<Related<'a>>,
}

pub(super) struct JsonSink<W: Write> {
    file: W,
    first: bool,
}

fn declared<'a>(name: &'a str, attributes: &'a [&'a str]) -> Declared<'a> {
    let typed = |name: &&'a str| Typed {
        name,
        r#type: type_of(name),
    };
    Declared {
        name,
        attributes: attributes.iter().map(typed).collect(),
    }
}

fn related(relations: &[Relation]) -> Vec<Related<'_>> {
    let related = relations.iter().map(|relation| Related {
        object_id: &relation.to,
        qualifier: relation.qualifier,
    });
    related.collect()
}

impl<W: Write> JsonSink<W> {
    pub(super) fn begin(mut file: W) -> Result<Self, MiningProblem> {
        let objects = ObjectType::ALL.map(|of| declared(of.name(), of.attributes()));
        let events = CaseFact::NAMES.iter();
        let events: Vec<_> = events
            .map(|name| declared(name, attributes_of(name)))
            .collect();
        file.write_all(b"{\"objectTypes\":")?;
        json(&mut file, &objects)?;
        file.write_all(b",\n\"eventTypes\":")?;
        json(&mut file, &events)?;
        file.write_all(b",\n\"objects\":[")?;
        Ok(Self { file, first: true })
    }

    fn item(&mut self, item: &Item<'_>) -> Result<(), MiningProblem> {
        let between: &[u8] = if self.first { b"\n" } else { b",\n" };
        self.first = false;
        self.file.write_all(between)?;
        Ok(json(&mut self.file, item)?)
    }
}

fn json(file: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(file, value).map_err(io::Error::from)
}

impl<W: Write> Sink for JsonSink<W> {
    fn object(&mut self, object: &Object) -> Result<(), MiningProblem> {
        let valued = object.attributes.iter().map(|change| Valued {
            name: change.name,
            value: &change.value,
            time: Some(instant(change.at)),
        });
        self.item(&Item {
            id: &object.id,
            r#type: object.of.name(),
            time: None,
            attributes: valued.collect(),
            relationships: related(&object.relations),
        })
    }

    fn end_objects(&mut self) -> Result<(), MiningProblem> {
        self.first = true;
        Ok(self.file.write_all(b"\n],\n\"events\":[")?)
    }

    fn event(&mut self, event: &Event) -> Result<(), MiningProblem> {
        let valued = event.attributes.iter().map(|(name, value)| Valued {
            name,
            value,
            time: None,
        });
        self.item(&Item {
            id: &event.id,
            r#type: event.name,
            time: Some(instant(event.at)),
            attributes: valued.collect(),
            relationships: related(&event.relations),
        })
    }

    fn end(&mut self) -> Result<(), MiningProblem> {
        self.file.write_all(b"\n]}\n")?;
        Ok(self.file.flush()?)
    }
}
