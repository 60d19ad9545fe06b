//! Views that one keeps, above a list: the way to each, and the way to keep or forget one.

use crate::frame::Frame;
use crate::views::{NAME, View};
use crate::words::ledger::Word as W;
use maud::{Markup, html};

/// The views of the reader as a row of links; nothing where none is kept.
pub(crate) fn kept(frame: &Frame<'_>) -> Markup {
    let reader = frame.reader;
    if reader.views.iter().next().is_none() {
        return html! {};
    }
    html! {
        nav.views aria-label=(reader.say(W::Views)) {
            span { (reader.say(W::Views)) }
            ul {
                @for view in reader.views.iter() {
                    li { a href=(view.address.written()) aria-current=[is_here(frame, view).then_some("page")] { (view.name) } }
                }
            }
        }
    }
}

/// The form that keeps this list under a name, or forgets the view that it is; nothing without filters.
pub(crate) fn keep(frame: &Frame<'_>) -> Markup {
    let reader = frame.reader;
    if frame.address.pairs().next().is_none() {
        return html! {};
    }
    let here = reader.views.iter().find(|view| is_here(frame, view));
    html! {
        @if let Some(view) = here {
            form.plain.views method="post" action="/views" {
                input type="hidden" name="next" value=(frame.address.written());
                button.quiet name="forget" value=(view.name) { (reader.fill(W::ForgetView, &[&view.name])) }
            }
        } @else {
            details.views {
                summary { (reader.say(W::KeepView)) }
                form method="post" action="/views" {
                    input type="hidden" name="next" value=(frame.address.written());
                    label { (reader.say(W::ViewName)) " "
                        input name="name" required maxlength=(NAME) autocomplete="off";
                    }
                    button { (reader.say(W::Keep)) }
                }
            }
        }
    }
}

fn is_here(frame: &Frame<'_>, view: &View) -> bool {
    let here = frame.address;
    let mut pairs = view.address.pairs();
    let count = here.pairs().filter(|(name, _)| *name != "cursor").count();
    view.address.path() == here.path()
        && view.address.pairs().count() == count
        && pairs.all(|(name, value)| here.get(name) == Some(value))
}
