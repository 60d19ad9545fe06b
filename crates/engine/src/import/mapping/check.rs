//! From the mapping as written to the mapping as meant; the first fault is told.

use super::location::{self, Bounds, LocationRule};
use super::problem::{MappingProblem, line_of};
use super::raw::{
    RawBounds, RawClass, RawColumns, RawFlag, RawLocation, RawMapping, RawSign, RawStatus, RawTime,
    Word,
};
use super::{ClassRule, ColumnNames, FlagRule, Mapping, Sign, StatusRule, VerdictRule};
use crate::import::wall_clock::{ClockFault, SourceClock};
use gridwhistle_domain::case::record::Point;
use gridwhistle_domain::class::CaseClass;
use std::collections::BTreeMap;

type Checked<T> = Result<T, MappingProblem>;

/// Understands a mapping; fields are looked at in the order of the documentation.
pub(super) fn complete(toml: &str, raw: RawMapping) -> Checked<Mapping> {
    let at = Place { toml };
    let mapping = Mapping {
        source: at.source(raw.source)?,
        delimiter: at.delimiter(raw.delimiter)?,
        clock: at.clock(&raw.time)?,
        columns: at.columns(raw.columns)?,
        areas: at.areas(raw.areas)?,
        class: at.class(raw.class)?,
        status: raw.status.map(|status| at.status(status)).transpose()?,
        on_time: raw.on_time.map(|flag| at.flag(flag)).transpose()?,
        verdict: match raw.verdict {
            Some(verdict) => Some(VerdictRule {
                on_time: at.sign("verdict.on_time.column", verdict.on_time)?,
                late: at.sign("verdict.late.column", verdict.late)?,
            }),
            None => None,
        },
        location: raw
            .location
            .map(|location| at.location(location))
            .transpose()?,
        missing: BTreeMap::new(),
        values: BTreeMap::new(),
    };
    at.texts(mapping, raw.missing, raw.values)
}

/// The text of the mapping, to tell lines.
struct Place<'t> {
    toml: &'t str,
}

impl Place<'_> {
    fn line(&self, offset: usize) -> usize {
        line_of(self.toml, offset)
    }

    fn fault(&self, word: &Word, field: &str, rule: (&str, &str)) -> MappingProblem {
        MappingProblem::new(self.line(word.span().start), field, rule)
    }

    fn source(&self, word: Word) -> Checked<String> {
        let name = word.get_ref();
        let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=40).contains(&name.len()) && name.bytes().all(sign) {
            return Ok(word.into_inner());
        }
        let rule = ("来源名称不合规则", "this is no source name");
        Err(self.fault(&word, "source", rule).accepting_words(
            "1 至 40 个小写字母、数字或 `-`",
            "1 to 40 letters a-z, digits or `-`, e.g. `boston-311`",
        ))
    }

    fn delimiter(&self, word: Option<Word>) -> Checked<u8> {
        let Some(word) = word else { return Ok(b',') };
        match word.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
            _ => {
                let rule = (
                    "分隔符应为一个 ASCII 字符",
                    "the delimiter is one ASCII sign",
                );
                Err(self
                    .fault(&word, "delimiter", rule)
                    .accepting("\",\" \";\" \"\\t\" \"|\""))
            }
        }
    }

    fn clock(&self, time: &RawTime) -> Checked<SourceClock> {
        let formats: Vec<&str> = time
            .formats
            .get_ref()
            .iter()
            .map(|word| word.get_ref().as_str())
            .collect();
        SourceClock::new(time.zone.get_ref(), &formats).map_err(|fault| match fault {
            ClockFault::Zone => self
                .fault(
                    &time.zone,
                    "time.zone",
                    ("不是 IANA 时区名", "this is no IANA zone name"),
                )
                .accepting("Asia/Shanghai, America/New_York"),
            ClockFault::NoFormat => {
                let line = self.line(time.formats.span().start);
                MappingProblem::new(line, "time.formats", ("没有时间格式", "there is no format"))
                    .accepting("[\"%Y-%m-%d %H:%M:%S\"]")
            }
            ClockFault::Format(number) => {
                let offset = time
                    .formats
                    .get_ref()
                    .get(number)
                    .map_or(0, |word| word.span().start);
                let rule = (
                    "时间格式读不出年月日",
                    "a time written so cannot be read back",
                );
                MappingProblem::new(self.line(offset), format!("time.formats[{number}]"), rule)
                    .accepting("strftime: %Y-%m-%d %H:%M:%S, %m/%d/%Y %I:%M:%S %p")
            }
        })
    }

    /// A column name is not blank.
    fn column(&self, field: &str, word: Word) -> Checked<String> {
        if word.get_ref().trim().is_empty() {
            let rule = ("列名为空", "the column name is blank");
            return Err(self
                .fault(&word, field, rule)
                .accepting_words("文件表头中的列名", "a name from the header of the file"));
        }
        Ok(word.into_inner())
    }

    fn optional(&self, field: &str, word: Option<Word>) -> Checked<Option<String>> {
        word.map(|word| self.column(field, word)).transpose()
    }

    fn several(&self, field: &str, words: Vec<Word>) -> Checked<Vec<String>> {
        words
            .into_iter()
            .map(|word| self.column(field, word))
            .collect()
    }

    fn columns(&self, raw: RawColumns) -> Checked<ColumnNames> {
        Ok(ColumnNames {
            id: self.column("columns.id", raw.id)?,
            created: self.column("columns.created", raw.created)?,
            due: self.optional("columns.due", raw.due)?,
            closed: self.optional("columns.closed", raw.closed)?,
            unit: self.optional("columns.unit", raw.unit)?,
            unit_id: self.optional("columns.unit_id", raw.unit_id)?,
            matter: self.several("columns.matter", raw.matter)?,
            title: self.several("columns.title", raw.title)?,
            place: self.optional("columns.place", raw.place)?,
        })
    }

    fn areas(&self, raw: BTreeMap<Word, Word>) -> Checked<BTreeMap<String, String>> {
        let checked = raw.into_iter().map(|(level, column)| {
            let field = format!("areas.{}", level.get_ref());
            Ok((level.into_inner(), self.column(&field, column)?))
        });
        checked.collect()
    }

    fn class_named(&self, field: &str, word: &Word) -> Checked<CaseClass> {
        CaseClass::from_code(word.get_ref()).ok_or_else(|| {
            let codes: Vec<&str> = CaseClass::ALL.iter().map(|class| class.code()).collect();
            self.fault(word, field, ("没有这一类别", "there is no such class"))
                .accepting(codes.join(", "))
        })
    }

    fn class(&self, raw: toml::Spanned<RawClass>) -> Checked<ClassRule> {
        let line = self.line(raw.span().start);
        let raw = raw.into_inner();
        if raw.constant.is_none() && raw.column.is_none() {
            let rule = (
                "类别既无常量也无列",
                "neither a constant nor a column gives the class",
            );
            return Err(
                MappingProblem::new(line, "class", rule).accepting("constant = \"time_limited\"")
            );
        }
        let values = raw.values.iter().map(|(text, word)| {
            Ok((
                text.clone(),
                self.class_named(&format!("class.values.{text}"), word)?,
            ))
        });
        Ok(ClassRule {
            constant: raw
                .constant
                .map(|word| self.class_named("class.constant", &word))
                .transpose()?,
            values: values.collect::<Checked<_>>()?,
            column: self.optional("class.column", raw.column)?,
        })
    }

    /// Two lists of texts that exclude each other, as one table.
    fn either(
        &self,
        field: &str,
        no: Vec<Word>,
        yes: Vec<Word>,
    ) -> Checked<BTreeMap<String, bool>> {
        let mut table = BTreeMap::new();
        let marked = no.into_iter().map(|word| (word, false));
        for (word, meaning) in marked.chain(yes.into_iter().map(|word| (word, true))) {
            if table
                .get(word.get_ref())
                .is_some_and(|known| *known != meaning)
            {
                let rule = ("同一取值有两种含义", "one text has two meanings");
                return Err(self
                    .fault(&word, field, rule)
                    .accepting_words("每个取值只在一个列表中", "each text in one list only"));
            }
            table.insert(word.into_inner(), meaning);
        }
        Ok(table)
    }

    fn status(&self, raw: RawStatus) -> Checked<StatusRule> {
        Ok(StatusRule {
            column: self.column("status.column", raw.column)?,
            closed: self.either("status.closed", raw.open, raw.closed)?,
        })
    }

    fn flag(&self, raw: RawFlag) -> Checked<FlagRule> {
        Ok(FlagRule {
            column: self.column("on_time.column", raw.column)?,
            on_time: self.either("on_time.on_time", raw.late, raw.on_time)?,
        })
    }

    fn sign(&self, field: &str, raw: RawSign) -> Checked<Sign> {
        Ok(Sign {
            column: self.column(field, raw.column)?,
            value: raw.value,
        })
    }

    fn degrees(&self, field: &str, word: &Word, limit: i32) -> Checked<i32> {
        location::degrees(word.get_ref(), limit).ok_or_else(|| {
            let rule = ("不是十进制度数", "these are no decimal degrees");
            self.fault(word, field, rule)
                .accepting(format!("\"-{limit}\" … \"{limit}\""))
        })
    }

    fn bounds(&self, raw: &RawBounds) -> Checked<Bounds> {
        let south_west = Point {
            lat: self.degrees("location.bounds.south", &raw.south, 90)?,
            lng: self.degrees("location.bounds.west", &raw.west, 180)?,
        };
        let north_east = Point {
            lat: self.degrees("location.bounds.north", &raw.north, 90)?,
            lng: self.degrees("location.bounds.east", &raw.east, 180)?,
        };
        if south_west.lat > north_east.lat || south_west.lng > north_east.lng {
            let rule = ("范围上下或左右颠倒", "the box is upside down or inside out");
            return Err(self
                .fault(&raw.south, "location.bounds", rule)
                .accepting("south <= north, west <= east"));
        }
        Ok(Bounds {
            south_west,
            north_east,
        })
    }

    fn location(&self, raw: RawLocation) -> Checked<LocationRule> {
        let placeholders = raw.placeholders.iter().map(|word| {
            let pair = word.get_ref().split_once(',');
            pair.and_then(|(lat, lng)| location::point(lat, lng))
                .ok_or_else(|| {
                    let rule = ("不是“纬度，经度”", "this is no `latitude,longitude`");
                    self.fault(word, "location.placeholders", rule)
                        .accepting("\"42.3594,-71.0587\"")
                })
        });
        Ok(LocationRule {
            placeholders: placeholders.collect::<Checked<_>>()?,
            bounds: raw
                .bounds
                .as_ref()
                .map(|bounds| self.bounds(bounds))
                .transpose()?,
            latitude: self.column("location.latitude", raw.latitude)?,
            longitude: self.column("location.longitude", raw.longitude)?,
        })
    }

    /// Placeholders and value maps belong to columns that the mapping reads.
    fn texts(
        &self,
        mut mapping: Mapping,
        missing: BTreeMap<Word, Vec<String>>,
        values: BTreeMap<Word, BTreeMap<String, String>>,
    ) -> Checked<Mapping> {
        let words = missing.keys().map(|word| ("missing", word));
        for (table, word) in words.chain(values.keys().map(|word| ("values", word))) {
            if !mapping.column_names().contains(&word.get_ref().as_str()) {
                let field = format!("{table}.{}", word.get_ref());
                let rule = ("映射没有用到这一列", "the mapping reads no such column");
                let names = mapping.column_names().join(", ");
                return Err(self.fault(word, &field, rule).accepting(names));
            }
        }
        let sets = missing
            .into_iter()
            .map(|(word, texts)| (word.into_inner(), texts));
        mapping.missing = sets
            .map(|(column, texts)| (column, texts.into_iter().collect()))
            .collect();
        mapping.values = values
            .into_iter()
            .map(|(word, map)| (word.into_inner(), map))
            .collect();
        Ok(mapping)
    }
}
