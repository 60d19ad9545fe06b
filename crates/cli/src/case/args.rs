//! The commands to a case as clap reads them, made from their records.

use super::kind::{uuid, whole};
use super::name::{CaseRef, case_ref};
use super::record::{Given, Record};
use super::records::RECORDS;
use crate::args::AsOf;
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, Subcommand};

/// Everything under `case`.
#[derive(Debug, Subcommand)]
pub(crate) enum CaseCommands {
    #[command(flatten)]
    Ask(Question),
    Timer {
        #[command(subcommand)]
        command: TimerCommands,
    },
    #[command(flatten)]
    Give(PeopleCommands),
}

/// The questions about one case.
#[derive(Debug, Subcommand)]
pub(crate) enum Question {
    Show {
        #[arg(value_name = "CASE", value_parser = case_ref)]
        case: CaseRef,
        #[arg(long)]
        by_role: bool,
        #[command(flatten)]
        as_of: AsOf,
    },
    Timeline {
        #[arg(value_name = "CASE", value_parser = case_ref)]
        case: CaseRef,
        #[command(flatten)]
        as_of: AsOf,
    },
    Reporters {
        #[arg(value_name = "CASE", value_parser = case_ref)]
        case: CaseRef,
        #[command(flatten)]
        as_of: AsOf,
    },
}

/// Commands that people give.
#[derive(Debug)]
pub(crate) struct PeopleCommands(pub(crate) Given);

/// Commands of the clock, which a duty engineer may give by hand.
#[derive(Debug)]
pub(crate) struct TimerCommands(pub(crate) Given);

macro_rules! from_records {
    ($type:ident, $timer:literal) => {
        impl FromArgMatches for $type {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
                given(matches, $timer).map(Self)
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
                *self = Self::from_arg_matches(matches)?;
                Ok(())
            }
        }

        impl Subcommand for $type {
            fn augment_subcommands(command: Command) -> Command {
                of_group($timer).fold(command, |command, record| {
                    command.subcommand(clap_of(record))
                })
            }

            fn augment_subcommands_for_update(command: Command) -> Command {
                Self::augment_subcommands(command)
            }

            fn has_subcommand(name: &str) -> bool {
                of_group($timer).any(|record| record.command.code() == name)
            }
        }
    };
}

from_records!(PeopleCommands, false);
from_records!(TimerCommands, true);

fn of_group(timer: bool) -> impl Iterator<Item = &'static Record> {
    RECORDS.iter().filter(move |record| record.timer == timer)
}

fn clap_of(record: &'static Record) -> Command {
    let case = if record.opens {
        Arg::new("case")
            .long("case")
            .value_name("UUID")
            .value_parser(uuid)
    } else {
        Arg::new("case")
            .required(true)
            .value_name("CASE")
            .value_parser(case_ref)
    };
    let command = Command::new(record.command.code()).arg(case);
    let command = record.flags.iter().fold(command, |command, flag| {
        let group = record.flags.iter().filter(|other| flag.goes_with(other));
        command.arg(group.fold(flag.arg(), |arg, other| arg.requires(other.name)))
    });
    Tracing::augment_args(command)
}

/// What every command to a case takes.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Tracing {
    #[arg(long, value_name = "UUID", value_parser = uuid)]
    pub(crate) key: Option<uuid::Uuid>,
    #[arg(long, value_name = "VERSION", value_parser = whole::<u64>)]
    pub(crate) expect: Option<u64>,
}

fn given(matches: &ArgMatches, timer: bool) -> Result<Given, Error> {
    let missing = || Error::new(clap::error::ErrorKind::MissingSubcommand);
    let (name, matches) = matches.subcommand().ok_or_else(missing)?;
    let record = of_group(timer).find(|record| record.command.code() == name);
    let record = record.ok_or_else(missing)?;
    Ok(Given {
        record,
        case: if record.opens {
            None
        } else {
            matches.get_one::<CaseRef>("case").cloned()
        },
        new_case: if record.opens {
            matches.get_one::<uuid::Uuid>("case").copied()
        } else {
            None
        },
        body: record.body(matches),
        files: record.files(matches),
        tracing: Tracing::from_arg_matches(matches)?,
    })
}
