//! A policy file that is checked before it is published: holes, difference, what it would make of the
//! duties that are owed.

use crate::frame::Frame;
use crate::pages::trouble::{Trouble, told};
use crate::parts::figure::{how, named, value};
use crate::parts::line;
use crate::parts::share::count;
use crate::reader::Reader;
use crate::words::admin::Word as W;
use chrono::{DateTime, Utc};
use gridwhistle_projections::models::{CheckedPolicy, DutiesUnder, FoundInPolicy, PolicyChange};
use maud::{Markup, html};

/// A file and what its check found.
pub struct Check<'a> {
    /// The file.
    pub text: &'a str,
    /// What was found; none: it could not be read, see the trouble.
    pub found: Option<&'a CheckedPolicy>,
    /// From when it would apply.
    pub effective_from: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub trouble: Option<&'a Trouble>,
    /// The key under which it is published, so that sending twice publishes it once.
    pub key: &'a str,
}

/// The page.
#[must_use]
pub fn check(frame: &Frame<'_>, check: &Check<'_>) -> Markup {
    let reader = frame.reader;
    let title = check.found.map_or_else(
        || reader.say(W::CheckTitle).to_owned(),
        |found| reader.fill(W::Checked, &[found.version.as_str()]),
    );
    let content = html! {
        div.heading { h1 { (title) } a.aside href="/admin/policies" { (reader.say(W::Policies)) } }
        @if let Some(trouble) = check.trouble { (told(frame, trouble)) }
        div.sections {
            @if let Some(found) = check.found {
                (findings(reader, &found.findings))
                (changes(reader, found))
                (duties(reader, &found.duties))
                (publish(reader, check, found))
            }
            (form(reader, check.text))
        }
    };
    frame.page(&title, &content)
}

/// The form that sends a file to be checked.
pub(super) fn form(reader: &Reader, text: &str) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::CheckTitle)) }
            p { (reader.say(W::CheckAbout)) }
            form.prove method="post" action="/admin/policies/check" enctype="multipart/form-data" {
                label for="text" { (reader.say(W::PolicyFile)) }
                textarea #text name="text" rows="12" spellcheck="false" { (text) }
                label for="file" { (reader.say(W::OrFile)) }
                input #file type="file" name="file" accept=".toml,text/plain";
                button.primary { (reader.say(W::CheckGo)) }
            }
        }
    }
}

fn findings(reader: &Reader, all: &[FoundInPolicy]) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::Findings)) }
            @if all.is_empty() {
                p { (reader.say(W::NoFindings)) }
            } @else {
                table.list.findings {
                    thead { tr { th { (reader.say(W::State)) } th.num { (reader.say(W::Line)) } th { (reader.say(W::Field)) } th { (reader.say(W::What)) } } }
                    tbody { @for (no, one) in all.iter().enumerate() {
                        tr data-row="" {
                            td.short { @if one.stops { strong.late { (reader.say(W::Stops)) } } @else { (reader.say(W::Think)) } }
                            td.num { @match one.line { Some(line) => (value(&format!("/findings/{no}/line"), count(line))), None => span.none { "–" } } }
                            td { code { (named(&format!("/findings/{no}/field"), &one.field, &one.field)) } }
                            td.about { (one.words) }
                        }
                    } }
                }
            }
        }
    }
}

fn changes(reader: &Reader, found: &CheckedPolicy) -> Markup {
    let Some(against) = &found.against else {
        return html! { section { h2 { (reader.say(W::Changes).replace("{}", "–")) } p { (reader.say(W::First)) } } };
    };
    html! {
        section {
            h2 { (reader.fill(W::Changes, &[against.as_str()])) }
            @if found.changes.is_empty() {
                p { (reader.say(W::NoChanges)) }
            } @else {
                table.small.changes {
                    thead { tr { th { (reader.say(W::Field)) } th { (reader.say(W::Old)) } th { (reader.say(W::New)) } } }
                    tbody { @for (no, one) in found.changes.iter().enumerate() { (change(reader, no, one)) } }
                }
            }
        }
    }
}

fn change(reader: &Reader, no: usize, one: &PolicyChange) -> Markup {
    html! {
        tr {
            th scope="row" { code { (named(&format!("/changes/{no}/field"), &one.field, &one.field)) } }
            td { @match &one.old { Some(old) => del { (old) }, None => span.none { (reader.say(W::Added)) } } }
            td { @match &one.new { Some(new) => ins { (new) }, None => span.none { (reader.say(W::Gone)) } } }
        }
    }
}

fn duties(reader: &Reader, duties: &DutiesUnder) -> Markup {
    let told = |word: W, parts: &[Markup]| {
        let mut words = reader.say(word).split("{}");
        html! {
            (words.next().unwrap_or_default())
            @for part in parts { (part) (words.next().unwrap_or_default()) }
        }
    };
    let sum = [
        value("/duties/cases", count(duties.cases)),
        value("/duties/duties", count(duties.duties)),
        html! { strong { (value("/duties/changed", count(duties.changed))) } },
    ];
    html! {
        section {
            h2 { (reader.say(W::Duties)) }
            p.note { (reader.say(W::DutiesAbout)) }
            @if duties.duties == 0 {
                p { (reader.say(W::NoDuties)) }
            } @else {
                p.big-line { (told(W::DutiesSum, &sum)) }
                table.small.duties {
                    thead { tr {
                        th { (reader.say(W::Class)) } th { (reader.say(W::Duty)) } th.num { (reader.say(W::Owed)) }
                        th.num { (reader.say(W::Sooner)) } th.num { (reader.say(W::Later)) } th.num { (reader.say(W::Never)) }
                    } }
                    tbody { @for (no, one) in duties.of.iter().enumerate() {
                        @let figure = |name: &str, figure: u64| value(&format!("/duties/of/{no}/{name}"), count(figure));
                        tr {
                            td { (reader.class(one.class.code())) }
                            td { (line::clock(reader, &one.duty)) }
                            td.num { (figure("owed", one.owed)) }
                            td.num { (figure("sooner", one.sooner)) }
                            td.num { (figure("later", one.later)) }
                            td.num { (figure("gone", one.gone)) }
                        }
                    } }
                }
            }
            @if duties.more { p.note { (reader.say(W::DutiesMore)) } }
            (how(reader, reader.say(W::DutiesHow)))
        }
    }
}

fn publish(reader: &Reader, check: &Check<'_>, found: &CheckedPolicy) -> Markup {
    let from = check
        .effective_from
        .map_or_else(String::new, |from| reader.when(from));
    html! {
        section {
            h2 { (reader.say(W::PublishGo)) }
            @if found.publishable {
                p { (reader.fill(W::PublishAbout, &[&from])) }
                form.publish method="post" action="/admin/policies/publish" {
                    input type="hidden" name="key" value=(check.key);
                    input type="hidden" name="text" value=(check.text);
                    button.primary { (reader.say(W::PublishGo)) }
                }
            } @else {
                p { (reader.say(W::MustCorrect)) }
            }
        }
    }
}
