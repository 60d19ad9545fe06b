//! OCEL 2.0: objects of six types, events, and how they hang together, as JSON, XML or SQLite.
//!
//! The log is walked twice: objects stand before events in every form. Beside one case, what is held
//! are the codes of units and grids and the offices of people, as many as the city has. Attributes
//! have names that no two types share, for the XML schema finds them by name alone; how a case or leg
//! stood is told by the history of its attributes, not by the events.

mod json;
mod model;
mod sqlite;
mod tell;
mod xml;

pub use model::{Change, Event, Object, ObjectType, Relation};

use super::walk::CaseWalk;
use super::{MiningProblem, Written, story};
use crate::law;
use crate::problem::Problem;
use crate::source::Source;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use tell::City;

/// The forms of OCEL 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcelForm {
    /// `.json`, `.jsonocel`.
    Json,
    /// `.xml`, `.xmlocel`.
    Xml,
    /// `.sqlite`.
    Sqlite,
}

/// What takes an object-centric log: all objects first, then all events.
trait Sink {
    fn object(&mut self, object: &Object) -> Result<(), MiningProblem>;
    fn end_objects(&mut self) -> Result<(), MiningProblem>;
    fn event(&mut self, event: &Event) -> Result<(), MiningProblem>;
    fn end(&mut self) -> Result<(), MiningProblem>;
}

/// Writes every case of the log up to its head of now into a file that is empty or not there.
///
/// # Errors
/// [`Problem`]: the log cannot be read, or the file takes no more.
pub async fn write(
    source: &Source,
    form: OcelForm,
    clocks: bool,
    path: &Path,
) -> Result<Written, Problem> {
    let mut sink: Box<dyn Sink> = match form {
        OcelForm::Json => Box::new(json::JsonSink::begin(begin(path)?)?),
        OcelForm::Xml => Box::new(xml::XmlSink::begin(begin(path)?)?),
        OcelForm::Sqlite => Box::new(sqlite::SqliteSink::begin(path)?),
    };
    into(source, clocks, &mut *sink).await
}

fn begin(path: &Path) -> Result<BufWriter<File>, MiningProblem> {
    Ok(BufWriter::new(File::create(path)?))
}

async fn into(source: &Source, clocks: bool, sink: &mut dyn Sink) -> Result<Written, Problem> {
    let until = source.head().await?;
    let mut written = Written {
        until,
        ..Written::default()
    };
    let law = law::at(source, until).await?;
    let mut city = City::new(&law.registry);
    let mut walk = CaseWalk::new(source, until);
    while let Some(rows) = walk.next().await? {
        let story = story::read(&rows)?;
        for object in city.objects(&story) {
            put(sink, &object, &mut written)?;
        }
        written.cases += 1;
    }
    for object in city.shared() {
        put(sink, &object, &mut written)?;
    }
    sink.end_objects()?;
    let mut walk = CaseWalk::new(source, until);
    while let Some(rows) = walk.next().await? {
        let story = story::read(&rows)?;
        for event in city.events(&story, clocks) {
            written.events += 1;
            written.relations += event.relations.len() as u64;
            sink.event(&event)?;
        }
    }
    sink.end()?;
    Ok(written)
}

fn put(sink: &mut dyn Sink, object: &Object, written: &mut Written) -> Result<(), MiningProblem> {
    written.objects += 1;
    written.relations += object.relations.len() as u64;
    sink.object(object)
}
