//! Clauses: idempotency, and tenants that know nothing of each other.

use super::{Backend, TENANT, append, case, clock};
use crate::error::AppendError;
use crate::event::{Appended, CommandRecord};

/// The same command again gets the first answer and writes nothing.
pub async fn a_repeat_gets_the_first_answer(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    log.append(append(9, 0, 4)).await.unwrap();
    let command = append(1, 0, 2);
    let first = log.append(command.clone()).await.unwrap();
    let again = log.append(command.clone()).await.unwrap();
    assert_eq!(
        again,
        Appended {
            repeated: true,
            ..first
        }
    );
    drop(log);
    let log = backend.open(clock()).await;
    let again = log.append(command).await.unwrap();
    assert_eq!(
        again,
        Appended {
            repeated: true,
            ..first
        }
    );
    assert_eq!(log.head(TENANT).await.unwrap(), 6);
}

/// A repeat is answered even when the stream moved on, or when the repeat names another version.
pub async fn a_repeat_gets_the_first_answer_on_a_stale_version(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let mut command = append(1, 0, 2);
    let first = log.append(command.clone()).await.unwrap();
    log.append(append(1, 2, 3)).await.unwrap();
    for version in [0, 5, 77] {
        command.expected_version = version;
        let again = log.append(command.clone()).await.unwrap();
        assert_eq!(
            again,
            Appended {
                repeated: true,
                ..first
            }
        );
    }
    assert_eq!(log.head(TENANT).await.unwrap(), 5);
}

/// A known command id with another request is refused, on a fitting version and on a stale one.
pub async fn a_reused_command_id_is_refused(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let command = append(1, 0, 1);
    log.append(command.clone()).await.unwrap();
    for (stream, version) in [(1, 1), (1, 0), (2, 0)] {
        let mut other = append(stream, version, 1);
        other.command_id = command.command_id;
        let refused = log.append(other).await;
        let command_id = command.command_id;
        assert_eq!(refused, Err(AppendError::CommandReused { command_id }));
    }
    assert_eq!(log.head(TENANT).await.unwrap(), 1);
}

/// The record of a command names its hash, positions and version.
pub async fn what_is_known_of_a_command_can_be_asked(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    log.append(append(1, 0, 1)).await.unwrap();
    let command = append(1, 1, 3);
    assert_eq!(log.command(TENANT, command.command_id).await.unwrap(), None);
    log.append(command.clone()).await.unwrap();
    let known = log.command(TENANT, command.command_id).await.unwrap();
    let expected = CommandRecord {
        command_id: command.command_id,
        request_hash: command.request_hash,
        first_position: 2,
        last_position: 4,
        version: 4,
    };
    assert_eq!(known, Some(expected));
    assert_eq!(
        log.command("elsewhere", command.command_id).await.unwrap(),
        None
    );
}

/// Two tenants share streams' names, positions and command ids without touching each other.
pub async fn tenants_are_independent(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let here = append(1, 0, 2);
    let mut there = here.clone();
    there.tenant = "龙华".to_owned();
    there.request_hash = [0; 32];
    let one = log.append(here).await.unwrap();
    let other = log.append(there).await.unwrap();
    assert_eq!(one, other);
    log.append(append(1, 2, 1)).await.unwrap();
    assert_eq!(log.head(TENANT).await.unwrap(), 3);
    assert_eq!(log.head("龙华").await.unwrap(), 2);
    assert_eq!(log.head("none").await.unwrap(), 0);
    assert_eq!(log.read_log("龙华", 0, 10).await.unwrap().len(), 2);
    assert_eq!(log.read_stream("龙华", &case(1), 0).await.unwrap().len(), 2);
    assert_eq!(log.read_log("none", 0, 10).await.unwrap(), []);
    let mut names = log.tenants().await.unwrap();
    names.sort();
    let mut expected = vec![TENANT.to_owned(), "龙华".to_owned()];
    expected.sort();
    assert_eq!(names, expected);
    let chains = [TENANT, "龙华"].map(|tenant| log.verify(tenant));
    let [one, other] = chains;
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert!(one.is_sound() && other.is_sound());
    assert_ne!(one.chain, other.chain);
}
