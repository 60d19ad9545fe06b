//! Event logs of others: XES or a table with a mapping in; cases, figures and XES out.
//!
//! A log is sorted in a SQLite file without a name (by case, then time, then place in the file), so
//! that its size does not matter and cases may lie scattered. What is not taken along is counted and
//! told, never dropped in silence. The figures are those of `data/truth/DEFINITIONS.md`: directly
//! follows, variants and hours as other tools count them.

mod figures;
mod mapping;
mod sorted;
mod table;
mod xes;

pub use figures::{Edge, Figures};
pub use mapping::LogMapping;

use super::MiningProblem;
use super::problem::Place;
use super::xes::{Attribute, Traces, XesWriter};
use chrono::{DateTime, Utc};
use flate2::read::MultiGzDecoder;
use gridwhistle_domain::text::Text;
use serde::Serialize;
use sorted::Sorted;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};

/// The first bytes of a gzip file (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The mark some programs put before UTF-8 text.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
/// Bytes read ahead.
const BUFFER_BYTES: usize = 1 << 17;

/// What of a log was not taken along, by kind; all nought where everything was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Events without the name of an activity.
    pub events_without_activity: u64,
    /// Events without an instant that can be read.
    pub events_without_time: u64,
    /// Events of no case.
    pub events_without_case: u64,
    /// Attributes within attributes, lists and containers.
    pub nested_attributes: u64,
}

/// One event of a foreign log.
pub(super) struct ForeignEvent {
    pub(super) at: DateTime<Utc>,
    pub(super) activity: String,
    pub(super) resource: Option<String>,
    /// Everything it says, under the keys of XES.
    pub(super) attributes: Vec<Attribute>,
}

/// A foreign log, sorted.
pub struct ForeignLog {
    sorted: Sorted,
    left_out: LeftOut,
    source: String,
}

/// What became of a log that was written as XES.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Converted {
    /// Cases.
    pub cases: u64,
    /// Events.
    pub events: u64,
    /// What was not taken along.
    pub left_out: LeftOut,
    /// Keys that were no XML names, with what stands in their place.
    pub renamed: BTreeMap<String, String>,
}

impl ForeignLog {
    /// Reads a log, packed or plain: XES where it begins with `<`, otherwise a table.
    ///
    /// # Errors
    /// [`MiningProblem::Foreign`] names the place that cannot be read.
    pub fn read(mapping: &LogMapping, file: impl Read) -> Result<Self, MiningProblem> {
        let mut text = unpacked(file)?;
        let mut sorted = Sorted::new()?;
        let is_xes = first_sign(&mut text)? == Some(b'<');
        let left_out = if is_xes {
            xes::read(mapping, text, &mut sorted)?
        } else {
            table::read(mapping, text, &mut sorted)?
        };
        sorted.finish()?;
        if sorted.events()? == 0 {
            let rule = ("文件中没有事件", "the file holds no event");
            return Err(wrong(Place::Line(1), rule, LOG));
        }
        Ok(Self {
            sorted,
            left_out,
            source: mapping.source().to_owned(),
        })
    }

    /// Its figures, with the most frequent `edges` of the directly-follows graph.
    ///
    /// # Errors
    /// [`MiningProblem::Sqlite`].
    pub fn figures(&self, edges: usize) -> Result<Figures, MiningProblem> {
        figures::of(&self.sorted, self.left_out, edges)
    }

    /// Writes it as XES, cases in the order of the file, events in that of time.
    ///
    /// # Errors
    /// The file takes no more.
    pub fn write_xes(&self, file: impl Write) -> Result<Converted, MiningProblem> {
        let head = Traces {
            log: vec![Attribute::text("concept:name", self.source.as_str())],
            ..Traces::default()
        };
        let mut xes = XesWriter::begin(file, &head)?;
        let (mut cases, mut events) = (0, 0);
        self.sorted.each(&mut |piece| {
            match piece {
                sorted::Piece::Case(attributes) => {
                    if cases > 0 {
                        xes.end_trace()?;
                    }
                    cases += 1;
                    xes.trace(&attributes)?;
                }
                sorted::Piece::Event(attributes) => {
                    events += 1;
                    xes.event(&attributes)?;
                }
            }
            Ok(())
        })?;
        if cases > 0 {
            xes.end_trace()?;
        }
        Ok(Converted {
            cases,
            events,
            left_out: self.left_out,
            renamed: xes.end()?,
        })
    }
}

/// What is read here, in both languages.
const LOG: (&str, &str) = (
    "XES 文件，或带表头的 CSV 及其映射；均可用 gzip 压缩",
    "an XES file, or a CSV with a header and a mapping for it; either may be packed by gzip",
);

fn wrong(place: Place, rule: (&str, &str), accepted: (&str, &str)) -> MiningProblem {
    MiningProblem::Foreign {
        place,
        rule: Text::new(rule.0, rule.1),
        accepted: Text::new(accepted.0, accepted.1),
    }
}

fn unreadable(error: &io::Error, place: Place) -> MiningProblem {
    let rule = match error.kind() {
        io::ErrorKind::UnexpectedEof => ("文件不完整", "the file ends in the middle"),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => (
            "文件已损坏，或不是 UTF-8",
            "the file is damaged, or no UTF-8",
        ),
        _ => ("文件无法读取", "the file cannot be read"),
    };
    let zh = format!("{}({error})", rule.0);
    let en = format!("{} ({error})", rule.1);
    wrong(place, (&zh, &en), LOG)
}

/// The file's text, without packing and mark.
fn unpacked<'f>(mut file: impl Read + 'f) -> Result<BufReader<Box<dyn Read + 'f>>, MiningProblem> {
    let mut head = Vec::with_capacity(BYTE_ORDER_MARK.len());
    let mut sniffed = file.by_ref().take(BYTE_ORDER_MARK.len() as u64);
    let sniffed = sniffed.read_to_end(&mut head);
    sniffed.map_err(|error| unreadable(&error, Place::Byte(0)))?;
    let packed = head.starts_with(&GZIP);
    if head == BYTE_ORDER_MARK {
        head.clear();
    }
    let whole = BufReader::with_capacity(BUFFER_BYTES, Cursor::new(head).chain(file));
    let text: Box<dyn Read + 'f> = if packed {
        Box::new(MultiGzDecoder::new(whole))
    } else {
        Box::new(whole)
    };
    Ok(BufReader::with_capacity(BUFFER_BYTES, text))
}

/// The first sign that is no blank, without taking it.
fn first_sign(text: &mut impl BufRead) -> Result<Option<u8>, MiningProblem> {
    let ahead = text.fill_buf();
    let ahead = ahead.map_err(|error| unreadable(&error, Place::Byte(0)))?;
    Ok(ahead
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace()))
}
