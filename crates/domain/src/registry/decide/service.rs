//! Granting and withdrawing services.

use super::person::overlap;
use super::{Command, Fact, Facts, Refusal, Span, check_period};
use crate::registry::service::Service;
use crate::registry::{Area, Registry, UnitKind};

impl Registry {
    pub(super) fn judge_service(&self, command: &Command) -> Facts {
        match command {
            Command::GrantService {
                unit,
                matter,
                area,
                from,
                to,
            } => {
                let (unit, matter, area) = (unit.clone(), matter.clone(), area.clone());
                self.record_service(&Service {
                    unit,
                    matter,
                    area,
                    from: *from,
                    to: *to,
                })
            }
            Command::WithdrawService {
                unit,
                matter,
                area,
                until,
            } => {
                let mut ends = self.services_of(unit, area).filter(|s| s.matter == *matter);
                if ends.clone().any(|service| service.to == Some(*until)) {
                    return Ok(Vec::new());
                }
                if !ends.any(|service| service.from < *until && service.contains(*until)) {
                    let id = format!("{unit} {matter} {area}");
                    return Err(Refusal::NotOpen { id, at: *until });
                }
                let (unit, matter, area) = (unit.clone(), matter.clone(), area.clone());
                Ok(vec![Fact::ServiceWithdrawn {
                    unit,
                    matter,
                    area,
                    until: *until,
                }])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn record_service(&self, new: &Service) -> Facts {
        check_period(new.from, new.to)?;
        let recorded = self.services_of(&new.unit, &new.area);
        for service in recorded.filter(|service| service.matter == new.matter) {
            let Service {
                unit, matter, area, ..
            } = service.clone();
            match (service.from == new.from, new.to, service.to) {
                (true, None, _) => return Ok(Vec::new()),
                (true, Some(to), Some(end)) if to == end => return Ok(Vec::new()),
                (true, Some(until), None) => {
                    return Ok(vec![Fact::ServiceWithdrawn {
                        unit,
                        matter,
                        area,
                        until,
                    }]);
                }
                _ if overlap((service.from, service.to), (new.from, new.to)) => {
                    return Err(Refusal::ServiceOverlaps { unit, matter, area });
                }
                _ => {}
            }
        }
        let span = Span::of(new.from, new.to);
        self.check_unit("unit", &new.unit, UnitKind::ALL, span)?;
        if let Area::Within(place) = &new.area {
            self.check_place("area", place, span)?;
        }
        Ok(vec![Fact::ServiceGranted {
            service: new.clone(),
        }])
    }

    fn services_of(
        &self,
        unit: &crate::ids::UnitId,
        area: &Area,
    ) -> impl Iterator<Item = &Service> + Clone {
        self.services
            .get(area)
            .and_then(|by_unit| by_unit.get(unit))
            .into_iter()
            .flatten()
    }
}
