//! Why the registry refuses, in the order in which the rules are asked: authority, form, identity,
//! history, then what else must exist.

mod zh;

use super::boundary::Flaw;
use super::grid::GridLevel;
use super::place::{Area, Place};
use super::service::MatterPattern;
use super::unit::UnitKind;
use crate::actor::Role;
use crate::ids::{PersonId, UnitId};
use crate::text::Language;
use chrono::{DateTime, Utc};

/// One entry of an import that was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportIssue {
    /// Its place in the list, from 0.
    pub entry: usize,
    /// Why.
    pub refusal: RegistryRefusal,
}

/// Why a command was refused. Nothing was recorded.
///
/// Handling: correct the named field and ask again; nothing here heals by waiting.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegistryRefusal {
    /// The role may not change the registry.
    #[error("role `{role}` may not change the registry; accepted: administrator, system")]
    NotAuthorised {
        /// The role that asked.
        role: Role,
    },
    /// A field must say something.
    #[error("`{field}` is empty; accepted: at least one character other than space")]
    EmptyField {
        /// Which.
        field: &'static str,
    },
    /// A field holds what looks like a person's phone or identity number.
    #[error(
        "`{field}` holds a personal phone or identity number; accepted: an office address, window or landline"
    )]
    PersonalNumber {
        /// Which.
        field: &'static str,
    },
    /// A period ends before it begins.
    #[error(
        "`valid_to` {to} is not after `valid_from` {from}; accepted: a later instant, or empty"
    )]
    PeriodReversed {
        /// The beginning.
        from: DateTime<Utc>,
        /// The end.
        to: DateTime<Utc>,
    },
    /// The level of a unit does not fit its kind.
    #[error(
        "`level` does not fit kind `{kind}`; accepted: city, district or street for a department, empty for any other kind"
    )]
    LevelMismatch {
        /// The kind of the unit.
        kind: UnitKind,
    },
    /// Host and kind of a grid do not fit.
    #[error(
        "`host` does not fit the kind of grid `{grid}`; accepted: a unit for a dedicated grid, empty for a basic grid"
    )]
    HostMismatch {
        /// The grid.
        grid: String,
    },
    /// Kind or level of a known thing never change.
    #[error(
        "`{field}` of `{id}` is fixed as `{recorded}`; accepted: the same, or a new code for a new thing"
    )]
    Fixed {
        /// Which field.
        field: &'static str,
        /// Of what.
        id: String,
        /// What is recorded.
        recorded: String,
    },
    /// The period is recorded with other facts.
    #[error(
        "the period of `{id}` from {from} is recorded otherwise; accepted: the same facts, or a change with a later `valid_from`"
    )]
    HistoryFixed {
        /// Of what.
        id: String,
        /// The beginning of the recorded period.
        from: DateTime<Utc>,
    },
    /// The change would begin before a recorded one.
    #[error(
        "`valid_from` {from} of `{id}` lies before its latest recorded change; accepted: after {latest}"
    )]
    BeforeHistory {
        /// Of what.
        id: String,
        /// What was asked.
        from: DateTime<Utc>,
        /// The latest recorded beginning.
        latest: DateTime<Utc>,
    },
    /// It does not hold at the instant at which it is to end.
    #[error(
        "`{id}` does not hold at {at}, so it cannot end then; accepted: an instant within its open period"
    )]
    NotOpen {
        /// What.
        id: String,
        /// The instant.
        at: DateTime<Utc>,
    },
    /// A place that is named does not exist for the whole period.
    #[error(
        "`{field}` names `{place}`, which is not active for the whole period from {from}; accepted: a recorded, active unit or grid"
    )]
    UnknownPlace {
        /// Which field.
        field: &'static str,
        /// What it names.
        place: Place,
        /// The beginning of the period.
        from: DateTime<Utc>,
    },
    /// A person is not known for the whole period.
    #[error(
        "`person` names `{person}`, who is not active for the whole period from {from}; accepted: a recorded, active person"
    )]
    UnknownPerson {
        /// The code.
        person: PersonId,
        /// The beginning of the period.
        from: DateTime<Utc>,
    },
    /// A kind of unit that cannot stand alone has no parent.
    #[error("`parent` is empty; accepted for kind `{kind}`: a unit of kind {accepted}")]
    ParentMissing {
        /// The kind of the unit.
        kind: UnitKind,
        /// The kinds that may stand above it.
        accepted: String,
    },
    /// A named unit is of a kind that cannot stand there.
    #[error("`{field}` names `{unit}` of kind `{kind}`; accepted: a unit of kind {accepted}")]
    WrongKind {
        /// Which field.
        field: &'static str,
        /// What it names.
        unit: UnitId,
        /// Its kind.
        kind: UnitKind,
        /// The kinds that may stand there.
        accepted: String,
    },
    /// The unit would stand above itself.
    #[error(
        "`parent` `{parent}` stands below `{unit}` itself; accepted: a unit outside its own tree"
    )]
    Cycle {
        /// The unit.
        unit: UnitId,
        /// The parent asked for.
        parent: UnitId,
    },
    /// The grid's seat does not fit its level.
    #[error(
        "the seat of a level-{level} grid is wrong; accepted: a community for level one, a level-one grid for level two"
    )]
    WrongSeat {
        /// The level of the grid.
        level: GridLevel,
    },
    /// Something still hangs on what is to be closed.
    #[error("`{id}` is still in use by `{by}`; accepted: move or close that first")]
    StillInUse {
        /// What is to be closed.
        id: String,
        /// One thing that hangs on it.
        by: Place,
    },
    /// The role is not held at such a place.
    #[error("role `{role}` is not held at `{place}`; accepted: {accepted}")]
    RoleNotHere {
        /// The role.
        role: Role,
        /// The place.
        place: Place,
        /// Where the role is held.
        accepted: String,
    },
    /// A grid has one leader at a time.
    #[error("`{place}` has leader `{holder}` in that period; accepted: end that tenure first")]
    SeatTaken {
        /// The grid.
        place: Place,
        /// Who leads it.
        holder: PersonId,
    },
    /// The same tenure is recorded for an overlapping period.
    #[error(
        "`{person}` holds `{role}` at `{place}` in an overlapping period; accepted: a period after that one"
    )]
    TenureOverlaps {
        /// Who.
        person: PersonId,
        /// The role.
        role: Role,
        /// The place.
        place: Place,
    },
    /// One person would hold two of the three administrations.
    #[error(
        "`{person}` is `{held}` in an overlapping period and may not be `{role}` too; accepted: another person, or a period after that one"
    )]
    AdministrationsTogether {
        /// Who.
        person: PersonId,
        /// The role held.
        held: Role,
        /// The role asked for.
        role: Role,
    },
    /// The same service is recorded for an overlapping period.
    #[error(
        "`{unit}` serves `{matter}` at `{area}` in an overlapping period; accepted: a period after that one"
    )]
    ServiceOverlaps {
        /// Who serves.
        unit: UnitId,
        /// For what.
        matter: MatterPattern,
        /// Where.
        area: Area,
    },
    /// The rings are no boundary of an area.
    #[error("the boundary of `{place}` {}", .flaw.english())]
    NoBoundary {
        /// Of what.
        place: Place,
        /// What is wrong with them.
        flaw: Flaw,
    },
    /// An import has entries that are refused; nothing of it was recorded.
    #[error("{} entries of the import are refused, nothing was recorded: {}", .0.len(), english(.0))]
    Import(Vec<ImportIssue>),
}

fn english(issues: &[ImportIssue]) -> String {
    list(issues, Language::En)
}

fn list(issues: &[ImportIssue], language: Language) -> String {
    let line =
        |issue: &ImportIssue| format!("[{}] {}", issue.entry + 1, issue.refusal.message(language));
    issues.iter().map(line).collect::<Vec<_>>().join("; ")
}

impl RegistryRefusal {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorised { .. } => "not_authorised",
            Self::EmptyField { .. } => "empty_field",
            Self::PersonalNumber { .. } => "personal_number",
            Self::PeriodReversed { .. } => "period_reversed",
            Self::LevelMismatch { .. } => "level_mismatch",
            Self::HostMismatch { .. } => "host_mismatch",
            Self::Fixed { .. } => "fixed",
            Self::HistoryFixed { .. } => "history_fixed",
            Self::BeforeHistory { .. } => "before_history",
            Self::NotOpen { .. } => "not_open",
            Self::UnknownPlace { .. } => "unknown_place",
            Self::UnknownPerson { .. } => "unknown_person",
            Self::ParentMissing { .. } => "parent_missing",
            Self::WrongKind { .. } => "wrong_kind",
            Self::Cycle { .. } => "cycle",
            Self::WrongSeat { .. } => "wrong_seat",
            Self::StillInUse { .. } => "still_in_use",
            Self::RoleNotHere { .. } => "role_not_here",
            Self::SeatTaken { .. } => "seat_taken",
            Self::TenureOverlaps { .. } => "tenure_overlaps",
            Self::AdministrationsTogether { .. } => "administrations_together",
            Self::ServiceOverlaps { .. } => "service_overlaps",
            Self::NoBoundary { .. } => "no_boundary",
            Self::Import(_) => "import_refused",
        }
    }

    /// The column of a file, or the field of a form, that the refusal is about; may be empty.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::EmptyField { field }
            | Self::PersonalNumber { field }
            | Self::Fixed { field, .. }
            | Self::UnknownPlace { field, .. }
            | Self::WrongKind { field, .. } => field,
            Self::PeriodReversed { .. } | Self::NotOpen { .. } | Self::StillInUse { .. } => {
                "valid_to"
            }
            Self::HistoryFixed { .. }
            | Self::BeforeHistory { .. }
            | Self::TenureOverlaps { .. }
            | Self::ServiceOverlaps { .. } => "valid_from",
            Self::LevelMismatch { .. } | Self::WrongSeat { .. } => "level",
            Self::HostMismatch { .. } => "host",
            Self::UnknownPerson { .. } => "person",
            Self::ParentMissing { .. } | Self::Cycle { .. } => "parent",
            Self::RoleNotHere { .. } | Self::AdministrationsTogether { .. } => "role",
            Self::SeatTaken { .. } => "place",
            Self::NoBoundary { .. } => "geometry",
            Self::NotAuthorised { .. } | Self::Import(_) => "",
        }
    }

    /// The words for people: the field, the rule, and what would be accepted.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::En => self.to_string(),
            Language::ZhCn => self.chinese(),
        }
    }
}
