//! `/problems/CODE`: what a code of a problem means, whoever met it.

use crate::frame::Frame;
use crate::words::problem::Word as W;
use gridwhistle_domain::case::refusal::About;
use gridwhistle_domain::text::Text;
use maud::{Markup, html};

/// A code, as far as it can be explained beside the case in which it was given.
pub struct Explained<'a> {
    /// The code.
    pub code: &'a str,
    /// Its words, with `{given}` and `{accepted}` where an answer fills in; none: they are the answer's.
    pub words: Option<Text>,
    /// The rule that it stands on.
    pub rule: Option<&'a str>,
    /// What it is about.
    pub about: Option<About>,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, explained: &Explained<'_>) -> Markup {
    let reader = frame.reader;
    let filled = |words: &str| {
        words
            .replace("{given}", reader.say(W::Given))
            .replace("{accepted}", reader.say(W::Accepted))
    };
    let way_out = match explained.about {
        Some(About::Absence) => Some(W::Absence),
        Some(About::Asker) => Some(W::Asker),
        Some(About::Content) => Some(W::Content),
        Some(About::State) => Some(W::State),
        None => None,
    };
    let content = html! {
        h1 { (reader.say(W::Title)) " " code { (explained.code) } }
        @match &explained.words {
            Some(words) => p.lead { (filled(reader.text(words))) },
            None => p.lead { (reader.say(W::Elsewhere)) },
        }
        @if let Some(way_out) = way_out { p { (reader.say(way_out)) } }
        dl.facts {
            @if let Some(rule) = explained.rule { div { dt { (reader.say(W::Rule)) } dd { (rule) } } }
        }
    };
    frame.page(explained.code, &content)
}
