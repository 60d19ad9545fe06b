//! 重复: a closed problem that was reported again, nearby and soon (`DOMAIN.md` 4.4).
//!
//! Same matter, at most fifty metres away, at most thirty days after the close. Held against the case
//! that was closed, its area and its lead unit. Cases without a point on the map are unknown: nobody
//! can say whether they came back, so they are in no share and shown apart.

use super::{CasesBy, Group, counted};
use crate::case_view::AccountRow;
use crate::case_view::counts::SOON;
use crate::questions::span::{Span, none_of, soon_after};
use crate::questions::{Moment, QuestionError, Questions};
use crate::row::part;
use chrono::{DateTime, Utc};
use foldhash::fast::RandomState as Fast;
use gridwhistle_domain::case::record::Point;
use gridwhistle_domain::score::nearby::{row, within};
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Filter, Op, Value};
use std::collections::{BTreeMap, HashMap};

/// How far away the same problem may be.
const METRES: u32 = 50;

/// A case that was closed in the window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settled {
    pub(super) ledger_no: i64,
    pub(super) closed_at: DateTime<Utc>,
    pub(super) fate: Fate,
    group: Option<Named>,
    problem: Option<Problem>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Without a matter or a point on the map.
    Unknown,
    /// It stayed settled, as far as was seen.
    Stayed,
    /// The case of this number reports it again; the first that does.
    Again(i64),
}

/// What makes two reports one problem, if they come soon after each other.
#[derive(Clone, Copy, Debug)]
struct Problem {
    matter: Named,
    point: Point,
}

/// The place of a text among those that many rows share: each is kept once.
type Named = u32;

#[derive(Debug, Default)]
struct Names {
    places: HashMap<String, Named, Fast>,
}

impl Names {
    fn get(&self, name: &str) -> Option<Named> {
        self.places.get(name).copied()
    }

    fn place(&mut self, name: &str) -> Named {
        self.get(name).unwrap_or_else(|| {
            let place = Named::try_from(self.places.len()).unwrap_or(Named::MAX);
            self.places.insert(name.to_owned(), place);
            place
        })
    }
}

/// A report that may be the same problem.
#[derive(Clone, Copy, Debug)]
struct Later {
    at: DateTime<Utc>,
    ledger_no: i64,
    point: Point,
}

/// Reports by matter and row of the lattice, each in the order of time.
type Reports = HashMap<(Named, i64), Vec<Later>, Fast>;

part! {
    /// What is asked of a case that was closed.
    ClosedCase<'r> of AccountRow {
        ledger_no: i64,
        closed_at: Option<DateTime<Utc>>,
        matter: Option<&'r str>,
        lat: Option<i64>,
        lng: Option<i64>,
    }
}

part! {
    /// What is asked of a case that was reported.
    ReportedCase<'r> of AccountRow {
        ledger_no: i64,
        reported_at: Option<DateTime<Utc>>,
        matter: Option<&'r str>,
        lat: Option<i64>,
        lng: Option<i64>,
    }
}

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

    fn add(&mut self, fate: Fate) {
        match fate {
            Fate::Unknown => self.unknown += 1,
            fate => self.rate.add(fate != Fate::Stayed),
        }
    }
}

fn point(lat: Option<i64>, lng: Option<i64>) -> Option<Point> {
    let part = |cell: Option<i64>| cell.and_then(|cell| i32::try_from(cell).ok());
    Some(Point {
        lat: part(lat)?,
        lng: part(lng)?,
    })
}

impl Questions {
    /// Problems that came back, by group, and all together.
    pub(in crate::questions) async fn repeats(
        &self,
        by: CasesBy,
        span: &Span,
        asked: Moment,
    ) -> Result<(BTreeMap<Group, Repeats>, Repeats), QuestionError> {
        let mut groups = Names::default();
        let settled = self
            .settled((by, &mut groups), Filter::All, span, asked)
            .await?;
        let (mut none, mut total) = (None::<Repeats>, Repeats::default());
        let mut found = vec![Repeats::default(); groups.places.len()];
        for settled in settled {
            total.add(settled.fate);
            let group = settled
                .group
                .and_then(|group| found.get_mut(group as usize));
            group
                .unwrap_or_else(|| none.get_or_insert_default())
                .add(settled.fate);
        }
        let named = groups.places.into_iter().filter_map(|(name, place)| {
            let repeats = found.get(place as usize)?;
            Some((Some(name), *repeats))
        });
        let none = none.map(|repeats| (None, repeats));
        Ok((named.chain(none).collect(), total))
    }

    /// What was closed in a window, as it stood at its end, and what became of it since; in no order.
    async fn settled(
        &self,
        (by, groups): (CasesBy, &mut Names),
        of: Filter,
        span: &Span,
        asked: Moment,
    ) -> Result<Vec<Settled>, QuestionError> {
        let closed = Filter::And(vec![counted(span), span.during("closed_at"), of]);
        let (mut settled, mut matters) = (Vec::new(), Names::default());
        let look = &mut |cells: &[Value]| {
            let row = ClosedCase::of(cells)?;
            let problem = row.matter.zip(point(row.lat, row.lng));
            settled.extend(row.closed_at.map(|closed_at| Settled {
                ledger_no: row.ledger_no,
                closed_at,
                fate: Fate::Unknown,
                group: by.group(cells).map(|group| groups.place(group)),
                problem: problem.map(|(matter, point)| Problem {
                    matter: matters.place(matter),
                    point,
                }),
            }));
            Ok(())
        };
        let columns = by.with(ClosedCase::COLUMNS);
        self.look(
            (AccountRow::TABLE, span.moment),
            vec![closed],
            columns,
            look,
        )
        .await?;
        if settled.iter().all(|one| one.problem.is_none()) {
            return Ok(settled);
        }
        let reports = self.reports(span, asked, &matters).await?;
        for settled in &mut settled {
            if let Some(problem) = settled.problem {
                let again = again(&reports, settled, problem);
                settled.fate = again.map_or(Fate::Stayed, Fate::Again);
            }
        }
        Ok(settled)
    }

    /// The same of one group, in the order of the ledger: those of which it is known.
    pub(super) async fn settled_in_order(
        &self,
        (by, group): (CasesBy, Option<&str>),
        span: &Span,
        asked: Moment,
    ) -> Result<Vec<Settled>, QuestionError> {
        let by = (by, &mut Names::default());
        let of = by.0.filter(group);
        let mut settled = self.settled(by, of, span, asked).await?;
        settled.retain(|one| one.fate != Fate::Unknown);
        settled.sort_unstable_by_key(|one| one.ledger_no);
        Ok(settled)
    }

    /// What was reported of some matters from the beginning of a window until its repeats no longer count.
    async fn reports(
        &self,
        span: &Span,
        asked: Moment,
        matters: &Names,
    ) -> Result<Reports, QuestionError> {
        let (from, until) = (span.window.from, soon_after(span.window, asked));
        let moment = if until < asked.instant() {
            Moment::then(until)
        } else {
            asked
        };
        let known = |column: &str| Filter::IsNotNull(column.to_owned());
        let struck = self.struck(from, until, asked).await?;
        let filter = Filter::And(vec![
            counted(&Span::plain(span.window, moment)),
            none_of(&struck),
            Filter::compare("reported_at", Op::Gt, from),
            Filter::compare("reported_at", Op::Le, until),
            known("matter"),
            known("lat"),
            known("lng"),
        ]);
        let mut reports = Reports::default();
        let look = &mut |cells: &[Value]| {
            let case = ReportedCase::of(cells)?;
            let matter = case.matter.and_then(|matter| matters.get(matter));
            let place = (matter, point(case.lat, case.lng), case.reported_at);
            if let (Some(matter), Some(point), Some(at)) = place {
                let row = row(point, METRES);
                reports.entry((matter, row)).or_default().push(Later {
                    at,
                    ledger_no: case.ledger_no,
                    point,
                });
            }
            Ok(())
        };
        let columns = ReportedCase::COLUMNS.iter().copied();
        self.look((AccountRow::TABLE, moment), vec![filter], columns, look)
            .await?;
        for row in reports.values_mut() {
            row.sort_unstable_by_key(|later| (later.at, later.ledger_no));
        }
        Ok(reports)
    }
}

/// The first report of the same problem after a close.
fn again(reports: &Reports, settled: &Settled, problem: Problem) -> Option<i64> {
    let from = settled.closed_at;
    let until = from.checked_add_signed(SOON)?;
    let middle = row(problem.point, METRES);
    let rows = (middle - 1..=middle + 1).filter_map(|row| reports.get(&(problem.matter, row)));
    let firsts = rows.filter_map(|row| {
        let later = row.get(row.partition_point(|later| later.at <= from)..)?;
        let soon = later.iter().take_while(|later| later.at <= until);
        let mut other = soon.filter(|later| later.ledger_no != settled.ledger_no);
        other.find(|later| within(later.point, problem.point, METRES))
    });
    let first = firsts.min_by_key(|later| (later.at, later.ledger_no))?;
    Some(first.ledger_no)
}
