//! Quarterly appraisal through the engine: who met whom, sealed blind, opened together without names,
//! withheld below five.

use super::on_every_store;
use crate::city::work::accept;
use crate::city::{City, LEAK, at, case, people};
use chrono::TimeDelta;
use gridwhistle::EngineError;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::appraisal::{Quarter, Ratee, RoundFact};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::evaluation::{Answer, Answers};
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::registry::Place;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::questions::{Appraised, Moment, Window};

on_every_store! {
    a_round_opens_by_itself_and_is_opened_together_when_its_window_is_over
    nobody_rates_whom_they_did_not_meet_twice_late_or_out_of_office
    a_quarter_in_which_nobody_met_anybody_is_told_as_such
    free_text_is_for_the_rated_and_the_supervisor
}

/// Grids with a party secretary and a case of the water bureau each; one more has no case.
const GRIDS: u128 = 6;

fn quarter() -> Quarter {
    "2026-Q1".parse().unwrap()
}

fn rater(no: u128) -> Place {
    Place::Grid(format!("G-1{no}").as_str().into())
}

fn secretary(no: u128) -> Actor {
    Actor::new(&format!("P-party-{no}"), Role::PartyOrgSecretary, "C-1")
}

pub(crate) fn bureau() -> Ratee {
    Ratee::Unit("B-water".into())
}

fn its_leader() -> Ratee {
    Ratee::Person {
        person: "P-water-leader".into(),
        unit: "B-water".into(),
    }
}

fn stars(score: u8) -> Answers {
    let form = Policy::built_in().appraisal.unwrap().form;
    let reason = (score <= 2).then(|| "late".to_owned());
    let answer = |code| {
        let reason = reason.clone();
        (code, Answer { score, reason })
    };
    Answers(
        form.items
            .into_iter()
            .map(|item| answer(item.code))
            .collect(),
    )
}

/// Cases in March, a leg of the water bureau in each grid but the last; then April.
pub(crate) async fn spring(city: &City) {
    let (mut grids, mut names, mut tenures) = (String::new(), String::new(), String::new());
    for no in 1..=GRIDS + 1 {
        grids.push_str(&format!("G-1{no},one,basic,格{no},C-1,,2024-01-01\n"));
        for (who, role) in [("party", "party_org_secretary"), ("lead", "grid_leader")] {
            names.push_str(&format!("P-{who}-{no},{who},part_time,2024-01-01\n"));
            tenures.push_str(&format!("P-{who}-{no},{role},grid:G-1{no},2024-01-01\n"));
        }
    }
    let grids = format!("grid_id,level,kind,name_zh,community,parent_grid,valid_from\n{grids}");
    let names = format!("person_id,name,employment,valid_from\n{names}");
    let tenures = format!("person,role,place,valid_from\n{tenures}");
    let files = [
        (CsvKind::Grids, grids.as_bytes()),
        (CsvKind::People, names.as_bytes()),
        (CsvKind::Tenures, tenures.as_bytes()),
    ];
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    let import = city.engine.import_registry(&admin, &files, Language::En);
    import.await.unwrap();
    for no in 1..=GRIDS {
        let form = ReportForm::new("snap_report", &format!("G-1{no}"), "a leak");
        let report = CaseCommand::Report { form };
        city.allowed(people::resident(), case(no), report).await;
        let leader = Actor::new(&format!("P-lead-{no}"), Role::GridLeader, "C-1");
        city.allowed(leader, case(no), accept(CaseClass::TimeLimited, LEAK))
            .await;
    }
    city.clock.set(at("2026-04-01 09:00"));
}

pub(crate) async fn seal(
    city: &City,
    no: u128,
    ratee: &Ratee,
    score: u8,
) -> Result<u64, EngineError> {
    let who = secretary(no);
    let about = (&rater(no), ratee);
    city.engine
        .seal_appraisal(&who, quarter(), about, stars(score), Some("words"))
        .await
}

#[track_caller]
fn refused(answer: Result<u64, EngineError>, code: &str) {
    assert_eq!(answer.unwrap_err().code(), code);
}

async fn a_round_opens_by_itself_and_is_opened_together_when_its_window_is_over(city: City) {
    spring(&city).await;
    city.engine.tick().await.unwrap();
    let round = city.engine.appraisal_round(quarter()).await.unwrap();
    let raters: Vec<Place> = round.raters().unwrap().iter().cloned().collect();
    assert_eq!(
        raters,
        (1..=GRIDS).map(rater).collect::<Vec<_>>(),
        "who met anybody"
    );
    let head = city.head().await;
    city.engine.tick().await.unwrap();
    assert_eq!(city.head().await, head, "one round a quarter");

    for (no, score) in [(1, 5), (2, 4), (3, 4), (4, 3), (5, 2)] {
        seal(&city, no, &bureau(), score).await.unwrap();
        if no < 5 {
            seal(&city, no, &its_leader(), score).await.unwrap();
        }
    }
    let ask = async |city: &City| {
        city.engine.catch_up().await.unwrap();
        let window = Window::new(quarter().from(), quarter().before()).unwrap();
        let now = Moment::now(city.engine.now());
        city.engine
            .questions()
            .appraisals(window, now)
            .await
            .unwrap()
    };
    let sealed = ask(&city).await;
    assert_eq!(
        (sealed.pending, sealed.units),
        (vec!["2026-Q1".to_owned()], vec![])
    );
    let city = city.restart().await;
    city.clock.set(at("2026-04-20 09:00"));
    city.engine.tick().await.unwrap();

    let told = ask(&city).await;
    assert_eq!(
        (told.rounds, told.pending),
        (vec!["2026-Q1".to_owned()], vec![])
    );
    // 100, 75, 75, 50 and 25 points: 65 on average, and no peers to differ from.
    let unit: &Appraised = &told.units[0];
    let said = [unit.mean, unit.score].map(|said| said.unwrap().to_string());
    assert_eq!(said, ["65", "65"]);
    assert_eq!(
        (unit.forms, unit.participation.met, unit.participation.of),
        (5, 5, 6)
    );
    let person: &Appraised = &told.persons[0];
    assert_eq!((person.mean, person.score, person.forms), (None, None, 0));
    assert_eq!((person.withheld, person.participation.of), (4, 6));
    let round = city.engine.appraisal_round(quarter()).await.unwrap();
    let lapsed = |fact: &RoundFact| match fact {
        RoundFact::AppraisalLapsed { rater, ratees } => Some((rater.clone(), ratees.len())),
        _ => None,
    };
    let silent: Vec<_> = round.outcomes().iter().filter_map(lapsed).collect();
    assert_eq!(silent, [(rater(5), 1), (rater(6), 2)], "on record");
    told_without_names(&city).await;
    let head = city.head().await;
    city.later(TimeDelta::days(30));
    city.engine.tick().await.unwrap();
    assert!(!city.engine.settle_appraisal(quarter()).await.unwrap());
    assert_eq!(city.engine.appraisal_round(quarter()).await.unwrap(), round);
    assert!(city.head().await >= head);
}

/// Whoever reads the log finds the opened answers of five beside no rater, and those of four nowhere.
async fn told_without_names(city: &City) {
    let log = city.engine.log().read_log(city.engine.tenant(), 0, 100_000);
    for event in log.await.unwrap() {
        let in_clear = event.payload.contains("\"score\":");
        if event.stream.aggregate_type.starts_with("appraisal") && in_clear {
            assert_eq!(event.event_type, "AppraisalRevealed");
            assert!(!event.payload.contains("G-1"), "{}", event.payload);
            assert!(!event.payload.contains("P-water-leader"));
        }
    }
}

async fn nobody_rates_whom_they_did_not_meet_twice_late_or_out_of_office(city: City) {
    spring(&city).await;
    let open = async |actor: Actor, quarter: &str| {
        let quarter = quarter.parse().unwrap();
        city.engine.open_appraisal(&actor, quarter).await
    };
    let early = open(Actor::system(), "2026-Q2").await;
    assert_eq!(early.unwrap_err().code(), "quarter_not_over");
    let by_secretary = open(secretary(1), "2026-Q1").await;
    assert_eq!(by_secretary.unwrap_err().code(), "not_authorised");
    refused(seal(&city, 1, &bureau(), 4).await, "not_opened");
    assert!(open(people::supervisor(), "2026-Q1").await.unwrap());
    seal(&city, 1, &bureau(), 4).await.unwrap();
    refused(seal(&city, 1, &bureau(), 5).await, "already_sealed");
    let roads = Ratee::Unit("B-roads".into());
    refused(seal(&city, 1, &roads, 4).await, "not_met");
    // The last grid met nobody, so there is no ballot for it.
    refused(seal(&city, GRIDS + 1, &bureau(), 4).await, "not_opened");
    let engine = &city.engine;
    let of_the_second = async |actor: Actor, answers: Answers| {
        let about = (&rater(2), &bureau());
        engine
            .seal_appraisal(&actor, quarter(), about, answers, None)
            .await
    };
    refused(of_the_second(secretary(1), stars(4)).await, "not_a_rater");
    let mut unfit = stars(4);
    unfit.0.remove("solving");
    refused(of_the_second(secretary(2), unfit).await, "unfit_answers");

    let tenures = "person,role,place,valid_from,valid_to\n\
                   P-party-2,party_org_secretary,grid:G-12,2024-01-01,2026-04-02\n";
    let files = [(CsvKind::Tenures, tenures.as_bytes())];
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    engine
        .import_registry(&admin, &files, Language::En)
        .await
        .unwrap();
    city.clock.set(at("2026-04-03 09:00"));
    refused(seal(&city, 2, &bureau(), 4).await, "not_in_office");
    assert_eq!(
        engine
            .appraisal_ballots_of(&secretary(2), quarter())
            .await
            .unwrap(),
        []
    );
    city.clock.set(at("2026-04-20 09:00"));
    refused(seal(&city, 3, &bureau(), 4).await, "window_closed");
}

async fn a_quarter_in_which_nobody_met_anybody_is_told_as_such(city: City) {
    let winter: Quarter = "2025-Q4".parse().unwrap();
    assert_eq!(
        city.engine.tick().await.unwrap().fired,
        0,
        "nothing was reported"
    );
    assert!(
        city.engine
            .open_appraisal(&Actor::system(), winter)
            .await
            .unwrap()
    );
    city.later(TimeDelta::days(30));
    assert!(city.engine.settle_appraisal(winter).await.unwrap());
    city.engine.catch_up().await.unwrap();
    let window = Window::new(winter.from(), winter.before()).unwrap();
    let now = Moment::now(city.engine.now());
    let told = city
        .engine
        .questions()
        .appraisals(window, now)
        .await
        .unwrap();
    assert_eq!(
        (told.rounds.len(), told.units, told.persons),
        (1, vec![], vec![])
    );
}

async fn free_text_is_for_the_rated_and_the_supervisor(city: City) {
    spring(&city).await;
    city.engine.tick().await.unwrap();
    for no in 1..=5 {
        seal(&city, no, &bureau(), 4).await.unwrap();
        if no < 5 {
            seal(&city, no, &its_leader(), 4).await.unwrap();
        }
    }
    let read = async |actor: Actor, ratee: Ratee| {
        city.engine.appraisal_notes(&actor, quarter(), &ratee).await
    };
    assert_eq!(
        read(people::supervisor(), bureau()).await.unwrap(),
        [],
        "still sealed"
    );
    city.clock.set(at("2026-04-20 09:00"));
    city.engine.tick().await.unwrap();
    let head = city.head().await;
    for other in [
        secretary(1),
        people::roads(),
        people::auditor(),
        people::street(),
    ] {
        assert_eq!(
            read(other, bureau()).await.unwrap_err().code(),
            "not_authorised"
        );
    }
    assert_eq!(city.head().await, head);
    assert_eq!(read(people::supervisor(), bureau()).await.unwrap().len(), 5);
    assert_eq!(read(people::water(), bureau()).await.unwrap().len(), 5);
    assert_eq!(city.head().await, head + 2, "each reading is on record");
    let withheld = read(people::water_leader(), its_leader()).await.unwrap();
    assert_eq!(withheld, [], "four would be told apart");
    let other_person = read(people::water(), its_leader()).await;
    assert_eq!(other_person.unwrap_err().code(), "not_authorised");
}
