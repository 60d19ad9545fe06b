//! The demo city: units, grids on two levels, people with offices, who serves what. It is made in
//! memory as the registry's five CSV files and imported by the command that every city uses.

mod names;
pub(super) mod plan;

use super::dice::Dice;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::registry::csv::CsvKind;
use names::{COMMUNITIES, DEPARTMENTS, FAMILY, GIVEN, LANES, ORDINALS, STREETS};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// From when everything in the city holds.
const SINCE: &str = "2023-01-01";
/// Level-one grids of a community, level-two grids of each.
const GRIDS_ONE: usize = 3;
const GRIDS_TWO: usize = 2;

/// A leaf grid and what it lies in.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The level-two grid.
    pub(super) grid: String,
    /// Its level-one grid.
    pub(super) level_one: String,
    /// Its community.
    pub(super) community: String,
    /// Its street.
    pub(super) street: String,
}

/// The city, as the simulator needs it.
#[derive(Default)]
pub(super) struct City {
    /// The leaf grids.
    pub(super) spots: Vec<Spot>,
    /// Who holds a role at a unit or grid, in the order of their codes.
    offices: BTreeMap<(String, Role), Vec<Actor>>,
    files: [String; 5],
    people: usize,
    names: Option<Dice>,
}

impl City {
    /// The city of a seed. `services` are the pairs of unit and matter.
    pub(super) fn of(seed: u64, services: &[(String, String)]) -> Self {
        let mut city = Self {
            names: Some(Dice::new(seed, u64::MAX)),
            files: HEADERS.map(|header| format!("{header}\n")),
            ..Self::default()
        };
        city.top();
        city.departments();
        for street in 0..STREETS.len() {
            city.street(street);
        }
        for (unit, matter) in services {
            city.line(CsvKind::Services, &[unit, matter, "everywhere", SINCE]);
        }
        city
    }

    /// The registry's files.
    pub(super) fn files(&self) -> Vec<(CsvKind, &[u8])> {
        let texts = self.files.iter().map(String::as_bytes);
        CsvKind::ALL.into_iter().zip(texts).collect()
    }

    /// The file of its boundaries.
    pub(super) fn boundaries(&self) -> String {
        let mut units = BTreeMap::new();
        let mut features = Vec::new();
        for (no, spot) in self.spots.iter().enumerate() {
            let residents = 900 + no * 97 % 700;
            *units.entry(&spot.street).or_insert(0) += residents;
            *units.entry(&spot.community).or_insert(0) += residents;
            features.extend(plan::feature("grid", &spot.grid, Some(residents)));
            if spot.grid.ends_with("-1") {
                features.extend(plan::feature("grid", &spot.level_one, None));
            }
        }
        for (unit, residents) in units {
            features.extend(plan::feature("unit", unit, Some(residents)));
        }
        serde_json::json!({"type": "FeatureCollection", "features": features}).to_string()
    }

    /// People in office.
    pub(super) const fn people(&self) -> usize {
        self.people
    }

    /// One who holds a role at a place, by turns of `turn`.
    pub(super) fn holder(&self, place: &str, role: Role, turn: u64) -> Option<Actor> {
        let holders = self.offices.get(&(place.to_owned(), role))?;
        let count = u64::try_from(holders.len()).unwrap_or(1).max(1);
        holders
            .get(usize::try_from(turn % count).unwrap_or(0))
            .cloned()
    }

    /// All who hold a role at a place.
    pub(super) fn holders(&self, place: &str, role: Role) -> &[Actor] {
        let key = (place.to_owned(), role);
        self.offices.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whoever speaks for a unit, whatever kind of unit it is.
    pub(super) fn speaker(&self, unit: &str, turn: u64) -> Option<Actor> {
        [
            Role::DepartmentHandler,
            Role::CommunityStaff,
            Role::StreetStaff,
        ]
        .into_iter()
        .find_map(|role| self.holder(unit, role, turn))
    }

    fn line(&mut self, kind: CsvKind, fields: &[&str]) {
        let place = CsvKind::ALL.iter().position(|one| *one == kind);
        if let Some(file) = place.and_then(|place| self.files.get_mut(place)) {
            let _ = writeln!(file, "{}", fields.join(","));
        }
    }

    fn unit(&mut self, id: &str, kind: &str, level: &str, name: (&str, &str), parent: &str) {
        let fields = [id, kind, level, name.0, name.1, parent, SINCE];
        self.line(CsvKind::Units, &fields);
    }

    /// A new person in one office or several. A grid officer acts for the grid's community.
    fn person(&mut self, role: Role, unit: &str, places: &[String]) {
        self.people += 1;
        let id = format!("P-{:04}", self.people);
        let name = match &mut self.names {
            Some(dice) => person_name(dice),
            None => id.clone(),
        };
        let part_time = matches!(role, Role::BuildingCaptain | Role::PartyOrgSecretary);
        let employment = if part_time { "part_time" } else { "full_time" };
        self.line(CsvKind::People, &[&id, &name, employment, SINCE]);
        for place in places {
            self.line(CsvKind::Tenures, &[&id, role.code(), place, SINCE]);
            let code = place
                .split_once(':')
                .map_or("", |(_, code)| code)
                .to_owned();
            let actor = Actor::new(&id, role, unit);
            self.offices.entry((code, role)).or_default().push(actor);
        }
    }

    fn officers(&mut self, role: Role, unit: &str, count: usize) {
        for _ in 0..count {
            self.person(role, unit, &[format!("unit:{unit}")]);
        }
    }

    fn top(&mut self) {
        self.unit("city", "city", "", ("榕城市", "Rongcheng City"), "");
        let name = ("榕城示范区", "Rongcheng Demonstration District");
        self.unit("district", "district", "", name, "city");
        self.officers(Role::CityOffice, "city", 2);
        self.officers(Role::DistrictLeader, "district", 3);
        self.officers(Role::Supervisor, "district", 3);
        self.officers(Role::Auditor, "district", 1);
        self.officers(Role::Administrator, "district", 1);
    }

    fn departments(&mut self) {
        for (id, zh, en) in DEPARTMENTS {
            self.unit(id, "department", "district", (zh, en), "district");
            if id == "centre" {
                self.officers(Role::Dispatcher, id, 6);
                self.officers(Role::DutyChief, id, 2);
            } else {
                self.officers(Role::DepartmentHandler, id, 2);
                self.officers(Role::DepartmentLeader, id, 1);
            }
        }
    }

    fn street(&mut self, number: usize) {
        let (zh, en, host) = STREETS[number];
        let id = format!("street-{}", number + 1);
        self.unit(&id, "street", "", (zh, en), "district");
        self.officers(Role::StreetStaff, &id, 3);
        self.officers(Role::StreetLeader, &id, 1);
        let resident = format!("host-{}", number + 1);
        self.unit(&resident, "company", "", (host, host), &id);
        for turn in 0..COMMUNITIES.len() / STREETS.len() {
            let host = (turn == 0).then_some(resident.as_str());
            self.community(number, turn, &id, host);
        }
    }

    fn community(&mut self, street: usize, turn: usize, above: &str, host: Option<&str>) {
        let name = COMMUNITIES[street * (COMMUNITIES.len() / STREETS.len()) + turn];
        let id = format!("community-{}-{}", street + 1, turn + 1);
        let place = format!("{}-{}", street + 1, turn + 1);
        let (zh, en) = (format!("{name}社区"), format!("Community {place}"));
        self.unit(&id, "community", "", (&zh, &en), above);
        let party = format!("party-{}-{}", street + 1, turn + 1);
        let (zh, en) = (
            format!("{name}社区党委"),
            format!("Party Committee {place}"),
        );
        self.unit(&party, "party_org", "", (&zh, &en), &id);
        self.officers(Role::CommunityStaff, &id, 2);
        self.officers(Role::CommunitySecretary, &id, 1);
        let mut all = Vec::new();
        for nth in 0..GRIDS_ONE {
            let grid = format!("G-{}-{}-{}", street + 1, turn + 1, nth + 1);
            // The last grid of the first community of a street is given to a resident unit.
            let host = host.filter(|_| nth + 1 == GRIDS_ONE);
            let seat = (id.as_str(), above, name);
            self.grid(&grid, nth, seat, (host, &party));
            all.push(format!("grid:{grid}"));
        }
        // One who stands in for any officer of the community.
        self.person(Role::GridOfficer, &id, &all);
    }

    fn grid(
        &mut self,
        grid: &str,
        nth: usize,
        (community, street, name): (&str, &str, &str),
        (host, party): (Option<&str>, &str),
    ) {
        let kind = if host.is_some() { "dedicated" } else { "basic" };
        let zh = format!("{name}社区第{}网格", ORDINALS[nth]);
        let host = host.unwrap_or("");
        // The branch stands on the grid, below the community's committee.
        let branch = format!("{party}-{}", nth + 1);
        let names = (format!("{zh}党支部"), format!("Party Branch {grid}"));
        self.unit(&branch, "party_org", "", (&names.0, &names.1), party);
        let fields = [
            grid, "one", kind, &zh, grid, community, "", host, &branch, SINCE,
        ];
        self.line(CsvKind::Grids, &fields);
        let place = [format!("grid:{grid}")];
        self.person(Role::GridOfficer, community, &place);
        self.person(Role::GridLeader, community, &place);
        self.person(Role::PartyOrgSecretary, community, &place);
        for (part, ordinal) in ORDINALS.iter().enumerate().take(GRIDS_TWO) {
            let leaf = format!("{grid}-{}", part + 1);
            let zh = format!("{zh}{ordinal}片");
            self.line(
                CsvKind::Grids,
                &[&leaf, "two", kind, &zh, &leaf, "", grid, "", "", SINCE],
            );
            if part == 0 {
                self.person(Role::BuildingCaptain, community, &[format!("grid:{leaf}")]);
            }
            self.spots.push(Spot {
                grid: leaf,
                level_one: grid.to_owned(),
                community: community.to_owned(),
                street: street.to_owned(),
            });
        }
    }
}

/// The first lines of the five files, in the order of [`CsvKind::ALL`].
const HEADERS: [&str; 5] = [
    "unit_id,kind,level,name_zh,name_en,parent,valid_from",
    "grid_id,level,kind,name_zh,name_en,community,parent_grid,host,party_org,valid_from",
    "person_id,name,employment,valid_from",
    "person,role,place,valid_from",
    "unit,matter,area,valid_from",
];

/// An invented name.
pub(super) fn person_name(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&FAMILY), dice.pick(&GIVEN))
}

/// A place in words, without a person's own door.
pub(super) fn place_name(dice: &mut Dice) -> String {
    format!("{}{}号附近", dice.pick(&LANES), dice.between(1, 180))
}
