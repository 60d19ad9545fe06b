//! The judge of evaluations. Each stands beside its case, so the same judge knows both.

use super::cache::Cache;
use super::cases::Known;
use super::differ::differ;
use super::law::Law;
use super::lot::Row;
use super::near;
use super::past::Past;
use super::report::{Finding, Tally};
use super::told::{envelope, meta, spot};
use cqrs_es::DomainEvent;
use gridwhistle_domain::case::record::EvaluationPair;
use gridwhistle_domain::evaluation::{
    Evaluation, EvaluationCommand as C, EvaluationEvent, EvaluationFact as F, Opening,
};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::text::Text;
use gridwhistle_store::StreamId;

/// Evaluations that one judge keeps at hand.
const FORMS: usize = 10_000;

/// Evaluations by their streams.
pub(super) struct Forms {
    known: Cache<String, Form>,
}

/// An evaluation, and the last number in its stream.
#[derive(Default)]
struct Form {
    state: Evaluation,
    sequence: u64,
}

impl Default for Forms {
    fn default() -> Self {
        Self {
            known: Cache::new(FORMS),
        }
    }
}

impl Forms {
    pub(super) fn command(
        &mut self,
        (case, known): (CaseId, Option<&Known>),
        (rows, events): (&[Row<'_>], &[EvaluationEvent]),
        law: &Law,
        (past, tally): (&Past, &mut Tally),
    ) {
        let (Some(first), Some(event)) = (rows.first(), events.first()) else {
            return;
        };
        tally.judged(rows.len());
        let name = first.id.to_owned();
        let mut form = match self.known.take(&name) {
            Some(form) => form,
            None if first.sequence == 1 => Form::default(),
            None => before(past, &name, first.position),
        };
        for row in rows {
            let (given, wanted) = (row.sequence, form.sequence + 1);
            form.sequence = given;
            if given != wanted {
                spot(row).found(tally, None, &Finding::Sequence { given, wanted });
            }
        }
        let command = asked(&event.fact);
        let found = judge(&form.state, command.as_ref(), events, law)
            .or_else(|| of_case((case, known), first, (event, law)))
            .or_else(|| in_time(&form.state, event, law));
        if let Some((at, finding)) = found {
            let place = rows.get(at).unwrap_or(first);
            spot(place).found(tally, Some(name_of(&event.fact)), &finding);
        }
        events.iter().for_each(|event| form.state.evolve(event));
        self.known.put(name, form);
    }
}

fn before(past: &Past, name: &str, position: u64) -> Form {
    let mut form = Form::default();
    match past.stream(&StreamId::new("evaluation", name), position) {
        Ok(rows) => {
            form.sequence = rows.last().map_or(0, |row| row.sequence);
            let events = rows.iter();
            let events = events.filter_map(|row| serde_json::from_str(&row.payload).ok());
            events.for_each(|event: EvaluationEvent| form.state.evolve(&event));
        }
        Err(problem) => past.fail(problem),
    }
    form
}

/// The facts, each held against its envelope; none where one cannot be read.
pub(super) fn read(rows: &[Row<'_>], tally: &mut Tally) -> Option<Vec<EvaluationEvent>> {
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let event: EvaluationEvent = match serde_json::from_str(row.payload) {
            Ok(event) => event,
            Err(what) => {
                let what = format!("{} {}: {what}", row.event_type, row.event_version);
                spot(row).found(tally, None, &Finding::Unreadable { what });
                return None;
            }
        };
        let named = event.event_type();
        let found = if named == row.event_type {
            envelope(
                &meta(row.metadata),
                row.occurred_micros,
                (event.at, &event.by),
            )
        } else {
            Some(Finding::Envelope {
                field: "event_type",
                given: row.event_type.to_owned(),
                wanted: named,
            })
        };
        if let Some(finding) = found {
            spot(row).found(tally, None, &finding);
        }
        events.push(event);
    }
    Some(events)
}

/// Whether one of the facts speaks of the case.
pub(super) fn opens(events: &[EvaluationEvent]) -> bool {
    let mut facts = events.iter().map(|event| &event.fact);
    facts.any(|fact| matches!(fact, F::EvaluationOpened { .. }))
}

/// What was asked, from the fact that answered.
fn asked(fact: &F) -> Option<C> {
    Some(match fact.clone() {
        F::EvaluationOpened { opening } => C::Open { opening },
        F::EvaluationSealed { side, form } => C::Seal { side, form },
        F::EvaluationsRevealed {
            forms,
            appeal_until,
        } => C::Reveal {
            forms,
            appeal_until,
        },
        F::EvaluationLapsed { .. } => C::Lapse,
        F::AppealFiled { side, ground, note } => C::Appeal { side, ground, note },
        F::AppealDecided { side, upheld, note } => C::DecideAppeal { side, upheld, note },
    })
}

const fn name_of(fact: &F) -> &'static str {
    match fact {
        F::EvaluationOpened { .. } => "open-evaluation",
        F::EvaluationSealed { .. } => "seal-evaluation",
        F::EvaluationsRevealed { .. } => "reveal-evaluation",
        F::EvaluationLapsed { .. } => "lapse-evaluation",
        F::AppealFiled { .. } => "appeal-evaluation",
        F::AppealDecided { .. } => "decide-appeal",
    }
}

fn judge(
    state: &Evaluation,
    command: Option<&C>,
    events: &[EvaluationEvent],
    law: &Law,
) -> Option<(usize, Finding)> {
    let first = events.first()?;
    let (at, by) = (first.at, &first.by);
    let mut against = None;
    for reference in law.of(at.timestamp_micros()) {
        let in_office = reference.registry.holds(&by.person, by.role, &by.unit, at);
        let found = match state.decide(command?, at, by, in_office) {
            Ok(given) => differ(&given, events, DomainEvent::event_type)?,
            Err(refusal) => (0, refusal.into()),
        };
        against.get_or_insert(found);
    }
    against
}

/// An opening says what its case and the pinned policy say.
fn of_case(
    (case, known): (CaseId, Option<&Known>),
    row: &Row<'_>,
    (event, law): (&EvaluationEvent, &Law),
) -> Option<(usize, Finding)> {
    let F::EvaluationOpened { opening } = &event.fact else {
        return None;
    };
    let pair = EvaluationPair {
        left: opening.area.clone(),
        right: opening.department.clone(),
        leg: opening.leg,
    };
    let known = known?;
    let state = &known.case;
    let until = state
        .evaluation_until
        .filter(|_| state.evaluations.contains(&pair));
    let Some(window_ends) = until else {
        let given = format!("{} + {}", pair.left, pair.right);
        let wanted = Text::new(
            "案件销号时列明的一对单位",
            "a pair that the closure of the case named",
        );
        let field = "opening";
        return Some((
            0,
            Finding::Apart {
                field,
                given,
                wanted,
            },
        ));
    };
    let stream = pair.stream(case, known.closures);
    if stream != row.id {
        return Some((0, Finding::differs("stream", row.id, stream)));
    }
    let pinned = state.policy.as_ref();
    let pinned = pinned.and_then(|version| law.now().policies.get(version));
    let wanted = Opening::of(case, state, &pair, window_ends, pinned);
    let given = F::EvaluationOpened {
        opening: Box::new(wanted),
    };
    let given = EvaluationEvent {
        fact: given,
        ..event.clone()
    };
    differ(
        &[given],
        std::slice::from_ref(event),
        DomainEvent::event_type,
    )
}

/// The time to appeal is counted from the reveal.
fn in_time(state: &Evaluation, event: &EvaluationEvent, law: &Law) -> Option<(usize, Finding)> {
    let F::EvaluationsRevealed { appeal_until, .. } = &event.fact else {
        return None;
    };
    // Before there were appeals, a reveal left no time for one.
    let given = (*appeal_until)?;
    let rules = state.opening()?.appeal_rules();
    let calendar = law.now().calendars.in_force(event.at);
    let ends = |at| calendar.due(at, rules.window).at;
    let off = !near(given, event.at, ends);
    let (given, wanted) = (given.to_rfc3339(), ends(event.at).to_rfc3339());
    off.then(|| (0, Finding::differs("appeal_until", given, wanted)))
}
