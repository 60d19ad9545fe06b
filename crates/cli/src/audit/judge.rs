//! `audit judge`: was every event allowed by the law in force then?

use super::source;
use crate::failure::{Exit, Failure};
use crate::moment;
use crate::output::Output;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::words::{Word as W, language, told};
use gridwhistle_audit::judge::{Deviation, JudgeOptions, JudgeReport, judge};

/// Deviations that are listed where nobody says how many.
const LISTED: usize = 100;

/// Judges the log and tells what the law did not allow.
///
/// # Errors
/// When the log cannot be read, or something was found.
pub(super) async fn run(
    session: &Session,
    up_to: Option<u64>,
    most: Option<usize>,
) -> Result<(), Failure> {
    let options = JudgeOptions {
        up_to,
        most: most.unwrap_or(LISTED),
        ..JudgeOptions::default()
    };
    let report = judge(&source(session).await?, options).await?;
    session.output.answer(&report, |out| show(out, &report))?;
    if report.is_clean() {
        return Ok(());
    }
    let message = told(W::JudgeFound, &[&report.deviations]);
    Err(Failure::new(Exit::Refused, "deviations_found", message))
}

fn show(out: &Output, report: &JudgeReport) -> Result<(), Failure> {
    let parts: [&dyn std::fmt::Display; 4] = [
        &report.up_to,
        &report.commands,
        &report.events,
        &report.cases,
    ];
    out.say(told(W::Judged, &parts))?;
    if !report.not_judged.is_empty() {
        let kinds = report.not_judged.iter();
        let kinds: Vec<String> = kinds
            .map(|(kind, times)| format!("{kind} {times}"))
            .collect();
        out.say(told(W::NotJudged, &[&kinds.join(", ")]))?;
    }
    if report.is_clean() {
        return out.say(W::JudgedClean);
    }
    let rules = report.by_rule.iter();
    let rules: Vec<String> = rules
        .map(|(rule, times)| format!("{rule} {times}"))
        .collect();
    out.say(told(W::ByRule, &[&rules.join(", ")]))?;
    out.table(&table(&report.listed))
}

fn table(deviations: &[Deviation]) -> Table {
    let mut table = Table::new([
        Column::from(W::HPosition).right().least(6),
        Column::from(W::HStream).least(16),
        Column::from(W::HSequence).rank(4).right().least(2),
        Column::from(W::HEvent).rank(2).least(14),
        Column::from(W::HHappened).rank(3).least(16),
        Column::from(W::HWho).rank(5).least(12),
        Column::from(W::HRule).least(12),
        Column::from(W::HFinding).least(30),
    ]);
    for one in deviations {
        table.row([
            one.position.to_string(),
            one.stream.clone(),
            one.sequence.to_string(),
            one.event.clone(),
            moment::show(one.at),
            one.by.clone(),
            one.rule.clone(),
            one.message.get(language()).to_owned(),
        ]);
    }
    table
}
