//! What went wrong, in the reader's language, with what would be accepted.

use crate::frame::Frame;
use crate::words::frame::Word as W;
use maud::{Markup, html};

/// A problem, as its document tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// The HTTP status.
    pub status: u16,
    /// The problem in few words.
    pub title: String,
    /// What happened, and the way out.
    pub detail: String,
    /// The code, the same everywhere.
    pub code: String,
    /// The rule it stands on.
    pub rule: Option<String>,
    /// The version of the policy that was asked.
    pub policy: Option<String>,
    /// The request's id in the service's own record.
    pub trace: Option<String>,
    /// What is wrong with the content: the place, and what.
    pub places: Vec<(String, String)>,
    /// What happened to the case meanwhile.
    pub since: Vec<String>,
}

/// The page of a problem.
#[must_use]
pub fn page(frame: &Frame<'_>, trouble: &Trouble) -> Markup {
    let reader = frame.reader;
    let content = html! {
        div.trouble {
            h1 { (reader.say(W::TroubleTitle)) }
            (told(frame, trouble))
            p { a href="/" { (reader.say(W::TroubleBack)) } }
        }
    };
    frame.page(&trouble.title, &content)
}

/// The problem as a part of a page.
pub(crate) fn told(frame: &Frame<'_>, trouble: &Trouble) -> Markup {
    let reader = frame.reader;
    html! {
        div.problem role="alert" {
            p.title { (trouble.title) " " span.minor { (trouble.status) " " code { (trouble.code) } } }
            p { (trouble.detail) }
            @if !trouble.places.is_empty() {
                ul { @for (place, what) in &trouble.places { li { code { (place) } " " (what) } } }
            }
            @if !trouble.since.is_empty() {
                ul { @for what in &trouble.since { li { (what) } } }
            }
            dl.facts {
                @for (word, value) in [(W::TroubleRule, &trouble.rule), (W::TroublePolicy, &trouble.policy), (W::TroubleTrace, &trouble.trace)] {
                    @if let Some(value) = value { div { dt { (reader.say(word)) } dd { (value) } } }
                }
            }
        }
    }
}
