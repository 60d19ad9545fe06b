//! `case …`: commands to one case, and the questions about one case.
//!
//! A command is a [`record`]: its flags, their kinds, where each stands in the command's body. Help,
//! completions, the reference page and the tests read [`records`]; [`give`] turns what was typed
//! into the engine's request.

pub(crate) mod args;
mod give;
mod kind;
mod name;
mod personal;
mod prospects;
pub(crate) mod record;
pub(crate) mod records;
mod sheet;
mod show;
pub(crate) mod then;
pub(crate) mod why;

use crate::failure::Failure;
use crate::session::Session;
pub(crate) use kind::{read_limit, whole};
pub(crate) use name::{CaseRef, case_ref};
pub(crate) use show::missing;

use args::{CaseCommands, Question, TimerCommands};

/// Runs a command of this group.
///
/// # Errors
/// When the rules refuse, the case is not there, or the store does not take it.
pub(crate) async fn run(session: &Session, command: CaseCommands) -> Result<(), Failure> {
    match command {
        CaseCommands::Ask(Question::Show {
            case,
            by_role,
            as_of,
        }) => show::case(session, &case, by_role, as_of.as_of).await,
        CaseCommands::Ask(Question::Timeline { case, as_of }) => {
            show::timeline(session, &case, as_of.as_of).await
        }
        CaseCommands::Ask(Question::Reporters { case, as_of }) => {
            show::reporters(session, &case, as_of.as_of).await
        }
        CaseCommands::Timer {
            command: TimerCommands(given),
        } => give::give(session, given, session.actor_or_system()).await,
        CaseCommands::Give(given) => give::give(session, given.0, session.actor()?).await,
    }
}
