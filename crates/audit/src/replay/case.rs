//! One case as it was known at an instant, as of another: read from its own stream alone.
//!
//! Its rows are made by the views' own fold over its stream and those of the law, so they are the
//! rows that a replay of the whole log would give.

use super::ReplayProblem;
use super::known::Known;
use crate::law;
use crate::problem::Problem;
use crate::source::Source;
use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::calendar::published::PublishedCalendars;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::chain::{Signing, signings};
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::decide::{Prospect, outlook};
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::publishing::PublishedPolicies;
use gridwhistle_projections::case_view::CASES;
use gridwhistle_projections::questions::CaseFile;
use gridwhistle_projections::read;
use gridwhistle_projections::timeline::{self, TimelineEntry};
use gridwhistle_projections::{
    CaseView, Moment, Projection, Questions, case_stream, registry_stream,
};
use gridwhistle_store::views::{MemoryViews, Stretch, ViewStore};
use gridwhistle_store::{EventLog, RecordedEvent, StreamId};
use serde::Serialize;
use std::sync::Arc;

/// A case of then.
pub struct CaseThen {
    /// What was known.
    pub known: Known,
    /// As of when.
    pub moment: Moment,
    /// Its rows.
    pub file: CaseFile,
    /// The fold of its events.
    pub case: Case,
    /// Its sign-off chain.
    pub sign_off: Vec<Signing>,
    /// What happened up to then, told by all that is known now.
    pub entries: Vec<TimelineTold>,
    /// The law as it was known.
    pub reference: Arc<Reference>,
}

/// One event of the story, and when it came to be known.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineTold {
    /// The event in words.
    #[serde(flatten)]
    pub entry: TimelineEntry,
    /// It had happened by the instant asked, and the log took it later.
    pub learnt_later: bool,
    /// It is part of what was known, and so of the state that is shown.
    pub known: bool,
}

/// A case as it was known, as of an instant.
///
/// # Errors
/// [`ReplayProblem::NoCase`], [`ReplayProblem::NoCaseYet`], [`ReplayProblem::AfterKnown`];
/// [`Problem::Store`], [`Problem::Unreadable`].
pub async fn then(
    source: &Source,
    known: Known,
    id: CaseId,
    as_of: Option<DateTime<Utc>>,
) -> Result<CaseThen, Problem> {
    let moment = known.moment(as_of)?;
    let at = moment.instant();
    let all = source.stream(&case_stream(id), u64::MAX).await?;
    let reference = Arc::new(law::at(source, known.position).await?);
    let entries = told(source, &all, at, (&known, &reference)).await?;
    let log = source.log_until(known.position);
    let events: Vec<_> = all
        .into_iter()
        .filter(|event| event.position <= known.position)
        .collect();
    let case = folded(&events, at)?;
    let Some(first) = events.first() else {
        return Err(ReplayProblem::NoCase {
            case: id.to_string(),
            position: known.position,
        }
        .into());
    };
    let since = first.occurred_at;
    let file = file(source, log, events, (id, moment)).await?;
    let (Some(file), true) = (file, case.stage.is_some()) else {
        return Err(ReplayProblem::NoCaseYet {
            case: id.to_string(),
            asked: at,
            since,
        }
        .into());
    };
    let pinned = case.policy.as_ref();
    let policy = pinned.and_then(|pinned| reference.policies.get(pinned));
    let row = policy.and_then(|policy| policy.row(case.class?));
    Ok(CaseThen {
        sign_off: row.map(|row| signings(&case, row)).unwrap_or_default(),
        known,
        moment,
        file,
        case,
        entries,
        reference,
    })
}

impl CaseThen {
    /// What an actor could do to the case then, and why not the rest, by the law that was known.
    #[must_use]
    pub fn permission(&self, id: CaseId, actor: &Actor) -> Vec<Prospect> {
        let context = Context {
            case: id,
            now: self.moment.instant(),
            actor: actor.clone(),
            reference: Arc::clone(&self.reference),
            gathered: Gathered::default(),
        };
        outlook(&self.case, &context)
    }
}

/// The fold of the events that had happened by an instant.
fn folded(events: &[RecordedEvent], at: DateTime<Utc>) -> Result<Case, Problem> {
    let mut case = Case::default();
    for event in events {
        let fact: CaseEvent = read(event)?;
        if fact.at <= at {
            evolve(&mut case, &fact);
        }
    }
    Ok(case)
}

/// The story up to an instant, with the names of now; each event with what was known of it.
async fn told(
    source: &Source,
    events: &[RecordedEvent],
    at: DateTime<Utc>,
    (known, reference): (&Known, &Arc<Reference>),
) -> Result<Vec<TimelineTold>, Problem> {
    let head = source.head().await?;
    let reference = if known.position == head {
        Arc::clone(reference)
    } else {
        Arc::new(law::at(source, head).await?)
    };
    let entries = timeline::tell(events, &reference)?.into_iter();
    let told = entries.filter(|entry| entry.at <= at);
    let told = told.map(|entry| TimelineTold {
        learnt_later: entry.recorded_at > at,
        known: entry.position <= known.position,
        entry,
    });
    Ok(told.collect())
}

/// The rows of one case, from its own events and those that rows of cases depend on.
async fn file(
    source: &Source,
    log: Arc<dyn EventLog>,
    case: Vec<RecordedEvent>,
    (id, moment): (CaseId, Moment),
) -> Result<Option<CaseFile>, Problem> {
    let tenant = source.tenant();
    let of = |kind: &str| StreamId::new(kind, kind);
    let mut events = case;
    for stream in [
        registry_stream(),
        of(PublishedPolicies::TYPE),
        of(PublishedCalendars::TYPE),
    ] {
        events.extend(log.read_stream(tenant, &stream, 0).await?);
    }
    events.sort_unstable_by_key(|event| event.position);
    let Some(last) = events.last() else {
        return Ok(None);
    };
    let stretch = Stretch {
        from: 0,
        to: last.position,
        chain: last.chain,
    };
    let mut ops = Vec::new();
    CaseView::default().fold(&events, &mut ops)?;
    let views = MemoryViews::default();
    let filled = async {
        let state = views.open_view(tenant, &CASES).await?;
        let generation = state.generation;
        views
            .apply(tenant, CASES.name, generation, stretch, ops)
            .await
    };
    filled.await.map_err(ReplayProblem::from)?;
    let questions = Questions::open(log, Arc::new(views), tenant).await?;
    Ok(questions.case(id, moment).await?)
}
