//! What went wrong, in the reader's language, with what would be accepted.

use crate::frame::Frame;
use crate::parts::plain::plain;
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

/// The detail as far as the list of places does not say it again.
fn lead(trouble: &Trouble) -> &str {
    let again = trouble.places.first().map(|(_, what)| what.as_str());
    let again = again.filter(|what| !what.is_empty());
    let end = again.and_then(|what| trouble.detail.find(what));
    let lead = end.map_or(trouble.detail.as_str(), |end| &trouble.detail[..end]);
    lead.trim_end_matches([':', '：', ' '])
}

/// The problem as a part of a page.
pub(crate) fn told(frame: &Frame<'_>, trouble: &Trouble) -> Markup {
    let reader = frame.reader;
    // Of the directory of the API nobody who looks for a page needs to know.
    let lead = match trouble.code.as_str() {
        "address_unknown" => reader.say(W::NoSuchPage).to_owned(),
        _ => plain(reader, lead(trouble)),
    };
    html! {
        div.problem role="alert" {
            p.title { (trouble.title) " " span.minor { (trouble.status) " " code { (trouble.code) } } }
            @if !lead.is_empty() { p { (lead) } }
            @if !trouble.places.is_empty() {
                ul { @for (place, what) in &trouble.places { li { @if !place.is_empty() { code { (place) } " " } (plain(reader, what)) } } }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_list_says_is_not_said_before_it() {
        let place = |what: &str| (String::new(), what.to_owned());
        let mut trouble = Trouble {
            detail: "nothing was written: a is wrong; b is wrong".to_owned(),
            places: vec![place("a is wrong"), place("b is wrong")],
            ..Trouble::default()
        };
        assert_eq!(lead(&trouble), "nothing was written");
        trouble.places.clear();
        assert_eq!(lead(&trouble), trouble.detail);
    }
}
