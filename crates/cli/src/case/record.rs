//! The record of one command to a case: which flags it takes and where each stands in its body.

use super::args::Tracing;
use super::kind::Kind;
use super::name::CaseRef;
use clap::{Arg, ArgAction, ArgMatches};
use gridwhistle::domain::case::command::CommandName;
use serde_json::{Map, Value};
use std::path::PathBuf;

/// How often a flag is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Once.
    Must,
    /// Once or not at all.
    May,
    /// Not at all, once or again: a list.
    Many,
    /// Once or not at all, and then with all others of the group.
    Together(&'static str),
}

/// One flag. Its words stand in [`crate::help`], by its name alone: one word for one thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    /// Without the dashes.
    pub(crate) name: &'static str,
    /// Where it stands in the command's body.
    pub(crate) place: &'static str,
    pub(crate) kind: Kind,
    pub(crate) need: Need,
}

impl Flag {
    pub(crate) const fn must(name: &'static str, place: &'static str, kind: Kind) -> Self {
        Self {
            name,
            place,
            kind,
            need: Need::Must,
        }
    }

    pub(crate) const fn may(name: &'static str, place: &'static str, kind: Kind) -> Self {
        Self {
            name,
            place,
            kind,
            need: Need::May,
        }
    }

    pub(crate) const fn many(name: &'static str, place: &'static str, kind: Kind) -> Self {
        Self {
            name,
            place,
            kind,
            need: Need::Many,
        }
    }

    /// Of a group that is given whole or not at all.
    pub(crate) const fn of(
        group: &'static str,
        name: &'static str,
        place: &'static str,
        kind: Kind,
    ) -> Self {
        Self {
            name,
            place,
            kind,
            need: Need::Together(group),
        }
    }

    /// A flag without a value; not given, it is no.
    pub(crate) const fn switch(name: &'static str, place: &'static str) -> Self {
        Self {
            name,
            place,
            kind: Kind::Switch,
            need: Need::May,
        }
    }

    /// Whether the other one must be given with this one.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        matches!(self.need, Need::Together(_)) && self.need == other.need && self.name != other.name
    }

    pub(crate) fn arg(&self) -> Arg {
        let arg = Arg::new(self.name).long(self.name);
        if matches!(self.kind, Kind::Switch) {
            return arg.action(ArgAction::SetTrue);
        }
        let arg = self.kind.parse_with(arg.value_name(self.kind.value_name()));
        // A text may begin with a dash, a file may be `-`.
        let arg = arg.allow_hyphen_values(matches!(self.kind, Kind::Text | Kind::Person));
        match self.need {
            Need::Must => arg.required(true),
            Need::Many => arg.action(ArgAction::Append),
            Need::May | Need::Together(_) => arg,
        }
    }
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) command: CommandName,
    /// It brings a case into being.
    pub(crate) opens: bool,
    /// It belongs to the clock and stands under `case timer`.
    pub(crate) timer: bool,
    pub(crate) flags: &'static [Flag],
}

impl Record {
    /// A command that people give to a case.
    pub(crate) const fn of(command: CommandName, flags: &'static [Flag]) -> Self {
        Self {
            command,
            opens: false,
            timer: false,
            flags,
        }
    }

    /// A command that brings a case into being.
    pub(crate) const fn opening(command: CommandName, flags: &'static [Flag]) -> Self {
        Self {
            command,
            opens: true,
            timer: false,
            flags,
        }
    }

    /// A command of the clock.
    pub(crate) const fn timer(command: CommandName, flags: &'static [Flag]) -> Self {
        Self {
            command,
            opens: false,
            timer: true,
            flags,
        }
    }

    /// The body of the command as JSON, without the files of personal data.
    pub(crate) fn body(&self, matches: &ArgMatches) -> Value {
        let mut body = Value::Object(Map::new());
        put(&mut body, "command", Value::from(self.command.code()));
        for flag in self.flags {
            match (flag.kind, flag.need) {
                (Kind::Person, _) => {}
                (Kind::Switch, _) => {
                    put(
                        &mut body,
                        flag.place,
                        Value::from(matches.get_flag(flag.name)),
                    );
                }
                (_, Need::Many) => {
                    let all = matches.get_many::<Value>(flag.name).into_iter().flatten();
                    put(&mut body, flag.place, all.cloned().collect());
                }
                _ => {
                    if let Some(value) = matches.get_one::<Value>(flag.name) {
                        put(&mut body, flag.place, value.clone());
                    }
                }
            }
        }
        body
    }

    /// The places of cases that the body speaks of.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &'static str> {
        let cases = self.flags.iter().filter(|flag| flag.kind == Kind::Case);
        cases.map(|flag| flag.place)
    }

    /// The files of personal data, by the place of what they become.
    pub(crate) fn files(&self, matches: &ArgMatches) -> Vec<(&'static str, PathBuf)> {
        let people = self
            .flags
            .iter()
            .filter(|flag| matches!(flag.kind, Kind::Person));
        let named = people.filter_map(|flag| {
            let path = matches.get_one::<Value>(flag.name)?.as_str()?;
            Some((flag.place, PathBuf::from(path)))
        });
        named.collect()
    }
}

/// What was typed.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) record: &'static Record,
    /// The case it is given to; none: it opens one.
    pub(crate) case: Option<CaseRef>,
    /// The id of the case that it opens, if somebody chose one.
    pub(crate) new_case: Option<uuid::Uuid>,
    pub(crate) body: Value,
    pub(crate) files: Vec<(&'static str, PathBuf)>,
    pub(crate) tracing: Tracing,
}

/// Puts a value at a dotted place, making the objects on the way.
pub(crate) fn put(body: &mut Value, place: &str, value: Value) {
    let Value::Object(object) = body else { return };
    match place.split_once('.') {
        None => {
            object.insert(place.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = object
                .entry(first)
                .or_insert_with(|| Value::Object(Map::new()));
            put(inner, rest, value);
        }
    }
}
