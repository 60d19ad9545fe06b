//! The rules of the registry: a command becomes facts or a refusal. Pure and synchronous.
//!
//! Precedence: authority, form of the fields, fixed identity, history, then what else must exist.

mod boundary;
mod grid;
mod person;
mod service;
mod unit;

use super::Registry;
use super::command::{RegistryCommand as Command, RegistryOrder};
use super::fact::{RegistryEvent, RegistryFact as Fact};
use super::period::Timeline;
use super::refusal::{ImportIssue, RegistryRefusal as Refusal};
use crate::actor::{Actor, Role};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

type Facts = Result<Vec<Fact>, Refusal>;

impl Registry {
    /// Decides a command at `now`, asked by `actor`. An answer without events means that all of
    /// it is recorded already.
    ///
    /// # Errors
    /// [`Refusal`], with nothing recorded; an import names every entry that is refused.
    pub fn decide(
        &self,
        command: &Command,
        now: DateTime<Utc>,
        actor: &Actor,
    ) -> Result<Vec<RegistryEvent>, Refusal> {
        if !matches!(actor.role, Role::Administrator | Role::System) {
            return Err(Refusal::NotAuthorised { role: actor.role });
        }
        let event = |fact| RegistryEvent {
            at: now,
            by: actor.clone(),
            fact,
        };
        let facts = match command {
            Command::Import(entries) => self.import(entries, &event)?,
            single => self.judge(single, false)?,
        };
        Ok(facts.into_iter().map(event).collect())
    }

    fn judge(&self, command: &Command, continued: bool) -> Facts {
        match command {
            Command::RecordUnit { .. } | Command::CloseUnit { .. } => {
                self.judge_unit(command, continued)
            }
            Command::RecordGrid { .. } | Command::CloseGrid { .. } => {
                self.judge_grid(command, continued)
            }
            Command::RecordPerson { .. }
            | Command::DeactivatePerson { .. }
            | Command::BeginTenure { .. }
            | Command::EndTenure { .. } => self.judge_person(command, continued),
            Command::GrantService { .. } | Command::WithdrawService { .. } => {
                self.judge_service(command)
            }
            Command::DrawBoundary {
                place,
                boundary,
                from,
            } => self.draw_boundary(place, boundary, *from),
            Command::Import(_) => Ok(Vec::new()),
        }
    }

    /// Takes the entries in the order of things, and again while any of those refused finds what
    /// it needs among the others; so a file need not name parents first.
    fn import(&self, entries: &[Command], event: &dyn Fn(Fact) -> RegistryEvent) -> Facts {
        let mut pending: Vec<(usize, &Command)> = Vec::new();
        flatten(entries, &mut pending);
        pending.sort_by_key(|(_, command)| order_of(command));
        let begun: BTreeSet<(String, DateTime<Utc>)> = pending
            .iter()
            .filter_map(|(_, command)| begins(command))
            .collect();
        let mut working = self.clone();
        let mut facts = Vec::new();
        loop {
            let mut refused = Vec::new();
            let mut issues = Vec::new();
            for (entry, command) in &pending {
                let continued = ends(command).is_some_and(|end| begun.contains(&end));
                match working.judge(command, continued) {
                    Ok(new) => {
                        for fact in new {
                            working.evolve(&event(fact.clone()));
                            facts.push(fact);
                        }
                    }
                    Err(refusal) => {
                        refused.push((*entry, *command));
                        issues.push(ImportIssue {
                            entry: *entry,
                            refusal,
                        });
                    }
                }
            }
            if issues.is_empty() {
                return Ok(facts);
            }
            if refused.len() == pending.len() {
                issues.sort_by_key(|issue| issue.entry);
                return Err(Refusal::Import(issues));
            }
            pending = refused;
        }
    }
}

/// Entries with their number; an import within an import counts as its entries.
fn flatten<'a>(entries: &'a [Command], into: &mut Vec<(usize, &'a Command)>) {
    for entry in entries {
        match entry {
            Command::Import(inner) => flatten(inner, into),
            single => into.push((into.len(), single)),
        }
    }
}

/// Units before grids before people before what binds them; endings last; each by instant.
fn order_of(command: &Command) -> (u8, DateTime<Utc>) {
    match command {
        Command::RecordUnit { from, .. } => (0, *from),
        Command::RecordGrid { from, .. } => (1, *from),
        Command::RecordPerson { from, .. } => (2, *from),
        Command::BeginTenure { from, .. } => (3, *from),
        Command::GrantService { from, .. } => (4, *from),
        Command::DrawBoundary { from, .. } => (5, *from),
        Command::WithdrawService { until, .. } => (6, *until),
        Command::EndTenure { until, .. } => (7, *until),
        Command::DeactivatePerson { until, .. } => (8, *until),
        Command::CloseGrid { until, .. } => (9, *until),
        Command::CloseUnit { until, .. } => (10, *until),
        Command::Import(_) => (11, DateTime::<Utc>::MAX_UTC),
    }
}

/// What recording a period means, given what is recorded.
enum Placing {
    /// It is recorded already.
    Nothing,
    /// It begins a period, which ends at an instant if one is known.
    Begin { until: Option<DateTime<Utc>> },
    /// It is recorded as open and shall end.
    End { until: DateTime<Utc> },
}

/// The period of a recorded row.
#[derive(Clone, Copy)]
struct Span {
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    /// Another entry of the same import goes on where this one ends, so nothing is closed then.
    continued: bool,
}

impl Span {
    const fn of(from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Self {
        Self {
            from,
            to,
            continued: false,
        }
    }

    /// The same beginning with the end that will stand.
    const fn until(self, to: Option<DateTime<Utc>>) -> Self {
        Self { to, ..self }
    }

    /// The end to record, if one is to be recorded.
    const fn closing(self) -> Option<DateTime<Utc>> {
        if self.continued { None } else { self.to }
    }
}

fn placing<T: PartialEq>(
    history: Option<&Timeline<T>>,
    id: &str,
    span: Span,
    details: &T,
) -> Result<Placing, Refusal> {
    let Span {
        from,
        to,
        continued,
    } = span;
    let Some(history) = history else {
        return Ok(Placing::Begin { until: to });
    };
    if let Some(recorded) = history.beginning(from) {
        return match (recorded.facts == *details, to, recorded.to) {
            (true, None, _) => Ok(Placing::Nothing),
            (true, Some(to), Some(recorded)) if to == recorded => Ok(Placing::Nothing),
            (true, Some(_), None) if continued => Ok(Placing::Nothing),
            (true, Some(until), None) => Ok(Placing::End { until }),
            _ => Err(Refusal::HistoryFixed {
                id: id.to_owned(),
                from,
            }),
        };
    }
    match history.last() {
        Some(last) if from < last.from => Err(Refusal::BeforeHistory {
            id: id.to_owned(),
            from,
            latest: last.from,
        }),
        // An end that was announced for later still stands after the change.
        Some(last) => Ok(Placing::Begin {
            until: to.or(last.to.filter(|end| from < *end)),
        }),
        None => Ok(Placing::Begin { until: to }),
    }
}

fn ending<T>(history: Option<&Timeline<T>>, id: &str, at: DateTime<Utc>) -> Result<bool, Refusal> {
    let last = history.and_then(Timeline::last);
    match last {
        Some(last) if last.to == Some(at) => Ok(false),
        Some(last) if last.from < at && last.to.is_none_or(|to| at < to) => Ok(true),
        _ => Err(Refusal::NotOpen {
            id: id.to_owned(),
            at,
        }),
    }
}

/// The thing and the instant at which an entry begins a period of it.
fn begins(command: &Command) -> Option<(String, DateTime<Utc>)> {
    match command {
        Command::RecordUnit { unit, from, .. } => Some((format!("unit:{unit}"), *from)),
        Command::RecordGrid { grid, from, .. } => Some((format!("grid:{grid}"), *from)),
        Command::RecordPerson { person, from, .. } => Some((format!("person:{person}"), *from)),
        _ => None,
    }
}

/// The thing and the instant at which an entry ends a period of it.
fn ends(command: &Command) -> Option<(String, DateTime<Utc>)> {
    let to = match command {
        Command::RecordUnit { to, .. }
        | Command::RecordGrid { to, .. }
        | Command::RecordPerson { to, .. } => (*to)?,
        _ => return None,
    };
    begins(command).map(|(id, _)| (id, to))
}

fn check_period(from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Result<(), Refusal> {
    match to {
        Some(to) if to <= from => Err(Refusal::PeriodReversed { from, to }),
        _ => Ok(()),
    }
}

fn check_words(field: &'static str, text: &str, required: bool) -> Result<(), Refusal> {
    if required && text.trim().is_empty() {
        return Err(Refusal::EmptyField { field });
    }
    if holds_personal_number(text) {
        return Err(Refusal::PersonalNumber { field });
    }
    Ok(())
}

/// A mobile number (11 digits from 1, perhaps after 86) or an identity number (18 characters),
/// also when written with spaces or hyphens.
pub(crate) fn holds_personal_number(text: &str) -> bool {
    // The shortest of them has as many digits: most texts have fewer.
    if text.bytes().filter(u8::is_ascii_digit).count() < 11 {
        return false;
    }
    let joined: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{3000}'))
        .collect();
    [text, joined.as_str()].iter().any(|text| {
        text.split(|c: char| !c.is_ascii_digit() && !matches!(c, 'x' | 'X'))
            .any(is_personal)
    })
}

fn is_personal(run: &str) -> bool {
    let mobile = run
        .strip_prefix("86")
        .filter(|rest| rest.len() == 11)
        .unwrap_or(run);
    let is_mobile = mobile.len() == 11
        && mobile.bytes().all(|b| b.is_ascii_digit())
        && mobile.starts_with('1')
        && mobile
            .as_bytes()
            .get(1)
            .is_some_and(|second| (b'3'..=b'9').contains(second));
    let is_identity = run.len() == 18 && run.bytes().take(17).all(|digit| digit.is_ascii_digit());
    is_mobile || is_identity
}

impl cqrs_es::Aggregate for Registry {
    const TYPE: &'static str = "registry";
    type Command = RegistryOrder;
    type Event = RegistryEvent;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        order: RegistryOrder,
        (): &(),
        sink: &cqrs_es::event_sink::EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(&order.command, order.now, &order.actor)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: RegistryEvent) {
        self.evolve(&event);
    }
}
