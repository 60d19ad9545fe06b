//! Work orders as CSV: each row for itself, in order; what is not taken is told with its line.

use super::order::{HotlineCase, HotlineOrder, HotlineReporter};
use crate::app::App;
use crate::problem::{Issue, Trouble};
use chrono::{DateTime, FixedOffset};
use csv::{ReaderBuilder, StringRecord};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::record::Point;
use gridwhistle::domain::local_time;
use gridwhistle::domain::text::Language;
use serde::Serialize;

/// Rows of one request at most.
const ROWS_MAX: usize = 1_000;

/// The columns, of which the first two must be there.
const COLUMNS: [&str; 11] = [
    "id",
    "text",
    "received_at",
    "category",
    "address",
    "lat",
    "lng",
    "grid",
    "name",
    "phone",
    "reporter_address",
];

/// What became of a table: its rows are created, repeated or rejected.
#[derive(Default, Serialize)]
pub(crate) struct Sheet {
    rows: usize,
    created: usize,
    repeated: usize,
    rejected: usize,
    orders: Vec<HotlineCase>,
    rejects: Vec<Reject>,
}

/// A row that was not taken.
#[derive(Serialize)]
struct Reject {
    line: u64,
    id: String,
    code: String,
    reason: String,
}

/// Takes in every row.
pub(super) async fn take(
    app: &App,
    actor: &Actor,
    bytes: &[u8],
    language: Language,
) -> Result<Sheet, Trouble> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes);
    let heads = reader.headers().cloned();
    let heads = heads.map_err(|_| {
        let zh = "应为：一行列名，UTF-8 编码";
        Issue::wrong("/1", zh, "accepted: a line of headings in UTF-8")
    })?;
    let columns = Columns::of(&heads)?;
    let records: Vec<_> = reader.into_records().take(ROWS_MAX + 1).collect();
    if records.len() > ROWS_MAX {
        let zh = format!("一张表至多 {ROWS_MAX} 行");
        let en = format!("accepted: at most {ROWS_MAX} rows");
        return Err(Issue::wrong("", zh, en).into());
    }
    let mut sheet = Sheet::default();
    for record in records {
        sheet.rows += 1;
        let (line, id, order) = match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let id = columns.text(&record, "id").to_owned();
                (line, id, columns.order(&record))
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let zh = "应为：UTF-8 编码，各列以逗号分隔";
                let en = "accepted: UTF-8 with a comma between cells";
                (line, String::new(), Err(Issue::wrong("", zh, en)))
            }
        };
        let taken = match order {
            Ok(order) => order.take(app, actor, language).await,
            Err(issue) => Err(issue.into()),
        };
        match taken {
            Ok(taken) if taken.repeated => {
                sheet.repeated += 1;
                sheet.orders.push(taken);
            }
            Ok(taken) => {
                sheet.created += 1;
                sheet.orders.push(taken);
            }
            // What is wrong with the store is wrong with all rows that follow.
            Err(trouble) if trouble.is_ours() => return Err(trouble),
            Err(trouble) => {
                let (code, reason) = trouble.told(language);
                sheet.rejected += 1;
                sheet.rejects.push(Reject {
                    line,
                    id,
                    code,
                    reason,
                });
            }
        }
    }
    Ok(sheet)
}

/// Where each column stands.
struct Columns<'h> {
    heads: &'h StringRecord,
}

impl<'h> Columns<'h> {
    fn of(heads: &'h StringRecord) -> Result<Self, Issue> {
        let is_known = |head: &&str| COLUMNS.contains(&head.trim());
        let names: Vec<&str> = heads.iter().map(str::trim).collect();
        let unknown = names.iter().find(|head| !is_known(head));
        let missing = COLUMNS[..2].iter().find(|name| !names.contains(name));
        let twice = names
            .iter()
            .enumerate()
            .find(|(at, name)| names[..*at].contains(name));
        let wrong = unknown.or(missing).or(twice.map(|(_, name)| name));
        let Some(wrong) = wrong else {
            return Ok(Self { heads });
        };
        let columns = COLUMNS.join(",");
        let zh = format!("“{wrong}”；应为：{columns}，各一次，其中 id 与 text 必有");
        let en = format!("`{wrong}`; accepted: {columns}, each once; id and text must be there");
        Err(Issue::wrong("/1", zh, en))
    }

    fn text<'r>(&self, record: &'r StringRecord, name: &str) -> &'r str {
        let at = self.heads.iter().position(|head| head.trim() == name);
        at.and_then(|at| record.get(at)).map_or("", str::trim)
    }

    fn order(&self, record: &StringRecord) -> Result<HotlineOrder, Issue> {
        if record.len() != self.heads.len() {
            let (cells, accepted) = (record.len(), self.heads.len());
            let zh = format!("本行 {cells} 列；应为：{accepted} 列");
            let en = format!("{cells} cells; accepted: {accepted}");
            return Err(Issue::wrong("", zh, en));
        }
        let text = |name: &str| self.text(record, name).to_owned();
        Ok(HotlineOrder {
            id: text("id"),
            text: text("text"),
            received_at: instant(&text("received_at"))?,
            category: text("category"),
            address: text("address"),
            point: point(&text("lat"), &text("lng"))?,
            grid: Some(text("grid")),
            reporter: Some(HotlineReporter {
                name: text("name"),
                phone: text("phone"),
                address: text("reporter_address"),
            }),
        })
    }
}

fn instant(text: &str) -> Result<Option<DateTime<FixedOffset>>, Issue> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = local_time::read(text).map(|at| at.fixed_offset());
    let zh = format!("“{text}”；应为：{}", crate::params::INSTANT);
    let en = format!("`{text}`; accepted: {}", crate::params::INSTANT);
    read.map(Some)
        .ok_or_else(|| Issue::wrong("/received_at", zh, en))
}

/// Degrees, as `26.0745,119.2965`.
fn point(lat: &str, lng: &str) -> Result<Option<Point>, Issue> {
    if lat.is_empty() && lng.is_empty() {
        return Ok(None);
    }
    let (at, around) = (millionths(lat, 90), millionths(lng, 180));
    let found = at.zip(around).map(|(lat, lng)| Point { lat, lng });
    let zh = format!("“{lat}”“{lng}”；应为：度数，如 26.0745 与 119.2965");
    let en = format!("`{lat}`, `{lng}`; accepted: degrees, e.g. 26.0745 and 119.2965");
    found.map(Some).ok_or_else(|| Issue::wrong("/lat", zh, en))
}

/// Decimal degrees as millionths, without a detour over binary fractions.
fn millionths(text: &str, most: i32) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let whole: i32 = whole.parse().ok().filter(|whole| *whole <= most)?;
    let part: String = part.chars().chain("000000".chars()).take(6).collect();
    let found = whole * 1_000_000 + part.parse::<i32>().ok()?;
    (found <= most * 1_000_000).then_some(sign * found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_exactly_and_only_on_the_globe() {
        assert_eq!(millionths("26.0745", 90), Some(26_074_500));
        assert_eq!(millionths("-119.29651234", 180), Some(-119_296_512));
        assert_eq!(millionths("90", 90), Some(90_000_000));
        for wrong in ["90.1", "", ".", "1e3", "12,5", "--1", "2147483648"] {
            assert_eq!(millionths(wrong, 90), None, "{wrong}");
        }
    }
}
