//! Bringing a database's schema up to date, moving a tenant's log whole from one store to another,
//! and backing a file up.

use crate::error::EngineError;
use gridwhistle_store::{self as store, Copied, EventLog, OpenOptions, StoreError, VerifyReport};
use std::path::Path;
use std::sync::Arc;

/// Brings the schema of a store up to date, and answers how many steps that took: 0 where there was
/// nothing to do. Safe to run twice, and by many at once. Blocks.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let url = format!("sqlite://{}", folder.path().join("city.db").display());
/// gridwhistle::moving::migrate(&url)?; // a file is made, and brought up to date whenever it is opened
/// assert_eq!(gridwhistle::moving::migrate(&url)?, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`crate::Engine::open`]; nothing is changed then.
pub fn migrate(url: &str) -> Result<usize, EngineError> {
    Ok(store::migrate(url)?)
}

/// Spreads the logs of a store, a database of a Citus coordinator, over its nodes by tenant, and
/// answers how many steps that took. Brings the schema up to date first. Safe to run twice; one that
/// was interrupted goes on where it stopped. Blocks.
///
/// ```
/// let one_file = gridwhistle::moving::distribute("sqlite://city.db").unwrap_err();
/// assert_eq!(one_file.code(), "not_a_cluster");
/// ```
///
/// # Errors
/// `not_a_cluster` where there are no nodes; as [`migrate`].
pub fn distribute(url: &str) -> Result<usize, EngineError> {
    Ok(store::distribute(url)?)
}

/// Copies what the store at `to` lacks of a tenant's log, and proves that both are equal: the same
/// positions, instants, checksums and chain. A copy that was interrupted goes on where it stopped.
/// The source may be in use; a target that is not there is made. Keys, views and snapshots are not
/// in the log and stay behind.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use gridwhistle::{Engine, domain::actor::Actor, moving};
///
/// let folder = tempfile::tempdir()?;
/// let url = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
/// let engine = Engine::open(&url("city.db")).await?;
/// engine.install(&Actor::system()).await?;
/// let copied = moving::copy(&url("city.db"), &url("copy.db"), "city", &mut |_, _| ()).await?;
/// assert_eq!(copied.copied, copied.events);
/// assert_eq!(copied.chain, engine.log().verify("city").await?.chain);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`EngineError::Copy`]: the target holds another log, or one of the two is damaged. Else as
/// [`crate::Engine::open`].
pub async fn copy(
    from: &str,
    to: &str,
    tenant: &str,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Copied, EngineError> {
    let from = open(from, true).await?;
    let to = open(to, false).await?;
    Ok(store::copy(&*from, &*to, tenant, progress).await?)
}

/// Copies the file of the store at `url` to a new one, whole as of one instant, while it is in use,
/// and walks every log in the copy: each tenant with its events and chain value. The keys are not in
/// it. A database has tools of its own for that.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use gridwhistle::{Engine, domain::actor::Actor, moving};
///
/// let folder = tempfile::tempdir()?;
/// let url = format!("sqlite://{}", folder.path().join("city.db").display());
/// let engine = Engine::open(&url).await?;
/// engine.install(&Actor::system()).await?;
/// let logs = moving::backup(&url, &folder.path().join("backup.db")).await?;
/// assert_eq!(logs[0].chain, engine.log().verify("city").await?.chain);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The store is no file, or the target is there already; [`EngineError::Copy`]: what was copied is
/// damaged, and so is the store.
pub async fn backup(url: &str, file: &Path) -> Result<Vec<VerifyReport>, EngineError> {
    store::backup(url, file).await?;
    let copy = open(&format!("sqlite://{}", file.display()), true).await?;
    let mut logs = Vec::new();
    for tenant in copy.tenants().await? {
        let report = copy.verify(&tenant).await?;
        if let Some(fault) = report.fault {
            let which = "source";
            return Err(store::CopyError::Damaged { which, fault }.into());
        }
        logs.push(report);
    }
    Ok(logs)
}

/// Makes the view in the database at `url` through which programs of postgres-es read one tenant's
/// events as their table, and answers its full name. Brings the schema up to date first. What they
/// write there is refused. Safe to run twice. Blocks.
///
/// ```
/// let one_file = gridwhistle::moving::stock_view("sqlite://city.db", "city").unwrap_err();
/// assert!(one_file.detail().unwrap().contains("postgres-es reads a database"));
/// ```
///
/// # Errors
/// The store is a file; as [`migrate`].
pub fn stock_view(url: &str, tenant: &str) -> Result<String, EngineError> {
    Ok(store::stock_view(url, tenant)?)
}

async fn open(url: &str, read_only: bool) -> Result<Arc<dyn EventLog>, StoreError> {
    let (url, options) = (
        url.to_owned(),
        OpenOptions {
            read_only,
            ..OpenOptions::default()
        },
    );
    let opened = tokio::task::spawn_blocking(move || store::open(&url, options)).await;
    opened.unwrap_or(Err(StoreError::Closed))
}
