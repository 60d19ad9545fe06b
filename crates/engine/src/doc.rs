//! A small city for the examples of this documentation: a street with one grid and its people, a
//! water bureau, and one matter. Not a part of the API.

use crate::{Engine, EngineError, ManualClock, Options};
use chrono::DateTime;
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::appraisal::Quarter;
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::fact::ReportForm;
use gridwhistle_domain::case::record::{EvaluationPair, Evidence};
use gridwhistle_domain::case::stage::Outcome;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{CaseId, LegNo};
use gridwhistle_domain::policy::rows::EvidenceKind;
use gridwhistle_domain::registry::csv::CsvKind;
use gridwhistle_domain::text::Language;
use std::sync::Arc;
use uuid::Uuid;

const FILES: [(CsvKind, &str); 5] = [
    (
        CsvKind::Units,
        "unit_id,kind,level,name_zh,parent,valid_from\n\
         CITY,city,,示范市,,2024-01-01\nD-1,district,,东区,CITY,2024-01-01\n\
         S-1,street,,老城街道,D-1,2024-01-01\nC-1,community,,东门社区,S-1,2024-01-01\n\
         B-water,department,district,水务局,D-1,2024-01-01\n",
    ),
    (
        CsvKind::Grids,
        "grid_id,level,kind,name_zh,community,parent_grid,valid_from\n\
         G-1,one,basic,东门一格,C-1,,2024-01-01\n",
    ),
    (
        CsvKind::People,
        "person_id,name,employment,valid_from\nP-leader,林,full_time,2024-01-01\n\
         P-community,陈,full_time,2024-01-01\nP-water,黄,full_time,2024-01-01\n\
         P-party,吴,part_time,2024-01-01\nP-supervisor,郑,full_time,2024-01-01\n",
    ),
    (
        CsvKind::Tenures,
        "person,role,place,valid_from\nP-leader,grid_leader,grid:G-1,2024-01-01\n\
         P-community,community_staff,unit:C-1,2024-01-01\n\
         P-water,department_handler,unit:B-water,2024-01-01\n\
         P-party,party_org_secretary,grid:G-1,2024-01-01\n\
         P-supervisor,supervisor,unit:D-1,2024-01-01\n",
    ),
    (
        CsvKind::Services,
        "unit,matter,area,valid_from\nB-water,environment.leak,everywhere,2024-01-01\n",
    ),
];

const MATTERS: &str = "code,domain,name_zh,classes,owner,statutory_limit,safety,proxy,funding_owner,valid_from\n\
     environment.leak,environment,漏水,time_limited,by_service,,,,D-1,2024-01-01\n";

/// Runs an example against the small city, in memory.
///
/// # Errors
/// What the example answers.
pub fn run<F>(example: F) -> Result<(), EngineError>
where
    F: AsyncFnOnce(Engine) -> Result<(), EngineError>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.map_err(|error| EngineError::Input(vec![error.to_string()]))?;
    runtime.block_on(async {
        let engine = Engine::open("memory:").await?;
        found(&engine).await?;
        example(engine).await
    })
}

async fn found(engine: &Engine) -> Result<(), EngineError> {
    engine.install(&admin()).await?;
    let files = FILES.map(|(kind, text)| (kind, text.as_bytes()));
    engine
        .import_registry(&admin(), &files, Language::En)
        .await?;
    let matters = MATTERS.as_bytes();
    engine
        .import_catalogue(&admin(), matters, Language::En)
        .await?;
    Ok(())
}

/// Runs an example against the small city just after a quarter in which the water bureau had a leg in
/// the grid: the round of its appraisal is open.
///
/// # Errors
/// What the example answers.
pub fn run_appraised<F>(example: F) -> Result<(), EngineError>
where
    F: AsyncFnOnce(Engine, Quarter) -> Result<(), EngineError>,
{
    run(async |_| {
        // Noon of 2 March and of 1 April 2026 in China.
        let noon = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        let clock = Arc::new(ManualClock::new(noon(1_772_424_000)));
        let options = Options {
            clock: Arc::clone(&clock) as _,
            ..Options::default()
        };
        let engine = Engine::open_with("memory:", options).await?;
        found(&engine).await?;
        closed(&engine).await?;
        clock.set(noon(1_775_016_000));
        engine.tick().await?;
        let quarter = Quarter::ended(engine.now()).ok_or(EngineError::NoAppraisal)?;
        example(engine, quarter).await
    })
}

/// Who sets the city up.
#[must_use]
pub fn admin() -> Actor {
    Actor::new("it-desk", Role::Administrator, "CITY")
}

/// The leader of the grid.
#[must_use]
pub fn leader() -> Actor {
    Actor::new("P-leader", Role::GridLeader, "C-1")
}

/// The community's worker.
#[must_use]
pub fn community() -> Actor {
    Actor::new("P-community", Role::CommunityStaff, "C-1")
}

/// The handler of the water bureau.
#[must_use]
pub fn water() -> Actor {
    Actor::new("P-water", Role::DepartmentHandler, "B-water")
}

/// The secretary of the grid's party organisation.
#[must_use]
pub fn secretary() -> Actor {
    Actor::new("P-party", Role::PartyOrgSecretary, "C-1")
}

/// The supervisor of the district.
#[must_use]
pub fn supervisor() -> Actor {
    Actor::new("P-supervisor", Role::Supervisor, "D-1")
}

/// A report from the grid.
#[must_use]
pub fn report() -> C {
    C::Report {
        form: ReportForm::new("snap_report", "G-1", "water over the pavement"),
    }
}

/// A case that was reported.
///
/// # Errors
/// When it was refused.
pub async fn reported(engine: &Engine) -> Result<CaseId, EngineError> {
    let case = CaseId(Uuid::now_v7());
    engine.execute(&leader(), case, report()).await?;
    Ok(case)
}

/// A case that was closed, and the pair that now owes each other a form.
///
/// # Errors
/// When a step was refused.
pub async fn closed(engine: &Engine) -> Result<(CaseId, EvaluationPair), EngineError> {
    let case = reported(engine).await?;
    let leg = LegNo(1);
    let evidence = |kind| Evidence {
        kind,
        reference: "a".repeat(64),
        note: String::new(),
    };
    let photos = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    let text = |text: &str| text.to_owned();
    let steps = [
        (
            leader(),
            C::Accept {
                class: CaseClass::TimeLimited,
                matter: "environment.leak".into(),
                manual_dispatch: false,
                origin: None,
            },
        ),
        (water(), C::Acknowledge { leg }),
        (
            water(),
            C::ContactResident {
                leg: Some(leg),
                means: text("phone"),
                note: text("will come today"),
            },
        ),
        (
            water(),
            C::Respond {
                outcome: Outcome::Resolved,
                reply: text("the pipe was sealed"),
                evidence: photos.map(evidence).into(),
                elements: None,
            },
        ),
        (
            community(),
            C::VerifyPass {
                note: text("looked at it"),
            },
        ),
        (community(), C::SignOff {}),
    ];
    for (actor, command) in steps {
        engine.execute(&actor, case, command).await?;
    }
    let pairs = engine.evaluation_pairs(case).await?;
    let pair = pairs.into_iter().next();
    Ok((case, pair.ok_or(EngineError::NoEvaluation { case })?))
}
