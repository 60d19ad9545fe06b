//! The judge of cases: rebuilds each command, asks the domain's own rules on the state before it,
//! and holds what they give against what the log holds.

use super::command::command;
use super::evaluation::{self, Forms};
use super::kept::Kept;
use super::law::Law;
use super::lot::{Lot, Row};
use super::past::Past;
use super::report::{Finding, Tally};
use super::run::{Doubt, Readings};
use super::told::{Meta, envelope, meta, spot};
use super::weigh::{Question, Verdict};
use gridwhistle_domain::calendar::CalendarVersion;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::context::Gathered;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::upcast::read_event;
use gridwhistle_domain::ids::{CaseId, PolicyVersion};
use gridwhistle_domain::text::Text;

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
    fn fold(&mut self, events: &[CaseEvent]) {
        events
            .iter()
            .for_each(|event| evolve(&mut self.case, event));
        self.count(events);
    }

    /// What the state does not count.
    fn count(&mut self, events: &[CaseEvent]) {
        let opens = |event: &&CaseEvent| matches!(event.fact, CaseFact::EvaluationOpened { .. });
        self.closures += events.iter().filter(opens).count();
    }

    /// What speaks against a command by both readings. The state by what the log holds stays as it is.
    fn weigh(&mut self, question: &Question<'_>) -> Option<(usize, Finding)> {
        let events = question.events;
        let Verdict::Against(at, finding, given) = question.weigh(&self.case) else {
            if let Some(lawful) = &mut self.lawful {
                match question.weigh(lawful) {
                    Verdict::Allowed => events.iter().for_each(|event| evolve(lawful, event)),
                    // The log goes its own way.
                    Verdict::Against(..) => self.lawful = None,
                }
            }
            return None;
        };
        if let Some(lawful) = self.lawful.take() {
            // What the log holds was tampered with before; by the rules it is right.
            let again = command(&lawful, events);
            let asked = again.as_ref().map_or(question.asked, |(again, _)| again);
            let gathered = question.gathered.clone();
            let again = Question {
                asked,
                gathered,
                ..*question
            };
            if matches!(again.weigh(&lawful), Verdict::Allowed) {
                self.case = *lawful;
                return None;
            }
        }
        let mut lawful = self.case.clone();
        given.iter().for_each(|event| evolve(&mut lawful, event));
        self.lawful = Some(Box::new(lawful));
        Some((at, finding))
    }
}

/// Judges the cases of one share of the streams.
pub(super) struct Cases {
    past: Past,
    known: Kept,
    forms: Forms,
    readings: Readings,
    doubt: Doubt,
    pub(super) tally: Tally,
}

impl Cases {
    pub(super) fn new(past: Past, (readings, doubt): (Readings, Doubt), most: usize) -> Self {
        Self {
            past,
            known: Kept::default(),
            forms: Forms::default(),
            readings,
            doubt,
            tally: Tally::new(most),
        }
    }

    /// Judges the commands of a lot; none any more where a walk is in vain.
    pub(super) fn lot(&mut self, lot: &Lot) {
        lot.commands(|rows| {
            if !self.doubt.stands() {
                self.rows(rows, &lot.law);
            }
        });
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
            self.evaluation(case, rows, law);
        }
    }

    /// An evaluation stands beside its case, which its opening alone speaks of.
    fn evaluation(&mut self, case: CaseId, rows: &[Row<'_>], law: &Law) {
        let (Some(first), Some(events)) = (rows.first(), evaluation::read(rows, &mut self.tally))
        else {
            return self.tally.not_judged("event_unreadable", rows.len() as u64);
        };
        let known = evaluation::opens(&events).then(|| self.at_hand(case, first));
        let of = (case, known.as_deref());
        let beside = (&self.past, &mut self.tally);
        self.forms.command(of, (rows, &events), law, beside);
        if let Some(known) = known {
            self.known.put(case, known);
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
        let Some((events, said)) = self.read(rows) else {
            known.lost = true;
            self.tally.not_judged("event_unreadable", rows.len() as u64);
            return self.known.put(case, known);
        };
        if known.lost {
            self.tally.not_judged("after_unreadable", rows.len() as u64);
            known.fold(&events);
        } else {
            self.tally.judged(rows.len());
            self.judge(case, &mut known, (rows, &events), law);
        }
        self.pinned(&known.case, &said, first);
        self.known.put(case, known);
    }

    /// The state of a case before an event; read from the log where it is not at hand.
    fn at_hand(&mut self, case: CaseId, row: &Row<'_>) -> Box<Known> {
        if let Some(known) = self.known.take(&case) {
            return known;
        }
        let mut known = Box::<Known>::default();
        match self.past.case(case, row.position) {
            Ok(events) => {
                for (sequence, event) in events {
                    known.sequence = sequence;
                    match event {
                        Some(event) => known.fold(&[event]),
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

    fn numbered(&mut self, known: &mut Known, rows: &[Row<'_>]) {
        for row in rows {
            let (given, wanted) = (row.sequence, known.sequence + 1);
            known.sequence = given;
            if given != wanted {
                self.found(row, None, &Finding::Sequence { given, wanted });
            }
        }
    }

    /// The facts, each held against its envelope; and what the first envelope says.
    fn read<'r>(&mut self, rows: &[Row<'r>]) -> Option<(Vec<CaseEvent>, Meta<'r>)> {
        let first = rows.first()?;
        let said = meta(first.metadata);
        let mut events = Vec::with_capacity(rows.len());
        let mut other = None;
        for row in rows {
            let event = match read_event(row.event_type, row.event_version, row.payload) {
                Ok(event) => event,
                Err(what) => {
                    let what = what.to_string();
                    self.found(row, None, &Finding::Unreadable { what });
                    return None;
                }
            };
            let meta = if row.metadata == first.metadata {
                &said
            } else {
                &*other.insert(meta(row.metadata))
            };
            let fact = (event.at, &event.by);
            if let Some(finding) = envelope(meta, row.occurred_micros, fact) {
                self.found(row, None, &finding);
            }
            events.push(event);
        }
        Some((events, said))
    }

    /// What the envelope says that the case goes by.
    fn pinned(&mut self, case: &Case, said: &Meta<'_>, row: &Row<'_>) {
        let policy = case.policy.as_ref().map(PolicyVersion::as_str);
        let calendar = case.calendar.as_ref().map(CalendarVersion::as_str);
        let pairs = [
            ("policy", said.policy.as_deref(), policy),
            ("calendar", said.calendar.as_deref(), calendar),
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

    /// Judges a command, and brings the state to what the log holds after it.
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
        let Some((asked, unrecorded)) = command(&known.case, events) else {
            let names: Vec<&str> = events.iter().map(|event| event.fact.name()).collect();
            let facts = names.join(", ");
            self.found(row, None, &Finding::NoCommand { facts });
            return known.fold(events);
        };
        if let Some(unrecorded) = unrecorded {
            self.tally.not_judged(unrecorded.code(), 1);
        }
        let question = Question {
            case,
            asked: &asked,
            row,
            events,
            law,
            gathered: self.gathered(case, &asked, row),
        };
        let allowed = match self.readings {
            Readings::One if question.moves(&mut known.case) => {
                known.count(events);
                true
            }
            Readings::One => {
                self.doubt.raise();
                return;
            }
            Readings::Two => {
                let against = known.weigh(&question);
                known.fold(events);
                if let Some((at, finding)) = &against {
                    let place = rows.get(*at).unwrap_or(row);
                    self.found(place, Some(asked.name().code()), finding);
                }
                against.is_none()
            }
        };
        if allowed {
            self.absorbed(case, &asked, row);
        }
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
