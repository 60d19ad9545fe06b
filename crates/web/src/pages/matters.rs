//! 事项清单: what a case may be about.

use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named, value};
use crate::parts::files::files;
use crate::reader::Reader;
use crate::words::city::Word as W;
use gridwhistle_domain::calendar::Limit;
use gridwhistle_domain::catalogue::{Domain, Matter, MatterOwner};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::words;
use gridwhistle_domain::registry::UnitKind;
use gridwhistle_projections::models::Matters;
use maud::{Markup, html};

/// The catalogue.
#[must_use]
pub fn page(frame: &Frame<'_>, matters: &Matters) -> Markup {
    let reader = frame.reader;
    let content = html! {
        h1 { (reader.say(W::Matters)) }
        (filters(frame))
        div.about {
            p.count { (counted(reader, matters)) }
            p { (reader.say(W::Version)) " " (named("/catalogue", &matters.catalogue, &matters.catalogue)) }
            (how(reader, reader.say(W::UnitHow)))
            (files(frame))
        }
        @if matters.matters.is_empty() {
            (empty(reader.say(W::EmptyTitle), reader.say(W::EmptyHint), Some(("/matters", reader.say(W::Clear)))))
        } @else {
            (table(reader, &matters.matters))
        }
    };
    frame.page(reader.say(W::Matters), &content)
}

fn counted(reader: &Reader, matters: &Matters) -> Markup {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut parts = reader.say(W::Shown).split("{}");
    let mut part = || parts.next().unwrap_or_default();
    html! {
        (part()) (value("/in_force", count(matters.in_force))) (part())
        (crate::reader::number(count(matters.matters.len()))) (part())
    }
}

fn filters(frame: &Frame<'_>) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let classes = CaseClass::ALL.map(|class| (class.code().to_owned(), reader.class(class.code())));
    let domains = Domain::ALL.iter();
    let domains: Vec<_> = domains
        .map(|domain| (domain.code().to_owned(), reader.own(domain.label())))
        .collect();
    let units = super::ledger::units(reader, &[UnitKind::Department]);
    html! {
        form.filters method="get" action=(address.path()) {
            label.field.wide.unasked[address.get("text").is_none_or(str::is_empty)] { span { (reader.say(W::Search)) }
                input type="search" name="text" value=[address.get("text")] placeholder=(reader.say(W::SearchHint));
            }
            (choice(frame, "domain", (W::Domain, W::AnyDomain), &domains))
            (choice(frame, "class", (W::Class, W::AnyClass), &classes))
            (choice(frame, "unit", (W::Unit, W::AnyUnit), &units))
            button { (reader.say(W::Filter)) }
            @if address.pairs().next().is_some() {
                a.clear href=(address.path()) { (reader.say(W::Clear)) }
            }
        }
    }
}

fn choice(frame: &Frame<'_>, name: &str, (label, any): (W, W), all: &[(String, String)]) -> Markup {
    let (reader, chosen) = (frame.reader, frame.address.get(name));
    let unknown = chosen.filter(|chosen| !all.iter().any(|(code, _)| code == chosen));
    html! {
        label.field.unasked[chosen.is_none_or(str::is_empty)] { span { (reader.say(label)) }
            select name=(name) {
                option value="" { (reader.say(any)) }
                @if let Some(chosen) = unknown { option value=(chosen) selected { (chosen) } }
                @for (code, words) in all {
                    option value=(code) selected[chosen == Some(code.as_str())] { (words) }
                }
            }
        }
    }
}

fn table(reader: &Reader, matters: &[Matter]) -> Markup {
    html! {
        div.table-wrap {
            table.list {
                thead { tr {
                    th { (reader.say(W::Name)) }
                    th { (reader.say(W::Domain)) }
                    th { (reader.say(W::Class)) " · " (reader.say(W::Limit)) }
                    th { (reader.say(W::Owner)) }
                    th { (reader.say(W::Funding)) }
                    th { (reader.say(W::Proxy)) }
                } }
                tbody {
                    @for (no, matter) in matters.iter().enumerate() {
                        tr data-row="" {
                            td.about {
                                a.matter href={ "/matters/" (matter.code) } { (reader.text(&matter.name)) }
                                span.words { (named(&format!("/matters/{no}/code"), matter.code.as_str(), matter.code.as_str())) }
                            }
                            td.short { (reader.own(matter.domain.label())) }
                            td { ul.plain { @for class in &matter.classes {
                                li { (reader.class(class.code())) @if let Some(limit) = matter.limits.get(class) {
                                    " " span.left { (limit_words(reader, *limit)) }
                                } }
                            } } }
                            td { (owner(reader, matter)) }
                            td { (reader.unit(matter.funding_owner.as_str())) }
                            td { (marks(reader, matter)) }
                        }
                    }
                }
            }
        }
    }
}

/// A limit in the reader's language.
pub(super) fn limit_words(reader: &Reader, limit: Limit) -> String {
    reader.own(words::limit(limit))
}

/// Who answers for a matter.
pub(super) fn owner(reader: &Reader, matter: &Matter) -> String {
    match &matter.owner {
        MatterOwner::Unit(unit) => reader.unit(unit.as_str()),
        MatterOwner::ByService => reader.say(W::ByService).to_owned(),
    }
}

/// What is special about a matter, and its limit by law.
fn marks(reader: &Reader, matter: &Matter) -> Markup {
    html! {
        @if matter.proxy { span { (reader.say(W::MayProxy)) } " " }
        @if matter.person_must_appear { span { (reader.say(W::InPerson)) } " " }
        @if matter.safety { span.card.yellow { (reader.say(W::Safety)) } " " }
        @if let Some(limit) = matter.statutory_limit {
            span.minor { (reader.fill(W::StatutoryAt, &[&limit_words(reader, limit)])) }
        }
    }
}
