//! One event of every form of catalogue, policy and calendar, with every optional field given.

use super::{at, by, name, words};
use gridwhistle_domain::calendar::published::{CalendarEvent, CalendarFact};
use gridwhistle_domain::calendar::{CalendarPublication, Limit};
use gridwhistle_domain::catalogue::fact::{CatalogueEvent, CatalogueFact};
use gridwhistle_domain::catalogue::matter::{Domain, Matter, MatterOwner};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::publishing::{PolicyEvent, PolicyFact};
use gridwhistle_domain::policy::rows::EvidenceKind;

fn matter(owner: MatterOwner) -> Matter {
    Matter {
        code: "environment.leak".into(),
        domain: Domain::Environment,
        name: name(),
        classes: [CaseClass::TimeLimited, CaseClass::Proxy].into(),
        owner,
        limits: [(CaseClass::TimeLimited, Limit::WorkingDays(3))].into(),
        statutory_limit: Some(Limit::WorkingDays(20)),
        evidence: [EvidenceKind::AfterPhoto].into(),
        safety: true,
        proxy: true,
        person_must_appear: true,
        funding_owner: "B-water".into(),
        guide: name(),
    }
}

pub(crate) fn catalogue() -> Vec<CatalogueEvent> {
    let facts = [
        CatalogueFact::MatterAdmitted {
            from: at(0),
            matter: matter(MatterOwner::ByService),
        },
        CatalogueFact::MatterRevised {
            from: at(1),
            matter: matter(MatterOwner::Unit("B-water".into())),
        },
        CatalogueFact::MatterRetired {
            code: "environment.leak".into(),
            until: at(2),
        },
    ];
    let event = |fact| CatalogueEvent {
        at: at(9),
        by: by(),
        fact,
    };
    facts.into_iter().map(event).collect()
}

pub(crate) fn policy() -> Vec<PolicyEvent> {
    vec![PolicyEvent {
        at: at(9),
        by: by(),
        fact: PolicyFact::PolicyPublished {
            text: words(),
            version: "city-2026.2".into(),
            effective_from: at(24),
        },
    }]
}

/// Years, days of every kind and part, hours with a season, all that a publication may hold.
const PUBLICATION: &str = r#"
version = "fz-2027.1"
known_at = "2026-11-20T20:00:00+08:00"
years = [2027]
day_end = "midnight"
replaces = "fz-2027"
note = "第三排 \"漏水\""

[[days]]
date = "2027-01-01"
kind = "holiday"

[[days]]
date = "2027-01-02"
kind = "makeup"
part = "morning"

[[days]]
date = "2027-07-21"
kind = "stop_work"
part = "afternoon"

[[days]]
date = "2027-07-22"
kind = "regular"

[hours]
valid_from = "2027-01-01"
shifts = ["08:00-12:00", "14:00-18:00"]

[[hours.seasons]]
from = "06-01"
until = "09-30"
shifts = ["08:00-12:00", "15:00-18:30"]
"#;

pub(crate) fn calendar() -> Vec<CalendarEvent> {
    vec![CalendarEvent {
        at: at(9),
        by: by(),
        fact: CalendarFact::CalendarPublished {
            publication: CalendarPublication::from_toml(PUBLICATION).unwrap(),
        },
    }]
}
