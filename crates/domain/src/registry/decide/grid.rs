//! Recording and closing grids.

use super::{
    Command, Fact, Facts, Placing, Refusal, Span, check_period, check_words, ending, placing,
};
use crate::ids::GridId;
use crate::registry::grid::{GridDetails, GridKind, GridLevel, GridSeat};
use crate::registry::{Place, Registry, UnitKind};
use chrono::{DateTime, Utc};

impl Registry {
    pub(super) fn judge_grid(&self, command: &Command, continued: bool) -> Facts {
        match command {
            Command::RecordGrid {
                grid,
                level,
                kind,
                details,
                from,
                to,
            } => self.record_grid(
                grid,
                (*level, *kind),
                details,
                Span {
                    from: *from,
                    to: *to,
                    continued,
                },
            ),
            Command::CloseGrid { grid, until } => self.close_grid(grid, *until),
            _ => Ok(Vec::new()),
        }
    }

    fn record_grid(
        &self,
        id: &GridId,
        (level, kind): (GridLevel, GridKind),
        details: &GridDetails,
        span: Span,
    ) -> Facts {
        check_words("grid_id", id.as_str(), true)?;
        check_words("name_zh", &details.name.zh, true)?;
        check_words("name_en", &details.name.en, false)?;
        check_words("boundary", &details.boundary, false)?;
        check_period(span.from, span.to)?;
        // A level-2 grid lies within its level-1 grid, so its host is that grid's.
        let needs_host = kind == GridKind::Dedicated && level == GridLevel::One;
        let may_have_host = kind == GridKind::Dedicated;
        if (needs_host && details.host.is_none()) || (!may_have_host && details.host.is_some()) {
            return Err(Refusal::HostMismatch {
                grid: id.to_string(),
            });
        }
        let known = self.grid(id);
        if let Some(known) = known {
            let fixed = |field, recorded: String| {
                Err(Refusal::Fixed {
                    field,
                    id: id.to_string(),
                    recorded,
                })
            };
            if known.level != level {
                return fixed("level", known.level.to_string());
            }
            if known.kind != kind {
                return fixed("kind", known.kind.to_string());
            }
        }
        let span = match placing(known.map(|k| &k.history), id.as_str(), span, details)? {
            Placing::Nothing => return Ok(Vec::new()),
            Placing::End { until } => return self.close_grid(id, until),
            Placing::Begin { until } => span.until(until),
        };
        self.check_seat(level, details, span)?;
        if let (Some(until), true) = (span.closing(), known.is_some()) {
            self.check_grid_free(id, until)?;
        }
        let (grid, from, details) = (id.clone(), span.from, details.clone());
        let mut facts = vec![match known {
            None => Fact::GridRegistered {
                grid,
                level,
                kind,
                from,
                details,
            },
            Some(_) => Fact::GridRevised {
                grid,
                from,
                details,
            },
        }];
        facts.extend(span.closing().map(|until| Fact::GridClosed {
            grid: id.clone(),
            until,
        }));
        Ok(facts)
    }

    fn check_seat(
        &self,
        level: GridLevel,
        details: &GridDetails,
        span: Span,
    ) -> Result<(), Refusal> {
        match (&details.seat, level) {
            (GridSeat::Community(community), GridLevel::One) => {
                self.check_unit("community", community, &[UnitKind::Community], span)?;
            }
            (GridSeat::Grid(above), GridLevel::Two) => {
                let place = Place::Grid(above.clone());
                self.check_place("parent_grid", &place, span)?;
                if self
                    .grid(above)
                    .is_some_and(|grid| grid.level != GridLevel::One)
                {
                    return Err(Refusal::WrongSeat { level });
                }
            }
            _ => return Err(Refusal::WrongSeat { level }),
        }
        if let Some(host) = &details.host {
            self.check_unit("host", host, UnitKind::ALL, span)?;
        }
        match &details.party_org {
            Some(party_org) => self.check_unit("party_org", party_org, &[UnitKind::PartyOrg], span),
            None => Ok(()),
        }
    }

    /// A named unit or grid must exist for the whole period.
    pub(super) fn check_place(
        &self,
        field: &'static str,
        place: &Place,
        Span { from, to, .. }: Span,
    ) -> Result<(), Refusal> {
        let covered = match place {
            Place::Unit(id) => self.unit(id).map(|unit| unit.history.covers(from, to)),
            Place::Grid(id) => self.grid(id).map(|grid| grid.history.covers(from, to)),
        };
        match covered {
            Some(true) => Ok(()),
            _ => Err(Refusal::UnknownPlace {
                field,
                place: place.clone(),
                from,
            }),
        }
    }

    fn close_grid(&self, id: &GridId, until: DateTime<Utc>) -> Facts {
        if !ending(self.grid(id).map(|grid| &grid.history), id.as_str(), until)? {
            return Ok(Vec::new());
        }
        self.check_grid_free(id, until)?;
        Ok(vec![Fact::GridClosed {
            grid: id.clone(),
            until,
        }])
    }

    fn check_grid_free(&self, id: &GridId, until: DateTime<Utc>) -> Result<(), Refusal> {
        let within = |grid: &&crate::registry::Grid| {
            grid.history
                .holds_from(until, |details| details.seat == GridSeat::Grid(id.clone()))
        };
        match self.grids().find(within) {
            Some(grid) => {
                let by = Place::Grid(grid.id.clone());
                Err(Refusal::StillInUse {
                    id: id.to_string(),
                    by,
                })
            }
            None => Ok(()),
        }
    }
}
