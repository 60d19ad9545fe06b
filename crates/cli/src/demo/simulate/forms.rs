//! What becomes of a case's evaluations: forms are filled, revealed, read, and some appealed against.

use super::super::DemoError;
use super::super::dice::Dice;
use super::super::evaluate;
use super::{Simulation, Wake};
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::evaluation::Side;
use std::collections::BTreeMap;

/// Working minutes from the reveal until the units have read what was said of them.
const READ_AFTER: i64 = 240;
/// Working minutes that an appeal waits for its decision.
const DECIDED_AFTER: i64 = 960;
/// Streams of chance of their own, beyond those of the cases: what is said of a form disturbs nothing.
const STREAMS: u64 = 1 << 32;

/// What is done about an evaluation.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) enum Paper {
    /// A side fills its form.
    Seal(Side),
    /// The units look at what was revealed, and one may appeal.
    Read,
    /// A third unit decides on the appeal against a side's form.
    Decide(Side),
}

impl Simulation<'_> {
    /// Who means to fill a form, and when what they filled is read.
    pub(super) fn intend(&mut self, no: usize, case: &Case, now: DateTime<Utc>) {
        let intended = evaluate::intended(&self.world, case, now, &mut self.lives[no].dice);
        let mut pairs: BTreeMap<String, (EvaluationPair, Vec<DateTime<Utc>>)> = BTreeMap::new();
        for (pair, side, at) in intended {
            self.wake(at, no, Wake::Form(pair.clone(), Paper::Seal(side)));
            let key = format!("{}/{}", pair.leg, pair.left);
            pairs.entry(key).or_insert((pair, Vec::new())).1.push(at);
        }
        for (pair, sealed) in pairs.into_values() {
            let both = sealed.len() > 1;
            let last = sealed.into_iter().max().filter(|_| both);
            let revealed = last.or(case.evaluation_until).unwrap_or(now);
            let read = self.world.working(revealed, READ_AFTER);
            self.wake(read, no, Wake::Form(pair, Paper::Read));
        }
    }

    /// One thing about one evaluation.
    pub(super) async fn on_paper(
        &mut self,
        no: usize,
        pair: EvaluationPair,
        paper: Paper,
    ) -> Result<(), DemoError> {
        let (engine, world) = (self.engine, &self.world);
        let life = &mut self.lives[no];
        let (case, now) = (life.plan.id, engine.now());
        let mut apart = Dice::new(
            world.seed,
            STREAMS + life.plan.no * 256 + u64::from(pair.leg.0),
        );
        match paper {
            Paper::Seal(side) => {
                let dice = &mut life.dice;
                if evaluate::seal(engine, world, case, &pair, side, dice).await? {
                    self.tallies.sealed += 1;
                }
            }
            Paper::Read => {
                if let Some(side) = evaluate::read(engine, world, case, &pair, &mut apart).await? {
                    self.tallies.appeals += 1;
                    let heard = world.working(now, DECIDED_AFTER);
                    self.wake(heard, no, Wake::Form(pair, Paper::Decide(side)));
                }
            }
            Paper::Decide(side) => {
                evaluate::decide(engine, world, case, &pair, side, &mut apart).await?;
            }
        }
        Ok(())
    }
}
