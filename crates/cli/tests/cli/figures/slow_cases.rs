//! The slow count of cases: what the JSON of their events tells, for areas, lead units and the city.

mod count;

pub(super) use count::{Counts, left_out, slowly};

use gridwhistle::domain::calendar::{CalendarBook, Limit};
use serde_json::Value;
use std::collections::BTreeMap;

type Instant = chrono::DateTime<chrono::Utc>;

/// The duties by which handling is judged.
const HANDLING: [&str; 5] = ["handle", "take_papers", "submit", "statutory", "hand_back"];

#[derive(Clone, Debug, Default)]
struct Clock {
    kind: String,
    leg: Option<u64>,
    due: Instant,
    state: &'static str,
    missed: bool,
    ended: Option<Instant>,
    since: Instant,
    consumed: i64,
    budget: i64,
    limit: String,
    calendar: String,
}

impl Clock {
    fn owed(&self) -> bool {
        self.ended.is_none()
    }

    fn fell(&self) -> bool {
        self.state == "cancelled"
    }

    fn handles(&self) -> bool {
        self.leg.is_none() && HANDLING.contains(&self.kind.as_str())
    }

    fn in_time(&self) -> Option<bool> {
        Some(self.ended? <= self.due && !self.missed)
    }
}

#[derive(Clone, Debug, Default)]
struct Leg {
    unit: String,
    lead: bool,
    opened: Instant,
    contacted: Option<Instant>,
    returned: bool,
    gone: bool,
}

/// A case as its events tell it.
#[derive(Clone, Debug, Default)]
struct Case {
    id: String,
    stage: &'static str,
    reported: Instant,
    placed: Instant,
    grid: Option<String>,
    point: Option<(i64, i64)>,
    by_resident: bool,
    accepted: Option<Instant>,
    refused: Option<Instant>,
    valid: bool,
    matter: String,
    class: String,
    legs: BTreeMap<u64, Leg>,
    clocks: Vec<Clock>,
    whistled: Option<Instant>,
    done: Option<Instant>,
    closed: Option<Instant>,
    /// The first closing, and whether nothing had been reworked by then.
    settled: Option<(Instant, bool)>,
    reworked: Option<Instant>,
    reworks: u64,
    extensions: u64,
    stands: &'static str,
    until: Option<Instant>,
    held: Option<Instant>,
    calls: u64,
    solved: Option<bool>,
    stars: Option<u64>,
}

fn instant(value: &Value) -> Instant {
    let text = value.as_str().expect("an instant");
    text.parse().expect("an instant")
}

fn stars(level: &Value) -> u64 {
    match level.as_str().expect("a level") {
        "very_satisfied" => 5,
        "satisfied" => 4,
        "mostly_satisfied" => 3,
        "dissatisfied" => 2,
        _ => 1,
    }
}

impl Case {
    fn tell(&mut self, event: &Value) {
        let at = instant(&event["at"]);
        let facts = event["fact"].as_object().expect("a fact");
        let (name, fact) = facts.iter().next().expect("a fact");
        match name.as_str() {
            "CaseReported" => self.report(event, &fact["form"], at),
            "LocationAssigned" => {
                self.grid = fact["grid"].as_str().map(str::to_owned);
                self.placed = at;
            }
            "CaseAccepted" => {
                (self.accepted, self.placed) = (Some(at), at);
                self.matter = fact["matter"].as_str().expect("a matter").to_owned();
                self.class = fact["class"].as_str().expect("a class").to_owned();
            }
            "CaseReclassified" => {
                self.class = fact["to"].as_str().expect("a class").to_owned();
                self.done = None;
            }
            "CoordinationDecided" => self.done = None,
            "WhistleBlown" => self.whistled = Some(at),
            "CaseDispatched" if fact["emergency"] == true => {
                self.whistled.get_or_insert(at);
            }
            "ResponseSubmitted" => {
                (self.done, self.calls) = (Some(at), 0);
                (self.solved, self.stars) = (None, None);
            }
            "ReworkRequired" => {
                (self.done, self.reworked) = (None, Some(at));
                self.reworks += 1;
            }
            "ResidentConfirmed" | "ResidentDisputed" => {
                self.calls += 1;
                self.solved = Some(name == "ResidentConfirmed");
            }
            "CallbackUnreachable" => self.calls += 1,
            "SatisfactionRated" => self.stars = Some(stars(&fact["satisfaction"])),
            "ExtensionGranted" => self.extensions += 1,
            "CaseSuspended" => {
                (self.stands, self.until) = ("suspended", Some(instant(&fact["until"])));
            }
            "CaseHeldLongTerm" => (self.stands, self.held) = ("held", Some(at)),
            "CaseResumed" => (self.stands, self.until) = ("", None),
            _ => self.tell_more(name, fact, at),
        }
    }

    fn tell_more(&mut self, name: &str, fact: &Value, at: Instant) {
        match name {
            "CaseClosed" => {
                (self.stage, self.closed) = ("closed", Some(at));
                self.settled.get_or_insert((at, self.reworks == 0));
            }
            "CaseReopened" => {
                self.stage = "open";
                (self.closed, self.done) = (None, None);
            }
            "CaseRejected" => {
                (self.stage, self.refused) = ("refused", Some(at));
                self.valid = false;
            }
            "CaseTransferredOut" => (self.stage, self.refused) = ("refused", Some(at)),
            "CaseWithdrawn" => (self.stage, self.valid) = ("withdrawn", false),
            "CaseMerged" => self.stage = "merged",
            "CaseVoided" => self.stage = "voided",
            _ if name.starts_with("Clock") => self.tell_clock(name, fact, at),
            _ => self.tell_leg(name, fact, at),
        }
    }

    fn report(&mut self, event: &Value, form: &Value, at: Instant) {
        (self.stage, self.valid) = ("open", true);
        (self.reported, self.placed) = (at, at);
        self.grid = form["grid"].as_str().map(str::to_owned);
        let part = |name: &str| form["point"][name].as_i64();
        self.point = part("lat").zip(part("lng"));
        self.by_resident = event["by"]["role"] == "resident" || !form["reporter"].is_null();
    }

    fn tell_leg(&mut self, name: &str, fact: &Value, at: Instant) {
        let Some(no) = fact["leg"].as_u64() else {
            return;
        };
        let leg = self.legs.entry(no).or_default();
        match name {
            "LegOpened" => {
                leg.unit = fact["unit"].as_str().expect("a unit").to_owned();
                leg.lead = fact["part"] == "lead";
                leg.opened = at;
            }
            "ResidentContacted" => drop(leg.contacted.get_or_insert(at)),
            "LegReturned" => leg.returned = true,
            "LegWaived" | "LegEnded" => leg.gone = true,
            _ => {}
        }
    }

    fn tell_clock(&mut self, name: &str, fact: &Value, at: Instant) {
        if name == "ClockStarted" {
            let clock = &fact["clock"];
            let text = |name: &str| clock[name].as_str().expect("a text").to_owned();
            self.clocks.push(Clock {
                kind: clock["id"]["kind"].as_str().expect("a kind").to_owned(),
                leg: clock["id"]["leg"].as_u64(),
                due: instant(&clock["marks"]["due"]),
                state: "running",
                since: instant(&clock["since"]),
                budget: clock["budget"].as_i64().expect("minutes"),
                limit: text("limit"),
                calendar: text("calendar"),
                ..Clock::default()
            });
            return;
        }
        let (kind, leg) = (&fact["id"]["kind"], fact["id"]["leg"].as_u64());
        let rebased = name == "ClockRebased";
        let of = |clock: &&mut Clock| {
            *kind == clock.kind.as_str() && clock.leg == leg && (rebased || clock.owed())
        };
        let Some(clock) = self.clocks.iter_mut().rev().find(of) else {
            return;
        };
        let late = at > clock.due;
        let running = clock.owed() && clock.state == "running";
        clock.consumed = fact["consumed"].as_i64().unwrap_or(clock.consumed);
        match name {
            "ClockSuspended" => {
                clock.missed |= late;
                (clock.state, clock.since) = ("suspended", at);
            }
            "ClockResumed" => {
                let from = Some(&fact["from"]).filter(|from| !from.is_null());
                clock.since = from.map_or(at, instant);
                (clock.state, clock.due) = ("running", instant(&fact["marks"]["due"]));
            }
            "ClockRebased" => {
                clock.missed |= running && late && fact["cause"] != "extension";
                clock.due = instant(&fact["marks"]["due"]);
                clock.budget = fact["budget"].as_i64().expect("minutes");
                clock.calendar = fact["calendar"].as_str().expect("a calendar").to_owned();
                let renewed = fact["renewed"]["limit"].as_str();
                clock.limit = renewed.unwrap_or(&clock.limit).to_owned();
                if clock.state != "suspended" {
                    (clock.state, clock.since, clock.ended) = ("running", at, None);
                }
            }
            _ => {
                clock.missed |= running && late;
                clock.ended = Some(at);
                clock.state = if name == "ClockStopped" {
                    "stopped"
                } else {
                    "cancelled"
                };
            }
        }
    }

    fn open(&self) -> bool {
        self.stage == "open"
    }

    fn signed(&self) -> Option<Instant> {
        self.closed.filter(|_| self.stage == "closed")
    }

    fn lead(&self) -> Option<(u64, &Leg)> {
        let leads = self
            .legs
            .iter()
            .filter(|(_, leg)| leg.lead && !leg.returned);
        let mut leads = leads.map(|(no, leg)| (*no, leg));
        let live = leads.clone().find(|(_, leg)| !leg.gone);
        live.or_else(|| leads.next_back().filter(|_| !self.open()))
    }

    fn of<'c>(&'c self, kind: &'c str) -> impl DoubleEndedIterator<Item = &'c Clock> {
        self.clocks
            .iter()
            .filter(move |clock| clock.kind == kind && clock.leg.is_none())
    }

    /// Until when, and whether each of them was done by then.
    fn duty(&self, kind: &str) -> (Option<Instant>, Option<bool>) {
        let rework = |clock: &&Clock| kind == "verify" && clock.ended == self.reworked;
        let made: Vec<&Clock> = self
            .of(kind)
            .filter(|clock| !clock.fell() || rework(clock))
            .collect();
        let due = made.last().map(|clock| clock.due);
        let ended = made.last().is_some_and(|clock| clock.ended.is_some());
        (
            due,
            ended.then(|| made.iter().all(|clock| clock.in_time() == Some(true))),
        )
    }

    fn decision(&self) -> (Option<Instant>, Option<bool>) {
        let last = self.of("accept").next_back();
        let last = last.filter(|clock| !clock.fell() || self.stage == "refused");
        let met = last.and_then(|clock| Some(clock.ended? <= clock.due));
        (last.map(|clock| clock.due), met)
    }

    fn contact(&self) -> (Option<Instant>, Option<bool>) {
        let Some((no, leg)) = self.lead() else {
            return (None, None);
        };
        let mut clocks = self.clocks.iter().rev();
        let last = clocks.find(|clock| clock.kind == "contact" && clock.leg == Some(no));
        let last = last.filter(|clock| !clock.fell() || leg.contacted.is_some());
        let due = last.map(|clock| clock.due);
        (due, due.and_then(|due| Some(leg.contacted? <= due)))
    }

    /// Whether no duty of handling was missed; none before it was handled, or without a verdict.
    fn handled_in_time(&self) -> Option<bool> {
        self.done?;
        let verdicts = self
            .clocks
            .iter()
            .filter(|clock| clock.handles())
            .filter_map(|clock| match clock.state {
                "stopped" => clock.in_time(),
                _ => clock.missed.then_some(false),
            });
        verdicts.reduce(|all, one| all && one)
    }

    /// Handling past due while its clock runs, or would if anybody had noticed that the pause is over.
    fn late(&self, at: Instant, calendars: &CalendarBook) -> bool {
        let owed = |clock: &&Clock| clock.handles() && clock.owed();
        let Some(clock) = self.clocks.iter().find(owed).filter(|_| self.open()) else {
            return false;
        };
        match self.until.filter(|_| clock.state == "suspended") {
            None => clock.state == "running" && clock.due < at,
            Some(until) => {
                let calendar = calendars.get(&clock.calendar.as_str().into());
                let measure = clock.limit.parse::<Limit>().expect("a limit").measure();
                let left = clock.budget - clock.consumed;
                let calendar = calendar.expect("its calendar");
                let due = calendar.add_minutes(measure, until, left).at;
                until <= at && due < at
            }
        }
    }

    fn owes(&self, kind: &str, at: Instant) -> bool {
        self.open() && self.of(kind).any(|clock| clock.owed() && clock.due < at)
    }

    /// Minutes that handling took, and those it was given.
    fn minutes(&self, at: Instant, calendars: &CalendarBook) -> Option<(i64, i64)> {
        let clocks = self
            .clocks
            .iter()
            .filter(|clock| clock.handles() && !clock.fell());
        let each = clocks.map(|clock| {
            let calendar = calendars
                .get(&clock.calendar.as_str().into())
                .expect("its calendar");
            let measure = clock.limit.parse::<Limit>().expect("a limit").measure();
            let runs = clock.owed() && clock.state == "running" && clock.since < at;
            let more = if runs {
                calendar.minutes_between(measure, clock.since, at)
            } else {
                0
            };
            (clock.consumed + more, clock.budget)
        });
        each.reduce(|sum, one| (sum.0 + one.0, sum.1 + one.1))
    }
}
