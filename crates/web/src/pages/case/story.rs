//! What happened, in words, the newest first; from each event one can see the case as it stood then.

use super::View;
use crate::frame::Frame;
use crate::parts::time;
use crate::words::case::Word as W;
use gridwhistle_projections::timeline::TimelineEntry;
use maud::{Markup, html};

/// Entries that stand open; the rest is folded.
const OPEN: usize = 12;
/// Minutes between happening and record that are worth a word.
const LATER: i64 = 10;

/// The story.
pub(super) fn story(frame: &Frame<'_>, view: &View<'_>) -> Markup {
    let reader = frame.reader;
    let newest: Vec<&TimelineEntry> = view.story.iter().rev().collect();
    let (first, rest) = newest.split_at(newest.len().min(OPEN));
    html! {
        section.story {
            h2 { (reader.say(W::Story)) }
            ol reversed { @for entry in first { (one(frame, view, entry)) } }
            @if !rest.is_empty() {
                details {
                    summary { (reader.fill(W::Timeline, &[&newest.len().to_string()])) }
                    ol { @for entry in rest { (one(frame, view, entry)) } }
                }
            }
        }
    }
}

fn one(frame: &Frame<'_>, view: &View<'_>, entry: &TimelineEntry) -> Markup {
    let reader = frame.reader;
    let then = view
        .travel
        .link(&view.sheet.file.ledger.case_id, entry.sequence);
    let late = (entry.recorded_at - entry.at).num_minutes() > LATER;
    html! {
        li data-kind=(entry.kind) {
            span.at { (time::at(reader, entry.at)) }
            span.what {
                span.by { (reader.text(&entry.who)) } " " (reader.text(&entry.what))
                @if late { " " span.minor { (reader.fill(W::LearntLater, &[&reader.when(entry.recorded_at)])) } }
            }
            a.then href=(then) { span.out-of-sight { (reader.fill(W::Version, &[&entry.sequence.to_string()])) " " } (reader.say(W::SeeThen)) }
        }
    }
}
