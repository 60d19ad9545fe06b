//! Registry files and the catalogue: taken whole, or told line by line what is wrong.

use super::receipt;
use crate::frame::Frame;
use crate::pages::trouble::{Trouble, told};
use crate::words::admin::Word as W;
use maud::{Markup, html};

/// A kind of file: its code in the address, its name, its columns; those in brackets may be left out.
pub const IMPORTS: [(&str, &str); 6] = [
    (
        "units",
        "unit_id,kind,level,name_zh,name_en,parent,contact,valid_from,valid_to",
    ),
    (
        "grids",
        "grid_id,level,kind,name_zh,name_en,community,parent_grid,host,party_org,boundary,valid_from,valid_to",
    ),
    ("people", "person_id,name,employment,valid_from,valid_to"),
    ("tenures", "person,role,place,valid_from,valid_to"),
    ("services", "unit,matter,area,valid_from,valid_to"),
    (
        "matters",
        "code,domain,name_zh,name_en,classes,owner,limits,statutory_limit,evidence,safety,proxy,person_must_appear,funding_owner,guide_zh,guide_en,valid_from,valid_to",
    ),
];

/// What was sent, and what came of it.
#[derive(Default)]
pub struct Import<'a> {
    /// The kind that is chosen.
    pub kind: &'a str,
    /// The text that was pasted.
    pub text: &'a str,
    /// What was just done.
    pub done: Option<&'a str>,
    /// What is wrong.
    pub trouble: Option<&'a Trouble>,
    /// The key under which the next file is taken, so that sending twice takes it once.
    pub key: &'a str,
}

const fn word(kind: &str) -> W {
    match kind.as_bytes() {
        b"units" => W::KindUnits,
        b"grids" => W::KindGrids,
        b"people" => W::KindPeople,
        b"tenures" => W::KindTenures,
        b"services" => W::KindServices,
        _ => W::KindMatters,
    }
}

/// The page.
#[must_use]
pub fn registry(frame: &Frame<'_>, import: &Import<'_>) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (receipt(import.done))
        h1 { (reader.say(W::Registry)) }
        p { (reader.say(W::RegistryAbout)) }
        @if let Some(trouble) = import.trouble { (told(frame, trouble)) }
        form.command method="post" action="/admin/registry" enctype="multipart/form-data" {
            input type="hidden" name="key" value=(import.key);
            div.field { label for="kind" { (reader.say(W::Kind)) }
                select #kind name="kind" { @for (kind, _) in IMPORTS {
                    option value=(kind) selected[kind == import.kind] { (reader.say(word(kind))) }
                } } }
            div.field { label for="file" { (reader.say(W::File)) }
                input #file type="file" name="file" accept=".csv,text/csv"; }
            div.field { label for="text" { (reader.say(W::CsvText)) }
                textarea #text name="text" rows="8" spellcheck="false" { (import.text) } }
            button.primary { (reader.say(W::Import)) }
        }
        section.columns {
            h2 { (reader.say(W::Columns)) }
            dl.facts.wide { @for (kind, columns) in IMPORTS {
                div { dt { (reader.say(word(kind))) } dd { code { @for (no, column) in columns.split(',').enumerate() { @if no > 0 { "," wbr; } (column) } } } }
            } }
        }
    };
    frame.page(reader.say(W::Registry), &content)
}
