//! What goes to standard output: tables and lines for people, one JSON object for scripts. A reader
//! who closes the pipe early ends the program quietly.

use crate::failure::Failure;
use crate::table::Table;
use serde::Serialize;
use std::io::{self, IsTerminal, Write};

/// Where answers go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// JSON instead of words.
    pub(crate) json: bool,
    width: Option<usize>,
}

impl Output {
    /// Standard output, as wide as `COLUMNS` or the terminal says; without either, as wide as it takes.
    pub(crate) fn new(json: bool) -> Self {
        let columns = std::env::var("COLUMNS").ok();
        let columns = columns.and_then(|text| text.parse::<usize>().ok());
        let terminal = || {
            let shown = io::stdout().is_terminal();
            shown.then(terminal_size::terminal_size).flatten()
        };
        let width = columns.or_else(|| terminal().map(|(width, _)| usize::from(width.0)));
        Self { json, width }
    }

    /// One line.
    pub(crate) fn line(self, text: impl std::fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(io::stdout().lock(), "{text}")?)
    }

    /// One JSON object, on lines of its own.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(Failure::internal)?;
        self.line(text)
    }

    /// JSON for scripts, or else what `show` writes for people.
    pub(crate) fn answer(
        self,
        value: &impl Serialize,
        show: impl FnOnce(Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.json {
            self.json(value)
        } else {
            show(self)
        }
    }

    /// A table, or a line that says that there is nothing.
    pub(crate) fn table(self, table: &Table) -> Result<(), Failure> {
        if table.is_empty() {
            return self.line(crate::words::Word::NothingHere);
        }
        let mut out = io::stdout().lock();
        for line in table.lines(self.width) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}
