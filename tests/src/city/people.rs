//! The people of the small city, by what they do.

use gridwhistle::domain::actor::{Actor, Role};

macro_rules! people {
    ($($name:ident $person:literal $role:ident $unit:literal $place:literal;)*) => {
        $(pub(crate) fn $name() -> Actor {
            Actor::new($person, Role::$role, $unit)
        })*

        /// Everyone with an office, and where they hold it.
        pub(crate) fn everyone() -> Vec<(Actor, &'static str)> {
            vec![$(($name(), $place)),*]
        }
    };
}

people! {
    officer "P-officer" GridOfficer "C-1" "grid:G-1";
    leader "P-leader" GridLeader "C-1" "grid:G-1";
    party_secretary "P-party" PartyOrgSecretary "C-1" "grid:G-1";
    officer_elsewhere "P-officer-2" GridOfficer "C-2" "grid:G-2";
    community "P-community" CommunityStaff "C-1" "unit:C-1";
    community_secretary "P-secretary" CommunitySecretary "C-1" "unit:C-1";
    street "P-street" StreetStaff "S-1" "unit:S-1";
    street_leader "P-street-leader" StreetLeader "S-1" "unit:S-1";
    other_street "P-other-street" StreetStaff "S-2" "unit:S-2";
    dispatcher "P-dispatcher" Dispatcher "B-centre" "unit:B-centre";
    duty_chief "P-chief" DutyChief "B-centre" "unit:B-centre";
    water "P-water" DepartmentHandler "B-water" "unit:B-water";
    water_leader "P-water-leader" DepartmentLeader "B-water" "unit:B-water";
    roads "P-roads" DepartmentHandler "B-roads" "unit:B-roads";
    police "P-police" DepartmentHandler "B-police" "unit:B-police";
    district_leader "P-district" DistrictLeader "D-1" "unit:D-1";
    city_office "P-city" CityOffice "CITY" "unit:CITY";
    supervisor "P-supervisor" Supervisor "D-1" "unit:D-1";
    auditor "P-auditor" Auditor "D-1" "unit:D-1";
}

/// A resident who reports.
pub(crate) fn resident() -> Actor {
    Actor::new("R-1", Role::Resident, "")
}

/// `people.csv` and `tenures.csv`.
pub(crate) fn files() -> (String, String) {
    let mut people = "person_id,name,employment,valid_from\n".to_owned();
    let mut tenures = "person,role,place,valid_from\n".to_owned();
    for (actor, place) in everyone() {
        let (person, role) = (&actor.person, actor.role.code());
        people.push_str(&format!("{person},{person},full_time,2024-01-01\n"));
        tenures.push_str(&format!("{person},{role},{place},2024-01-01\n"));
    }
    (people, tenures)
}
