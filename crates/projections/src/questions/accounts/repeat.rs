//! 重复: a closed problem that was reported again, nearby and soon (`DOMAIN.md` 4.4).
//!
//! Same matter, at most fifty metres away, at most thirty days after the close. Held against the case
//! that was closed, its area and its lead unit. Cases without a point on the map are unknown: nobody
//! can say whether they came back, so they are in no share and shown apart.

use super::{CasesBy, Group, counted, repeats_until};
use crate::case_view::AccountRow;
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::case::record::Point;
use gridwhistle_domain::score::nearby::{row, within};
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Filter, Op, PAGE_ROWS_MAX};
use std::collections::BTreeMap;

/// How far away the same problem may be.
const METRES: u32 = 50;
/// How much later it may come.
pub(super) const LATER: TimeDelta = TimeDelta::days(30);

/// A case that was closed in the window.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) ledger_no: i64,
    pub(super) case_id: String,
    pub(super) group: Group,
    pub(super) closed_at: DateTime<Utc>,
    pub(super) fate: Fate,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Without a matter or a point on the map.
    Unknown,
    /// It stayed settled, as far as was seen.
    Stayed,
    /// This case reports it again; the first that does.
    Again(String),
}

/// A report that may be the same problem.
struct Later {
    at: DateTime<Utc>,
    ledger_no: i64,
    case_id: String,
    point: Point,
}

/// Reports by matter and row of the lattice, each in the order of time.
type Reports = BTreeMap<(String, i64), Vec<Later>>;

/// How many came back of those of which it is known, and of how many it is not.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::questions) struct Repeats {
    pub(in crate::questions) rate: Rate,
    pub(in crate::questions) unknown: u64,
}

impl Repeats {
    /// Both together.
    pub(in crate::questions) const fn plus(self, other: Self) -> Self {
        Self {
            rate: self.rate.plus(other.rate),
            unknown: self.unknown + other.unknown,
        }
    }

    fn add(&mut self, fate: &Fate) {
        match fate {
            Fate::Unknown => self.unknown += 1,
            fate => self.rate.add(*fate != Fate::Stayed),
        }
    }
}

fn point(row: &AccountRow) -> Option<Point> {
    let part = |cell: Option<i64>| cell.and_then(|cell| i32::try_from(cell).ok());
    Some(Point {
        lat: part(row.lat)?,
        lng: part(row.lng)?,
    })
}

impl Questions {
    /// Problems that came back, by group, and all together.
    pub(in crate::questions) async fn repeats(
        &self,
        by: CasesBy,
        window: Window,
        asked: Moment,
    ) -> Result<(BTreeMap<Group, Repeats>, Repeats), QuestionError> {
        let (mut groups, mut total) = (BTreeMap::<Group, Repeats>::new(), Repeats::default());
        for settled in self.settled(by, Filter::All, window, asked).await? {
            total.add(&settled.fate);
            groups.entry(settled.group).or_default().add(&settled.fate);
        }
        Ok((groups, total))
    }

    /// What was closed in a window, as it stood at its end, and what became of it since.
    pub(super) async fn settled(
        &self,
        by: CasesBy,
        of: Filter,
        window: Window,
        asked: Moment,
    ) -> Result<Vec<Settled>, QuestionError> {
        let moment = window.looked_at(asked);
        let closed = window.filter("closed_at", moment.instant());
        let closed = Filter::And(vec![counted(window), closed, of]);
        let mut settled = Vec::new();
        let mut open = Vec::new();
        self.each_account(moment, closed, |row| {
            let Some(closed_at) = row.closed_at else {
                return;
            };
            open.push(row.matter.clone().zip(point(&row)));
            settled.push(Settled {
                ledger_no: row.ledger_no,
                group: by.group(&row).map(str::to_owned),
                closed_at,
                fate: Fate::Unknown,
                case_id: row.case_id,
            });
        })
        .await?;
        if open.iter().all(Option::is_none) {
            return Ok(settled);
        }
        let reports = self.reports(window, asked).await?;
        for (settled, open) in settled.iter_mut().zip(open) {
            if let Some((matter, point)) = open {
                let again = again(&reports, settled, &matter, point);
                settled.fate = again.map_or(Fate::Stayed, Fate::Again);
            }
        }
        Ok(settled)
    }

    /// What was reported from the beginning of a window until its repeats no longer count.
    async fn reports(&self, window: Window, asked: Moment) -> Result<Reports, QuestionError> {
        let until = repeats_until(window, asked);
        let moment = if until < asked.instant() {
            Moment::then(until)
        } else {
            asked
        };
        let known = |column: &str| Filter::IsNotNull(column.to_owned());
        let filter = Filter::And(vec![
            counted(window),
            Filter::compare("reported_at", Op::Gt, window.from),
            Filter::compare("reported_at", Op::Le, until),
            known("matter"),
            known("lat"),
            known("lng"),
        ]);
        let mut reports = Reports::new();
        self.each_account(moment, filter, |account| {
            let place = (account.matter.clone(), point(&account), account.reported_at);
            if let (Some(matter), Some(point), Some(at)) = place {
                let row = row(point, METRES);
                reports.entry((matter, row)).or_default().push(Later {
                    at,
                    ledger_no: account.ledger_no,
                    case_id: account.case_id,
                    point,
                });
            }
        })
        .await?;
        for row in reports.values_mut() {
            row.sort_by_key(|later| (later.at, later.ledger_no));
        }
        Ok(reports)
    }

    /// Reads every account that passes a filter, page by page.
    pub(in crate::questions) async fn each_account(
        &self,
        moment: Moment,
        filter: Filter,
        mut take: impl FnMut(AccountRow),
    ) -> Result<(), QuestionError> {
        let mut cursor: Option<String> = None;
        loop {
            let ask = Ask {
                table: AccountRow::TABLE,
                moment,
                filter: filter.clone(),
                order: Vec::new(),
                cursor: cursor.as_deref(),
                limit: PAGE_ROWS_MAX,
            };
            let page = self.page(ask.query()?).await?;
            for row in page.rows {
                take(AccountRow::from_values(row)?);
            }
            cursor = page.next.map(String::from);
            if cursor.is_none() {
                return Ok(());
            }
        }
    }
}

/// The first report of the same problem after a close.
fn again(reports: &Reports, settled: &Settled, matter: &str, point: Point) -> Option<String> {
    let from = settled.closed_at;
    let until = from.checked_add_signed(LATER)?;
    let middle = row(point, METRES);
    let rows = (middle - 1..=middle + 1).filter_map(|row| reports.get(&(matter.to_owned(), row)));
    let firsts = rows.filter_map(|row| {
        let later = row.get(row.partition_point(|later| later.at <= from)..)?;
        let soon = later.iter().take_while(|later| later.at <= until);
        let mut other = soon.filter(|later| later.ledger_no != settled.ledger_no);
        other.find(|later| within(later.point, point, METRES))
    });
    let first = firsts.min_by_key(|later| (later.at, later.ledger_no))?;
    Some(first.case_id.clone())
}
