//! Administrators and a service account in the registry of the small city.

use crate::city::City;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;

pub(crate) fn administrator() -> Actor {
    Actor::new("P-admin", Role::Administrator, "CITY")
}

pub(crate) fn keeper() -> Actor {
    Actor::new("P-security", Role::SecurityAdministrator, "CITY")
}

/// The account of the hotline's system.
pub(crate) fn account() -> Actor {
    Actor::new("SVC-12345", Role::Dispatcher, "B-centre")
}

/// Puts people into office, by the administrator: the host says who is one until one is in office.
pub(crate) async fn appoint(city: &City, people: &[Actor]) {
    let mut persons = "person_id,name,employment,valid_from\n".to_owned();
    let mut tenures = "person,role,place,valid_from\n".to_owned();
    for Actor {
        person, role, unit, ..
    } in people
    {
        persons.push_str(&format!("{person},{person},full_time,2024-01-01\n"));
        tenures.push_str(&format!("{person},{role},unit:{unit},2024-01-01\n"));
    }
    let files = [
        (CsvKind::People, persons.as_bytes()),
        (CsvKind::Tenures, tenures.as_bytes()),
    ];
    let host = administrator();
    let done = city.engine.import_registry(&host, &files, Language::En);
    done.await.unwrap();
}
