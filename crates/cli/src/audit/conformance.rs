//! `audit conformance`: how cases went, against the policy that each was judged by.

use super::source;
use crate::failure::{Exit, Failure};
use crate::moment;
use crate::output::Output;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::policy::words::class as class_name;
use gridwhistle_audit::conformance::flag::figure_label;
use gridwhistle_audit::conformance::{self, Deviation, Fit, Flag, Report};

/// Checks every case.
///
/// # Errors
/// When the log cannot be read, or something was found.
pub(super) async fn run(session: &Session, limit: usize) -> Result<(), Failure> {
    let source = source(session).await?;
    let report = conformance::check(&source, limit).await?;
    session.output.answer(&report, |out| show(out, &report))?;
    if report.is_clean() {
        return Ok(());
    }
    let flags: u64 = report.flags_found.values().sum();
    let message = told(W::ConformanceFound, &[&report.deviations_found, &flags]);
    Err(Failure::new(Exit::Refused, "conformance_found", message))
}

fn or_dash(code: Option<&String>) -> String {
    code.map_or_else(|| "-".to_owned(), Clone::clone)
}

fn class(code: Option<&String>) -> String {
    let known = code.and_then(|code| CaseClass::from_code(code));
    known.map_or_else(|| or_dash(code), |class| say(&class_name(class)))
}

fn show(out: &Output, report: &Report) -> Result<(), Failure> {
    let fitness = |fit: &Fit| {
        let fitness = fit.fitness.map(|fitness| fitness.to_string());
        or_dash(fitness.as_ref())
    };
    let total = &report.total;
    out.say(told(
        W::ConformanceTotal,
        &[
            &total.cases,
            &total.fit_cases,
            &total.fitting,
            &total.steps,
            &fitness(total),
        ],
    ))?;
    if report.imported > 0 {
        out.say(told(W::ConformanceImported, &[&report.imported]))?;
    }
    let counts = [
        W::MiningCases,
        W::FitCases,
        W::Steps,
        W::FittingSteps,
        W::Fitness,
    ];
    let counts = counts.map(|word| Column::from(word).right());
    let columns = [W::Unit.into(), W::Class.into()];
    let mut table = Table::new(columns.into_iter().chain(counts));
    for group in &report.groups {
        let fit = &group.fit;
        table.row([
            or_dash(group.unit.as_ref()),
            class(group.class.as_ref()),
            fit.cases.to_string(),
            fit.fit_cases.to_string(),
            fit.steps.to_string(),
            fit.fitting.to_string(),
            fitness(fit),
        ]);
    }
    out.part(&table)?;
    deviations(out, &report.deviations, report.deviations_found)?;
    flags(out, report)
}

/// What is listed of how many.
fn heading(out: &Output, word: W, listed: usize, found: u64) -> Result<(), Failure> {
    out.line("")?;
    out.say(told(word, &[&found, &listed]))
}

fn deviations(out: &Output, all: &[Deviation], found: u64) -> Result<(), Failure> {
    if found == 0 {
        return Ok(());
    }
    heading(out, W::Deviations, all.len(), found)?;
    let columns = [W::Case, W::Event, W::At, W::Unit, W::Policy, W::Deviation];
    let mut table = Table::new(columns).fold();
    for one in all {
        table.row([
            one.case.clone(),
            one.event.to_string(),
            moment::show(one.at),
            or_dash(one.unit.as_ref()),
            or_dash(one.policy.as_ref()),
            say(&one.words()),
        ]);
    }
    out.part(&table)
}

fn flags(out: &Output, report: &Report) -> Result<(), Failure> {
    for kind in report.flags_found.keys() {
        let listed: Vec<&Flag> = report
            .flags
            .iter()
            .filter(|flag| flag.kind.code() == *kind)
            .collect();
        let Some(first) = listed.first() else {
            continue;
        };
        out.line("")?;
        let name = say(&first.kind.label());
        let found = &report.flags_found[kind];
        out.say(told(W::Flags, &[&name, found, &listed.len()]))?;
        let columns = [W::From, W::Unit, W::Person, W::Figures, W::Case, W::Event];
        let mut table = Table::new(columns).fold();
        for flag in listed {
            table.row(row(flag));
        }
        out.part(&table)?;
    }
    Ok(())
}

fn row(flag: &Flag) -> [String; 6] {
    let figures = flag.figures.iter();
    let figures = figures.map(|(name, count)| format!("{} {count}", say(&figure_label(name))));
    let events: Vec<String> = flag.events.iter().map(u64::to_string).collect();
    [
        moment::show(flag.from),
        or_dash(flag.unit.as_ref()),
        or_dash(flag.person.as_ref()),
        figures.collect::<Vec<_>>().join(", "),
        flag.cases.join(" "),
        events.join(" "),
    ]
}
