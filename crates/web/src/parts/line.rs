//! One case in a list, from whichever row it comes.

use crate::reader::Reader;
use crate::words::ledger::Word as W;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::stage::{ClockKind, Stage};
use gridwhistle_projections::case_view::LedgerRow;
use gridwhistle_projections::questions::{Light, WatchRow};
use maud::{Markup, html};

/// A case of a list.
pub(crate) struct Line<'r> {
    pub(crate) case_id: &'r str,
    pub(crate) ledger_no: i64,
    pub(crate) class: Option<&'r str>,
    pub(crate) matter: Option<&'r str>,
    pub(crate) title: &'r str,
    pub(crate) grid: Option<&'r str>,
    pub(crate) street: Option<&'r str>,
    pub(crate) lead: Option<&'r str>,
    pub(crate) duty: Option<&'r str>,
    pub(crate) next_unit: Option<&'r str>,
    pub(crate) next_role: Option<&'r str>,
    pub(crate) due: Option<DateTime<Utc>>,
    pub(crate) provisional: bool,
    /// Minutes past due; below zero: minutes left.
    pub(crate) late: Option<i64>,
    /// The row says by how much it is past due, not how long is left.
    pub(crate) is_past: bool,
    pub(crate) yellow: i64,
    pub(crate) red: i64,
}

impl<'r> From<&'r WatchRow> for Line<'r> {
    fn from(row: &'r WatchRow) -> Self {
        Self {
            case_id: &row.case_id,
            ledger_no: row.ledger_no,
            class: row.class.as_deref(),
            matter: row.matter.as_deref(),
            title: &row.title,
            grid: row.grid.as_deref(),
            street: row.street.as_deref(),
            lead: row.lead_unit.as_deref(),
            duty: row.clock_kind.as_deref(),
            next_unit: row.next_unit.as_deref(),
            next_role: row.next_role.as_deref(),
            due: row.due,
            provisional: row.due_provisional,
            late: row
                .overdue_minutes
                .or_else(|| row.remaining_minutes.map(|left| -left)),
            is_past: row.overdue_minutes.is_some(),
            yellow: row.cards_yellow,
            red: row.cards_red,
        }
    }
}

impl<'r> Line<'r> {
    /// Of a row of the ledger, as of an instant.
    pub(crate) fn of(row: &'r LedgerRow, at: DateTime<Utc>) -> Self {
        let running = matches!(
            row.light(at),
            Light::InTime | Light::Prewarning | Light::Overdue | Light::Severe
        );
        Self {
            case_id: &row.case_id,
            ledger_no: row.ledger_no,
            class: row.class.as_deref(),
            matter: row.matter.as_deref(),
            title: &row.title,
            grid: row.grid.as_deref(),
            street: row.street.as_deref(),
            lead: row.lead_unit.as_deref(),
            duty: row.clock_kind.as_deref().filter(|_| row.open),
            next_unit: row.next_unit.as_deref(),
            next_role: row.next_role.as_deref(),
            due: row.due,
            provisional: row.due_provisional,
            late: row
                .due
                .filter(|_| running)
                .map(|due| (at - due).num_minutes()),
            is_past: false,
            yellow: row.cards_yellow,
            red: row.cards_red,
        }
    }

    /// The link to the case.
    pub(crate) fn number(&self) -> Markup {
        html! { a.no href={ "/cases/" (self.case_id) } { (self.ledger_no) } }
    }

    pub(crate) fn class(&self, reader: &Reader) -> String {
        self.class
            .map_or_else(|| "–".to_owned(), |class| reader.class(class))
    }

    /// What it is about: the matter, and how the report begins.
    pub(crate) fn about(&self, reader: &Reader) -> Markup {
        html! {
            @if let Some(matter) = self.matter { span.matter { (reader.matter(matter)) } " " }
            span.words lang=[reader.tongue(self.title)] { (self.title) }
        }
    }

    pub(crate) fn place(&self, reader: &Reader) -> Markup {
        html! {
            @if let Some(street) = self.street { (reader.unit(street)) }
            @if let Some(grid) = self.grid { " " span.minor { (reader.grid(grid)) } }
            @if self.street.is_none() && self.grid.is_none() { span.none { "–" } }
        }
    }

    pub(crate) fn lead(&self, reader: &Reader) -> Markup {
        match self.lead {
            Some(unit) => html! { (reader.unit(unit)) },
            None => html! { span.none { "–" } },
        }
    }

    /// The duty that is due first, and who owes it.
    pub(crate) fn next(&self, reader: &Reader) -> Markup {
        let Some(duty) = self.duty else {
            return html! { span.none { "–" } };
        };
        html! {
            (clock(reader, duty))
            " " span.minor { (reader.office(self.next_unit, self.next_role)) }
        }
    }

    /// When it is due, of the row at a place of the answer.
    pub(crate) fn due(&self, reader: &Reader, of: &str) -> Markup {
        html! {
            (super::time::told_if(reader, &format!("{of}/due"), self.due))
            @if self.provisional { " " span.minor { (reader.say(W::Provisional)) } }
        }
    }

    /// How late, or how long yet, of the row at a place of an answer that holds it.
    pub(crate) fn late_by(&self, reader: &Reader, of: &str) -> Markup {
        let shown = self.lateness(reader);
        let field = |name: &str| format!("{of}/{name}");
        match self.late {
            None => shown,
            Some(late) if self.is_past => {
                html! { data value=(late) data-from=(field("overdue_minutes")) { (shown) } }
            }
            Some(late) => {
                html! { data value=(-late) data-from=(field("remaining_minutes")) { (shown) } }
            }
        }
    }

    /// How late, or how long yet.
    pub(crate) fn lateness(&self, reader: &Reader) -> Markup {
        match self.late {
            None => html! { span.none { "–" } },
            Some(late) if late > 0 => html! {
                span.late { span.out-of-sight { (reader.say(W::Late)) " " } "+" (reader.span(late)) }
            },
            Some(left) => html! {
                span.left { span.out-of-sight { (reader.say(W::Left)) " " } (reader.span(-left)) }
            },
        }
    }

    pub(crate) fn cards(&self, reader: &Reader) -> Markup {
        html! {
            @if self.yellow > 0 { span.card.yellow { (reader.say(W::Yellow)) " " (self.yellow) } " " }
            @if self.red > 0 { span.card.red { (reader.say(W::Red)) " " (self.red) } }
        }
    }
}

/// A duty by name.
pub(crate) fn clock(reader: &Reader, code: &str) -> String {
    ClockKind::from_code(code).map_or_else(|| code.to_owned(), |kind| reader.own(kind.label()))
}

/// A stage by name.
pub(crate) fn stage(reader: &Reader, code: &str) -> String {
    Stage::from_code(code).map_or_else(|| code.to_owned(), |stage| reader.own(stage.label()))
}
