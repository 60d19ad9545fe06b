//! A small city, and what is asked of its first case; pure data and rules of the domain.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::aggregate::CaseOrder;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::fact::ReportForm;
use gridwhistle_domain::catalogue;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::registry::csv::{Batch, CsvKind};

/// A case is reported and accepted.
pub(crate) fn orders(case: CaseId) -> [CaseOrder; 2] {
    // A Monday morning in working time.
    let now = instant("2026-03-02T09:00:00+08:00");
    let reference = Arc::new(reference(now));
    let order = |actor, command| CaseOrder {
        command,
        context: Context {
            case,
            now,
            actor,
            reference: reference.clone(),
            gathered: Gathered::default(),
        },
    };
    let form = ReportForm::new("snap_report", "G-1", "bags at the gate");
    let accept = CaseCommand::Accept {
        class: CaseClass::OnTheSpot,
        matter: "civility.trash".into(),
        manual_dispatch: false,
        origin: None,
    };
    [
        order(
            Actor::new("resident-1", Role::Resident, ""),
            CaseCommand::Report { form },
        ),
        order(Actor::new("officer", Role::GridOfficer, "C-1"), accept),
    ]
}

/// What a decision may know of the city: its reference data, folded from their own events.
fn reference(now: DateTime<Utc>) -> Reference {
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    let files: [(CsvKind, &[u8]); 5] = [
        (
            CsvKind::Units,
            include_bytes!("../../../examples/city/units.csv"),
        ),
        (
            CsvKind::Grids,
            include_bytes!("../../../examples/city/grids.csv"),
        ),
        (
            CsvKind::People,
            include_bytes!("../../../examples/city/people.csv"),
        ),
        (
            CsvKind::Tenures,
            include_bytes!("../../../examples/city/tenures.csv"),
        ),
        (
            CsvKind::Services,
            include_bytes!("../../../examples/city/services.csv"),
        ),
    ];
    let mut reference = Reference {
        calendars: CalendarBook::china(),
        ..Reference::default()
    };
    let built_in = instant("2020-01-01T00:00:00+08:00");
    reference.policies.insert(Policy::built_in(), built_in);
    let import = Batch::read(files).expect("the files are in order");
    let events = reference.registry.decide(&import.command(), now, &admin);
    for event in events.expect("the registry takes them") {
        reference.registry.evolve(&event);
    }
    let matters = include_bytes!("../../../examples/city/catalogue.csv");
    let import = catalogue::csv::Batch::read(matters).expect("the file is in order");
    let import = import.command();
    let units = catalogue::command::active_units(&import, &reference.registry);
    let events = reference.catalogue.decide(&import, now, &admin, &units);
    for event in events.expect("the catalogue takes them") {
        reference.catalogue.evolve(&event);
    }
    reference
}

fn instant(text: &str) -> DateTime<Utc> {
    let instant = DateTime::parse_from_rfc3339(text);
    instant.expect("an instant").to_utc()
}
