//! What will become of each case: its matter, place, hour, pace, and what goes wrong with it.
//!
//! A plan only says what people intend. Whether they may is for the rules to say, and a plan that
//! asks for something forbidden is a fault of the simulator.

use super::city::{City, Spot};
use super::dice::Dice;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use gridwhistle::domain::case::stage::{Outcome, Stage};
use gridwhistle::domain::catalogue::matter::Matter;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::CaseId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Something out of the ordinary that someone will do in a case, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quirk {
    /// The grid reports what it has done already.
    SelfHandled,
    /// Reported without a place that resolves to a grid.
    Orphan,
    Reject,
    TransferOut,
    Merge,
    Withdraw,
    Void,
    /// A class above the first one is needed.
    Reclassify,
    /// Returns that are granted, each to another unit.
    Return1,
    Return2,
    Return3,
    ReturnRefused,
    /// The ruling on a disputed lead becomes a rule.
    Precedent,
    Extend,
    ExtendDenied,
    Suspend,
    Hold,
    HoldReview,
    HoldResume,
    Rework1,
    Rework2,
    Rework3,
    Dispute,
    Reopen,
    Callback,
    Unreachable,
    Urge,
    AnswerUrge,
    YellowCard,
    LiftCard,
    Hard,
    Emergency,
    /// An emergency that nobody ratifies.
    Lapse,
    Decline,
    Downward,
    CoHandler,
    WaiveReportIn,
    WaiveLeg,
    /// A meeting for a case of another class.
    Escalate,
    Adjourn1,
    Adjourn2,
    /// Progress notes come late.
    Silent,
    Progress,
    /// 补正.
    Materials,
    WindowRefuses,
    Revoke,
    Substitute,
    DeclineMandate,
    /// The unit does not acknowledge; the clock does.
    NoAck,
}

/// The intended life of one case.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) no: u64,
    pub(super) id: CaseId,
    pub(super) class: CaseClass,
    pub(super) matter: Matter,
    pub(super) spot: Spot,
    pub(super) channel: &'static str,
    /// A resident stands behind it, with personal data.
    pub(super) resident: bool,
    pub(super) reported_at: DateTime<Utc>,
    /// When the handling ends, in percent of its time.
    pub(super) pace: i64,
    pub(super) outcome: Outcome,
    pub(super) todo: BTreeSet<Quirk>,
    /// The stage at which everybody forgets it.
    pub(super) stuck: Option<Stage>,
}

/// The four months, in China's days.
pub(super) const FIRST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 3, 2);
/// The last of them.
pub(super) const LAST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 6, 30);

/// Hour by hour, how many reports of a thousand come in.
const HOURS: [(u64, i64); 16] = [
    (20, 7),
    (90, 8),
    (140, 9),
    (130, 10),
    (80, 11),
    (35, 12),
    (40, 13),
    (90, 14),
    (100, 15),
    (90, 16),
    (60, 17),
    (35, 18),
    (35, 19),
    (30, 20),
    (15, 21),
    (10, 22),
];

/// Of a hundred cases, how many are of each class.
const CLASSES: [(u64, CaseClass); 5] = [
    (36, CaseClass::OnTheSpot),
    (34, CaseClass::TimeLimited),
    (14, CaseClass::Undertaken),
    (9, CaseClass::Proxy),
    (7, CaseClass::Special),
];

/// The plans of a city, in the order of their reports.
pub(super) fn plans(seed: u64, cases: u64, city: &City, matters: &[Matter]) -> Vec<Plan> {
    let mut dice = Dice::new(seed, u64::MAX - 1);
    let mut times: Vec<DateTime<Utc>> = (0..cases).map(|_| report_time(&mut dice)).collect();
    times.sort_unstable();
    let space = Uuid::new_v5(
        &Uuid::NAMESPACE_URL,
        format!("gridwhistle demo {seed}").as_bytes(),
    );
    let mut of_class = [0_u64; 5];
    let mut plans = Vec::with_capacity(times.len());
    for (no, at) in (0..).zip(times) {
        let place = CLASSES_IN_TURN[usize::try_from(no % 100).unwrap_or(0)];
        let class = CLASSES[place].1;
        let nth = of_class[place];
        of_class[place] += 1;
        let id = CaseId(Uuid::new_v5(&space, format!("case {no}").as_bytes()));
        plans.push(plan((no, nth), id, class, at, (city, matters), &mut dice));
    }
    plans
}

/// Classes by turns, spread evenly over a hundred cases.
const CLASSES_IN_TURN: [usize; 100] = turns();

const fn turns() -> [usize; 100] {
    let mut order = [0; 100];
    let mut given = [0_u64; 5];
    let mut no = 0;
    while no < 100 {
        // Whoever lags most behind its share is next.
        let mut next = 0;
        let mut class = 1;
        while class < 5 {
            let owed = CLASSES[class].0 * (no as u64 + 1);
            let best = CLASSES[next].0 * (no as u64 + 1);
            if owed as i64 - (given[class] * 100) as i64 > best as i64 - (given[next] * 100) as i64
            {
                next = class;
            }
            class += 1;
        }
        given[next] += 1;
        order[no] = next;
        no += 1;
    }
    order
}

fn report_time(dice: &mut Dice) -> DateTime<Utc> {
    let (first, last) = (FIRST_DAY.unwrap_or_default(), LAST_DAY.unwrap_or_default());
    let days = (last - first).num_days();
    loop {
        let day = first + TimeDelta::days(dice.between(0, days));
        let minutes = *dice.weighted(&HOURS) * 60 + dice.between(0, 59);
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        // The last day ends at 18:00, and nobody reports to a city that is about to stop.
        let in_time = day < last || minutes < 17 * 60;
        if in_time && (!weekend || dice.hits(40)) {
            let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::hours(8);
            return midnight + TimeDelta::minutes(minutes);
        }
    }
}

/// What is intended with one case.
pub(super) fn plan(
    (no, nth): (u64, u64),
    id: CaseId,
    class: CaseClass,
    reported_at: DateTime<Utc>,
    (city, matters): (&City, &[Matter]),
    dice: &mut Dice,
) -> Plan {
    let fitting: Vec<&Matter> = matters
        .iter()
        .filter(|matter| matter.classes.contains(&class))
        .collect();
    let mut todo = quirks(class, nth);
    let matter = (*dice.pick(&fitting)).clone();
    if matter.safety {
        todo.remove(&Quirk::Withdraw);
    }
    let resident = matches!(class, CaseClass::Proxy)
        || todo.contains(&Quirk::Withdraw)
        || (!todo.contains(&Quirk::SelfHandled) && dice.hits(60));
    let channel = if resident {
        *dice.pick(&["hotline_12345", "snap_report", "mini_program"])
    } else {
        *dice.pick(&["patrol", "patrol", "visit"])
    };
    Plan {
        no,
        id,
        class,
        matter,
        spot: spot(no, city, dice),
        channel,
        resident,
        reported_at,
        pace: pace(dice),
        outcome: *dice.weighted(&OUTCOMES),
        stuck: stuck(class, nth),
        todo,
    }
}

/// Where: every third report comes from one of a few grids, as problems that come back do.
fn spot(no: u64, city: &City, dice: &mut Dice) -> Spot {
    let apart = if no.is_multiple_of(3) {
        (city.spots.len() / 5).max(1)
    } else {
        1
    };
    let spots: Vec<&Spot> = city.spots.iter().step_by(apart).collect();
    (*dice.pick(&spots)).clone()
}

const OUTCOMES: [(u64, Outcome); 6] = [
    (70, Outcome::Resolved),
    (12, Outcome::PartlyResolved),
    (8, Outcome::Explained),
    (4, Outcome::ObjectivelyPending),
    (4, Outcome::NotFound),
    (2, Outcome::Duplicate),
];

/// Most are done well in time, some just so, some late, a few very late.
fn pace(dice: &mut Dice) -> i64 {
    let (low, high) = *dice.weighted(&[
        (58, (20, 70)),
        (24, (70, 97)),
        (10, (102, 145)),
        (5, (150, 200)),
        (3, (205, 320)),
    ]);
    dice.between(low, high)
}

/// A few cases of every class are forgotten at some stage.
fn stuck(class: CaseClass, nth: u64) -> Option<Stage> {
    let (every, stages): (u64, &[Stage]) = match class {
        CaseClass::OnTheSpot => (90, &[Stage::InProgress, Stage::Reported]),
        CaseClass::TimeLimited => (
            48,
            &[Stage::InProgress, Stage::Dispatched, Stage::Responded],
        ),
        CaseClass::Undertaken => (35, &[Stage::InProgress, Stage::Whistled, Stage::Accepted]),
        CaseClass::Special => (
            30,
            &[Stage::Coordinating, Stage::InProgress, Stage::Accepted],
        ),
        CaseClass::Proxy => (60, &[Stage::InProgress]),
    };
    if nth % every != every - 1 {
        return None;
    }
    let place = usize::try_from(nth / every).unwrap_or(0) % stages.len();
    stages.get(place).copied()
}

/// Which quirks come, by turns: one in so many cases of a class, from the given one on.
type Turns = &'static [(u64, u64, &'static [Quirk])];

use Quirk as Q;

const ANY: Turns = &[
    (61, 17, &[Q::Reject]),
    (97, 23, &[Q::TransferOut]),
    (23, 10, &[Q::Merge]),
    (47, 31, &[Q::Withdraw]),
    (83, 37, &[Q::Void]),
    (41, 11, &[Q::Orphan]),
    (37, 19, &[Q::Urge, Q::AnswerUrge]),
    (71, 13, &[Q::Urge]),
    (67, 43, &[Q::YellowCard, Q::LiftCard]),
    (59, 41, &[Q::YellowCard]),
];
const ON_THE_SPOT: Turns = &[
    (4, 1, &[Q::SelfHandled]),
    (14, 2, &[Q::Rework1]),
    (26, 3, &[Q::Reclassify]),
    (33, 5, &[Q::Reopen]),
];
const TIME_LIMITED: Turns = &[
    (12, 1, &[Q::Return1]),
    (22, 2, &[Q::ReturnRefused]),
    (55, 3, &[Q::Return1, Q::Return2, Q::Return3, Q::Precedent]),
    (9, 4, &[Q::Extend]),
    (31, 7, &[Q::ExtendDenied]),
    (11, 5, &[Q::Suspend]),
    (10, 6, &[Q::Rework1]),
    (40, 8, &[Q::Rework1, Q::Rework2]),
    (75, 9, &[Q::Rework1, Q::Rework2, Q::Rework3]),
    (17, 10, &[Q::Reopen]),
    (45, 12, &[Q::Reclassify]),
    (4, 0, &[Q::Callback]),
    (28, 14, &[Q::Dispute]),
    (13, 2, &[Q::NoAck]),
    (15, 8, &[Q::Progress]),
];
const UNDERTAKEN: Turns = &[
    (6, 1, &[Q::Hard]),
    (13, 2, &[Q::Emergency]),
    (29, 3, &[Q::Emergency, Q::Lapse]),
    (9, 4, &[Q::Decline]),
    (17, 5, &[Q::Downward]),
    (2, 0, &[Q::CoHandler]),
    (8, 6, &[Q::WaiveReportIn]),
    (16, 8, &[Q::WaiveLeg, Q::CoHandler]),
    (11, 7, &[Q::Return1]),
    (33, 9, &[Q::Return1, Q::Return2, Q::Return3]),
    (7, 3, &[Q::Extend]),
    (12, 10, &[Q::Suspend]),
    (14, 11, &[Q::Hold, Q::HoldReview, Q::HoldResume]),
    (20, 12, &[Q::Hold]),
    (9, 0, &[Q::Rework1]),
    (21, 13, &[Q::Rework1, Q::Rework2, Q::Escalate]),
    (15, 14, &[Q::Reopen]),
    (5, 2, &[Q::Unreachable]),
    (18, 15, &[Q::Dispute]),
    (19, 1, &[Q::NoAck]),
    (3, 1, &[Q::Progress]),
];
const SPECIAL: Turns = &[
    (3, 0, &[Q::Precedent]),
    (5, 1, &[Q::Adjourn1]),
    (12, 2, &[Q::Adjourn1, Q::Adjourn2]),
    (6, 3, &[Q::Silent]),
    (10, 4, &[Q::Hold, Q::HoldReview, Q::HoldResume]),
    (16, 5, &[Q::Hold]),
    (9, 6, &[Q::Rework1]),
    (11, 7, &[Q::Extend]),
    (13, 8, &[Q::Suspend]),
    (14, 9, &[Q::WaiveLeg]),
    (18, 10, &[Q::Reopen]),
];
const PROXY: Turns = &[
    (4, 1, &[Q::Materials]),
    (9, 2, &[Q::WindowRefuses]),
    (14, 3, &[Q::Revoke]),
    (11, 4, &[Q::Substitute]),
    (17, 5, &[Q::DeclineMandate]),
    (23, 6, &[Q::Reopen]),
];

fn quirks(class: CaseClass, nth: u64) -> BTreeSet<Quirk> {
    let own = match class {
        CaseClass::OnTheSpot => ON_THE_SPOT,
        CaseClass::TimeLimited => TIME_LIMITED,
        CaseClass::Undertaken => UNDERTAKEN,
        CaseClass::Special => SPECIAL,
        CaseClass::Proxy => PROXY,
    };
    let all = ANY.iter().chain(own);
    all.filter(|(every, from, _)| nth % every == from % every)
        .flat_map(|(_, _, quirks)| quirks.iter().copied())
        .collect()
}
