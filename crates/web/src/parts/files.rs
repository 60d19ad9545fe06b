//! The way to the same answer as a file: the whole list, whatever page is shown.

use crate::address::{Address, written};
use crate::frame::Frame;
use crate::reader::Reader;
use crate::words::frame::Word as W;
use maud::{Markup, html};

/// Links to the answer that a page shows as a workbook and as comma-separated values; nothing where it is
/// no file.
pub(crate) fn files(frame: &Frame<'_>) -> Markup {
    match frame.file {
        Some(answer) => files_of(frame.reader, answer),
        None => html! {},
    }
}

/// The same of an answer by its address under `/api/v1`: of a list that is a part of a page.
pub(crate) fn files_of(reader: &Reader, answer: &Address) -> Markup {
    let path = format!("/api/v1{}", answer.path());
    let link = |format: &'static str| written(&path, answer.pairs().chain([("format", format)]));
    html! {
        span.files {
            (reader.say(W::TakeAlong)) " "
            a href=(link("xlsx")) download { "Excel" } " "
            a href=(link("csv")) download { "CSV" } " "
            (reader.say(W::OnRecord))
        }
    }
}
