//! Whether the views are what the log says: a certificate of what a replay gives, the same on any
//! machine and backend, and the live rows held against it one by one.
//!
//! A certificate names the range of the log with its chain value, the law that was published in it,
//! the version of the rules, and of every table the count and the hash of its rows (`rows` says in
//! which form). [`compare`] says which row differs, and in which column.

mod check;
mod compare;
mod rows;

pub use check::{Difference, Part};
pub use compare::{Comparison, RowDifference, Standing, TableCompared, compare, live_views};

use crate::problem::Problem;
use crate::replay::known::event;
use crate::replay::{Known, KnownBy, ReplayProblem, Replayed};
use crate::source::Source;
use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use gridwhistle_domain::calendar::published::{CalendarEvent, CalendarFact, PublishedCalendars};
use gridwhistle_domain::policy::publishing::{PolicyEvent, PolicyFact, PublishedPolicies};
use gridwhistle_projections::case_view::CASES;
use gridwhistle_projections::read;
use gridwhistle_store::StreamId;
use gridwhistle_store::views::{Table, ViewStore};
use rows::Walk;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::task::JoinSet;

/// The form of a certificate; another one is not read.
const FORM: &str = "gridwhistle replay certificate 1";

/// What a replay of a log gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// What this is.
    pub form: String,
    /// Whose log.
    pub tenant: String,
    /// How much of it.
    pub log: LogRange,
    /// The policies published in it, in the order of publication.
    pub policies: Vec<Published>,
    /// The calendars published in it, in the order of publication.
    pub calendars: Vec<Published>,
    /// The rules by which rows are made.
    pub view: ViewMark,
    /// Every table of theirs.
    pub tables: Vec<TableMark>,
}

/// A range of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogRange {
    /// The first position.
    pub first: u64,
    /// The last position.
    pub last: u64,
    /// The chain value there, in hexadecimal: it stands for every event before it.
    pub chain: String,
}

/// A version that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Its label.
    pub version: String,
    /// The position of its event.
    pub position: u64,
    /// Of a policy, SHA-256 of the file as it was published; of a calendar, of its event's payload.
    pub sha256: String,
}

/// The rules by which rows are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewMark {
    /// The name of the view.
    pub name: String,
    /// Its version, raised whenever tables or rules change.
    pub version: u32,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMark {
    /// Its name.
    pub name: String,
    /// Its rows, with history.
    pub rows: u64,
    /// SHA-256 of the rows in their canonical form.
    pub sha256: String,
}

impl Certificate {
    /// Replays the log up to what was known, and says what came of it.
    ///
    /// # Errors
    /// As [`Replayed::of`].
    pub async fn of(source: &Source, known: Known) -> Result<Self, Problem> {
        let last = known.position;
        let replayed = Replayed::of(source, known).await?;
        let tenant = source.tenant().to_owned();
        Ok(Self {
            form: FORM.to_owned(),
            log: LogRange {
                first: 1,
                last,
                chain: hex::encode(event(source, last).await?.chain),
            },
            policies: policies(source, last).await?,
            calendars: calendars(source, last).await?,
            view: ViewMark {
                name: CASES.name.to_owned(),
                version: CASES.version,
            },
            tables: marks(replayed.views(), &tenant).await?,
            tenant,
        })
    }

    /// The same of the positions that another certificate names.
    ///
    /// # Errors
    /// As [`Certificate::of`].
    pub async fn up_to(
        source: &Source,
        position: u64,
        now: DateTime<Utc>,
    ) -> Result<Self, Problem> {
        let known = Known::find(source, KnownBy::Position(position), now).await?;
        Self::of(source, known).await
    }

    /// The bytes that are kept: JSON in a fixed order of fields, with a line end.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        format!("{text}\n")
    }

    /// Reads what [`Certificate::to_text`] wrote.
    ///
    /// # Errors
    /// [`ReplayProblem::NoCertificate`].
    pub fn read(text: &str) -> Result<Self, ReplayProblem> {
        let read = serde_json::from_str::<Self>(text);
        let read = read.map_err(|error| ReplayProblem::NoCertificate {
            what: error.to_string(),
        })?;
        if read.form != FORM {
            let what = format!("its form is `{}`, not `{FORM}`", read.form);
            return Err(ReplayProblem::NoCertificate { what });
        }
        Ok(read)
    }
}

/// Count and hash of every table of a store's live rows, two tables at a time.
///
/// # Errors
/// [`ReplayProblem::Views`].
pub async fn marks(views: &Arc<dyn ViewStore>, tenant: &str) -> Result<Vec<TableMark>, Problem> {
    const SIDE_BY_SIDE: usize = 2;
    let mut waiting = CASES.tables.iter().enumerate();
    let (mut under_way, mut done) = (JoinSet::new(), Vec::new());
    loop {
        while under_way.len() < SIDE_BY_SIDE {
            let Some((place, table)) = waiting.next() else {
                break;
            };
            let (views, tenant) = (Arc::clone(views), tenant.to_owned());
            under_way.spawn(async move { (place, mark(views, &tenant, table).await) });
        }
        let Some(answer) = under_way.join_next().await else {
            break;
        };
        let (place, mark) = answer.map_err(|_| gridwhistle_store::StoreError::Closed)?;
        done.push((place, mark?));
    }
    done.sort_unstable_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, mark)| mark).collect())
}

async fn mark(
    views: Arc<dyn ViewStore>,
    tenant: &str,
    table: &'static Table,
) -> Result<TableMark, Problem> {
    let mut walk = Walk::new(views, tenant, table);
    let (mut digest, mut rows) = (Sha256::new(), 0);
    while let Some(row) = walk.next().await? {
        digest.update(rows::canonical(&row));
        rows += 1;
    }
    Ok(TableMark {
        name: table.name.to_owned(),
        rows,
        sha256: hex::encode(digest.finalize()),
    })
}

async fn policies(source: &Source, until: u64) -> Result<Vec<Published>, Problem> {
    let kind = PublishedPolicies::TYPE;
    let rows = source.stream(&StreamId::new(kind, kind), until).await?;
    let mut found = Vec::new();
    for row in rows {
        let PolicyFact::PolicyPublished { text, version, .. } = read::<PolicyEvent>(&row)?.fact;
        found.push(Published {
            version: version.to_string(),
            position: row.position,
            sha256: sha256(&text),
        });
    }
    Ok(found)
}

async fn calendars(source: &Source, until: u64) -> Result<Vec<Published>, Problem> {
    let kind = PublishedCalendars::TYPE;
    let rows = source.stream(&StreamId::new(kind, kind), until).await?;
    let mut found = Vec::new();
    for row in rows {
        let CalendarFact::CalendarPublished { publication } = read::<CalendarEvent>(&row)?.fact;
        found.push(Published {
            version: publication.version.to_string(),
            position: row.position,
            sha256: sha256(&row.payload),
        });
    }
    Ok(found)
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
