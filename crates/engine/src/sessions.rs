//! Sessions of browsers that were ended before their time: ended for every process on the log, and over
//! a restart. Sessions themselves are the host's; here stands which of them count no more.
//!
//! An end is an event in the stream of the day on which the session would be over at the latest
//! (`session/2026-03-09`). Whoever is shown a session looks at that day alone, and what is over is never
//! read again. A process that is alone with its log looks once; where others append, too, one look holds
//! for a second, so that a session asks the database for next to nothing. An end of its own a process
//! knows at once.

mod record;

use crate::Engine;
use crate::admin::Change;
use crate::commit::{ATTEMPTS, Envelope, read, to_append, unchanged};
use crate::error::EngineError;
use chrono::{DateTime, NaiveDate, Utc};
use cqrs_es::Aggregate;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::ids::PersonId;
use gridwhistle_store::{AppendError, StoreError, StreamId};
use record::{EndedSessions, SessionEvent, SessionFact};
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long a look at what others have ended holds.
const AGE: Duration = Duration::from_secs(1);

/// A session of a browser, as far as its end goes.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::sessions::BrowserSession;
///
/// let session = BrowserSession {
///     id: uuid::Uuid::now_v7(),
///     person: "P-water".into(),
///     over: engine.now() + chrono::TimeDelta::days(7),
/// };
/// assert!(!engine.session_ended(&session).await?);
/// engine.end_session(&session).await?;
/// assert!(engine.session_ended(&session).await?);
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserSession {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// When it is over at the latest, however often it is renewed.
    pub over: DateTime<Utc>,
}

impl BrowserSession {
    fn day(&self) -> NaiveDate {
        self.over.date_naive()
    }
}

/// What is known of one day.
#[derive(Default)]
struct Day {
    ended: EndedSessions,
    version: u64,
    /// When it was last looked at.
    looked: Option<Instant>,
    /// When this process last wrote to it: what was looked at before may not hold that.
    written: Option<Instant>,
}

impl Day {
    /// Whether what is known of it is enough, for who is alone with the log or not.
    fn is_known(&self, alone: bool) -> bool {
        let since = self.looked.filter(|_| self.looked > self.written);
        since.is_some_and(|looked| alone || looked.elapsed() < AGE)
    }
}

/// The days of sessions that may still be shown.
#[derive(Default)]
pub(crate) struct Known(RwLock<BTreeMap<NaiveDate, Day>>);

impl Known {
    fn days(&self) -> RwLockReadGuard<'_, BTreeMap<NaiveDate, Day>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn days_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<NaiveDate, Day>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn holds(&self, session: &BrowserSession) -> bool {
        let days = self.days();
        let day = days.get(&session.day());
        day.is_some_and(|day| day.ended.holds(session))
    }

    /// Takes in what a day's stream holds after a version, and lets days go that are over.
    fn take_in(
        &self,
        date: NaiveDate,
        (version, news): (u64, Vec<SessionEvent>),
        (today, looked): (NaiveDate, Instant),
    ) {
        let mut days = self.days_mut();
        days.retain(|known, _| *known >= today);
        let day = days.entry(date).or_default();
        // Somebody else may have taken in some of it meanwhile.
        let Some(known) = day.version.checked_sub(version) else {
            return;
        };
        for event in news
            .into_iter()
            .skip(usize::try_from(known).unwrap_or(usize::MAX))
        {
            day.ended.apply(event);
            day.version += 1;
        }
        day.looked = day.looked.max(Some(looked));
    }

    /// Something was written to a day, so that it is looked at before it is asked again.
    fn wrote(&self, date: NaiveDate) {
        if let Some(day) = self.days_mut().get_mut(&date) {
            day.written = Some(Instant::now());
        }
    }
}

fn stream_of(day: NaiveDate) -> StreamId {
    StreamId::new(EndedSessions::TYPE, day.to_string())
}

impl Engine {
    /// Whether a session was ended before its time. What another process ended within the last second
    /// may not be known here yet.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn session_ended(&self, session: &BrowserSession) -> Result<bool, EngineError> {
        let inner = &self.inner;
        let alone = inner.own_handle && inner.log.sole_writer();
        let day = session.day();
        let known = inner
            .sessions
            .days()
            .get(&day)
            .is_some_and(|day| day.is_known(alone));
        if !known {
            self.look_at(day).await?;
        }
        Ok(inner.sessions.holds(session))
    }

    /// Ends a session before its time, for every process on this log. Twice is a no-op, and so is the end
    /// of one that is over.
    ///
    /// # Errors
    /// When the log cannot take it; then the session goes on.
    pub async fn end_session(&self, session: &BrowserSession) -> Result<Change, EngineError> {
        let (engine, session) = (self.clone(), session.clone());
        // On a task of its own: a caller who gives up leaves nothing behind that is not known here.
        let task = tokio::spawn(async move {
            let written = engine.append_end(&session).await;
            engine.inner.sessions.wrote(session.day());
            written
        });
        task.await.map_err(|_| StoreError::Closed)?
    }

    async fn append_end(&self, session: &BrowserSession) -> Result<Change, EngineError> {
        let (inner, day) = (&self.inner, session.day());
        let (stream, by) = (
            stream_of(day),
            Actor {
                on_behalf_of: Some(session.person.clone()),
                ..Actor::system()
            },
        );
        let fact = SessionFact::SessionEnded {
            session: session.id,
            over: session.over,
        };
        let envelope = Envelope::new(Uuid::now_v7(), &stream, &by, &fact);
        let mut lost = 0;
        loop {
            let version = self.look_at(day).await?;
            let at = self.now();
            if session.over <= at || inner.sessions.holds(session) {
                return Ok(unchanged(&*inner.log, &inner.tenant, version).await?.into());
            }
            let (by, fact) = (by.clone(), fact.clone());
            let event = SessionEvent { at, by, fact };
            let append = to_append(&inner.tenant, stream.clone(), version, &envelope, &[event])?;
            match inner.log.append(append).await {
                Err(AppendError::Conflict { .. }) if lost < ATTEMPTS => lost += 1,
                answer => return Ok(answer?.into()),
            }
        }
    }

    /// Reads what a day's stream holds beyond what is known of it; answers the version known by then.
    async fn look_at(&self, day: NaiveDate) -> Result<u64, EngineError> {
        let inner = &self.inner;
        let version = inner.sessions.days().get(&day).map_or(0, |day| day.version);
        let (today, looked) = (self.now().date_naive(), Instant::now());
        let stream = stream_of(day);
        let rows = inner.log.read_stream(&inner.tenant, &stream, version);
        let news: Vec<SessionEvent> = read(&rows.await?)?;
        let reached = version + news.len() as u64;
        inner
            .sessions
            .take_in(day, (version, news), (today, looked));
        Ok(reached)
    }
}
