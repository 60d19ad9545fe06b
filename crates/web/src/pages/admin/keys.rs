//! Keys of other systems: issued, shown once, revoked.

use super::receipt;
use super::webhooks::once;
use crate::frame::Frame;
use crate::pages::ledger::units;
use crate::pages::trouble::{Trouble, told};
use crate::parts::empty::empty;
use crate::parts::figure::named;
use crate::parts::{time, who};
use crate::reader::Reader;
use crate::words::admin::Word as W;
use crate::words::frame::Word as FrameWord;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::registry::UnitKind;
use gridwhistle_projections::models::{KeySheet, Keys};
use maud::{Markup, html};

/// What keys are good for.
const ACTIONS: [(&str, W); 4] = [
    ("read", W::ActRead),
    ("command", W::ActCommand),
    ("incoming", W::ActIncoming),
    ("feed", W::ActFeed),
];

/// What stands beside the list.
#[derive(Default)]
pub struct KeyForm<'a> {
    /// What was just done.
    pub done: Option<&'a str>,
    /// A key that was just issued.
    pub issued: Option<&'a str>,
    /// Why one was refused.
    pub trouble: Option<&'a Trouble>,
    /// What was filled in.
    pub filled: &'a [(String, String)],
    /// The id under which the next one is issued, so that sending twice issues one.
    pub key: &'a str,
}

impl KeyForm<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        let mut all = self.filled.iter();
        all.find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    }

    fn holds(&self, name: &str, value: &str) -> bool {
        let mut all = self.filled.iter();
        all.any(|(one, own)| one == name && own == value)
    }
}

/// The page.
#[must_use]
pub fn keys(frame: &Frame<'_>, keys: &Keys, form: &KeyForm<'_>) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (receipt(form.done))
        @if let Some(key) = form.issued { (once(reader, W::KeyTitle, key)) }
        h1 { (reader.say(W::Keys)) }
        p { (reader.say(W::KeysAbout)) }
        @if let Some(trouble) = form.trouble { (told(frame, trouble)) }
        @if keys.keys.is_empty() {
            (empty(reader.say(W::NoKeys), reader.say(W::NoKeysHint), None))
        } @else {
            div.table-wrap { table.list {
                thead { tr {
                    th { (reader.say(W::System)) } th { (reader.say(W::Office)) } th { (reader.say(W::Actions)) }
                    th { (reader.say(W::State)) } th { (reader.say(W::Expires)) } th { (reader.say(W::Issued)) } th { span.out-of-sight { (reader.say(FrameWord::ToDo)) } }
                } }
                tbody { @for (no, key) in keys.keys.iter().enumerate() { (row(reader, no, key)) } }
            } }
        }
        (issue(reader, form))
    };
    frame.page(reader.say(W::Keys), &content)
}

fn action(reader: &Reader, code: &str) -> String {
    let found = ACTIONS.iter().find(|(known, _)| *known == code);
    found.map_or_else(|| code.to_owned(), |(_, word)| reader.say(*word).to_owned())
}

fn row(reader: &Reader, no: usize, key: &KeySheet) -> Markup {
    let state = match key.state {
        "active" => W::StateActive,
        "revoked" => W::StateRevoked,
        _ => W::StateExpired,
    };
    let actions: Vec<String> = key
        .actions
        .iter()
        .map(|code| action(reader, code))
        .collect();
    html! {
        tr data-row="" {
            td { (named(&format!("/keys/{no}/name"), &key.name, &key.name)) }
            td { (who::signed(reader, &key.office)) }
            td { (actions.join(", ")) }
            td.short { (named(&format!("/keys/{no}/state"), key.state, reader.say(state))) }
            td.short { (time::at(reader, key.expires)) }
            td { (time::at(reader, key.issued_at)) " " (who::signed(reader, &key.issued_by)) }
            td { @if key.state == "active" {
                form.plain method="post" action={ "/admin/keys/" (key.id) "/revoke" } { button { (reader.say(W::Revoke)) span.out-of-sight { " " (key.name) } } }
            } }
        }
    }
}

fn issue(reader: &Reader, form: &KeyForm<'_>) -> Markup {
    let all = [
        UnitKind::City,
        UnitKind::District,
        UnitKind::Street,
        UnitKind::Community,
        UnitKind::Department,
    ];
    let roles = Role::ALL
        .iter()
        .filter(|role| !matches!(role, Role::System | Role::Resident));
    html! {
        form.command method="post" action="/admin/keys" {
            h2 { (reader.say(W::Issue)) }
            input type="hidden" name="key" value=(form.key);
            div.field { label for="name" { (reader.say(W::System)) }
                input #name name="name" required value=[form.value("name")] autocomplete="off"; }
            div.field { label for="person" { (reader.say(W::PersonCode)) }
                input #person name="person" required value=[form.value("person")] autocomplete="off"; }
            div.field { label for="role" { (reader.say(W::Role)) }
                select #role name="role" { @for role in roles {
                    option value=(role.code()) selected[form.holds("role", role.code())] { (reader.own(role.label())) }
                } } }
            div.field { label for="unit" { (reader.say(W::Unit)) }
                select #unit name="unit" { @for (code, name) in units(reader, &all) {
                    option value=(code) selected[form.holds("unit", &code)] { (name) }
                } } }
            fieldset { legend { (reader.say(W::Actions)) }
                @for (code, word) in ACTIONS {
                    label.check { input type="checkbox" name="actions" value=(code) checked[form.holds("actions", code)]; (reader.say(word)) } " "
                } }
            div.field { label for="expires" { (reader.say(W::Expires)) " " span.minor { (reader.say(W::ExpiresHint)) } }
                input #expires type="date" name="expires" required value=[form.value("expires")]; }
            button.primary { (reader.say(W::IssueGo)) }
        }
    }
}
