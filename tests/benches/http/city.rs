//! The smallest city that takes reports.

use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use gridwhistle::{Engine, Options};
use std::path::PathBuf;

const FILES: [(CsvKind, &str); 4] = [
    (
        CsvKind::Units,
        "unit_id,kind,level,name_zh,parent,valid_from\nCITY,city,,示范市,,2024-01-01\n\
         D-1,district,,东区,CITY,2024-01-01\nS-1,street,,老城街道,D-1,2024-01-01\n\
         C-1,community,,东门社区,S-1,2024-01-01\n",
    ),
    (
        CsvKind::Grids,
        "grid_id,level,kind,name_zh,community,parent_grid,valid_from\n\
         G-1,one,basic,东门一格,C-1,,2024-01-01\n",
    ),
    (
        CsvKind::People,
        "person_id,name,employment,valid_from\nP-leader,林,full_time,2024-01-01\n",
    ),
    (
        CsvKind::Tenures,
        "person,role,place,valid_from\nP-leader,grid_leader,grid:G-1,2024-01-01\n",
    ),
];

/// Who reports.
pub(crate) fn leader() -> Actor {
    Actor::new("P-leader", Role::GridLeader, "C-1")
}

/// An engine of it on a store.
pub(crate) async fn open(url: &str, keys: Option<PathBuf>) -> Engine {
    let options = Options {
        keys,
        ..Options::default()
    };
    let engine = Engine::open_with(url, options).await.unwrap();
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    engine.install(&admin).await.unwrap();
    let files = FILES.map(|(kind, text)| (kind, text.as_bytes()));
    engine
        .import_registry(&admin, &files, Language::En)
        .await
        .unwrap();
    engine
}
