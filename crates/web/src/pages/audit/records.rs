//! What is on record: who took what out, who read whose data, who administered what.

use super::heading;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{named, value};
use crate::parts::files::files;
use crate::parts::share::count;
use crate::parts::{pager, time, who, window};
use crate::reader::Reader;
use crate::words::audit::Word as W;
use gridwhistle_projections::models::{ActsPage, ReadsPage, TakenOut};
use maud::{Markup, html};
use serde_json::Value;

/// Years that are offered, this one first.
const YEARS: i32 = 5;

/// What an act is of, in words.
pub(super) fn area(reader: &Reader, code: &str) -> String {
    let word = match code {
        "registry" => W::OfRegistry,
        "catalogue" => W::OfCatalogue,
        "policy" => W::OfPolicy,
        "calendar" => W::OfCalendar,
        "score_run" => W::OfScores,
        "access_key" => W::OfKeys,
        "subscriber" => W::OfSubscribers,
        "export" => W::OfExports,
        "personal_data" => W::OfPersonal,
        other => return other.to_owned(),
    };
    reader.say(word).to_owned()
}

/// The exports of a year.
#[must_use]
pub fn exports(frame: &Frame<'_>, taken: &TakenOut, this_year: i32) -> Markup {
    let reader = frame.reader;
    let title = reader.fill(W::ExportsTitle, &[&taken.year.to_string()]);
    let content = html! {
        (heading(reader, frame.address))
        form.filters method="get" action="/audit/exports" {
            label.field { span { (reader.say(W::Year)) }
                select name="year" {
                    @for year in (0..YEARS).map(|back| this_year - back) {
                        option value=(year) selected[year == taken.year] { (year) }
                    }
                }
            }
            button { (reader.say(W::Filter)) }
        }
        h2 { (title) }
        p.note { (reader.say(W::ExportsHow)) }
        p.minor { (files(frame)) }
        @if taken.exports.is_empty() {
            (empty(reader.say(W::NoExports), reader.say(W::NoExportsHint), None))
        } @else {
            div.table-wrap { table.list {
                thead { tr {
                    th { (reader.say(W::Time)) } th { (reader.say(W::By)) } th { (reader.say(W::Question)) }
                    th { (reader.say(W::Narrowed)) } th.num { (reader.say(W::Rows)) }
                    th { (reader.say(W::File)) } th { (reader.say(W::Digest)) }
                } }
                tbody { @for (no, one) in taken.exports.iter().enumerate() {
                    tr data-row="" {
                        td.short { (time::at(reader, one.at)) }
                        td { (who::signed(reader, &one.by)) }
                        td { code { (named(&format!("/exports/{no}/question"), &one.question, &one.question)) } }
                        td {
                            @if let Some(span) = one.window { span.pair { "window=" (window::days(span)) } " " }
                            @for (name, value) in &one.filter { span.pair { (name) "=" (value) } " " }
                        }
                        td.num { (value(&format!("/exports/{no}/rows"), count(one.rows))) }
                        td.long { (one.file) }
                        td.long { code.id { (one.sha256) } }
                    }
                } }
            } }
        }
    };
    frame.page(&title, &content)
}

/// Who read whose data.
#[must_use]
pub fn reads(frame: &Frame<'_>, page: &ReadsPage) -> Markup {
    let reader = frame.reader;
    let purpose = |code: &str| match code {
        "contact" => reader.say(W::ForContact).to_owned(),
        "verify" => reader.say(W::ForVerify).to_owned(),
        "callback" => reader.say(W::ForCallback).to_owned(),
        "proxy" => reader.say(W::ForProxy).to_owned(),
        other => other.to_owned(),
    };
    let content = html! {
        (heading(reader, frame.address))
        h2 { (reader.say(W::Reads)) }
        p.note { (reader.say(W::ReadsHow)) }
        p.minor { (files(frame)) }
        @if page.reads.is_empty() {
            (empty(reader.say(W::NoReads), reader.say(W::NoReadsHint), None))
        } @else {
            div.table-wrap { table.list {
                thead { tr {
                    th.num { (reader.say(W::Position)) } th { (reader.say(W::Time)) } th { (reader.say(W::By)) }
                    th { (reader.say(W::Purpose)) } th.num { (reader.say(W::People)) } th { (reader.say(W::Case)) }
                } }
                tbody { @for (no, one) in page.reads.iter().enumerate() {
                    tr data-row="" {
                        td.num { a.no href={ "/audit/events/" (one.position) } { (value(&format!("/reads/{no}/position"), count(one.position))) } }
                        td.short { (time::at(reader, one.at)) }
                        td { (who::signed(reader, &one.by)) }
                        td { (named(&format!("/reads/{no}/purpose"), &one.purpose, &purpose(&one.purpose))) }
                        td.num { (value(&format!("/reads/{no}/people"), count(one.people))) }
                        td { a href={ "/cases/" (one.case) } { code.id { (one.case) } } }
                    }
                } }
            } }
        }
        (pager::pager(reader, frame.address, page.next.as_deref()))
    };
    frame.page(reader.say(W::Reads), &content)
}

/// Who administered what.
#[must_use]
pub fn acts(frame: &Frame<'_>, page: &ActsPage) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(reader, frame.address))
        h2 { (reader.say(W::Acts)) }
        p.note { (reader.say(W::ActsHow)) }
        p.minor { (files(frame)) }
        @if page.acts.is_empty() {
            (empty(reader.say(W::NoActs), reader.say(W::NoActsHint), None))
        } @else {
            div.table-wrap { table.list {
                thead { tr {
                    th.num { (reader.say(W::Position)) } th { (reader.say(W::Time)) } th { (reader.say(W::By)) }
                    th { (reader.say(W::Area)) } th { (reader.say(W::Act)) } th { (reader.say(W::What)) }
                } }
                tbody { @for (no, one) in page.acts.iter().enumerate() {
                    tr data-row="" {
                        td.num { a.no href={ "/audit/events/" (one.position) } { (value(&format!("/acts/{no}/position"), count(one.position))) } }
                        td.short { (time::at(reader, one.at)) }
                        td { (who::signed(reader, &one.by)) }
                        td { (named(&format!("/acts/{no}/area"), &one.area, &area(reader, &one.area))) }
                        td { (named(&format!("/acts/{no}/act"), &one.act, &deed(reader, &one.act))) }
                        td.about { (brief(reader, &one.what)) }
                    }
                } }
            } }
        }
        (pager::pager(reader, frame.address, page.next.as_deref()))
    };
    frame.page(reader.say(W::Acts), &content)
}

/// What happened, in words where there are some.
fn deed(reader: &Reader, act: &str) -> String {
    let found = DEEDS.iter().find(|(name, _)| *name == act);
    found.map_or_else(|| act.to_owned(), |(_, word)| reader.say(*word).to_owned())
}

/// The facts of administration by name.
const DEEDS: &[(&str, W)] = &[
    ("PolicyPublished", W::PolicyPublished),
    ("CalendarPublished", W::CalendarPublished),
    ("MatterAdmitted", W::MatterAdmitted),
    ("MatterRevised", W::MatterRevised),
    ("MatterRetired", W::MatterRetired),
    ("UnitRegistered", W::UnitRegistered),
    ("UnitRevised", W::UnitRevised),
    ("UnitClosed", W::UnitClosed),
    ("GridRegistered", W::GridRegistered),
    ("GridRevised", W::GridRevised),
    ("GridClosed", W::GridClosed),
    ("PersonRegistered", W::PersonRegistered),
    ("PersonRevised", W::PersonRevised),
    ("PersonDeactivated", W::PersonDeactivated),
    ("TenureBegun", W::TenureBegun),
    ("TenureEnded", W::TenureEnded),
    ("ServiceGranted", W::ServiceGranted),
    ("ServiceWithdrawn", W::ServiceWithdrawn),
    ("KeyIssued", W::KeyIssued),
    ("KeyRevoked", W::KeyRevoked),
    ("FileExported", W::FileExported),
    ("ErasureOrdered", W::ErasureOrdered),
    ("AppraisalNotesRead", W::AppraisalNotesRead),
    ("SubscriberAdded", W::SubscriberAdded),
    ("SubscriberChanged", W::SubscriberChanged),
    ("SubscriberRemoved", W::SubscriberRemoved),
    ("SubscriberDisabled", W::SubscriberDisabled),
    ("SubscriberEnabled", W::SubscriberEnabled),
    ("SecretRotated", W::SecretRotated),
];

/// Where a fact says what it is about, the surest place first.
const ABOUT: [&str; 14] = [
    "/version",
    "/publication/version",
    "/matter/code",
    "/terms/name",
    "/subscription/name",
    "/exported/file",
    "/subject",
    "/code",
    "/person",
    "/grid",
    "/unit",
    "/service/matter",
    "/key",
    "/id",
];

/// What a fact is about, the whole of it behind.
fn brief(reader: &Reader, what: &Value) -> Markup {
    let text = |place: &&str| what.pointer(place).and_then(Value::as_str);
    let about = ABOUT.iter().find_map(text);
    html! {
        details.raw {
            summary { @match about { Some(about) => (about), None => (reader.say(W::Fact)) } }
            pre tabindex="0" { (super::proof::pretty(what)) }
        }
    }
}
