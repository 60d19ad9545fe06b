//! Recording people, their tenures, and the end of both.

use super::{
    Command, Fact, Facts, Placing, Refusal, Span, check_period, check_words, ending, placing,
};
use crate::actor::Role;
use crate::ids::PersonId;
use crate::registry::person::{Person, PersonDetails, Tenure};
use crate::registry::unit::UnitKind::{
    City, Community, Company, Department, District, PartyOrg, SocialOrg, Street,
};
use crate::registry::{GridLevel, Place, Registry, UnitKind};
use chrono::{DateTime, Utc};

impl Registry {
    pub(super) fn judge_person(&self, command: &Command, continued: bool) -> Facts {
        match command {
            Command::RecordPerson {
                person,
                details,
                from,
                to,
            } => self.record_person(
                person,
                details,
                Span {
                    from: *from,
                    to: *to,
                    continued,
                },
            ),
            Command::DeactivatePerson { person, until } => self.deactivate(person, *until),
            Command::BeginTenure {
                person,
                role,
                place,
                from,
                to,
            } => {
                let (role, place) = (*role, place.clone());
                self.record_tenure(
                    person,
                    &Tenure {
                        role,
                        place,
                        from: *from,
                        to: *to,
                    },
                )
            }
            Command::EndTenure {
                person,
                role,
                place,
                until,
            } => self.stop_tenure(person, *role, place, *until),
            _ => Ok(Vec::new()),
        }
    }

    fn record_person(&self, id: &PersonId, details: &PersonDetails, span: Span) -> Facts {
        check_words("person_id", id.as_str(), true)?;
        check_words("name", &details.name, true)?;
        check_period(span.from, span.to)?;
        let known = self.person(id);
        let span = match placing(known.map(|k| &k.history), id.as_str(), span, details)? {
            Placing::Nothing => return Ok(Vec::new()),
            Placing::End { until } => return self.deactivate(id, until),
            Placing::Begin { until } => span.until(until),
        };
        let (person, from, details) = (id.clone(), span.from, details.clone());
        let mut facts = vec![match known {
            None => Fact::PersonRegistered {
                person,
                from,
                details,
            },
            Some(_) => Fact::PersonRevised {
                person,
                from,
                details,
            },
        }];
        facts.extend(span.closing().map(|until| Fact::PersonDeactivated {
            person: id.clone(),
            until,
        }));
        Ok(facts)
    }

    /// Tenures of somebody who is not active count for nothing, so none need be ended first.
    fn deactivate(&self, id: &PersonId, until: DateTime<Utc>) -> Facts {
        let open = ending(
            self.person(id).map(|person| &person.history),
            id.as_str(),
            until,
        )?;
        let fact = Fact::PersonDeactivated {
            person: id.clone(),
            until,
        };
        Ok(if open { vec![fact] } else { Vec::new() })
    }

    fn record_tenure(&self, id: &PersonId, new: &Tenure) -> Facts {
        check_period(new.from, new.to)?;
        let Some(person) = self.person(id) else {
            return Err(Refusal::UnknownPerson {
                person: id.clone(),
                from: new.from,
            });
        };
        let same = |tenure: &&Tenure| tenure.role == new.role && tenure.place == new.place;
        for tenure in person.tenures.iter().filter(same) {
            let (role, place) = (tenure.role, tenure.place.clone());
            match (tenure.from == new.from, new.to, tenure.to) {
                (true, None, _) => return Ok(Vec::new()),
                (true, Some(to), Some(recorded)) if to == recorded => return Ok(Vec::new()),
                (true, Some(until), None) => {
                    return Ok(vec![Fact::TenureEnded {
                        person: id.clone(),
                        role,
                        place,
                        until,
                    }]);
                }
                _ if overlap((tenure.from, tenure.to), (new.from, new.to)) => {
                    return Err(Refusal::TenureOverlaps {
                        person: id.clone(),
                        role,
                        place,
                    });
                }
                _ => {}
            }
        }
        if !person.history.covers(new.from, new.to) {
            return Err(Refusal::UnknownPerson {
                person: id.clone(),
                from: new.from,
            });
        }
        self.check_place("place", &new.place, Span::of(new.from, new.to))?;
        self.check_role(new)?;
        check_apart(person, new)?;
        self.check_seat_free(id, new)?;
        Ok(vec![Fact::TenureBegun {
            person: id.clone(),
            tenure: new.clone(),
        }])
    }

    fn check_role(&self, new: &Tenure) -> Result<(), Refusal> {
        let (levels, kinds) = seats(new.role);
        let fits = match &new.place {
            Place::Unit(id) => self.unit(id).is_some_and(|unit| kinds.contains(&unit.kind)),
            Place::Grid(id) => self
                .grid(id)
                .is_some_and(|grid| levels.contains(&grid.level)),
        };
        if fits {
            return Ok(());
        }
        let grids = levels.iter().map(|level| format!("a level-{level} grid"));
        let units = kinds.iter().map(|kind| format!("a unit of kind {kind}"));
        let places: Vec<String> = grids.chain(units).collect();
        let accepted = match places.is_empty() {
            true => "no tenure at all for this role".to_owned(),
            false => places.join(", "),
        };
        Err(Refusal::RoleNotHere {
            role: new.role,
            place: new.place.clone(),
            accepted,
        })
    }

    /// A grid answers with one leader at any instant (`DOMAIN.md` row 6). An active tenure of
    /// somebody who is deactivated leaves the seat free.
    fn check_seat_free(&self, id: &PersonId, new: &Tenure) -> Result<(), Refusal> {
        if new.role != Role::GridLeader {
            return Ok(());
        }
        let ever = self
            .staff
            .get(&new.place)
            .into_iter()
            .flatten()
            .filter(|other| *other != id);
        for other in ever.filter_map(|other| self.person(other)) {
            let leads = |tenure: &Tenure| {
                let end = other.history.last().and_then(|last| last.to);
                let to = tenure.to.into_iter().chain(end).min();
                tenure.role == Role::GridLeader
                    && tenure.place == new.place
                    && overlap((tenure.from, to), (new.from, new.to))
            };
            if other.tenures.iter().any(leads) {
                let (place, holder) = (new.place.clone(), other.id.clone());
                return Err(Refusal::SeatTaken { place, holder });
            }
        }
        Ok(())
    }

    fn stop_tenure(&self, id: &PersonId, role: Role, place: &Place, until: DateTime<Utc>) -> Facts {
        let tenures = self
            .person(id)
            .map(|person| person.tenures.as_slice())
            .unwrap_or_default();
        let same = |tenure: &&Tenure| tenure.role == role && tenure.place == *place;
        if tenures
            .iter()
            .filter(same)
            .any(|tenure| tenure.to == Some(until))
        {
            return Ok(Vec::new());
        }
        if !tenures
            .iter()
            .filter(same)
            .any(|tenure| tenure.from < until && tenure.contains(until))
        {
            return Err(Refusal::NotOpen {
                id: format!("{id} {role} {place}"),
                at: until,
            });
        }
        let (person, place) = (id.clone(), place.clone());
        Ok(vec![Fact::TenureEnded {
            person,
            role,
            place,
            until,
        }])
    }
}

type Interval = (DateTime<Utc>, Option<DateTime<Utc>>);

pub(super) fn overlap(one: Interval, other: Interval) -> bool {
    one.1.is_none_or(|end| other.0 < end) && other.1.is_none_or(|end| one.0 < end)
}

/// The three administrations are in three hands (三员分立), at whatever unit.
fn check_apart(person: &Person, new: &Tenure) -> Result<(), Refusal> {
    let clashes = |held: &&Tenure| {
        held.role.is_apart_from(new.role) && overlap((held.from, held.to), (new.from, new.to))
    };
    match person.tenures.iter().find(clashes) {
        None => Ok(()),
        Some(held) => Err(Refusal::AdministrationsTogether {
            person: person.id.clone(),
            held: held.role,
            role: new.role,
        }),
    }
}

/// Where a role is held. Residents and the engine hold no office.
const fn seats(role: Role) -> (&'static [GridLevel], &'static [UnitKind]) {
    match role {
        Role::Resident | Role::System => (&[], &[]),
        Role::GridOfficer => (&[GridLevel::One, GridLevel::Two], &[]),
        Role::BuildingCaptain => (&[GridLevel::Two], &[]),
        Role::GridLeader => (&[GridLevel::One], &[]),
        Role::PartyOrgSecretary => (&[GridLevel::One, GridLevel::Two], &[PartyOrg]),
        Role::CommunityStaff | Role::CommunitySecretary => (&[], &[Community]),
        Role::StreetStaff | Role::StreetLeader => (&[], &[Street]),
        Role::Dispatcher | Role::DutyChief => (&[], &[City, District, Street, Department]),
        Role::DepartmentHandler | Role::DepartmentLeader => {
            (&[], &[Department, Company, SocialOrg])
        }
        Role::DistrictLeader => (&[], &[District]),
        Role::CityOffice => (&[], &[City, Department]),
        Role::Supervisor | Role::Auditor | Role::Administrator | Role::SecurityAdministrator => {
            (&[], UnitKind::ALL)
        }
    }
}
