//! Versions of the policy, and one of them to be read.

use super::receipt;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::named;
use crate::parts::time;
use crate::reader::Reader;
use crate::words::admin::Word as W;
use gridwhistle_domain::authority::Sight;
use gridwhistle_domain::policy::rows::{LimitName, WhistleKind};

use gridwhistle_domain::policy::{Policy, words};
use gridwhistle_projections::models::{PolicyVersions, values};
use maud::{Markup, html};

/// The page of all versions.
#[must_use]
pub fn policies(frame: &Frame<'_>, all: &PolicyVersions) -> Markup {
    let reader = frame.reader;
    let content = html! {
        h1 { (reader.say(W::Policies)) }
        div.sections {
            section {
                @if all.versions.is_empty() {
                    (empty(reader.say(W::NoPolicies), reader.say(W::NoPoliciesHint), None))
                } @else {
                    div.table-wrap { table.list {
                        thead { tr {
                            th { (reader.say(W::Version)) } th { (reader.say(W::PolicyTitle)) }
                            th { (reader.say(W::Effective)) } th { (reader.say(W::Published)) } th { (reader.say(W::State)) }
                        } }
                        tbody { @for (no, one) in all.versions.iter().enumerate() {
                            @let version = one.version.as_str();
                            tr data-row="" {
                                td { a href={ "/admin/policies/" (version) } { (named(&format!("/versions/{no}/version"), version, version)) } }
                                td.about { (reader.text(&one.title)) }
                                td.short data-label=(reader.say(W::Effective)) { (time::from(reader, one.effective_from)) }
                                td.short data-label=(reader.say(W::Published)) { (time::at(reader, one.published_at)) }
                                td.short { @if all.in_force.as_ref() == Some(&one.version) { strong { (reader.say(W::Current)) } } @else { span.none { "–" } } }
                            }
                        } }
                    } }
                }
            }
            @if reader.sees(Sight::System) { (super::check::form(reader, "")) }
        }
    };
    frame.page(reader.say(W::Policies), &content)
}

/// The page of one version.
#[must_use]
pub fn policy(frame: &Frame<'_>, policy: &Policy, done: Option<&str>) -> Markup {
    let reader = frame.reader;
    let version = policy.version.as_str();
    let title = reader.fill(W::PolicyOf, &[version]);
    let content = html! {
        (receipt(done))
        div.heading { h1 { (title) } a.aside href="/admin/policies" { (reader.say(W::Policies)) } }
        p.lead { (reader.text(&policy.title)) }
        dl.facts.wide {
            div { dt { (reader.say(W::Version)) } dd { (named("/version", version, version)) } }
            div { dt { (reader.say(W::Effective)) } dd { (time::from(reader, policy.effective_from)) } }
        }
        div.sections { (limits(reader, policy)) (all(reader, policy)) }
    };
    frame.page(&title, &content)
}

/// The clocks of every class side by side.
fn limits(reader: &Reader, policy: &Policy) -> Markup {
    let rows = LimitName::ALL.iter().filter(|name| {
        let mut rows = policy.class.values();
        rows.any(|row| row.limits.get(**name).is_some())
    });
    html! {
        section {
            h2 { (reader.say(W::LimitsTitle)) }
            div.scrolls tabindex="0" role="region" aria-label=(reader.say(W::LimitsTitle)) { table.small.limits {
                thead { tr {
                    th { (reader.say(W::Limit)) }
                    @for row in policy.class.values() { th { (reader.text(&row.label)) } }
                } }
                tbody { @for name in rows {
                    tr {
                        th scope="row" { (reader.own(name.label())) }
                        @for (class, row) in &policy.class {
                            td { @match row.limits.get(*name) {
                                Some(limit) => (named(&format!("/class/{}/limits/{}", class.code(), name.code()), &limit.to_string(), &reader.own(words::limit(limit)))),
                                None => span.none { "–" },
                            } }
                        }
                    }
                } }
            } }
        }
    }
}

/// A part of the file in words.
fn named_part(reader: &Reader, head: &str) -> Option<String> {
    let word = match head {
        "appraisal" => W::PartAppraisal,
        "evaluation" => W::PartEvaluation,
        "form.area" => W::PartFormArea,
        "form.department" => W::PartFormDepartment,
        "legal" => W::PartLegal,
        "reasons" => W::PartReasons,
        "satisfaction" => W::PartSatisfaction,
        "score" => W::PartScore,
        "supervision" => W::PartSupervision,
        "title" => W::PolicyTitle,
        "windows" => W::PartWindows,
        _ => {
            let (kind, code) = head.split_once('.')?;
            return match kind {
                "class" => Some(reader.class(code)),
                "whistle" => WhistleKind::from_code(code).map(|kind| reader.own(kind.label())),
                _ => None,
            };
        }
    };
    Some(reader.say(word).to_owned())
}

/// Every value by its path in the file, a part of the file each.
fn all(reader: &Reader, policy: &Policy) -> Markup {
    let values = values(policy);
    let head = |field: &str| {
        let mut parts = field.splitn(3, '.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("class" | "whistle" | "form"), Some(second), Some(_)) => {
                let (first, _) = field.split_once('.').unwrap_or_default();
                format!("{first}.{second}")
            }
            (Some(first), Some(_), _) => first.to_owned(),
            _ => String::new(),
        }
    };
    let mut parts: Vec<(String, Vec<(&str, &str)>)> = Vec::new();
    for (field, value) in &values {
        let head = head(field);
        match parts.iter_mut().find(|(name, _)| *name == head) {
            Some((_, rows)) => rows.push((field, value)),
            None => parts.push((head, vec![(field, value)])),
        }
    }
    html! {
        section {
            h2 { (reader.say(W::EveryValue)) }
            @for (head, rows) in parts.iter().filter(|(head, _)| !head.is_empty()) {
                details.part-of-file {
                    summary { @if let Some(name) = named_part(reader, head) { (name) " " } code { "[" (head) "]" } " " span.minor { (rows.len()) } }
                    table.small.values { tbody { @for (field, value) in rows {
                        tr { th scope="row" { code { (field.strip_prefix(head.as_str()).unwrap_or(field).trim_start_matches('.')) } } td { (value) } }
                    } } }
                }
            }
        }
    }
}
