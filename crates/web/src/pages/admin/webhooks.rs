//! Who is told of events, and what could not be told.

use super::receipt;
use crate::address::Address;
use crate::frame::Frame;
use crate::pages::trouble::{Trouble, told};
use crate::parts::empty::empty;
use crate::parts::figure::{named, value};
use crate::parts::files::files_of;
use crate::parts::share::count;
use crate::parts::time;
use crate::reader::Reader;
use crate::words::admin::Word as W;
use crate::words::frame::Word as FrameWord;
use gridwhistle_projections::models::{
    DeadLetterSheet, DeadLetters, Webhook, WebhookSheet, Webhooks,
};
use maud::{Markup, html};

/// The forms in which events are told.
const FORMS: [(&str, &str, &str); 5] = [
    ("cloud_event", "CloudEvents", "CloudEvents"),
    ("wecom", "企业微信机器人", "WeCom robot"),
    ("dingtalk", "钉钉机器人", "DingTalk robot"),
    ("mail", "电子邮件", "Mail"),
    ("12345", "12345 热线", "12345 hotline"),
];

fn form_name(reader: &Reader, code: &str) -> String {
    let found = FORMS.iter().find(|(known, _, _)| *known == code);
    found.map_or_else(
        || code.to_owned(),
        |(_, zh, en)| reader.own(gridwhistle_domain::text::Text::new(*zh, *en)),
    )
}

/// The page of all subscribers, with the form of another: the key under which it is added, so that
/// sending twice adds it once, and what was filled in.
#[must_use]
pub fn webhooks(
    frame: &Frame<'_>,
    all: &Webhooks,
    (done, trouble): (Option<&str>, Option<&Trouble>),
    (key, filled): (&str, &[(String, String)]),
) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (receipt(done))
        h1 { (reader.say(W::Webhooks)) }
        p { (reader.say(W::WebhooksAbout)) }
        @if let Some(trouble) = trouble { (told(frame, trouble)) }
        @if all.webhooks.is_empty() {
            (empty(reader.say(W::NoWebhooks), reader.say(W::NoWebhooksHint), None))
        } @else {
            div.table-wrap { table.list {
                thead { tr {
                    th { (reader.say(W::Name)) } th { (reader.say(W::Form)) } th { (reader.say(W::Where)) }
                    th { (reader.say(W::Types)) } th { (reader.say(W::OfCases)) } th { (reader.say(W::State)) }
                } }
                tbody { @for (no, one) in all.webhooks.iter().enumerate() {
                    tr data-row="" {
                        td { a href={ "/admin/webhooks/" (one.id) } { (named(&format!("/webhooks/{no}/name"), &one.name, &one.name)) } }
                        td { (named(&format!("/webhooks/{no}/form"), &one.form, &form_name(reader, &one.form))) }
                        td.long { (one.url) @if one.has_query { "?…" } }
                        td { (types(reader, one)) }
                        td { (scope(reader, one)) }
                        td { (state(reader, one)) }
                    }
                } }
            } }
        }
        (add(reader, key, filled))
    };
    frame.page(reader.say(W::Webhooks), &content)
}

fn types(reader: &Reader, one: &Webhook) -> Markup {
    html! {
        @if one.types.is_empty() { (reader.say(W::AllTypes)) }
        @for kind in &one.types { code { (kind) } " " }
    }
}

fn scope(reader: &Reader, one: &Webhook) -> Markup {
    let units = one.scope.areas.iter().chain(&one.scope.units);
    let units: Vec<String> = units.map(|unit| reader.unit(unit)).collect();
    html! { @if units.is_empty() { (reader.say(W::AllCases)) } @else { (units.join(", ")) } }
}

fn state(reader: &Reader, one: &Webhook) -> Markup {
    html! {
        @match &one.disabled {
            Some(why) => span.late { (reader.fill(W::Disabled, &[why])) },
            None => (reader.say(W::Active)),
        }
    }
}

fn add(reader: &Reader, key: &str, filled: &[(String, String)]) -> Markup {
    let value = |name: &str| {
        let mut all = filled.iter();
        all.find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    };
    let text = |name: &'static str, word: W, hint: Option<W>, needed: bool| {
        html! {
            div.field {
                label for=(name) { (reader.say(word)) @if let Some(hint) = hint { " " span.minor { (reader.say(hint)) } } }
                input id=(name) name=(name) value=[value(name)] required[needed] autocomplete="off";
            }
        }
    };
    html! {
        form.command method="post" action="/admin/webhooks" {
            h2 { (reader.say(W::Add)) }
            input type="hidden" name="key" value=(key);
            (text("name", W::Name, None, true))
            div.field {
                label for="form" { (reader.say(W::Form)) }
                select #form name="form" { @for (code, _, _) in FORMS {
                    option value=(code) selected[value("form") == Some(code)] { (form_name(reader, code)) }
                } }
            }
            (text("url", W::Where, None, true))
            (text("types", W::Types, Some(W::TypesHint), false))
            (text("areas", W::Areas, Some(W::ListHint), false))
            (text("units", W::Units, None, false))
            (text("secret", W::RobotSecret, Some(W::RobotHint), false))
            button.primary { (reader.say(W::AddGo)) }
        }
    }
}

/// The page of one subscriber.
#[must_use]
pub fn webhook(
    frame: &Frame<'_>,
    (sheet, dead): (&WebhookSheet, &DeadLetters),
    (done, secret): (Option<&str>, Option<&str>),
) -> Markup {
    let reader = frame.reader;
    let one = &sheet.shown;
    let content = html! {
        (receipt(done))
        @if let Some(secret) = secret { (once(reader, W::SecretTitle, secret)) }
        div.heading { h1 { (named("/name", &one.name, &one.name)) } a.aside href="/admin/webhooks" { (reader.say(W::Webhooks)) } }
        dl.facts.wide {
            div { dt { (reader.say(W::State)) } dd { (state(reader, one)) } }
            div { dt { (reader.say(W::Form)) } dd { (form_name(reader, &one.form)) } }
            div { dt { (reader.say(W::Where)) } dd { code { (one.url) @if one.has_query { "?…" } } } }
            div { dt { (reader.say(W::Types)) } dd { (types(reader, one)) } }
            div { dt { (reader.say(W::OfCases)) } dd { (scope(reader, one)) } }
            @if let Some(quiet) = one.quiet {
                div { dt { (reader.say(W::Quiet)) } dd { (clock(quiet.from)) "–" (clock(quiet.until)) } }
            }
            div { dt { (reader.say(W::AddedAt)) } dd { (time::at(reader, one.since)) } }
            div { dt { (reader.say(W::Reached)) } dd { (value("/reached", count(sheet.reached))) } }
            div { dt { (reader.say(W::Waiting)) } dd { (value("/waiting", count(sheet.waiting))) } }
            div { dt { (reader.say(W::DeadLetters)) } dd { (value("/dead", count(sheet.dead))) } }
        }
        (orders(reader, one))
        div.sections { (letters(reader, one, dead)) }
    };
    frame.page(&one.name, &content)
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn orders(reader: &Reader, one: &Webhook) -> Markup {
    let order = |order: &str, word: W| {
        html! {
            form.plain method="post" action={ "/admin/webhooks/" (one.id) "/" (order) } {
                button { (reader.say(word)) }
            }
        }
    };
    html! {
        div.buttons {
            @if one.disabled.is_some() { (order("enable", W::Enable)) } @else { (order("disable", W::Disable)) }
            @if one.form != "dingtalk" { (order("rotate-secret", W::Rotate)) }
            (order("remove", W::Remove))
        }
    }
}

fn letters(reader: &Reader, one: &Webhook, dead: &DeadLetters) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::DeadLetters)) }
            p.minor { (files_of(reader, &Address::new(format!("/webhooks/{}/dead-letters", one.id), []))) }
            @if dead.dead_letters.is_empty() {
                (empty(reader.say(W::NoDead), reader.say(W::NoDeadHint), None))
            } @else {
                form.plain method="post" action={ "/admin/webhooks/" (one.id) "/replay" } {
                    p.buttons { button { (reader.say(W::ReplayAll)) } }
                }
                div.table-wrap { table.list {
                    thead { tr {
                        th.num { (reader.say(W::Position)) } th { (reader.say(W::Fact)) } th.num { (reader.say(W::Attempts)) }
                        th { (reader.say(W::Reason)) } th.num { (reader.say(W::Answered)) } th { (reader.say(W::GivenUp)) } th { span.out-of-sight { (reader.say(FrameWord::ToDo)) } }
                    } }
                    tbody { @for letter in &dead.dead_letters { (self::letter(reader, one, letter)) } }
                } }
            }
        }
    }
}

fn letter(reader: &Reader, one: &Webhook, letter: &DeadLetterSheet) -> Markup {
    html! {
        tr data-row="" {
            td.num { (letter.position) }
            td { code { (letter.fact) } }
            td.num { (letter.attempts) }
            td { code { (letter.reason) } }
            td.num { @match letter.status { Some(status) => (status), None => span.none { "–" } } }
            td.short { (time::at(reader, letter.at)) }
            td {
                form.plain method="post" action={ "/admin/webhooks/" (one.id) "/replay" } {
                    input type="hidden" name="position" value=(letter.position);
                    button { (reader.say(W::ReplayOne)) span.out-of-sight { " " (letter.position) } }
                }
            }
        }
    }
}

/// What is shown this once.
pub(super) fn once(reader: &Reader, title: W, secret: &str) -> Markup {
    html! {
        div.once role="status" {
            h2 { (reader.say(title)) }
            p { code { (secret) } }
            p { (reader.say(W::SecretOnce)) }
        }
    }
}
