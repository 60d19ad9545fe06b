//! Recording and closing units.

use super::{
    Command, Fact, Facts, Placing, Refusal, Span, check_period, check_words, ending, placing,
};
use crate::ids::UnitId;
use crate::registry::unit::{UnitDetails, UnitKind, UnitLevel};
use crate::registry::{GridSeat, Place, Registry};
use chrono::{DateTime, Utc};

impl Registry {
    pub(super) fn judge_unit(&self, command: &Command, continued: bool) -> Facts {
        match command {
            Command::RecordUnit {
                unit,
                kind,
                level,
                details,
                from,
                to,
            } => self.record_unit(
                unit,
                (*kind, *level),
                details,
                Span {
                    from: *from,
                    to: *to,
                    continued,
                },
            ),
            Command::CloseUnit { unit, until } => self.close_unit(unit, *until),
            _ => Ok(Vec::new()),
        }
    }

    fn record_unit(
        &self,
        id: &UnitId,
        (kind, level): (UnitKind, Option<UnitLevel>),
        details: &UnitDetails,
        span: Span,
    ) -> Facts {
        check_words("unit_id", id.as_str(), true)?;
        check_words("name_zh", &details.name.zh, true)?;
        check_words("name_en", &details.name.en, false)?;
        check_words("contact", &details.contact, false)?;
        check_period(span.from, span.to)?;
        if level.is_some() != (kind == UnitKind::Department) {
            return Err(Refusal::LevelMismatch { kind });
        }
        let known = self.unit(id);
        if let Some(known) = known {
            let fixed = |field, recorded: String| {
                Err(Refusal::Fixed {
                    field,
                    id: id.to_string(),
                    recorded,
                })
            };
            if known.kind != kind {
                return fixed("kind", known.kind.to_string());
            }
            if known.level != level {
                return fixed(
                    "level",
                    known.level.map(|l| l.to_string()).unwrap_or_default(),
                );
            }
        }
        let span = match placing(known.map(|k| &k.history), id.as_str(), span, details)? {
            Placing::Nothing => return Ok(Vec::new()),
            Placing::End { until } => return self.close_unit(id, until),
            Placing::Begin { until } => span.until(until),
        };
        self.check_parent(id, kind, details.parent.as_ref(), span)?;
        if let (Some(until), true) = (span.closing(), known.is_some()) {
            self.check_unit_free(id, until)?;
        }
        let (unit, from, details) = (id.clone(), span.from, details.clone());
        let mut facts = vec![match known {
            None => Fact::UnitRegistered {
                unit,
                kind,
                level,
                from,
                details,
            },
            Some(_) => Fact::UnitRevised {
                unit,
                from,
                details,
            },
        }];
        facts.extend(span.closing().map(|until| Fact::UnitClosed {
            unit: id.clone(),
            until,
        }));
        Ok(facts)
    }

    fn check_parent(
        &self,
        id: &UnitId,
        kind: UnitKind,
        parent: Option<&UnitId>,
        span: Span,
    ) -> Result<(), Refusal> {
        let from = span.from;
        let accepted = || accepted(kind.parents());
        let Some(parent) = parent else {
            return match kind.needs_parent() {
                true => Err(Refusal::ParentMissing {
                    kind,
                    accepted: accepted(),
                }),
                false => Ok(()),
            };
        };
        // Itself first: a new unit that names itself is a cycle, not an unknown place.
        if parent == id {
            return Err(Refusal::Cycle {
                unit: id.clone(),
                parent: parent.clone(),
            });
        }
        self.check_unit("parent", parent, kind.parents(), span)?;
        // A parent may be moved later than `from`, so the walk is made at every later beginning.
        let later = self
            .units()
            .flat_map(|unit| unit.history.iter())
            .map(|period| period.from);
        let mut instants: Vec<_> = later.filter(|begun| *begun > from).collect();
        instants.push(from);
        instants.sort_unstable();
        instants.dedup();
        let loops = |at: &DateTime<Utc>| self.chain(parent, *at).any(|above| above == id);
        match instants.iter().any(loops) {
            true => Err(Refusal::Cycle {
                unit: id.clone(),
                parent: parent.clone(),
            }),
            false => Ok(()),
        }
    }

    /// A named unit must be of an accepted kind and exist for the whole period.
    pub(super) fn check_unit(
        &self,
        field: &'static str,
        id: &UnitId,
        kinds: &[UnitKind],
        Span { from, to, .. }: Span,
    ) -> Result<(), Refusal> {
        let Some(unit) = self.unit(id).filter(|unit| unit.history.covers(from, to)) else {
            return Err(Refusal::UnknownPlace {
                field,
                place: Place::Unit(id.clone()),
                from,
            });
        };
        if !kinds.contains(&unit.kind) {
            let (unit, kind) = (id.clone(), unit.kind);
            return Err(Refusal::WrongKind {
                field,
                unit,
                kind,
                accepted: accepted(kinds),
            });
        }
        Ok(())
    }

    fn close_unit(&self, id: &UnitId, until: DateTime<Utc>) -> Facts {
        if !ending(self.unit(id).map(|unit| &unit.history), id.as_str(), until)? {
            return Ok(Vec::new());
        }
        self.check_unit_free(id, until)?;
        Ok(vec![Fact::UnitClosed {
            unit: id.clone(),
            until,
        }])
    }

    fn check_unit_free(&self, id: &UnitId, until: DateTime<Utc>) -> Result<(), Refusal> {
        let child = |unit: &&crate::registry::Unit| {
            unit.history
                .holds_from(until, |details| details.parent.as_ref() == Some(id))
        };
        let seated = |grid: &&crate::registry::Grid| {
            grid.history.holds_from(until, |details| {
                details.seat == GridSeat::Community(id.clone())
            })
        };
        let unit = self
            .units()
            .find(child)
            .map(|unit| Place::Unit(unit.id.clone()));
        let by = unit.or_else(|| self.grids().find(seated).map(|g| Place::Grid(g.id.clone())));
        match by {
            Some(by) => Err(Refusal::StillInUse {
                id: id.to_string(),
                by,
            }),
            None => Ok(()),
        }
    }
}

fn accepted(kinds: &[UnitKind]) -> String {
    if kinds.is_empty() {
        return "none (leave it empty)".to_owned();
    }
    kinds
        .iter()
        .map(|kind| kind.code())
        .collect::<Vec<_>>()
        .join(" or ")
}
