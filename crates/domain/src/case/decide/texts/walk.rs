//! A command walked as its JSON would be written, without writing it: each text and list is held to its
//! bound where it ends.

use super::{LIST_MAX, written};
use crate::case::command::CaseCommand;
use crate::case::decide::Desk;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};
use std::io::{self, Write};

/// What is sealed is read by nobody here.
const SEALED: &str = "details";

/// The first text or list of a command that is too long or names somebody by number.
pub(super) fn texts(desk: &Desk<'_>, command: &CaseCommand) -> Result<(), Refusal> {
    let mut walker = Walker {
        desk,
        names: String::new(),
        begins: Vec::new(),
        counts: Vec::new(),
        text: String::new(),
        in_name: false,
        sealed: None,
        refusal: None,
    };
    let walked = command.serialize(&mut Serializer::with_formatter(io::sink(), &mut walker));
    match (walker.refusal, walked) {
        (Some(refusal), _) => Err(refusal),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(desk.refuse(Code::FieldMissing, error, "a command that is JSON")),
    }
}

/// Where a walk stands.
struct Walker<'d> {
    desk: &'d Desk<'d>,
    /// The names of the fields that are open, one within the other, and where each begins.
    names: String,
    begins: Vec<usize>,
    /// Items so far of the lists that are open.
    counts: Vec<usize>,
    /// The text that is being written: a value, or the name of a field.
    text: String,
    in_name: bool,
    /// How deep in the names the field stands that is sealed, within one.
    sealed: Option<usize>,
    refusal: Option<Refusal>,
}

impl Walker<'_> {
    fn field(&self) -> &str {
        let begin = self.begins.last().copied().unwrap_or_default();
        self.names.get(begin..).unwrap_or_default()
    }

    fn hold(&mut self, held: Result<(), Refusal>) -> io::Result<()> {
        held.map_err(|refusal| {
            self.refusal = Some(refusal);
            io::Error::other("refused")
        })
    }
}

impl Formatter for &mut Walker<'_> {
    fn begin_string<W: Write + ?Sized>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.text.clear();
        Ok(())
    }

    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        _writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.text.push_str(fragment);
        Ok(())
    }

    fn write_char_escape<W: Write + ?Sized>(
        &mut self,
        _writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.text.push(match escape {
            CharEscape::Quote => '"',
            CharEscape::ReverseSolidus => '\\',
            CharEscape::Solidus => '/',
            CharEscape::Backspace => '\u{8}',
            CharEscape::FormFeed => '\u{c}',
            CharEscape::LineFeed => '\n',
            CharEscape::CarriageReturn => '\r',
            CharEscape::Tab => '\t',
            CharEscape::AsciiControl(byte) => char::from(byte),
        });
        Ok(())
    }

    fn end_string<W: Write + ?Sized>(&mut self, _writer: &mut W) -> io::Result<()> {
        if self.in_name || self.sealed.is_some() {
            return Ok(());
        }
        let held = written(self.desk, self.field(), &self.text);
        self.hold(held)
    }

    fn begin_object_key<W: Write + ?Sized>(
        &mut self,
        _writer: &mut W,
        _first: bool,
    ) -> io::Result<()> {
        self.in_name = true;
        Ok(())
    }

    fn end_object_key<W: Write + ?Sized>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.in_name = false;
        self.begins.push(self.names.len());
        let walker = &mut **self;
        walker.names.push_str(&walker.text);
        if self.field() == SEALED {
            let depth = self.begins.len();
            self.sealed.get_or_insert(depth);
        }
        Ok(())
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _writer: &mut W) -> io::Result<()> {
        if self.sealed == Some(self.begins.len()) {
            self.sealed = None;
        }
        let begin = self.begins.pop().unwrap_or_default();
        self.names.truncate(begin);
        Ok(())
    }

    fn begin_array<W: Write + ?Sized>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.counts.push(0);
        Ok(())
    }

    fn begin_array_value<W: Write + ?Sized>(
        &mut self,
        _writer: &mut W,
        _first: bool,
    ) -> io::Result<()> {
        if let Some(count) = self.counts.last_mut() {
            *count += 1;
        }
        Ok(())
    }

    fn end_array<W: Write + ?Sized>(&mut self, _writer: &mut W) -> io::Result<()> {
        let count = self.counts.pop().unwrap_or_default();
        if self.sealed.is_some() {
            return Ok(());
        }
        let given = format_args!("{}: {count}", self.field());
        let bounded = count <= LIST_MAX;
        let held = self
            .desk
            .ensure(bounded, Code::ListTooLong, given, LIST_MAX);
        self.hold(held)
    }
}
