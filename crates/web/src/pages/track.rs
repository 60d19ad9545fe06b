//! 公开跟踪: a report by its receipt, in plain words; nobody logs in, nothing personal is told.

use super::audit::{self, Checked};
use crate::frame::Frame;
use crate::parts::figure::named;
use crate::parts::time;
use crate::reader::Reader;
use crate::words::public::Word as W;
use crate::words::snap::Word as S;
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_projections::models::PublicCase;
use maud::{Markup, html};

/// What a tracking page shows.
pub struct View<'a> {
    /// The answer.
    pub case: &'a PublicCase,
    /// The code that led here.
    pub receipt: &'a str,
    /// Whether the city seals its log, so that there is a proof.
    pub sealed: bool,
}

/// The way that a report goes, as residents know it.
const WAY: [W; 6] = [
    W::Received,
    W::Accepted,
    W::Sent,
    W::Handling,
    W::Checking,
    W::Done,
];

/// Where on the way a stage stands, and what that means; none: beside it, at an end.
const fn place(stage: Stage) -> (Option<usize>, W) {
    match stage {
        Stage::Reported => (Some(0), W::NowReceived),
        Stage::Accepted | Stage::Whistled | Stage::Coordinating => (Some(1), W::NowAccepted),
        Stage::Dispatched => (Some(2), W::NowSent),
        Stage::InProgress => (Some(3), W::NowHandling),
        Stage::Suspended => (Some(3), W::NowSuspended),
        Stage::Responded => (Some(4), W::NowChecking),
        Stage::Closed | Stage::Archived => (Some(5), W::NowDone),
        Stage::Rejected => (None, W::NowRejected),
        Stage::Merged => (None, W::NowMerged),
        Stage::Withdrawn => (None, W::NowWithdrawn),
        Stage::TransferredOut => (None, W::NowTransferred),
        Stage::Voided => (None, W::NowVoided),
    }
}

/// The ways between public pages; staff find theirs.
pub(super) fn ways(frame: &Frame<'_>) -> Markup {
    let reader = frame.reader;
    let here = |path: &str| (frame.address.path() == path).then_some("page");
    html! {
        nav.ways aria-label=(reader.say(W::Ways)) {
            a href="/report" aria-current=[here("/report")] { (reader.say(S::Title)) }
            a href="/track" aria-current=[here("/track")] { (reader.say(W::Track)) }
            a href="/login" { (reader.say(W::Staff)) }
        }
    }
}

/// The form for the code; `wrong` is one that leads nowhere.
#[must_use]
pub fn ask(frame: &Frame<'_>, wrong: Option<&str>) -> Markup {
    let reader = frame.reader;
    let content = html! {
        div.public {
            (ways(frame))
            h1 { (reader.say(W::Track)) }
            @match wrong {
                None => p { (reader.say(W::TrackAbout)) },
                Some(_) => div.problem role="alert" {
                    p.title { (reader.say(W::Wrong)) }
                    p { (reader.say(W::WrongAbout)) }
                    p { (reader.say(W::WrongWay)) }
                },
            }
            form.ask method="get" action="/track" {
                label for="receipt" { (reader.say(W::Code)) }
                input #receipt name="receipt" value=[wrong] required maxlength="100" autocomplete="off"
                    autocapitalize="none" spellcheck="false" aria-describedby="receipt-hint"
                    aria-invalid=[wrong.map(|_| "true")];
                p #receipt-hint.minor { (reader.say(W::CodeHint)) }
                button.primary { (reader.say(W::Go)) }
            }
        }
    };
    frame.page(reader.say(W::Track), &content)
}

/// The page of a report.
#[must_use]
pub fn page(frame: &Frame<'_>, view: &View<'_>) -> Markup {
    let (reader, case) = (frame.reader, view.case);
    let stage = Stage::from_code(&case.stage);
    let (at, now) = stage.map_or((None, None), |stage| {
        let (at, now) = place(stage);
        (at, Some(now))
    });
    let content = html! {
        div.public.slip {
            (ways(frame))
            h1 { (reader.say(W::Track)) }
            p.minor { (reader.say(W::Number)) " " (named("/ledger_no", &case.ledger_no.to_string(), &case.ledger_no.to_string())) }
            (rail(reader, at, &reader.own(case.stage_label.clone())))
            p.now { strong { (named("/stage", &case.stage, now.map_or(reader.text(&case.stage_label), |now| reader.say(now)))) } }
            (facts(reader, case))
            (steps(reader, case))
            (keep(reader, view))
        }
    };
    frame.page(reader.say(W::Track), &content)
}

fn rail(reader: &Reader, at: Option<usize>, label: &str) -> Markup {
    let state = |no: usize| match at {
        Some(at) if no < at => "past",
        Some(at) if no == at => "here",
        _ => "ahead",
    };
    html! {
        ol.rail-of-stages aria-label=(reader.say(W::Stages)) {
            @match at {
                Some(at) => @for (no, word) in WAY.into_iter().enumerate() {
                    li data-state=(state(no)) aria-current=[(no == at).then_some("step")] { (reader.say(word)) }
                },
                None => {
                    li data-state="past" { (reader.say(W::Received)) }
                    li data-state="here" aria-current="step" { (label) }
                },
            }
        }
    }
}

fn facts(reader: &Reader, case: &PublicCase) -> Markup {
    html! {
        dl.facts {
            @if let (Some(code), Some(label)) = (&case.outcome, &case.outcome_label) {
                div { dt { (reader.say(W::Outcome)) } dd { (named("/outcome", code, reader.text(label))) } }
            }
            div { dt { (reader.say(W::Unit)) } dd {
                @match &case.lead_unit {
                    Some(unit) => (named("/lead_unit", unit, &reader.unit(unit))),
                    None => span.none { (reader.say(W::NoUnit)) },
                }
            } }
            @if case.open {
                div { dt { (due(reader, case)) } dd {
                    @match case.due {
                        Some(due) => {
                            (time::at(reader, due))
                            @if case.overdue { " " span.late { (reader.say(W::Late)) } }
                        },
                        None => span.none { (reader.say(W::NoDue)) },
                    }
                } }
            }
            div { dt { (reader.say(W::ReportedAt)) } dd { (time::may_be(reader, case.reported_at)) } }
            div { dt { (reader.say(W::AsOf)) } dd { (time::at(reader, case.as_of)) } }
        }
    }
}

/// What is owed by the due time: accepting it, handling it, looking at the result.
fn due(reader: &Reader, case: &PublicCase) -> String {
    match &case.due_label {
        Some(label) => reader.fill(W::DueOf, &[reader.text(label)]),
        None => reader.say(W::Due).to_owned(),
    }
}

fn steps(reader: &Reader, case: &PublicCase) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::Steps)) }
            @if case.steps.is_empty() { p.nothing { (reader.say(W::NoSteps)) } }
            ol.steps {
                @for (no, step) in case.steps.iter().enumerate() {
                    li {
                        (time::at(reader, step.at)) " "
                        (named(&format!("/steps/{no}/kind"), &step.kind, reader.text(&step.what)))
                    }
                }
            }
        }
    }
}

/// The code, and the proof with the way to check it.
fn keep(reader: &Reader, view: &View<'_>) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::Proof)) }
            dl.facts { div { dt { (reader.say(W::Code)) } dd { code { (view.receipt) } } } }
            @if view.sealed {
                p { a.button href={ "/api/v1/public/cases/" (view.receipt) "/proof" } download="receipt.tlog-proof" { (reader.say(W::ProofFile)) } }
                p { a href="/verify" { (reader.say(W::CheckProof)) } }
                p.minor { (reader.say(W::ProofAbout)) }
            } @else {
                p.minor { (reader.say(W::ProofLater)) }
            }
            p.minor { (reader.say(W::KeepIt)) }
            p.minor.screen { (reader.say(W::PrintHint)) }
        }
    }
}

/// The page that checks a proof, for whoever holds that of a report.
#[must_use]
pub fn verify(frame: &Frame<'_>, checked: &Checked<'_>) -> Markup {
    let reader = frame.reader;
    let content = html! {
        div.public.slip {
            (ways(frame))
            h1 { (reader.say(W::CheckProof)) }
            p { (reader.say(W::CheckAbout)) }
            (audit::form(reader, "/verify", checked))
            (audit::offline(reader))
        }
    };
    frame.page(reader.say(W::CheckProof), &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_stands_on_the_way_or_is_an_end() {
        for stage in Stage::ALL {
            let (at, _) = place(*stage);
            assert!(at.is_some() || stage.is_end(), "{}", stage.code());
        }
    }
}
