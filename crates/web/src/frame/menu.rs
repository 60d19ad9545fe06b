//! The menu: every page that a role may look at, in the order of a working day.

use super::Frame;
use crate::words::frame::Word as W;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::authority::{Reach, Sight, reach};
use gridwhistle_domain::case::command::CommandName;
use gridwhistle_domain::case::steps;
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
    /// What is done there; none: it is for looking.
    gives: Option<CommandName>,
}

const fn entry(path: &'static str, within: &'static str, word: W, sight: Sight) -> Entry {
    Entry {
        path,
        within,
        word,
        sight,
        gives: None,
    }
}

/// A page from which a command is given, for the roles that may.
const fn giving(path: &'static str, word: W, command: CommandName) -> Entry {
    Entry {
        path,
        within: path,
        word,
        sight: Sight::Cases,
        gives: Some(command),
    }
}

/// A report.
const fn figures(path: &'static str, word: W) -> Entry {
    entry(path, path, word, Sight::Figures)
}

/// The pages, group by group.
const MENU: &[(W, &[Entry])] = &[
    (
        W::GroupCases,
        &[
            entry("/", "/", W::Overview, Sight::Cases),
            entry("/cases", "/cases", W::Ledger, Sight::Cases),
            entry("/lists/overdue", "/lists/", W::Watch, Sight::Cases),
            giving("/whistle", W::Whistle, CommandName::Report),
        ],
    ),
    (
        W::GroupFigures,
        &[
            figures("/reports/departments", W::Departments),
            figures("/reports/areas", W::Areas),
            figures("/reports/indicators", W::Indicators),
            figures("/reports/satisfaction", W::Satisfaction),
            entry(
                "/evaluations?state=form",
                "/evaluations",
                W::Mutual,
                Sight::Figures,
            ),
            figures("/reports/ranking", W::Ranking),
            figures("/scores", W::Scores),
        ],
    ),
    (
        W::GroupCity,
        &[
            entry("/map", "/map", W::CityMap, Sight::Figures),
            entry("/matters", "/matters", W::Matters, Sight::Reference),
        ],
    ),
    (
        W::GroupOversight,
        &[
            entry("/audit", "/audit", W::Audit, Sight::Audit),
            entry("/admin", "/admin", W::Operation, Sight::System),
            entry(
                "/admin/registry",
                "/admin/registry",
                W::Imports,
                Sight::System,
            ),
            entry(
                "/admin/webhooks",
                "/admin/webhooks",
                W::Webhooks,
                Sight::System,
            ),
            entry("/admin/keys", "/admin/keys", W::SystemKeys, Sight::Security),
            entry(
                "/admin/policies",
                "/admin/policies",
                W::Rules,
                Sight::Reference,
            ),
            entry(
                "/admin/calendars",
                "/admin/calendars",
                W::Calendar,
                Sight::Reference,
            ),
            entry(
                "/admin/people",
                "/admin/people",
                W::People,
                Sight::Reference,
            ),
        ],
    ),
];

/// The page that somebody begins with: of cases, or else of their own office.
#[must_use]
pub fn home(role: Role) -> &'static str {
    let (cases, others) = MENU.split_at(1);
    let groups = cases.iter().chain(others.iter().rev());
    let mut all = groups.flat_map(|(_, entries)| entries.iter());
    let open = |entry: &&Entry| reach(role, entry.sight) != Reach::Nothing;
    all.find(open).map_or("/", |entry| entry.path)
}

impl Entry {
    fn holds(&self, at: &str) -> bool {
        match self.within {
            // Of these others are a part, and are entries of their own.
            "/" | "/admin" => at == self.within,
            // Matrix and scores stand beside the lists of forms.
            "/evaluations" => {
                ["/evaluations", "/reports/matrix", "/reports/evaluations"].contains(&at)
            }
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
        let gives = |command| {
            let mut rows = steps::rows(command);
            rows.any(|step| step.roles.contains(&person.role))
        };
        let open = |entry: &&Entry| {
            reach(person.role, entry.sight) != Reach::Nothing && entry.gives.is_none_or(gives)
        };
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
