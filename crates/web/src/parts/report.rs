//! What a report is filled in with, by residents and by staff alike: matter, place, words. What is wrong
//! stands at the field, and what was typed stays.

use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::named;
use crate::parts::time;
use crate::reader::Reader;
use crate::words::snap::Word as W;
use gridwhistle_domain::catalogue::{Domain, Matter};
use gridwhistle_domain::policy::words;
use gridwhistle_projections::models::Proposal;
use maud::{Markup, html};

/// Grids that are offered in a list; in a larger city the code is typed.
const GRIDS: usize = 500;

/// What was filled in, and what of it is wrong.
#[derive(Clone, Copy)]
pub struct Filled<'a> {
    /// Fields by name.
    pub pairs: &'a [(String, String)],
    /// The field that is wrong, and why; a field that the form does not have is told above it.
    pub wrong: Option<(&'a str, &'a str)>,
}

impl Filled<'_> {
    /// What was typed into a field.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut all = self.pairs.iter();
        all.find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn wrong(&self, name: &str) -> Option<&str> {
        self.wrong
            .filter(|(field, _)| *field == name)
            .map(|(_, why)| why)
    }
}

/// One field with its label, hint and mistake.
pub(crate) fn field(
    filled: &Filled<'_>,
    name: &str,
    (label, hint): (&str, &str),
    control: &Markup,
) -> Markup {
    let wrong = filled.wrong(name);
    html! {
        div.field data-wrong[wrong.is_some()] {
            label for=(name) { (label) }
            @if !hint.is_empty() { p.minor id={ (name) "-hint" } { (hint) } }
            (control)
            @if let Some(wrong) = wrong { p.wrong id={ (name) "-wrong" } { (wrong) } }
        }
    }
}

/// A line to type into.
pub(crate) fn line(
    filled: &Filled<'_>,
    name: &str,
    (label, hint): (&str, &str),
    (kind, most): (&str, u32),
) -> Markup {
    let wrong = filled.wrong(name).is_some();
    let control = html! {
        input id=(name) name=(name) type=(kind) maxlength=(most) value=[filled.value(name)]
            aria-describedby=[described(name, hint, wrong)] aria-invalid=[wrong.then_some("true")];
    };
    field(filled, name, (label, hint), &control)
}

/// Several lines.
pub(crate) fn long(
    filled: &Filled<'_>,
    name: &str,
    (label, hint): (&str, &str),
    most: usize,
) -> Markup {
    let wrong = filled.wrong(name).is_some();
    let control = html! {
        textarea id=(name) name=(name) rows="4" maxlength=(most)
            aria-describedby=[described(name, hint, wrong)] aria-invalid=[wrong.then_some("true")] {
            (filled.value(name).unwrap_or_default())
        }
    };
    field(filled, name, (label, hint), &control)
}

/// What tells of a field: its hint and its mistake.
pub(crate) fn described(name: &str, hint: &str, wrong: bool) -> Option<String> {
    let mut all = Vec::new();
    if !hint.is_empty() {
        all.push(format!("{name}-hint"));
    }
    if wrong {
        all.push(format!("{name}-wrong"));
    }
    (!all.is_empty()).then(|| all.join(" "))
}

/// Matters in force that fit all words, by domain; each leads on with `matter` in the address.
pub(crate) fn matters(frame: &Frame<'_>) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let asked = address.get("q").unwrap_or_default();
    let found: Vec<&Matter> = reader
        .reference
        .catalogue
        .all_in_force(reader.at)
        .filter(|matter| fits(matter, asked))
        .collect();
    let of = |domain: Domain| found.iter().filter(move |matter| matter.domain == domain);
    html! {
        form.row method="get" action=(address.path()) {
            @for (name, value) in address.pairs().filter(|(name, _)| *name != "q" && *name != "matter") {
                input type="hidden" name=(name) value=(value);
            }
            label.out-of-sight for="q" { (reader.say(W::Search)) }
            input #q type="search" name="q" value=(asked) placeholder=(reader.say(W::Search)) autocomplete="off";
            button { (reader.say(W::Find)) }
        }
        @if found.is_empty() {
            (empty(&reader.fill(W::NothingFound, &[asked]), reader.say(W::NothingHint), Some((address.path(), reader.say(W::All)))))
        }
        @for domain in Domain::ALL.iter().copied().filter(|domain| of(*domain).next().is_some()) {
            section.matters {
                h2 { (reader.own(domain.label())) }
                ul { @for matter in of(domain) {
                    li { a href=(leads(frame, matter)) { (reader.text(&matter.name)) } }
                } }
            }
        }
    }
}

fn leads(frame: &Frame<'_>, matter: &Matter) -> String {
    let pairs = frame.address.pairs();
    let kept = pairs.filter(|(name, _)| *name != "q" && *name != "matter");
    crate::address::written(
        frame.address.path(),
        kept.chain([("matter", matter.code.as_str())]),
    )
}

fn fits(matter: &Matter, asked: &str) -> bool {
    let domain = matter.domain.label();
    let whole = format!(
        "{} {} {} {} {} {} {}",
        matter.name.zh,
        matter.name.en,
        matter.guide.zh,
        matter.guide.en,
        domain.zh,
        domain.en,
        matter.code
    );
    let whole = whole.to_lowercase();
    asked
        .split_whitespace()
        .all(|word| whole.contains(&word.to_lowercase()))
}

/// What would come of a report: by when it is accepted, how long each class takes, who would handle it.
pub(crate) fn expected(reader: &Reader, proposal: &Proposal, at: &str) -> Markup {
    html! {
        dl.facts {
            div { dt { (reader.say(W::AcceptDue)) } dd { (time::at(reader, proposal.accept_due)) } }
            div { dt { (reader.say(W::Handle)) } dd {
                @for (no, one) in proposal.classes.iter().enumerate() {
                    @let label = reader.text(&one.label);
                    @let told = match one.limit {
                        Some(limit) => reader.fill(W::HandleBy, &[label, &reader.own(words::limit(limit))]),
                        None => reader.fill(W::HandleOpen, &[label]),
                    };
                    p { (named(&format!("{at}/classes/{no}/class"), one.class.code(), &told)) }
                }
            } }
            div { dt { (reader.say(W::Who)) } dd {
                @if proposal.units.is_empty() { span.none { (reader.say(W::ByPlace)) } }
                @for (no, unit) in proposal.units.iter().enumerate() {
                    p { (named(&format!("{at}/units/{no}"), unit.as_str(), &reader.unit(unit.as_str()))) }
                }
            } }
        }
        p.minor { (reader.say(W::Proposed)) }
    }
}

/// Grids by community, as they are offered: name of the community, then code and name of each grid.
pub(crate) type Choice = Vec<(String, Vec<(String, String)>)>;

/// Where it is: address, grid where none is chosen yet, and the position that the script fills in.
pub(crate) fn place(reader: &Reader, filled: &Filled<'_>, grids: Option<&Choice>) -> Markup {
    let wrong = filled.wrong("lat");
    html! {
        fieldset.where {
            legend { (reader.say(W::Place)) }
            p.minor { (reader.say(if grids.is_some() { W::PlaceHint } else { W::PlaceWhere })) }
            (line(filled, "address_string", (reader.say(W::Address), reader.say(W::AddressHint)), ("text", 200)))
            @if let Some(grids) = grids { (grid(reader, filled, grids)) }
            div.locate data-wrong[wrong.is_some()] {
                input type="hidden" name="lat" value=[filled.value("lat")];
                input type="hidden" name="long" value=[filled.value("long")];
                input.button type="button" hidden data-locate value=(reader.say(W::Locate))
                    data-locating=(reader.say(W::Locating)) data-located=(reader.say(W::Located)) data-not-located=(reader.say(W::NotLocated));
                output.minor data-position {}
                @if let Some(wrong) = wrong { p.wrong { (wrong) } }
            }
        }
    }
}

fn grid(reader: &Reader, filled: &Filled<'_>, grids: &Choice) -> Markup {
    let (name, label) = ("address_id", reader.say(W::Grid));
    let chosen = filled.value(name);
    let count: usize = grids.iter().map(|(_, grids)| grids.len()).sum();
    if count > GRIDS {
        return line(filled, name, (label, reader.say(W::GridCode)), ("text", 60));
    }
    let wrong = filled.wrong(name).is_some();
    let control = html! {
        select id=(name) name=(name) aria-describedby=[described(name, "", wrong)] aria-invalid=[wrong.then_some("true")] {
            option value="" { (reader.say(W::GridAny)) }
            @for (community, grids) in grids {
                optgroup label=(community) { @for (code, words) in grids {
                    option value=(code) selected[chosen == Some(code.as_str())] { (words) }
                } }
            }
        }
    };
    field(filled, name, (label, ""), &control)
}
