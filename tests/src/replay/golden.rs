//! The certificate of one small log, as a file: the same bytes from every store, on any machine, by every
//! program that makes rows by the same rules. Where it changes, rows that a city has today come out
//! otherwise, and the view's version has to say so.

use super::certificate::certified;
use crate::city::work::{closed, on_the_spot, progress, report, time_limited};
use crate::city::{City, case, people};
use chrono::TimeDelta;
use expect_test::expect_file;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle_audit::certificate::Certificate;
use gridwhistle_cluster::Cluster;
use gridwhistle_store::{EventLog, MemoryLog, OpenOptions, RecordedCommand, digest, migrate, open};
use std::sync::Arc;
use uuid::Uuid;

/// A closed case, one that runs overdue until the clock raises its cards, one on the spot, one taken back.
async fn city() -> City {
    let city = City::in_memory().await;
    closed(&city, case(1)).await;
    city.later(TimeDelta::hours(2));
    time_limited(&city, case(2)).await;
    on_the_spot(&city, case(3)).await;
    city.later(TimeDelta::minutes(7));
    let note = progress("on the way");
    city.allowed(people::officer(), case(3), note).await;
    let resident = people::resident();
    city.allowed(resident.clone(), case(4), report("never mind"))
        .await;
    let withdraw = CaseCommand::Withdraw {
        reason: "it is gone".to_owned(),
    };
    city.allowed(resident, case(4), withdraw).await;
    for days in [1, 5, 9] {
        city.later(TimeDelta::days(days));
        city.engine.tick().await.unwrap();
    }
    city
}

/// The log of a city with its commands numbered in the place of their ids, which alone are random; hashes
/// and chain fit.
async fn numbered(city: &City) -> Vec<RecordedCommand> {
    let mut events = city.all_events().await;
    let ids: Vec<Uuid> = events.iter().map(|event| event.command_id).collect();
    let mut commands: Vec<RecordedCommand> = Vec::new();
    let (mut chain, mut open) = (digest::GENESIS, None);
    let mut names: Vec<(String, String)> = Vec::new();
    for (event, id) in events.iter_mut().zip(ids) {
        if open != Some(id) {
            open = Some(id);
            let number = Uuid::from_u128(names.len() as u128 + 0x1000);
            names.push((id.to_string(), number.to_string()));
            commands.push(RecordedCommand {
                request_hash: [7; 32],
                events: Vec::new(),
            });
        }
        // An event names its own command, and one that set it going.
        for (id, number) in &names {
            event.payload = event.payload.replace(id, number);
            event.metadata = event.metadata.replace(id, number);
        }
        event.command_id = names.last().unwrap().1.parse().unwrap();
        event.checksum = digest::checksum(&event.borrowed());
        chain = digest::chain(&chain, &event.checksum);
        event.chain = chain;
        commands.last_mut().unwrap().events.push(event.clone());
    }
    commands
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_certificate_of_a_fixed_log_is_the_one_that_is_kept() {
    let city = city().await;
    let commands = numbered(&city).await;
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}/log.db", folder.path().display());
    let database = tokio::task::block_in_place(|| Cluster::shared().database());
    tokio::task::block_in_place(|| migrate(&database.url())).unwrap();
    let memory = MemoryLog::new(Arc::clone(&city.clock) as Arc<_>);
    let mut logs: Vec<Arc<dyn EventLog>> = vec![Arc::new(memory)];
    for url in [file, database.url()] {
        logs.push(open(&url, OpenOptions::default()).unwrap());
    }
    let kept = expect_file!["certificate.json"];
    for log in &logs {
        log.adopt(city.engine.tenant(), commands.clone())
            .await
            .unwrap();
        let text = certified(&city, log).await;
        kept.assert_eq(&text);
        let certificate = Certificate::read(&text).unwrap();
        assert!(certificate.tables.iter().any(|table| table.rows > 10));
    }
}
