//! How a foreign log names what is read: the case, the activity, the instant, the resource.

use crate::mining::MiningProblem;
use gridwhistle_domain::text::{Text, reader_in_chinese, reader_parts};
use gridwhistle_domain::wall_clock::{ClockFault, SourceClock};
use serde::Deserialize;

/// Formats of times where the mapping names none: those that XES and most tables write.
const FORMATS: [&str; 6] = [
    "%+",
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M:%S%.f%:z",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d",
];

/// A mapping. Reference: `docs/auditing/mining.md`.
#[derive(Clone, Debug)]
pub struct LogMapping {
    source: String,
    pub(super) delimiter: u8,
    pub(super) clock: SourceClock,
    pub(super) columns: Columns,
}

/// Columns of a table, keys of XES.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Columns {
    pub(super) case: String,
    pub(super) activity: String,
    pub(super) time: String,
    pub(super) resource: String,
    pub(super) group: String,
    pub(super) lifecycle: String,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            case: "case:concept:name".to_owned(),
            activity: "concept:name".to_owned(),
            time: "time:timestamp".to_owned(),
            resource: "org:resource".to_owned(),
            group: "org:group".to_owned(),
            lifecycle: "lifecycle:transition".to_owned(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    source: String,
    #[serde(default)]
    delimiter: Option<String>,
    #[serde(default)]
    time: RawTime,
    #[serde(default)]
    columns: Columns,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTime {
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    formats: Option<Vec<String>>,
}

impl LogMapping {
    /// The mapping of a log that keeps to the standard keys; times without an offset are UTC.
    ///
    /// # Errors
    /// Never: the built-in formats are read by a test.
    pub fn standard() -> Result<Self, MiningProblem> {
        Self::parse("source = \"log\"")
    }

    /// Reads a mapping from TOML.
    ///
    /// # Errors
    /// [`MiningProblem::Mapping`], with the line, the field, the rule and what would be accepted.
    pub fn parse(toml: &str) -> Result<Self, MiningProblem> {
        let raw: Raw = toml::from_str(toml).map_err(|error| syntax(toml, &error))?;
        if raw.source.trim().is_empty() {
            let rule = ("来源名称为空", "the name of the source is blank");
            return Err(fault(toml, "source", rule, ("文字", "a text")));
        }
        let delimiter = match raw.delimiter.as_deref().map(str::as_bytes) {
            None => b',',
            Some([byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => *byte,
            Some(_) => {
                let rule = (
                    "分隔符应为一个 ASCII 字符",
                    "the delimiter is one ASCII sign",
                );
                return Err(fault(toml, "delimiter", rule, (", ; \\t |", ", ; \\t |")));
            }
        };
        let zone = raw.time.zone.unwrap_or_else(|| "UTC".to_owned());
        let given = raw.time.formats;
        let formats: Vec<&str> = match &given {
            Some(formats) => formats.iter().map(String::as_str).collect(),
            None => FORMATS.to_vec(),
        };
        let clock = SourceClock::new(&zone, &formats).map_err(|what| clock(toml, what))?;
        let columns = raw.columns;
        let named = [
            ("case", &columns.case),
            ("activity", &columns.activity),
            ("time", &columns.time),
        ];
        if let Some((field, _)) = named.iter().find(|(_, name)| name.trim().is_empty()) {
            let rule = ("列名为空", "the column name is blank");
            let accepted = ("文件表头中的列名", "a name from the header of the file");
            return Err(fault(toml, field, rule, accepted));
        }
        Ok(Self {
            source: raw.source,
            delimiter,
            clock,
            columns,
        })
    }

    /// The name of the source.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

fn clock(toml: &str, what: ClockFault) -> MiningProblem {
    let formats = "\"%Y-%m-%d %H:%M:%S\"";
    let (field, rule, accepted) = match what {
        ClockFault::Zone => (
            "zone",
            ("不是 IANA 时区名", "this is no IANA zone name"),
            "Asia/Shanghai, UTC",
        ),
        ClockFault::NoFormat => ("formats", ("没有时间格式", "there is no format"), formats),
        ClockFault::Format(_) => (
            "formats",
            (
                "时间格式读不出年月日",
                "a time written so cannot be read back",
            ),
            formats,
        ),
    };
    fault(toml, field, rule, (accepted, accepted))
}

/// A fault of a field, on the line that begins with its name.
fn fault(toml: &str, field: &str, rule: (&str, &str), accepted: (&str, &str)) -> MiningProblem {
    let named = |line: &str| line.trim_start().starts_with(field);
    let line = toml.lines().position(named).map_or(1, |line| line + 1);
    MiningProblem::Mapping {
        line,
        field: field.to_owned(),
        rule: Text::new(rule.0, rule.1),
        accepted: Text::new(accepted.0, accepted.1),
    }
}

fn syntax(toml: &str, error: &toml::de::Error) -> MiningProblem {
    let offset = error.span().map_or(0, |span| span.start);
    let before = toml.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let text = toml.lines().nth(line - 1).unwrap_or_default();
    let (rule, accepted) = reader_parts(error.message());
    let accepted = accepted.unwrap_or("the fields listed in docs/auditing/mining.md");
    MiningProblem::Mapping {
        line,
        field: text.split('=').next().unwrap_or_default().trim().to_owned(),
        rule: Text::new(reader_in_chinese(rule), rule),
        accepted: Text::new(reader_in_chinese(accepted), accepted),
    }
}

#[cfg(test)]
mod tests {
    use super::LogMapping;
    use gridwhistle_domain::text::Language;

    #[track_caller]
    fn refused(toml: &str, expected: &str) {
        let problem = LogMapping::parse(toml).unwrap_err();
        assert_eq!(problem.message(Language::En), expected);
        assert!(problem.message(Language::ZhCn).starts_with("映射第 "));
    }

    #[test]
    fn the_standard_mapping_reads_what_xes_writes() {
        let clock = LogMapping::standard().unwrap().clock;
        for text in [
            "2011-10-11T13:45:40.276+02:00",
            "2011-10-11 11:45:40.276000+00:00",
            "2011-10-11T11:45:40.276Z",
            "2011-10-11 11:45:40.276",
        ] {
            let at = clock.read(text).unwrap().at;
            assert_eq!(at.to_rfc3339(), "2011-10-11T11:45:40.276+00:00", "{text}");
        }
        assert!(clock.read("2011-10-11").is_some() && clock.read("soon").is_none());
    }

    #[test]
    fn a_fault_is_told_with_its_line_field_rule_and_what_is_accepted() {
        refused(
            "source = \"x\"\n[time]\nzone = \"Boston\"\n",
            "mapping, line 3, `zone`: this is no IANA zone name; accepted: Asia/Shanghai, UTC",
        );
        refused(
            "source = \"x\"\ndelimiter = \"--\"\n",
            "mapping, line 2, `delimiter`: the delimiter is one ASCII sign; accepted: , ; \\t |",
        );
        refused(
            "source = \"x\"\n[columns]\ncase = \" \"\n",
            "mapping, line 3, `case`: the column name is blank; accepted: a name from the header \
             of the file",
        );
    }
}
