//! A foreign log as XES, element by element; one trace's attributes and one event are held.

use super::mapping::LogMapping;
use super::sorted::Sorted;
use super::{ForeignEvent, LOG, LeftOut, unreadable, wrong};
use crate::mining::MiningProblem;
use crate::mining::activity::instant;
use crate::mining::problem::Place;
use crate::mining::xes::{Attribute, Kind};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::io::BufRead;

const CASE_NAME: &str = "concept:name";

/// What stands open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// Nothing yet, or the log has ended.
    Nothing,
    Log,
    Trace,
    Event,
}

/// The walk through one file.
struct Walk<'a> {
    mapping: &'a LogMapping,
    sorted: &'a mut Sorted,
    left_out: LeftOut,
    within: Within,
    /// Elements that stand open below `within`.
    deeper: u32,
    /// Whether the open event stands in a trace.
    in_trace: bool,
    traces: u64,
    case: Option<i64>,
    of_case: Vec<Attribute>,
    of_event: Vec<Attribute>,
}

pub(super) fn read(
    mapping: &LogMapping,
    text: impl BufRead,
    sorted: &mut Sorted,
) -> Result<LeftOut, MiningProblem> {
    let mut xml = Reader::from_reader(text);
    let mut walk = Walk {
        mapping,
        sorted,
        left_out: LeftOut::default(),
        within: Within::Nothing,
        deeper: 0,
        in_trace: false,
        traces: 0,
        case: None,
        of_case: Vec::new(),
        of_event: Vec::new(),
    };
    let mut buffer = Vec::new();
    let mut is_log = false;
    loop {
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => return Err(failure(&error, Place::Byte(xml.error_position()))),
        };
        let place = Place::Byte(xml.buffer_position());
        match event {
            Event::Start(element) => walk.begin(&element, place)?,
            Event::Empty(element) => {
                walk.begin(&element, place)?;
                walk.end()?;
            }
            Event::End(_) => walk.end()?,
            Event::DocType(_) => {
                let rule = ("文件含 DTD", "the file has a DTD");
                return Err(wrong(place, rule, LOG));
            }
            Event::Eof if walk.within != Within::Nothing => {
                let rule = ("文件不完整", "the file ends in the middle");
                return Err(wrong(place, rule, LOG));
            }
            Event::Eof => break,
            _ => {}
        }
        is_log |= walk.within == Within::Log;
        buffer.clear();
    }
    if is_log {
        return Ok(walk.left_out);
    }
    let rule = ("没有元素 `log`", "there is no element `log`");
    Err(wrong(Place::Byte(0), rule, LOG))
}

impl Walk<'_> {
    fn begin(&mut self, element: &BytesStart<'_>, place: Place) -> Result<(), MiningProblem> {
        let name = element.local_name();
        let tag: &str = name.as_ref();
        match (self.within, self.deeper, tag) {
            (Within::Nothing, 0, "log") => self.within = Within::Log,
            (Within::Log, 0, "trace") => {
                self.within = Within::Trace;
                self.traces += 1;
                self.case = None;
                self.of_case.clear();
            }
            (Within::Log | Within::Trace, 0, "event") => {
                self.in_trace = self.within == Within::Trace;
                self.within = Within::Event;
                self.of_event.clear();
            }
            (Within::Trace | Within::Event, 0, tag) => {
                match Kind::from_tag(tag) {
                    Some(kind) => self.attribute(kind, element, place)?,
                    None => self.left_out.nested_attributes += 1,
                }
                self.deeper = 1;
            }
            (Within::Trace | Within::Event, _, _) => {
                self.left_out.nested_attributes += 1;
                self.deeper += 1;
            }
            // Extensions, globals, classifiers and the log's own attributes.
            _ => self.deeper += 1,
        }
        Ok(())
    }

    fn attribute(
        &mut self,
        kind: Kind,
        element: &BytesStart<'_>,
        place: Place,
    ) -> Result<(), MiningProblem> {
        let (mut key, mut value) = (None, None);
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| failure(&error.into(), place))?;
            let text = attribute.normalized_value(XmlVersion::Implicit1_0);
            let text = text.map_err(|error| failure(&error, place))?.into_owned();
            match attribute.key.as_ref() {
                "key" => key = Some(text),
                "value" => value = Some(text),
                _ => {}
            }
        }
        let (Some(key), Some(value)) = (key, value) else {
            let rule = (
                "属性缺少 key 或 value",
                "an attribute lacks its key or value",
            );
            return Err(wrong(place, rule, LOG));
        };
        let attribute = Attribute { kind, key, value };
        match self.within {
            Within::Event => self.of_event.push(attribute),
            _ => self.of_case.push(attribute),
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), MiningProblem> {
        if self.deeper > 0 {
            self.deeper -= 1;
            return Ok(());
        }
        self.within = match self.within {
            Within::Event => {
                self.event()?;
                if self.in_trace {
                    Within::Trace
                } else {
                    Within::Log
                }
            }
            Within::Trace => Within::Log,
            Within::Log | Within::Nothing => Within::Nothing,
        };
        Ok(())
    }

    /// An event has ended: it goes to its case.
    fn event(&mut self) -> Result<(), MiningProblem> {
        let columns = &self.mapping.columns;
        let said = |key: &str| {
            let known = self.of_event.iter().find(|one| one.key == key);
            known
                .map(|one| one.value.trim())
                .filter(|value| !value.is_empty())
        };
        if !self.in_trace {
            self.left_out.events_without_case += 1;
            return Ok(());
        }
        let Some(activity) = said(&columns.activity).map(str::to_owned) else {
            self.left_out.events_without_activity += 1;
            return Ok(());
        };
        let at = said(&columns.time).and_then(|text| self.mapping.clock.read(text));
        let Some(at) = at.map(|moment| moment.at) else {
            self.left_out.events_without_time += 1;
            return Ok(());
        };
        let resource = said(&columns.resource).map(str::to_owned);
        let mut attributes = std::mem::take(&mut self.of_event);
        attributes.retain(|one| one.key != columns.time);
        attributes.push(Attribute::new(Kind::Date, "time:timestamp", instant(at)));
        let event = ForeignEvent {
            at,
            activity,
            resource,
            attributes,
        };
        let no = self.case()?;
        self.sorted.event(no, &event)
    }

    /// The case of the open trace: by its name, or by its number in the file where it has none.
    fn case(&mut self) -> Result<i64, MiningProblem> {
        if let Some(no) = self.case {
            return Ok(no);
        }
        let key = self.mapping.columns.case.as_str();
        let key = key.strip_prefix("case:").unwrap_or(key);
        let named = self.of_case.iter().find(|one| one.key == key);
        let id = named.map_or_else(|| format!("#{}", self.traces), |one| one.value.clone());
        let mut attributes = self.of_case.clone();
        attributes.retain(|one| one.key != CASE_NAME);
        attributes.insert(0, Attribute::text(CASE_NAME, &id));
        let no = self.sorted.case(&id, &attributes)?;
        self.case = Some(no);
        Ok(no)
    }
}

fn failure(error: &quick_xml::Error, place: Place) -> MiningProblem {
    match error {
        quick_xml::Error::Io(error) => unreadable(error, place),
        other => {
            let zh = format!("不是有效的 XML({other})");
            let en = format!("this is no XML ({other})");
            wrong(place, (&zh, &en), LOG)
        }
    }
}
