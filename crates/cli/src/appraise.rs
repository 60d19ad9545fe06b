//! `appraise open|seal|show|settle|notes`: quarterly appraisal by grid party organisations.

use crate::args::AppraiseCommand;
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::moment::show;
use crate::session::Session;
use crate::table::Table;
use crate::words::{Word as W, told};
use chrono::{DateTime, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::appraisal::{Ballot, Quarter, Ratee, Round, RoundFact};
use gridwhistle::domain::evaluation::Answers;
use gridwhistle::domain::registry::Place;
use serde::Serialize;
use serde_json::json;

/// Runs a command of this group.
///
/// # Errors
/// When the rules refuse, there is no such round or ballot, or the store does not take it.
pub(crate) async fn run(session: &Session, command: AppraiseCommand) -> Result<(), Failure> {
    match command {
        AppraiseCommand::Open { round } => {
            let engine = session.open().await?;
            let actor = session.actor_or_system();
            engine.open_appraisal(&actor, round).await?;
            shown(session, &engine, round, None).await
        }
        AppraiseCommand::Seal {
            round,
            rated,
            rater,
            score,
            note,
        } => {
            let actor = session.actor()?;
            let engine = session.open().await?;
            let rater = match rater {
                Some(rater) => rater,
                None => own(&engine, session, round).await?,
            };
            let about = (&rater, &rated.ratee());
            let answers = Answers(score.into_iter().collect());
            let sealed = engine.seal_appraisal(&actor, round, about, answers, note.as_deref());
            let position = sealed.await?;
            let ballot = engine.appraisal_ballot(round, &rater).await?;
            let answer = ShownBallot::of(engine.now(), round, rater, &ballot);
            session
                .output
                .answer(&answer, |out| out.line(told(W::Sealed, &[&position])))
        }
        AppraiseCommand::Show {
            round,
            rater: Some(rater),
            as_of,
        } => {
            let engine = session.open_to_read().await?;
            let at = as_of.as_of.unwrap_or_else(|| engine.now());
            let ballot = engine.appraisal_ballot_as_of(round, &rater, at).await?;
            if ballot.opening().is_none() {
                let message = told(W::NoBallot, &[&rater, &round]);
                return Err(Failure::not_found("no_ballot", message));
            }
            let shown = ShownBallot::of(at, round, rater, &ballot);
            let names = Names::of(&engine, at);
            session
                .output
                .answer(&shown, |out| out.table(&shown.table(&names)))
        }
        AppraiseCommand::Show { round, as_of, .. } => {
            let engine = session.open_to_read().await?;
            shown(session, &engine, round, as_of.as_of).await
        }
        AppraiseCommand::Settle { round } => {
            let engine = session.open().await?;
            engine.settle_appraisal(round).await?;
            shown(session, &engine, round, None).await
        }
        AppraiseCommand::Notes { round, rated } => notes(session, round, &rated.ratee()).await,
    }
}

/// What was written about somebody, to who may read it.
async fn notes(session: &Session, round: Quarter, ratee: &Ratee) -> Result<(), Failure> {
    let actor = session.actor()?;
    let engine = session.open().await?;
    let notes = engine.appraisal_notes(&actor, round, ratee).await?;
    let answer = json!({ "round": round, "ratee": ratee, "notes": notes });
    session
        .output
        .answer(&answer, |out| match notes.as_slice() {
            [] => out.say(W::NoNotes),
            notes => notes.iter().try_for_each(|note| out.say(&note.0)),
        })
}

/// The one ballot that whoever acts may fill.
async fn own(engine: &Engine, session: &Session, round: Quarter) -> Result<Place, Failure> {
    let actor = session.actor()?;
    let own = engine.appraisal_ballots_of(&actor, round).await?;
    match own.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let message = told(W::NoBallot, &[&actor.signature(), &round]);
            Err(Failure::not_found("no_ballot", message))
        }
        several => {
            let all: Vec<String> = several.iter().map(ToString::to_string).collect();
            let message = told(W::WhichBallot, &[&all.join(", ")]);
            Err(Failure::usage("which_ballot", message))
        }
    }
}

/// A round as it is shown: who may rate, and what came of it, without what was said.
#[derive(Serialize)]
struct ShownRound {
    round: Quarter,
    as_of: DateTime<Utc>,
    window_ends: DateTime<Utc>,
    closed: bool,
    raters: Vec<ShownRater>,
    /// Units and persons whose forms were opened, or withheld.
    opened: Vec<Ratee>,
    withheld: Vec<Ratee>,
}

#[derive(Serialize)]
struct ShownRater {
    rater: Place,
    met: usize,
    sealed: usize,
    /// Recorded as silent about somebody when the window was over.
    lapsed: bool,
}

async fn shown(
    session: &Session,
    engine: &Engine,
    round: Quarter,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let at = as_of.unwrap_or_else(|| engine.now());
    let state = engine.appraisal_round_as_of(round, at).await?;
    let Some(opening) = state.opening() else {
        let message = told(W::RoundMissing, &[&round, &round]);
        return Err(Failure::not_found("round_not_open", message));
    };
    let mut raters = Vec::new();
    for rater in state.raters().into_iter().flatten() {
        let ballot = engine.appraisal_ballot_as_of(round, rater, at).await?;
        raters.push(ShownRater {
            rater: rater.clone(),
            met: ballot.opening().map_or(0, |opening| opening.met.len()),
            sealed: ballot.sealed().len(),
            lapsed: lapsed(&state, rater),
        });
    }
    let (opened, withheld) = outcomes(&state);
    let shown = ShownRound {
        round,
        as_of: at,
        window_ends: opening.window_ends,
        closed: state.closed(),
        raters,
        opened,
        withheld,
    };
    let names = Names::of(engine, at);
    session.output.answer(&shown, |out| {
        out.say(shown.told())?;
        let mut table = Table::new([W::HPartyRater, W::HSealedOf, W::HSilence]);
        for one in &shown.raters {
            let sealed = format!("{}/{}", one.sealed, one.met);
            let silent = one.lapsed.then(|| W::Lapsed.to_string());
            table.row([
                names.place(&one.rater),
                sealed,
                silent.unwrap_or_else(|| labels::DASH.to_owned()),
            ]);
        }
        out.table(&table)
    })
}

fn lapsed(state: &Round, rater: &Place) -> bool {
    let is_silent = |fact: &RoundFact| matches!(fact, RoundFact::AppraisalLapsed { rater: one, .. } if one == rater);
    state.outcomes().iter().any(is_silent)
}

fn outcomes(state: &Round) -> (Vec<Ratee>, Vec<Ratee>) {
    let (mut opened, mut withheld) = (Vec::new(), Vec::new());
    for fact in state.outcomes() {
        match fact {
            RoundFact::AppraisalRevealed { ratee, .. } => opened.push(ratee.clone()),
            RoundFact::AppraisalWithheld { ratee, .. } => withheld.push(ratee.clone()),
            _ => {}
        }
    }
    (opened, withheld)
}

impl ShownRound {
    fn told(&self) -> String {
        let raters = self.raters.len();
        if self.closed {
            let silent = self.raters.iter().filter(|one| one.lapsed).count();
            return told(W::RoundClosed, &[&self.round, &raters, &silent]);
        }
        let pairs: usize = self.raters.iter().map(|one| one.met).sum();
        let ends = show(self.window_ends);
        told(W::RoundOpen, &[&self.round, &ends, &raters, &pairs])
    }
}

/// A ballot as it is shown: whom the organisation met, and commitments, never answers.
#[derive(Serialize)]
struct ShownBallot {
    round: Quarter,
    as_of: DateTime<Utc>,
    rater: Place,
    window_ends: Option<DateTime<Utc>>,
    met: Vec<ShownPair>,
}

#[derive(Serialize)]
struct ShownPair {
    ratee: Ratee,
    legs: u32,
    meetings: u32,
    /// The commitment, once it is sealed.
    commitment: Option<String>,
}

impl ShownBallot {
    fn of(as_of: DateTime<Utc>, round: Quarter, rater: Place, ballot: &Ballot) -> Self {
        let met = ballot.opening().map(|opening| opening.met.iter());
        let pair = |met: &gridwhistle::domain::appraisal::Met| ShownPair {
            ratee: met.ratee.clone(),
            legs: met.legs,
            meetings: met.meetings,
            commitment: ballot
                .about(&met.ratee)
                .map(|sealed| sealed.form.commitment.clone()),
        };
        Self {
            round,
            as_of,
            rater,
            window_ends: ballot.opening().map(|opening| opening.window_ends),
            met: met.into_iter().flatten().map(pair).collect(),
        }
    }

    fn table(&self, names: &Names) -> Table {
        let heads = [
            W::HUnit,
            W::HResponsible,
            W::HMetLegs,
            W::HMetMeetings,
            W::HCommitment,
        ];
        let mut table = Table::new(heads).fold();
        for pair in &self.met {
            let person = pair.ratee.person();
            table.row([
                names.unit(Some(pair.ratee.unit().as_str())),
                person.map_or_else(|| labels::DASH.to_owned(), |one| named(names, one)),
                pair.legs.to_string(),
                pair.meetings.to_string(),
                pair.commitment
                    .clone()
                    .unwrap_or_else(|| labels::DASH.to_owned()),
            ]);
        }
        table
    }
}

/// A person by name and code: the code is what is typed.
pub(crate) fn named(names: &Names, person: &gridwhistle::domain::ids::PersonId) -> String {
    let name = names.person(person);
    name.map_or_else(|| person.to_string(), |name| format!("{name} {person}"))
}
