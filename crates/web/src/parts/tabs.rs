//! The way between pages that belong together.

use maud::{Markup, html};

/// Address, words, and whether it is the page one is on.
pub(crate) type Tab = (String, &'static str, bool);

/// The tabs of a group of pages.
pub(crate) fn tabs(label: &str, all: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for (href, words, here) in all {
                    li { a href=(href) aria-current=[here.then_some("page")] { (words) } }
                }
            }
        }
    }
}
