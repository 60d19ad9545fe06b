//! 审计: how far the log is sealed, and proofs that anybody checks.

mod events;
mod proof;
mod records;

pub use events::{Stretch, events};
pub use proof::{Checked, EventView, event, verify};
pub(crate) use proof::{form, offline};
pub use records::{acts, exports, reads};

use crate::address::Address;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{named, value};
use crate::parts::share::count;
use crate::reader::Reader;
use crate::words::audit::Word as W;
use gridwhistle_projections::models::{CheckpointSheet, SealSheet};
use maud::{Markup, html};

/// The parts of the auditor's pages, in the order of the tabs.
const TABS: [(&str, W); 5] = [
    ("/audit", W::Seal),
    ("/audit/events", W::Events),
    ("/audit/exports", W::Exports),
    ("/audit/reads", W::Reads),
    ("/audit/administration", W::Acts),
];

/// The heading that all of them share.
fn heading(reader: &Reader, address: &Address) -> Markup {
    let here = |path: &str| match path {
        "/audit" => !TABS
            .iter()
            .any(|(other, _)| *other != path && address.path().starts_with(other)),
        path => address.path().starts_with(path),
    };
    html! {
        h1 { (reader.say(W::Title)) }
        nav.tabs aria-label=(reader.say(W::Sections)) {
            ul {
                @for (path, word) in TABS {
                    li { a href=(path) aria-current=[here(path).then_some("page")] { (reader.say(word)) } }
                }
            }
        }
    }
}

/// The page of the seal.
#[must_use]
pub fn seal(frame: &Frame<'_>, seal: &SealSheet) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(reader, frame.address))
        div.sections {
            @match &seal.checkpoint {
                None => (empty(reader.say(W::NoSeal), reader.say(W::NoSealHint), None)),
                Some(checkpoint) => { (sealed(reader, checkpoint)) (consistency(reader, checkpoint)) }
            }
            (proof::form(reader, "/audit/verify", &proof::Checked { proof: "", key: key(seal), told: None }))
            (proof::offline(reader))
        }
    };
    frame.page(reader.say(W::Title), &content)
}

/// The log's key by the service's own word; empty: it seals nothing.
pub(crate) fn key(seal: &SealSheet) -> &str {
    let checkpoint = seal.checkpoint.as_ref();
    checkpoint.map_or("", |checkpoint| checkpoint.key.as_str())
}

fn sealed(reader: &Reader, checkpoint: &CheckpointSheet) -> Markup {
    let (before, after) = reader
        .say(W::SealedUpto)
        .split_once("{}")
        .unwrap_or_default();
    let (more, events) = reader
        .say(W::NotSealedOf)
        .split_once("{}")
        .unwrap_or_default();
    html! {
        section {
            h2 { (reader.say(W::Seal)) }
            p.note { (reader.say(W::SealHow)) }
            p.big-line { (before) (value("/checkpoint/size", count(checkpoint.size))) (after) }
            dl.facts.wide {
                div { dt { (reader.say(W::NotSealed)) } dd { (more) (value("/checkpoint/unsealed", count(checkpoint.unsealed))) (events) } }
                div { dt { (reader.say(W::Origin)) } dd { (named("/checkpoint/origin", &checkpoint.origin, &checkpoint.origin)) } }
                div { dt { (reader.say(W::Root)) } dd { code { (named("/checkpoint/root", &checkpoint.root, &checkpoint.root)) } } }
                div { dt { (reader.say(W::Key)) } dd {
                    code { (named("/checkpoint/key", &checkpoint.key, &checkpoint.key)) }
                    p.minor { (reader.say(W::KeyHint)) }
                } }
            }
            p.buttons { a.button href="/api/v1/proofs/checkpoint" download={ "checkpoint-" (checkpoint.size) ".txt" } { (reader.say(W::TakeCheckpoint)) } }
        }
    }
}

fn consistency(reader: &Reader, checkpoint: &CheckpointSheet) -> Markup {
    html! {
        section.unprinted {
            h2 { (reader.say(W::Consistency)) }
            p { (reader.say(W::ConsistencyAbout)) }
            form.filters method="get" action="/audit/consistency" {
                label.field { span { (reader.say(W::OldSize)) }
                    input type="number" name="old" min="1" max=(checkpoint.size) required;
                }
                button { (reader.say(W::TakeFile)) }
            }
        }
    }
}
