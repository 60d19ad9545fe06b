//! The file `catalogue.csv` (columns in `docs/reference/catalogue-csv.md`): every issue of it at
//! once, with line and column. Decides nothing; [`Batch::explain`] brings a refusal of the
//! catalogue back to the lines.

use super::command::CatalogueCommand;
use super::matter::{Domain, Matter, MatterOwner};
use super::refusal::CatalogueRefusal;
use crate::calendar::Limit;
use crate::class::CaseClass;
use crate::ids::{MatterCode, UnitId};
use crate::policy::rows::EvidenceKind;
use crate::registry::csv::table::{Column, Row, Table, may, must};
use crate::registry::csv::{CsvIssue, CsvRule};
use crate::text::{Language, Text};
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "catalogue.csv";
const COLUMNS: &[Column] = &[
    must("code"),
    must("domain"),
    must("name_zh"),
    may("name_en"),
    must("classes"),
    must("owner"),
    may("limits"),
    may("statutory_limit"),
    may("evidence"),
    may("safety"),
    may("proxy"),
    may("person_must_appear"),
    must("funding_owner"),
    may("guide_zh"),
    may("guide_en"),
    must("valid_from"),
    may("valid_to"),
];
const CLASSES: &str = "on_the_spot, time_limited, special, undertaken, proxy; joined by `;`";
const LIMITS: &str =
    "CLASS=LIMIT joined by `;`, a limit as `15 min`, `24 h`, `2 wh`, `5 wd`, `30 d`";

/// Reads the file.
///
/// # Errors
/// Every issue of the file, in the order of its lines.
pub fn parse(bytes: &[u8]) -> Result<Vec<CatalogueCommand>, Vec<CsvIssue>> {
    Batch::read(bytes).map(|batch| batch.commands)
}

/// The commands of a file, each with its line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    commands: Vec<CatalogueCommand>,
    lines: Vec<u64>,
}

impl Batch {
    /// Reads the file.
    ///
    /// # Errors
    /// Every issue of the file.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<CsvIssue>> {
        let mut table = Table::read(FILE, COLUMNS, bytes);
        let rows = std::mem::take(&mut table.rows);
        let mut batch = Self::default();
        let mut seen = BTreeMap::new();
        for row in &rows {
            let Some(command) = command(&mut table, row) else {
                continue;
            };
            if let CatalogueCommand::RecordMatter { matter, from, .. } = &command
                && let Some(first) = seen.insert((matter.code.clone(), *from), row.line)
            {
                let accepted = Text::new(
                    format!("第 {first} 行已有该事项的同一版本；应用其他 valid_from"),
                    format!("another valid_from than that of line {first}"),
                );
                table.report(
                    row.line,
                    "code",
                    CsvRule::DuplicateId,
                    matter.code.as_str(),
                    accepted,
                );
            }
            batch.commands.push(command);
            batch.lines.push(row.line);
        }
        table.issues.sort_by_key(|issue| issue.line);
        if table.issues.is_empty() {
            Ok(batch)
        } else {
            Err(table.issues)
        }
    }

    /// All lines as one command: all of them or none.
    #[must_use]
    pub fn command(&self) -> CatalogueCommand {
        CatalogueCommand::Import(self.commands.clone())
    }

    /// Where in the file the refusal of [`Self::command`] has its reasons. Empty for a refusal
    /// that no line is the reason of, such as missing authority.
    #[must_use]
    pub fn explain(&self, refusal: &CatalogueRefusal) -> Vec<CsvIssue> {
        let CatalogueRefusal::Import(issues) = refusal else {
            return Vec::new();
        };
        let located = issues.iter().filter_map(|issue| {
            let refusal = &issue.refusal;
            let message = Text::new(
                refusal.message(Language::ZhCn),
                refusal.message(Language::En),
            );
            Some(CsvIssue {
                file: FILE.to_owned(),
                line: *self.lines.get(issue.entry)?,
                column: refusal.field().to_owned(),
                rule: CsvRule::Refused {
                    code: refusal.code(),
                    message,
                },
                found: String::new(),
                accepted: Text::default(),
            })
        });
        located.collect()
    }
}

fn command(table: &mut Table, row: &Row) -> Option<CatalogueCommand> {
    let code = table.required(row, "code");
    let domain = table.coded(row, "domain", Domain::from_code, &Domain::accepted());
    let name = table
        .required(row, "name_zh")
        .map(|zh| Text::new(zh, row.text("name_en")));
    let classes = table.coded(row, "classes", classes, CLASSES);
    let owner = table
        .required(row, "owner")
        .map(|owner| match owner.as_str() {
            "by_service" => MatterOwner::ByService,
            unit => MatterOwner::Unit(unit.into()),
        });
    let limits = table.coded_or_empty(row, "limits", limits, LIMITS);
    let statutory = table.coded_or_empty(row, "statutory_limit", limit, LIMITS);
    let evidence = table.coded_or_empty(row, "evidence", evidence, &evidence_codes());
    let safety = flag(table, row, "safety");
    let proxy = flag(table, row, "proxy");
    let person_must_appear = flag(table, row, "person_must_appear");
    let funding = table.required(row, "funding_owner");
    let (from, to) = table.period(row)?;
    let matter = Matter {
        code: MatterCode::new(code?),
        domain: domain?,
        name: name?,
        classes: classes?,
        owner: owner?,
        limits: limits?.unwrap_or_default(),
        statutory_limit: statutory?,
        evidence: evidence?.unwrap_or_default(),
        safety: safety?,
        proxy: proxy?,
        person_must_appear: person_must_appear?,
        funding_owner: UnitId::new(funding?),
        guide: Text::new(row.text("guide_zh"), row.text("guide_en")),
    };
    Some(CatalogueCommand::RecordMatter { matter, from, to })
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn classes(text: &str) -> Option<BTreeSet<CaseClass>> {
    parts(text).map(CaseClass::from_code).collect()
}

fn evidence(text: &str) -> Option<BTreeSet<EvidenceKind>> {
    parts(text).map(EvidenceKind::from_code).collect()
}

fn evidence_codes() -> String {
    let codes: Vec<&str> = EvidenceKind::ALL.iter().map(|kind| kind.code()).collect();
    format!("{}; joined by `;`", codes.join(", "))
}

fn limit(text: &str) -> Option<Limit> {
    text.parse().ok()
}

fn limits(text: &str) -> Option<BTreeMap<CaseClass, Limit>> {
    let pair = |part: &str| {
        let (class, text) = part.split_once('=')?;
        Some((CaseClass::from_code(class.trim())?, limit(text.trim())?))
    };
    parts(text).map(pair).collect()
}

fn flag(table: &mut Table, row: &Row, column: &'static str) -> Option<bool> {
    let read = |text: &str| match text {
        "yes" | "是" => Some(true),
        "no" | "否" => Some(false),
        _ => None,
    };
    table
        .coded_or_empty(row, column, read, "yes, no, 是, 否")
        .map(Option::unwrap_or_default)
}
