//! The judge of cases: rebuilds each command, asks the domain's own rules on the state before it,
//! and holds what they give against what the log holds.

use super::cache::Cache;
use super::command::command;
use super::differ::differ;
use super::evaluation::Forms;
use super::law::Law;
use super::lot::{Lot, Row};
use super::past::Past;
use super::report::{Finding, Tally};
use super::told::{Meta, Spot, envelope, meta};
use chrono::DateTime;
use cqrs_es::DomainEvent;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::decide::decide;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::upcast::read_event;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::text::Text;
use std::sync::Arc;

/// Cases that one judge keeps at hand.
const CASES: usize = 20_000;

/// What is known of a case.
#[derive(Default)]
pub(super) struct Known {
    /// By what the log holds.
    pub(super) case: Case,
    /// By what the rules gave, since the two parted: whoever tampers with one event and whoever
    /// decides wrongly leave different traces, and neither should be told of twice.
    lawful: Option<Box<Case>>,
    /// The last number in its stream.
    sequence: u64,
    /// Closures that opened evaluations.
    pub(super) closures: usize,
    /// An event could not be read: what follows cannot be judged.
    lost: bool,
}

impl Known {
    fn fold(&mut self, event: &CaseEvent) {
        evolve(&mut self.case, event);
        self.closures += usize::from(matches!(event.fact, CaseFact::EvaluationOpened { .. }));
    }
}

/// Judges the cases of one share of the streams.
pub(super) struct Cases {
    past: Past,
    known: Cache<CaseId, Known>,
    forms: Forms,
    pub(super) tally: Tally,
}

/// What a judgement of one command came to.
enum Verdict {
    Allowed,
    /// What speaks against it, at which event, and what the rules gave instead.
    Against(usize, Finding, Vec<CaseEvent>),
}

impl Cases {
    pub(super) fn new(past: Past, most: usize) -> Self {
        Self {
            past,
            known: Cache::new(CASES),
            forms: Forms::default(),
            tally: Tally::new(most),
        }
    }

    /// Judges the commands of a lot.
    pub(super) fn lot(&mut self, lot: &Lot) {
        lot.commands(|rows| self.rows(rows, &lot.law));
    }

    fn rows(&mut self, rows: &[Row<'_>], law: &Law) {
        let Some(first) = rows.first() else {
            return;
        };
        let id = first.id.get(..36).unwrap_or(first.id);
        let Ok(case) = id.parse().map(CaseId) else {
            let wanted = Text::new("案件编号（UUID）", "a case id (UUID)");
            let given = first.id.to_owned();
            let field = "aggregate_id";
            let finding = Finding::Apart {
                field,
                given,
                wanted,
            };
            self.found(first, None, &finding);
            return self.tally.not_judged("stream_unknown", rows.len() as u64);
        };
        if first.of_case {
            self.command(case, rows, law);
        } else {
            let mut known = self.at_hand(case, first);
            self.forms
                .command((case, &mut known), rows, law, (&self.past, &mut self.tally));
            self.put_back(case, known);
        }
    }

    fn command(&mut self, case: CaseId, rows: &[Row<'_>], law: &Law) {
        let Some(first) = rows.first() else {
            return;
        };
        if first.sequence == 1 {
            self.tally.report.cases += 1;
        }
        let mut known = match first.sequence {
            1 => self.known.take(&case).unwrap_or_default(),
            _ => self.at_hand(case, first),
        };
        self.numbered(&mut known, rows);
        let Some(events) = self.read(rows) else {
            known.lost = true;
            self.tally.not_judged("event_unreadable", rows.len() as u64);
            return self.put_back(case, known);
        };
        if known.lost {
            self.tally.not_judged("after_unreadable", rows.len() as u64);
        } else {
            self.tally.judged(rows.len());
            self.judge(case, &mut known, (rows, &events), law);
        }
        events.iter().for_each(|event| known.fold(event));
        self.pinned(&known.case, first);
        self.put_back(case, known);
    }

    /// The state of a case before an event; read from the log where it is not at hand.
    fn at_hand(&mut self, case: CaseId, row: &Row<'_>) -> Known {
        if let Some(known) = self.known.take(&case) {
            return known;
        }
        let mut known = Known::default();
        match self.past.case(case, row.position) {
            Ok(events) => {
                for (sequence, event) in events {
                    known.sequence = sequence;
                    match event {
                        Some(event) => known.fold(&event),
                        None => known.lost = true,
                    }
                }
            }
            Err(problem) => {
                known.lost = true;
                self.past.fail(problem);
            }
        }
        known
    }

    fn put_back(&mut self, case: CaseId, known: Known) {
        if known.case.is_open() {
            self.known.put(case, known);
        } else {
            self.known.retire(case, known);
        }
    }

    fn numbered(&mut self, known: &mut Known, rows: &[Row<'_>]) {
        for row in rows {
            let (given, wanted) = (row.sequence, known.sequence + 1);
            known.sequence = given;
            if given != wanted {
                self.found(row, None, &Finding::Sequence { given, wanted });
            }
        }
    }

    /// The facts, each held against its envelope.
    fn read(&mut self, rows: &[Row<'_>]) -> Option<Vec<CaseEvent>> {
        let mut events = Vec::with_capacity(rows.len());
        let mut last: (&str, Meta<'_>) = ("", Meta::default());
        for row in rows {
            let event = match read_event(row.event_type, row.event_version, row.payload) {
                Ok(event) => event,
                Err(what) => {
                    let what = what.to_string();
                    self.found(row, None, &Finding::Unreadable { what });
                    return None;
                }
            };
            if last.0 != row.metadata {
                last = (row.metadata, meta(row.metadata));
            }
            let said = (event.at, &event.by);
            if let Some(finding) = envelope(&last.1, row.occurred_micros, said) {
                self.found(row, None, &finding);
            }
            events.push(event);
        }
        Some(events)
    }

    /// What the envelope says that the case goes by.
    fn pinned(&mut self, case: &Case, row: &Row<'_>) {
        let said = meta(row.metadata);
        let policy = case.policy.as_ref().map(|version| version.as_str());
        let calendar = case.calendar.as_ref().map(ToString::to_string);
        let pairs = [
            ("policy", said.policy.as_deref(), policy),
            ("calendar", said.calendar.as_deref(), calendar.as_deref()),
        ];
        for (field, given, wanted) in pairs {
            if said.actor.is_some() && given != wanted {
                let [given, wanted] = [given, wanted].map(|one| one.unwrap_or("-").to_owned());
                self.found(
                    row,
                    None,
                    &Finding::Envelope {
                        field,
                        given,
                        wanted,
                    },
                );
            }
        }
    }

    fn found(&mut self, row: &Row<'_>, command: Option<&str>, finding: &Finding) {
        spot(row).found(&mut self.tally, command, finding);
    }

    fn judge(
        &mut self,
        case: CaseId,
        known: &mut Known,
        (rows, events): (&[Row<'_>], &[CaseEvent]),
        law: &Law,
    ) {
        let Some(row) = rows.first() else {
            return;
        };
        let (asked, unrecorded) = match command(&known.case, events) {
            Some(asked) => asked,
            None => {
                let names: Vec<&str> = events.iter().map(|event| event.fact.name()).collect();
                let facts = names.join(", ");
                return self.found(row, None, &Finding::NoCommand { facts });
            }
        };
        if let Some(unrecorded) = unrecorded {
            self.tally.not_judged(unrecorded.code(), 1);
        }
        let gathered = self.gathered(case, &asked, row);
        let verdict = weigh(&known.case, case, &asked, (row, events), (law, &gathered));
        let Verdict::Against(at, finding, given) = verdict else {
            if let Some(lawful) = &mut known.lawful {
                let same = weigh(lawful, case, &asked, (row, events), (law, &gathered));
                match same {
                    Verdict::Allowed => events.iter().for_each(|event| evolve(lawful, event)),
                    // The log goes its own way.
                    Verdict::Against(..) => known.lawful = None,
                }
            }
            return self.absorbed(case, &asked, row);
        };
        if let Some(lawful) = known.lawful.take() {
            // What the log holds was tampered with before; by the rules it is right.
            let again = command(&lawful, events).map_or(asked.clone(), |(again, _)| again);
            let right = weigh(&lawful, case, &again, (row, events), (law, &gathered));
            if matches!(right, Verdict::Allowed) {
                known.case = *lawful;
                return self.absorbed(case, &asked, row);
            }
        }
        let mut lawful = known.case.clone();
        given.iter().for_each(|event| evolve(&mut lawful, event));
        known.lawful = Some(Box::new(lawful));
        let place = rows.get(at).unwrap_or(row);
        self.found(place, Some(asked.name().code()), &finding);
    }

    /// Facts of other streams that the command asked for, as the log held them.
    fn gathered(&mut self, case: CaseId, asked: &C, row: &Row<'_>) -> Gathered {
        let mut gathered = Gathered::default();
        let found = match asked {
            C::Merge { into } if *into != case => self
                .past
                .merge_target(*into, row.position, row.occurred_micros)
                .map(|target| gathered.merge_target = target),
            C::Dispatch {
                precedent: Some(cited),
                ..
            } if *cited != case => self
                .past
                .precedent(*cited, row.position)
                .map(|rule| gathered.precedent = rule),
            C::Reopen {
                same_as: Some(again),
                ..
            } => self
                .past
                .state(*again, row.position)
                .map(|known| gathered.same_as = known.map(|_| *again)),
            _ => Ok(()),
        };
        if let Err(problem) = found {
            self.past.fail(problem);
        }
        gathered
    }

    /// The other half of a merge fits the first: it was merged here, and its reporters follow.
    fn absorbed(&mut self, case: CaseId, asked: &C, row: &Row<'_>) {
        let C::AbsorbDuplicate {
            from,
            reporter,
            others,
        } = asked
        else {
            return;
        };
        let merged = match self.past.state(*from, row.position) {
            Ok(merged) => merged.unwrap_or_default(),
            Err(problem) => return self.past.fail(problem),
        };
        let finding = if merged.merged_into != Some(case) {
            Finding::Apart {
                field: "from",
                given: from.to_string(),
                wanted: Text::new(
                    format!("已并入 {case} 的案件"),
                    format!("a case that was merged into {case}"),
                ),
            }
        } else if !reporter.iter().chain(others).eq(&merged.reporters) {
            let given = usize::from(reporter.is_some()) + others.len();
            Finding::differs("reporters", given, merged.reporters.len())
        } else {
            return;
        };
        self.found(row, Some(asked.name().code()), &finding);
    }
}

pub(super) fn spot(row: &Row<'_>) -> Spot {
    let kind = if row.of_case { "case" } else { "evaluation" };
    let actor = meta(row.metadata).actor.unwrap_or_default().into_owned();
    Spot {
        position: row.position,
        stream: format!("{kind}/{}", row.id),
        sequence: row.sequence,
        event: row.event_type.to_owned(),
        at: DateTime::from_timestamp_micros(row.occurred_micros).unwrap_or_default(),
        by: actor,
    }
}

/// Asks the rules, by each law that the decision may have been made by.
fn weigh(
    state: &Case,
    case: CaseId,
    asked: &C,
    (row, events): (&Row<'_>, &[CaseEvent]),
    (law, gathered): (&Law, &Gathered),
) -> Verdict {
    let Some(first) = events.first() else {
        return Verdict::Allowed;
    };
    // A foreign case keeps the times of its source: it was decided when the log took it.
    let imported = matches!(asked, C::Import { .. });
    let taken = DateTime::from_timestamp_micros(row.recorded_micros).unwrap_or(first.at);
    let now = if imported { taken } else { first.at };
    let mut against = None;
    for reference in law.of(now.timestamp_micros()) {
        let context = Context {
            case,
            now,
            actor: first.by.clone(),
            reference: Arc::<Reference>::clone(reference),
            gathered: gathered.clone(),
        };
        let found = match decide(state, asked, &context) {
            Ok(given) => match differ(&given, events, DomainEvent::event_type) {
                None => return Verdict::Allowed,
                Some((at, finding)) => Verdict::Against(at, finding, given),
            },
            Err(refusal) => Verdict::Against(0, Finding::Refused(Box::new(refusal)), Vec::new()),
        };
        against.get_or_insert(found);
    }
    against.unwrap_or(Verdict::Allowed)
}
