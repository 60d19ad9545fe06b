//! The slow count: what of the cases counts for which figure.

use super::{Case, Instant, instant};
use crate::figures::slow::{Asked, Fate, against, fates, half_done};
use gridwhistle::domain::calendar::CalendarBook;
use gridwhistle::domain::ids::GridId;
use gridwhistle::domain::registry::Registry;
use serde_json::Value;
use std::collections::BTreeMap;

/// The plain counts of one group.
#[derive(Clone, Debug, Default)]
pub(in crate::figures) struct Counts {
    pub(in crate::figures) shares: BTreeMap<&'static str, (u64, u64)>,
    pub(in crate::figures) numbers: BTreeMap<&'static str, u64>,
    pub(in crate::figures) stars: [u64; 5],
    pub(in crate::figures) minutes: Vec<i64>,
    pub(in crate::figures) used: (i64, i64),
    /// Minutes of handling, and whether it was done.
    pub(in crate::figures) seen: Vec<(i64, bool)>,
    /// Open cases by age.
    pub(in crate::figures) ages: [u64; 6],
    /// On time of what should be handled, by matter and class.
    pub(in crate::figures) strata: BTreeMap<(String, String), (u64, u64)>,
}

impl Counts {
    /// The minute by which half are handled.
    pub(in crate::figures) fn half_done(&self) -> Option<i64> {
        half_done(&self.seen)
    }

    /// On time against what `city` achieves with the same matters and classes.
    pub(in crate::figures) fn against(&self, city: &Self) -> Option<f64> {
        against(&self.strata, &city.strata)
    }
}

impl Counts {
    fn share(&mut self, name: &'static str, of: bool, met: bool) {
        let counted = self.shares.entry(name).or_default();
        counted.1 += u64::from(of);
        counted.0 += u64::from(of && met);
    }

    fn number(&mut self, name: &'static str, more: u64) {
        *self.numbers.entry(name).or_default() += more;
    }

    fn tell(&mut self, (case, fate): (&Case, &Fate), asked: &Asked, calendars: &CalendarBook) {
        let during = |instant| asked.during(instant);
        let (reported, accepted) = (during(Some(case.reported)), during(case.accepted));
        let (decide_by, decided) = case.decision();
        self.share("filed", reported, case.accepted.is_some());
        self.share("valid", reported, case.valid);
        self.share("not_closed", reported, case.open());
        self.share(
            "filed_in_time",
            accepted && decided.is_some(),
            decided == Some(true),
        );
        self.share("from_residents", accepted, case.by_resident);
        self.share("screened_in_time", during(decide_by), decided == Some(true));
        let first = case.legs.values().next().map(|leg| leg.opened);
        let (sent, waits) = (during(first), case.owes("dispatch", asked.at));
        let returned = case.legs.values().any(|leg| leg.returned);
        let slow = case
            .of("dispatch")
            .any(|clock| !clock.fell() && clock.missed);
        self.share("dispatched_rightly", sent || waits, sent && !returned);
        self.share("dispatched_in_time", sent || waits, sent && !slow && !waits);
        let (done, late, verdict) = (
            during(case.done),
            case.late(asked.at, calendars),
            case.handled_in_time(),
        );
        let judged = done && verdict.is_some();
        self.share("handled", judged || late, judged);
        self.share(
            "handled_in_time",
            judged || late,
            done && verdict == Some(true),
        );
        self.tell_end(case, (asked, calendars), verdict);
        self.tell_closing((case, fate), asked);
        let stratum = (case.matter.clone(), case.class.clone());
        let known = self.strata.entry(stratum).or_default();
        known.1 += u64::from(judged || late);
        known.0 += u64::from(done && verdict == Some(true));
        self.tell_time(case, done, asked, calendars);
        self.share("by_self", during(case.signed()), case.legs.is_empty());
        let astray = |whistle| {
            let mut legs = case
                .legs
                .values()
                .filter(move |leg| Some(leg.opened) >= whistle);
            legs.any(|leg| leg.returned)
        };
        self.share(
            "whistle_astray",
            during(case.whistled),
            astray(case.whistled),
        );
        let stands = |how| u64::from(case.open() && case.stands == how);
        let held_before = case.held.is_some_and(|held| held < asked.from);
        for (name, more) in [
            ("reported", u64::from(reported)),
            ("accepted", u64::from(accepted)),
            ("refused", u64::from(during(case.refused))),
            ("done", u64::from(done)),
            ("closed", u64::from(during(case.signed()))),
            ("open", u64::from(case.open())),
            ("open_overdue", u64::from(late)),
            ("suspended", stands("suspended")),
            ("on_hold", stands("held")),
            ("held", u64::from(during(case.held))),
            ("held_before", stands("held") * u64::from(held_before)),
        ] {
            self.number(name, more);
        }
    }

    /// Each case is judged once, by its first closing; what undid that within thirty days counts against it.
    fn tell_closing(&mut self, (case, fate): (&Case, &Fate), asked: &Asked) {
        if let Some((closed, at_once)) = case.settled {
            let (signed, undone) = (asked.during(Some(closed)), fate.undid(closed));
            self.share("settled_at_once", signed, at_once && !undone);
            self.share("came_back", signed, undone);
        }
    }

    fn tell_time(&mut self, case: &Case, done: bool, asked: &Asked, calendars: &CalendarBook) {
        let minutes = case.minutes(asked.at, calendars);
        if let (true, Some((used, given))) = (done, minutes) {
            self.minutes.push(used);
            self.used = (self.used.0 + used, self.used.1 + given);
        }
        let waits = case.open() && case.done.is_none();
        if let (true, Some((used, _))) = (done || waits, minutes) {
            self.seen.push((used, done));
        }
        if case.open() {
            let handling = case
                .clocks
                .iter()
                .rev()
                .find(|clock| clock.handles() && !clock.fell());
            let pinned = handling.and_then(|clock| calendars.get(&clock.calendar.as_str().into()));
            let calendar = pinned.unwrap_or_else(|| calendars.latest());
            let days = calendar.age_in_working_days(case.reported, asked.at);
            let older = [1, 3, 5, 10, 30]
                .iter()
                .filter(|bound| days >= **bound)
                .count();
            self.ages[older] += 1;
        }
    }

    fn tell_end(
        &mut self,
        case: &Case,
        (asked, calendars): (&Asked, &CalendarBook),
        verdict: Option<bool>,
    ) {
        let during = |instant| asked.during(instant);
        let closed = during(case.signed());
        let (check_by, checked) = case.duty("verify");
        let (sign_by, signed) = case.duty("sign_off");
        let judged = closed && verdict.is_some();
        let every = verdict == Some(true) && checked != Some(false) && signed != Some(false);
        let waits = case.late(asked.at, calendars)
            || case.owes("verify", asked.at)
            || case.owes("sign_off", asked.at);
        let should = judged || waits;
        self.share("closed", should, judged);
        self.share("closed_in_time", should, judged && every);
        self.share("closed_late", should, judged && !every);
        self.share("sent_back", should, case.reworks > 0);
        self.number("reworks", if should { case.reworks } else { 0 });
        self.number("extended", u64::from(should && case.extensions > 0));
        self.share("checked_in_time", during(check_by), checked == Some(true));
        self.share("signed_in_time", during(sign_by), signed == Some(true));
        let (contact_by, contacted) = case.contact();
        self.share(
            "responded",
            closed && contact_by.is_some(),
            contacted == Some(true),
        );
        self.share("reached", closed, case.solved.is_some());
        self.share(
            "solved",
            closed && case.solved.is_some(),
            case.solved == Some(true),
        );
        let rated = closed && case.stars.is_some();
        self.share("said_satisfied", rated, case.stars >= Some(3));
        self.share("said_strictly", rated, case.stars >= Some(4));
        let unreached = closed && case.calls > 0 && case.solved.is_none();
        self.number("unreachable", u64::from(unreached));
        if let (true, Some(stars)) = (closed, case.stars) {
            self.stars[usize::try_from(stars).expect("few") - 1] += 1;
        }
    }
}

impl Counts {
    /// Of those who gave any.
    pub(in crate::figures) fn mean_stars(&self) -> Option<f64> {
        let people: u64 = self.stars.iter().sum();
        let stars: u64 = self
            .stars
            .iter()
            .zip(1..)
            .map(|(one, stars)| one * stars)
            .sum();
        (people > 0).then(|| stars as f64 / people as f64)
    }

    /// 30 of 响应率, 35 of 解决率 and 35 of 满意率; none where one of them is of nothing.
    pub(in crate::figures) fn three_rates(&self) -> Option<f64> {
        let rate = |name: &str| {
            let (met, of) = self.shares.get(name)?;
            Some(*met as f64 / *of as f64)
        };
        let asked = [
            (0.3, "responded"),
            (0.35, "solved"),
            (0.35, "said_satisfied"),
        ];
        asked
            .into_iter()
            .map(|(weight, name)| Some(weight * rate(name)?))
            .sum()
    }
}

/// Cases that were reported in the window and are in no figure: voided, and merged, by the instant at
/// which it is asked.
pub(in crate::figures) fn left_out(
    events: &[(String, Value)],
    (asked, asked_at): (&Asked, Instant),
) -> (u64, u64) {
    let cases = cases(events, asked_at);
    let out = |stage| {
        let out = cases.values().filter(|case| case.stage == stage);
        out.filter(|case| asked.during(Some(case.reported))).count() as u64
    };
    (out("voided"), out("merged"))
}

/// The cases as the events up to an instant tell them.
fn cases(events: &[(String, Value)], at: Instant) -> BTreeMap<String, Case> {
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for (id, event) in events
        .iter()
        .filter(|(_, event)| instant(&event["at"]) <= at)
    {
        let case = cases.entry(id.clone()).or_default();
        case.id.clone_from(id);
        case.tell(event);
    }
    cases
}

/// Whether two points are at most fifty metres apart, by floating point on the ball.
fn near(one: (i64, i64), other: (i64, i64)) -> bool {
    let degrees = |part: i64| part as f64 / 1e6;
    let radians = |part: i64| degrees(part).to_radians();
    let (north, east) = (radians(one.0 - other.0), radians(one.1 - other.1));
    let half = (north / 2.0).sin().powi(2)
        + radians(one.0).cos() * radians(other.0).cos() * (east / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * half.sqrt().asin() <= 50.0
}

/// Whether the problem of a closed case came back by an instant; none without a point on the map.
fn came_back(
    case: &Case,
    closed: Instant,
    (later, fates): (&BTreeMap<String, Case>, &BTreeMap<&str, Fate>),
) -> Option<bool> {
    let point = case.point?;
    let last = closed + chrono::TimeDelta::days(30);
    let again = |other: &Case| {
        other.id != case.id
            && !fates[other.id.as_str()].struck
            && other.matter == case.matter
            && closed < other.reported
            && other.reported <= last
            && other.point.is_some_and(|other| near(point, other))
    };
    Some(later.values().any(again))
}

/// The counts of every group: by `level` of the place of acceptance, by lead unit, or of all.
pub(in crate::figures) fn slowly(
    events: &[(String, Value)],
    (asked, later, asked_at): (&Asked, Instant, Instant),
    calendars: &CalendarBook,
    (registry, level): (&Registry, &str),
) -> BTreeMap<Option<String>, Counts> {
    let mut groups: BTreeMap<Option<String>, Counts> = BTreeMap::new();
    let (then, fates) = (cases(events, later), fates(events, asked_at));
    for case in cases(events, asked.at).values() {
        let fate = &fates[case.id.as_str()];
        if fate.struck {
            continue;
        }
        let grid = case.grid.as_deref().map(GridId::new);
        let path = grid.and_then(|grid| registry.grid_path(&grid, case.placed));
        let group = match level {
            "street" => path.map(|path| path.street.to_string()),
            "community" => path.map(|path| path.community.to_string()),
            "grid" => case.grid.clone(),
            "unit" => case.lead().map(|(_, leg)| leg.unit.clone()),
            _ => None,
        };
        let counts = groups.entry(group).or_default();
        counts.tell((case, fate), asked, calendars);
        if let Some(closed) = case.signed().filter(|closed| asked.during(Some(*closed))) {
            let back = came_back(case, closed, (&then, &fates));
            counts.share("repeated", back.is_some(), back == Some(true));
            counts.number("repeats_unknown", u64::from(back.is_none()));
        }
    }
    for counts in groups.values_mut() {
        counts.shares.retain(|_, (_, of)| *of > 0);
        counts.numbers.retain(|_, number| *number > 0);
        counts.minutes.sort_unstable();
    }
    groups.retain(|_, counts| !counts.shares.is_empty() || !counts.numbers.is_empty());
    groups
}
