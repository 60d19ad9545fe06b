//! Every command of every class, given/when/then: one row says who asks for what in which scene,
//! and which fact and stage follow. `every/outcomes.txt` holds what the rows lead to in full: facts,
//! units, clocks with their due times, who signs next.
//!
//! A test walks the step table and fails for every pair of command and class without a row, so that
//! the rows cannot fall behind it.

mod before;
mod ends;
mod handling;
mod life;
mod mandate;
mod meeting;
mod pause;
mod units;

use crate::actor::Actor;
use crate::case::command::{CaseCommand as C, CommandName};
use crate::case::decide::outlook;
use crate::case::kit::*;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::Stage;
use crate::case::steps::STEPS;
use crate::case::{Case, chain};
use crate::class::CaseClass;
use crate::policy::Policy;
use crate::policy::flow::{moves, reachable};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The class that a row is about; none: before a class is chosen.
type Class = Option<CaseClass>;

const SPOT: Class = Some(CaseClass::OnTheSpot);
const LIMITED: Class = Some(CaseClass::TimeLimited);
const UNDERTAKEN: Class = Some(CaseClass::Undertaken);
const SPECIAL: Class = Some(CaseClass::Special);
const PROXY: Class = Some(CaseClass::Proxy);
const CLASSES: &[Class] = &[SPOT, LIMITED, UNDERTAKEN, SPECIAL, PROXY];
/// The classes that units handle.
const UNITS: &[Class] = &[LIMITED, UNDERTAKEN, SPECIAL];
/// The classes that the grid handles itself.
const BY_GRID: &[Class] = &[SPOT, PROXY];

/// What follows: the first fact and the stage, or the first refusal.
#[derive(Clone, Copy)]
enum Then {
    To(&'static str, Stage),
    Never(Code),
}
use Then::{Never, To};

/// One row of the table.
struct Row {
    classes: &'static [Class],
    given: fn(Class) -> Given,
    by: Actor,
    when: fn(Class) -> C,
    then: Then,
}

fn row(
    classes: &'static [Class],
    given: fn(Class) -> Given,
    by: Actor,
    when: fn(Class) -> C,
    then: Then,
) -> Row {
    Row {
        classes,
        given,
        by,
        when,
        then,
    }
}

fn rows() -> Vec<Row> {
    let groups = [
        before::rows(),
        life::rows(),
        units::rows(),
        handling::rows(),
        pause::rows(),
        meeting::rows(),
        mandate::rows(),
        ends::rows(),
    ];
    groups.into_iter().flatten().collect()
}

fn named(class: Class) -> &'static str {
    class.map_or("no class yet", CaseClass::code)
}

/// Where a case stands, in a line: stage, units, owed clocks with their due times, who signs next.
fn stands(case: &Case) -> String {
    let mut said = case.stage.map_or("-", Stage::code).to_owned();
    for leg in case.legs.iter().filter(|leg| leg.stage.is_live()) {
        write!(said, "; {} {}", leg.unit, leg.stage.code()).expect("a text");
    }
    for clock in case.owed_clocks() {
        let leg = clock.id.leg.map_or(String::new(), |leg| format!(" {leg}"));
        let due = clock.marks.due + chrono::TimeDelta::hours(8);
        let due = match clock.is_running() {
            true => due.format("%m-%d %H:%M").to_string(),
            false => "stands".to_owned(),
        };
        write!(said, "; {}{leg} {due}", clock.id.kind.code()).expect("a text");
    }
    let policy = Policy::built_in();
    let row = case.class.and_then(|class| policy.row(class));
    let signs = row.and_then(|row| chain::next_step(case, row));
    if let Some(next) = signs.filter(|_| case.stage == Some(Stage::Responded)) {
        write!(said, "; next signs {}", next.step).expect("a text");
    }
    said
}

/// What became of a row, and what is wrong with it.
fn outcome(row: &Row, class: Class, problems: &mut Vec<String>) -> String {
    let command = (row.when)(class);
    let name = command.name().code();
    let given = (row.given)(class);
    let (was, shown) = (given.case.class, stands(&given.case));
    let after = given.when(row.by.clone(), command);
    let title = format!("{name} · {} · {}", named(class), row.by.role);
    let mut wrong = |what: String| problems.push(format!("{title}: {what}"));
    // A report made and handled in one has its class only afterwards.
    if was != class && after.case.class != class {
        wrong(format!("the case is {}", named(was)));
    }
    match (&after.last(), row.then) {
        (Ok(events), To(fact, stage)) => {
            let names: Vec<&str> = events.iter().map(|event| event.fact.name()).collect();
            if !names.contains(&fact) || after.case.stage != Some(stage) {
                wrong(format!("{names:?} to {:?}", after.case.stage));
            }
            let (facts, now) = (names.join(" "), stands(&after.case));
            format!("{title}\n  given {shown}\n  then  {facts}\n        {now}\n")
        }
        (Err(refusal), Never(code)) => {
            if refusal.code != code {
                wrong(format!("refused: {refusal:?}"));
            }
            let (code, given) = (refusal.code.code(), &refusal.given);
            let accepted = &refusal.accepted;
            format!("{title}\n  given {shown}\n  never {code}: {given}; accepted: {accepted}\n")
        }
        (Ok(events), Never(_)) => {
            wrong(format!("allowed: {events:?}"));
            String::new()
        }
        (Err(refusal), To(..)) => {
            wrong(format!("refused: {refusal:?} in {shown}"));
            String::new()
        }
    }
}

#[test]
fn every_row_leads_where_it_says() {
    let mut problems = Vec::new();
    let mut told: Vec<(usize, String)> = Vec::new();
    for row in rows() {
        for class in row.classes {
            let place = CLASSES.iter().position(|known| known == class);
            let place = place.map_or(0, |place| place + 1);
            told.push((place, outcome(&row, *class, &mut problems)));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    told.sort_by_key(|(place, _)| *place);
    let told: Vec<String> = told.into_iter().map(|(_, told)| told).collect();
    expect_test::expect_file!["every/outcomes.txt"].assert_eq(&told.join("\n"));
}

/// Whoever looks at a case is not kept from what the rules would take.
#[test]
fn what_may_be_given_stands_open() {
    let (mut open, mut shut, mut wrong) = (0, 0, Vec::new());
    for row in rows() {
        for class in row.classes {
            let (given, command) = ((row.given)(*class), (row.when)(*class));
            let name = command.name();
            let all = outlook(&given.case, &given.asked_by(row.by.clone()));
            let mut prospects = all.iter().filter(|one| one.command == name).peekable();
            if prospects.peek().is_none() || matches!(command, C::Report { .. }) {
                continue;
            }
            let stands = prospects.any(|one| one.refusal.is_none());
            match row.then {
                To(..) if stands => open += 1,
                To(..) => wrong.push(format!("{name} · {} · {}", named(*class), row.by.role)),
                Never(_) if stands => {}
                Never(_) => shut += 1,
            }
        }
    }
    assert!(wrong.is_empty(), "kept from:\n{}", wrong.join("\n"));
    println!("{open} stand open, {shut} do not");
    assert!(open > 100 && shut > 10, "{open} {shut}");
}

/// What the step table lets be given: command by class, as far as the class can stand there.
fn demanded() -> BTreeSet<(CommandName, Class)> {
    let policy = Policy::built_in();
    let mut pairs = BTreeSet::new();
    for (class, row) in &policy.class {
        let stages = reachable(&moves(&policy, row, STEPS));
        for step in STEPS {
            let here = step.routes.is_empty() || step.routes.contains(&row.route);
            let classed = step
                .stages
                .iter()
                .any(|stage| *stage != Stage::Reported && stages.contains(stage));
            // Acceptance gives the class.
            if here && (classed || step.command == CommandName::Accept) {
                pairs.insert((step.command, Some(*class)));
            }
        }
    }
    for step in STEPS.iter().filter(|step| step.routes.is_empty()) {
        let begins = step.stages.is_empty() || step.stages.contains(&Stage::Reported);
        if begins
            && !matches!(
                step.command,
                CommandName::Accept | CommandName::ReportHandled
            )
        {
            pairs.insert((step.command, None));
        }
    }
    pairs.insert((CommandName::ReportHandled, SPOT));
    pairs
}

#[test]
fn every_command_of_every_class_has_a_row() {
    let mut missing = demanded();
    for row in rows() {
        for class in row.classes {
            missing.remove(&((row.when)(*class).name(), *class));
        }
    }
    let missing: Vec<String> = missing
        .into_iter()
        .map(|(command, class)| format!("{command} · {}", named(class)))
        .collect();
    assert!(missing.is_empty(), "without a row:\n{}", missing.join("\n"));
}
