//! OCEL 2.0 as XML.
//!
//! The published schema names a relation `object`, with the type of the object it leads to, both in
//! events and in objects; that is what is written.

use super::Sink;
use super::model::{Event, Object, ObjectType, Relation, attributes_of, type_of};
use crate::mining::MiningProblem;
use crate::mining::activity::instant;
use crate::mining::xes::clean;
use gridwhistle_domain::case::fact::CaseFact;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event as Xml};
use std::io::{self, Write};

pub(super) struct XmlSink<W: Write> {
    xml: Writer<W>,
}

impl<W: Write> XmlSink<W> {
    pub(super) fn begin(file: W) -> Result<Self, MiningProblem> {
        let mut this = Self {
            xml: Writer::new_with_indent(file, b' ', 1),
        };
        let declared = BytesDecl::new("1.0", Some("UTF-8"), None);
        this.xml.write_event(Xml::Decl(declared))?;
        this.open("log", &[])?;
        this.open("object-types", &[])?;
        for of in ObjectType::ALL {
            this.declare("object-type", of.name(), of.attributes())?;
        }
        this.close("object-types")?;
        this.open("event-types", &[])?;
        for name in CaseFact::NAMES {
            this.declare("event-type", name, attributes_of(name))?;
        }
        this.close("event-types")?;
        this.open("objects", &[])?;
        Ok(this)
    }

    fn declare(&mut self, tag: &str, name: &str, attributes: &[&str]) -> io::Result<()> {
        self.open(tag, &[("name", name)])?;
        self.open("attributes", &[])?;
        for attribute in attributes {
            let element = self.xml.create_element("attribute");
            let named =
                element.with_attributes([("name", *attribute), ("type", type_of(attribute))]);
            named.write_empty()?;
        }
        self.close("attributes")?;
        self.close(tag)
    }

    fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let element = BytesStart::new(tag).with_attributes(attributes.iter().copied());
        self.xml.write_event(Xml::Start(element))
    }

    fn close(&mut self, tag: &str) -> io::Result<()> {
        self.xml.write_event(Xml::End(BytesEnd::new(tag)))
    }

    fn attribute(&mut self, named: &[(&str, &str)], value: &str) -> io::Result<()> {
        let value = clean(value);
        let element = self.xml.create_element("attribute");
        let element = element.with_attributes(named.iter().copied());
        element.write_text_content(BytesText::new(&value))?;
        Ok(())
    }

    fn relations(&mut self, relations: &[Relation]) -> io::Result<()> {
        self.open("objects", &[])?;
        for relation in relations {
            let element = self.xml.create_element("object");
            let to = clean(&relation.to);
            let element = element.with_attributes([
                ("object-id", to.as_ref()),
                ("qualifier", relation.qualifier),
                ("type", relation.of.name()),
            ]);
            element.write_empty()?;
        }
        self.close("objects")
    }
}

impl<W: Write> Sink for XmlSink<W> {
    fn object(&mut self, object: &Object) -> Result<(), MiningProblem> {
        let id = clean(&object.id);
        self.open("object", &[("id", &id), ("type", object.of.name())])?;
        self.open("attributes", &[])?;
        for change in &object.attributes {
            let at = instant(change.at);
            self.attribute(&[("name", change.name), ("time", &at)], &change.value)?;
        }
        self.close("attributes")?;
        self.relations(&object.relations)?;
        Ok(self.close("object")?)
    }

    fn end_objects(&mut self) -> Result<(), MiningProblem> {
        self.close("objects")?;
        Ok(self.open("events", &[])?)
    }

    fn event(&mut self, event: &Event) -> Result<(), MiningProblem> {
        let at = instant(event.at);
        let of_event = [
            ("id", event.id.as_str()),
            ("type", event.name),
            ("time", &at),
        ];
        self.open("event", &of_event)?;
        self.open("attributes", &[])?;
        for (name, value) in &event.attributes {
            self.attribute(&[("name", name)], value)?;
        }
        self.close("attributes")?;
        self.relations(&event.relations)?;
        Ok(self.close("event")?)
    }

    fn end(&mut self) -> Result<(), MiningProblem> {
        self.close("events")?;
        self.close("log")?;
        Ok(self.xml.get_mut().flush()?)
    }
}
