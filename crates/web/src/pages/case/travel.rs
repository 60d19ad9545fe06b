//! Time travel: a slider over the versions of a case, as it was or as it was known; links do the same.

use crate::frame::Frame;
use crate::parts::time;
use crate::words::case::Word as W;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Which past is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// What was true then, by all that is known today.
    #[default]
    AsOf,
    /// What was on record then.
    KnownAt,
}

impl Mode {
    /// The parameter that asks for it.
    #[must_use]
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::AsOf => "as_of",
            Self::KnownAt => "known_at",
        }
    }
}

/// One version: the state after everything that happened at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The number of the last event of the version.
    pub sequence: u64,
    /// Its position in the log.
    pub position: u64,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// The versions of a case, and which is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Travel {
    /// Every version, the oldest first.
    pub steps: Vec<Step>,
    /// Which past is shown; none: the present.
    pub mode: Option<Mode>,
    /// Which version is shown, from 0.
    pub shown: usize,
    /// JSON pointers into the case of what differs from the version before.
    pub changed: BTreeSet<String>,
}

impl Travel {
    /// The case at a version, by the number of one of its events.
    pub(super) fn link(&self, case: &str, sequence: u64) -> String {
        let step = self.steps.iter().find(|step| step.sequence >= sequence);
        match step {
            Some(step) => self.to(case, step, self.mode.unwrap_or_default()),
            None => format!("/cases/{case}"),
        }
    }

    fn to(&self, case: &str, step: &Step, mode: Mode) -> String {
        let moment = match mode {
            Mode::AsOf => step.at.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string(),
            Mode::KnownAt => step.position.to_string(),
        };
        let pairs = [(mode.parameter(), moment.as_str())];
        crate::address::written(&format!("/cases/{case}"), pairs.into_iter())
    }
}

/// The control.
pub(super) fn travel(frame: &Frame<'_>, travel: &Travel, case: &str) -> Markup {
    let reader = frame.reader;
    let count = travel.steps.len();
    if count < 2 {
        return html! {};
    }
    let mode = travel.mode.unwrap_or_default();
    let near = |step: Option<usize>| {
        let step = step.and_then(|step| travel.steps.get(step));
        step.map(|step| travel.to(case, step, mode))
    };
    let here = travel.steps.get(travel.shown);
    let number = travel.shown + 1;
    html! {
        form.travel method="get" data-read action={ "/cases/" (case) } data-past[travel.mode.is_some()] {
            div.slide {
                @match near(travel.shown.checked_sub(1)) {
                    Some(link) => a.step rel="prev" href=(link) { "‹ " (reader.say(W::Earlier)) },
                    None => span.step { "‹ " (reader.say(W::Earlier)) },
                }
                label.out-of-sight for="version" { (reader.say(W::Travel)) }
                input #version type="range" name="version" min="1" max=(count) value=(number) step="1";
                @match near(Some(number).filter(|next| *next < count)) {
                    Some(link) => a.step rel="next" href=(link) { (reader.say(W::Later)) " ›" },
                    None => span.step { (reader.say(W::Later)) " ›" },
                }
                button { (reader.say(W::TravelGo)) }
            }
            div.modes {
                p { (reader.fill(W::TravelOf, &[&number.to_string(), &count.to_string()])) " · "
                    @if let Some(step) = here { (time::at(reader, step.at)) } }
                fieldset {
                    legend.out-of-sight { (reader.say(W::Travel)) }
                    @for (one, word, hint) in [(Mode::AsOf, W::TravelAsOf, W::TravelAsOfHint), (Mode::KnownAt, W::TravelKnown, W::TravelKnownHint)] {
                        label.check title=(reader.say(hint)) {
                            input type="radio" name="mode" value=(one.parameter()) checked[one == mode];
                            (reader.say(word))
                        }
                    }
                }
                @if travel.mode.is_some() {
                    p.minor { (reader.say(W::Changed)) }
                }
            }
        }
    }
}
