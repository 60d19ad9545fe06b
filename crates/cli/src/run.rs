//! From the command line to the exit code: read, settle, open, do, tell.

use crate::args::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::session::Session;
use crate::settings::{self, Settings};
use crate::{
    calendar, case, catalogue, demo, evaluate, help, import, list, policy, registry, report, setup,
    upkeep, words,
};
use clap::FromArgMatches;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// Runs the program.
pub(crate) fn main(argv: Vec<OsString>) -> ExitCode {
    words::speak(settings::language(&argv));
    let json = argv.iter().any(|arg| arg == "--json");
    match parse_and_run(argv) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(text) = failure.text(json) {
                // Nowhere is left to say that standard error is closed.
                let _ = writeln!(std::io::stderr().lock(), "{text}");
            }
            failure
                .exit
                .map_or(ExitCode::SUCCESS, |exit| ExitCode::from(exit as u8))
        }
    }
}

fn parse_and_run(argv: Vec<OsString>) -> Result<(), Failure> {
    let matches = match help::command().try_get_matches_from(&argv) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return Err(help::usage(&error, &argv)),
        Err(asked) => {
            let help = help::rendered(&asked);
            return Ok(write!(std::io::stdout().lock(), "{help}")?);
        }
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| help::usage(&error, &argv))?;
    let columns = cli.global.columns.clone();
    let output = Output::new(cli.global.json, cli.global.wide, columns);
    if let Command::Completions { shell } = cli.command {
        return help::completions(shell);
    }
    let settings = Settings::settle(&cli.global)?;
    let session = Session { output, settings };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime
        .map_err(Failure::internal)?
        .block_on(run(&session, cli.command))
}

async fn run(session: &Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Init => setup::init(session).await,
        Command::Registry(command) => registry::run(session, command).await,
        Command::Catalogue(command) => catalogue::run(session, command).await,
        Command::Policy(command) => policy::run(session, command).await,
        Command::Calendar(command) => calendar::run(session, command).await,
        Command::Case { command } => case::run(session, command).await,
        Command::Evaluate(command) => evaluate::run(session, command).await,
        Command::List(command) => list::run(session, command).await,
        Command::Report(command) => report::run(session, command).await,
        Command::Import(args) => import::run(session, args).await,
        Command::Rebuild => upkeep::rebuild(session).await,
        Command::Verify => upkeep::verify(session).await,
        Command::Erase { subject, yes } => upkeep::erase(session, &subject, yes).await,
        Command::Tick => upkeep::tick(session).await,
        Command::Demo(demo) => {
            let mut output = std::io::stdout();
            Ok(demo::run(&demo, &mut output).await?)
        }
        Command::Completions { .. } => Ok(()),
    }
}

// The numbers are a contract with scripts; `Usage` is what clap itself uses.
const _: () = assert!(Exit::Usage as u8 == 2);
