//! One event with its proof, and checking a proof: in the browser where it can, else on the server.

use super::{heading, key};
use crate::assets;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::share::count;
use crate::parts::{time, who};
use crate::reader::{Reader, number};
use crate::words::audit::Word as W;
use gridwhistle_domain::text::Text;
use gridwhistle_projections::models::{SealSheet, ToldEvent};
use maud::{Markup, html};

/// A proof to be checked, and what the check found.
pub struct Checked<'a> {
    /// The file.
    pub proof: &'a str,
    /// The public key.
    pub key: &'a str,
    /// What it proves, a line each, or why it does not; none: it was not checked yet.
    pub told: Option<Result<&'a [Text], &'a str>>,
}

/// One event as the auditor sees it.
pub struct EventView<'a> {
    /// Its position.
    pub position: u64,
    /// What is told of it; none: what it holds is told to nobody.
    pub event: Option<&'a ToldEvent>,
    /// Its proof; none: it is not sealed.
    pub proof: Option<&'a str>,
    /// How far the log is sealed.
    pub seal: &'a SealSheet,
}

/// The page of an event.
#[must_use]
pub fn event(frame: &Frame<'_>, view: &EventView<'_>) -> Markup {
    let reader = frame.reader;
    let title = reader.fill(W::EventTitle, &[&number(count(view.position))]);
    let last = view.position >= view.seal.head;
    let content = html! {
        (heading(reader, frame.address))
        div.sections {
            section {
                div.heading {
                    h2 { (title) }
                    @if view.position > 1 { a rel="prev" href={ "/audit/events/" (view.position - 1) } { (reader.say(W::Previous)) } }
                    @if !last { a rel="next" href={ "/audit/events/" (view.position + 1) } { (reader.say(W::Following)) } }
                }
                @match view.event {
                    Some(event) => (facts(reader, event)),
                    None => p { (reader.say(W::EventSealed)) },
                }
            }
            @match view.proof {
                None => (empty(reader.say(W::NotYetSealed), reader.say(W::NotYetSealedHint), None)),
                Some(proof) => {
                    section {
                        h2 { (reader.say(W::Proof)) }
                        p { (reader.say(W::ProofAbout)) }
                        p.buttons { a.button href={ "/api/v1/proofs/" (view.position) } download={ "event-" (view.position) ".tlog-proof" } { (reader.say(W::TakeProof)) } }
                    }
                    (form(reader, "/audit/verify", &Checked { proof, key: key(view.seal), told: None }))
                    (offline(reader))
                }
            }
        }
    };
    frame.page(&title, &content)
}

fn facts(reader: &Reader, event: &ToldEvent) -> Markup {
    html! {
        @if let Some(text) = &event.text { p.lead { (reader.text(text)) } }
        dl.facts.wide {
            div { dt { (reader.say(W::Type)) } dd { code { (event.kind) } } }
            @if let Some(case) = &event.case {
                div { dt { (reader.say(W::Case)) } dd { a href={ "/cases/" (case) } { code { (case) } } } }
            }
            @if let Some(stream) = &event.stream {
                div { dt { (reader.say(W::Area)) } dd { (super::records::area(reader, stream)) } }
            }
            div { dt { (reader.say(W::Sequence)) } dd { (event.sequence) } }
            @if let Some(by) = &event.by {
                div { dt { (reader.say(W::By)) } dd { (who::person_of(reader, by.person.as_deref().unwrap_or_default(), &by.role, &by.unit)) } }
            }
            div { dt { (reader.say(W::Happened)) } dd { (time::at(reader, event.at)) } }
            div { dt { (reader.say(W::When)) } dd { (time::at(reader, event.recorded_at)) } }
        }
        @if let Some(fact) = &event.fact {
            details.raw {
                summary { (reader.say(W::Fact)) }
                pre tabindex="0" { (pretty(fact)) }
            }
        }
    }
}

/// A fact as people can read it: JSON, indented.
pub(super) fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The page of a check that the server made.
#[must_use]
pub fn verify(frame: &Frame<'_>, checked: &Checked<'_>) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(reader, frame.address))
        div.sections { (form(reader, "/audit/verify", checked)) (offline(reader)) }
    };
    frame.page(reader.say(W::Verify), &content)
}

/// The form, which a script answers on this machine.
pub(crate) fn form(reader: &Reader, to: &str, checked: &Checked<'_>) -> Markup {
    let say = |word| reader.say(word);
    html! {
        section #verify {
            h2 { (say(W::Verify)) }
            p { (say(W::VerifyAbout)) }
            form.prove method="post" action={ (to) "#verify" } data-proof=""
                data-holds=(say(W::Holds)) data-holds-not=(say(W::HoldsNot)) data-form=(say(W::StepForm))
                data-leaf=(say(W::StepLeaf)) data-root=(say(W::StepRoot)) data-key=(say(W::StepKey))
                data-signed=(say(W::StepSigned)) data-no-ed25519=(say(W::NoEd25519))
                data-no-crypto=(say(W::NoCrypto)) {
                // A file is read where it lies; without script its text is put in.
                label for="proof" { (say(W::ProofFile)) }
                p { input type="button" hidden data-reads="proof" value=(say(W::ProofFromFile)); }
                textarea #proof name="proof" rows="8" spellcheck="false" required { (checked.proof) }
                label for="key" { (say(W::Key)) " " span.minor { (say(W::KeyHint)) } }
                textarea #key name="key" rows="2" spellcheck="false" required { (checked.key) }
                button.primary { (say(W::VerifyGo)) }
                div.result role="status" data-result="" {
                    @match checked.told {
                        None => {}
                        Some(Ok(lines)) => {
                            p.minor { (say(W::ByServer)) }
                            ul.procedure { @for line in lines { li { (reader.text(line)) } } }
                        }
                        Some(Err(why)) => div.problem { p.title { (say(W::HoldsNot)) } p { (why) } },
                    }
                }
            }
            @if let Some(script) = assets::address("proof", ".js") { script src=(script) type="module" {} }
        }
    }
}

/// How to do it without this service.
pub(crate) fn offline(reader: &Reader) -> Markup {
    html! {
        section.unprinted {
            h2 { (reader.say(W::Offline)) }
            p { (reader.say(W::OfflineAbout)) }
            pre tabindex="0" { "gridwhistle audit verify-proof event.tlog-proof --verifier NAME+ID+KEY" }
        }
    }
}
