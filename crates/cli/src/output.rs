//! What goes to standard output: tables and lines for people, one JSON object for scripts. A reader
//! who closes the pipe early ends the program quietly.

use crate::failure::Failure;
use crate::table::{Fit, Table, folded};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};

/// Where answers go.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// JSON instead of words.
    pub(crate) json: bool,
    fit: Fit,
}

/// How wide standard output is, by `COLUMNS` or the terminal; none: as wide as it takes.
pub(crate) fn width() -> Option<u16> {
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|text| text.parse::<u16>().ok());
    let terminal = || {
        let shown = io::stdout().is_terminal();
        shown.then(terminal_size::terminal_size).flatten()
    };
    columns
        .or_else(|| terminal().map(|(width, _)| width.0))
        .filter(|width| *width > 0)
}

impl Output {
    /// Standard output, with tables that fit it; `wide` tables take what they need.
    pub(crate) fn new(json: bool, wide: bool, columns: Vec<String>) -> Self {
        let width = if wide { None } else { width() };
        let fit = Fit { width, columns };
        Self { json, fit }
    }

    /// One line, as it is: for what is copied or read by programs.
    pub(crate) fn line(&self, text: impl std::fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(io::stdout().lock(), "{text}")?)
    }

    /// Words, folded to the width of the terminal.
    pub(crate) fn say(&self, text: impl std::fmt::Display) -> Result<(), Failure> {
        let mut lines = folded(&text.to_string(), self.fit.width).into_iter();
        lines.try_for_each(|line| self.line(line))
    }

    /// One JSON object, on lines of its own.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(Failure::internal)?;
        self.line(text)
    }

    /// JSON for scripts, or else what `show` writes for people.
    pub(crate) fn answer(
        &self,
        value: &impl Serialize,
        show: impl FnOnce(&Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.json {
            self.json(value)
        } else {
            show(self)
        }
    }

    /// A table, or a line that says that there is nothing.
    pub(crate) fn table(&self, table: &Table) -> Result<(), Failure> {
        if table.is_empty() {
            return self.line(crate::words::Word::NothingHere);
        }
        let mut lines = table.lines(&self.fit)?.into_iter();
        lines.try_for_each(|line| self.line(line))
    }

    /// A table of a page that has several: its columns are not for the reader to choose.
    pub(crate) fn part(&self, table: &Table) -> Result<(), Failure> {
        let mut lines = table.fitted(self.fit.width).into_iter();
        lines.try_for_each(|line| self.line(line))
    }
}
