//! What went wrong, for people (words on standard error) and for scripts (an exit code and, with
//! `--json`, one object). `docs/reference/cli.md` lists the exit codes.

use crate::demo::DemoError;
use crate::labels::Names;
use crate::words::{Word, language, of_system, told};
use gridwhistle::domain::case::refusal::{Refusal, RefusalCode};
use gridwhistle::import::{ImportFailure, MappingProblem};
use gridwhistle::{Engine, EngineError};
use serde::Serialize;
use std::io;
use std::path::Path;

/// How the program ends; the number is a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The rules refuse, or a check found something.
    Refused = 1,
    /// The command line is wrong.
    Usage = 2,
    /// An input file is wrong.
    Input = 3,
    /// The store is locked, damaged, full, newer, read-only or not there.
    Store = 4,
    /// What was asked for is not there.
    NotFound = 5,
    /// A mistake of the program.
    Internal = 70,
}

/// Anything but success.
#[derive(Debug)]
pub(crate) struct Failure {
    /// How the program ends; none: the reader has gone, which is no failure.
    pub(crate) exit: Option<Exit>,
    told: Box<Told>,
}

/// The object under `error`.
#[derive(Debug, Default, Serialize)]
struct Told {
    code: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<String>,
    /// Whether the same command, under the same key, may go through later without anybody changing
    /// anything.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    may_retry: bool,
}

impl Failure {
    pub(crate) fn new(exit: Exit, code: &str, message: impl Into<String>) -> Self {
        let told = Told {
            code: code.to_owned(),
            message: crate::moment::localised(&message.into()),
            ..Told::default()
        };
        Self {
            exit: Some(exit),
            told: Box::new(told),
        }
    }

    /// A wrong command line or setting.
    pub(crate) fn usage(code: &str, message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, code, message)
    }

    /// Something that is not there.
    pub(crate) fn not_found(code: &str, message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, code, message)
    }

    /// A mistake of the program.
    pub(crate) fn internal(what: impl std::fmt::Display) -> Self {
        Self::new(Exit::Internal, "internal", told(Word::Internal, &[&what]))
    }

    /// A file that cannot be read.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        let message = told(Word::FileUnreadable, &[&path.display(), &of_system(error)]);
        Self::new(Exit::Input, "file_unreadable", message)
    }

    /// A file that cannot be written.
    pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Self {
        let message = told(Word::FileUnwritable, &[&path.display(), &of_system(error)]);
        Self::new(Exit::Store, "file_unwritable", message)
    }

    /// Further lines, one a finding.
    pub(crate) fn with_details(mut self, details: Vec<String>) -> Self {
        self.told.details = details
            .iter()
            .map(|line| crate::moment::localised(line))
            .collect();
        self
    }

    /// The code for scripts.
    pub(crate) fn code(&self) -> &str {
        &self.told.code
    }

    /// As it is told on standard error; nothing when only the reader has gone.
    pub(crate) fn text(&self, json: bool) -> Option<String> {
        self.exit?;
        let told = &self.told;
        if json {
            let object = serde_json::json!({ "error": told });
            return Some(serde_json::to_string(&object).unwrap_or_else(|_| told.code.clone()));
        }
        let mut text = format!("{}[{}]: {}", Word::Error, told.code, told.message);
        if let (Some(rule), Some(policy)) = (&told.rule, &told.policy) {
            text.push_str("\n  ");
            text.push_str(&crate::words::told(Word::RuleLine, &[rule, policy]));
        }
        for detail in &told.details {
            text.push_str("\n  ");
            text.push_str(detail);
        }
        Some(crate::table::harmless(&text))
    }

    /// What went wrong with a command to a case, with the city's units called by their names.
    pub(crate) fn of_case(error: EngineError, engine: &Engine) -> Self {
        let EngineError::Refused(refusal) = &error else {
            return error.into();
        };
        let names = Names::of(engine, engine.now());
        let mut failure = Self::refused(refusal);
        let sides = [&refusal.given, &refusal.accepted];
        for code in sides.iter().flat_map(|side| side.split(", ")) {
            if let Some(name) = names.of_unit(code) {
                let named = told(Word::NamedCode, &[&name, &code]);
                failure.told.message = failure.told.message.replace(code, &named);
            }
        }
        failure
    }

    fn refused(refusal: &Refusal) -> Self {
        let exit = match refusal.code {
            RefusalCode::CaseUnknown => Exit::NotFound,
            _ => Exit::Refused,
        };
        let mut failure = Self::new(exit, refusal.code.code(), refusal.message(language()));
        let told = &mut *failure.told;
        told.command = Some(refusal.command.code().to_owned());
        told.rule = Some(refusal.code.rule().to_owned());
        told.policy = refusal.policy.as_ref().map(ToString::to_string);
        told.given = Some(refusal.given.clone());
        told.accepted = Some(refusal.accepted.clone());
        let look =
            looked_up_by(refusal.code).map(|command| crate::words::told(Word::LookUp, &[&command]));
        told.details.extend(look);
        failure
    }
}

/// The command that lists what a refused code could have been.
const fn looked_up_by(code: RefusalCode) -> Option<&'static str> {
    Some(match code {
        RefusalCode::GridUnknown => "gridwhistle registry show grids",
        RefusalCode::UnitInactive => "gridwhistle registry show units",
        RefusalCode::PersonInactive => "gridwhistle registry show people",
        RefusalCode::MatterNotInCatalogue => "gridwhistle catalogue show",
        RefusalCode::CaseUnknown => "gridwhistle list ledger",
        _ => return None,
    })
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        use EngineError as E;
        let exit = match &error {
            E::Refused(refusal) => return Self::refused(refusal),
            E::Input(lines) => {
                let details = lines.clone();
                let message = told(Word::InputWrong, &[&details.len()]);
                return Self::new(Exit::Input, error.code(), message).with_details(details);
            }
            E::Policy(refusal) if refusal.code() == "policy_unreadable" => Exit::Input,
            E::Registry(_) | E::Catalogue(_) | E::Policy(_) => Exit::Refused,
            E::Calendar(_) | E::Evaluation(_) | E::Scores(_) => Exit::Refused,
            E::Key(refusal) if refusal.code() == "key_unknown" => Exit::NotFound,
            E::Key(_) | E::NotAuthorised { .. } => Exit::Refused,
            E::NoScoreRun { .. } | E::NoSubscriber { .. } => Exit::NotFound,
            E::Appraisal(_) => Exit::Refused,
            E::NoEvaluation { .. } | E::NoAppraisal => Exit::NotFound,
            E::Json(_) => Exit::Internal,
            other => match other.code() {
                "stale_version" | "idempotency_key_reused" => Exit::Refused,
                "keys_not_named" => Exit::Usage,
                _ => Exit::Store,
            },
        };
        let message = error.message(language());
        // What system and database said, where the words do not hold it already.
        let of_machine = exit != Exit::Refused;
        let detail = error
            .detail()
            .filter(|detail| of_machine && *detail != message);
        let mut failure = Self::new(exit, error.code(), message);
        failure.told.may_retry = error.may_retry();
        failure.with_details(detail.into_iter().collect())
    }
}

impl From<ImportFailure> for Failure {
    fn from(failure: ImportFailure) -> Self {
        Self::new(Exit::Input, failure.code(), failure.text().get(language()))
    }
}

impl From<MappingProblem> for Failure {
    fn from(problem: MappingProblem) -> Self {
        Self::new(Exit::Input, "mapping_wrong", problem.text().get(language()))
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Engine(error) => error.into(),
            DemoError::Output(error) => error.into(),
            DemoError::Serve(error) => error.into(),
            other => {
                let exit = match &other {
                    DemoError::Exists(_) | DemoError::Foreign(_) | DemoError::Folder { .. } => {
                        Exit::Store
                    }
                    _ => Exit::Internal,
                };
                Self::new(exit, "demo_failed", other.message(language()))
            }
        }
    }
}

/// Only writing to standard output gives a plain I/O error here.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let mut failure = Self::internal(&error);
        if error.kind() == io::ErrorKind::BrokenPipe {
            failure.exit = None;
        }
        failure
    }
}
