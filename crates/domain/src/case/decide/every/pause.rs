//! Time: extension, suspension, long-term hold, another class, a newer calendar.

use super::life::{answer, at_work, taken};
use super::*;
use crate::calendar::{CalendarBook, CalendarPublication, Limit};
use crate::case::decide::scenes::reported;
use crate::catalogue::fact::{CatalogueEvent, CatalogueFact};
use crate::policy::rows::EvidenceKind as E;
use serde_json::json;

fn ask(_: Class) -> C {
    C::RequestExtension {
        limit: Limit::WorkingDays(1),
        reason: "the pipe is older than the plan".into(),
    }
}

fn asked(class: Class) -> Given {
    at_work(class).and(water(), ask(class))
}

fn deny(_: Class) -> C {
    C::DenyExtension {
        reason: "the parts are in store".into(),
    }
}

fn suspend(class: Class) -> C {
    let reason = if class == PROXY {
        "window_stopped"
    } else {
        "force_majeure"
    };
    C::Suspend {
        reason: reason.into(),
        until: at("2026-03-03 10:00"),
        proof: vec![evidence(E::Document)],
    }
}

fn standing(class: Class) -> Given {
    at_work(class).and(street_leader(), suspend(class))
}

fn hold(_: Class) -> C {
    C::Hold {
        reason: "season".into(),
        review: Limit::NaturalDays(30),
        proof: vec![evidence(E::Document)],
    }
}

fn held(class: Class) -> Given {
    at_work(class).and(street_leader(), hold(class))
}

fn unreviewed(class: Class) -> Given {
    held(class).at("2026-04-20 10:00")
}

fn review(_: Class) -> C {
    C::ReviewHold {
        note: "the ground is still frozen".into(),
        next: Limit::NaturalDays(30),
    }
}

fn unnoted(class: Class) -> Given {
    at_work(class).at("2026-03-10 10:00")
}

/// A window matter that may also be done on the spot, in the agent's hands.
fn in_hand(class: Class) -> Given {
    if class != PROXY {
        return taken(class);
    }
    let matter = json!({ "code": "government_services.card", "domain": "government_services",
        "name": { "zh": "card", "en": "card" }, "classes": ["proxy", "on_the_spot"],
        "owner": "by_service", "funding_owner": "D-district", "proxy": true });
    reported()
        .knowing(|reference| {
            let from = at("2020-01-01 00:00");
            let matter = serde_json::from_value(matter).expect("a matter");
            reference.catalogue.evolve(&CatalogueEvent {
                at: from,
                by: system(),
                fact: CatalogueFact::MatterAdmitted { from, matter },
            });
        })
        .and(
            officer(),
            accept(CaseClass::Proxy, "government_services.card"),
        )
}

fn reclassify(to: CaseClass) -> C {
    C::Reclassify {
        to,
        reason: "it is more than it seemed".into(),
    }
}

/// Begun on the eve of the year, half an hour before its holidays are published.
fn provisional(class: Class) -> Given {
    let publication: CalendarPublication = serde_json::from_value(json!({
        "version": "cn-2027", "known_at": at("2026-12-31 17:30"), "years": [2027],
        "days": [{ "date": "2027-01-01", "kind": "holiday", "name": "元旦" }]
    }))
    .expect("a publication");
    let book = CalendarBook::china()
        .publish(publication)
        .expect("a calendar");
    let begun = Given::nothing()
        .knowing(move |reference| reference.calendars = book)
        .at("2026-12-31 17:00");
    let by_hand = |class| C::Accept {
        class,
        matter: LEAK.into(),
        manual_dispatch: true,
        origin: None,
    };
    let given = match class {
        None => begun.and(resident(), report()),
        SPOT => begun
            .and(resident(), report())
            .and(officer(), accept(CaseClass::OnTheSpot, LEAK))
            .and(officer(), answer(SPOT)),
        PROXY => begun
            .and(resident(), report())
            .and(officer(), accept(CaseClass::Proxy, PENSION)),
        Some(class) => begun
            .and(resident(), report())
            .and(dispatcher(), by_hand(class)),
    };
    given.at("2026-12-31 18:00")
}

fn rebase(_: Class) -> C {
    C::RebaseClocks {
        calendar: "cn-2027".into(),
    }
}

#[rustfmt::skip] // One row, one line: a table.
pub(super) fn rows() -> Vec<Row> {
    use Stage::{Accepted, InProgress, Reported, Responded, Suspended};
    const HOLDING: &[Class] = &[UNDERTAKEN, SPECIAL];
    const PAUSING: &[Class] = &[LIMITED, UNDERTAKEN, SPECIAL, PROXY];
    let grant: fn(Class) -> C = |_| C::GrantExtension {
        citizen_informed: true,
    };
    let resume: fn(Class) -> C = |_| C::Resume {};
    let miss: fn(Class) -> C = |_| C::MissReview {};
    let no_note: fn(Class) -> C = |_| C::MissProgress {};
    let up: fn(Class) -> C = |_| reclassify(CaseClass::Undertaken);
    let special: fn(Class) -> C = |_| reclassify(CaseClass::Special);
    let spot: fn(Class) -> C = |_| reclassify(CaseClass::OnTheSpot);
    let changed = |stage| To("CaseReclassified", stage);
    let granted = To("ExtensionGranted", InProgress);
    let rebased = |stage| To("ClockRebased", stage);
    vec![
        row(UNITS, at_work, water(), ask, To("ExtensionRequested", InProgress)),
        row(&[LIMITED, UNDERTAKEN], asked, duty_chief(), grant, granted),
        row(&[SPECIAL], asked, street_leader(), grant, granted),
        row(&[LIMITED, UNDERTAKEN], asked, duty_chief(), deny, To("ExtensionDenied", InProgress)),
        row(&[SPECIAL], asked, district_leader(), deny, To("ExtensionDenied", InProgress)),
        row(PAUSING, at_work, street_leader(), suspend, To("CaseSuspended", Suspended)),
        row(PAUSING, standing, street_leader(), resume, To("CaseResumed", InProgress)),
        row(HOLDING, at_work, street_leader(), hold, To("CaseHeldLongTerm", Suspended)),
        row(&[LIMITED], at_work, street_leader(), hold, Never(Code::ReasonNotAllowed)),
        row(HOLDING, held, street_leader(), review, To("HoldReviewed", Suspended)),
        row(&[LIMITED], standing, street_leader(), review, Never(Code::WrongStage)),
        row(HOLDING, unreviewed, system(), miss, To("HoldReviewMissed", Suspended)),
        row(&[LIMITED], standing, system(), miss, Never(Code::WrongStage)),
        row(&[SPECIAL], unnoted, system(), no_note, To("ProgressMissed", InProgress)),
        row(&[LIMITED, UNDERTAKEN], unnoted, system(), no_note, Never(Code::TooEarly)),
        row(&[SPOT, LIMITED, SPECIAL], in_hand, leader(), up, changed(Accepted)),
        row(&[UNDERTAKEN], in_hand, leader(), special, changed(Accepted)),
        row(&[PROXY], in_hand, leader(), spot, changed(InProgress)),
        row(&[None], provisional, system(), rebase, rebased(Reported)),
        row(&[SPOT], provisional, system(), rebase, rebased(Responded)),
        row(&[PROXY], provisional, system(), rebase, rebased(InProgress)),
        row(UNITS, provisional, system(), rebase, rebased(Accepted)),
    ]
}
