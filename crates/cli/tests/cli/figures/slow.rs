//! The slow count: cases and legs as the JSON of their events tells them.

mod fate;
mod measured;

pub(super) use fate::{Fate, fates, standing_cards};
pub(super) use measured::{Strata, against, half_done};

use gridwhistle::domain::calendar::CalendarBook;
use gridwhistle::domain::score::spread::Spread;
use serde_json::Value;
use std::collections::BTreeMap;

type Instant = chrono::DateTime<chrono::Utc>;

/// One unit's part in a case, as the events tell it.
#[derive(Clone, Debug, Default)]
struct Leg {
    unit: String,
    lead: bool,
    opened: Instant,
    acknowledged: Option<Instant>,
    by_the_clock: bool,
    contacted: Option<Instant>,
    reported_in: Option<Instant>,
    waived: bool,
    done: Option<Instant>,
    /// Whatever was given back since.
    responded: Option<Instant>,
    ended: Option<Instant>,
    returned: bool,
    requested: u64,
    refused: u64,
    reworks: u64,
    due: BTreeMap<String, Instant>,
}

/// The clock of handling, and when it ran.
#[derive(Clone, Debug, Default)]
struct Handling {
    due: Option<Instant>,
    limit: String,
    calendar: String,
    runs_since: Option<Instant>,
    stands_since: Option<Instant>,
    ran: Vec<(Instant, Instant)>,
    stood: Vec<(Instant, Instant)>,
    missed: bool,
    /// Where it was, when it does not run: a rework takes it up again.
    owed: bool,
}

#[derive(Clone, Debug, Default)]
struct Case {
    stage: String,
    matter: String,
    class: String,
    legs: BTreeMap<u64, Leg>,
    handling: Option<Handling>,
    until: Option<Instant>,
    /// The first closing, who led then, and whether nothing had been reworked.
    settled: Option<(Instant, Option<u64>, bool)>,
    reworks: u64,
    extensions: u64,
}

fn instant(value: &Value) -> Instant {
    value
        .as_str()
        .expect("an instant")
        .parse()
        .expect("an instant")
}

impl Handling {
    fn turn(&mut self, at: Instant) {
        if let Some(from) = self.runs_since.take() {
            self.ran.push((from, at));
        }
        if let Some(from) = self.stands_since.take() {
            self.stood.push((from, at));
        }
    }

    fn late(&self, at: Instant) -> bool {
        self.due.is_some_and(|due| at > due)
    }
}

impl Case {
    fn tell(&mut self, event: &Value) {
        let at = instant(&event["at"]);
        let (name, fact) = event["fact"]
            .as_object()
            .and_then(|map| map.iter().next())
            .expect("a fact");
        if let Some(no) = fact["leg"].as_u64() {
            self.tell_leg(name, fact, no, at);
        }
        match name.as_str() {
            "ReworkRequired" => {
                self.reworks += 1;
                self.back_to_work(1);
            }
            "CaseReopened" => {
                self.stage = "open".into();
                self.back_to_work(0);
            }
            "CaseClosed" => {
                self.stage = "closed".into();
                let settled = (at, self.lead(), self.reworks == 0);
                self.settled.get_or_insert(settled);
            }
            "CaseAccepted" => {
                self.matter = fact["matter"].as_str().expect("a matter").to_owned();
                self.class = fact["class"].as_str().expect("a class").to_owned();
            }
            "CaseReclassified" => {
                self.class = fact["to"].as_str().expect("a class").to_owned();
            }
            "CaseRejected" | "CaseTransferredOut" | "CaseWithdrawn" => self.stage = "ended".into(),
            "CaseMerged" | "CaseVoided" => self.stage = "out".into(),
            "CaseSuspended" => self.until = Some(instant(&fact["until"])),
            "CaseResumed" => self.until = None,
            "ExtensionGranted" => self.extensions += 1,
            _ if name.starts_with("Clock") => self.tell_clock(name, fact, at),
            _ => {}
        }
    }

    fn tell_leg(&mut self, name: &str, fact: &Value, no: u64, at: Instant) {
        let leg = self.legs.entry(no).or_default();
        match name {
            "LegOpened" => {
                leg.unit = fact["unit"].as_str().expect("a unit").to_owned();
                leg.lead = fact["part"] == "lead";
                leg.opened = at;
            }
            "LegAcknowledged" => drop(leg.acknowledged.get_or_insert(at)),
            "LegAutoAcknowledged" => {
                leg.acknowledged.get_or_insert(at);
                leg.by_the_clock = true;
            }
            "ResidentContacted" => drop(leg.contacted.get_or_insert(at)),
            "DepartmentReportedIn" => drop(leg.reported_in.get_or_insert(at)),
            "ReportInWaived" => leg.waived = true,
            "LegCompleted" => (leg.done, leg.responded) = (Some(at), Some(at)),
            "LegWaived" | "LegEnded" => leg.ended = Some(at),
            "LegReturned" => {
                leg.ended = Some(at);
                leg.returned = true;
            }
            "ReturnRequested" => leg.requested += 1,
            "ReturnRefused" => leg.refused += 1,
            _ => {}
        }
    }

    /// The leg that leads, or led when the case ended: none that was returned, and one that was replaced
    /// only where none stands.
    fn lead(&self) -> Option<u64> {
        let leads = self.legs.iter();
        let mut leads = leads.filter(|(_, leg)| leg.lead && !leg.returned);
        let stands = leads.clone().find(|(_, leg)| leg.ended.is_none());
        stands.or_else(|| leads.next_back()).map(|(no, _)| *no)
    }

    fn back_to_work(&mut self, reworks: u64) {
        let done = self
            .legs
            .values_mut()
            .filter(|leg| leg.done.is_some() && leg.ended.is_none());
        for leg in done {
            leg.done = None;
            leg.reworks += reworks;
        }
    }

    fn tell_clock(&mut self, name: &str, fact: &Value, at: Instant) {
        let clock = &fact["clock"];
        let id = if clock.is_null() {
            &fact["id"]
        } else {
            &clock["id"]
        };
        let kind = id["kind"].as_str().expect("a kind");
        let due = [&clock["marks"]["due"], &fact["marks"]["due"]];
        let due = due.into_iter().find(|due| !due.is_null()).map(instant);
        if let (Some(leg), Some(due)) = (id["leg"].as_u64(), due) {
            let leg = self.legs.get_mut(&leg).expect("a leg");
            leg.due.insert(kind.to_owned(), due);
        }
        if kind != "handle" {
            return;
        }
        if name == "ClockStarted" {
            self.handling = Some(Handling {
                due,
                limit: clock["limit"].as_str().expect("a limit").to_owned(),
                calendar: clock["calendar"].as_str().expect("a calendar").to_owned(),
                runs_since: Some(instant(&clock["since"])),
                owed: true,
                ..Handling::default()
            });
            return;
        }
        let Some(handling) = &mut self.handling else {
            return;
        };
        let (running, late) = (handling.runs_since.is_some(), handling.late(at));
        match name {
            "ClockStopped" | "ClockCancelled" => {
                handling.missed |= running && late;
                handling.turn(at);
                handling.owed = false;
            }
            "ClockSuspended" => {
                handling.missed |= late;
                handling.turn(at);
                handling.stands_since = Some(at);
            }
            "ClockResumed" => {
                let from = if fact["from"].is_null() {
                    at
                } else {
                    instant(&fact["from"])
                };
                handling.turn(from);
                handling.runs_since = Some(from);
                handling.due = due;
            }
            "ClockRebased" => {
                handling.missed |= handling.owed && running && late && fact["cause"] != "extension";
                handling.due = due;
                handling.calendar = fact["calendar"].as_str().expect("a calendar").to_owned();
                if let Some(limit) = fact["renewed"]["limit"].as_str() {
                    handling.limit = limit.to_owned();
                }
                if handling.stands_since.is_none() {
                    handling.turn(at);
                    handling.runs_since = Some(at);
                    handling.owed = true;
                }
            }
            _ => {}
        }
    }
}

/// The plain counts of one unit.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) numbers: [u64; 4],
    pub(super) shares: BTreeMap<&'static str, (u64, u64)>,
    pub(super) minutes: Vec<i64>,
    /// Minutes of handling, and whether it was done.
    pub(super) seen: Vec<(i64, bool)>,
    /// Open legs by working days since dispatch.
    pub(super) ages: [u64; 6],
    /// On time of what should be done, by matter and class.
    pub(super) strata: Strata,
}

impl Plain {
    fn count(&mut self, share: &'static str, of: bool, met: bool) {
        let counted = self.shares.entry(share).or_default();
        counted.1 += u64::from(of);
        counted.0 += u64::from(of && met);
    }
}

/// Of these minutes: how many there are, their mean to the minute, half to even, and by rank those that
/// half and nine in ten did not exceed.
pub(super) fn spread(minutes: &[i64]) -> Option<Spread> {
    let mut minutes = minutes.to_vec();
    minutes.sort_unstable();
    let count = i64::try_from(minutes.len()).expect("few");
    let sum: i64 = minutes.iter().sum();
    let (whole, rest) = (sum.checked_div(count)?, 2 * (sum % count));
    let up = rest > count || (rest == count && whole % 2 == 1);
    let rank = |percent: usize| minutes[(minutes.len() * percent).div_ceil(100) - 1];
    Some(Spread {
        count: count.unsigned_abs(),
        mean: whole + i64::from(up),
        median: rank(50),
        p90: rank(90),
    })
}

pub(super) struct Asked {
    pub(super) from: Instant,
    pub(super) before: Instant,
    pub(super) at: Instant,
}

impl Asked {
    pub(super) fn during(&self, instant: Option<Instant>) -> bool {
        instant.is_some_and(|one| self.from <= one && one < self.before && one <= self.at)
    }
}

fn tell_unit(
    plain: &mut Plain,
    (case, fate): (&Case, &Fate),
    (no, leg): (u64, &Leg),
    asked: &Asked,
    calendars: &CalendarBook,
) {
    let open = case.stage.is_empty() || case.stage == "open";
    let open = open && leg.ended.is_none() && leg.done.is_none();
    let (opened, done) = (asked.during(Some(leg.opened)), asked.during(leg.done));
    let handling = case.handling.as_ref();
    let due = handling.and_then(|clock| clock.due);
    let runs = handling.is_some_and(|clock| clock.runs_since.is_some());
    let runs = runs || case.until.is_some_and(|until| until <= asked.at);
    let overdue = open && runs && due.is_some_and(|due| due < asked.at);
    let missed = handling.is_some_and(|clock| clock.missed);
    let judged = done && due.is_some();
    let on_time = judged && leg.done <= due && !missed;
    for (number, more) in plain.numbers.iter_mut().zip([opened, done, open, overdue]) {
        *number += u64::from(more);
    }
    let duty = |kind: &str, did: Option<Instant>| {
        let due = leg.due.get(kind).copied();
        let asked_for = asked.during(due) && (did.is_some() || open);
        (asked_for, did.is_some() && did <= due)
    };
    let (of, met) = duty("acknowledge", leg.acknowledged);
    plain.count("acknowledged", of, met && !leg.by_the_clock);
    let (of, met) = duty("contact", leg.contacted);
    plain.count("contacted", of, met);
    let (of, met) = duty("report_in", leg.reported_in);
    plain.count("reported_in", of && !leg.waived, met);
    plain.count("completion", judged || overdue, judged);
    plain.count("on_time", judged || overdue, on_time);
    let stratum = (case.matter.clone(), case.class.clone());
    let known = plain.strata.entry(stratum).or_default();
    known.1 += u64::from(judged || overdue);
    known.0 += u64::from(on_time);
    // Each case is judged once, by its first closing; what undid that within thirty days counts against it.
    if let Some((closed, Some(led), at_once)) = case.settled
        && led == no
    {
        let (signed, undone) = (asked.during(Some(closed)), fate.undid(closed));
        plain.count("first_time", signed, at_once && !undone);
        plain.count("reopened", signed, undone);
    }
    plain.count("reworked", asked.during(leg.responded), leg.reworks > 0);
    plain.count("returned", opened, leg.requested > 0);
    plain.count("misdispatched", opened, leg.returned);
    plain.count("extended", done, case.extensions > 0);
    if opened {
        let wrongful = plain.shares.entry("wrongful_returns").or_default();
        *wrongful = (wrongful.0 + leg.refused, wrongful.1 + leg.requested);
    }
    if done || open {
        plain.measure(case, leg, asked, calendars);
    }
}

pub(super) fn slowly(
    events: &[(String, Value)],
    (asked, asked_at): (&Asked, Instant),
    calendars: &CalendarBook,
) -> BTreeMap<String, Plain> {
    let fates = fates(events, asked_at);
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    for (case, event) in events
        .iter()
        .filter(|(_, event)| instant(&event["at"]) <= asked.at)
    {
        cases.entry(case).or_default().tell(event);
    }
    let mut units: BTreeMap<String, Plain> = BTreeMap::new();
    let counts = |id: &str| !fates[id].struck;
    for (id, case) in cases.iter().filter(|(id, _)| counts(id)) {
        for (no, leg) in &case.legs {
            let plain = units.entry(leg.unit.clone()).or_default();
            tell_unit(plain, (case, &fates[*id]), (*no, leg), asked, calendars);
        }
    }
    for plain in units.values_mut() {
        plain.shares.retain(|_, (_, of)| *of > 0);
    }
    units.retain(|_, plain| plain.numbers != [0; 4] || !plain.shares.is_empty());
    units
}
