//! Four months, event by event: a queue of instants at which somebody looks at a case.
//!
//! Determinism comes first: instants, people and words follow from the seed, and the commands of
//! one look reach the log in the order of their cases. They are handed to the log together, so
//! that they share its flush.

mod forms;
mod merging;
mod trying;
mod visit;

use super::DemoError;
use super::act::{self, Scene, Step};
use super::appraise;
use super::dice::Dice;
use super::plan::{Plan, Quirk};
use super::provoke::Provoked;
use super::together::in_order;
use super::world::{Rule, World};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use forms::Paper;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::{CaseCommand, CommandName};
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::{Engine, EngineError, ManualClock, Receipt, Request};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The hours in China at which the timers run.
const TICK_HOURS: [u32; 8] = [0, 8, 10, 12, 14, 16, 18, 20];
/// Every so many commands somebody tries what is not allowed.
const PROVOKE_EVERY: u64 = 250;

/// Why somebody looks at a case.
#[derive(Clone, Debug)]
pub(super) enum Wake {
    /// To do what comes next, if it is still this.
    Act(Option<CommandName>),
    /// To do something about an evaluation.
    Form(EvaluationPair, Paper),
}

/// One case in the making.
struct Life {
    plan: Plan,
    todo: BTreeSet<Quirk>,
    dice: Dice,
    commands: u64,
    /// Somebody waits in front of it: what comes next is not put off.
    soon: bool,
}

/// What happened, in numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Tallies {
    /// Commands of people that were taken.
    pub(super) commands: u64,
    /// Timers that fired.
    pub(super) timers: u64,
    /// Forms of evaluation and appraisal that were sealed.
    pub(super) sealed: u64,
    /// Appeals against forms.
    pub(super) appeals: u64,
    /// Refusals that were provoked, by code.
    pub(super) refused: BTreeMap<String, u64>,
}

/// A command that is ready to be given.
struct Ready {
    no: usize,
    request: Request,
    spends: Option<Quirk>,
}

/// The simulation.
pub(super) struct Simulation<'a> {
    engine: &'a Engine,
    clock: &'a ManualClock,
    world: World,
    lives: Vec<Life>,
    queue: BTreeMap<(DateTime<Utc>, u64), (usize, Wake)>,
    turn: u64,
    next_tick: DateTime<Utc>,
    provoked: Provoked,
    tallies: Tallies,
    /// Others act, too: what they did first is no fault, and what they did is answered.
    open: bool,
    /// The keys of the commands that were given, once others act.
    given: BTreeSet<Uuid>,
    /// Up to where the log was looked through for what others did.
    looked: u64,
}

impl<'a> Simulation<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        clock: &'a ManualClock,
        world: World,
        plans: Vec<Plan>,
    ) -> Self {
        let seed = world.seed;
        let life = |plan: Plan| Life {
            todo: plan.todo.clone(),
            dice: Dice::new(seed, plan.no),
            plan,
            commands: 0,
            soon: false,
        };
        let mut simulation = Self {
            engine,
            clock,
            next_tick: engine.now(),
            lives: plans.into_iter().map(life).collect(),
            world,
            queue: BTreeMap::new(),
            turn: 0,
            provoked: Provoked::default(),
            tallies: Tallies::default(),
            open: false,
            given: BTreeSet::new(),
            looked: 0,
        };
        for no in 0..simulation.lives.len() {
            let at = simulation.lives[no].plan.reported_at;
            simulation.wake(at, no, Wake::Act(None));
        }
        simulation
    }

    /// Runs until an instant; `progress` hears of every look.
    pub(super) async fn run(
        &mut self,
        until: DateTime<Utc>,
        progress: &mut dyn FnMut(DateTime<Utc>),
    ) -> Result<(), DemoError> {
        while let Some(at) = self.queue.keys().next().map(|(at, _)| *at) {
            if at > until {
                break;
            }
            self.ticks(at).await?;
            self.clock.set(at);
            self.look(at).await?;
            progress(at);
        }
        self.ticks(until).await?;
        self.clock.set(until);
        Ok(())
    }

    /// What happened so far, in numbers.
    pub(super) const fn tallies(&self) -> &Tallies {
        &self.tallies
    }

    /// Puts a case on the queue, at the first look at or after an instant.
    fn wake(&mut self, at: DateTime<Utc>, no: usize, wake: Wake) {
        self.turn += 1;
        let at = self.world.look(at);
        self.queue.insert((at, self.turn), (no, wake));
    }

    /// Lets the timers run that are due before an instant.
    async fn ticks(&mut self, until: DateTime<Utc>) -> Result<(), DemoError> {
        while self.next_tick <= until {
            let hour = (self.next_tick + TimeDelta::hours(8)).hour();
            if TICK_HOURS.contains(&hour) {
                self.clock.set(self.next_tick);
                self.tallies.timers += self.engine.tick().await?.fired;
                self.tallies.sealed += appraise::seal(self.engine, &self.world).await?;
            }
            self.next_tick += TimeDelta::hours(1);
        }
        Ok(())
    }

    /// Everything that falls into one look.
    async fn look(&mut self, at: DateTime<Utc>) -> Result<(), DemoError> {
        let later = self.queue.split_off(&(at, u64::MAX));
        let woken = std::mem::replace(&mut self.queue, later);
        let (mut ready, mut alone, mut forms) = (Vec::new(), Vec::new(), Vec::new());
        for (no, wake) in woken.into_values() {
            match wake {
                Wake::Form(pair, paper) => forms.push((no, pair, paper)),
                Wake::Act(meant) => {
                    let Some(one) = self.prepare(no, meant, at).await? else {
                        continue;
                    };
                    if reads_another(&one.request.command) {
                        alone.push(one);
                    } else {
                        ready.push(one);
                    }
                }
            }
        }
        self.together(ready).await?;
        // What reads another case waits until nothing else is under way.
        for one in alone {
            if let Some(one) = self.aimed(one, at).await? {
                self.together(vec![one]).await?;
            }
        }
        for (no, pair, paper) in forms {
            match self.on_paper(no, pair, paper).await {
                // Somebody else filled the form.
                Err(DemoError::Engine(_)) if self.open => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// The command that a case is woken for; none when it is put off or nothing is left to do.
    async fn prepare(
        &mut self,
        no: usize,
        meant: Option<CommandName>,
        now: DateTime<Utc>,
    ) -> Result<Option<Ready>, DemoError> {
        let case = self.state(no).await?;
        if case.is_none() && meant.is_none() {
            return self.first(no, now).map(Some);
        }
        let case = case.unwrap_or_default();
        let Some(step) = self.next(no, &case, now) else {
            return Ok(None);
        };
        let name = step.act.as_ref().map(|(_, command)| command.name());
        let Some((actor, command)) = step.act.filter(|_| name == meant) else {
            let soon = std::mem::take(&mut self.lives[no].soon);
            let at = if soon { now } else { step.at };
            self.wake(at.max(now + TimeDelta::minutes(1)), no, Wake::Act(name));
            return Ok(None);
        };
        Ok(Some(self.ready(no, actor, command, step.spends)))
    }

    /// The report that begins a case, with its reporter sealed.
    fn first(&mut self, no: usize, now: DateTime<Utc>) -> Result<Ready, DemoError> {
        let step = self.next(no, &Case::default(), now);
        let Some((actor, mut command)) = step.and_then(|step| step.act) else {
            return Err(DemoError::Nobody {
                case: self.lives[no].plan.id,
            });
        };
        let key = key(&self.lives[no].plan, 0);
        let life = &mut self.lives[no];
        if life.plan.resident {
            let data = act::personal_data(&life.plan, &mut life.dice);
            let sealed = self.engine.seal(act::subject(&life.plan), key, &data)?;
            if let CaseCommand::Report { form } | CaseCommand::ReportHandled { form, .. } =
                &mut command
            {
                form.reporter = Some(sealed);
            }
        }
        Ok(self.ready(no, actor, command, None))
    }

    fn ready(
        &mut self,
        no: usize,
        actor: Actor,
        command: CaseCommand,
        spends: Option<Quirk>,
    ) -> Ready {
        let life = &mut self.lives[no];
        let key = key(&life.plan, life.commands);
        life.commands += 1;
        Ready {
            no,
            request: Request::new(actor, life.plan.id, command).with_key(key),
            spends,
        }
    }

    /// The case as it stands in the log. Asking also warms the engine's cache, so that commands
    /// given together reach the log in the order in which they are given.
    async fn state(&self, no: usize) -> Result<Option<Case>, DemoError> {
        Ok(self.engine.case(self.lives[no].plan.id).await?)
    }

    fn next(&mut self, no: usize, case: &Case, now: DateTime<Utc>) -> Option<Step> {
        let life = &mut self.lives[no];
        act::next(&mut Scene {
            case,
            plan: &life.plan,
            todo: &life.todo,
            world: &self.world,
            now,
            dice: &mut life.dice,
        })
    }

    /// Gives commands together and takes their answers in order.
    async fn together(&mut self, ready: Vec<Ready>) -> Result<(), DemoError> {
        let requests: Vec<Request> = ready.iter().map(|one| one.request.clone()).collect();
        let engine = self.engine;
        let given = requests.into_iter().map(|request| engine.request(request));
        let answers = in_order(given.collect()).await;
        for (one, answer) in ready.into_iter().zip(answers) {
            if self.open {
                self.given.insert(one.request.key);
            }
            match answer {
                Ok(receipt) => self.taken(&one, &receipt).await?,
                // Somebody else was faster: the case is looked at again.
                Err(EngineError::Refused(_)) if self.open => {
                    let at = self.engine.now() + TimeDelta::minutes(30);
                    self.wake(at, one.no, Wake::Act(None));
                }
                Err(EngineError::Refused(refusal)) => {
                    return Err(DemoError::Refused {
                        case: one.request.case,
                        command: one.request.command.name(),
                        actor: one.request.actor.signature(),
                        refusal,
                    });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What follows a command that was taken.
    async fn taken(&mut self, one: &Ready, receipt: &Receipt) -> Result<(), DemoError> {
        let (no, now) = (one.no, self.engine.now());
        self.tallies.commands += 1;
        if let Some(quirk) = one.spends {
            self.lives[no].todo.remove(&quirk);
        }
        let Some(case) = self.state(no).await? else {
            return Ok(());
        };
        self.learn(no, &case, receipt);
        if !self.open && self.tallies.commands.is_multiple_of(PROVOKE_EVERY) {
            let life = &self.lives[no];
            let tried = self.provoked.next(&life.plan, &case, &self.world);
            if let Some((actor, command)) = tried {
                self.provoke(no, actor, command).await?;
            }
        }
        if receipt.facts.iter().any(|fact| fact == "EvaluationOpened") && case.reopens == 0 {
            self.intend(no, &case, now);
        }
        if let Some(step) = self.next(no, &case, now) {
            let name = step.act.as_ref().map(|(_, command)| command.name());
            self.wake(
                step.at.max(now + TimeDelta::minutes(1)),
                no,
                Wake::Act(name),
            );
        }
        Ok(())
    }

    /// What the city knows from now on.
    fn learn(&mut self, no: usize, case: &Case, receipt: &Receipt) {
        let plan = &self.lives[no].plan;
        let facts = |name: &str| receipt.facts.iter().any(|fact| fact == name);
        if facts("CaseAccepted") {
            let recent = self.world.recent.entry(plan.spot.street.clone());
            recent.or_default().push(plan.id);
        }
        if let (true, Some(rule)) = (facts("PrecedentRegistered"), &case.precedent) {
            let rule = Rule {
                case: plan.id,
                lead: rule.lead.clone(),
                co_handlers: rule.co_handlers.clone(),
            };
            self.world.precedents.insert(plan.matter.code.clone(), rule);
        }
    }
}

/// The idempotency key of a case's nth command.
fn key(plan: &Plan, nth: u64) -> Uuid {
    Uuid::new_v5(&plan.id.0, format!("command {nth}").as_bytes())
}

/// Whether the engine reads or writes another case for a command.
const fn reads_another(command: &CaseCommand) -> bool {
    matches!(
        command,
        CaseCommand::Merge { .. }
            | CaseCommand::Dispatch {
                precedent: Some(_),
                ..
            }
    )
}
