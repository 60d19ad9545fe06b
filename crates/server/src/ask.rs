//! As of when a question is asked, and from what it is answered: the city's views, or those that the
//! auditor fills with what was known.

use crate::app::{App, Shared};
use crate::params::{INSTANT, read_instant};
use crate::problem::{Issue, Trouble};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use gridwhistle::EngineError;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::projections::questions::{Moment, Questions};
use gridwhistle_audit::Source;
use gridwhistle_audit::replay::{Known, KnownBy, Replayed};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// The position that an answer is complete to.
pub(crate) const POSITION: &str = "log-position";
/// The position that an answer has to reach.
pub(crate) const POSITION_MIN: &str = "log-position-min";

/// The parameters that say when.
#[derive(Clone, Debug, Default, Deserialize)]
struct When {
    as_of: Option<String>,
    known_at: Option<String>,
    min_position: Option<String>,
}

/// As of when, and by what was known, something is asked.
pub(crate) struct Asked {
    pub(crate) as_of: Option<DateTime<Utc>>,
    pub(crate) known: Option<KnownBy>,
    least: u64,
}

/// From what a question is answered, and as of when.
#[derive(Clone)]
pub(crate) struct Desk {
    from: From,
    pub(crate) moment: Moment,
    pub(crate) position: u64,
}

#[derive(Clone)]
enum From {
    Live(gridwhistle::Engine),
    Replayed(Arc<Filled>),
}

/// What was known, in a file that is gone with this, and the place that it takes.
struct Filled {
    replayed: Replayed,
    _place: Option<OwnedSemaphorePermit>,
}

impl Desk {
    /// The questions.
    pub(crate) fn questions(&self) -> &Questions {
        match &self.from {
            From::Live(engine) => engine.questions(),
            From::Replayed(filled) => filled.replayed.questions(),
        }
    }

    /// Policies, calendars, catalogue and registry.
    pub(crate) fn reference(&self) -> Arc<Reference> {
        match &self.from {
            From::Live(engine) => engine.reference(),
            From::Replayed(filled) => Arc::clone(filled.replayed.reference()),
        }
    }

    /// Whether it answers from what was known, not from the city's views.
    pub(crate) const fn is_replayed(&self) -> bool {
        matches!(self.from, From::Replayed(_))
    }

    /// Says with an answer to which position it is complete.
    pub(crate) fn headers(&self) -> HeaderMap {
        reached(self.position)
    }
}

impl FromRequestParts<Shared> for Desk {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Trouble> {
        let asked = Asked::from_request_parts(parts, app).await?;
        asked.desk(app).await
    }
}

impl Asked {
    /// As things stand.
    pub(crate) const fn now() -> Self {
        Self {
            as_of: None,
            known: None,
            least: 0,
        }
    }

    /// As things stood.
    pub(crate) const fn as_of(at: DateTime<Utc>) -> Self {
        Self {
            as_of: Some(at),
            ..Self::now()
        }
    }

    /// As it was known.
    pub(crate) const fn known(by: KnownBy) -> Self {
        Self {
            known: Some(by),
            ..Self::now()
        }
    }

    /// Waits for the position that is asked for, whatever answers then.
    pub(crate) async fn reached(self, app: &App) -> Result<(), Trouble> {
        if self.least > 0 && self.known.is_none() {
            live(app, None, self.least).await?;
        }
        Ok(())
    }

    /// What answers.
    pub(crate) async fn desk(self, app: &App) -> Result<Desk, Trouble> {
        match self.known {
            None => live(app, self.as_of, self.least).await,
            Some(known) => replayed(app, known, self.as_of).await,
        }
    }
}

impl FromRequestParts<Shared> for Asked {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Trouble> {
        let Query(when) = Query::<When>::try_from_uri(&parts.uri)
            .map_err(|_| Issue::parameter("as_of, known_at, min_position", "once each"))?;
        let header = parts.headers.get(POSITION_MIN);
        let header = header.map(|value| value.to_str().unwrap_or_default().to_owned());
        let least = when.min_position.clone().or(header);
        let least = least
            .map(|text| position("min_position", &text))
            .transpose()?;
        let as_of = when.as_of.as_deref();
        // A position is what was known when it was written.
        let (as_of, known) = match (as_of, when.known_at.as_deref()) {
            (Some(text), None) if is_position(text) => (None, Some(text)),
            (as_of, known) => (as_of, known),
        };
        let as_of = as_of.map(|text| instant("as_of", text)).transpose()?;
        let known = match known {
            None => None,
            Some(text) if is_position(text) => Some(KnownBy::Position(position("known_at", text)?)),
            Some(text) => Some(KnownBy::At(instant("known_at", text)?)),
        };
        Ok(Self {
            as_of,
            known,
            least: least.unwrap_or(0),
        })
    }
}

/// The header of a position that an answer is complete to.
pub(crate) fn reached(position: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(POSITION, HeaderValue::from(position));
    headers
}

fn is_position(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn position(name: &str, text: &str) -> Result<u64, Issue> {
    text.parse()
        .map_err(|_| Issue::parameter(name, "1, 2, 3 …"))
}

fn instant(name: &str, text: &str) -> Result<DateTime<Utc>, Issue> {
    read_instant(text).ok_or_else(|| Issue::parameter(name, INSTANT))
}

/// Answers from the city's views, once they hold the position.
async fn live(app: &App, as_of: Option<DateTime<Utc>>, least: u64) -> Result<Desk, Trouble> {
    let engine = &app.engine;
    let patience = Duration::from_millis(app.settings.wait_milliseconds);
    // Who asks for no position costs no look at the log.
    let ahead = least > 0 && {
        let head = engine.log().head(engine.tenant()).await;
        least > head.map_err(EngineError::from)?
    };
    let reached = if ahead {
        None
    } else {
        let wait = engine.wait(least);
        match tokio::time::timeout(patience, wait).await {
            Ok(Ok(reached)) => Some(reached),
            Ok(Err(EngineError::NotYet { .. })) | Err(_) => None,
            Ok(Err(error)) => return Err(error.into()),
        }
    };
    let Some(position) = reached else {
        return Err(Issue::not_yet(least).into());
    };
    let now = engine.now();
    if as_of.is_some_and(|at| at > now) {
        return Err(Issue::parameter("as_of", &format!("<= {}", now.to_rfc3339())).into());
    }
    Ok(Desk {
        from: From::Live(engine.clone()),
        moment: Moment::of(now, as_of),
        position,
    })
}

async fn replayed(app: &App, by: KnownBy, as_of: Option<DateTime<Utc>>) -> Result<Desk, Trouble> {
    let place = app.room.replay().await?;
    let source = app.source().await?;
    let known = Known::find(&source, by, app.engine.now()).await?;
    let moment = known
        .moment(as_of)
        .map_err(gridwhistle_audit::Problem::from)?;
    let filled = Filled {
        replayed: Replayed::of(&source, known).await?,
        _place: place,
    };
    Ok(Desk {
        from: From::Replayed(Arc::new(filled)),
        moment,
        position: known.position,
    })
}

impl App {
    /// The log as the auditor reads it.
    pub(crate) async fn source(&self) -> Result<Source, Trouble> {
        let log = Arc::clone(self.engine.log());
        Ok(Source::of(log, self.engine.tenant()).await?)
    }
}
