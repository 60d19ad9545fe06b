//! `rebuild`, `verify`, `erase`, `tick`: what an operator does now and then.

use crate::failure::{Exit, Failure};
use crate::progress;
use crate::session::Session;
use crate::words::{Word as W, told};
use gridwhistle::domain::ids::SubjectId;
use serde_json::json;

/// Builds the views anew beside the live ones, and swaps.
///
/// # Errors
/// When the log cannot be read or the views cannot be written; the live views then stand.
pub(crate) async fn rebuild(session: &Session) -> Result<(), Failure> {
    let engine = session.open().await?;
    let bar = progress::events();
    let position = engine
        .rebuild(|done| {
            bar.set_length(done.head);
            bar.set_position(done.position);
        })
        .await?;
    bar.finish_and_clear();
    let answer = json!({ "tenant": engine.tenant(), "position": position });
    session
        .output
        .answer(&answer, |out| out.line(told(W::Rebuilt, &[&position])))
}

/// Checks every checksum and the hash chain of the log.
///
/// # Errors
/// When something does not fit, or the walk could not be done.
pub(crate) async fn verify(session: &Session) -> Result<(), Failure> {
    let engine = session.open_to_read().await?;
    let report = engine.log().verify(engine.tenant()).await;
    let report = report.map_err(gridwhistle::EngineError::from)?;
    if let Some(fault) = &report.fault {
        let message = told(W::LogDamaged, &[&fault.position, &report.events]);
        let failure = Failure::new(Exit::Store, "log_damaged", message);
        return Err(failure.with_details(vec![fault.to_string()]));
    }
    session.output.answer(&report, |out| {
        out.line(told(W::Sound, &[&report.events, &report.chain]))
    })
}

/// Deletes a person's key.
///
/// # Errors
/// When it was not confirmed, the subject has no key, or the key ring cannot be written.
pub(crate) async fn erase(session: &Session, subject: &str, yes: bool) -> Result<(), Failure> {
    let actor = session.actor()?;
    if !yes {
        return Err(Failure::usage(
            "not_confirmed",
            told(W::EraseUnconfirmed, &[&subject]),
        ));
    }
    let engine = session.open().await?;
    if !engine.erase(&actor, &SubjectId::new(subject)).await? {
        return Err(Failure::not_found(
            "subject_unknown",
            told(W::SubjectMissing, &[&subject]),
        ));
    }
    let answer = json!({ "subject": subject, "erased": true });
    session
        .output
        .answer(&answer, |out| out.line(told(W::Erased, &[&subject])))
}

/// Gives all commands of the clock that are due.
///
/// # Errors
/// When views or log fail; what was given before stays.
pub(crate) async fn tick(session: &Session) -> Result<(), Failure> {
    let engine = session.open().await?;
    let ticked = engine.tick().await?;
    let cases = ticked
        .failures
        .iter()
        .map(|(case, why)| (case.to_string(), why));
    let rounds = ticked
        .rounds
        .iter()
        .map(|(round, why)| (round.clone(), why));
    let failures = cases.chain(rounds);
    let failures: Vec<_> = failures
        .map(|(what, why)| json!({ "what": what, "why": why }))
        .collect();
    let answer = json!({ "fired": ticked.fired, "refused": ticked.refused, "failures": failures });
    session.output.answer(&answer, |out| {
        out.line(told(W::Ticked, &[&ticked.fired, &ticked.refused]))?;
        failures.iter().try_for_each(|failure| {
            let part = |name: &str| failure[name].as_str().unwrap_or_default().to_owned();
            out.say(told(W::TickFailed, &[&part("what"), &part("why")]))
        })
    })
}
