//! A small district by name, and the words of the tests.

use crate::actor::{Actor, Role};
use crate::registry::csv::{Batch, CsvKind};
use crate::registry::{Registry, RegistryCommand, RegistryFact, RegistryRefusal};
use chrono::{DateTime, Utc};

pub(super) const UNITS: &str = "\
unit_id,kind,level,name_zh,name_en,parent,contact,valid_from,valid_to
CITY,city,,榕城市,Rong City,,,2020-01-01,
D-1,district,,东区,East District,CITY,,2020-01-01,
S-1,street,,河口街道,River Mouth,D-1,,2020-01-01,
S-2,street,,山前街道,Hill Front,D-1,,2020-01-01,
C-1,community,,河东社区,River East,S-1,,2020-01-01,
C-2,community,,河西社区,River West,S-2,,2020-01-01,
B-water,department,district,区水务局,Water Bureau,D-1,政务大楼 3 楼 0591-87654321,2020-01-01,
B-city,department,city,市城管局,City Management,CITY,,2020-01-01,
P-1,party_org,,河东网格党支部,Party Branch,C-1,,2020-01-01,
H-1,company,,河东医院,Hospital,C-1,,2020-01-01,
";
pub(super) const GRIDS: &str = "\
grid_id,level,kind,name_zh,name_en,community,parent_grid,host,party_org,boundary,valid_from,valid_to
G-1,one,basic,河东一区,Estate One,C-1,,,P-1,东至河,2020-01-01,
G-2,one,dedicated,河东医院网格,Hospital Grid,C-1,,H-1,,,2020-01-01,
G-1-1,two,basic,一号楼,Building One,,G-1,,,,2020-01-01,
";
pub(super) const PEOPLE: &str = "\
person_id,name,employment,valid_from,valid_to
chen,陈网格,full_time,2020-01-01,
lin,林书记,part_time,2020-01-01,
wu,吴经办,full_time,2020-01-01,
";
pub(super) const TENURES: &str = "\
person,role,place,valid_from,valid_to
chen,grid_officer,grid:G-1-1,2020-01-01,
lin,grid_leader,grid:G-1,2020-01-01,
wu,department_handler,unit:B-water,2020-01-01,2024-01-01
";
pub(super) const SERVICES: &str = "\
unit,matter,area,valid_from,valid_to
B-city,*,everywhere,2020-01-01,
B-water,environment.*,unit:D-1,2020-01-01,
S-1,environment.noise,unit:S-1,2020-01-01,2023-01-01
";

pub(super) fn files() -> [(CsvKind, &'static [u8]); 5] {
    [
        (CsvKind::Units, UNITS.as_bytes()),
        (CsvKind::Grids, GRIDS.as_bytes()),
        (CsvKind::People, PEOPLE.as_bytes()),
        (CsvKind::Tenures, TENURES.as_bytes()),
        (CsvKind::Services, SERVICES.as_bytes()),
    ]
}

/// Midnight at UTC+8.
pub(super) fn day(date: &str) -> DateTime<Utc> {
    format!("{date}T00:00:00+08:00").parse().expect("a date")
}

pub(super) fn admin() -> Actor {
    Actor::new("admin", Role::Administrator, "CITY")
}

pub(super) fn city() -> Registry {
    let mut registry = Registry::default();
    let import = Batch::read(files()).expect("the files read well").command();
    registry.take(&import).expect("the city is sound");
    registry
}

impl Registry {
    /// Decides and folds; answers the facts.
    pub(super) fn take(
        &mut self,
        command: &RegistryCommand,
    ) -> Result<Vec<RegistryFact>, RegistryRefusal> {
        let events = self.decide(command, day("2026-03-02"), &admin())?;
        for event in &events {
            let json = serde_json::to_string(event).expect("every event is JSON");
            assert_eq!(
                *event,
                serde_json::from_str(&json).expect("and comes back"),
                "{json}"
            );
            self.evolve(event);
        }
        Ok(events.into_iter().map(|event| event.fact).collect())
    }

    /// One more line of a file.
    pub(super) fn line(
        &mut self,
        kind: CsvKind,
        line: &str,
    ) -> Result<Vec<RegistryFact>, RegistryRefusal> {
        let header = files()
            .into_iter()
            .find(|(k, _)| *k == kind)
            .expect("a kind")
            .1;
        let header = std::str::from_utf8(header)
            .expect("UTF-8")
            .lines()
            .next()
            .expect("a header");
        let text = format!("{header}\n{line}\n");
        let commands = crate::registry::csv::parse(kind, text.as_bytes()).expect("a good line");
        self.take(&commands[0])
    }
}

pub(super) fn names(facts: &[RegistryFact]) -> Vec<&'static str> {
    facts.iter().map(RegistryFact::name).collect()
}
