//! The columns of each file and what one line asks for.

use super::CsvKind;
use super::table::{Column, Row, Table, may, must};
use crate::actor::Role;
use crate::ids::{GridId, PersonId, UnitId};
use crate::registry::command::RegistryCommand as Command;
use crate::registry::{
    Area, Employment, GridDetails, GridKind, GridLevel, GridSeat, MatterPattern, PersonDetails,
    Place, UnitDetails, UnitKind, UnitLevel,
};
use crate::text::Text;
use chrono::{DateTime, Utc};

const UNITS: &[Column] = &[
    must("unit_id"),
    must("kind"),
    may("level"),
    must("name_zh"),
    may("name_en"),
    must("parent"),
    may("contact"),
    must("valid_from"),
    may("valid_to"),
];
const GRIDS: &[Column] = &[
    must("grid_id"),
    must("level"),
    must("kind"),
    must("name_zh"),
    may("name_en"),
    must("community"),
    must("parent_grid"),
    may("host"),
    may("party_org"),
    may("boundary"),
    must("valid_from"),
    may("valid_to"),
];
const PEOPLE: &[Column] = &[
    must("person_id"),
    must("name"),
    must("employment"),
    must("valid_from"),
    may("valid_to"),
];
const TENURES: &[Column] = &[
    must("person"),
    must("role"),
    must("place"),
    must("valid_from"),
    may("valid_to"),
];
const SERVICES: &[Column] = &[
    must("unit"),
    must("matter"),
    must("area"),
    must("valid_from"),
    may("valid_to"),
];

pub(super) const fn columns(kind: CsvKind) -> &'static [Column] {
    match kind {
        CsvKind::Units => UNITS,
        CsvKind::Grids => GRIDS,
        CsvKind::People => PEOPLE,
        CsvKind::Tenures => TENURES,
        CsvKind::Services => SERVICES,
    }
}

/// The command of a line; every wrong field of it is reported before the line is given up.
pub(super) fn command(kind: CsvKind, table: &mut Table, row: &Row) -> Option<Command> {
    match kind {
        CsvKind::Units => unit(table, row),
        CsvKind::Grids => grid(table, row),
        CsvKind::People => person(table, row),
        CsvKind::Tenures => tenure(table, row),
        CsvKind::Services => service(table, row),
    }
}

fn unit(table: &mut Table, row: &Row) -> Option<Command> {
    let id = table.required(row, "unit_id");
    let kind = table.coded(row, "kind", UnitKind::from_code, &UnitKind::accepted());
    let level = table.coded_or_empty(row, "level", UnitLevel::from_code, &UnitLevel::accepted());
    let name = table
        .required(row, "name_zh")
        .map(|zh| Text::new(zh, row.text("name_en")));
    let period = table.period(row);
    let parent = optional(row, "parent").map(UnitId::new);
    let (from, to) = period?;
    let details = UnitDetails {
        name: name?,
        parent,
        contact: row.text("contact").to_owned(),
    };
    let (unit, kind, level) = (UnitId::new(id?), kind?, level?);
    Some(Command::RecordUnit {
        unit,
        kind,
        level,
        details,
        from,
        to,
    })
}

fn grid(table: &mut Table, row: &Row) -> Option<Command> {
    let id = table.required(row, "grid_id");
    let level = table.coded(row, "level", GridLevel::from_code, &GridLevel::accepted());
    let kind = table.coded(row, "kind", GridKind::from_code, &GridKind::accepted());
    let name = table
        .required(row, "name_zh")
        .map(|zh| Text::new(zh, row.text("name_en")));
    let period = table.period(row);
    let seat = match level? {
        GridLevel::One => {
            empty(
                table,
                row,
                "parent_grid",
                ("一级网格应留空", "empty for a level-one grid"),
            );
            table
                .required(row, "community")
                .map(|id| GridSeat::Community(UnitId::new(id)))
        }
        GridLevel::Two => {
            empty(
                table,
                row,
                "community",
                ("二级网格应留空", "empty for a level-two grid"),
            );
            table
                .required(row, "parent_grid")
                .map(|id| GridSeat::Grid(GridId::new(id)))
        }
    };
    let (from, to) = period?;
    let details = GridDetails {
        name: name?,
        seat: seat?,
        host: optional(row, "host").map(UnitId::new),
        party_org: optional(row, "party_org").map(UnitId::new),
        boundary: row.text("boundary").to_owned(),
    };
    let (grid, level, kind) = (GridId::new(id?), level?, kind?);
    Some(Command::RecordGrid {
        grid,
        level,
        kind,
        details,
        from,
        to,
    })
}

fn person(table: &mut Table, row: &Row) -> Option<Command> {
    let id = table.required(row, "person_id");
    let name = table.required(row, "name");
    let employment = table.coded(
        row,
        "employment",
        Employment::from_code,
        &Employment::accepted(),
    );
    let (from, to) = table.period(row)?;
    let details = PersonDetails {
        name: name?,
        employment: employment?,
    };
    Some(Command::RecordPerson {
        person: PersonId::new(id?),
        details,
        from,
        to,
    })
}

fn tenure(table: &mut Table, row: &Row) -> Option<Command> {
    let id = table.required(row, "person");
    let roles = Role::ALL
        .iter()
        .map(|role| role.code())
        .collect::<Vec<_>>()
        .join(", ");
    let role = table.coded(row, "role", Role::from_code, &roles);
    let place = table.coded(
        row,
        "place",
        |text| text.parse::<Place>().ok(),
        "unit:CODE, grid:CODE",
    );
    let (from, to) = table.period(row)?;
    let (person, role, place) = (PersonId::new(id?), role?, place?);
    Some(Command::BeginTenure {
        person,
        role,
        place,
        from,
        to,
    })
}

fn service(table: &mut Table, row: &Row) -> Option<Command> {
    let unit = table.required(row, "unit");
    let pattern = |text: &str| text.parse::<MatterPattern>().ok();
    let matter = table.coded(row, "matter", pattern, "CODE, PREFIX*, *");
    let area = |text: &str| text.parse::<Area>().ok();
    let area = table.coded(row, "area", area, "everywhere, unit:CODE, grid:CODE");
    let (from, to) = table.period(row)?;
    let (unit, matter, area) = (UnitId::new(unit?), matter?, area?);
    Some(Command::GrantService {
        unit,
        matter,
        area,
        from,
        to,
    })
}

fn optional<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    Some(row.text(column)).filter(|text| !text.is_empty())
}

fn empty(table: &mut Table, row: &Row, column: &str, accepted: (&str, &str)) {
    let found = row.text(column);
    if !found.is_empty() {
        let accepted = Text::new(accepted.0, accepted.1);
        table.report(
            row.line,
            column,
            super::CsvRule::UnknownCode,
            found,
            accepted,
        );
    }
}

/// What a line speaks of, and when.
pub(super) fn claim(command: &Command) -> Option<(String, DateTime<Utc>, Option<DateTime<Utc>>)> {
    match command {
        Command::RecordUnit { unit, from, to, .. } => Some((unit.to_string(), *from, *to)),
        Command::RecordGrid { grid, from, to, .. } => Some((grid.to_string(), *from, *to)),
        Command::RecordPerson {
            person, from, to, ..
        } => Some((person.to_string(), *from, *to)),
        Command::BeginTenure {
            person,
            role,
            place,
            from,
            to,
        } => Some((format!("{person} {role} {place}"), *from, *to)),
        Command::GrantService {
            unit,
            matter,
            area,
            from,
            to,
        } => Some((format!("{unit} {matter} {area}"), *from, *to)),
        _ => None,
    }
}
