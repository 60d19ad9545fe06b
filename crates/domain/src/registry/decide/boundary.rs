//! Drawing boundaries.

use super::{Fact, Facts, Placing, Refusal, Span, placing};
use crate::registry::boundary::Boundary;
use crate::registry::{Place, Registry, UnitKind};
use chrono::{DateTime, Utc};

/// What lies on a map: a department does not.
const AREAS: [UnitKind; 4] = [
    UnitKind::City,
    UnitKind::District,
    UnitKind::Street,
    UnitKind::Community,
];

impl Registry {
    pub(super) fn draw_boundary(
        &self,
        place: &Place,
        boundary: &Boundary,
        from: DateTime<Utc>,
    ) -> Facts {
        boundary.check().map_err(|flaw| Refusal::NoBoundary {
            place: place.clone(),
            flaw,
        })?;
        let active = match place {
            Place::Unit(unit) => self.unit_active(unit, from),
            Place::Grid(grid) => self.grid_active(grid, from),
        };
        if !active {
            return Err(Refusal::UnknownPlace {
                field: "place",
                place: place.clone(),
                from,
            });
        }
        if let Place::Unit(id) = place
            && let Some(unit) = self.unit(id)
            && !AREAS.contains(&unit.kind)
        {
            let accepted = AREAS.map(UnitKind::code).join(", ");
            return Err(Refusal::WrongKind {
                field: "unit",
                unit: id.clone(),
                kind: unit.kind,
                accepted,
            });
        }
        // A file that says nothing of when may be imported again later.
        if self.boundary(place, from) == Some(boundary) {
            return Ok(Vec::new());
        }
        let known = self.boundaries.get(place);
        let span = Span::of(from, None);
        Ok(match placing(known, &place.to_string(), span, boundary)? {
            Placing::Begin { .. } => vec![Fact::BoundaryDrawn {
                place: place.clone(),
                from,
                boundary: boundary.clone(),
            }],
            Placing::Nothing | Placing::End { .. } => Vec::new(),
        })
    }
}
