//! The way to the same answer as a file: the whole list, whatever page is shown.

use crate::frame::Frame;
use crate::words::frame::Word as W;
use maud::{Markup, html};

/// Links to the answer of this address as a workbook and as comma-separated values.
pub(crate) fn files(frame: &Frame<'_>) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let path = format!("/api/v1{}", address.path());
    let link = |format: &'static str| {
        let kept = address.pairs().filter(|(name, _)| *name != "cursor");
        crate::address::written(&path, kept.chain([("format", format)]))
    };
    html! {
        span.files {
            (reader.say(W::TakeAlong)) " "
            a href=(link("xlsx")) download { "Excel" } " "
            a href=(link("csv")) download { "CSV" } " "
            (reader.say(W::OnRecord))
        }
    }
}
