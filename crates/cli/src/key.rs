//! `key issue|list|revoke`: keys of other systems.

use crate::args::KeyCommand;
use crate::failure::Failure;
use crate::moment::show;
use crate::session::Session;
use crate::settings::read_actor;
use crate::table::{Column, Table};
use crate::words::{Word as W, told};
use chrono::{DateTime, Utc};
use gridwhistle::access_keys::{IssuedKey, KeySheet, KeyTerms};
use serde::Serialize;
use uuid::Uuid;

/// Runs a command of this group.
///
/// # Errors
/// When the terms are not fit, there is no such key, somebody else keeps the keys, or the store does
/// not take it.
pub(crate) async fn run(session: &Session, command: KeyCommand) -> Result<(), Failure> {
    match command {
        KeyCommand::Issue {
            name,
            office,
            actions,
            expires,
        } => {
            let engine = session.open().await?;
            let actor = session.actor()?;
            let terms = KeyTerms {
                name,
                office: read_actor(&office)?,
                actions: actions.into_iter().collect(),
                expires,
            };
            let issued = engine.issue_key(&actor, Uuid::now_v7(), terms).await?;
            tell(session, &issued, expires)
        }
        KeyCommand::List => {
            let engine = session.open_to_read().await?;
            let keys = engine.access_keys(&session.actor()?).await?;
            let now = engine.now();
            list(session, keys.iter().map(|key| key.sheet(now)).collect())
        }
        KeyCommand::Revoke { id } => {
            let engine = session.open().await?;
            let change = engine.revoke_key(&session.actor()?, id).await?;
            crate::setup::tell(session, change)
        }
    }
}

/// The key goes to standard output alone on its line, so that a script can take it.
fn tell(session: &Session, issued: &IssuedKey, expires: DateTime<Utc>) -> Result<(), Failure> {
    session.output.answer(issued, |out| {
        out.say(told(W::KeyIssued, &[&issued.id, &show(expires)]))?;
        out.line(issued.key.as_deref().unwrap_or_default())
    })
}

#[derive(Serialize)]
struct Keys {
    keys: Vec<KeySheet>,
}

fn list(session: &Session, keys: Vec<KeySheet>) -> Result<(), Failure> {
    let listed = Keys { keys };
    session.output.answer(&listed, |out| {
        let mut table = Table::new([
            Column::from(W::HKey).whole(),
            Column::from(W::HSystem),
            Column::from(W::HOffice).rank(1),
            Column::from(W::HActions).rank(2),
            Column::from(W::HExpires).rank(1).least(16),
            Column::from(W::HState),
        ]);
        for key in &listed.keys {
            let state = match key.state {
                "active" => W::KeyActive,
                "expired" => W::KeyExpired,
                _ => W::KeyRevoked,
            };
            table.row([
                key.id.to_string(),
                key.name.clone(),
                key.office.clone(),
                key.actions.join(", "),
                show(key.expires),
                state.to_string(),
            ]);
        }
        out.table(&table)
    })
}
