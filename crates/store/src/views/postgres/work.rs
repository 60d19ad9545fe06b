//! One transaction, tried again where another try may go through.

use std::future::Future;
use std::time::Duration;

use deadpool_postgres::{Client, Transaction};
use tokio_postgres::IsolationLevel;

use super::failure::Failure;
use crate::postgres::server::Server;

/// How often a piece of work is done again.
pub(super) const TRIES: u32 = 5;
/// How long the second try waits, the third twice as long.
pub(super) const PAUSE: Duration = Duration::from_millis(5);
/// Statements a connection keeps prepared before it forgets them all.
const PREPARED_MAX: usize = 500;

/// What is done in one transaction, and again from its beginning when that did not go through.
pub(super) trait Work: Send + Sync + 'static {
    /// What comes of it.
    type Answer: Send + 'static;

    /// Does it.
    fn run(
        &self,
        db: &Transaction<'_>,
    ) -> impl Future<Output = Result<Self::Answer, Failure>> + Send;
}

/// Whether a transaction writes. What is asked in one statement needs none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It sees one snapshot, and changes nothing.
    Question,
    /// It stands as a whole, or not at all.
    Change,
}

/// Does the work until it goes through, or cannot.
pub(super) async fn until_done<W: Work>(
    server: &Server,
    kind: Kind,
    work: &W,
) -> Result<W::Answer, Failure> {
    again(|| once(server, kind, work)).await
}

/// Does something until it goes through, or cannot.
pub(super) async fn again<T, F>(work: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut tries = 1;
    loop {
        match work().await {
            // A swap drops the tables that a question was about to read: it asks for the new ones.
            Err(failure) if tries < TRIES && (failure.may_pass() || failure.is_gone()) => {
                tokio::time::sleep(PAUSE * tries).await;
                tries += 1;
            }
            done => return done,
        }
    }
}

/// Lets a connection forget what it has prepared, if that is much.
pub(super) fn make_room(client: &Client) {
    if client.statement_cache.size() > PREPARED_MAX {
        client.statement_cache.clear();
    }
}

async fn once<W: Work>(server: &Server, kind: Kind, work: &W) -> Result<W::Answer, Failure> {
    let mut client = server.reader().await?;
    make_room(&client);
    let begin = client.build_transaction();
    let transaction = match kind {
        Kind::Question => {
            let snapshot = begin.isolation_level(IsolationLevel::RepeatableRead);
            snapshot.read_only(true).start().await?
        }
        Kind::Change => begin.start().await?,
    };
    let answer = work.run(&transaction).await?;
    if kind == Kind::Change {
        transaction.commit().await?;
    }
    // That of a question is rolled back when it is dropped, and nobody waits for it.
    Ok(answer)
}
