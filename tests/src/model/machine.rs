//! The reference machine decides and folds by itself; the machine under test is the engine.

use super::menu::{Choice, choose};
use super::{rules, stages};
use crate::city::work::report;
use crate::city::{City, at, people};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::{CaseCommand, CommandName};
use gridwhistle::domain::case::context::{Context, Gathered, Reference};
use gridwhistle::domain::case::decide::decide;
use gridwhistle::domain::case::evolve::evolve;
use gridwhistle::domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle::domain::case::record::MergeTarget;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::questions::{CountsBy, LedgerFilter, Moment};
use gridwhistle_audit::Source;
use gridwhistle_audit::judge::{Deviation, JudgeOptions, judge};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// The open case into which a life may be merged: the one beside it.
pub(super) fn target(id: CaseId) -> CaseId {
    CaseId(Uuid::from_u128(id.0.as_u128() | 1))
}

/// The case that reports the same problem again.
pub(super) const AGAIN: CaseId = CaseId(Uuid::from_u128(77));

/// One engine for all lives: each life is a case of its own.
struct World {
    runtime: Runtime,
    city: Mutex<Arc<City>>,
    reference: Arc<Reference>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let city = runtime.block_on(City::in_memory());
    World {
        reference: city.engine.reference(),
        city: Mutex::new(Arc::new(city)),
        runtime,
    }
});

/// The city for a life. One that is lived again, to find a shorter one, gets a city of its own.
fn city_for(id: CaseId) -> Arc<City> {
    let mut city = WORLD.city.lock().unwrap_or_else(PoisonError::into_inner);
    let known = WORLD
        .runtime
        .block_on(city.engine.case(target(id)))
        .unwrap();
    if known.is_some() {
        *city = Arc::new(WORLD.runtime.block_on(City::in_memory()));
    }
    city.clock.set(at("2026-03-02 09:00"));
    let again = city.engine.case(AGAIN);
    if WORLD.runtime.block_on(again).unwrap().is_none() {
        let report = city.allowed(people::resident(), AGAIN, report("it drips again"));
        WORLD.runtime.block_on(report);
    }
    let first = city.allowed(people::resident(), target(id), report("the first report"));
    WORLD.runtime.block_on(first);
    Arc::clone(&city)
}

/// Where all lives together have been.
#[derive(Default)]
pub(super) struct Reached {
    pub(super) taken: u64,
    pub(super) refused: u64,
    pub(super) closed: BTreeMap<CaseClass, u64>,
    pub(super) facts: BTreeSet<&'static str>,
    pub(super) commands: BTreeSet<CommandName>,
}

pub(super) static REACHED: LazyLock<Mutex<Reached>> = LazyLock::new(Mutex::default);

/// One question at an instant.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Minutes since the one before; seldom negative, and then it must be refused.
    later: i64,
    choice: Choice,
}

/// What the rules say about the last question.
#[derive(Clone, Debug)]
enum Said {
    Events(Vec<CaseEvent>),
    Refused(&'static str),
}

/// A case as the pure rules have it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    id: CaseId,
    now: DateTime<Utc>,
    asked_at: DateTime<Utc>,
    case: Case,
    before: Case,
    said: Said,
}

pub(super) struct Rules;

impl ReferenceStateMachine for Rules {
    type State = Told;
    type Transition = Asked;

    fn init_state() -> BoxedStrategy<Told> {
        let told = |id: u64| Told {
            // Ids of lives never meet those of the city.
            id: CaseId(Uuid::from_u128(1 << 100 | u128::from(id) << 8)),
            now: at("2026-03-02 09:00"),
            asked_at: at("2026-03-02 09:00"),
            case: Case::default(),
            before: Case::default(),
            said: Said::Events(Vec::new()),
        };
        any::<u64>().prop_map(told).boxed()
    }

    fn transitions(told: &Told) -> BoxedStrategy<Asked> {
        let later = prop_oneof![
            3 => Just(0i64),
            8 => 1..240i64,
            3 => 240..3_000i64,
            1 => 3_000..20_000i64,
            // So long that windows close, cards are owed, holds are overdue.
            1 => 20_000..140_000i64,
        ];
        let told = told.clone();
        let picks = prop::collection::vec(any::<u16>(), 12);
        (later, 0..100u8, picks, 0..100u8)
            .prop_map(move |(later, wild, picks, back)| {
                let later = if back == 0 { -later } else { later };
                let now = told.now + TimeDelta::minutes(later);
                let allowed = |choice: &Choice| asked(&told.case, told.id, now, choice).is_ok();
                let choice = choose(&told.case, told.id, now, wild, &picks, allowed);
                Asked { later, choice }
            })
            .boxed()
    }

    fn apply(mut told: Told, asked_now: &Asked) -> Told {
        let now = told.now + TimeDelta::minutes(asked_now.later);
        told.before = told.case.clone();
        told.asked_at = now;
        told.now = now.max(told.now);
        match asked(&told.case, told.id, now, &asked_now.choice) {
            Ok(events) => {
                for event in &events {
                    evolve(&mut told.case, event);
                }
                told.said = Said::Events(events);
            }
            Err(code) => told.said = Said::Refused(code),
        }
        told
    }
}

/// The case that a reopening names is there.
const fn same_as_of(command: &CaseCommand) -> Option<CaseId> {
    match command {
        CaseCommand::Reopen { same_as, .. } => *same_as,
        _ => None,
    }
}

/// The rules on one question: what the engine gathers is spelt out.
fn asked(
    state: &Case,
    id: CaseId,
    now: DateTime<Utc>,
    choice: &Choice,
) -> Result<Vec<CaseEvent>, &'static str> {
    let merge_target = match &choice.command {
        CaseCommand::Merge { into } if *into == target(id) => Some(MergeTarget {
            case: *into,
            open: true,
            merged_into: Vec::new(),
        }),
        _ => None,
    };
    let context = Context {
        case: id,
        now,
        actor: choice.actor.clone(),
        reference: Arc::clone(&WORLD.reference),
        gathered: Gathered {
            merge_target,
            same_as: same_as_of(&choice.command),
            ..Gathered::default()
        },
    };
    decide(state, &choice.command, &context).map_err(|refusal| refusal.code.code())
}

/// One life in the engine, and the minutes that its stopped clocks stood still.
pub(super) struct Life {
    id: CaseId,
    city: Arc<City>,
    gaps: rules::Gaps,
}

impl StateMachineTest for Life {
    type SystemUnderTest = Self;
    type Reference = Rules;

    fn init_test(told: &Told) -> Self {
        Self {
            id: told.id,
            city: city_for(told.id),
            gaps: rules::Gaps::default(),
        }
    }

    fn apply(mut life: Self, told: &Told, question: Asked) -> Self {
        let choice = question.choice;
        let name = choice.command.name();
        let now = told.asked_at;
        life.city.clock.set(now);
        let engine = &life.city.engine;
        let answer = WORLD
            .runtime
            .block_on(engine.execute(&choice.actor, life.id, choice.command));
        match (&told.said, answer) {
            (Said::Refused(code), Err(error)) => {
                assert_eq!(error.code(), *code, "{name}: {error}");
                assert_eq!(told.case, told.before);
                REACHED.lock().unwrap().refused += 1;
            }
            (Said::Events(events), Ok(receipt)) => {
                let names: Vec<&str> = events.iter().map(|event| event.fact.name()).collect();
                assert_eq!(receipt.facts, names, "{name}");
                assert_eq!(receipt.version, told.case.version);
                reached(name, events, told.case.class);
            }
            (said, answer) => panic!("{name}: the rules say {said:?}, the engine {answer:?}"),
        }
        life.compare(told, name);
        life
    }

    fn teardown(life: Self, told: Told) {
        life.refold(&told.case);
    }
}

fn reached(name: CommandName, events: &[CaseEvent], class: Option<CaseClass>) {
    let mut reached = REACHED.lock().unwrap();
    reached.taken += 1;
    reached.commands.insert(name);
    for event in events {
        reached.facts.insert(event.fact.name());
        if let (CaseFact::CaseClosed { .. }, Some(class)) = (&event.fact, class) {
            *reached.closed.entry(class).or_default() += 1;
        }
    }
}

/// The auditor, who shares the rules and nothing else, finds allowed what the engine took.
pub(super) fn the_auditor_finds_nothing() {
    let city = Arc::clone(&WORLD.city.lock().unwrap_or_else(PoisonError::into_inner));
    WORLD.runtime.block_on(async {
        let engine = &city.engine;
        let source = Source::of(Arc::clone(engine.log()), engine.tenant());
        let report = judge(&source.await.unwrap(), JudgeOptions::default()).await;
        let report = report.unwrap();
        // The menu takes in duplicates that were never merged, as no engine does by itself: these are
        // found, and nothing else.
        let invented = |one: &&Deviation| one.command.as_deref() == Some("absorb-duplicate");
        let other = report.listed.iter().find(|one| !invented(one));
        assert!(other.is_none(), "{other:#?}");
        assert_eq!(
            report.up_to,
            engine.log().head(engine.tenant()).await.unwrap()
        );
    });
}

/// Every case of the log is counted in one row of the figures and no other, whatever they are
/// grouped by; and what is counted of its facts is what its own stream holds.
pub(super) fn each_is_counted_once() {
    let city = Arc::clone(&WORLD.city.lock().unwrap_or_else(PoisonError::into_inner));
    WORLD.runtime.block_on(async {
        let engine = &city.engine;
        engine.catch_up().await.unwrap();
        let log = engine.log().read_log(engine.tenant(), 0, 1_000_000).await;
        let mut cases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for event in log.unwrap() {
            if event.stream.aggregate_type == "case" {
                let facts = cases.entry(event.stream.aggregate_id).or_default();
                facts.push(event.event_type);
            }
        }
        let had = |fact: &str| {
            let all = cases.values();
            all.filter(|facts| facts.iter().any(|one| one == fact))
                .count()
        };
        for by in [CountsBy::Unit, CountsBy::Community, CountsBy::Grid] {
            let (all, moment) = (LedgerFilter::default(), Moment::now(engine.now()));
            let counts = engine.questions().counts(by, &all, moment).await.unwrap();
            let excluded = counts.total.excluded.voided + counts.total.excluded.merged;
            let received: i64 = counts.rows.iter().map(|row| row.received).sum();
            assert_eq!(usize::try_from(received + excluded).unwrap(), cases.len());
            assert_eq!(received, counts.total.received, "by {by:?}");
            let voided = usize::try_from(counts.total.excluded.voided).unwrap();
            assert_eq!(voided, had("CaseVoided"));
        }
    });
}

impl Life {
    /// The log of the engine, folded from its beginning, is the state.
    fn refold(&self, state: &Case) {
        let mut fold = Case::default();
        for event in &WORLD.runtime.block_on(self.city.events(self.id)) {
            evolve(&mut fold, event);
        }
        assert_eq!(fold, *state, "the fold of the log is not the live state");
    }

    fn compare(&mut self, told: &Told, name: CommandName) {
        let reference = &WORLD.reference;
        let expected = stages::may_lead(name, told.before.stage);
        let events = match &told.said {
            Said::Events(events) => events.as_slice(),
            Said::Refused(_) => &[],
        };
        assert!(
            events.is_empty() || expected.contains(&told.case.stage),
            "{name} led from {:?} to {:?}, the model says {expected:?}",
            told.before.stage,
            told.case.stage
        );
        let live = WORLD.runtime.block_on(self.city.engine.case(self.id));
        let live = live.unwrap().unwrap_or_default();
        assert_eq!(live, told.case, "engine and rules differ after {name}");
        // Folding the whole log after every command would be most of the time that is spent.
        if told.case.version.is_multiple_of(7) {
            self.refold(&told.case);
        }
        rules::json(events);
        rules::snapshot(&told.before, events, &told.case);
        self.gaps.follow(&told.before, events);
        rules::standing(&told.case);
        rules::ledger(&told.case, &self.gaps, told.now, reference);
        rules::steps(&told.before, events, reference);
    }
}
