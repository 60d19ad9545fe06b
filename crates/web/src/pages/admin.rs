//! 管理: how the service stands, and what a tenant is set up with. Each page shows what its reader's
//! office may see; the three offices of administration see no more than their own part.

mod calendar;
mod check;
mod keys;
mod people;
mod policies;
mod registry;
mod webhooks;

pub use calendar::calendar;
pub use check::{Check, check};
pub use keys::{KeyForm, keys};
pub use people::people;
pub use policies::{policies, policy};
pub use registry::{IMPORTS, Import, registry};
pub use webhooks::{webhook, webhooks};

use crate::frame::Frame;
use crate::parts::figure::{named, value};
use crate::parts::share::count;
use crate::reader::{Reader, number};
use crate::words::admin::Word as W;
use gridwhistle_projections::models::Operation;
use maud::{Markup, html};

/// What was just done.
fn receipt(done: Option<&str>) -> Markup {
    html! { @if let Some(done) = done { p.receipt role="status" { (done) } } }
}

/// What a form of administration came to, in words.
#[derive(Clone, Copy, Debug)]
pub enum Done<'a> {
    /// A version of the policy, and where it stands in the log.
    Published(&'a str, &'a str),
    /// So many events were written, up to a position.
    Imported(&'a str, &'a str),
    /// A key holds no longer.
    Revoked,
    /// A subscriber was added before, by the same form.
    KnownWebhook,
    /// An order to a subscriber, and to how many letters.
    Webhook(&'a str, &'a str),
}

impl Done<'_> {
    /// In the reader's language; none: nothing of ours.
    #[must_use]
    pub fn told(self, reader: &Reader) -> Option<String> {
        let said = |word: W| Some(reader.say(word).to_owned());
        match self {
            Self::Published(version, position) => {
                Some(reader.fill(W::PublishedDone, &[version, position]))
            }
            Self::Imported("0", _) => said(W::ImportedNothing),
            Self::Imported(events, position) => Some(reader.fill(W::Imported, &[events, position])),
            Self::Revoked => said(W::DoneRevoked),
            Self::KnownWebhook => said(W::KnownWebhook),
            Self::Webhook("enable", _) => said(W::DoneEnabled),
            Self::Webhook("disable", _) => said(W::DoneDisabled),
            Self::Webhook("remove", _) => said(W::DoneRemoved),
            Self::Webhook("replay", count) => Some(reader.fill(W::DoneReplayed, &[count])),
            Self::Webhook(..) => None,
        }
    }
}

/// The page of how the service stands.
#[must_use]
pub fn operation(frame: &Frame<'_>, stands: &Operation) -> Markup {
    let reader = frame.reader;
    let word = if stands.ready { W::Ready } else { W::NotReady };
    let content = html! {
        div.heading {
            h1 { (reader.say(W::Operation)) }
            p.state data-ready[stands.ready] {
                (named("/ready", if stands.ready { "true" } else { "false" }, reader.say(word)))
            }
        }
        div.gauges {
            (figure(reader, (W::Log, Some(W::LogHint)), value("/head", count(stands.head))))
            (figure(reader, (W::Lag, None), html! {
                (value("/lag_events", count(stands.lag_events)))
                span.minor { " " (reader.fill(W::LagHint, &[&number(count(stands.lag_allowed))])) }
            }))
            (figure(reader, (W::DeadLetters, Some(W::DeadHint)), html! {
                a href="/admin/webhooks" { (value("/dead_letters", count(stands.dead_letters))) }
            }))
            (figure(reader, (W::Unsealed, None), value("/unsealed", count(stands.unsealed))))
        }
        @if let Some(poison) = &stands.poison {
            div.problem role="alert" {
                p.title { (reader.say(W::Poison)) " " (named("/poison", poison, poison)) }
                p { (reader.say(W::PoisonHint)) }
            }
        }
        (facts(reader, stands))
    };
    frame.page(reader.say(W::Operation), &content)
}

fn figure(reader: &Reader, (name, hint): (W, Option<W>), value: Markup) -> Markup {
    html! {
        div.gauge {
            p.name { (reader.say(name)) }
            p.value { (value) }
            @if let Some(hint) = hint { p.minor { (reader.say(hint)) } }
        }
    }
}

fn facts(reader: &Reader, stands: &Operation) -> Markup {
    let row = |word: W, value: Markup| html! { div { dt { (reader.say(word)) } dd { (value) } } };
    html! {
        dl.facts.wide {
            (row(W::Views, value("/position", count(stands.position))))
            (row(W::Sealed, match stands.sealed {
                Some(sealed) => value("/sealed", count(sealed)),
                None => html! { (reader.say(W::NoSeal)) },
            }))
            (row(W::InForce, match &stands.policy {
                Some(policy) => html! { a href={ "/admin/policies/" (policy) } { (named("/policy", policy.as_str(), policy.as_str())) } },
                None => html! { (reader.say(W::NoPolicy)) },
            }))
            (row(W::CalendarInForce, html! { a href="/admin/calendars" { (named("/calendar", &stands.calendar, &stands.calendar)) } }))
            (row(W::Subscribers, html! {
                a href="/admin/webhooks" { (value("/subscribers", count(stands.subscribers))) }
                @if stands.subscribers_disabled > 0 {
                    " · " (reader.say(W::StandStill)) " " (value("/subscribers_disabled", count(stands.subscribers_disabled)))
                }
            }))
            (row(W::WaitingTold, value("/waiting", count(stands.waiting))))
            (row(W::Program, named("/program", &stands.program, &stands.program)))
            (row(W::Tenant, named("/tenant", &stands.tenant, &stands.tenant)))
        }
    }
}
