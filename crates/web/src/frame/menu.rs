//! The menu: every page that a role may look at, in the order of a working day.

use super::Frame;
use crate::words::frame::Word as W;
use gridwhistle_domain::authority::{Reach, Sight, reach};
use maud::{Markup, html};

/// One page of the menu.
struct Entry {
    /// Where it leads.
    path: &'static str,
    /// Addresses that begin so are within it.
    within: &'static str,
    word: W,
    /// What it shows.
    sight: Sight,
}

const fn entry(path: &'static str, within: &'static str, word: W, sight: Sight) -> Entry {
    Entry {
        path,
        within,
        word,
        sight,
    }
}

/// The pages, group by group.
const MENU: &[(W, &[Entry])] = &[
    (
        W::GroupCases,
        &[
            entry("/", "/", W::Overview, Sight::Cases),
            entry("/cases", "/cases", W::Ledger, Sight::Cases),
            entry("/lists/overdue", "/lists/", W::Watch, Sight::Cases),
        ],
    ),
    (
        W::GroupCity,
        &[
            entry("/map", "/map", W::CityMap, Sight::Figures),
            entry("/matters", "/matters", W::Matters, Sight::Reference),
        ],
    ),
];

impl Entry {
    fn holds(&self, at: &str) -> bool {
        match self.within {
            "/" => at == "/",
            within => at.starts_with(within),
        }
    }
}

impl Frame<'_> {
    /// The menu of whoever is logged in; who may look at nothing of a group does not see its name.
    pub(super) fn menu(&self) -> Markup {
        let reader = self.reader;
        let Some(person) = &reader.person else {
            return html! {};
        };
        let open = |entry: &&Entry| reach(person.role, entry.sight) != Reach::Nothing;
        html! {
            nav #menu.rail aria-label=(reader.say(W::Pages)) {
                @for (group, entries) in MENU {
                    @let entries: Vec<&Entry> = entries.iter().filter(open).collect();
                    @if !entries.is_empty() {
                        p.group { (reader.say(*group)) }
                        ul {
                            @for entry in entries {
                                li { a href=(entry.path) aria-current=[entry.holds(self.address.path()).then_some("page")] {
                                    (reader.say(entry.word))
                                } }
                            }
                        }
                    }
                }
                a.close href="#main" { (reader.say(W::Close)) }
            }
        }
    }
}
