//! Files that no case names yet. Each has a note beside it: who brought it, when, and where the log stood.
//! How much may wait for one person is bounded; what no event names after some days is removed, and the
//! note of a file that one names goes without it.
//!
//! Notes stand as `waiting/OWNER/SHA256-BYTES`. What is named is looked for in the events of all tenants
//! of the log, so a folder or bucket belongs to one store.

use super::files::{Digest, Files, away};
use super::place::Store;
use crate::app::{App, Shared};
use crate::problem::{Issue, Kind, Trouble};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::EngineError;
use gridwhistle::domain::ids::PersonId;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked at what waits for too long.
const EVERY: Duration = Duration::from_hours(6);
/// Events that are looked through at once.
const PAGE: usize = 1_000;
/// Where the notes stand.
const NOTES: &str = "waiting";

/// Who brings a file: a person by a digest of their code, or anybody, by a report that names it at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner(String);

impl Owner {
    /// A person of a tenant.
    pub(crate) fn person(tenant: &str, person: &PersonId) -> Self {
        let digest = Sha256::new()
            .chain_update(tenant.as_bytes())
            .chain_update([0])
            .chain_update(person.as_str().as_bytes());
        Self(hex::encode(digest.finalize())[..32].to_owned())
    }

    /// Anybody.
    pub(crate) fn anybody() -> Self {
        Self("anybody".to_owned())
    }

    fn is_bounded(&self) -> bool {
        *self != Self::anybody()
    }
}

/// What a note says.
#[derive(Serialize, Deserialize)]
struct Note {
    at: DateTime<Utc>,
    /// The head of the log then.
    position: u64,
}

/// A note by its name.
#[derive(Clone, Debug)]
struct Waiting {
    path: Path,
    digest: Digest,
    bytes: u64,
}

impl Waiting {
    fn read(path: Path) -> Option<Self> {
        let (digest, bytes) = path.filename()?.split_once('-')?;
        let (digest, bytes) = (digest.parse().ok()?, bytes.parse().ok()?);
        Some(Self {
            path,
            digest,
            bytes,
        })
    }
}

fn folder(owner: Option<&Owner>) -> Path {
    match owner {
        Some(Owner(owner)) => Path::from(format!("{NOTES}/{owner}")),
        None => Path::from(NOTES),
    }
}

/// The notes of one owner, or all.
async fn notes(store: &Store, owner: Option<&Owner>) -> Result<Vec<Waiting>, Issue> {
    let mut listed = store.list(Some(&folder(owner)));
    let mut found = Vec::new();
    while let Some(meta) = super::next(&mut listed).await {
        let meta = meta.map_err(|error| away(&error))?;
        found.extend(Waiting::read(meta.location));
    }
    Ok(found)
}

/// What a note says; none: it has gone meanwhile.
async fn said(store: &Store, waiting: &Waiting) -> Result<Option<Note>, Issue> {
    let got = match store.get(&waiting.path).await {
        Ok(got) => got.bytes().await,
        Err(error) => Err(error),
    };
    match got {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(away(&error)),
    }
}

/// Removes what may have gone already.
async fn remove(store: &Store, path: &Path) -> Result<(), Issue> {
    match store.delete(path).await {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(away(&error)),
    }
}

impl Files {
    /// Notes that a file waits for a case, before it gets its name.
    pub(super) async fn note(
        &self,
        app: &App,
        store: &Store,
        (owner, digest, bytes): (&Owner, &Digest, u64),
    ) -> Result<(), Trouble> {
        let engine = &app.engine;
        let head = engine.log().head(engine.tenant()).await;
        let note = Note {
            at: engine.now(),
            position: head.map_err(EngineError::from)?,
        };
        let path = folder(Some(owner)).join(format!("{digest}-{bytes}"));
        let note = serde_json::to_vec(&note).map_err(EngineError::from)?;
        let put = store.put(&path, note.into()).await;
        put.map(|_| ()).map_err(|error| away(&error).into())
    }

    /// Refuses where so many bytes more would be too much for their owner.
    pub(crate) async fn has_room(
        &self,
        app: &App,
        owner: &Owner,
        bytes: u64,
    ) -> Result<(), Trouble> {
        let most = app.settings.evidence.waiting_bytes;
        let Some(store) = self.there()? else {
            return Ok(());
        };
        if most == 0 || !owner.is_bounded() {
            return Ok(());
        }
        let sum = |notes: &[Waiting]| notes.iter().map(|note| note.bytes).sum::<u64>() + bytes;
        let waiting = notes(&store, Some(owner)).await?;
        if sum(&waiting) <= most {
            return Ok(());
        }
        // Some of them may be named by now.
        let named = self.named_since(app, &store, &waiting).await?;
        for note in waiting.iter().filter(|note| named.contains(&note.digest)) {
            remove(&store, &note.path).await?;
        }
        let held = sum(&notes(&store, Some(owner)).await?);
        if held <= most {
            return Ok(());
        }
        let issue = Issue::new(Kind::FilesWaiting).given(held.to_string());
        Err(issue.accepted(most.to_string()).into())
    }

    /// Which of these are named by events that came after they were brought.
    async fn named_since(
        &self,
        app: &App,
        store: &Store,
        waiting: &[Waiting],
    ) -> Result<BTreeSet<Digest>, Trouble> {
        let mut from = None;
        for note in waiting {
            if let Some(said) = said(store, note).await? {
                from = Some(from.map_or(said.position, |from: u64| from.min(said.position)));
            }
        }
        let wanted: BTreeSet<&Digest> = waiting.iter().map(|note| &note.digest).collect();
        let tenant = app.engine.tenant();
        named(app, tenant, from.unwrap_or(0), &wanted).await
    }

    /// Removes what has waited for too long and is named by no event of any tenant. Answers how many.
    pub(crate) async fn sweep(&self, app: &App) -> Result<u64, Trouble> {
        let days = app.settings.evidence.waiting_days;
        let Some(store) = self.there()? else {
            return Ok(0);
        };
        if days == 0 {
            return Ok(0);
        }
        let mut by_digest: BTreeMap<Digest, Vec<Waiting>> = BTreeMap::new();
        for note in notes(&store, None).await? {
            by_digest.entry(note.digest.clone()).or_default().push(note);
        }
        let log = app.engine.log();
        let wanted: BTreeSet<&Digest> = by_digest.keys().collect();
        let mut named = BTreeSet::new();
        if !wanted.is_empty() {
            for tenant in log.tenants().await.map_err(EngineError::from)? {
                named.extend(self::named(app, &tenant, 0, &wanted).await?);
            }
        }
        let before = app.engine.now() - TimeDelta::days(i64::from(days));
        let mut removed = 0;
        for (digest, waiting) in by_digest {
            if named.contains(&digest) {
                for note in waiting {
                    remove(&store, &note.path).await?;
                }
            } else if self.give_up(&store, &digest, before).await? {
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Removes the notes of a file from before an instant, and the file, if nobody waits for it any more.
    async fn give_up(
        &self,
        store: &Store,
        digest: &Digest,
        before: DateTime<Utc>,
    ) -> Result<bool, Trouble> {
        // Nobody brings it again meanwhile.
        let _alone = self.names.write().await;
        let all = notes(store, None).await?;
        let (mut left, mut gone) = (0, 0);
        for note in all.iter().filter(|note| note.digest == *digest) {
            match said(store, note).await? {
                Some(said) if said.at >= before => left += 1,
                _ => {
                    remove(store, &note.path).await?;
                    gone += 1;
                }
            }
        }
        if left > 0 || gone == 0 {
            return Ok(false);
        }
        remove(store, &digest.path()).await?;
        Ok(true)
    }
}

/// Which of these digests the events of a tenant name after a position.
async fn named(
    app: &App,
    tenant: &str,
    mut after: u64,
    wanted: &BTreeSet<&Digest>,
) -> Result<BTreeSet<Digest>, Trouble> {
    let mut found = BTreeSet::new();
    loop {
        let page = app.engine.log().read_log(tenant, after, PAGE).await;
        let page = page.map_err(EngineError::from)?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = last.position;
        for event in page
            .iter()
            .filter(|event| event.stream.aggregate_type == "case")
        {
            let words = event
                .payload
                .split(|letter: char| !letter.is_ascii_hexdigit());
            for word in words.filter(|word| word.len() == 64) {
                let digest = word.parse::<Digest>().ok();
                found.extend(digest.filter(|digest| wanted.contains(digest)));
            }
        }
    }
}

/// Looks now and then at what waits for too long, until the service stops.
pub(crate) async fn keep_tidy(app: Shared, closing: CancellationToken) {
    loop {
        match app.files.sweep(&app).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "files that no case names are removed"),
            Err(trouble) => tracing::error!(?trouble, "files that no case names stay for now"),
        }
        tokio::select! {
            () = closing.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
