//! One command as a form. It is given on the version that was seen, under a key of its own, so that
//! sending it twice does it once. A refusal shows the form again, filled, with the problem beside it.

mod pieces;

use super::ledger::units;
use super::snap::script;
use super::trouble::{Trouble, told};
use super::whistle::grids;
use crate::forms::{Field, Kind, Reasons, fields};
use crate::frame::Frame;
use crate::pages::reports::capital;
use crate::reader::Reader;
use crate::words::case::Word as C;
use crate::words::form::Word as W;
use crate::words::whistle::Word as B;
use gridwhistle_domain::case::command::CommandName;
use gridwhistle_domain::case::stage::{Origin, Outcome};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::rows::WhistleKind;
use gridwhistle_domain::policy::words;
use gridwhistle_domain::registry::UnitKind;
use gridwhistle_domain::satisfaction::Satisfaction;
use gridwhistle_domain::text::Text;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// A command about to be given.
pub struct Form<'a> {
    /// The case.
    pub case: &'a str,
    /// Its number.
    pub ledger_no: i64,
    /// How its report begins.
    pub title: &'a str,
    /// The command.
    pub command: CommandName,
    /// The leg it speaks of.
    pub leg: Option<&'a str>,
    /// The version that was seen.
    pub version: u64,
    /// The key under which it is given.
    pub key: &'a str,
    /// What was filled in.
    pub filled: &'a [(String, String)],
    /// Whether another form has just reported the case, and got no further.
    pub begun: bool,
    /// Why it was refused.
    pub trouble: Option<&'a Trouble>,
}

/// Pieces of evidence that a form takes: as many as a class may ask for.
pub const PIECES: usize = 6;

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, form: &Form<'_>) -> Markup {
    let reader = frame.reader;
    let name = reader.own(words::command(form.command));
    let back = format!("/cases/{}", form.case);
    let action = format!("{back}/do/{}", form.command.code());
    let files =
        fields(form.command).is_some_and(|all| all.iter().any(|one| one.kind == Kind::Evidence));
    let content = html! {
        div.heading {
            h1 { (capital(name.clone())) }
            a.aside href=(back) { (reader.say(W::Cancel)) }
        }
        p.lead { a href=(back) { (reader.fill(C::Case, &[&form.ledger_no.to_string()])) } " " span lang=[reader.tongue(form.title)] { (form.title) } }
        @if form.begun {
            p.receipt role="status" data-taken { (reader.fill(B::Begun, &[&form.ledger_no.to_string()])) }
            (script())
        }
        @if let Some(trouble) = form.trouble {
            @if !trouble.since.is_empty() { p.minor { (reader.say(W::Moved)) } }
            (told(frame, trouble))
        }
        @match fields(form.command) {
            None => p { (reader.fill(W::NoForm, &[&format!("/api/v1/cases/{}/{}", form.case, form.command.code())])) },
            Some(fields) => form.command method="post" action=(action) enctype=[files.then_some("multipart/form-data")] {
                input type="hidden" name="version" value=(form.version);
                input type="hidden" name="key" value=(form.key);
                @if let Some(leg) = form.leg { input type="hidden" name="leg" value=(leg); }
                @for field in fields { (self::field(reader, form, field)) }
                p.minor { (reader.fill(W::Seen, &[&form.version.to_string()])) }
                button.primary { (reader.fill(W::Give, &[&name])) }
            },
        }
    };
    frame.page(&name, &content)
}

impl Form<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        let mut all = self.filled.iter();
        all.find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    }

    fn holds(&self, name: &str, value: &str) -> bool {
        let mut all = self.filled.iter();
        all.any(|(one, own)| one == name && own == value)
    }

    /// What is wrong with a field, where the problem names it.
    fn wrong(&self, name: &str) -> Option<&str> {
        let pointer = format!("/{}", name.replace('.', "/"));
        let places = &self.trouble?.places;
        let found = places
            .iter()
            .find(|(place, _)| *place == pointer || place.starts_with(&format!("{pointer}/")));
        found.map(|(_, what)| what.as_str())
    }
}

fn field(reader: &Reader, form: &Form<'_>, field: &Field) -> Markup {
    let wrong = form.wrong(field.name);
    let id = format!("field-{}", field.name);
    let group = matches!(
        field.kind,
        Kind::Units | Kind::Evidence | Kind::Attendance | Kind::Deliverables | Kind::Person
    );
    let label = html! {
        (reader.say(field.label)) " "
        span.minor { (reader.say(if field.needed { W::Required } else { W::Optional })) }
    };
    html! {
        div.field data-wrong[wrong.is_some()] {
            @if group {
                fieldset aria-describedby=[wrong.map(|_| told_by(&id))] { legend { (label) } (control(reader, form, field, &id)) }
            } @else if field.kind == Kind::Flag {
                label.check { (control(reader, form, field, &id)) (label) }
            } @else {
                label for=(id) { (label) } (control(reader, form, field, &id))
            }
            @if let Some(wrong) = wrong { p.wrong id=(told_by(&id)) { (wrong) } }
        }
    }
}

/// The element that says what is wrong with a field.
fn told_by(id: &str) -> String {
    format!("{id}-wrong")
}

fn control(reader: &Reader, form: &Form<'_>, field: &Field, id: &str) -> Markup {
    let name = field.name;
    let value = form.value(name);
    let wrong = form.wrong(name).is_some();
    let (invalid, told) = (wrong.then_some("true"), wrong.then(|| told_by(id)));
    match field.kind {
        Kind::Line | Kind::Limit | Kind::Instant => html! {
            input id=(id) name=(name) value=[value] required[field.needed] placeholder=[hint(reader, field.kind)] aria-invalid=[invalid] aria-describedby=[told];
        },
        Kind::Long | Kind::Lines => html! {
            textarea id=(id) name=(name) rows="4" required[field.needed] placeholder=[hint(reader, field.kind)] aria-invalid=[invalid] aria-describedby=[told] { (value.unwrap_or_default()) }
        },
        Kind::Flag => html! {
            input id=(id) type="checkbox" name=(name) value="true" checked[value == Some("true")] aria-invalid=[invalid] aria-describedby=[told];
        },
        Kind::Units => html! {
            div.checks { @for (code, words) in offices(reader) {
                label.check { input type="checkbox" name=(name) value=(code) checked[form.holds(name, &code)]; (words) }
            } }
        },
        Kind::Evidence => pieces::evidence(reader, form, name),
        Kind::Attendance => pieces::attendance(reader, form, name),
        Kind::Deliverables => pieces::deliverables(reader, form, name),
        Kind::Person => pieces::person(reader, form, name, field.needed),
        _ => html! {
            select id=(id) name=(name) required[field.needed] aria-invalid=[invalid] aria-describedby=[told] {
                option value="" {}
                @for (code, words) in options(reader, field.kind) {
                    option value=(code) selected[value == Some(code.as_str())] { (words) }
                }
            }
        },
    }
}

fn hint(reader: &Reader, kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Limit => Some(reader.say(W::HowLongHint)),
        Kind::Instant => Some(reader.say(W::UntilHint)),
        Kind::Lines => Some(reader.say(W::LinesHint)),
        _ => None,
    }
}

/// What may be chosen.
fn options(reader: &Reader, kind: Kind) -> Vec<(String, String)> {
    match kind {
        Kind::Unit => offices(reader),
        Kind::Class => CaseClass::ALL
            .map(|class| (class.code().to_owned(), reader.class(class.code())))
            .to_vec(),
        Kind::Matter => {
            let all = reader.reference.catalogue.all_in_force(reader.at);
            all.map(|matter| {
                (
                    matter.code.to_string(),
                    reader.text(&matter.name).to_owned(),
                )
            })
            .collect()
        }
        Kind::Outcome => labels(
            reader,
            Outcome::ALL.iter().map(|one| (one.code(), one.label())),
        ),
        Kind::Whistle => labels(
            reader,
            WhistleKind::ALL.iter().map(|one| (one.code(), one.label())),
        ),
        Kind::Grid => grids(reader)
            .into_iter()
            .flat_map(|(_, grids)| grids)
            .collect(),
        Kind::Origin => labels(
            reader,
            Origin::ALL.iter().map(|one| (one.code(), one.label())),
        ),
        Kind::Satisfaction => labels(
            reader,
            Satisfaction::ALL
                .iter()
                .map(|one| (one.code(), one.label())),
        ),
        Kind::Reason(of) => reasons(reader, of),
        Kind::Verdict => labels_of(reader, [("true", W::Granted), ("false", W::Denied)]),
        Kind::OneOf(codes) => codes
            .all()
            .iter()
            .map(|(code, word)| ((*code).to_owned(), reader.say(*word).to_owned()))
            .collect(),
        _ => Vec::new(),
    }
}

fn labels_of<const N: usize>(reader: &Reader, all: [(&str, W); N]) -> Vec<(String, String)> {
    all.map(|(code, word)| (code.to_owned(), reader.say(word).to_owned()))
        .to_vec()
}

pub(super) fn labels<'c>(
    reader: &Reader,
    all: impl Iterator<Item = (&'c str, Text)>,
) -> Vec<(String, String)> {
    all.map(|(code, label)| (code.to_owned(), reader.own(label)))
        .collect()
}

/// Units that may be called or dispatched to.
fn offices(reader: &Reader) -> Vec<(String, String)> {
    units(
        reader,
        &[UnitKind::Department, UnitKind::Street, UnitKind::Community],
    )
}

pub(super) fn reasons(reader: &Reader, of: Reasons) -> Vec<(String, String)> {
    let Some(policy) = reader.reference.policies.in_force(reader.at) else {
        return Vec::new();
    };
    let all: &BTreeMap<String, Text> = match of {
        Reasons::Reject => &policy.reasons.reject,
        Reasons::Return => &policy.reasons.return_leg,
        Reasons::Suspend => &policy.reasons.suspend,
        Reasons::Whistle => &policy.reasons.whistle_ground,
        Reasons::Rework => &policy.reasons.rework,
    };
    all.iter()
        .map(|(code, words)| (code.clone(), reader.text(words).to_owned()))
        .collect()
}
