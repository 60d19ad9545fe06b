//! Brings the schema up to date: numbered steps, each once, forward only.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::failure::failure;
use super::server::Server;
use crate::error::StoreError;

/// The schema, one step a version; a released step is never edited.
pub(crate) const STEPS: [&str; 3] = [
    include_str!("0001_log.sql"),
    include_str!("0002_views.sql"),
    include_str!("0003_append.sql"),
];

/// How often a step is tried while another process takes the same one.
const TRIES: usize = 20;

/// The number of steps that the database has seen; none where it holds no log.
pub(crate) async fn version(server: &Server, client: &Client) -> Result<usize, StoreError> {
    let failed = |error| failure(server, &error);
    let there = "select to_regclass('gridwhistle.schema_steps') is not null";
    let there: bool = client.query_one(there, &[]).await.map_err(failed)?.get(0);
    if !there {
        return Ok(0);
    }
    let step = "select coalesce(max(step), 0) from gridwhistle.schema_steps";
    let step: i32 = client.query_one(step, &[]).await.map_err(failed)?.get(0);
    match usize::try_from(step) {
        Ok(step) if step <= STEPS.len() => Ok(step),
        _ => Err(StoreError::NewerSchema {
            found: step.unsigned_abs(),
            supported: STEPS.len() as u32,
        }),
    }
}

/// Checks that the schema is the one that this program knows.
pub(crate) async fn check(server: &Server, client: &Client) -> Result<(), StoreError> {
    match version(server, client).await? {
        version if version == STEPS.len() => Ok(()),
        version => Err(StoreError::OlderSchema {
            what: server.name().to_owned(),
            found: version as u32,
            wanted: STEPS.len() as u32,
        }),
    }
}

/// Takes the steps that are missing, in one transaction, and answers how many those were. Of many
/// who do it at once each step is taken by one.
pub(crate) async fn up(server: &Server, client: &mut Client) -> Result<usize, StoreError> {
    let mut tries = 0;
    loop {
        match take_missing(server, client).await {
            Err(Missed::Race) if tries < TRIES => {
                tries += 1;
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            Err(Missed::Race) => {
                return Err(StoreError::Locked {
                    by: format!("another process that brings {} up to date", server.name()),
                });
            }
            Err(Missed::Failed(error)) => return Err(error),
            Ok(taken) => return Ok(taken),
        }
    }
}

enum Missed {
    /// Another process did the same just now.
    Race,
    Failed(StoreError),
}

async fn take_missing(server: &Server, client: &mut Client) -> Result<usize, Missed> {
    let failed = |error: tokio_postgres::Error| match error.code() {
        // Two processes that create the same schema at once: one of them is told so.
        Some(code)
            if [
                SqlState::UNIQUE_VIOLATION,
                SqlState::DUPLICATE_SCHEMA,
                SqlState::DUPLICATE_TABLE,
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::T_R_DEADLOCK_DETECTED,
            ]
            .contains(code) =>
        {
            Missed::Race
        }
        _ => Missed::Failed(failure(server, &error)),
    };
    let before = version(server, client).await.map_err(Missed::Failed)?;
    if before == STEPS.len() {
        return Ok(0);
    }
    let transaction = client.transaction().await.map_err(failed)?;
    let begin = "create schema if not exists gridwhistle;\
        create table if not exists gridwhistle.schema_steps (\
          step int primary key, taken_at timestamptz not null default now());\
        lock table gridwhistle.schema_steps in exclusive mode";
    transaction.batch_execute(begin).await.map_err(failed)?;
    // Looked at again under the lock.
    let seen = "select coalesce(max(step), 0) from gridwhistle.schema_steps";
    let seen: i32 = transaction
        .query_one(seen, &[])
        .await
        .map_err(failed)?
        .get(0);
    let mut taken = 0;
    for (step, text) in STEPS.iter().enumerate().skip(seen.unsigned_abs() as usize) {
        transaction.batch_execute(text).await.map_err(failed)?;
        let note = "insert into gridwhistle.schema_steps (step) values ($1)";
        let number = step as i32 + 1;
        transaction
            .execute(note, &[&number])
            .await
            .map_err(failed)?;
        taken += 1;
    }
    transaction.commit().await.map_err(failed)?;
    Ok(taken)
}
