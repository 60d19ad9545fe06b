//! Who may have what of a file, role by role: that it is there, the image, the file as it came.

use super::{kept, photo, put};
use crate::city::people::{everyone, leader, resident};
use crate::city::{City, LEAK, work};
use crate::http::service::{Service, answer};
use crate::http::staff::{administrator, appoint, keeper};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::authority::{Reach, Sight, covers, reach};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use serde_json::json;
use std::collections::BTreeSet;

/// What a case in the first grid with a leg at the water bureau shows to everybody: that there is a
/// file, the image, the file as it came.
const MATRIX: &str = "\
resident R-1: file image -
resident R-2: - - -
grid_officer P-officer: file image original
grid_officer P-officer-2: - - -
building_captain P-captain: file image -
grid_leader P-leader: file image original
party_org_secretary P-party: file image -
community_staff P-community: file image original
community_secretary P-secretary: file image original
street_staff P-street: file image original
street_staff P-other-street: - - -
street_leader P-street-leader: file image -
dispatcher P-dispatcher: file image original
duty_chief P-chief: file image original
department_handler P-water: file image original
department_handler P-roads: - - -
department_handler P-police: - - -
department_leader P-water-leader: file image -
district_leader P-district: file image -
city_office P-city: file image -
supervisor P-supervisor: file image -
auditor P-auditor: file image -
administrator P-admin: - - -
security_administrator P-security: - - -
";

fn captain() -> Actor {
    Actor::new("P-captain", Role::BuildingCaptain, "C-1")
}

/// Everybody, a role after the other.
fn all() -> Vec<Actor> {
    let mut all: Vec<Actor> = everyone().into_iter().map(|(who, _)| who).collect();
    let another = Actor::new("R-2", Role::Resident, "");
    all.extend([resident(), another, captain(), administrator(), keeper()]);
    all.sort_by_key(|who| Role::ALL.iter().position(|role| *role == who.role));
    all
}

/// A file of a resident's report that the water bureau handles.
async fn handled(service: &Service) -> (CaseId, String) {
    let (_, told) = put(service, photo(10)).await;
    let sha256 = told["sha256"].as_str().unwrap().to_owned();
    let report = json!({ "form": { "channel": "snap_report", "grid": "G-1-1", "description": "water",
        "evidence": [{ "kind": "before_photo", "reference": sha256 }] } });
    let post = service
        .anonymous(reqwest::Method::POST, "/api/v1/cases")
        .bearer_auth("dev:R-1")
        .header("content-type", "application/json");
    let (status, told) = answer(post.body(report.to_string())).await;
    assert_eq!(status.as_u16(), 201, "{told}");
    let case = CaseId(told["case"].as_str().unwrap().parse().unwrap());
    let accept = work::accept(CaseClass::TimeLimited, LEAK);
    service.city.allowed(leader(), case, accept).await;
    (case, sha256)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_gets_of_a_file_what_the_matrix_says_and_no_more() {
    let city = City::in_memory().await;
    let grids = b"grid_id,level,kind,name_zh,community,parent_grid,valid_from\nG-1-1,two,basic,\xe4\xb8\x80\xe5\x8f\xb7\xe6\xa5\xbc,,G-1,2024-01-01\n";
    let people = b"person_id,name,employment,valid_from\nP-captain,c,full_time,2024-01-01\n";
    let tenures =
        b"person,role,place,valid_from\nP-captain,building_captain,grid:G-1-1,2024-01-01\n";
    let files: [(CsvKind, &[u8]); 3] = [
        (CsvKind::Grids, grids),
        (CsvKind::People, people),
        (CsvKind::Tenures, tenures),
    ];
    let host = Actor::new("it-desk", Role::Administrator, "CITY");
    let imported = city.engine.import_registry(&host, &files, Language::En);
    imported.await.unwrap();
    appoint(&city, &[administrator(), keeper()]).await;
    let (_folder, service) = kept(city, 1 << 20).await;
    let (case, sha256) = handled(&service).await;
    let state = service.city.engine.case(case).await.unwrap().unwrap();
    let (reference, now) = (service.city.engine.reference(), service.city.engine.now());
    let mut printed = String::new();
    for who in all() {
        let get = async |path: &str| {
            let address = format!("/api/v1/cases/{case}/evidence{path}");
            let request = if who.role == Role::Resident {
                let asked = service.anonymous(reqwest::Method::GET, &address);
                asked.bearer_auth(format!("dev:{}", who.person))
            } else {
                service.get(&who, &address)
            };
            request.send().await.unwrap().status().as_u16()
        };
        let listed = get("").await;
        let image = get(&format!("/{sha256}")).await;
        let original = get(&format!("/{sha256}?original=true")).await;
        // What the table of authority says.
        let far = |sight| {
            let reach = reach(who.role, sight);
            reach != Reach::Nothing && covers(reach, &who, &state, &reference.registry, now)
        };
        let (sees, reads) = (far(Sight::Cases), far(Sight::People));
        let got = [listed == 200, image == 200, original == 200];
        assert_eq!(
            got,
            [sees, sees, sees && reads],
            "{} {}",
            who.role,
            who.person
        );
        // Who may not see the case is not told that it is there.
        let none = if reach(who.role, Sight::Cases) == Reach::Nothing {
            403
        } else {
            404
        };
        if !sees {
            assert_eq!([listed, image, original], [none; 3], "{}", who.role);
        } else if !reads {
            assert_eq!(original, 403, "{}", who.role);
        }
        let words = ["file", "image", "original"];
        let words = words.iter().zip(got);
        let words = words.map(|(word, got)| if got { *word } else { "-" });
        let words: Vec<&str> = words.collect();
        printed += &format!("{} {}: {}\n", who.role, who.person, words.join(" "));
    }
    assert_eq!(printed, MATRIX);
    let shown: BTreeSet<Role> = all().iter().map(|who| who.role).collect();
    let roles = Role::ALL.iter().filter(|role| **role != Role::System);
    assert_eq!(shown.len(), roles.count(), "a role is missing");
}
