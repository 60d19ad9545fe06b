//! `audit`: what an inspector asks who trusts nobody. The auditor opens the log by itself and reads
//! alone; the engine is not asked.

mod archive;
mod certificate;
mod conformance;
mod diff;
mod judge;
mod mining;
mod replay;
mod seal;
mod target;
mod tree;
pub(crate) mod what_if;

use crate::args::AuditCommand;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::session::Session;
use crate::words::{language, say};
use gridwhistle::EngineError;
use gridwhistle::domain::text::Text;
use gridwhistle_audit::archive::ArchiveProblem;
use gridwhistle_audit::tree::{Nature, TreeProblem};
use gridwhistle_audit::{Problem, Source};
pub(crate) use seal::write_secret;

/// Answers one question.
///
/// # Errors
/// When it cannot be answered, or a check found something.
pub(crate) async fn run(session: &Session, command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Tree(command) => tree::run(session, command).await,
        // What was known when.
        AuditCommand::Case { case, as_of, known } => {
            replay::show(session, &case, as_of.as_of, known).await
        }
        AuditCommand::Permission {
            who,
            case,
            as_of,
            known,
        } => replay::permission(session, &who, &case, as_of.as_of, known).await,
        AuditCommand::List { known, list } => replay::list(session, known.into(), list).await,
        AuditCommand::Figure { known, report } => {
            replay::figure(session, known.into(), report).await
        }
        AuditCommand::Explain { known, args } => replay::explain(session, known, args).await,
        AuditCommand::Diff(args) => diff::run(session, args).await,
        AuditCommand::Certificate { check: None, known } => {
            certificate::certificate(session, known).await
        }
        AuditCommand::Certificate {
            check: Some(file), ..
        } => certificate::check(session, &file).await,
        AuditCommand::Compare => certificate::compare(session).await,
        AuditCommand::WhatIf(args) => what_if::run(session, args).await,
        AuditCommand::Judge { up_to, most } => judge::run(session, up_to, most).await,
        AuditCommand::Mining(command) => mining::run(session, command).await,
    }
}

/// The log of the session, opened by the auditor.
///
/// # Errors
/// When it is not there or cannot be read.
async fn source(session: &Session) -> Result<Source, Failure> {
    session.existing()?;
    Ok(Source::open(&session.settings.store, &session.settings.tenant).await?)
}

/// Words of the auditor, a line each.
fn show(output: &Output, lines: &[Text]) -> Result<(), Failure> {
    let mut lines = lines.iter();
    lines.try_for_each(|line| output.say(crate::moment::localised(&say(line))))
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match problem {
            // The words for what a store says have one home.
            Problem::Store(error) => EngineError::from(error).into(),
            Problem::Question(error) => EngineError::from(error).into(),
            Problem::Tree(trouble) => trouble.into(),
            Problem::Replay(problem) => replay::failure(*problem),
            other => {
                let exit = match &other {
                    Problem::NoTenant { .. } => Exit::NotFound,
                    Problem::Scenario(_) => Exit::Input,
                    Problem::Archive(problem) if problem.is_absent() => Exit::NotFound,
                    Problem::Archive(problem) if problem.is_input() => Exit::Input,
                    Problem::Archive(
                        ArchiveProblem::NotOver { .. } | ArchiveProblem::Unproven { .. },
                    ) => Exit::Refused,
                    Problem::Mining(problem) if problem.is_input() => Exit::Input,
                    _ => Exit::Store,
                };
                Self::new(exit, other.code(), other.message(language()))
            }
        }
    }
}

impl From<TreeProblem> for Failure {
    fn from(trouble: TreeProblem) -> Self {
        let exit = match trouble.nature() {
            Nature::Found => Exit::Refused,
            Nature::Input => Exit::Input,
            Nature::Store => Exit::Store,
            Nature::Missing => Exit::NotFound,
        };
        Self::new(exit, trouble.code(), trouble.text().get(language()))
    }
}
