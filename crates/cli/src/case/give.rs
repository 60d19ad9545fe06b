//! Gives a command to a case and tells the receipt.

use super::name::CaseRef;
use super::personal;
use super::record::{Given, put};
use crate::failure::Failure;
use crate::session::Session;
use crate::words::{Word, language, say, told};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::{CaseCommand, CommandName};
use gridwhistle::domain::case::warning::WhistleRate;
use gridwhistle::domain::ids::{CaseId, SubjectId};
use gridwhistle::domain::policy::words::command as words_of;
use gridwhistle::{Receipt, Request};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// What a command answers; documented in `docs/reference/json.md`.
#[derive(Serialize)]
struct Answer {
    command: &'static str,
    key: Uuid,
    #[serde(flatten)]
    receipt: Receipt,
    /// The number that a new case has on the ledger: the position of its first event.
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger_no: Option<u64>,
    /// Whose data was sealed: the handle for `erase`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<SubjectId>,
    /// What the next person should know; it stops nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<WhistleRate>,
}

/// Gives what was typed.
///
/// # Errors
/// When the rules refuse, a file is wrong, or the store does not take it.
pub(crate) async fn give(session: &Session, given: Given, actor: Actor) -> Result<(), Failure> {
    let name = given.record.command;
    let key = given.tracing.key.unwrap_or_else(Uuid::now_v7);
    let people = given
        .files
        .iter()
        .map(|(place, path)| Ok::<_, Failure>((*place, personal::read(path, key, place)?)));
    let people = people.collect::<Result<Vec<_>, _>>()?;
    let mut body = given.body;
    complete(&mut body);
    let engine = session.open().await?;
    let case = match &given.case {
        Some(named) => named.resolve(&engine).await?,
        // The case of a report follows from its key, so that a repeat speaks of the same case.
        None => CaseId(
            given
                .new_case
                .unwrap_or_else(|| Uuid::new_v5(&key, b"case")),
        ),
    };
    for place in given.record.cases() {
        if let Some(Value::String(named)) = body.get(place).cloned() {
            let named: CaseRef = named.parse().map_err(Failure::internal)?;
            put(&mut body, place, json!(named.resolve(&engine).await?));
        }
    }
    let mut subjects = Vec::new();
    for (place, person) in people {
        let sealed = person.seal(&engine, (case, place), key)?;
        subjects.push(sealed.subject.clone());
        put(&mut body, place, json!(sealed));
    }
    let command: CaseCommand = serde_json::from_value(body).map_err(Failure::internal)?;
    let mut request = Request::new(actor, case, command).with_key(key);
    request.expected_version = given.tracing.expect;
    let receipt = engine.request(request).await;
    let receipt = receipt.map_err(|error| Failure::of_case(error, &engine))?;
    // The command is taken whether or not the views can be asked.
    let warning = match name {
        CommandName::BlowWhistle | CommandName::ApproveWhistle => {
            engine.whistle_rate(case).await.ok().flatten()
        }
        _ => None,
    };
    let facts = receipt.facts.len() as u64;
    let opened = given.case.is_none() && facts > 0;
    let answer = Answer {
        command: name.code(),
        key,
        ledger_no: opened.then(|| receipt.position + 1 - facts),
        receipt,
        subjects,
        warning,
    };
    tell(session, name, &answer)
}

fn tell(session: &Session, name: CommandName, answer: &Answer) -> Result<(), Failure> {
    session.output.answer(answer, |out| {
        let Receipt {
            case,
            version,
            position,
            repeated,
            ..
        } = &answer.receipt;
        let words = say(&words_of(name));
        out.say(told(
            if *repeated {
                Word::Repeated
            } else {
                Word::Done
            },
            &[&words],
        ))?;
        out.line(told(Word::ReceiptLine, &[case, version, position]))?;
        if let Some(number) = &answer.ledger_no {
            out.line(told(Word::ReceiptNumber, &[number, number]))?;
        }
        out.line(told(Word::CommandKey, &[&answer.key]))?;
        if let Some(warning) = &answer.warning {
            out.line(told(Word::Warned, &[&warning.message(language())]))?;
        }
        let mut subjects = answer.subjects.iter();
        subjects.try_for_each(|subject| out.line(told(Word::SubjectLine, &[subject])))
    })
}

/// A precedent that a meeting registers names the lead, co-handlers and minutes of its decision.
fn complete(body: &mut Value) {
    let Some(decision) = body.get("decision").cloned() else {
        return;
    };
    if body.get("precedent").is_none() {
        return;
    }
    for field in ["lead", "co_handlers", "minutes"] {
        let value = decision.get(field).cloned().unwrap_or_default();
        put(body, &format!("precedent.{field}"), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::kind::Kind;
    use crate::case::record::{Flag, Need};
    use crate::case::records::RECORDS;
    use clap::FromArgMatches;
    use std::collections::BTreeSet;

    const ID: &str = "019a0000-0000-7000-8000-000000000001";

    fn sample(kind: Kind) -> Vec<&'static str> {
        match kind {
            Kind::Text | Kind::Code | Kind::Person => vec!["某处"],
            Kind::OneOf(codes) => codes.all(),
            Kind::Number => vec!["1"],
            Kind::Limit => vec!["3 wd"],
            Kind::Instant => vec!["2026-07-01 09:00"],
            Kind::Case => vec![ID],
            Kind::Evidence => vec!["after_photo=ab"],
            Kind::Deliverable => vec!["B-water=pump"],
            Kind::Point => vec!["26.075,119.306"],
            Kind::Source => vec!["12345:1"],
            Kind::YesNo => vec!["yes", "no"],
            Kind::Switch => vec![],
        }
    }

    fn typed(record: &'static super::super::record::Record, flags: &[(&Flag, &str)]) -> Value {
        let mut argv = vec!["gridwhistle", "case"];
        argv.extend(record.timer.then_some("timer"));
        argv.push(record.command.code());
        if !record.opens {
            argv.push(ID);
        }
        let dashed: Vec<String> = flags
            .iter()
            .map(|(flag, _)| format!("--{}", flag.name))
            .collect();
        for (dashed, (flag, value)) in dashed.iter().zip(flags) {
            argv.push(dashed);
            if flag.kind != Kind::Switch {
                argv.push(value);
            }
        }
        let matches = crate::help::command().try_get_matches_from(&argv).unwrap();
        let cli = crate::args::Cli::from_arg_matches(&matches).unwrap();
        let crate::args::Command::Case { command } = cli.command else {
            panic!("{argv:?}")
        };
        let given = match command {
            super::super::CaseCommands::Give(given) => given.0,
            super::super::CaseCommands::Timer { command } => command.0,
            super::super::CaseCommands::Ask(asked) => panic!("{asked:?}"),
        };
        let mut body = given.body;
        complete(&mut body);
        for (place, _) in given.files {
            put(&mut body, place, json!({ "subject": "s" }));
        }
        body
    }

    #[test]
    fn every_command_has_one_record_and_import_has_none() {
        let codes: Vec<&str> = RECORDS.iter().map(|record| record.command.code()).collect();
        let unique: BTreeSet<&str> = codes.iter().copied().collect();
        assert_eq!(unique.len(), codes.len(), "a command stands twice");
        let import = CommandName::Import;
        for name in CommandName::ALL.iter().filter(|name| **name != import) {
            assert!(unique.contains(name.code()), "no record for {name}");
        }
        assert!(!unique.contains(import.code()));
    }

    #[test]
    fn what_is_typed_becomes_the_command_with_all_flags_with_few_and_with_every_code() {
        for record in RECORDS {
            let all: Vec<(&Flag, &str)> = record
                .flags
                .iter()
                .map(|flag| (flag, sample(flag.kind).first().copied().unwrap_or_default()))
                .collect();
            let few: Vec<(&Flag, &str)> = all
                .iter()
                .copied()
                .filter(|(flag, _)| flag.need == Need::Must)
                .collect();
            let mut lines = vec![all.clone(), few];
            for (place, flag) in record.flags.iter().enumerate() {
                for value in sample(flag.kind) {
                    let mut line = all.clone();
                    line[place].1 = value;
                    lines.push(line);
                }
            }
            for line in lines {
                let body = typed(record, &line);
                let command: CaseCommand = serde_json::from_value(body.clone())
                    .unwrap_or_else(|error| panic!("{}: {error}: {body}", record.command));
                assert_eq!(command.name(), record.command);
            }
        }
    }

    #[test]
    fn every_field_of_a_command_can_be_typed() {
        for record in RECORDS {
            let all = record
                .flags
                .iter()
                .map(|flag| (flag, sample(flag.kind).first().copied().unwrap_or_default()));
            let body = typed(record, &all.collect::<Vec<_>>());
            let command: CaseCommand = serde_json::from_value(body.clone()).unwrap();
            // Serde writes every field of the command itself, so one without a flag shows as null.
            let written = serde_json::to_value(&command).unwrap();
            for (field, value) in written.as_object().unwrap() {
                let elsewhere = matches!(
                    (record.command, field.as_str()),
                    (CommandName::AbsorbDuplicate, "reporter")
                );
                assert!(!value.is_null() || elsewhere, "{}: {field}", record.command);
            }
        }
    }
}
