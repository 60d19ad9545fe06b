//! Each case twice: as it was, and as the other law has it.

use super::{Lives, Stop, Walk, recorded};
use crate::judge::command::command;
use crate::problem::Problem;
use crate::whatif::report::{End, Ended};
use crate::whatif::timers::{fire, is_of_the_clock};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::clock::{Clock, ClockId};
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::context::{Context, Gathered};
use gridwhistle_domain::case::decide::decide;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::record::MergeTarget;
use gridwhistle_domain::case::refusal::Refusal;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::text::{Language, Text};
use gridwhistle_projections::read;
use gridwhistle_store::{RecordedEvent, StreamId};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Whose facts they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Of the life that was.
    Real,
    /// Of the other one.
    Other,
    /// Of the other one, after the model ended for the case: the clock alone goes on.
    Beyond,
}

/// The facts of one command, under its id.
type Group = (Uuid, Vec<CaseEvent>);

impl Walk {
    /// A command to a case in the window.
    pub(super) async fn case(&mut self, rows: Vec<RecordedEvent>) -> Result<(), Problem> {
        let Some(first) = rows.first() else {
            return Ok(());
        };
        let Ok(case) = first.stream.aggregate_id.parse().map(CaseId) else {
            return self.writer.push(rows).await;
        };
        let events = rows.iter().map(read::<CaseEvent>);
        let events: Vec<CaseEvent> = events.collect::<Result<_, _>>()?;
        let mut lives = self.at_hand(case, first.position).await?;
        self.touched.insert(case);
        let asked = command(&lives.real, &events).map(|(asked, _)| asked);
        let answer = self
            .again(case, &mut lives, (&rows, &events), asked)
            .await?;
        for event in &events {
            self.carded(&event.fact, Side::Real);
            evolve(&mut lives.real, event);
        }
        for group in answer {
            self.write(case, &mut lives, (group, Side::Other)).await?;
        }
        self.lives.put(case, lives);
        Ok(())
    }

    /// What the other law gives for a command: groups of facts, each with its command id.
    async fn again(
        &mut self,
        case: CaseId,
        lives: &mut Lives,
        (rows, events): (&[RecordedEvent], &[CaseEvent]),
        asked: Option<C>,
    ) -> Result<Vec<Group>, Problem> {
        let (Some(row), Some(event)) = (rows.first(), events.first()) else {
            return Ok(Vec::new());
        };
        if self.ends.contains_key(&case) {
            self.counted.left_out += 1;
            return Ok(Vec::new());
        }
        let verbatim = |lives: &mut Lives| {
            events
                .iter()
                .for_each(|event| evolve(&mut lives.other, event));
            Ok(vec![(row.command_id, events.to_vec())])
        };
        let asked = match asked {
            Some(asked) if is_of_the_clock(&asked, &event.by) => return Ok(Vec::new()),
            // What was not merged is not absorbed.
            Some(C::AbsorbDuplicate { from, .. }) if self.ends.contains_key(&from) => {
                return Ok(Vec::new());
            }
            Some(asked) if !matches!(asked, C::Import { .. }) => asked,
            // Foreign cases keep the times of their source.
            _ => return verbatim(lives),
        };
        let mut answer = self.clock_before(case, lives, event.at);
        let context = Context {
            case,
            now: event.at,
            actor: event.by.clone(),
            reference: Arc::clone(self.law.law().now()),
            gathered: self.gathered(case, &asked, row.position).await?,
        };
        self.counted.commands += 1;
        let decided = match ran_out(&lives.real, &lives.other, event.at) {
            Some(end) => Err(end),
            None => decide(&lives.other, &asked, &context).map_err(|refusal| refused(&refusal)),
        };
        match decided {
            Ok(facts) => {
                let accepts = |one: &CaseEvent| matches!(one.fact, CaseFact::CaseAccepted { .. });
                self.counted.accepted += u64::from(facts.iter().any(accepts));
                facts
                    .iter()
                    .for_each(|event| evolve(&mut lives.other, event));
                answer.push((row.command_id, facts));
            }
            Err(end) => self.ends(Ended {
                case,
                position: row.position,
                at: event.at,
                by: event.by.signature(),
                command: asked.name().code().to_owned(),
                end,
            }),
        }
        Ok(answer)
    }

    /// What the clock asked for before somebody acted.
    fn clock_before(&mut self, case: CaseId, lives: &mut Lives, at: DateTime<Utc>) -> Vec<Group> {
        let reference = Arc::clone(self.law.law().now());
        let until = at - TimeDelta::microseconds(1);
        let fired = fire(case, &mut lives.other, &reference, until).into_iter();
        let fired: Vec<Group> = fired.map(|facts| (Uuid::now_v7(), facts)).collect();
        self.counted.timers += fired.len() as u64;
        fired
    }

    /// The model ends for a case.
    fn ends(&mut self, ended: Ended) {
        let (position, at) = (ended.position, ended.at);
        self.ends.insert(ended.case, Stop { position, at });
        self.counted.ends += 1;
        if self.counted.ended.len() < self.most {
            self.counted.ended.push(ended);
        }
    }

    fn carded(&mut self, fact: &CaseFact, side: Side) {
        if let CaseFact::SupervisionRaised { card, rule, .. } = fact {
            let counts = self.counted.cards.entry((*card, rule.clone())).or_default();
            counts.old += u64::from(side == Side::Real);
            counts.new += u64::from(side != Side::Real);
            counts.ended += u64::from(side == Side::Beyond);
        }
    }

    async fn write(
        &mut self,
        case: CaseId,
        lives: &mut Lives,
        ((id, facts), side): (Group, Side),
    ) -> Result<(), Problem> {
        let mut rows = Vec::with_capacity(facts.len());
        for event in &facts {
            self.carded(&event.fact, side);
            lives.sequence += 1;
            let stream = (StreamId::new("case", case.to_string()), lives.sequence);
            rows.push(recorded(
                self.source.tenant(),
                stream,
                event,
                (event.at, id),
            )?);
        }
        self.writer.push(rows).await
    }

    /// Both lives of a case before a position; read from both logs where they are not at hand.
    async fn at_hand(&mut self, case: CaseId, position: u64) -> Result<Lives, Problem> {
        if let Some(lives) = self.lives.take(&case) {
            return Ok(lives);
        }
        self.writer.flush().await?;
        let stream = StreamId::new("case", case.to_string());
        let mut lives = Lives {
            real: self.real_before(case, position).await?,
            ..Lives::default()
        };
        let tenant = self.source.tenant();
        for row in self.other.read_stream(tenant, &stream, 0).await? {
            lives.sequence = row.sequence;
            evolve(&mut lives.other, &read(&row)?);
        }
        Ok(lives)
    }

    /// Facts of other cases, as they were.
    async fn gathered(&self, case: CaseId, asked: &C, position: u64) -> Result<Gathered, Problem> {
        let mut gathered = Gathered::default();
        let cited = match asked {
            C::Merge { into } if *into != case => *into,
            C::Dispatch {
                precedent: Some(cited),
                ..
            } if *cited != case => *cited,
            C::Reopen {
                same_as: Some(again),
                ..
            } => *again,
            _ => return Ok(gathered),
        };
        let state = self.real_before(cited, position).await?;
        gathered.merge_target = Some(MergeTarget {
            case: cited,
            open: state.is_open(),
            merged_into: state.merged_into.into_iter().collect(),
        });
        gathered.same_as = state.stage.map(|_| cited);
        gathered.precedent = state.precedent;
        Ok(gathered)
    }

    /// What the clock still asks for up to the end of the window, and how the duties of both lives came
    /// out.
    pub(super) async fn rest(&mut self) -> Result<(), Problem> {
        let reference = Arc::clone(self.law.law().now());
        let end = self.window.before - TimeDelta::microseconds(1);
        for case in self.touched.clone() {
            let mut lives = self.at_hand(case, self.until + 1).await?;
            let stop = self.ends.get(&case).copied();
            if let Some(stop) = stop {
                self.duties_until(case, &lives, stop).await?;
            }
            let side = stop.map_or(Side::Other, |_| Side::Beyond);
            for facts in fire(case, &mut lives.other, &reference, end) {
                self.counted.timers += 1;
                let group = (Uuid::now_v7(), facts);
                self.write(case, &mut lives, (group, side)).await?;
            }
            if stop.is_none() {
                self.duties(case, &lives);
            }
        }
        Ok(())
    }

    /// Whether the model ends for a case.
    pub(in crate::whatif) fn has_ended(&self, case: &str) -> bool {
        case.parse()
            .is_ok_and(|id| self.ends.contains_key(&CaseId(id)))
    }

    /// The units with a leg of a case for which the model ends.
    pub(in crate::whatif) fn units_of_ended(&self) -> Vec<String> {
        self.ended_units.iter().cloned().collect()
    }
}

fn refused(refusal: &Refusal) -> End {
    End::Refused {
        rule: refusal.code.code().to_owned(),
        message: Text::new(
            refusal.message(Language::ZhCn),
            refusal.message(Language::En),
        ),
    }
}

/// A duty that had run out under the other law alone when somebody acted.
fn ran_out(real: &Case, other: &Case, at: DateTime<Utc>) -> Option<End> {
    let out = |clock: &&Clock| clock.is_running() && clock.marks.due < at;
    let known: BTreeSet<ClockId> = real
        .owed_clocks()
        .filter(out)
        .map(|clock| clock.id)
        .collect();
    let in_time = |clock: &&Clock| {
        let owed = real.owed(clock.id);
        owed.is_some_and(|owed| owed.marks.due >= at) && !known.contains(&clock.id)
    };
    let clock = other.owed_clocks().filter(out).find(in_time)?;
    Some(End::RanOut {
        clock: clock.id,
        due: clock.marks.due,
    })
}
