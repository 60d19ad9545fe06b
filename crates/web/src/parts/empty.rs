//! Where there is nothing: what that means, and what to do.

use maud::{Markup, html};

/// An empty state.
pub(crate) fn empty(title: &str, hint: &str, way: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            p.title { (title) }
            p { (hint) }
            @if let Some((href, words)) = way {
                p { a href=(href) { (words) } }
            }
        }
    }
}
