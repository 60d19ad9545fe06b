//! The form itself, for any log.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, Event};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The types of XES that have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text.
    String,
    /// An instant, `xs:dateTime`.
    Date,
    /// A whole number.
    Int,
    /// A number, `xs:double`.
    Float,
    /// `true` or `false`.
    Boolean,
    /// An identifier.
    Id,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::String,
        Self::Date,
        Self::Int,
        Self::Float,
        Self::Boolean,
        Self::Id,
    ];

    /// The element's name.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Date => "date",
            Self::Int => "int",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::Id => "id",
        }
    }

    /// The type of an element's name.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.tag() == tag)
    }
}

/// One attribute, its value as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its type.
    pub kind: Kind,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl Attribute {
    /// An attribute of a type.
    pub fn new(kind: Kind, key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            kind,
            key: key.into(),
            value: value.into(),
        }
    }

    /// A text.
    pub fn text(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(Kind::String, key, value)
    }
}

/// What stands before the traces. The defaults are those of the standard extensions alone.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    /// Attributes of the log.
    pub log: Vec<Attribute>,
    /// An extension beside the standard ones: name, prefix, address.
    pub extension: Option<(&'static str, &'static str, &'static str)>,
    /// Classifiers beside the activity's: name and keys.
    pub classifiers: Vec<(&'static str, &'static str)>,
    /// Attributes that every event has beside name and time.
    pub of_events: Vec<Attribute>,
}

const STANDARD: [(&str, &str, &str); 4] = [
    (
        "Concept",
        "concept",
        "http://www.xes-standard.org/concept.xesext",
    ),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    (
        "Lifecycle",
        "lifecycle",
        "http://www.xes-standard.org/lifecycle.xesext",
    ),
    (
        "Organizational",
        "org",
        "http://www.xes-standard.org/org.xesext",
    ),
];

/// Writes a log piece by piece; nothing is held but the names of keys that had to be changed.
pub struct XesWriter<W: Write> {
    xml: Writer<W>,
    renamed: BTreeMap<String, String>,
}

impl<W: Write> XesWriter<W> {
    /// Writes what stands before the traces.
    ///
    /// # Errors
    /// What the file says.
    pub fn begin(file: W, head: &Traces) -> io::Result<Self> {
        let mut this = Self {
            xml: Writer::new_with_indent(file, b' ', 1),
            renamed: BTreeMap::new(),
        };
        let declared = BytesDecl::new("1.0", Some("UTF-8"), None);
        this.xml.write_event(Event::Decl(declared))?;
        let mut log = BytesStart::new("log");
        log.push_attribute(("xes.version", "1849.2016"));
        log.push_attribute(("xes.features", ""));
        this.xml.write_event(Event::Start(log))?;
        for (name, prefix, uri) in STANDARD.iter().chain(&head.extension) {
            let element = this.xml.create_element("extension");
            let named = element.with_attributes([("name", *name), ("prefix", *prefix)]);
            named.with_attribute(("uri", *uri)).write_empty()?;
        }
        let named = Attribute::text("concept:name", "-");
        this.global("trace", std::slice::from_ref(&named))?;
        let at = Attribute::new(Kind::Date, "time:timestamp", "1970-01-01T00:00:00Z");
        this.global("event", &[&[named, at], head.of_events.as_slice()].concat())?;
        let activity = ("Activity", "concept:name");
        for (name, keys) in [activity].iter().chain(&head.classifiers) {
            let element = this.xml.create_element("classifier");
            let named = element.with_attributes([("name", *name), ("keys", *keys)]);
            named.write_empty()?;
        }
        this.attributes(&head.log)?;
        Ok(this)
    }

    fn global(&mut self, scope: &str, attributes: &[Attribute]) -> io::Result<()> {
        let mut element = BytesStart::new("global");
        element.push_attribute(("scope", scope));
        self.xml.write_event(Event::Start(element))?;
        self.attributes(attributes)?;
        self.close("global")
    }

    /// Begins a trace with its attributes.
    ///
    /// # Errors
    /// What the file says.
    pub fn trace(&mut self, attributes: &[Attribute]) -> io::Result<()> {
        self.xml
            .write_event(Event::Start(BytesStart::new("trace")))?;
        self.attributes(attributes)
    }

    /// Writes an event of the trace that stands open.
    ///
    /// # Errors
    /// What the file says.
    pub fn event(&mut self, attributes: &[Attribute]) -> io::Result<()> {
        self.xml
            .write_event(Event::Start(BytesStart::new("event")))?;
        self.attributes(attributes)?;
        self.close("event")
    }

    /// Ends the trace that stands open.
    ///
    /// # Errors
    /// What the file says.
    pub fn end_trace(&mut self) -> io::Result<()> {
        self.close("trace")
    }

    /// Ends the log, and answers the keys that were no XML names, with what stands in their place.
    ///
    /// # Errors
    /// What the file says.
    pub fn end(mut self) -> io::Result<BTreeMap<String, String>> {
        self.close("log")?;
        self.xml.get_mut().flush()?;
        Ok(self.renamed)
    }

    fn close(&mut self, tag: &str) -> io::Result<()> {
        self.xml.write_event(Event::End(BytesEnd::new(tag)))
    }

    fn attributes(&mut self, attributes: &[Attribute]) -> io::Result<()> {
        for attribute in attributes {
            let key = name(&attribute.key);
            if let Cow::Owned(changed) = &key {
                let kept = self.renamed.entry(attribute.key.clone());
                kept.or_insert_with(|| changed.clone());
            }
            let value = clean(&attribute.value);
            let element = self.xml.create_element(attribute.kind.tag());
            let keyed = element.with_attribute(("key", key.as_ref()));
            keyed
                .with_attribute(("value", value.as_ref()))
                .write_empty()?;
        }
        Ok(())
    }
}

/// A key as an XML name: other signs become `_`.
fn name(key: &str) -> Cow<'_, str> {
    let begins = |sign: char| sign.is_alphabetic() || matches!(sign, '_' | ':');
    let goes_on = |sign: char| begins(sign) || sign.is_alphanumeric() || matches!(sign, '-' | '.');
    if key.starts_with(begins) && key.chars().all(goes_on) {
        return Cow::Borrowed(key);
    }
    let kept = key
        .chars()
        .map(|sign| if goes_on(sign) { sign } else { '_' });
    let kept: String = kept.collect();
    let led = if kept.starts_with(begins) {
        kept
    } else {
        format!("_{kept}")
    };
    Cow::Owned(led)
}

/// A text without the signs that XML 1.0 cannot hold; each gives way to the replacement character.
pub(in crate::mining) fn clean(text: &str) -> Cow<'_, str> {
    let fits = |sign: char| {
        matches!(sign, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
            || sign >= '\u{10000}'
    };
    if text.chars().all(fits) {
        return Cow::Borrowed(text);
    }
    let kept = text
        .chars()
        .map(|sign| if fits(sign) { sign } else { '\u{fffd}' });
    Cow::Owned(kept.collect())
}

#[cfg(test)]
mod tests {
    use super::{clean, name};

    #[test]
    fn a_key_that_is_no_name_becomes_one_and_others_stay() {
        assert_eq!(name("concept:name"), "concept:name");
        assert_eq!(name("网格"), "网格");
        assert_eq!(name("resource country"), "resource_country");
        assert_eq!(name("1st"), "_1st");
        assert_eq!(name(""), "_");
    }

    #[test]
    fn signs_that_xml_cannot_hold_give_way() {
        assert_eq!(clean("a\u{0}b\u{1b}c\td"), "a\u{fffd}b\u{fffd}c\td");
        assert_eq!(clean("福州 😀"), "福州 😀");
    }
}
