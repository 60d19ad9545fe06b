//! One case on a page for people: what it is, whose it is, its time, its cards, who signs next.

use super::why;
use crate::failure::Failure;
use crate::labels::{self, DASH, Names};
use crate::moment::{show, show_or_dash};
use crate::output::Output;
use crate::table::{Column, Table};
use crate::words::{Word as W, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::chain::Signing;
use gridwhistle::domain::case::clock::{Clock, ClockState};
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::case::stage::Card;
use gridwhistle::projections::case_view::{LedgerRow, LegRow};
use gridwhistle::projections::questions::CaseFile;

/// Everything the page is made of.
pub(super) struct Sheet<'a> {
    pub(super) file: &'a CaseFile,
    pub(super) case: &'a Case,
    pub(super) chain: &'a [Signing],
    pub(super) reference: &'a Reference,
    pub(super) names: &'a Names,
    pub(super) at: DateTime<Utc>,
}

impl Sheet<'_> {
    /// Writes the page.
    ///
    /// # Errors
    /// When standard output does not take it.
    pub(super) fn show(&self, out: &Output) -> Result<(), Failure> {
        out.part(&self.head())?;
        section(out, W::TLegs, &self.legs())?;
        section(out, W::TClocks, &self.clocks())?;
        for (why, clocks) in self.explanations() {
            out.line("")?;
            out.say(told(
                W::NamedText,
                &[&clocks.join(&W::ListComma.to_string()), &why],
            ))?;
        }
        section(out, W::TCards, &self.cards())?;
        section(out, W::TChain, &self.signatures())
    }

    fn head(&self) -> Table {
        let row = &self.file.ledger;
        let names = self.names;
        let mut table = Table::pairs();
        for (heading, value) in [
            (W::HCase, row.case_id.clone()),
            (W::HNumber, row.ledger_no.to_string()),
            (W::HSource, source(row)),
            (W::HStage, labels::stage(&row.stage)),
            (W::HClass, names.class(row.class.as_deref())),
            (W::HMatter, names.matter(row.matter.as_deref())),
            (W::HDescription, row.title.clone()),
            (W::HChannel, labels::channel(&row.channel)),
            (W::HPlace, self.place()),
            (W::HUnit, names.unit(row.lead_unit.as_deref())),
            (W::HHandler, self.handler()),
            (W::HOutcome, labels::outcome(row.outcome.as_deref())),
            (W::HReported, show_or_dash(row.reported_at)),
            (W::HAcceptedAt, show_or_dash(row.accepted_at)),
            (W::HResponded, show_or_dash(row.responded_at)),
            (
                W::HClosed,
                show_or_dash(row.closed_at.or(row.foreign_closed_at)),
            ),
            (W::HDue, self.due()),
            (W::HNext, self.next()),
            (
                W::HReason,
                names.suspension(row.suspension_reason.as_deref()),
            ),
            (W::HSince, show_or_dash(row.suspended_since)),
            (W::HUntil, show_or_dash(row.suspended_until)),
            (W::HReview, show_or_dash(row.review_due)),
            (W::HAnomalies, labels::anomalies(row.anomalies.as_deref())),
            (W::HCards, labels::cards(row.cards_yellow, row.cards_red)),
            (W::HVersionOfCase, row.version.to_string()),
        ] {
            if !value.is_empty() && value != DASH {
                table.row([heading.to_string(), value]);
            }
        }
        table
    }

    /// Why the owed clocks are due when they are; several of one kind are explained together.
    fn explanations(&self) -> Vec<(String, Vec<String>)> {
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        for clock in self.case.owed_clocks() {
            let why = why::explained(clock, &self.reference.calendars, self.at);
            let name = self.clock(clock);
            match all.iter_mut().find(|(known, _)| *known == why) {
                Some((_, clocks)) => clocks.push(name),
                None => all.push((why, vec![name])),
            }
        }
        all
    }

    /// Who owes what is due.
    fn next(&self) -> String {
        let row = &self.file.ledger;
        let unit = row
            .next_unit
            .as_deref()
            .map(|unit| self.names.unit(Some(unit)));
        let role = row.next_role.as_deref().map(labels::role);
        let parts: Vec<String> = [unit, role].into_iter().flatten().collect();
        parts.join(" ")
    }

    /// Street, community and grid, from the large to the small.
    fn place(&self) -> String {
        let row = &self.file.ledger;
        let units = [&row.street, &row.community].map(|unit| self.names.unit(unit.as_deref()));
        let all = units
            .into_iter()
            .chain([self.names.grid(row.grid.as_deref())]);
        all.filter(|name| name != DASH)
            .collect::<Vec<_>>()
            .join(" / ")
    }

    fn handler(&self) -> String {
        let handler = self.case.handler.as_ref();
        handler.map_or_else(|| DASH.to_owned(), |actor| self.names.actor(actor))
    }

    /// The due time in force, and how far away it is.
    fn due(&self) -> String {
        let row = &self.file.ledger;
        let Some(due) = row.due else {
            return DASH.to_owned();
        };
        let wall = (self.at - due).num_minutes();
        let away = match row.clock_state.as_str() {
            "running" if wall > 0 => told(W::LateNow, &[&labels::duration(wall)]),
            "running" => told(W::LeftNow, &[&labels::duration(-wall)]),
            "suspended" => W::ClockSuspended.to_string(),
            _ => return show(due),
        };
        let kind = labels::clock(row.clock_kind.as_deref());
        format!("{} {kind} {away}", show(due))
    }

    fn legs(&self) -> Table {
        let mut table = Table::new([
            Column::from(W::HLeg).right(),
            Column::from(W::HUnit).least(16),
            Column::from(W::HPart).rank(3),
            Column::from(W::HStage),
            Column::from(W::HOpened).rank(4).least(16),
            Column::from(W::HAcknowledged).rank(2).least(16),
            Column::from(W::HReportedIn).rank(1).least(16),
            Column::from(W::HDone).rank(1).least(16),
        ]);
        for leg in &self.file.legs {
            table.row(self.leg(leg));
        }
        table
    }

    fn leg(&self, leg: &LegRow) -> [String; 8] {
        [
            leg.leg.to_string(),
            self.names.unit(Some(&leg.unit)),
            labels::part(&leg.part),
            labels::leg_stage(&leg.stage),
            show(leg.opened_at),
            show_or_dash(leg.acknowledged_at),
            show_or_dash(leg.reported_in_at),
            show_or_dash(leg.done_at),
        ]
    }

    fn clocks(&self) -> Table {
        let mut table = Table::new([
            Column::from(W::HClock).least(12),
            Column::from(W::HState),
            Column::from(W::HStarted).rank(3).least(16),
            Column::from(W::HDue).least(16),
            Column::from(W::HEnded).rank(2).least(16),
            Column::from(W::HUsed).rank(4).right(),
            Column::from(W::HVerdict).rank(1),
        ]);
        for clock in &self.case.clocks {
            let used = why::used(clock, &self.reference.calendars, self.at);
            let late = clock.marks.due < self.at;
            let verdict = match clock.on_time() {
                Some(true) => W::MetInTime.to_string(),
                Some(false) => W::MetLate.to_string(),
                None if clock.is_running() && late => W::MetLate.to_string(),
                None => DASH.to_owned(),
            };
            table.row([
                self.clock(clock),
                state(clock.state).to_string(),
                show(clock.started_at),
                show(clock.marks.due),
                show_or_dash(clock.ended_at),
                labels::percent(Some(used), Some(clock.budget)),
                verdict,
            ]);
        }
        table
    }

    fn clock(&self, clock: &Clock) -> String {
        let kind = labels::clock(Some(clock.id.kind.code()));
        let leg = clock.id.leg.and_then(|no| self.case.leg(no));
        match leg {
            Some(leg) => told(
                W::NamedCode,
                &[&kind, &self.names.unit(Some(leg.unit.as_str()))],
            ),
            None => kind,
        }
    }

    fn cards(&self) -> Table {
        let mut table = Table::new([
            Column::from(W::HCards),
            Column::from(W::HWhen).least(16),
            Column::from(W::HRule).least(14),
            Column::from(W::HUnit).rank(1).least(10),
            Column::from(W::HState).rank(2),
        ]);
        for card in &self.case.cards {
            let colour: Card = card.card;
            let lifted = card.lifted_at.map(|at| told(W::CardLifted, &[&show(at)]));
            table.row([
                crate::words::say(&colour.label()),
                show(card.at),
                labels::card_rule(&card.rule),
                self.names
                    .unit(card.unit.as_ref().map(|unit| unit.as_str())),
                lifted.unwrap_or_else(|| W::CardStands.to_string()),
            ]);
        }
        table
    }

    fn signatures(&self) -> Table {
        let mut table = Table::new([
            Column::from(W::HStep).least(6),
            Column::from(W::HState),
            Column::from(W::HWho),
        ])
        .fold();
        for step in self.chain {
            let state = if step.complete {
                W::ChainSigned
            } else if step.next {
                W::ChainNext
            } else {
                W::ChainLater
            };
            let step_name = labels::sign_off_step(&step.step);
            table.row([step_name, state.to_string(), self.signer(step)]);
        }
        table
    }

    /// Who signed, or else who may.
    fn signer(&self, step: &Signing) -> String {
        let comma = W::ListComma.to_string();
        let mut signed: Vec<String> = step.signed.iter().map(|by| self.names.actor(by)).collect();
        if !step.owed.is_empty() {
            let owed = step
                .owed
                .iter()
                .map(|unit| self.names.unit(Some(unit.as_str())));
            let owed: Vec<String> = owed.collect();
            signed.push(told(W::ChainOwed, &[&owed.join(&comma)]));
        } else if signed.is_empty() {
            let mut roles = labels::roles(&step.roles);
            if !step.above.is_empty() {
                roles.push_str(&told(W::OrAbove, &[&labels::roles(&step.above)]));
            }
            return roles;
        }
        signed.join(&comma)
    }
}

const fn state(state: ClockState) -> W {
    match state {
        ClockState::Running => W::ClockRunning,
        ClockState::Suspended => W::ClockSuspended,
        ClockState::Stopped => W::ClockStopped,
        ClockState::Cancelled => W::ClockCancelled,
    }
}

fn source(row: &LedgerRow) -> String {
    match (&row.source, &row.source_id) {
        (Some(source), Some(id)) => format!("{source}:{id}"),
        _ => DASH.to_owned(),
    }
}

fn section(out: &Output, title: W, table: &Table) -> Result<(), Failure> {
    if table.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.line(format_args!("{title}"))?;
    out.part(table)
}
