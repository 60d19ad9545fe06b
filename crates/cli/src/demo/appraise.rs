//! Quarterly appraisal: most secretaries fill their ballots, one part of it a day; some are silent.

use super::DemoError;
use super::dice::Dice;
use super::world::World;
use chrono::{TimeDelta, Timelike};
use gridwhistle::Engine;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::appraisal::{Quarter, Ratee};
use gridwhistle::domain::evaluation::{Answer, Answers, Form};
use gridwhistle::domain::registry::Place;

/// The hour in China at which ballots are filled.
const HOUR: u32 = 10;
/// Forms are filled on one of so many days after the round opened.
const DAYS: i64 = 8;

/// Seals the forms that are meant for this hour; answers how many.
pub(super) async fn seal(engine: &Engine, world: &World) -> Result<u64, DemoError> {
    let now = engine.now();
    let local = now + TimeDelta::hours(8);
    let Some(quarter) = Quarter::ended(now).filter(|_| local.hour() == HOUR) else {
        return Ok(0);
    };
    let day = (now - quarter.before()).num_days();
    if !(0..DAYS).contains(&day) {
        return Ok(0);
    }
    let round = engine.appraisal_round(quarter).await?;
    let Some(form) = round.opening().map(|opening| &opening.form) else {
        return Ok(0);
    };
    let mut sealed = 0;
    for (place, rater) in (0..).zip(round.raters().into_iter().flatten()) {
        let ballot = engine.appraisal_ballot(quarter, rater).await?;
        let Some(opening) = ballot.opening() else {
            continue;
        };
        let grid = opening.grids.first().map(ToString::to_string);
        let secretary = grid.and_then(|grid| world.city.holder(&grid, Role::PartyOrgSecretary, 0));
        let Some(secretary) = secretary else { continue };
        // The same chance on every day, so that each form falls on one of them.
        let mut dice = Dice::new(world.seed, u64::MAX - 1 - place);
        for met in &opening.met {
            let (meant, filled) = (dice.between(0, DAYS - 1), dice.hits(82));
            let said = Said {
                answers: answers(form, &met.ratee, &mut dice),
                note: dice.hits(30).then(|| *dice.pick(&NOTES)),
            };
            if filled && meant == day {
                give(engine, &secretary, quarter, (rater, &met.ratee), said).await?;
                sealed += 1;
            }
        }
    }
    Ok(sealed)
}

struct Said {
    answers: Answers,
    note: Option<&'static str>,
}

async fn give(
    engine: &Engine,
    secretary: &Actor,
    quarter: Quarter,
    about: (&Place, &Ratee),
    said: Said,
) -> Result<(), DemoError> {
    let Said { answers, note } = said;
    let sealed = engine.seal_appraisal(secretary, quarter, about, answers, note);
    sealed.await?;
    Ok(())
}

/// Slow units, and who leads them, are rated lower, with a reason where the form asks for one.
fn answers(form: &Form, ratee: &Ratee, dice: &mut Dice) -> Answers {
    let lift = u8::from(World::slowness(ratee.unit()) <= 100);
    let reasons: Vec<&String> = form.reasons.keys().collect();
    let items = form.items.iter().map(|item| {
        let score = *dice.weighted(&[(6, 2_u8), (24, 3), (50, 4), (20, 5)]);
        let score = (score - 1 + lift).min(5);
        let reason = (score <= 2).then(|| (*dice.pick(&reasons)).clone());
        (item.code.clone(), Answer { score, reason })
    });
    Answers(items.collect())
}

/// Invented words.
const NOTES: [&str; 5] = [
    "吹哨后当天到场，处理得当",
    "希望固定联系人，便于沟通",
    "现场答应的时间没有兑现",
    "协调会上主动认领任务",
    "居民反映处理后又反复",
];
