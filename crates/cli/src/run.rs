//! From the command line to the exit code: read, settle, open, do, tell.

use crate::args::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::session::Session;
use crate::settings::{self, Settings};
use crate::words::{Word, told};
use crate::{
    appraise, audit, calendar, case, catalogue, demo, evaluate, export, help, import, key, list,
    moving, policy, registry, report, score, serve, setup, upkeep, words,
};
use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches};
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
        return help::completions(&output, shell);
    }
    if let Command::Demo(_) = cli.command {
        demo_takes(&matches)?;
    }
    let settings = Settings::settle(&cli.global)?;
    let session = Session {
        output,
        settings,
        replayed: None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime
        .map_err(Failure::internal)?
        .block_on(run(&session, cli.command))
}

/// The demo makes a store, a tenant and people of its own: it says so rather than ignore what was
/// typed. What stands in the environment or the settings file is meant for other commands.
fn demo_takes(matches: &ArgMatches) -> Result<(), Failure> {
    for flag in ["store", "keys", "tenant", "actor", "on_behalf_of"] {
        if matches.value_source(flag) == Some(ValueSource::CommandLine) {
            let dashed = match flag {
                "actor" => "--as".to_owned(),
                other => format!("--{}", other.replace('_', "-")),
            };
            return Err(Failure::usage("usage", told(Word::DemoOwn, &[&dashed])));
        }
    }
    Ok(())
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
        Command::Appraise(command) => appraise::run(session, command).await,
        Command::List(command) => list::run(session, command).await,
        Command::Report(command) => report::run(session, command).await,
        Command::Explain(args) => report::explain::run(session, args).await,
        Command::Export(args) => export::run(session, args).await,
        Command::Score(command) => score::run(session, command).await,
        Command::Import(args) => import::run(session, args).await,
        Command::Migrate {
            distribute,
            postgres_es,
        } => moving::migrate(session, distribute, postgres_es).await,
        Command::Copy { from, to } => moving::copy(session, from.as_deref(), &to).await,
        Command::Backup { file } => moving::backup(session, &file).await,
        Command::Audit(command) => audit::run(session, command).await,
        Command::Rebuild => upkeep::rebuild(session).await,
        Command::Verify => upkeep::verify(session).await,
        Command::Erase { subject, yes } => upkeep::erase(session, &subject, yes).await,
        Command::Tick => upkeep::tick(session).await,
        Command::Key(command) => key::run(session, command).await,
        Command::Serve {
            listen,
            development_login,
        } => serve::run(session, listen, development_login).await,
        Command::Demo(demo) => {
            let mut output = std::io::stdout();
            let json = session.output.json;
            Ok(demo::run(&demo, json, &mut output).await?)
        }
        Command::Completions { .. } => Ok(()),
    }
}

// The numbers are a contract with scripts; `Usage` is what clap itself uses.
const _: () = assert!(Exit::Usage as u8 == 2);
