//! `audit`: what an inspector asks who trusts nobody. The auditor opens the log by itself and reads
//! alone; the engine is not asked.

mod archive;
mod conformance;
mod mining;
mod target;

use crate::args::AuditCommand;
use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::words::{Word as W, language, told};
use gridwhistle::EngineError;
use gridwhistle_audit::archive::ArchiveProblem;
use gridwhistle_audit::{Problem, Source};

/// Answers one question.
///
/// # Errors
/// When it cannot be answered, or a check found something.
pub(crate) async fn run(session: &Session, command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify => verify(session).await,
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

async fn verify(session: &Session) -> Result<(), Failure> {
    let report = source(session).await?.verify().await?;
    if let Some(fault) = &report.fault {
        let message = told(W::LogDamaged, &[&fault.position, &report.events]);
        let failure = Failure::new(Exit::Store, "log_damaged", message);
        return Err(failure.with_details(vec![fault.to_string()]));
    }
    session.output.answer(&report, |out| {
        out.line(told(W::Sound, &[&report.events, &report.chain]))
    })
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match problem {
            // The words for what a store says have one home.
            Problem::Store(error) => EngineError::from(error).into(),
            Problem::Question(error) => EngineError::from(error).into(),
            other => {
                let exit = match &other {
                    Problem::NoTenant { .. } => Exit::NotFound,
                    Problem::Archive(problem) if problem.is_absent() => Exit::NotFound,
                    Problem::Archive(problem) if problem.is_input() => Exit::Input,
                    Problem::Archive(ArchiveProblem::NotOver { .. }) => Exit::Refused,
                    Problem::Mining(problem) if problem.is_input() => Exit::Input,
                    _ => Exit::Store,
                };
                Self::new(exit, other.code(), other.message(language()))
            }
        }
    }
}
