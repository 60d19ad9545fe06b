//! What may be done next with a case, as the rules answer: by the acting person, or else by role.

use super::record::{Need, Record};
use super::records::RECORDS;
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::output::Output;
use crate::table::{Column, Table};
use crate::words::{Word as W, language, say, told};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::case::decide::Prospect;
use gridwhistle::domain::case::refusal::RefusalCode as Code;
use gridwhistle::domain::case::steps::rows;
use gridwhistle::domain::policy::words;
use std::collections::BTreeSet;

/// Tells what an actor may do and why not the rest, commands ready to be typed.
///
/// # Errors
/// When standard output does not take it.
pub(super) fn of_actor(
    out: &Output,
    (heading, actor): (W, &Actor),
    (case, prospects): (&str, &[Prospect]),
    names: &Names,
) -> Result<(), Failure> {
    out.line("")?;
    out.say(told(heading, &[&names.actor(actor)]))?;
    let mut table = Table::pairs();
    for one in prospects.iter().filter(|one| one.refusal.is_none()) {
        let leg = one.leg.map(|leg| leg.0);
        table.row([name(one.command), typed(one.command, case, leg)]);
    }
    if table.is_empty() {
        table.row([W::NoneNow.to_string()]);
    }
    out.part(&table)?;
    let (far, near): (Vec<_>, Vec<_>) = prospects
        .iter()
        .filter_map(|one| Some((one.command, one.refusal.as_ref()?)))
        .partition(|(_, refusal)| is_far(refusal.code));
    let (others, near): (Vec<_>, Vec<_>) = near
        .into_iter()
        .partition(|(_, refusal)| refusal.code == Code::NotYourStep);
    if !near.is_empty() {
        let mut table = Table::new([Column::from(W::TMayNot), Column::from(W::HWhyNot)]).fold();
        for (command, refusal) in near {
            table.row([name(command), refusal.message(language())]);
        }
        out.line("")?;
        out.part(&table)?;
    }
    for (word, commands) in [(W::OfOthers, others), (W::NotNow, far)] {
        if !commands.is_empty() {
            let names: Vec<String> = commands
                .into_iter()
                .map(|(command, _)| name(command))
                .collect();
            out.line("")?;
            out.say(told(word, &[&names.join(&W::ListComma.to_string())]))?;
        }
    }
    Ok(())
}

/// Not a matter of who asks, but of another stage, class or end.
const fn is_far(code: Code) -> bool {
    matches!(
        code,
        Code::WrongStage | Code::CommandNotAllowedForClass | Code::CaseEnded
    )
}

/// Which roles may give which command at the case's stage, by the permission table.
///
/// # Errors
/// When standard output does not take it.
pub(super) fn by_role(out: &Output, case: &Case, reference: &Reference) -> Result<(), Failure> {
    let Some(stage) = case.stage else {
        return Ok(());
    };
    let pinned = case.policy.as_ref();
    let policy = pinned.and_then(|pinned| reference.policies.get(pinned));
    let route = policy.and_then(|policy| Some(policy.row(case.class?)?.route));
    let mut table = Table::new([Column::from(W::HCommand), Column::from(W::HRoles)]).fold();
    for command in CommandName::ALL {
        let fits = rows(*command).filter(|row| {
            let of_route =
                row.routes.is_empty() || route.is_none_or(|one| row.routes.contains(&one));
            row.stages.contains(&stage) && of_route
        });
        let roles: BTreeSet<Role> = fits.flat_map(|row| row.roles.iter().copied()).collect();
        let people: Vec<&Role> = roles.iter().filter(|role| **role != Role::System).collect();
        if !people.is_empty() {
            table.row([name(*command), labels::roles(people)]);
        }
    }
    if table.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.say(W::TByRole)?;
    out.part(&table)
}

fn name(command: CommandName) -> String {
    say(&words::command(command))
}

/// The command as it is typed, with what it must be given.
fn typed(command: CommandName, case: &str, leg: Option<u32>) -> String {
    let mut line = format!("case {} {case}", command.code());
    let record = RECORDS.iter().find(|record| record.command == command);
    for flag in record.into_iter().flat_map(must) {
        let value = match leg {
            Some(leg) if flag.0 == "leg" => leg.to_string(),
            _ => flag.1.to_owned(),
        };
        line.push_str(&format!(" --{} {value}", flag.0));
    }
    line
}

fn must(record: &Record) -> Vec<(&'static str, &'static str)> {
    let needed = record.flags.iter().filter(|flag| flag.need == Need::Must);
    let value = |flag: &super::record::Flag| crate::help::value_name(flag.kind.value_name());
    needed.map(|flag| (flag.name, value(flag))).collect()
}
