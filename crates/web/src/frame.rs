//! What stands around every page: where one is, who one is, how far the data reach, and the keys.

mod menu;
pub use menu::home;

use crate::address::Address;
use crate::assets;
use crate::reader::{Look, Reader, Theme, number};
use crate::words::frame::Word as W;
use chrono::{DateTime, Utc};
use gridwhistle_domain::authority::Sight;
use gridwhistle_domain::local_time::china;
use gridwhistle_domain::text::Language;
use maud::{DOCTYPE, Markup, html};

/// How far the data of a page reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// The position in the log.
    pub position: u64,
    /// The instant of the answer by the service's clock.
    pub at: DateTime<Utc>,
    /// The past instant that was asked for.
    pub as_of: Option<DateTime<Utc>>,
    /// Whether only what was known at the position is shown.
    pub known: bool,
}

impl Stand {
    /// Whether the page shows how things stand now, and so moves with them.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.as_of.is_none() && !self.known
    }
}

/// The frame of one page.
pub struct Frame<'a> {
    /// Who reads.
    pub reader: &'a Reader,
    /// Where it stands.
    pub address: &'a Address,
    /// The address under `/api/v1` of the answer that it shows, where that is a file as well.
    pub file: Option<&'a Address>,
    /// How far its data reach; none: it has none.
    pub stand: Option<Stand>,
    /// What it shows stays as it was asked for: a form that somebody fills in, a list of what stands for
    /// weeks. It says when the feed is lost, as all others do, and does not move.
    pub still: bool,
    /// Shown on a wall: no menus, no names.
    pub wall: bool,
}

/// What may be chosen: its code, its word, and whether it is chosen.
type Choice = (&'static str, W, bool);

impl Frame<'_> {
    /// The whole page around its content.
    #[must_use]
    pub fn page(&self, title: &str, content: &Markup) -> Markup {
        let reader = self.reader;
        let listens = self.stand.is_some_and(|stand| stand.is_live()) && reader.person.is_some();
        let moves = listens && !self.still && !self.is_report();
        html! {
            (DOCTYPE)
            html lang=(reader.language) data-theme=(reader.look.theme.code()) data-keys=[reader.look.without_keys.then_some(Look::OFF)] data-wall[self.wall] data-upright[self.is_upright()] data-outside[reader.person.is_none()] {
                (self.head(title))
                body {
                    a.skip href="#main" { (reader.say(W::Skip)) }
                    @if !self.wall {
                        (self.top())
                        (self.menu())
                    }
                    main #main tabindex="-1" data-live[listens]
                        data-read[self.is_read_on()]
                        hx-get=[moves.then(|| self.address.written())]
                        hx-trigger=[moves.then_some("gridwhistle:changed from:body")]
                        hx-select=[moves.then_some("#main")]
                        hx-select-oob=[moves.then_some("#stand")]
                        hx-swap=[moves.then_some("outerMorph")] {
                        (content)
                    }
                    @if !self.wall { (self.keys()) }
                }
            }
        }
    }

    /// Figures of a whole window stand as they were when they were asked for: counting them again at
    /// every event would cost much and show nothing.
    fn is_report(&self) -> bool {
        let reports = ["/reports/", "/explain/", "/scores"];
        let path = self.address.path();
        reports.iter().any(|under| path.starts_with(under))
    }

    /// Lists and reports lead to lists, reports and cases, which have no scripts of their own: the next
    /// page takes the place of this one without a load, and so is painted sooner.
    fn is_read_on(&self) -> bool {
        let path = self.address.path();
        let under = ["/lists/", "/reports/"];
        path == "/cases" || under.iter().any(|under| path.starts_with(under))
    }

    /// Forms to be signed are printed upright.
    fn is_upright(&self) -> bool {
        self.address.path().starts_with("/scores/")
    }

    fn head(&self, title: &str) -> Markup {
        html! {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(match self.reader.look.theme {
                    Theme::Auto => "light dark",
                    Theme::Light => "light",
                    Theme::Dark => "dark",
                });
                title { (title) " · " (self.reader.say(W::Product)) }
                @if let Some(icon) = assets::address("icon", ".svg") {
                    link rel="icon" href=(icon) type="image/svg+xml";
                }
                // A wall is large already, and holds no more.
                @let sheet = if self.reader.look.large && !self.wall { "large" } else { "app" };
                @if let Some(style) = assets::address(sheet, ".css") {
                    link rel="stylesheet" href=(style);
                }
                @if let Some(htmx) = assets::address("htmx", ".js") {
                    script src=(htmx) defer {}
                }
                @if let Some(script) = assets::address("app", ".js") {
                    script src=(script) type="module" {}
                }
            }
        }
    }

    fn top(&self) -> Markup {
        let reader = self.reader;
        html! {
            header.top {
                a.brand href="/" {
                    svg.mark viewBox="0 0 32 32" aria-hidden="true" {
                        path d="M7 7h8v8H7zM17 7h8v8h-8zM7 17h8v8H7z" {}
                        circle cx="21" cy="21" r="4" {}
                    }
                    (reader.say(W::Product))
                }
                @if reader.person.is_some() {
                    a.to-menu href="#menu" { (reader.say(W::Menu)) }
                }
                @if reader.sees(Sight::Cases) {
                    form.search method="get" action="/cases" role="search" {
                        label.out-of-sight for="search" { (reader.say(W::Search)) }
                        input #search type="search" name="text" placeholder=(reader.say(W::Search))
                            value=[self.address.get("text")] autocomplete="off";
                        button { (reader.say(W::SearchGo)) }
                    }
                }
                (self.stand())
                div.own {
                    @if reader.person.is_none() { (self.size()) }
                    (self.languages())
                    (self.person())
                }
            }
        }
    }

    /// How far the data reach, and whether they follow.
    pub(crate) fn stand(&self) -> Markup {
        let reader = self.reader;
        let Some(stand) = self.stand else {
            return html! { p #stand.stand {} };
        };
        let clock = stand
            .at
            .with_timezone(&china())
            .format("%m-%d %H:%M:%S")
            .to_string();
        let position = i64::try_from(stand.position).unwrap_or(i64::MAX);
        let upto = reader.fill(W::Upto, &[&number(position), &clock]);
        html! {
            p #stand.stand data-position=(stand.position) data-past[!stand.is_live()] {
                span.upto { (upto) }
                @if let Some(at) = stand.as_of {
                    " " strong.past { (reader.fill(W::AsOf, &[&reader.when(at)])) }
                } @else if stand.known {
                    " " strong.past { (reader.fill(W::KnownAt, &[&reader.when(stand.at)])) }
                }
                @if !stand.is_live() {
                    " " a href=(self.now()) { (reader.say(W::BackToNow)) }
                }
                span.lost role="status" hidden { (reader.say(W::FeedLost)) }
            }
        }
    }

    /// The same page as things stand now.
    pub(crate) fn now(&self) -> String {
        let pairs = self.address.pairs();
        let kept = pairs.filter(|(name, _)| !matches!(*name, "as_of" | "known_at"));
        crate::address::written(self.address.path(), kept)
    }

    fn languages(&self) -> Markup {
        let (code, word) = match self.reader.language {
            Language::ZhCn => ("en", W::English),
            Language::En => ("zh-CN", W::Chinese),
        };
        html! {
            form.plain method="post" action="/preferences" {
                input type="hidden" name="next" value=(self.address.written());
                button.quiet name="language" value=(code) lang=(code) { (self.reader.say(word)) }
            }
        }
    }

    /// Large type and back, for who has no menu of their own.
    fn size(&self) -> Markup {
        let (code, word) = if self.reader.look.large {
            (Look::USUAL, W::SizeUsual)
        } else {
            (Look::LARGE, W::SizeLarge)
        };
        html! {
            form.plain method="post" action="/preferences" {
                input type="hidden" name="next" value=(self.address.written());
                button.quiet name="size" value=(code) { (self.reader.say(word)) }
            }
        }
    }

    fn person(&self) -> Markup {
        let reader = self.reader;
        let Some(person) = &reader.person else {
            return html! {};
        };
        let name = person.name.as_deref().unwrap_or(&person.code);
        html! {
            details.menu {
                summary {
                    span.name lang=[reader.tongue(name)] { (name) }
                    " " span.role { (reader.own(person.role.label())) }
                }
                div.sheet {
                    p { strong lang=[reader.tongue(name)] { (name) } br; (reader.office(Some(&person.unit), Some(person.role.code()))) }
                    @if person.offices.len() > 1 {
                        form method="post" action="/office" {
                            input type="hidden" name="next" value="/";
                            label for="office" { (reader.say(W::Office)) }
                            select #office name="office" {
                                @for (code, label) in &person.offices {
                                    option value=(code) selected[*code == format!("{}/{}", person.role.code(), person.unit)] {
                                        (reader.text(label))
                                    }
                                }
                            }
                            button { (reader.say(W::Apply)) }
                        }
                    }
                    (self.look())
                    p.foot {
                        a href="#keys" { (reader.say(W::Keys)) }
                    }
                    form method="post" action="/logout" { button { (reader.say(W::Leave)) } }
                }
            }
        }
    }

    /// How pages look and are worked.
    fn look(&self) -> Markup {
        let (reader, look) = (self.reader, self.reader.look);
        let themes = [
            (Theme::Auto, W::ThemeAuto),
            (Theme::Light, W::ThemeLight),
            (Theme::Dark, W::ThemeDark),
        ];
        let themes = themes.map(|(theme, word)| (theme.code(), word, theme == look.theme));
        let sizes = [
            (Look::USUAL, W::SizeUsual, !look.large),
            (Look::LARGE, W::SizeLarge, look.large),
        ];
        let keys = [
            (Look::ON, W::KeysOn, !look.without_keys),
            (Look::OFF, W::KeysOff, look.without_keys),
        ];
        let choices: [(&str, W, &[Choice]); 3] = [
            ("theme", W::Theme, &themes),
            ("size", W::Size, &sizes),
            ("keys", W::SingleKeys, &keys),
        ];
        html! {
            form method="post" action="/preferences" {
                input type="hidden" name="next" value=(self.address.written());
                @for (name, label, options) in choices {
                    label for={ "look-" (name) } { (reader.say(label)) }
                    select id={ "look-" (name) } name=(name) {
                        @for (code, word, chosen) in options {
                            option value=(code) selected[*chosen] { (reader.say(*word)) }
                        }
                    }
                }
                button { (reader.say(W::Apply)) }
            }
        }
    }

    fn keys(&self) -> Markup {
        let reader = self.reader;
        let rows: [(&[&str], W); 8] = [
            (&["/"], W::KeySearch),
            (&["g", "o"], W::KeyOverview),
            (&["g", "l"], W::KeyLedger),
            (&["g", "w"], W::KeyWatch),
            (&["j", "k"], W::KeyRows),
            (&["Enter"], W::KeyOpen),
            (&["←", "→"], W::KeyTime),
            (&["?"], W::KeySheet),
        ];
        html! {
            section #keys.keys aria-labelledby="keys-title" tabindex="-1" {
                h2 #keys-title { (reader.say(W::KeysTitle)) }
                dl {
                    @for (keys, word) in rows {
                        div {
                            dt { @for key in keys { kbd { (key) } " " } }
                            dd { (reader.say(word)) }
                        }
                    }
                }
                p.minor { (reader.say(W::KeysSwitch)) }
                a.close href="#main" { (reader.say(W::Close)) }
            }
        }
    }
}
