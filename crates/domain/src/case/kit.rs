//! The test kit: a small city, its people by name, and given/when/then for a case.
//!
//! Tests speak in people and matters (`leader()`, `water()`, `TRASH`), never in `foo`.

pub(crate) mod chinese;

use super::Case;
use super::clock::ClockId;
use super::command::{CaseCommand, CommandName};
use super::context::{Context, Gathered, Reference};
use super::decide::decide;
use super::evolve::evolve;
use super::fact::{CaseEvent, CaseFact, ReportForm};
use super::record::Evidence;
use super::refusal::{Refusal, RefusalCode};
use super::stage::Stage;
use crate::actor::{Actor, Role};
use crate::calendar::CalendarBook;
use crate::catalogue::fact::{CatalogueEvent, CatalogueFact};
use crate::class::CaseClass;
use crate::ids::{CaseId, LegNo};
use crate::policy::Policy;
use crate::policy::rows::EvidenceKind;
use crate::registry::{RegistryEvent, RegistryFact};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;

/// A matter that allows every class but proxy; served by the water bureau alone in the old town.
pub(crate) const LEAK: &str = "environment.leak";
/// A matter for a grid officer alone.
pub(crate) const TRASH: &str = "civility.trash";
/// A window matter for proxies.
pub(crate) const PENSION: &str = "government_services.pension";
/// A window matter that needs the person.
pub(crate) const PASSPORT: &str = "government_services.passport";
/// A matter of safety.
pub(crate) const GAS: &str = "work_safety.gas";
/// A matter that two units serve, so that no dispatch rule fits.
pub(crate) const NOISE: &str = "environment.noise";

/// The level-1 grid of the kit's case; `G-1-1` is its level-2 grid, `G-2` the neighbour.
pub(crate) const GRID: &str = "G-1";

/// Local wall clock (+08:00) `2026-03-02 09:00` as an instant. A Monday in working time.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text}:00 +0800"), "%Y-%m-%d %H:%M:%S %z")
        .expect("a local minute such as `2026-03-02 09:00`")
        .to_utc()
}

/// People. Two of most kinds, so that nobody needs to approve their own work.
pub(crate) fn resident() -> Actor {
    Actor::new("R-lin", Role::Resident, "")
}
pub(crate) fn officer() -> Actor {
    Actor::new("P-officer", Role::GridOfficer, "C-east")
}
pub(crate) fn officer_of_neighbour() -> Actor {
    Actor::new("P-officer-2", Role::GridOfficer, "C-east")
}
pub(crate) fn substitute() -> Actor {
    Actor::new("P-officer-3", Role::GridOfficer, "C-east")
}
pub(crate) fn leader() -> Actor {
    Actor::new("P-leader", Role::GridLeader, "C-east")
}
pub(crate) fn party_secretary() -> Actor {
    Actor::new("P-party", Role::PartyOrgSecretary, "C-east")
}
pub(crate) fn community() -> Actor {
    Actor::new("P-community", Role::CommunityStaff, "C-east")
}
pub(crate) fn community_secretary() -> Actor {
    Actor::new("P-secretary", Role::CommunitySecretary, "C-east")
}
pub(crate) fn street() -> Actor {
    Actor::new("P-street", Role::StreetStaff, "S-old-town")
}
pub(crate) fn street_leader() -> Actor {
    Actor::new("P-street-leader", Role::StreetLeader, "S-old-town")
}
pub(crate) fn other_street() -> Actor {
    Actor::new("P-other-street", Role::StreetStaff, "S-new-town")
}
pub(crate) fn dispatcher() -> Actor {
    Actor::new("P-dispatcher", Role::Dispatcher, "D-centre")
}
pub(crate) fn duty_chief() -> Actor {
    Actor::new("P-chief", Role::DutyChief, "D-centre")
}
pub(crate) fn water() -> Actor {
    Actor::new("P-water", Role::DepartmentHandler, "B-water")
}
pub(crate) fn water_leader() -> Actor {
    Actor::new("P-water-leader", Role::DepartmentLeader, "B-water")
}
pub(crate) fn roads() -> Actor {
    Actor::new("P-roads", Role::DepartmentHandler, "B-roads")
}
pub(crate) fn police() -> Actor {
    Actor::new("P-police", Role::DepartmentHandler, "B-police")
}
pub(crate) fn district_leader() -> Actor {
    Actor::new("P-district", Role::DistrictLeader, "D-district")
}
pub(crate) fn city_office() -> Actor {
    Actor::new("P-city", Role::CityOffice, "CITY")
}
pub(crate) fn supervisor() -> Actor {
    Actor::new("P-supervisor", Role::Supervisor, "D-district")
}
pub(crate) fn system() -> Actor {
    Actor::system()
}

/// The city: built by folding plain facts, as the registry itself would.
pub(crate) fn reference() -> Reference {
    let mut reference = Reference {
        calendars: CalendarBook::china(),
        ..Reference::default()
    };
    reference
        .policies
        .insert(Policy::built_in(), at("2020-01-01 00:00"));
    for fact in registry_facts() {
        let event = RegistryEvent {
            at: at("2020-01-01 00:00"),
            by: system(),
            fact,
        };
        reference.registry.evolve(&event);
    }
    for matter in matters() {
        let from = at("2020-01-01 00:00");
        let matter = serde_json::from_value(matter).expect("a matter");
        let fact = CatalogueFact::MatterAdmitted { from, matter };
        reference.catalogue.evolve(&CatalogueEvent {
            at: from,
            by: system(),
            fact,
        });
    }
    reference
}

fn fact(value: Value) -> RegistryFact {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"))
}

const FROM: &str = "2019-12-31T16:00:00Z";

fn unit(id: &str, kind: &str, level: Option<&str>, parent: Option<&str>) -> RegistryFact {
    fact(
        json!({ "UnitRegistered": { "unit": id, "kind": kind, "level": level, "from": FROM,
        "details": { "name": { "zh": id, "en": id }, "parent": parent } } }),
    )
}

fn person(actor: &Actor, place: &str) -> [RegistryFact; 2] {
    let details = json!({ "name": actor.person, "employment": "full_time" });
    [
        fact(
            json!({ "PersonRegistered": { "person": actor.person, "from": FROM, "details": details } }),
        ),
        fact(json!({ "TenureBegun": { "person": actor.person,
            "tenure": { "role": actor.role, "place": place, "from": FROM } } })),
    ]
}

fn service(unit: &str, matter: &str) -> RegistryFact {
    fact(json!({ "ServiceGranted": { "service":
        { "unit": unit, "matter": matter, "area": "everywhere", "from": FROM } } }))
}

#[expect(clippy::too_many_lines, reason = "the whole city at one glance")]
fn registry_facts() -> Vec<RegistryFact> {
    let mut facts = vec![
        unit("CITY", "city", None, None),
        unit("D-district", "district", None, Some("CITY")),
        unit("S-old-town", "street", None, Some("D-district")),
        unit("S-new-town", "street", None, Some("D-district")),
        unit("C-east", "community", None, Some("S-old-town")),
        unit(
            "B-water",
            "department",
            Some("district"),
            Some("D-district"),
        ),
        unit(
            "B-roads",
            "department",
            Some("district"),
            Some("D-district"),
        ),
        unit(
            "B-police",
            "department",
            Some("district"),
            Some("D-district"),
        ),
        unit(
            "D-centre",
            "department",
            Some("district"),
            Some("D-district"),
        ),
        unit(
            "W-window",
            "department",
            Some("district"),
            Some("D-district"),
        ),
        unit("B-gone", "department", Some("district"), Some("D-district")),
        fact(json!({ "UnitClosed": { "unit": "B-gone", "until": "2020-06-01T00:00:00Z" } })),
    ];
    for (grid, level, seat) in [
        ("G-1", "one", json!({ "community": "C-east" })),
        ("G-2", "one", json!({ "community": "C-east" })),
        ("G-1-1", "two", json!({ "grid": "G-1" })),
    ] {
        facts.push(fact(
            json!({ "GridRegistered": { "grid": grid, "level": level, "kind": "basic",
            "from": FROM, "details": { "name": { "zh": grid, "en": grid }, "seat": seat } } }),
        ));
    }
    for (actor, place) in [
        (officer(), "grid:G-1"),
        (substitute(), "grid:G-1"),
        (officer_of_neighbour(), "grid:G-2"),
        (leader(), "grid:G-1"),
        (party_secretary(), "grid:G-1"),
        (community(), "unit:C-east"),
        (community_secretary(), "unit:C-east"),
        (street(), "unit:S-old-town"),
        (street_leader(), "unit:S-old-town"),
        (other_street(), "unit:S-new-town"),
        (dispatcher(), "unit:D-centre"),
        (duty_chief(), "unit:D-centre"),
        (water(), "unit:B-water"),
        (water_leader(), "unit:B-water"),
        (roads(), "unit:B-roads"),
        (police(), "unit:B-police"),
        (district_leader(), "unit:D-district"),
        (city_office(), "unit:CITY"),
        (supervisor(), "unit:D-district"),
    ] {
        facts.extend(person(&actor, place));
    }
    facts.extend([
        service("B-water", LEAK),
        service("B-water", GAS),
        service("B-water", NOISE),
        service("B-police", NOISE),
    ]);
    facts
}

fn matters() -> Vec<Value> {
    let all = json!(["on_the_spot", "time_limited", "special", "undertaken"]);
    let matter = |code: &str, domain: &str, classes: &Value| {
        json!({ "code": code, "domain": domain, "name": { "zh": code, "en": code },
            "classes": classes, "owner": "by_service", "funding_owner": "D-district" })
    };
    let mut pension = matter(PENSION, "government_services", &json!(["proxy"]));
    pension["proxy"] = json!(true);
    pension["statutory_limit"] = json!("20 wd");
    let mut passport = matter(PASSPORT, "government_services", &json!(["proxy"]));
    passport["proxy"] = json!(true);
    passport["person_must_appear"] = json!(true);
    let mut gas = matter(GAS, "work_safety", &all);
    gas["safety"] = json!(true);
    vec![
        matter(LEAK, "environment", &all),
        matter(TRASH, "civility", &json!(["on_the_spot"])),
        matter(NOISE, "environment", &all),
        pension,
        passport,
        gas,
    ]
}

/// One more unit, from the beginning.
pub(crate) fn founds(reference: &mut Reference, id: &str, kind: &str, parent: &str) {
    let level = (kind == "department").then_some("district");
    reference.registry.evolve(&RegistryEvent {
        at: at("2020-01-01 00:00"),
        by: system(),
        fact: unit(id, kind, level, Some(parent)),
    });
}

/// One more person with an office, from the beginning.
pub(crate) fn joins(reference: &mut Reference, actor: &Actor, place: &str) {
    for fact in person(actor, place) {
        reference.registry.evolve(&RegistryEvent {
            at: at("2020-01-01 00:00"),
            by: system(),
            fact,
        });
    }
}

/// A person is no longer active, and left long before the kit's case.
pub(crate) fn leaves(reference: &mut Reference, actor: &Actor) {
    let until = "2020-06-01T00:00:00Z";
    let fact = fact(json!({ "PersonDeactivated": { "person": actor.person, "until": until } }));
    reference.registry.evolve(&RegistryEvent {
        at: at("2020-01-02 00:00"),
        by: system(),
        fact,
    });
}

/// The id of the kit's case.
pub(crate) fn case_id() -> CaseId {
    CaseId(uuid::Uuid::from_u128(10))
}

/// A report from the kit's grid.
pub(crate) fn form() -> ReportForm {
    serde_json::from_value(json!({
        "channel": "snap_report", "grid": GRID, "place": "12 East Lane",
        "description": "water runs over the pavement"
    }))
    .expect("a form")
}

/// One piece of evidence of a kind.
pub(crate) fn evidence(kind: EvidenceKind) -> Evidence {
    Evidence {
        kind,
        reference: "a".repeat(64),
        note: String::new(),
    }
}

/// A report command.
pub(crate) fn report() -> CaseCommand {
    CaseCommand::Report { form: form() }
}

/// An acceptance by a dispatch rule.
pub(crate) fn accept(class: CaseClass, matter: &str) -> CaseCommand {
    CaseCommand::Accept {
        class,
        matter: matter.into(),
        manual_dispatch: false,
        origin: None,
    }
}

/// The first leg.
pub(crate) const LEAD: LegNo = LegNo(1);
/// The second leg.
pub(crate) const SECOND: LegNo = LegNo(2);

/// A case in the making: given what happened, when someone asks, then this follows.
pub(crate) struct Given {
    /// The state so far.
    pub(crate) case: Case,
    reference: Arc<Reference>,
    gathered: Gathered,
    now: DateTime<Utc>,
    last: Result<Vec<CaseEvent>, Refusal>,
}

impl Given {
    /// An empty stream on a Monday morning: 2026-03-02 09:00.
    pub(crate) fn nothing() -> Self {
        Self {
            case: Case::default(),
            reference: Arc::new(reference()),
            gathered: Gathered::default(),
            now: at("2026-03-02 09:00"),
            last: Ok(Vec::new()),
        }
    }

    /// Other reference data.
    pub(crate) fn knowing(mut self, change: impl FnOnce(&mut Reference)) -> Self {
        change(Arc::make_mut(&mut self.reference));
        self
    }

    /// Facts from other streams for the next commands.
    pub(crate) fn gathered(mut self, gathered: Gathered) -> Self {
        self.gathered = gathered;
        self
    }

    /// The city has this case, too.
    pub(crate) fn beside(self, case: u128) -> Self {
        self.gathered(Gathered {
            same_as: Some(CaseId(uuid::Uuid::from_u128(case))),
            ..Gathered::default()
        })
    }

    /// The clock of the world stands here.
    pub(crate) fn at(mut self, local: &str) -> Self {
        self.now = at(local);
        self
    }

    /// What somebody sees who asks, before anything is gathered for a command.
    pub(crate) fn asked_by(&self, actor: Actor) -> Context {
        Context {
            case: case_id(),
            now: self.now,
            actor,
            reference: Arc::clone(&self.reference),
            gathered: Gathered::default(),
        }
    }

    /// Someone asks. A refusal leaves the state as it was.
    pub(crate) fn when(mut self, actor: Actor, command: CaseCommand) -> Self {
        let mut context = self.asked_by(actor);
        context.gathered = self.gathered.clone();
        self.last = decide(&self.case, &command, &context);
        let before = self.case.stage;
        for event in self.last.iter().flatten() {
            evolve(&mut self.case, event);
        }
        self.is_drawn(command.name(), before);
        self
    }

    /// The machine that policies are checked and drawn by knows every change of stage there is.
    #[track_caller]
    fn is_drawn(&self, command: CommandName, before: Option<Stage>) {
        let policies = &self.reference.policies;
        let pinned = self.case.policy.as_ref();
        let row = pinned.and_then(|pinned| policies.get(pinned)?.row(self.case.class?));
        let (route, after) = (row.map(|row| row.route), self.case.stage);
        let known = crate::policy::flow::knows(command, route, before, after);
        assert!(
            known,
            "{command} leads from {before:?} to {after:?}: see policy::flow"
        );
    }

    /// Someone asks, and it must be allowed: setting the scene.
    #[track_caller]
    pub(crate) fn and(self, actor: Actor, command: CaseCommand) -> Self {
        let name = command.name();
        let next = self.when(actor, command);
        assert!(next.last.is_ok(), "{name} was refused: {:?}", next.last);
        next
    }

    /// The names of the facts that followed.
    #[track_caller]
    pub(crate) fn then(self, facts: &[&str]) -> Self {
        match &self.last {
            Ok(events) => {
                let names: Vec<&str> = events.iter().map(|event| event.fact.name()).collect();
                assert_eq!(names, facts);
            }
            Err(refusal) => panic!("refused: {refusal:?}, expected {facts:?}"),
        }
        self
    }

    /// The refusal that followed; the state did not move.
    #[track_caller]
    pub(crate) fn then_refused(self, code: RefusalCode) -> Self {
        match &self.last {
            Ok(events) => panic!("allowed: {events:?}, expected {code:?}"),
            Err(refusal) => {
                assert_eq!(refusal.code, code, "{refusal}");
                chinese::speaks(refusal);
            }
        }
        self
    }

    /// The facts of the last command, for what they say.
    #[track_caller]
    pub(crate) fn facts(&self) -> Vec<&CaseFact> {
        let events = self.last.as_ref().expect("an allowed command");
        events.iter().map(|event| &event.fact).collect()
    }

    /// What the last command led to.
    pub(crate) const fn last(&self) -> &Result<Vec<CaseEvent>, Refusal> {
        &self.last
    }

    /// When a clock of the case, owed or last ended, is due.
    #[track_caller]
    pub(crate) fn due(&self, id: ClockId) -> DateTime<Utc> {
        let mut clocks = self.case.clocks.iter().rev();
        let clock = clocks.find(|clock| clock.id == id);
        clock.expect("a clock that was started").marks.due
    }

    /// The refusal itself, for its given and accepted.
    #[track_caller]
    pub(crate) fn refusal(&self) -> &Refusal {
        self.last.as_ref().expect_err("a refusal")
    }
}
