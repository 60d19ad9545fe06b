//! Keeps the heads that somebody waits on up to date with what other processes append.
//!
//! The log itself is asked again and again: that is the truth. A notification is a hint that saves
//! the wait, for it does not pass every pooler nor every node.

use std::future::poll_fn;
use std::sync::{Arc, Weak};
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use tokio_postgres::AsyncMessage;

use super::server::{Connected, Server};
use crate::heads::Heads;

/// Listens for as long as the server is used.
pub(crate) fn start(server: &Arc<Server>, heads: &Arc<Heads>, poll: Duration) {
    let (weak, heads) = (Arc::downgrade(server), Arc::clone(heads));
    server.spawn(async move {
        while let Some(server) = weak.upgrade() {
            let link = connect(&server, &heads).await;
            drop(server);
            if let Some(client) = link {
                ask(&weak, &client, &heads, poll).await;
            }
            tokio::time::sleep(poll).await;
        }
    });
}

/// A connection that publishes what it is notified of.
async fn connect(server: &Server, heads: &Arc<Heads>) -> Option<ClientWrapper> {
    let (client, connection) = server.connect().await.ok()?;
    let driven = tokio::spawn(hear(connection, Arc::clone(heads)));
    let client = ClientWrapper::new(client, driven);
    client.batch_execute("listen gridwhistle").await.ok()?;
    Some(client)
}

async fn hear(mut connection: Connected, heads: Arc<Heads>) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        let AsyncMessage::Notification(said) = message else {
            continue;
        };
        // A name that was cut off is of nobody here, and found by asking.
        let Some((position, tenant)) = said.payload().split_once(' ') else {
            continue;
        };
        if let Ok(position) = position.parse() {
            heads.publish(tenant, position);
        }
    }
}

/// Asks for the heads in use until the connection fails.
async fn ask(server: &Weak<Server>, client: &ClientWrapper, heads: &Heads, poll: Duration) {
    let sql = "select tenant, position from gridwhistle.heads where tenant = any($1)";
    while server.strong_count() > 0 {
        let Ok(rows) = client.query(sql, &[&heads.tenants()]).await else {
            return;
        };
        for row in rows {
            let position: i64 = row.get(1);
            heads.publish(row.get(0), position.unsigned_abs());
        }
        tokio::time::sleep(poll).await;
    }
}
