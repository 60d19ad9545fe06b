//! Reads one CSV file into checked fields and gathers every issue with its line and column.
//!
//! UTF-8, with or without a byte order mark; comma separated, quoted as in RFC 4180. The first
//! line names the columns, in any order. Knows no meaning of any column.

use super::issue::{CsvIssue, CsvRule};
use crate::registry::holds_personal_number;
use crate::text::Text;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use std::collections::BTreeMap;

/// The longest field in characters; nothing in the registry or the catalogue needs more.
pub const FIELD_CHARS_MAX: usize = 2_000;

/// A column and whether a file may leave it out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
}

/// A column that a file must have.
pub(crate) const fn must(name: &'static str) -> Column {
    Column {
        name,
        required: true,
    }
}

/// A column that a file may leave out.
pub(crate) const fn may(name: &'static str) -> Column {
    Column {
        name,
        required: false,
    }
}

/// The rows of a file and what is wrong with it so far.
pub(crate) struct Table {
    file: &'static str,
    pub(crate) rows: Vec<Row>,
    pub(crate) issues: Vec<CsvIssue>,
}

/// One row: its line and its fields by column.
pub(crate) struct Row {
    pub(crate) line: u64,
    fields: BTreeMap<&'static str, String>,
}

impl Table {
    pub(crate) fn read(file: &'static str, columns: &'static [Column], bytes: &[u8]) -> Self {
        let mut table = Self {
            file,
            rows: Vec::new(),
            issues: Vec::new(),
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut records = reader.byte_records();
        let header = match records.next() {
            Some(Ok(record)) => table.header(columns, &record),
            _ => table.header(columns, &csv::ByteRecord::new()),
        };
        for record in records {
            match record {
                Ok(record) => table.row(&header, &record),
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    let accepted = Text::new("RFC 4180 格式的 CSV", "CSV as in RFC 4180");
                    table.report(line, "", CsvRule::Malformed, "", accepted);
                    break;
                }
            }
        }
        table
    }

    /// The known column of each position; unknown, missing and double ones are reported.
    fn header(
        &mut self,
        columns: &'static [Column],
        record: &csv::ByteRecord,
    ) -> Vec<Option<&'static str>> {
        let mut found: Vec<Option<&'static str>> = Vec::new();
        let names = columns
            .iter()
            .map(|column| column.name)
            .collect::<Vec<_>>()
            .join(", ");
        let accepted = || Text::new(format!("列名：{names}"), format!("the columns {names}"));
        for field in record {
            let name = String::from_utf8_lossy(field).trim().to_owned();
            let known = columns
                .iter()
                .map(|column| column.name)
                .find(|known| **known == name);
            if known.is_none() {
                self.report(1, &name, CsvRule::UnknownColumn, &name, accepted());
            } else if found.contains(&known) {
                self.report(1, &name, CsvRule::DuplicateColumn, &name, accepted());
            }
            found.push(known);
        }
        for column in columns.iter().filter(|column| column.required) {
            if !found.contains(&Some(column.name)) {
                self.report(1, column.name, CsvRule::MissingColumn, "", accepted());
            }
        }
        found
    }

    fn row(&mut self, header: &[Option<&'static str>], record: &csv::ByteRecord) {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            let number = header.len();
            let accepted = Text::new(format!("{number} 个字段"), format!("{number} fields"));
            self.report(
                line,
                "",
                CsvRule::FieldCount,
                &record.len().to_string(),
                accepted,
            );
            return;
        }
        let mut fields = BTreeMap::new();
        for (column, field) in header.iter().zip(record) {
            let Some(column) = *column else { continue };
            match std::str::from_utf8(field) {
                Ok(text) if text.chars().count() > FIELD_CHARS_MAX => {
                    let max = FIELD_CHARS_MAX;
                    let accepted = Text::new(
                        format!("至多 {max} 字"),
                        format!("at most {max} characters"),
                    );
                    self.report(line, column, CsvRule::TooLong, "", accepted);
                }
                Ok(text) => {
                    fields.insert(column, text.trim().to_owned());
                }
                Err(_) => {
                    let accepted = Text::new("UTF-8 编码的文字", "text in UTF-8");
                    self.report(line, column, CsvRule::NotUtf8, "", accepted);
                }
            }
        }
        self.rows.push(Row { line, fields });
    }

    /// Notes an issue. What was found is cut short, and left out where it may be a person's number.
    pub(crate) fn report(
        &mut self,
        line: u64,
        column: &str,
        rule: CsvRule,
        found: &str,
        accepted: Text,
    ) {
        let found = match holds_personal_number(found) {
            true => String::new(),
            false => found.chars().take(60).collect(),
        };
        let (file, column) = (self.file.to_owned(), column.to_owned());
        self.issues.push(CsvIssue {
            file,
            line,
            column,
            rule,
            found,
            accepted,
        });
    }

    /// A field that must say something.
    pub(crate) fn required(&mut self, row: &Row, column: &'static str) -> Option<String> {
        match row.fields.get(column) {
            Some(text) if !text.is_empty() => Some(text.clone()),
            Some(_) => {
                let accepted = Text::new("非空的值", "a value");
                self.report(row.line, column, CsvRule::Empty, "", accepted);
                None
            }
            None => None,
        }
    }

    /// A field that is one of some codes, or has a form of its own.
    pub(crate) fn coded<T>(
        &mut self,
        row: &Row,
        column: &'static str,
        read: impl Fn(&str) -> Option<T>,
        accepted: &str,
    ) -> Option<T> {
        let text = self.required(row, column)?;
        let value = read(&text);
        if value.is_none() {
            let accepted = Text::new(accepted, accepted);
            self.report(row.line, column, CsvRule::UnknownCode, &text, accepted);
        }
        value
    }

    /// The same for a field that may be empty; `Some(None)` is an empty field.
    pub(crate) fn coded_or_empty<T>(
        &mut self,
        row: &Row,
        column: &'static str,
        read: impl Fn(&str) -> Option<T>,
        accepted: &str,
    ) -> Option<Option<T>> {
        match row.text(column).is_empty() {
            true => Some(None),
            false => self.coded(row, column, read, accepted).map(Some),
        }
    }

    /// `valid_from` and `valid_to`.
    pub(crate) fn period(&mut self, row: &Row) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
        let from = self.instant(row, "valid_from", true);
        let to = self.instant(row, "valid_to", false);
        let (from, to) = (from?, to?);
        let from = from?;
        if to.is_some_and(|to| to <= from) {
            let accepted = Text::new(
                "晚于 valid_from 的日期，或留空",
                "a date after valid_from, or empty",
            );
            self.report(
                row.line,
                "valid_to",
                CsvRule::PeriodReversed,
                row.text("valid_to"),
                accepted,
            );
            return None;
        }
        Some((from, to))
    }

    fn instant(
        &mut self,
        row: &Row,
        column: &'static str,
        required: bool,
    ) -> Option<Option<DateTime<Utc>>> {
        let text = match required {
            true => self.required(row, column)?,
            false => row.text(column).to_owned(),
        };
        if text.is_empty() {
            return Some(None);
        }
        let instant = instant(&text);
        if instant.is_none() {
            let accepted = Text::new(
                "存在的日期，如 2026-03-01（北京时间零时），或 2026-03-01T08:00:00+08:00",
                "a date that exists, as 2026-03-01 (midnight at UTC+8) or 2026-03-01T08:00:00+08:00",
            );
            self.report(row.line, column, CsvRule::ImpossibleDate, &text, accepted);
        }
        instant.map(Some)
    }
}

impl Row {
    /// The trimmed text of a column; empty where the file leaves the column out.
    pub(crate) fn text(&self, column: &str) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}

/// A date is its midnight at UTC+8, where all of China lives; there is no daylight saving time.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return Some(exact.to_utc());
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    let midnight = date.and_time(NaiveTime::MIN).and_utc();
    midnight.checked_sub_signed(chrono::TimeDelta::hours(8))
}
