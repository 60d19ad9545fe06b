//! 吹哨: staff report, accept and blow the whistle in one go, each as a command of its own. Matter and
//! grid stand in the address, so that what is proposed and what may be a duplicate is there before.

use super::command::{labels, reasons};
use super::snap::script;
use super::trouble::{Trouble, told};
use crate::forms::Reasons;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::named;
use crate::parts::line::{Line, stage};
use crate::parts::report::{
    Choice, Filled, described, expected, field, line, long, matters, place,
};
use crate::parts::time;
use crate::reader::Reader;
use crate::words::snap::Word as S;
use crate::words::whistle::Word as W;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::case::command::CommandName;
use gridwhistle_domain::case::steps;
use gridwhistle_domain::ids::{PersonId, UnitId};
use gridwhistle_domain::policy::rows::{EvidenceKind, WhistleKind};
use gridwhistle_projections::case_view::LedgerRow;
use gridwhistle_projections::models::Proposed;
use maud::{Markup, html};

/// A case about to be reported.
pub struct Form<'a> {
    /// What would come of it, and what may be the same.
    pub proposed: &'a Proposed,
    /// In which grid.
    pub grid: Option<&'a str>,
    /// What was filled in.
    pub filled: Filled<'a>,
    /// From it the keys of the commands follow.
    pub key: &'a str,
    /// Why it was refused.
    pub trouble: Option<&'a Trouble>,
    /// The longest description, as the policy has it.
    pub most: usize,
}

/// How far the form goes: each step is a command of its own.
pub const COURSES: [(&str, CommandName); 3] = [
    ("report", CommandName::Report),
    ("accept", CommandName::Accept),
    ("whistle", CommandName::BlowWhistle),
];

/// The choice of the matter.
#[must_use]
pub fn choose(frame: &Frame<'_>) -> Markup {
    let reader = frame.reader;
    let content = html! {
        h1 { (reader.say(W::Title)) }
        p.lead { (reader.say(S::Choose)) }
        div.whistle { div.head { (matters(frame)) } }
    };
    frame.page(reader.say(W::Title), &content)
}

/// The form.
#[must_use]
pub fn page(frame: &Frame<'_>, form: &Form<'_>) -> Markup {
    let reader = frame.reader;
    let proposal = &form.proposed.proposal;
    let content = html! {
        h1 { (reader.say(W::Title)) }
        @if let Some(trouble) = form.trouble { (told(frame, trouble)) p { (reader.say(W::PhotoAgain)) } }
        @if form.filled.wrong.is_some() {
            div.problem role="alert" { p.title { (reader.say(W::NotGiven)) } p { (reader.say(W::PhotoAgain)) } }
        }
        div.whistle {
            div.head {
                p.chosen {
                    span.minor { (reader.say(S::Matter)) } " "
                    strong { (named("/proposal/matter", proposal.matter.as_str(), reader.text(&proposal.name))) } " "
                    a href=(frame.address.without("matter")) { (reader.say(S::Change)) }
                }
                (grid(frame, form))
            }
            aside.side aria-label=(reader.say(S::Expected)) {
                @if form.grid.is_some() { (near(reader, &form.proposed.near)) }
                section {
                    h2 { (reader.say(S::Expected)) }
                    (expected(reader, proposal, "/proposal"))
                }
            }
            div.body {
                @match form.grid {
                    None => (empty(reader.say(W::GridChoose), "", None)),
                    Some(grid) => (fields(reader, form, grid)),
                }
            }
        }
        (script())
    };
    frame.page(reader.say(W::Title), &content)
}

/// The choice of the grid; it changes the address.
fn grid(frame: &Frame<'_>, form: &Form<'_>) -> Markup {
    let reader = frame.reader;
    let all = grids(reader);
    html! {
        form.row.of-grid method="get" action=(frame.address.path()) {
            input type="hidden" name="matter" value=(form.proposed.proposal.matter.as_str());
            label for="grid" { (reader.say(W::Grid)) }
            select #grid name="grid" {
                option value="" {}
                @for (group, grids) in &all {
                    optgroup label=(group) { @for (code, name) in grids {
                        option value=(code) selected[form.grid == Some(code.as_str())] { (name) }
                    } }
                }
                @if let Some(code) = form.grid && !all.iter().any(|(_, grids)| grids.iter().any(|(one, _)| one == code)) {
                    option value=(code) selected { (reader.grid(code)) }
                }
            }
            button { (reader.say(W::Show)) }
        }
    }
}

/// The grids that somebody serves, then those of their unit; of a unit of no area, all.
pub(super) fn grids(reader: &Reader) -> Choice {
    let (registry, at) = (&reader.reference.registry, reader.at);
    let Some(person) = &reader.person else {
        return Vec::new();
    };
    let name = |code: &str| (code.to_owned(), reader.grid(code));
    let mine = registry.grids_of(&PersonId::new(person.code.as_str()), at);
    let mine: Vec<_> = mine.iter().map(|grid| name(grid.as_str())).collect();
    let unit = UnitId::new(person.unit.as_str());
    let of = |within: bool| {
        let mut all: Choice = Vec::new();
        for grid in registry.grids() {
            let Some(community) = registry.community_of(&grid.id, at) else {
                continue;
            };
            let inside = *community == unit || registry.is_within(community, &unit, at);
            let listed = mine.iter().any(|(code, _)| code == grid.id.as_str());
            if listed || (within && !inside) {
                continue;
            }
            let group = reader.unit(community.as_str());
            let grid = name(grid.id.as_str());
            match all.iter_mut().find(|(one, _)| *one == group) {
                Some((_, grids)) => grids.push(grid),
                None => all.push((group, vec![grid])),
            }
        }
        all
    };
    let mut all = of(true);
    if all.is_empty() {
        all = of(false);
    }
    if !mine.is_empty() {
        all.insert(0, (reader.say(W::Mine).to_owned(), mine));
    }
    all
}

fn fields(reader: &Reader, form: &Form<'_>, grid: &str) -> Markup {
    let filled = &form.filled;
    let matter = form.proposed.proposal.matter.as_str();
    let most = form.most.to_string();
    // A browser may be shared: a draft is of whoever typed it.
    let who = reader.person.as_ref().map_or("", |person| &person.code);
    html! {
        form.report method="post" action="/whistle" enctype="multipart/form-data"
            data-draft={ "whistle." (who) "." (matter) }
            data-found=(reader.say(S::DraftFound)) data-use=(reader.say(S::DraftUse)) data-drop=(reader.say(S::DraftDrop)) {
            input type="hidden" name="key" value=(form.key);
            input type="hidden" name="service_code" value=(matter);
            input type="hidden" name="address_id" value=(grid);
            (long(filled, "description", (reader.say(S::Description), &reader.fill(S::DescriptionMost, &[&most])), form.most))
            (place(reader, filled, None))
            (course(reader, form))
            @if gives(reader, CommandName::Accept) { (class(reader, form)) }
            @if open(reader, form, CommandName::BlowWhistle) { (whistle(reader, form)) }
            button.primary { (reader.say(W::Give)) }
        }
    }
}

/// How far to go: what the reader's role may not do stands there with who may.
fn course(reader: &Reader, form: &Form<'_>) -> Markup {
    let open = |command| open(reader, form, command);
    let furthest = COURSES.iter().rfind(|(_, command)| open(*command));
    let chosen = form
        .filled
        .value("course")
        .or(furthest.map(|(code, _)| *code));
    html! {
        fieldset.course {
            legend { (reader.say(W::Course)) }
            @for (code, command) in COURSES {
                label.check {
                    input type="radio" name="course" value=(code) required checked[chosen == Some(code) && open(command)] disabled[!open(command)];
                    (reader.say(match command {
                        CommandName::Report => W::CourseReport,
                        CommandName::Accept => W::CourseAccept,
                        _ => W::CourseWhistle,
                    }))
                    @if !gives(reader, command) { " " span.minor { (reader.fill(W::NotYours, &[&givers(reader, command)])) } }
                    @else if !open(command) { " " span.minor { (reader.say(W::NotWhistled)) } }
                }
            }
        }
    }
}

/// Whether the reader's role may give a command.
fn gives(reader: &Reader, command: CommandName) -> bool {
    let role = reader.person.as_ref().map(|person| person.role);
    role.is_some_and(|role| may(role, command))
}

/// Whether the form goes so far, for this reader and this matter.
fn open(reader: &Reader, form: &Form<'_>, command: CommandName) -> bool {
    let mut classes = form.proposed.proposal.classes.iter();
    let whistled = command != CommandName::BlowWhistle || classes.any(|one| one.by_whistle);
    gives(reader, command) && whistled
}

/// Whether a role stands in a row of the table of permissions for a command.
fn may(role: Role, command: CommandName) -> bool {
    steps::rows(command).any(|step| step.roles.contains(&role))
}

fn givers(reader: &Reader, command: CommandName) -> String {
    let all = Role::ALL
        .iter()
        .filter(|role| **role != Role::System && may(**role, command));
    let all: Vec<String> = all.map(|role| reader.own(role.label())).collect();
    all.join(" / ")
}

fn class(reader: &Reader, form: &Form<'_>) -> Markup {
    let classes = &form.proposed.proposal.classes;
    let usual = classes
        .iter()
        .find(|one| one.by_whistle)
        .or(classes.first());
    let chosen = form
        .filled
        .value("class")
        .or(usual.map(|one| one.class.code()));
    let control = html! {
        select #class name="class" { @for one in classes {
            option value=(one.class.code()) selected[chosen == Some(one.class.code())] { (reader.text(&one.label)) }
        } }
    };
    field(&form.filled, "class", (reader.say(W::Class), ""), &control)
}

fn whistle(reader: &Reader, form: &Form<'_>) -> Markup {
    let filled = &form.filled;
    let units = &form.proposed.proposal.units;
    let choice = |name: &str, label: &str, all: Vec<(String, String)>| {
        let chosen = filled.value(name);
        let control = html! {
            select id=(name) name=(name) {
                // No ground is more usual than another.
                @if name == "ground" { option value="" {} }
                @for (code, words) in all {
                option value=(code) selected[chosen == Some(code.as_str())] { (words) }
            } }
        };
        field(filled, name, (label, ""), &control)
    };
    let kinds = labels(
        reader,
        WhistleKind::ALL.iter().map(|one| (one.code(), one.label())),
    );
    let proofs = labels(
        reader,
        EvidenceKind::ALL
            .iter()
            .map(|one| (one.code(), one.label())),
    );
    let called = |code: &str, no: usize| {
        let mut all = filled.pairs.iter();
        // The unit that serves the grid first is proposed.
        (filled.pairs.is_empty() && no == 0)
            || all.any(|(name, value)| name == "targets" && value == code)
    };
    let hint = reader.say(W::PreworkHint);
    html! {
        fieldset.blow {
            legend { (reader.say(W::Whistling)) }
            (choice("kind", reader.say(W::Kind), kinds))
            (choice("ground", reader.say(W::Ground), reasons(reader, Reasons::Whistle)))
            fieldset data-wrong[filled.wrong("targets").is_some()] {
                legend { (reader.say(W::Targets)) }
                @if let Some(wrong) = filled.wrong("targets") { p.wrong { (wrong) } }
                @if units.is_empty() { p.minor { (reader.say(W::TargetsNone)) } }
                @for (no, unit) in units.iter().enumerate() {
                    label.check { input type="checkbox" name="targets" value=(unit.as_str()) checked[called(unit.as_str(), no)]; (reader.unit(unit.as_str())) }
                }
            }
            fieldset.prework data-wrong[filled.wrong("prework").is_some()] {
                legend { (reader.say(W::Prework)) }
                @if let Some(wrong) = filled.wrong("prework") { p.wrong { (wrong) } }
                p #photo-hint.minor { (hint) }
                (choice("proof_kind", reader.say(W::PreworkKind), proofs))
                div.field {
                    label for="photo" { (reader.say(W::Photo)) }
                    input #photo name="photo" type="file" accept="image/jpeg,image/png,image/webp"
                        aria-describedby=[described("photo", hint, false)] data-shrink data-shrunk=(reader.say(S::Shrunk));
                    output.minor data-size {}
                }
                (line(filled, "reference", (reader.say(W::Reference), ""), ("text", 200)))
            }
        }
    }
}

/// What may be the same.
fn near(reader: &Reader, rows: &[LedgerRow]) -> Markup {
    html! {
        section.near {
            h2 { (reader.say(W::Near)) }
            @if rows.is_empty() {
                p.nothing { (reader.say(W::NearNone)) }
            } @else {
                p.minor { (reader.say(W::NearAbout)) }
                ul { @for (no, row) in rows.iter().enumerate() {
                    @let line = Line::of(row, reader.at);
                    li data-row {
                        a.no href={ "/cases/" (row.case_id) } { (named(&format!("/near/{no}/ledger_no"), &row.ledger_no.to_string(), &row.ledger_no.to_string())) } " " span.stage { (stage(reader, &row.stage)) } " "
                        (time::may_be(reader, row.reported_at))
                        p { (line.about(reader)) }
                        p.minor { (line.place(reader)) }
                    }
                } }
            }
        }
    }
}

/// What a field says that was left empty.
#[must_use]
pub fn needed(reader: &Reader) -> &'static str {
    reader.say(W::Needed)
}
