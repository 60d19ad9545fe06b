//! The evidence of a case: images as everybody of the case may see them, files to be taken out by whom
//! the service lets.

use crate::reader::Reader;
use crate::words::case::Word as W;
use gridwhistle_projections::models::{EvidenceItem, EvidenceOfCase, FileSheet};
use maud::{Markup, html};

/// The section; of the past, what was named by then.
pub(super) fn section(reader: &Reader, shown: &EvidenceOfCase) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::Evidence)) }
            @if shown.evidence.is_empty() {
                p.nothing { (reader.say(W::NoEvidence)) }
            } @else {
                ul.pieces { @for item in &shown.evidence { li { (piece(reader, &shown.case.to_string(), item)) } } }
            }
        }
    }
}

fn piece(reader: &Reader, case: &str, item: &EvidenceItem) -> Markup {
    let kind = reader.own(item.kind.label());
    let Some(file) = &item.file else {
        return html! {
            strong { (kind) } " " (reference(&item.reference))
            @if !item.note.is_empty() { " " (item.note) }
            span.minor { " " (reader.say(W::NoFile)) }
        };
    };
    let address = format!("/api/v1/cases/{case}/evidence/{}", file.sha256);
    let original = format!("{address}?original=true");
    html! {
        @if file.media_type.starts_with("image/") {
            a href=(address) { img src=(address) alt=(alt(&kind, item)) loading="lazy" decoding="async"; }
        }
        p { strong { (kind) } @if !item.note.is_empty() { " " (item.note) } }
        p.minor {
            a href=(original) { (reader.fill(W::Original, &[&size(file)])) } " "
            (reference(&file.sha256))
        }
    }
}

/// A digest by its beginning, anything else as it is.
fn reference(text: &str) -> Markup {
    let digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.get(..12).filter(|_| digest) {
        Some(beginning) => html! { span.reference title=(text) { "SHA-256 " (beginning) "…" } },
        None => html! { span.reference { (text) } },
    }
}

fn alt(kind: &str, item: &EvidenceItem) -> String {
    [kind, &item.note].join(" ").trim().to_owned()
}

/// The size of a file as people read it.
fn size(file: &FileSheet) -> String {
    match file.bytes {
        bytes @ 0..=1023 => format!("{bytes} B"),
        bytes @ 1024..=1_048_575 => format!("{} KB", bytes.div_ceil(1024)),
        bytes => format!(
            "{}.{} MB",
            bytes / 1_048_576,
            bytes % 1_048_576 * 10 / 1_048_576
        ),
    }
}
