//! Rounds of appraisal and their ballots. What was sealed can be opened by the engine's keys alone,
//! so an auditor judges how many forms there are, what they may say and when, not who said it.

use super::Central;
use crate::judge::differ::differ;
use crate::judge::near;
use crate::judge::report::Finding;
use cqrs_es::DomainEvent;
use gridwhistle_domain::appraisal::{
    AppraisalRefusal, Asked, Ballot, BallotCommand, BallotEvent, BallotFact, BallotOpening, Ratee,
    Round, RoundCommand, RoundEvent, RoundFact, RoundOpening, speaks,
};
use gridwhistle_domain::evaluation::validate;
use gridwhistle_domain::registry::Place;
use gridwhistle_domain::text::Text;
use gridwhistle_store::RecordedEvent;
use std::collections::{BTreeMap, BTreeSet};

/// Rounds that are not closed, with their ballots by stream.
#[derive(Default)]
pub(super) struct Appraisals(BTreeMap<String, Book>);

#[derive(Default)]
struct Book {
    round: Round,
    ballots: BTreeMap<String, Ballot>,
}

impl Book {
    fn of_raters(&self) -> BTreeMap<&Place, (&BallotOpening, &Ballot)> {
        let opened = self.ballots.values();
        let opened = opened.filter_map(|ballot| {
            let opening = ballot.opening()?;
            Some((&opening.rater, (opening, ballot)))
        });
        opened.collect()
    }
}

impl Central {
    pub(super) fn round(&mut self, rows: &[RecordedEvent], events: &[RoundEvent]) {
        let (Some(first), Some(row)) = (events.first(), rows.first()) else {
            return;
        };
        let name = row.stream.aggregate_id.clone();
        let mut book = self.appraisals.0.remove(&name).unwrap_or_default();
        let (command, found) = match &first.fact {
            RoundFact::AppraisalRoundOpened { opening } => {
                let command = RoundCommand::Open {
                    opening: opening.clone(),
                };
                let found = self.turned(&book.round, &command, events);
                (
                    "open-appraisal",
                    found.or_else(|| self.opening(opening, first)),
                )
            }
            RoundFact::AppraisalBallotsIssued { raters, pairs } => {
                self.tally.not_judged("encounters", 1);
                let command = RoundCommand::Issue {
                    raters: raters.clone(),
                    pairs: *pairs,
                };
                let found = self.turned(&book.round, &command, events);
                (
                    "issue-appraisal",
                    found.or_else(|| issued(&book, (raters, *pairs))),
                )
            }
            _ => ("close-appraisal", self.closed(&book, events)),
        };
        if let Some((index, finding)) = found {
            self.deviates(rows, index, command, &finding);
        }
        events.iter().for_each(|event| book.round.evolve(event));
        if !book.round.closed() {
            self.appraisals.0.insert(name, book);
        }
    }

    fn asked(
        &self,
        at: chrono::DateTime<chrono::Utc>,
        by: &gridwhistle_domain::actor::Actor,
    ) -> Asked {
        let registry = &self.running.registry;
        Asked {
            now: at,
            actor: by.clone(),
            in_office: registry.holds(&by.person, by.role, &by.unit, at),
            speaks: false,
        }
    }

    fn turned(
        &self,
        round: &Round,
        command: &RoundCommand,
        events: &[RoundEvent],
    ) -> Option<(usize, Finding)> {
        let first = events.first()?;
        match round.decide(command, &self.asked(first.at, &first.by)) {
            Ok(given) => differ(&given, events, DomainEvent::event_type),
            Err(refusal) => Some((0, refusal.into())),
        }
    }

    /// What the policy in force says a round goes by.
    fn opening(&self, given: &RoundOpening, event: &RoundEvent) -> Option<(usize, Finding)> {
        let policy = self.running.policies.book().in_force(event.at);
        let Some(rules) = policy.and_then(|policy| policy.appraisal.as_ref()) else {
            let none = Finding::differs("opening", given.round, "-");
            return Some((0, none));
        };
        let calendar = self.running.calendars.book().in_force(event.at);
        let ends = |at| calendar.due(at, rules.window).at;
        let number = |field: &str, given: u32, wanted: u32| {
            (given != wanted).then(|| (0, Finding::differs(field, given, wanted)))
        };
        let form = given.form != rules.form;
        let of_policy = || Finding::Apart {
            field: "opening.form",
            given: given.form.items.len().to_string(),
            wanted: Text::new("当时规则中的评议表", "the form of the policy in force"),
        };
        form.then(|| (0, of_policy()))
            .or_else(|| number("opening.raters_min", given.raters_min, rules.raters_min))
            .or_else(|| number("opening.shrink", given.shrink, rules.shrink))
            .or_else(|| {
                let late = !near(given.window_ends, event.at, ends);
                let (held, wanted) = (given.window_ends, ends(event.at));
                late.then(|| (0, Finding::differs("opening.window_ends", held, wanted)))
            })
    }

    /// What must come of the ballots, as far as it can be told without opening a form.
    fn closed(&mut self, book: &Book, events: &[RoundEvent]) -> Option<(usize, Finding)> {
        let first = events.first()?;
        let refused = |refusal: AppraisalRefusal| Some((0, Finding::from(refusal)));
        // A close without ballots answers whether the time and whoever asks are right.
        let empty = RoundCommand::Close {
            ballots: Vec::new(),
        };
        match book.round.decide(&empty, &self.asked(first.at, &first.by)) {
            Err(AppraisalRefusal::BallotsDoNotFit) | Ok(_) => {}
            Err(refusal) => return refused(refusal),
        }
        let opening = book.round.opening()?;
        let (mut about, mut lapsed) = (BTreeMap::<&Ratee, (u32, u32)>::new(), Vec::new());
        for (rater, (ballot, state)) in book.of_raters() {
            let mut silent = Vec::new();
            for met in &ballot.met {
                let (times, sealed) = about.entry(&met.ratee).or_default();
                *times += 1;
                if state.about(&met.ratee).is_some() {
                    *sealed += 1;
                } else {
                    silent.push(met.ratee.clone());
                }
            }
            if !silent.is_empty() {
                let (rater, ratees) = (rater.clone(), silent);
                lapsed.push(RoundFact::AppraisalLapsed { rater, ratees });
            }
        }
        let mut facts = Vec::new();
        for (ratee, (met, sealed)) in about {
            facts.push(outcome(opening, events, (ratee, met, sealed)));
            self.tally.not_judged("appraisal_forms", u64::from(sealed));
        }
        facts.extend(lapsed);
        facts.push(RoundFact::AppraisalRoundClosed {});
        let given: Vec<RoundEvent> = facts
            .into_iter()
            .map(|fact| RoundEvent {
                at: first.at,
                by: first.by.clone(),
                fact,
            })
            .collect();
        differ(&given, events, DomainEvent::event_type).or_else(|| forms(book, opening, events))
    }

    pub(super) fn ballot(&mut self, rows: &[RecordedEvent], events: &[BallotEvent]) {
        const COMMAND: &str = "appraise";
        for (row, event) in rows.iter().zip(events) {
            let name = row.stream.aggregate_id.clone();
            let round = name.split('/').next().unwrap_or_default().to_owned();
            let book = self.appraisals.0.remove(&round).unwrap_or_default();
            let none = Ballot::default();
            let ballot = book.ballots.get(&name).unwrap_or(&none);
            let found = self.marked(&book, ballot, event);
            if let Some(finding) = found {
                self.deviates(std::slice::from_ref(row), 0, COMMAND, &finding);
            }
            let mut book = book;
            book.ballots.entry(name).or_default().evolve(event);
            self.appraisals.0.insert(round, book);
        }
    }

    fn marked(&self, book: &Book, ballot: &Ballot, event: &BallotEvent) -> Option<Finding> {
        let mut asked = self.asked(event.at, &event.by);
        let command = match event.fact.clone() {
            BallotFact::AppraisalBallotOpened { opening } => {
                let round = book.round.opening();
                let ends = round.map(|round| round.window_ends);
                if ends != Some(opening.window_ends) {
                    let wanted = ends.map_or_else(|| "-".to_owned(), |ends| ends.to_rfc3339());
                    let given = opening.window_ends.to_rfc3339();
                    return Some(Finding::differs("opening.window_ends", given, wanted));
                }
                BallotCommand::Open { opening }
            }
            BallotFact::AppraisalSealed { ratee, form, note } => {
                if let Some(opening) = ballot.opening() {
                    let rater = (&opening.rater, &opening.grids);
                    let registry = &self.running.registry;
                    asked.speaks = speaks(registry, &event.by.person, rater, event.at);
                }
                BallotCommand::Seal { ratee, form, note }
            }
        };
        match ballot.decide(&command, &asked) {
            Err(refusal) => Some(refusal.into()),
            Ok(given) => differ(&given, std::slice::from_ref(event), DomainEvent::event_type)
                .map(|(_, finding)| finding),
        }
    }
}

/// The ballots that are open are those that the round says.
fn issued(book: &Book, (raters, pairs): (&BTreeSet<Place>, u32)) -> Option<(usize, Finding)> {
    let open = book.of_raters();
    let met: usize = open.values().map(|(opening, _)| opening.met.len()).sum();
    if !raters.iter().eq(open.keys().copied()) {
        let (given, wanted) = (raters.len(), open.len());
        return Some((0, Finding::differs("raters", given, wanted)));
    }
    let other = met != pairs as usize;
    other.then(|| (0, Finding::differs("pairs", pairs, met)))
}

/// What is published about somebody; of forms that lie open, those of the log.
fn outcome(
    opening: &RoundOpening,
    events: &[RoundEvent],
    (ratee, met, sealed): (&Ratee, u32, u32),
) -> RoundFact {
    let ratee = ratee.clone();
    if sealed < opening.raters_min {
        return RoundFact::AppraisalWithheld { ratee, met, sealed };
    }
    let revealed = events.iter().find_map(|event| match &event.fact {
        RoundFact::AppraisalRevealed {
            ratee: one, forms, ..
        } if *one == ratee => Some(forms.clone()),
        _ => None,
    });
    let forms = revealed.unwrap_or_default();
    RoundFact::AppraisalRevealed { ratee, met, forms }
}

/// As many forms lie open as were sealed, and each answers what was asked.
fn forms(book: &Book, opening: &RoundOpening, events: &[RoundEvent]) -> Option<(usize, Finding)> {
    let ballots = book.of_raters();
    for (index, event) in events.iter().enumerate() {
        let RoundFact::AppraisalRevealed { ratee, forms, .. } = &event.fact else {
            continue;
        };
        let sealed = ballots.values();
        let sealed = sealed.filter(|(_, ballot)| ballot.about(ratee).is_some());
        let sealed = sealed.count();
        if sealed != forms.len() {
            return Some((index, Finding::differs("forms", forms.len(), sealed)));
        }
        let unfit = forms
            .iter()
            .find_map(|form| validate(&opening.form, form).err());
        if let Some(problems) = unfit {
            let refusal = AppraisalRefusal::UnfitAnswers { problems };
            return Some((index, refusal.into()));
        }
    }
    None
}
