//! 随手拍: a report by anybody, on a phone first. Choose the matter, say where and what, keep the receipt.

use super::track::ways;
use crate::assets;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::report::{
    Choice, Filled, described, expected, field, line, long, matters, place,
};
use crate::reader::Reader;
use crate::words::snap::Word as W;
use gridwhistle_domain::registry::GridLevel;
use gridwhistle_projections::models::Proposal;
use maud::{Markup, html};

/// The longest description that the form takes, in characters.
pub const DESCRIPTION: usize = 500;

/// A report about to be sent.
pub struct Form<'a> {
    /// What would come of it.
    pub proposal: &'a Proposal,
    /// What was filled in.
    pub filled: Filled<'a>,
    /// From it the receipt follows, so that sending the same twice reports it once.
    pub key: &'a str,
    /// The largest photo, in megabytes.
    pub photo: u64,
}

/// Where the city takes no reports without login.
#[must_use]
pub fn closed(frame: &Frame<'_>) -> Markup {
    let reader = frame.reader;
    let way = ("/track", reader.say(W::ClosedWay));
    public(
        frame,
        &empty(reader.say(W::Closed), reader.say(W::ClosedHint), Some(way)),
    )
}

fn public(frame: &Frame<'_>, content: &Markup) -> Markup {
    let title = frame.reader.say(W::Title);
    let content = html! {
        div.public { (ways(frame)) h1 { (title) } (content) (script()) }
    };
    frame.page(title, &content)
}

/// The script that helps with forms of reports; all of them work without.
pub(crate) fn script() -> Markup {
    html! {
        @if let Some(script) = assets::address("report", ".js") { script src=(script) type="module" {} }
    }
}

/// The choice of the matter.
#[must_use]
pub fn choose(frame: &Frame<'_>) -> Markup {
    let content = html! {
        p { (frame.reader.say(W::Choose)) }
        (matters(frame))
    };
    public(frame, &content)
}

/// The form.
#[must_use]
pub fn page(frame: &Frame<'_>, form: &Form<'_>) -> Markup {
    let (reader, filled) = (frame.reader, &form.filled);
    let matter = form.proposal.matter.as_str();
    let most = DESCRIPTION.to_string();
    let content = html! {
        @if filled.wrong.is_some() { (again(reader, filled)) }
        form.report method="post" action="/report" enctype="multipart/form-data"
            data-draft={ "report." (matter) }
            data-found=(reader.say(W::DraftFound)) data-use=(reader.say(W::DraftUse)) data-drop=(reader.say(W::DraftDrop)) {
            input type="hidden" name="key" value=(form.key);
            input type="hidden" name="service_code" value=(matter);
            p.chosen {
                span.minor { (reader.say(W::Matter)) } " "
                strong { (reader.text(&form.proposal.name)) } " "
                a href="/report" { (reader.say(W::Change)) }
            }
            details.expected { summary { (reader.fill(W::ExpectedBy, &[&reader.when(form.proposal.accept_due)])) } (expected(reader, form.proposal, "")) }
            (photo(reader, filled))
            (long(filled, "description", (reader.say(W::Description), &reader.fill(W::DescriptionHint, &[&most])), DESCRIPTION))
            (place(reader, filled, Some(&estates(reader))))
            (line(filled, "phone", (reader.say(W::Phone), reader.say(W::PhoneHint)), ("tel", 30)))
            button.primary { (reader.say(W::Send)) }
        }
    };
    public(frame, &content)
}

/// What is wrong, above the form; that of a field stands at the field, too.
fn again(reader: &Reader, filled: &Filled<'_>) -> Markup {
    html! {
        div.problem role="alert" {
            p.title { (reader.say(W::Again)) }
            @if let Some((_, why)) = filled.wrong { p { (why) } }
            p { (reader.say(W::PhotoAgain)) }
        }
    }
}

fn photo(reader: &Reader, filled: &Filled<'_>) -> Markup {
    let (name, hint) = ("photo", reader.say(W::PhotoHint));
    let wrong = filled.wrong(name).is_some();
    let control = html! {
        input id=(name) name=(name) type="file" accept="image/jpeg,image/png,image/webp"
            aria-describedby=[described(name, hint, wrong)] aria-invalid=[wrong.then_some("true")]
            data-shrink data-shrunk=(reader.say(W::Shrunk));
        output.minor data-size {}
    };
    field(filled, name, (reader.say(W::Photo), hint), &control)
}

/// Level-1 grids: estates, lanes and villages, as residents know them.
fn estates(reader: &Reader) -> Choice {
    let registry = &reader.reference.registry;
    let mut all: Choice = Vec::new();
    for grid in registry.grids().filter(|grid| grid.level == GridLevel::One) {
        let details = registry.grid_at(&grid.id, reader.at);
        let community = registry.community_of(&grid.id, reader.at);
        let (Some(details), Some(community)) = (details, community) else {
            continue;
        };
        let community = reader.unit(community.as_str());
        let name = (grid.id.to_string(), reader.text(&details.name).to_owned());
        match all.iter_mut().find(|(one, _)| *one == community) {
            Some((_, grids)) => grids.push(name),
            None => all.push((community, vec![name])),
        }
    }
    all
}

/// What is told when it was taken: the receipt, this once.
#[must_use]
pub fn sent(frame: &Frame<'_>, receipt: &str) -> Markup {
    let reader = frame.reader;
    let content = html! {
        div.public.slip data-taken {
            (ways(frame))
            h1 { (reader.say(W::Sent)) }
            p { (reader.say(W::SentCode)) }
            p.receipt-code { code data-code { (receipt) } }
            p { (reader.say(W::SentKeep)) }
            p.further {
                a.button href={ "/track/" (receipt) } { (reader.say(W::SentTrack)) } " "
                input.button type="button" hidden data-copy value=(reader.say(W::Copy));
                " " a href="/report" { (reader.say(W::SentMore)) }
            }
            (script())
        }
    };
    frame.page(reader.say(W::Sent), &content)
}

/// What is wrong with a field, in the reader's language; none: the field has no words of its own.
#[must_use]
pub fn wrong(reader: &Reader, name: &str, photo: u64) -> Option<String> {
    Some(match name {
        "service_code" => reader.say(W::WrongMatter).to_owned(),
        "description" => reader.fill(W::WrongDescription, &[&DESCRIPTION.to_string()]),
        "address_string" => reader.say(W::WrongPlace).to_owned(),
        "address_id" => reader.say(W::WrongGrid).to_owned(),
        "lat" => reader.say(W::WrongPoint).to_owned(),
        "photo" => reader.fill(W::WrongPhoto, &[&photo.to_string()]),
        "phone" => reader.say(W::WrongPhone).to_owned(),
        _ => return None,
    })
}
