//! `registry show units|grids|people`: who and what there is, with the codes that commands take.

use crate::args::{RegistryShow, Within};
use crate::failure::Failure;
use crate::labels::Names;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::ids::UnitId;
use gridwhistle::domain::policy::words;
use gridwhistle::domain::registry::Registry;
use gridwhistle::projections::models::{Grids, People, Units};

fn columns() -> [Column; 4] {
    [
        Column::from(W::HCode).whole(),
        Column::from(W::HName).least(16),
        Column::from(W::HKind).rank(2),
        Column::from(W::HParent).rank(1).least(12),
    ]
}

/// The part of the registry that is asked for, at an instant.
struct Asked<'a> {
    registry: &'a Registry,
    within: Option<UnitId>,
    at: DateTime<Utc>,
}

/// Shows a part of the registry.
///
/// # Errors
/// When the unit is not there or the store cannot be read.
pub(super) async fn run(session: &Session, what: RegistryShow) -> Result<(), Failure> {
    let engine = session.open_to_read().await?;
    let reference = engine.reference();
    let (RegistryShow::Units { within }
    | RegistryShow::Grids { within }
    | RegistryShow::People { within }) = &what;
    let Within { unit, as_of } = within;
    let at = as_of.as_of.unwrap_or_else(|| engine.now());
    let names = Names::of(&engine, at);
    let asked = Asked {
        registry: &reference.registry,
        within: unit.as_deref().map(UnitId::new),
        at,
    };
    asked.unit_is_there()?;
    match what {
        RegistryShow::Units { .. } => asked.units(session, &names),
        RegistryShow::Grids { .. } => asked.grids(session, &names),
        RegistryShow::People { .. } => asked.people(session, &names),
    }
}

impl Asked<'_> {
    fn unit_is_there(&self) -> Result<(), Failure> {
        match &self.within {
            Some(unit) if self.registry.unit(unit).is_none() => Err(Failure::not_found(
                "unit_unknown",
                told(W::UnitMissing, &[unit]),
            )),
            _ => Ok(()),
        }
    }

    fn units(&self, session: &Session, names: &Names) -> Result<(), Failure> {
        let shown = Units::of(self.registry, self.within.as_ref(), self.at);
        session.output.answer(&shown, |out| {
            let mut table = Table::new(columns());
            for one in &shown.units {
                table.row([
                    one.unit.to_string(),
                    names.unit(Some(one.unit.as_str())),
                    say(&words::unit_kind(one.kind)),
                    names.unit(one.parent.as_ref().map(UnitId::as_str)),
                ]);
            }
            out.table(&table)
        })
    }

    fn grids(&self, session: &Session, names: &Names) -> Result<(), Failure> {
        let shown = Grids::of(self.registry, self.within.as_ref(), self.at);
        session.output.answer(&shown, |out| {
            let mut table = Table::new(columns());
            for one in &shown.grids {
                let name = names.grid(Some(one.grid.as_str()));
                let kind = say(&words::grid_kind(one.level, one.kind));
                let within = one.within.as_str();
                let above = match self.registry.unit(&within.into()) {
                    Some(_) => names.unit(Some(within)),
                    None => names.grid(Some(within)),
                };
                table.row([one.grid.to_string(), name, kind, above]);
            }
            out.table(&table)
        })
    }

    fn people(&self, session: &Session, names: &Names) -> Result<(), Failure> {
        let shown = People::of(self.registry, self.within.as_ref(), self.at);
        session.output.answer(&shown, |out| {
            let mut table = Table::new([
                Column::from(W::HAs).whole(),
                Column::from(W::HName),
                Column::from(W::HRole).rank(2),
                Column::from(W::HWhere).rank(1).least(12),
            ]);
            for one in &shown.people {
                let place = match &one.grid {
                    Some(grid) => names.grid(Some(grid.as_str())),
                    None => names.unit(Some(one.unit.as_str())),
                };
                let role = say(&one.role.label());
                table.row([one.actor.clone(), one.name.clone(), role, place]);
            }
            out.table(&table)
        })
    }
}
