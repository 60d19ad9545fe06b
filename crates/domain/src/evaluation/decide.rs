//! The rules of an evaluation: a command becomes facts or a refusal. Pure and synchronous.

use super::command::{EvaluationCommand as Command, EvaluationOrder};
use super::fact::{EvaluationEvent, EvaluationFact as Fact, Opening};
use super::form::validate;
use super::refusal::EvaluationRefusal as Refusal;
use super::seal::{OpenedForm, SealedForm, commitment};
use super::{Evaluation, Side};
use crate::actor::{Actor, Rank, Role};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The shortest nonce in characters: 128 bits in hexadecimal.
const NONCE_CHARS_MIN: usize = 32;

type Facts = Result<Vec<Fact>, Refusal>;

impl Evaluation {
    /// Decides a command at `now`, asked by `actor`; `in_office` is what the registry says of the
    /// actor's role and unit.
    ///
    /// # Errors
    /// [`Refusal`], with nothing recorded.
    pub fn decide(
        &self,
        command: &Command,
        now: DateTime<Utc>,
        actor: &Actor,
        in_office: bool,
    ) -> Result<Vec<EvaluationEvent>, Refusal> {
        let facts = match command {
            Command::Seal { side, form } => {
                official(actor, in_office)?;
                self.seal(*side, form, now, actor)?
            }
            Command::Appeal { side, ground, note } => {
                official(actor, in_office)?;
                self.appeal((*side, ground, note), now, actor)?
            }
            Command::DecideAppeal { side, upheld, note } => {
                official(actor, in_office)?;
                self.decide_appeal((*side, *upheld, note), actor)?
            }
            _ if actor.role != Role::System => {
                return Err(Refusal::NotAuthorised { role: actor.role });
            }
            Command::Open { opening } => self.open(opening)?,
            Command::Reveal {
                forms,
                appeal_until,
            } => self.reveal(forms, *appeal_until, now)?,
            Command::Lapse => self.lapse(now)?,
        };
        let event = |fact| EvaluationEvent {
            at: now,
            by: actor.clone(),
            fact,
        };
        Ok(facts.into_iter().map(event).collect())
    }

    /// Also when the window is over, for a crash may have kept it from being opened: then nobody
    /// seals any more, and that both are silent is put on record.
    fn open(&self, opening: &Opening) -> Facts {
        if self.opening.is_some() {
            return Err(Refusal::AlreadyOpened);
        }
        if opening.area == opening.department {
            return Err(Refusal::SameUnit {
                unit: opening.area.clone(),
            });
        }
        for side in Side::ALL.iter().copied() {
            let unsound = |problem| Refusal::UnsoundForm { side, problem };
            opening.form(side).check().map_err(unsound)?;
        }
        Ok(vec![Fact::EvaluationOpened {
            opening: Box::new(opening.clone()),
        }])
    }

    fn seal(&self, side: Side, form: &SealedForm, now: DateTime<Utc>, actor: &Actor) -> Facts {
        self.may_seal(side, now, actor)?;
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if form.commitment.len() != 64 || !form.commitment.bytes().all(is_hex) {
            return Err(Refusal::MalformedCommitment);
        }
        Ok(vec![Fact::EvaluationSealed {
            side,
            form: form.clone(),
        }])
    }

    /// Whether somebody may seal the form of a side now.
    pub(super) fn may_seal(
        &self,
        side: Side,
        now: DateTime<Utc>,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let opening = self.opening.as_ref().ok_or(Refusal::NotOpened)?;
        let accepted = opening.unit(side);
        if actor.unit != *accepted {
            let (unit, accepted) = (actor.unit.clone(), accepted.clone());
            return Err(Refusal::NotASide {
                unit,
                side,
                accepted,
            });
        }
        let own = |by: &&Actor| by.is_same_person(actor);
        if let Some(by) = self.sealed_by.values().find(own)
            && !self.sealed.contains_key(&side)
        {
            let person = by.person.clone();
            return Err(Refusal::SealedTheOther { person, side });
        }
        if self.sealed.contains_key(&side) {
            return Err(Refusal::AlreadySealed { side });
        }
        if self.window_over(now) {
            return Err(Refusal::WindowClosed {
                ended: opening.window_ends,
            });
        }
        Ok(())
    }

    fn reveal(
        &self,
        forms: &BTreeMap<Side, OpenedForm>,
        appeal_until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Facts {
        let opening = self.opening.as_ref().ok_or(Refusal::NotOpened)?;
        if self.revealed.is_some() {
            return Err(Refusal::AlreadyRevealed);
        }
        if self.sealed.len() < Side::ALL.len() && !self.window_over(now) {
            return Err(Refusal::WindowStillOpen {
                ends: opening.window_ends,
            });
        }
        if self.sealed.is_empty() {
            return Err(Refusal::NothingSealed);
        }
        for side in Side::ALL.iter().copied() {
            match (self.sealed.get(&side), forms.get(&side)) {
                (Some(sealed), Some(opened)) => check(opening, side, sealed, opened)?,
                (None, None) => {}
                _ => return Err(Refusal::FormsDoNotFit { side }),
            }
        }
        let mut facts = vec![Fact::EvaluationsRevealed {
            forms: forms.clone(),
            appeal_until,
        }];
        let sides = self.silent();
        if !sides.is_empty() {
            facts.push(Fact::EvaluationLapsed { sides });
        }
        Ok(facts)
    }

    fn lapse(&self, now: DateTime<Utc>) -> Facts {
        let opening = self.opening.as_ref().ok_or(Refusal::NotOpened)?;
        let sides = self.silent();
        if sides.is_empty() {
            return Err(Refusal::NobodySilent);
        }
        if !self.window_over(now) {
            return Err(Refusal::WindowStillOpen {
                ends: opening.window_ends,
            });
        }
        Ok(vec![Fact::EvaluationLapsed { sides }])
    }
}

/// Only somebody in an office of the unit speaks for it.
pub(super) fn official(actor: &Actor, in_office: bool) -> Result<(), Refusal> {
    if in_office && actor.role.rank() >= Rank::Staff {
        return Ok(());
    }
    Err(Refusal::NotInOffice {
        person: actor.person.clone(),
        role: actor.role,
        unit: actor.unit.clone(),
    })
}

fn check(
    opening: &Opening,
    side: Side,
    sealed: &SealedForm,
    opened: &OpenedForm,
) -> Result<(), Refusal> {
    let OpenedForm { answers, nonce } = opened;
    if nonce.chars().count() < NONCE_CHARS_MIN {
        return Err(Refusal::NonceTooShort { side });
    }
    if commitment(opening.case, opening.leg, side, answers, nonce) != sealed.commitment {
        return Err(Refusal::CommitmentMismatch { side });
    }
    validate(opening.form(side), answers)
        .map_err(|problems| Refusal::UnfitAnswers { side, problems })
}

impl cqrs_es::Aggregate for Evaluation {
    const TYPE: &'static str = "evaluation";
    type Command = EvaluationOrder;
    type Event = EvaluationEvent;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        order: EvaluationOrder,
        (): &(),
        sink: &cqrs_es::event_sink::EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(&order.command, order.now, &order.actor, order.in_office)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: EvaluationEvent) {
        self.evolve(&event);
    }
}
