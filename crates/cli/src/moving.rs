//! `migrate` and `copy`: a store's schema, and a log on its way to another store.

use crate::failure::{Exit, Failure};
use crate::progress;
use crate::session::{Session, file_of};
use crate::setup::make_folder;
use crate::words::{Word as W, told};
use gridwhistle::moving;
use serde_json::json;

/// Brings the schema of the store up to date, and spreads the log over a cluster where that is asked.
///
/// # Errors
/// When the store cannot be opened for writing, or is no cluster.
pub(crate) async fn migrate(session: &Session, distribute: bool) -> Result<(), Failure> {
    let url = session.settings.store.clone();
    if let Some(path) = session.file()? {
        make_folder(&path)?;
    }
    let done = tokio::task::spawn_blocking(move || {
        if distribute {
            return moving::distribute(&url);
        }
        moving::migrate(&url)
    });
    let steps = done.await.map_err(Failure::internal)??;
    let answer = json!({
        "store": shown(&session.settings.store),
        "steps": steps,
        "distributed": distribute,
    });
    let (some, none) = match distribute {
        true => (W::Distributed, W::DistributedBefore),
        false => (W::Migrated, W::MigratedNone),
    };
    session.output.answer(&answer, |out| {
        out.line(match steps {
            0 => told(none, &[]),
            steps => told(some, &[&steps]),
        })
    })
}

/// Copies the tenant's log to another store, and proves that both are equal.
///
/// # Errors
/// When the one cannot be read or the other cannot be written, or they are not equal.
pub(crate) async fn copy(session: &Session, to: &str) -> Result<(), Failure> {
    let (from, tenant) = (&session.settings.store, &session.settings.tenant);
    if session.file()?.is_some_and(|path| !path.exists()) {
        let message = told(W::StoreMissing, &[from, from]);
        return Err(Failure::new(Exit::Store, "store_missing", message));
    }
    if let Some(path) = file_of(to)? {
        make_folder(&path)?;
    }
    let bar = progress::events();
    let mut tell = |at, head| {
        bar.set_length(head);
        bar.set_position(at);
    };
    let copied = moving::copy(from, to, tenant, &mut tell).await;
    bar.finish_and_clear();
    let copied = copied?;
    session.output.answer(&copied, |out| {
        out.line(told(W::Copied, &[&copied.copied, &copied.events]))?;
        out.line(told(W::CopiedChain, &[&copied.chain]))?;
        out.line(W::CopiedKeys)
    })
}

/// An address without its password and options, for people's eyes and scripts' logs.
pub(crate) fn shown(store: &str) -> String {
    let Some((scheme, rest)) = store.split_once("://") else {
        return store.to_owned();
    };
    // A password may hold any sign; a host holds no `@`.
    match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split(':').next().unwrap_or_default();
            let place = place.split('?').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None if scheme == "sqlite" => store.to_owned(),
        None => format!("{scheme}://{}", rest.split('?').next().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn no_address_is_shown_with_its_password() {
        for (address, seen) in [
            ("sqlite://city?.db", "sqlite://city?.db"),
            ("postgres://a:s3@h:5,i:6/c", "postgres://a@h:5,i:6/c"),
            ("postgres://a:s@3@h/c", "postgres://a@h/c"),
            ("postgres://a@h/c?password=s3", "postgres://a@h/c"),
            ("postgres://h/c?password=s3", "postgres://h/c"),
            ("postgre://a:s3@h/c", "postgre://a@h/c"),
        ] {
            assert_eq!(shown(address), seen);
        }
    }
}
