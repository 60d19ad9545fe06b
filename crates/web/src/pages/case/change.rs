//! What came with a version of a case: its events in words, and what the page said before and says now.
//! Both moments are told in the same lines, and the lines are compared, so what is gone is told as well as
//! what is new.

use super::{View, rule};
use crate::parts::line::{clock, stage};
use crate::reader::Reader;
use crate::words::Says;
use crate::words::case::Word as W;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::stage::{LegStage, Outcome};
use gridwhistle_projections::models::{CaseSheet, EvaluationSheet};
use gridwhistle_projections::timeline::TimelineEntry;
use maud::{Markup, html};

/// What came with a version.
pub struct Change {
    /// The case and its evaluations in the version before; none: it is the first one.
    pub before: Option<(CaseSheet, Vec<EvaluationSheet>)>,
    /// The events between both.
    pub events: Vec<TimelineEntry>,
}

/// One thing that a case says of itself.
struct Told {
    /// What it is, the same at every moment.
    of: String,
    name: String,
    value: String,
}

/// A thing that is said otherwise: what it was, and what it is; none: it was not or is not there.
struct Differs {
    name: String,
    before: Option<String>,
    after: Option<String>,
}

/// The block.
pub(super) fn block(reader: &Reader, view: &View<'_>, change: &Change) -> Markup {
    let after = Lines::of(reader, view.sheet, view.evaluations);
    let before = change.before.as_ref();
    let differs =
        before.map(|(sheet, evaluations)| compared(Lines::of(reader, sheet, evaluations), after));
    let dash = |value: &Option<String>| html! { @match value { Some(value) => (value), None => span.none { "–" } } };
    html! {
        section.changes aria-labelledby="changes" {
            h2 #changes { (reader.say(W::Changes)) }
            ul.came { @for event in &change.events { li { (reader.text(&event.text)) } } }
            @match differs.as_deref() {
                None => p.nothing { (reader.say(W::FirstVersion)) },
                Some([]) => p.nothing { (reader.say(W::NothingChanged)) },
                Some(all) => div.table-wrap { table.small.labelled {
                    thead { tr { th scope="col" { (reader.say(W::What)) } th scope="col" { (reader.say(W::Before)) } th scope="col" { (reader.say(W::After)) } } }
                    tbody { @for one in all {
                        tr {
                            th scope="row" { (one.name) }
                            td data-label=(reader.say(W::Before)) { (dash(&one.before)) }
                            td data-label=(reader.say(W::After)) { (dash(&one.after)) }
                        }
                    } }
                } },
            }
        }
    }
}

fn compared(before: Vec<Told>, after: Vec<Told>) -> Vec<Differs> {
    let mut gone = before;
    let mut all = Vec::new();
    for now in after {
        let was = gone.iter().position(|was| was.of == now.of);
        let was = was.map(|at| gone.remove(at).value);
        if was.as_ref() != Some(&now.value) {
            all.push(Differs {
                name: now.name,
                before: was,
                after: Some(now.value),
            });
        }
    }
    let gone = gone.into_iter().map(|was| Differs {
        name: was.name,
        before: Some(was.value),
        after: None,
    });
    all.extend(gone);
    all
}

/// The lines of one moment, as they are gathered.
struct Lines<'r> {
    reader: &'r Reader,
    all: Vec<Told>,
}

impl<'r> Lines<'r> {
    fn of(reader: &'r Reader, sheet: &CaseSheet, evaluations: &[EvaluationSheet]) -> Vec<Told> {
        let all = Vec::new();
        let mut lines = Self { reader, all };
        lines.place(sheet);
        lines.course(sheet);
        lines.legs(sheet);
        lines.clocks(sheet);
        lines.cards(sheet);
        lines.signatures(sheet);
        lines.evaluations(evaluations);
        lines.all
    }

    fn add(&mut self, of: impl Into<String>, name: impl Into<String>, value: Option<String>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let (of, name) = (of.into(), name.into());
            self.all.push(Told { of, name, value });
        }
    }

    fn say(&self, word: impl Says) -> &'static str {
        self.reader.say(word)
    }

    fn when(&self, at: Option<DateTime<Utc>>) -> Option<String> {
        at.map(|at| self.reader.when(at))
    }

    fn unit(&self, code: Option<&String>) -> Option<String> {
        code.map(|code| self.reader.unit(code))
    }

    /// What it is, where it is, and whose.
    fn place(&mut self, sheet: &CaseSheet) {
        let (reader, row) = (self.reader, &sheet.file.ledger);
        self.add(
            "class",
            self.say(W::Class),
            row.class.as_ref().map(|code| reader.class(code)),
        );
        self.add(
            "matter",
            self.say(W::Matter),
            row.matter.as_ref().map(|code| reader.matter(code)),
        );
        self.add(
            "grid",
            self.say(W::Grid),
            row.grid.as_ref().map(|code| reader.grid(code)),
        );
        self.add(
            "community",
            self.say(W::Community),
            self.unit(row.community.as_ref()),
        );
        self.add(
            "street",
            self.say(W::Street),
            self.unit(row.street.as_ref()),
        );
        self.add("lead", self.say(W::Lead), self.unit(row.lead_unit.as_ref()));
        self.add("handler", self.say(W::Handler), row.handler.clone());
    }

    /// How far it is, what is owed next, and how often it went back.
    fn course(&mut self, sheet: &CaseSheet) {
        let (reader, row) = (self.reader, &sheet.file.ledger);
        self.add("stage", self.say(W::Stage), Some(stage(reader, &row.stage)));
        let outcome = row.outcome.as_deref().and_then(Outcome::from_code);
        self.add(
            "outcome",
            self.say(W::Outcome),
            outcome.map(|one| reader.own(one.label())),
        );
        self.add(
            "reported",
            self.say(W::Reported),
            self.when(row.reported_at),
        );
        self.add(
            "accepted",
            self.say(W::Accepted),
            self.when(row.accepted_at),
        );
        self.add(
            "responded",
            self.say(W::Responded),
            self.when(row.responded_at),
        );
        self.add("closed", self.say(W::Closed), self.when(row.closed_at));
        let duty = row.clock_kind.as_ref().filter(|_| row.open);
        let owed = duty.map(|kind| {
            let who = reader.office(row.next_unit.as_deref(), row.next_role.as_deref());
            format!("{} {who}", clock(reader, kind)).trim().to_owned()
        });
        self.add("duty", self.say(W::Next), owed);
        self.add(
            "due",
            self.say(W::DueAt),
            self.when(row.due.filter(|_| row.open)),
        );
        self.add(
            "suspended",
            self.say(W::SuspendedSince),
            self.when(row.suspended_since),
        );
        self.add(
            "until",
            self.say(W::SuspendedUntil),
            self.when(row.suspended_until),
        );
        self.add("review", self.say(W::ReviewDue), self.when(row.review_due));
        for (of, word, count) in [
            ("returns", W::Returns, row.returns),
            ("reworks", W::Reworks, row.reworks),
            ("reopens", W::Reopens, row.reopens),
            ("extensions", W::Extensions, row.extensions),
            ("urges", W::Urges, row.urges),
        ] {
            let told = (count > 0).then(|| reader.fill(word, &[&count.to_string()]));
            self.add(of, self.say(W::Counters), told);
        }
    }

    fn legs(&mut self, sheet: &CaseSheet) {
        for leg in &sheet.file.legs {
            let unit = self.reader.unit(&leg.unit);
            let stage = LegStage::from_code(&leg.stage);
            let stage =
                stage.map_or_else(|| leg.stage.clone(), |stage| self.reader.own(stage.label()));
            let waived = leg.waived.then(|| self.say(W::Waived).to_owned());
            let auto = leg.auto_acknowledged.then(|| self.say(W::Auto));
            let acknowledged = self.when(leg.acknowledged_at);
            let acknowledged = acknowledged.map(|at| {
                [Some(at.as_str()), auto]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" ")
            });
            for (field, word, value) in [
                ("stage", W::Stage, Some(stage)),
                ("opened", W::Dispatched, self.when(Some(leg.opened_at))),
                ("acknowledged", W::Acknowledged, acknowledged),
                ("contacted", W::Contacted, self.when(leg.contacted_at)),
                (
                    "reported_in",
                    W::ReportedIn,
                    waived.or_else(|| self.when(leg.reported_in_at)),
                ),
                ("done", W::Done, self.when(leg.done_at.or(leg.ended_at))),
                ("due", W::HandleDue, self.when(leg.handle_due)),
            ] {
                let name = self.reader.fill(W::PartOf, &[&unit, self.say(word)]);
                self.add(format!("leg {} {field}", leg.leg), name, value);
            }
        }
    }

    fn clocks(&mut self, sheet: &CaseSheet) {
        for one in &sheet.file.clocks {
            let unit = self.unit(one.unit.as_ref()).unwrap_or_default();
            let name = self.reader.fill(
                W::PartOf,
                &[self.say(W::Clock), &clock(self.reader, &one.kind)],
            );
            let state = super::clock::state(one);
            let due = self.reader.when(one.due);
            let missed = if one.missed { self.say(W::Missed) } else { "" };
            let told = [
                unit.as_str(),
                self.say(state),
                self.say(W::DueAt),
                &due,
                missed,
            ];
            let told: Vec<&str> = told.into_iter().filter(|part| !part.is_empty()).collect();
            self.add(format!("clock {}", one.no), name, Some(told.join(" ")));
        }
    }

    fn cards(&mut self, sheet: &CaseSheet) {
        for (no, card) in sheet.cards.iter().enumerate() {
            let unit = card
                .unit
                .as_ref()
                .map(|unit| self.reader.unit(unit.as_str()));
            let lifted = card.lifted_at.map(|_| self.say(W::CardLifted).to_owned());
            let told = [
                Some(self.reader.own(card.card.label())),
                unit,
                Some(rule(self.reader, &card.rule)),
                lifted,
            ];
            let told: Vec<String> = told.into_iter().flatten().collect();
            self.add(
                format!("card {no}"),
                self.say(W::Cards),
                Some(told.join(" ")),
            );
        }
    }

    fn signatures(&mut self, sheet: &CaseSheet) {
        for step in &sheet.sign_off {
            let roles: Vec<String> = step
                .roles
                .union(&step.above)
                .map(|role| self.reader.own(role.label()))
                .collect();
            let name = self
                .reader
                .fill(W::PartOf, &[self.say(W::SignOff), &roles.join(" / ")]);
            let signed = step.signed.iter();
            let signed = signed.map(|actor| {
                self.reader
                    .office(Some(actor.unit.as_str()), Some(actor.role.code()))
            });
            let told: Vec<String> = [self.say(super::state_of(step)).to_owned()]
                .into_iter()
                .chain(signed)
                .collect();
            self.add(format!("sign {}", step.step), name, Some(told.join(" ")));
        }
    }

    fn evaluations(&mut self, sheets: &[EvaluationSheet]) {
        for sheet in sheets {
            let (left, right) = (&sheet.pair.left, &sheet.pair.right);
            let name = super::pair(self.reader, sheet);
            let told = super::progress(self.reader, sheet).join(" · ");
            self.add(
                format!("evaluation {} {left} {right}", sheet.pair.leg.0),
                name,
                Some(told),
            );
        }
    }
}
