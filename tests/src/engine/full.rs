//! A disk that is full, through the engine: a clear error with what to do, nothing half-written, and
//! when there is room again the same engine goes on and the same key gets its answer.
//!
//! Two real ways: a quota on the log's file, filled up with a snapshot and freed by dropping it; and
//! a small disk of its own, mounted in a name space where the system lets a test do so.

use crate::city::work::{on_the_spot, progress, report_of};
use crate::city::{City, at, case, open_full, people, set_up};
use gridwhistle::domain::ids::SubjectId;
use gridwhistle::domain::text::Language;
use gridwhistle::personal::PersonalData;
use gridwhistle::{Engine, EngineError, ManualClock, Request};
use gridwhistle_store::{Snapshot, StreamId};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use uuid::Uuid;

/// The file may grow to this.
const QUOTA_BYTES: u64 = 1_500_000;
/// What fills it.
const FILLER_BYTES: usize = 700_000;

fn note(number: u128) -> Request {
    let long = "x".repeat(1_500);
    Request::new(people::officer(), case(1), progress(&long)).with_key(Uuid::from_u128(number))
}

/// Notes until the log takes no more; answers the request that was refused and how.
async fn until_full(engine: &Engine) -> (Request, EngineError) {
    for number in 1.. {
        if let Err(error) = engine.request(note(number)).await {
            return (note(number), error);
        }
    }
    unreachable!("the file has an end")
}

fn is_told_what_to_do(error: &EngineError) {
    assert_eq!(error.code(), "disk_full", "{error}");
    assert!(error.message(Language::En).contains("make room"), "{error}");
    let words = error.message(Language::ZhCn);
    assert!(words.contains("磁盘") && words.contains("空间"), "{words}");
    assert!(!words.contains("disk"), "{words}");
}

/// After a refusal: not a trace of the command, and the case is answered as before.
async fn is_whole(engine: &Engine, refused: &Request) {
    let tenant = engine.tenant();
    let report = engine.log().verify(tenant).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.events, engine.log().head(tenant).await.unwrap());
    assert!(
        engine
            .log()
            .command(tenant, refused.key)
            .await
            .unwrap()
            .is_none()
    );
    let stream = StreamId::new("case", case(1).to_string());
    let events = engine.log().read_stream(tenant, &stream, 0).await.unwrap();
    let known = engine.case(case(1)).await.unwrap().unwrap().version;
    assert_eq!(events.len() as u64, known);
}

/// The same engine takes the same request under the same key, once.
async fn goes_on(engine: &Engine, refused: Request) {
    let taken = engine.request(refused.clone()).await.unwrap();
    assert!(!taken.repeated);
    let again = engine.request(refused).await.unwrap();
    assert_eq!((again.position, again.repeated), (taken.position, true));
    engine.wait(taken.position).await.unwrap();
}

#[tokio::test]
async fn a_full_quota_refuses_whole_commands_and_the_same_engine_goes_on() {
    let city = City::on_disk().await;
    on_the_spot(&city, case(1)).await;
    let (url, clock) = (city.url().to_owned(), Arc::clone(&city.clock));
    let (closed, _folder) = city.after(|_| {}).await;
    drop(closed);
    let engine = open_full(&url, &clock, QUOTA_BYTES).await.unwrap();
    let (log, tenant) = (Arc::clone(engine.log()), engine.tenant().to_owned());
    let filler = Snapshot {
        sequence: 1,
        payload: vec![7; FILLER_BYTES],
    };
    let registry = StreamId::new("policy", "policy");
    log.put_snapshot(&tenant, &registry, filler).await.unwrap();

    let (refused, error) = until_full(&engine).await;
    is_told_what_to_do(&error);
    is_whole(&engine, &refused).await;
    // Questions are answered all the while.
    engine.catch_up().await.unwrap();
    let still = engine.request(refused.clone()).await.unwrap_err();
    assert_eq!(still.code(), "disk_full");

    log.drop_snapshots(&tenant).await.unwrap();
    goes_on(&engine, refused).await;
}

/// Where the small disk of the second process is mounted.
const DISK: &str = "GRIDWHISTLE_TEST_SMALL_DISK";

#[test]
fn a_full_disk_refuses_whole_commands_and_the_same_engine_goes_on() {
    if let Ok(folder) = std::env::var(DISK) {
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        runtime.block_on(on_a_small_disk(Path::new(&folder)));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=3m none \"$1\" && shift && exec \"$@\"";
    let unshared = |command: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--mount", "sh", "-c", command, "sh"]);
        unshare.arg(folder.path());
        unshare
    };
    let allowed = unshared(mount).arg("true").output();
    if !allowed.is_ok_and(|answer| answer.status.success()) {
        // No name space or mount for a test here: the quota above has to do.
        return;
    }
    let test = "engine::full::a_full_disk_refuses_whole_commands_and_the_same_engine_goes_on";
    let answer = unshared(mount)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(DISK, folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&answer.stdout);
    assert!(
        answer.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&answer.stderr)
    );
    assert!(told.contains("1 passed"), "{told}");
}

async fn on_a_small_disk(folder: &Path) {
    let filler = folder.join("filler");
    std::fs::write(&filler, vec![7; 600_000]).unwrap();
    let clock = Arc::new(ManualClock::new(at("2026-03-02 09:00")));
    let url = format!("sqlite://{}/city.db", folder.display());
    let engine = crate::city::open(&url, &clock).await.unwrap();
    set_up(&engine).await.unwrap();
    let report = crate::city::work::report("bags at the gate");
    engine
        .execute(&people::resident(), case(1), report)
        .await
        .unwrap();
    let accepting = crate::city::work::accept(
        gridwhistle::domain::class::CaseClass::OnTheSpot,
        crate::city::TRASH,
    );
    engine
        .execute(&people::officer(), case(1), accepting)
        .await
        .unwrap();

    let (refused, error) = until_full(&engine).await;
    is_told_what_to_do(&error);
    is_whole(&engine, &refused).await;
    // Fill what is left to the last byte: then no key can be made either, and the ring stays whole.
    let rest = folder.join("rest");
    let _ = std::fs::write(&rest, vec![7; 3_000_000]);
    let person = PersonalData {
        name: "林晓梅".repeat(2_000),
        ..PersonalData::default()
    };
    let subject = SubjectId::new("subject-1");
    let sealed = engine.seal(subject.clone(), Uuid::from_u128(7), &person);
    let unsealed = sealed.expect_err("no key fits on a full disk");
    assert_eq!(unsealed.code(), "keyring_failed", "{unsealed}");
    assert!(
        unsealed.message(Language::ZhCn).contains("密钥"),
        "{unsealed}"
    );

    std::fs::remove_file(filler).unwrap();
    std::fs::remove_file(rest).unwrap();
    goes_on(&engine, refused).await;
    let person = PersonalData {
        name: "林晓梅".to_owned(),
        ..person
    };
    let sealed = engine.seal(subject, Uuid::from_u128(8), &person).unwrap();
    let report = report_of(sealed, "a lamp is out");
    engine
        .execute(&people::officer(), case(2), report)
        .await
        .unwrap();
    drop(engine);
    let engine = crate::city::open(&url, &clock).await.unwrap();
    let seen = engine
        .reporters(&people::officer(), case(2), Default::default())
        .await
        .unwrap();
    assert!(seen.len() == 1 && seen[0].data == person);
    let report = engine.log().verify(engine.tenant()).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}
