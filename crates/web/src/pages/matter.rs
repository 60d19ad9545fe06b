//! 办事指南: one matter, who may ask, what it takes, how long, on what basis, and its flow.

use super::matters::{limit_words, owner};
use crate::frame::Frame;
use crate::pages::reports::capital;
use crate::parts::chart;
use crate::parts::figure::named;
use crate::parts::time;
use crate::reader::Reader;
use crate::words::city::Word as W;
use gridwhistle_domain::catalogue::{Matter, MatterOwner};
use gridwhistle_domain::policy::rows::{EvidenceKind, LegalCap};
use gridwhistle_domain::registry::{Area, Place};
use gridwhistle_projections::models::{Flow, MatterGuide, MatterWay};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The guide to a matter, and the flow of one of its classes.
#[must_use]
pub fn page(frame: &Frame<'_>, guide: &MatterGuide, flow: Option<&Flow>) -> Markup {
    let (reader, matter) = (frame.reader, &guide.matter);
    let name = reader.text(&matter.name);
    let content = html! {
        div.heading {
            h1 { (capital(name.to_owned())) }
            p { (named("/matter/code", matter.code.as_str(), matter.code.as_str())) }
            p { (reader.own(matter.domain.label())) }
            a.aside href="/matters" { (reader.say(W::Back)) }
        }
        @let words = reader.text(&matter.guide);
        @if !words.is_empty() { p.lead { (words) } }
        section.guide {
            h2 { (reader.say(W::Guide)) }
            (facts(reader, guide))
        }
        section.guide {
            h2 { (reader.say(W::Ways)) }
            (ways(reader, guide))
        }
        @if matter.owner == MatterOwner::ByService { (served(reader, guide)) }
        @if let Some(flow) = flow { (drawn(frame, guide, flow)) }
    };
    frame.page(name, &content)
}

fn facts(reader: &Reader, guide: &MatterGuide) -> Markup {
    let matter = &guide.matter;
    html! {
        dl.facts {
            div { dt { (reader.say(W::WhoMayAsk)) } dd { (may_ask(reader, matter)) } }
            div { dt { (reader.say(W::Owner)) } dd { (owner(reader, matter)) } }
            div { dt { (reader.say(W::Funding)) } dd { (named("/matter/funding_owner", matter.funding_owner.as_str(), &reader.unit(matter.funding_owner.as_str()))) } }
            @if let Some(limit) = matter.statutory_limit {
                div { dt { (reader.say(W::Statutory)) } dd { (limit_words(reader, limit)) } }
            }
            div { dt { (reader.say(W::Version)) } dd {
                (named("/version", &guide.version, &guide.version))
                @if let Some(since) = guide.since { " · " (reader.say(W::Since)) " " (time::from(reader, since)) }
                @if let Some(policy) = &guide.policy { " · " (reader.say(W::Policy)) " " (named("/policy", policy.as_str(), policy.as_str())) }
            } }
            div { dt { (reader.say(W::Cases)) } dd {
                a href=(crate::address::written("/cases", [("matter", matter.code.as_str()), ("open_only", "true")].into_iter())) { (reader.say(W::ToLedger)) }
            } }
        }
    }
}

fn may_ask(reader: &Reader, matter: &Matter) -> Markup {
    let who = match (matter.person_must_appear, matter.proxy) {
        (true, _) => W::AskInPerson,
        (false, true) => W::AskProxy,
        (false, false) => W::AskAnyone,
    };
    html! {
        (reader.say(who))
        @if matter.safety { " " (reader.say(W::SafetyRule)) }
    }
}

fn ways(reader: &Reader, guide: &MatterGuide) -> Markup {
    html! {
        div.table-wrap {
            table.list {
                thead { tr {
                    th { (reader.say(W::Class)) }
                    th.num { (reader.say(W::Limit)) }
                    th { (reader.say(W::Materials)) }
                    th { (reader.say(W::Basis)) }
                } }
                tbody {
                    @for (no, way) in guide.ways.iter().enumerate() {
                        tr {
                            td.short { (named(&format!("/ways/{no}/class"), way.class.code(), &reader.class(way.class.code()))) }
                            td.num { (handled(reader, way)) }
                            td.about { (evidence(reader, &way.evidence)) }
                            td.about { (basis(reader, &way.law)) }
                        }
                    }
                }
            }
        }
    }
}

fn handled(reader: &Reader, way: &MatterWay) -> Markup {
    let Some(limit) = way.handle else {
        return html! { span.none { (reader.say(W::NoLimit)) } };
    };
    let whose = if way.own { W::FromMatter } else { W::FromClass };
    html! { (limit_words(reader, limit)) " " span.minor { (reader.say(whose)) } }
}

fn evidence(reader: &Reader, sets: &[BTreeSet<EvidenceKind>]) -> Markup {
    let set = |set: &BTreeSet<EvidenceKind>| {
        let kinds: Vec<String> = set.iter().map(|kind| reader.own(kind.label())).collect();
        kinds.join(" + ")
    };
    match sets {
        [] => html! { span.none { (reader.say(W::NoMaterials)) } },
        [only] if only.is_empty() => html! { span.none { (reader.say(W::NoMaterials)) } },
        [only] => html! { (set(only)) },
        several => html! {
            (reader.say(W::OneOf))
            ul.dots { @for one in several { li { (set(one)) } } }
        },
    }
}

fn basis(reader: &Reader, law: &[LegalCap]) -> Markup {
    if law.is_empty() {
        return html! { span.none { (reader.say(W::NoBasis)) } };
    }
    html! {
        ul.plain { @for cap in law {
            li { span.minor { (reader.own(cap.limit.label())) } " " (reader.text(&cap.law)) }
        } }
    }
}

fn served(reader: &Reader, guide: &MatterGuide) -> Markup {
    html! {
        section.guide {
            h2 { (reader.say(W::Serves)) }
            @if guide.served_by.is_empty() {
                p.nothing { (reader.say(W::NoServes)) }
            } @else {
                ul.plain { @for (no, service) in guide.served_by.iter().enumerate() {
                    li {
                        (named(&format!("/served_by/{no}/unit"), service.unit.as_str(), &reader.unit(service.unit.as_str())))
                        " " span.minor { (reader.say(W::Where)) (reader.colon()) (area(reader, &service.area)) }
                    }
                } }
            }
        }
    }
}

fn area(reader: &Reader, area: &Area) -> String {
    match area {
        Area::Everywhere => reader.say(W::Everywhere).to_owned(),
        Area::Within(Place::Unit(unit)) => reader.unit(unit.as_str()),
        Area::Within(Place::Grid(grid)) => reader.grid(grid.as_str()),
    }
}

fn drawn(frame: &Frame<'_>, guide: &MatterGuide, flow: &Flow) -> Markup {
    let reader = frame.reader;
    html! {
        section.guide.flow-chart {
            h2 { (reader.say(W::Flow)) }
            p.minor { (reader.say(W::FlowHow)) }
            @if guide.matter.classes.len() > 1 {
                nav.tabs aria-label=(reader.say(W::Flow)) { ul {
                    @for class in &guide.matter.classes {
                        li { a href=(frame.address.with("class", class.code())) aria-current=[(*class == flow.class).then_some("true")] {
                            (reader.class(class.code()))
                        } }
                    }
                } }
            }
            div.flow-both {
                div.scroll tabindex="0" role="region" aria-label=(reader.fill(W::FlowOf, &[&flow.chart.title])) { (chart::drawn(reader, &flow.chart)) }
                div { h3 { (reader.say(W::FlowText)) } (chart::told(reader, &flow.chart)) }
            }
        }
    }
}
