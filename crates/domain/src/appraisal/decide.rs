//! The rules of rounds and ballots: a command becomes facts or a refusal. Pure and synchronous.

use super::command::{
    Asked, BallotCommand, BallotCommand as B, Order, Returned, RoundCommand, RoundCommand as C,
};
use super::fact::{BallotEvent, BallotFact, RoundEvent, RoundFact, RoundOpening};
use super::ratee::Ratee;
use super::refusal::AppraisalRefusal as Refusal;
use super::seal::commitment;
use super::{Ballot, RATERS_MIN, Round};
use crate::actor::Role;
use crate::evaluation::{Answers, FormProblem, OpenedForm, SealedForm, validate};
use crate::registry::Place;
use std::collections::{BTreeMap, BTreeSet};

/// The shortest nonce in characters: 128 bits in hexadecimal.
const NONCE_CHARS_MIN: usize = 32;

impl Round {
    /// Decides a command.
    ///
    /// # Errors
    /// [`Refusal`], with nothing recorded.
    pub fn decide(&self, command: &C, asked: &Asked) -> Result<Vec<RoundEvent>, Refusal> {
        let supervisor = asked.actor.role == Role::Supervisor && asked.in_office;
        let facts = match command {
            C::Open { opening } if supervisor => self.open(opening, asked)?,
            _ if asked.actor.role != Role::System => return Err(unauthorised(asked, command)),
            C::Open { opening } => self.open(opening, asked)?,
            C::Issue { raters, pairs } => self.issue(raters, *pairs)?,
            C::Close { ballots } => self.close(ballots, asked)?,
        };
        let event = |fact| RoundEvent {
            at: asked.now,
            by: asked.actor.clone(),
            fact,
        };
        Ok(facts.into_iter().map(event).collect())
    }

    fn open(&self, opening: &RoundOpening, asked: &Asked) -> Result<Vec<RoundFact>, Refusal> {
        let round = opening.round;
        if self.opening.is_some() {
            return Err(Refusal::AlreadyOpened { round });
        }
        if asked.now < round.before() {
            let ends = round.before();
            return Err(Refusal::QuarterNotOver { round, ends });
        }
        let unsound = |problem| Refusal::UnsoundForm { problem };
        opening.form.check().map_err(unsound)?;
        if let Some(item) = opening.form.items.iter().find(|item| item.computed) {
            let item = item.code.clone();
            return Err(unsound(FormProblem::NotAsked { item }));
        }
        if opening.raters_min < RATERS_MIN {
            let given = opening.raters_min;
            return Err(Refusal::TooFewToProtect { given });
        }
        let opening = opening.clone();
        Ok(vec![RoundFact::AppraisalRoundOpened { opening }])
    }

    fn issue(&self, raters: &BTreeSet<Place>, pairs: u32) -> Result<Vec<RoundFact>, Refusal> {
        if self.opening.is_none() {
            return Err(Refusal::NotOpened);
        }
        if self.raters.is_some() {
            return Err(Refusal::AlreadyIssued);
        }
        let raters = raters.clone();
        Ok(vec![RoundFact::AppraisalBallotsIssued { raters, pairs }])
    }

    fn close(&self, ballots: &[Returned], asked: &Asked) -> Result<Vec<RoundFact>, Refusal> {
        let opening = self.opening.as_ref().ok_or(Refusal::NotOpened)?;
        let raters = self.raters.as_ref().ok_or(Refusal::NotIssued)?;
        if self.closed {
            return Err(Refusal::AlreadyClosed);
        }
        if asked.now <= opening.window_ends {
            let ends = opening.window_ends;
            return Err(Refusal::WindowStillOpen { ends });
        }
        let returned: BTreeSet<&Place> = ballots.iter().map(|ballot| &ballot.rater).collect();
        if returned.len() != ballots.len() || !raters.iter().eq(returned) {
            return Err(Refusal::BallotsDoNotFit);
        }
        let mut about: BTreeMap<&Ratee, (u32, Vec<Answers>)> = BTreeMap::new();
        let mut lapsed = Vec::new();
        for Returned { rater, pairs } in ballots {
            let mut silent = Vec::new();
            for (ratee, form) in pairs {
                let (met, forms) = about.entry(ratee).or_default();
                *met += 1;
                match form {
                    Some((sealed, opened)) => {
                        check(opening, (rater, ratee), sealed, opened)?;
                        forms.push(opened.answers.clone());
                    }
                    None => silent.push(ratee.clone()),
                }
            }
            if !silent.is_empty() {
                let (rater, ratees) = (rater.clone(), silent);
                lapsed.push(RoundFact::AppraisalLapsed { rater, ratees });
            }
        }
        let outcome = |(ratee, (met, forms))| outcome(opening.raters_min, ratee, met, forms);
        let mut facts: Vec<RoundFact> = about.into_iter().map(outcome).collect();
        facts.extend(lapsed);
        facts.push(RoundFact::AppraisalRoundClosed {});
        Ok(facts)
    }
}

/// What is published about somebody: forms by what they say, so that their order tells no rater.
fn outcome(least: u32, ratee: &Ratee, met: u32, mut forms: Vec<Answers>) -> RoundFact {
    let ratee = ratee.clone();
    let sealed = u32::try_from(forms.len()).unwrap_or(u32::MAX);
    if sealed < least {
        return RoundFact::AppraisalWithheld { ratee, met, sealed };
    }
    forms.sort_by_cached_key(|form| {
        let answer = |(code, answer): (&String, &crate::evaluation::Answer)| {
            (code.clone(), answer.score, answer.reason.clone())
        };
        form.0.iter().map(answer).collect::<Vec<_>>()
    });
    RoundFact::AppraisalRevealed { ratee, met, forms }
}

fn check(
    opening: &RoundOpening,
    (rater, ratee): (&Place, &Ratee),
    sealed: &SealedForm,
    opened: &OpenedForm,
) -> Result<(), Refusal> {
    let OpenedForm { answers, nonce } = opened;
    let rater_of = || rater.clone();
    if nonce.chars().count() < NONCE_CHARS_MIN {
        return Err(Refusal::NonceTooShort { rater: rater_of() });
    }
    if commitment(opening.round, rater, ratee, answers, nonce) != sealed.commitment {
        return Err(Refusal::CommitmentMismatch { rater: rater_of() });
    }
    let unfit = |problems| Refusal::UnfitAnswers { problems };
    validate(&opening.form, answers).map_err(unfit)
}

impl Ballot {
    /// Decides a command.
    ///
    /// # Errors
    /// [`Refusal`], with nothing recorded.
    pub fn decide(&self, command: &B, asked: &Asked) -> Result<Vec<BallotEvent>, Refusal> {
        let fact = match command {
            B::Seal { ratee, form, note } => {
                self.seal(ratee, form, asked)?;
                BallotFact::AppraisalSealed {
                    ratee: ratee.clone(),
                    form: form.clone(),
                    note: note.clone(),
                }
            }
            B::Open { .. } if asked.actor.role != Role::System => {
                let (role, accepted) = (asked.actor.role, Role::System.code());
                return Err(Refusal::NotAuthorised { role, accepted });
            }
            B::Open { opening } if self.opening.is_some() => {
                let round = opening.round;
                return Err(Refusal::AlreadyOpened { round });
            }
            B::Open { opening } => BallotFact::AppraisalBallotOpened {
                opening: opening.clone(),
            },
        };
        Ok(vec![BallotEvent {
            at: asked.now,
            by: asked.actor.clone(),
            fact,
        }])
    }

    /// In this order: authority, stage, window, content.
    fn seal(&self, ratee: &Ratee, form: &SealedForm, asked: &Asked) -> Result<(), Refusal> {
        let actor = &asked.actor;
        if actor.role != Role::PartyOrgSecretary || !asked.in_office {
            return Err(Refusal::NotInOffice {
                person: actor.person.clone(),
                role: actor.role,
                unit: actor.unit.clone(),
            });
        }
        let opening = self.opening.as_ref().ok_or(Refusal::NotOpened)?;
        if !asked.speaks {
            let (person, rater) = (actor.person.clone(), opening.rater.clone());
            return Err(Refusal::NotARater { person, rater });
        }
        if ratee
            .person()
            .is_some_and(|own| actor.persons().any(|person| person == own))
        {
            let person = actor.person.clone();
            return Err(Refusal::OwnPerson { person });
        }
        if !opening.met.iter().any(|met| met.ratee == *ratee) {
            let (ratee, rater) = (ratee.clone(), opening.rater.clone());
            return Err(Refusal::NotMet { ratee, rater });
        }
        if self.about(ratee).is_some() {
            let ratee = ratee.clone();
            return Err(Refusal::AlreadySealed { ratee });
        }
        if opening.window_ends < asked.now {
            let ended = opening.window_ends;
            return Err(Refusal::WindowClosed { ended });
        }
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if form.commitment.len() != 64 || !form.commitment.bytes().all(is_hex) {
            return Err(Refusal::MalformedCommitment);
        }
        Ok(())
    }
}

fn unauthorised(asked: &Asked, command: &RoundCommand) -> Refusal {
    let role = match command {
        C::Open { .. } => Role::Supervisor,
        C::Issue { .. } | C::Close { .. } => Role::System,
    };
    if asked.actor.role == role {
        return Refusal::NotInOffice {
            person: asked.actor.person.clone(),
            role,
            unit: asked.actor.unit.clone(),
        };
    }
    Refusal::NotAuthorised {
        role: asked.actor.role,
        accepted: role.code(),
    }
}

macro_rules! aggregate {
    ($state:ident $name:literal $command:ident $event:ident) => {
        impl cqrs_es::Aggregate for $state {
            const TYPE: &'static str = $name;
            type Command = Order<$command>;
            type Event = $event;
            type Error = Refusal;
            type Services = ();

            async fn handle(
                &mut self,
                order: Order<$command>,
                (): &(),
                sink: &cqrs_es::event_sink::EventSink<Self>,
            ) -> Result<(), Refusal> {
                for event in self.decide(&order.command, &order.asked)? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, event: $event) {
                self.evolve(&event);
            }
        }
    };
}

aggregate!(Round "appraisal" RoundCommand RoundEvent);
aggregate!(Ballot "appraisal_ballot" BallotCommand BallotEvent);
