//! `audit case|permission|list|figure|explain`: what was known when. Lists and figures are asked and
//! told by the same code as elsewhere, from views that were replayed.

use super::source;
use crate::args::{ExplainArgs, Figure, KnownAt, ListCommand, ReportCommand};
use crate::case::{CaseRef, then};
use crate::failure::{Exit, Failure};
use crate::labels::Names;
use crate::session::Session;
use crate::words::{Word as W, language, told};
use crate::{list, report, settings};
use chrono::{DateTime, Utc};
use gridwhistle::EngineError;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::CardState;
use gridwhistle::domain::case::chain::Signing;
use gridwhistle::domain::case::decide::Prospect;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::questions::CaseFile;
use gridwhistle_audit::replay::{
    CaseThen, Known, KnownBy, ReplayProblem, Replayed, TimelineTold, case,
};
use serde::Serialize;
use std::sync::Arc;

/// One case for scripts.
#[derive(Serialize)]
struct Shown<'a> {
    known: &'a Known,
    as_of: DateTime<Utc>,
    #[serde(flatten)]
    file: &'a CaseFile,
    cards: &'a [CardState],
    sign_off: &'a [Signing],
    timeline: &'a [TimelineTold],
}

/// Shows a case of then.
///
/// # Errors
/// When it was not there, or nothing was known.
pub(super) async fn show(
    session: &Session,
    named: &CaseRef,
    as_of: Option<DateTime<Utc>>,
    known: KnownAt,
) -> Result<(), Failure> {
    let (_, then) = of(session, named, as_of, known.by()).await?;
    let shown = Shown {
        known: &then.known,
        as_of: then.moment.instant(),
        file: &then.file,
        cards: &then.case.cards,
        sign_off: &then.sign_off,
        timeline: &then.entries,
    };
    session.output.answer(&shown, |out| {
        out.say(then::known_line(&then))?;
        then::page(out, &then, &names(&then))
    })
}

#[derive(Serialize)]
struct Permission<'a> {
    case: CaseId,
    actor: &'a Actor,
    known: &'a Known,
    as_of: DateTime<Utc>,
    stage: &'a str,
    actions: Vec<Prospect>,
}

/// Shows what somebody could do to a case then: by what was known then, unless asked otherwise.
///
/// # Errors
/// As [`show`].
pub(super) async fn permission(
    session: &Session,
    who: &str,
    named: &CaseRef,
    as_of: Option<DateTime<Utc>>,
    known: KnownAt,
) -> Result<(), Failure> {
    let actor = settings::read_actor(who)?;
    let by = match (known.by(), as_of) {
        (KnownBy::Now, Some(at)) => KnownBy::At(at),
        (by, _) => by,
    };
    let (id, then) = of(session, named, as_of, by).await?;
    let answer = Permission {
        case: id,
        actor: &actor,
        known: &then.known,
        as_of: then.moment.instant(),
        stage: &then.file.ledger.stage,
        actions: then.permission(id, &actor),
    };
    session.output.answer(&answer, |out| {
        out.say(then::known_line(&then))?;
        then::permission(out, &then, &actor, &answer.actions, &names(&then))
    })
}

/// Shows a list of then.
///
/// # Errors
/// As the list itself, and when nothing was known.
pub(super) async fn list(
    session: &Session,
    known: KnownAt,
    command: ListCommand,
) -> Result<(), Failure> {
    if matches!(command, ListCommand::Exports { .. }) {
        return Err(needs_the_engine());
    }
    list::run(&replayed(session, known).await?, command).await
}

/// Shows a figure of then.
///
/// # Errors
/// As the figure itself, and when nothing was known.
pub(super) async fn figure(
    session: &Session,
    known: KnownAt,
    command: ReportCommand,
) -> Result<(), Failure> {
    report::run(&replayed(session, known).await?, command).await
}

/// Opens a figure of then.
///
/// # Errors
/// As the figure itself, and when nothing was known.
pub(super) async fn explain(
    session: &Session,
    known: KnownAt,
    args: ExplainArgs,
) -> Result<(), Failure> {
    if matches!(args.figure(), Figure::Appraisal) {
        return Err(needs_the_engine());
    }
    report::explain::run(&replayed(session, known).await?, args).await
}

/// A question about the past that has no answer.
pub(super) fn failure(problem: ReplayProblem) -> Failure {
    use ReplayProblem as P;
    let exit = match &problem {
        // The words for what views say have one home.
        P::Views(error) => return EngineError::from(error.clone()).into(),
        P::Fold(error) => return EngineError::from(error.clone()).into(),
        P::NoCase { .. } | P::NoCaseYet { .. } => Exit::NotFound,
        P::NoCertificate { .. } => Exit::Input,
        P::NoPosition { .. }
        | P::BeforeLog { .. }
        | P::NotYetKnown { .. }
        | P::AfterKnown { .. }
        | P::Order { .. } => Exit::Usage,
        _ => Exit::Store,
    };
    Failure::new(exit, problem.code(), problem.message(language()))
}

fn needs_the_engine() -> Failure {
    Failure::new(Exit::Usage, "needs_the_engine", told(W::AuditNoEngine, &[]))
}

/// The same run, with the views of what was known in the place of the city's.
async fn replayed(session: &Session, known: KnownAt) -> Result<Session, Failure> {
    let source = source(session).await?;
    let known = Known::find(&source, known.by(), session.now()?).await?;
    let replayed = Replayed::of(&source, known).await?;
    Ok(Session {
        output: session.output.clone(),
        settings: session.settings.clone(),
        replayed: Some(Arc::new(replayed)),
    })
}

async fn of(
    session: &Session,
    named: &CaseRef,
    as_of: Option<DateTime<Utc>>,
    by: KnownBy,
) -> Result<(CaseId, CaseThen), Failure> {
    let source = source(session).await?;
    let known = Known::find(&source, by, session.now()?).await?;
    let id = named.resolve_in(&source, &known).await?;
    Ok((id, case::then(&source, known, id, as_of).await?))
}

fn names(then: &CaseThen) -> Names {
    Names::known(Arc::clone(&then.reference), then.moment.instant())
}
