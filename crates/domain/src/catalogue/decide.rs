//! The rules of the catalogue: a command becomes facts or a refusal. Pure and synchronous.

use super::Catalogue;
use super::command::{CatalogueCommand as Command, CatalogueOrder};
use super::fact::{CatalogueEvent, CatalogueFact as Fact};
use super::matter::Matter;
use super::refusal::{CatalogueRefusal as Refusal, ImportIssue};
use crate::actor::{Actor, Role};
use crate::class::CaseClass;
use crate::ids::{MatterCode, UnitId};
use crate::registry::holds_personal_number;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

type Facts = Result<Vec<Fact>, Refusal>;
type Units = BTreeSet<UnitId>;

impl Catalogue {
    /// Decides a command at `now`, asked by `actor`; `active_units` are the named units that are
    /// active ([`super::active_units`]). An answer without events means that all of it is recorded
    /// already.
    ///
    /// # Errors
    /// [`Refusal`], with nothing recorded; an import names every entry that is refused.
    pub fn decide(
        &self,
        command: &Command,
        now: DateTime<Utc>,
        actor: &Actor,
        active_units: &BTreeSet<UnitId>,
    ) -> Result<Vec<CatalogueEvent>, Refusal> {
        if !matches!(
            actor.role,
            Role::Administrator | Role::CityOffice | Role::System
        ) {
            return Err(Refusal::NotAuthorised { role: actor.role });
        }
        let event = |fact| CatalogueEvent {
            at: now,
            by: actor.clone(),
            fact,
        };
        let facts = match command {
            Command::Import(entries) => self.import(entries, active_units, &event)?,
            single => self.judge(single, active_units)?,
        };
        self.not_backdated(&facts, now)?;
        Ok(facts.into_iter().map(event).collect())
    }

    /// Cases are judged by the matter as it was in force at their acceptance: a version that is on
    /// record changes from now on only.
    fn not_backdated(&self, facts: &[Fact], now: DateTime<Utc>) -> Result<(), Refusal> {
        let mut changes = facts.iter().filter_map(|fact| match fact {
            Fact::MatterRevised { from, matter } => Some((&matter.code, *from)),
            Fact::MatterRetired { code, until } => Some((code, *until)),
            Fact::MatterAdmitted { .. } => None,
        });
        match changes.find(|(code, from)| *from < now && self.history(code).is_some()) {
            Some((code, from)) => Err(Refusal::Backdated {
                code: code.clone(),
                from,
                now,
            }),
            None => Ok(()),
        }
    }

    fn judge(&self, command: &Command, units: &Units) -> Facts {
        match command {
            Command::AdmitMatter { matter, from } => self.admit(matter, *from, units),
            Command::ReviseMatter { matter, from } => self.revise(matter, *from, units),
            Command::RetireMatter { code, until } => self.retire(code, *until),
            Command::RecordMatter { matter, from, to } => self.record(matter, (*from, *to), units),
            Command::Import(_) => Ok(Vec::new()),
        }
    }

    fn import(
        &self,
        entries: &[Command],
        units: &Units,
        event: &dyn Fn(Fact) -> CatalogueEvent,
    ) -> Facts {
        let mut listed = Vec::new();
        flatten(entries, &mut listed);
        listed.sort_by_key(|(_, command)| beginning(command));
        let mut working = self.clone();
        let (mut facts, mut issues) = (Vec::new(), Vec::new());
        for (entry, command) in listed {
            match working.judge(command, units) {
                Ok(new) => {
                    for fact in new {
                        working.evolve(&event(fact.clone()));
                        facts.push(fact);
                    }
                }
                Err(refusal) => issues.push(ImportIssue { entry, refusal }),
            }
        }
        issues.sort_by_key(|issue| issue.entry);
        if issues.is_empty() {
            Ok(facts)
        } else {
            Err(Refusal::Import(issues))
        }
    }

    fn admit(&self, matter: &Matter, from: DateTime<Utc>, units: &Units) -> Facts {
        check_form(matter)?;
        if let Some(last) = self
            .history(&matter.code)
            .and_then(|versions| versions.last())
        {
            // Admitted again only after it was retired.
            if last.to.is_none_or(|end| from < end) {
                return Err(Refusal::AlreadyAdmitted {
                    code: matter.code.clone(),
                });
            }
        }
        check_owners(matter, units)?;
        Ok(vec![Fact::MatterAdmitted {
            from,
            matter: matter.clone(),
        }])
    }

    fn revise(&self, matter: &Matter, from: DateTime<Utc>, units: &Units) -> Facts {
        check_form(matter)?;
        let code = || matter.code.clone();
        let versions = self.history(&matter.code);
        let Some(last) = versions.and_then(|versions| versions.last()) else {
            return Err(Refusal::NotInCatalogue {
                code: code(),
                at: from,
            });
        };
        if last.from == from {
            return match last.facts == *matter {
                true => Ok(Vec::new()),
                false => Err(Refusal::HistoryFixed { code: code(), from }),
            };
        }
        if from < last.from {
            return Err(Refusal::BeforeHistory {
                code: code(),
                from,
                latest: last.from,
            });
        }
        if !last.contains(from) {
            return Err(Refusal::NotInCatalogue {
                code: code(),
                at: from,
            });
        }
        check_owners(matter, units)?;
        let mut facts = vec![Fact::MatterRevised {
            from,
            matter: matter.clone(),
        }];
        // A retirement that was announced for later still stands.
        facts.extend(last.to.map(|until| Fact::MatterRetired {
            code: code(),
            until,
        }));
        Ok(facts)
    }

    fn retire(&self, code: &MatterCode, until: DateTime<Utc>) -> Facts {
        let last = self.history(code).and_then(|versions| versions.last());
        match last {
            Some(last) if last.to == Some(until) => Ok(Vec::new()),
            Some(last) if last.from < until && last.contains(until) => {
                Ok(vec![Fact::MatterRetired {
                    code: code.clone(),
                    until,
                }])
            }
            _ => Err(Refusal::NotInCatalogue {
                code: code.clone(),
                at: until,
            }),
        }
    }

    fn record(
        &self,
        matter: &Matter,
        (from, to): (DateTime<Utc>, Option<DateTime<Utc>>),
        units: &Units,
    ) -> Facts {
        check_form(matter)?;
        if let Some(to) = to.filter(|to| *to <= from) {
            return Err(Refusal::PeriodReversed { from, to });
        }
        let code = || matter.code.clone();
        let versions = self.history(&matter.code);
        if let Some(recorded) = versions.and_then(|versions| versions.beginning(from)) {
            return match (recorded.facts == *matter, to, recorded.to) {
                (true, None, _) => Ok(Vec::new()),
                (true, Some(to), Some(end)) if to == end => Ok(Vec::new()),
                (true, Some(to), None) => self.retire(&matter.code, to),
                _ => Err(Refusal::HistoryFixed { code: code(), from }),
            };
        }
        let mut facts = match versions.and_then(|versions| versions.last()) {
            Some(last) if from < last.from => {
                return Err(Refusal::BeforeHistory {
                    code: code(),
                    from,
                    latest: last.from,
                });
            }
            Some(last) if last.contains(from) => self.revise(matter, from, units)?,
            _ => self.admit(matter, from, units)?,
        };
        facts.extend(to.map(|until| Fact::MatterRetired {
            code: code(),
            until,
        }));
        Ok(facts)
    }
}

fn flatten<'a>(entries: &'a [Command], into: &mut Vec<(usize, &'a Command)>) {
    for entry in entries {
        match entry {
            Command::Import(inner) => flatten(inner, into),
            single => into.push((into.len(), single)),
        }
    }
}

/// By instant; at one instant a retirement comes before what may follow it.
fn beginning(command: &Command) -> (DateTime<Utc>, bool) {
    match command {
        Command::AdmitMatter { from, .. }
        | Command::ReviseMatter { from, .. }
        | Command::RecordMatter { from, .. } => (*from, true),
        Command::RetireMatter { until, .. } => (*until, false),
        Command::Import(_) => (DateTime::<Utc>::MAX_UTC, true),
    }
}

fn check_form(matter: &Matter) -> Result<(), Refusal> {
    let code = || matter.code.clone();
    let required = [("code", matter.code.as_str()), ("name_zh", &matter.name.zh)];
    if let Some((field, _)) = required
        .into_iter()
        .find(|(_, text)| text.trim().is_empty())
    {
        return Err(Refusal::EmptyField { field });
    }
    let words = [
        ("name_zh", &matter.name.zh),
        ("name_en", &matter.name.en),
        ("guide_zh", &matter.guide.zh),
        ("guide_en", &matter.guide.en),
    ];
    if let Some((field, _)) = words
        .into_iter()
        .find(|(_, text)| holds_personal_number(text))
    {
        return Err(Refusal::PersonalNumber { field });
    }
    if matter.classes.is_empty() {
        return Err(Refusal::NoClass { code: code() });
    }
    if let Some(class) = matter
        .limits
        .keys()
        .find(|class| !matter.classes.contains(class))
    {
        return Err(Refusal::LimitForOtherClass {
            code: code(),
            class: *class,
        });
    }
    if matter.proxy != matter.classes.contains(&CaseClass::Proxy) {
        return Err(Refusal::ProxyMismatch { code: code() });
    }
    if matter.proxy && matter.person_must_appear {
        return Err(Refusal::PersonMustAppear { code: code() });
    }
    if matter.proxy && matter.statutory_limit.is_none() {
        return Err(Refusal::StatutoryLimitMissing { code: code() });
    }
    if matter.funding_owner.as_str().trim().is_empty() {
        return Err(Refusal::FundingOwnerMissing { code: code() });
    }
    Ok(())
}

fn check_owners(matter: &Matter, active: &Units) -> Result<(), Refusal> {
    match matter
        .units()
        .into_iter()
        .find(|(_, unit)| !active.contains(*unit))
    {
        Some((field, unit)) => Err(Refusal::UnknownUnit {
            field,
            unit: unit.clone(),
        }),
        None => Ok(()),
    }
}

impl cqrs_es::Aggregate for Catalogue {
    const TYPE: &'static str = "catalogue";
    type Command = CatalogueOrder;
    type Event = CatalogueEvent;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        order: CatalogueOrder,
        (): &(),
        sink: &cqrs_es::event_sink::EventSink<Self>,
    ) -> Result<(), Refusal> {
        let CatalogueOrder {
            command,
            now,
            actor,
            active_units,
        } = order;
        for event in self.decide(&command, now, &actor, &active_units)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: CatalogueEvent) {
        self.evolve(&event);
    }
}
