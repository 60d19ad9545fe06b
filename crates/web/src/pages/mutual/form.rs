//! The evaluations of one case: what is known, the forms that are asked for, what was said once both
//! are opened, appeals. What somebody may not do stands there with the reason.

use super::{appeal, points};
use crate::frame::Frame;
use crate::pages::trouble::{Trouble, told};
use crate::parts::empty::empty;
use crate::parts::figure::named;
use crate::parts::time;
use crate::reader::Reader;
use crate::words::form::Word as F;
use crate::words::mutual::Word as W;
use gridwhistle_domain::evaluation::{EvaluationAct, Kept, LegFacts, Side};
use gridwhistle_projections::models::{EvaluationSheet, SheetAct, SheetForm};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// What a page of evaluations shows.
pub struct View<'a> {
    /// The case.
    pub case: &'a str,
    /// Its number.
    pub ledger_no: i64,
    /// Its evaluations, a pair each.
    pub evaluations: &'a [EvaluationSheet],
    /// What was filled in, where it was refused.
    pub filled: &'a [(String, String)],
    /// Why.
    pub trouble: Option<&'a Trouble>,
    /// What was just done, and its position.
    pub done: Option<(EvaluationAct, &'a str)>,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, view: &View<'_>) -> Markup {
    let reader = frame.reader;
    let title = reader.fill(W::FormTitle, &[&view.ledger_no.to_string()]);
    let back = format!("/cases/{}", view.case);
    let content = html! {
        @if let Some((act, position)) = view.done {
            p.receipt role="status" { (reader.fill(done(act), &[position])) }
        }
        div.heading { h1 { (title) } a.aside href=(back) { (reader.say(W::BackToCase)) } }
        @if let Some(trouble) = view.trouble { (told(frame, trouble)) }
        @if view.evaluations.is_empty() {
            (empty(reader.say(W::NoEvaluations), reader.say(W::NoEvaluationsHint), Some((&back, reader.say(W::BackToCase)))))
        }
        @for (no, sheet) in view.evaluations.iter().enumerate() { (pair(frame, view, no, sheet)) }
    };
    frame.page(&title, &content)
}

const fn done(act: EvaluationAct) -> W {
    match act {
        EvaluationAct::Seal => W::DoneSeal,
        EvaluationAct::Appeal => W::DoneAppeal,
        EvaluationAct::DecideAppeal => W::DoneDecide,
    }
}

/// The unit of a side.
fn unit<'s>(sheet: &'s EvaluationSheet, side: &str) -> &'s str {
    match side {
        "area" => sheet.pair.left.as_str(),
        _ => sheet.pair.right.as_str(),
    }
}

fn pair(frame: &Frame<'_>, view: &View<'_>, no: usize, sheet: &EvaluationSheet) -> Markup {
    let reader = frame.reader;
    let (left, right) = (unit(sheet, "area"), unit(sheet, "department"));
    let opens = crate::address::written(
        "/evaluations",
        [("state", "settled"), ("area", left), ("department", right)].into_iter(),
    );
    let open = sheet.acts.iter().filter(|act| act.refusal.is_none());
    html! {
        section.two-sides {
            h2 { (reader.fill(W::Pair, &[&reader.unit(left), &reader.unit(right)])) }
            p.minor {
                @if let Some(until) = sheet.window_ends { (reader.fill(W::Until, &[&reader.when(until)])) }
                @if sheet.optional { " · " (reader.say(W::Optional)) }
                @if let Some(until) = sheet.appeal_until { " · " (reader.fill(W::AppealUntil, &[&reader.when(until)])) }
                " · " a href=(opens) { (reader.say(W::AllOfPair)) }
            }
            @if let Some(facts) = &sheet.facts { (known(reader, facts)) }
            (answers(reader, no, sheet))
            (appeals(reader, sheet))
            @for act in open { (act_form(reader, view, sheet, act)) }
            (refused(reader, sheet))
        }
    }
}

fn known(reader: &Reader, facts: &LegFacts) -> Markup {
    let kept = |kept: &Option<Kept>, word| kept.map(|kept| (word, kept));
    let duties = [
        kept(&facts.acknowledged, W::FactAcknowledged),
        kept(&facts.contacted, W::FactContacted),
        kept(&facts.reported_in, W::FactReportedIn),
        kept(&facts.handled, W::FactHandled),
    ];
    let counts = [facts.reworks, facts.returns, facts.extensions];
    let [reworks, returns, extensions] = counts.map(|count| count.to_string());
    html! {
        div {
            h3 { (reader.say(W::Facts)) }
            table.small.even {
                thead { tr { th { (reader.say(W::Duty)) } th.num { (reader.say(W::Took)) } th.num { (reader.say(W::Budget)) } th { (reader.say(W::Kept)) } } }
                tbody { @for (word, kept) in duties.iter().flatten() {
                    tr {
                        th scope="row" { (reader.say(*word)) }
                        td.num { (reader.hours(kept.minutes)) }
                        td.num { (reader.hours(kept.budget)) }
                        td { @if kept.in_time { (reader.say(W::InTime)) } @else { span.late { (reader.say(W::Late)) } } }
                    }
                } }
            }
            p.minor {
                (reader.fill(W::FactCounts, &[&reworks, &returns, &extensions]))
                @if facts.by_the_clock { " · " (reader.say(W::ByTheClock)) }
                @if facts.report_in_waived { " · " (reader.say(W::Waived)) }
                @if let Some(at) = facts.carded_at { " · " (reader.fill(W::CardedAt, &[&reader.when(at)])) }
            }
        }
    }
}

/// Both forms side by side: what is asked, with what weight, and what was answered.
fn answers(reader: &Reader, no: usize, sheet: &EvaluationSheet) -> Markup {
    html! {
        h3 { (reader.say(W::Answers)) }
        @for form in &sheet.forms { (answered(reader, no, sheet, form)) }
    }
}

fn answered(reader: &Reader, no: usize, sheet: &EvaluationSheet, form: &SheetForm) -> Markup {
    let side = form.side.as_str();
    let given = sheet.revealed.as_ref().and_then(|all| all.get(side));
    let total = sheet.points.as_ref().and_then(|all| all.get(side));
    let reasons: BTreeMap<&str, &_> = form
        .reasons
        .iter()
        .map(|reason| (reason.code.as_str(), &reason.name))
        .collect();
    let state = match (total, sheet.sealed.contains_key(side)) {
        (Some(_), _) => None,
        (None, true) if sheet.revealed.is_none() => Some((W::Sealed, Some(W::NotYetOpen))),
        (None, _) if sheet.lapsed.iter().any(|one| one == side) => Some((W::Silent, None)),
        (None, _) => Some((W::NotSealed, None)),
    };
    html! {
        div.answered {
            p { strong { (reader.unit(unit(sheet, side))) } " "
                @if let Some(total) = total {
                    (named(&format!("/evaluations/{no}/points/{side}"), &total.to_string(), &reader.fill(W::Points, &[&points(*total)])))
                }
                @if let Some((state, more)) = state {
                    span.minor { (reader.say(state)) @if let Some(more) = more { " · " (reader.say(more)) } }
                }
                @if let Some(one) = sheet.appeals.iter().find(|one| one.side == side) {
                    @let upheld = one.appeal.decision.as_ref().map(|decision| decision.upheld);
                    " " span.minor { (appeal(reader, match upheld { None => "waiting", Some(true) => "upheld", Some(false) => "dismissed" })) }
                }
            }
            table.small.even {
                thead { tr { th { (reader.say(W::Item)) } th.num { (reader.say(W::ItemWeight)) } th { (reader.say(W::Score)) } } }
                tbody { @for item in &form.items {
                    @let code = item.coded.code.as_str();
                    @let answer = given.and_then(|all| all.0.get(code));
                    tr {
                        th scope="row" { (reader.text(&item.coded.name)) }
                        td.num { (item.weight) "%" }
                        td {
                            @if item.computed {
                                @match sheet.computed.get(code) { Some(stars) => (reader.fill(W::Stars, &[&stars.to_string()])), None => "–" }
                                " " span.minor { (reader.say(W::Computed)) }
                            } @else if let Some(answer) = answer {
                                (reader.fill(W::Stars, &[&answer.score.to_string()]))
                                @if let Some(reason) = answer.reason.as_deref() {
                                    " " span.minor { @match reasons.get(reason) { Some(name) => (reader.text(name)), None => (reason) } }
                                }
                            } @else { span.none { "–" } }
                        }
                    }
                } }
            }
        }
    }
}

fn appeals(reader: &Reader, sheet: &EvaluationSheet) -> Markup {
    if sheet.appeals.is_empty() {
        return html! {};
    }
    html! {
        div {
            h3 { (reader.say(W::Appeals)) }
            ul { @for one in &sheet.appeals {
                @let ground = one.ground_name.as_ref().map_or(one.appeal.ground.as_str(), |name| reader.text(name));
                li {
                    (time::at(reader, one.appeal.at)) " "
                    (reader.fill(W::AppealLine, &[&reader.unit(one.appeal.by.unit.as_str()), ground, &one.appeal.note]))
                    @if let Some(decision) = &one.appeal.decision {
                        br; (time::at(reader, decision.at)) " "
                        (reader.fill(W::DecisionLine, &[&reader.unit(decision.by.unit.as_str()),
                            reader.say(if decision.upheld { W::AppealUpheld } else { W::AppealDismissed }), &decision.note]))
                    }
                }
            } }
        }
    }
}

fn refused(reader: &Reader, sheet: &EvaluationSheet) -> Markup {
    let mut reasons: Vec<&str> = Vec::new();
    for act in &sheet.acts {
        let reason = act
            .refusal
            .as_ref()
            .map(|refusal| reader.text(&refusal.name));
        reasons.extend(reason.filter(|reason| !reasons.contains(reason)));
    }
    if reasons.is_empty() {
        return html! {};
    }
    html! {
        details.refused {
            summary { (reader.say(W::Refused)) }
            ul { @for reason in reasons { li { (reason) } } }
        }
    }
}

fn act_form(reader: &Reader, view: &View<'_>, sheet: &EvaluationSheet, act: &SheetAct) -> Markup {
    let whose = reader.unit(unit(sheet, act.side.code()));
    let action = format!(
        "/cases/{}/evaluations/{}/{}",
        view.case,
        sheet.pair.leg,
        act.act.code()
    );
    let filled = Filled {
        reader,
        pairs: view.filled,
        place: format!("{}-{}", sheet.pair.leg, act.side.code()),
    };
    let (title, give) = match act.act {
        EvaluationAct::Seal => (W::SealTitle, W::Seal),
        EvaluationAct::Appeal => (W::AppealTitle, W::Appeal),
        EvaluationAct::DecideAppeal => (W::DecideTitle, W::Decide),
    };
    html! {
        form.command.wide method="post" action=(action) {
            h3 { (reader.fill(title, &[&whose])) }
            input type="hidden" name="side" value=(act.side.code());
            input type="hidden" name="area" value=(sheet.pair.left);
            @match act.act {
                EvaluationAct::Seal => (filled.seal(sheet, act.side)),
                EvaluationAct::Appeal => (filled.appeal(sheet)),
                EvaluationAct::DecideAppeal => (filled.decide()),
            }
            button.primary { (reader.say(give)) }
        }
    }
}

/// A form with what was filled in before.
struct Filled<'a> {
    reader: &'a Reader,
    pairs: &'a [(String, String)],
    /// What tells its fields from those of other forms on the page.
    place: String,
}

impl Filled<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter();
        let found = pairs.find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }

    fn seal(&self, sheet: &EvaluationSheet, side: Side) -> Markup {
        let reader = self.reader;
        let form = sheet.forms.iter().find(|form| form.side == side.code());
        let Some(form) = form else { return html! {} };
        html! {
            p.minor { (reader.say(W::SealHow)) }
            div {
                @for item in form.items.iter().filter(|item| !item.computed) {
                    @let (code, name) = (item.coded.code.as_str(), reader.text(&item.coded.name));
                    @let (score, reason) = (format!("score.{code}"), format!("reason.{code}"));
                    @let id = format!("{}-{reason}", self.place);
                    fieldset.rated {
                        legend.out-of-sight { (name) }
                        span aria-hidden="true" { (name) " " span.minor { (item.weight) "%" } }
                        div.stars { @for stars in ["5", "4", "3", "2", "1"] {
                            label { input type="radio" name=(score) value=(stars) required checked[self.value(&score) == Some(stars)];
                                (reader.fill(W::Stars, &[stars])) }
                        } }
                        div {
                            label.out-of-sight for=(id) { (reader.say(W::Reason)) }
                            select id=(id) name=(reason) {
                                option value="" { (reader.say(W::Reason)) }
                                @for one in &form.reasons {
                                    option value=(one.code) selected[self.value(&reason) == Some(one.code.as_str())] { (reader.text(&one.name)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn appeal(&self, sheet: &EvaluationSheet) -> Markup {
        let (reader, id) = (self.reader, format!("{}-ground", self.place));
        html! {
            div.field {
                label for=(id) { (reader.say(W::Ground)) " " span.minor { (reader.say(F::Required)) } }
                select id=(id) name="ground" required {
                    option value="" {}
                    @for one in &sheet.grounds {
                        option value=(one.code) selected[self.value("ground") == Some(one.code.as_str())] { (reader.text(&one.name)) }
                    }
                }
            }
            (self.note())
        }
    }

    fn decide(&self) -> Markup {
        let reader = self.reader;
        html! {
            fieldset.choice {
                legend.out-of-sight { (reader.say(W::Decide)) }
                @for (value, word) in [("true", W::Uphold), ("false", W::Dismiss)] {
                    label { input type="radio" name="upheld" value=(value) required checked[self.value("upheld") == Some(value)]; (reader.say(word)) }
                }
            }
            (self.note())
        }
    }

    fn note(&self) -> Markup {
        let (reader, id) = (self.reader, format!("{}-note", self.place));
        html! {
            div.field {
                label for=(id) { (reader.say(W::Note)) " " span.minor { (reader.say(F::Required)) } }
                textarea id=(id) name="note" rows="3" required { (self.value("note").unwrap_or_default()) }
            }
        }
    }
}
