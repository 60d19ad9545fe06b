//! `migrate`, `copy` and `backup`: a store's schema, and a log on its way to another store.

use crate::failure::{Exit, Failure};
use crate::progress;
use crate::session::{Session, file_of};
use crate::setup::make_folder;
use crate::words::{Word as W, told};
use gridwhistle::moving;
use serde_json::json;
use std::path::Path;

/// Brings the schema of the store up to date, spreads the log over a cluster where that is asked, and
/// makes the view for programs of postgres-es where that is.
///
/// # Errors
/// When the store cannot be opened for writing, or is no cluster, or no database.
pub(crate) async fn migrate(
    session: &Session,
    distribute: bool,
    postgres_es: bool,
) -> Result<(), Failure> {
    let (url, tenant) = (
        session.settings.store.clone(),
        session.settings.tenant.clone(),
    );
    if let Some(path) = session.file()? {
        make_folder(&path)?;
    }
    let done = tokio::task::spawn_blocking(move || {
        let steps = match distribute {
            true => moving::distribute(&url),
            false => moving::migrate(&url),
        }?;
        let view = match postgres_es {
            true => Some(moving::stock_view(&url, &tenant)?),
            false => None,
        };
        Ok::<_, gridwhistle::EngineError>((steps, view))
    });
    let (steps, view) = done.await.map_err(Failure::internal)??;
    let answer = json!({
        "store": shown(&session.settings.store),
        "steps": steps,
        "distributed": distribute,
        "view": view,
    });
    let (some, none) = match distribute {
        true => (W::Distributed, W::DistributedBefore),
        false => (W::Migrated, W::MigratedNone),
    };
    session.output.answer(&answer, |out| {
        out.line(match steps {
            0 => told(none, &[]),
            steps => told(some, &[&steps]),
        })?;
        match &view {
            Some(view) => out.line(told(W::StockView, &[view, &session.settings.tenant])),
            None => Ok(()),
        }
    })
}

/// Copies the file of the store to a new one while it is in use, and checks what came of it.
///
/// # Errors
/// When the store is no file or not there, the file is, or what was copied does not fit.
pub(crate) async fn backup(session: &Session, file: &Path) -> Result<(), Failure> {
    let store = &session.settings.store;
    match session.file()? {
        Some(path) if path.exists() => {}
        Some(_) => return Err(missing(store)),
        None => return Err(Failure::usage("store_form", told(W::BackupOfDatabase, &[]))),
    }
    if std::fs::symlink_metadata(file).is_ok() {
        let message = told(W::BackupThere, &[&file.display()]);
        return Err(Failure::usage("backup_file_exists", message));
    }
    make_folder(file)?;
    let logs = moving::backup(store, file).await?;
    let answer = json!({ "file": file.display().to_string(), "logs": logs });
    session.output.answer(&answer, |out| {
        out.line(told(W::BackedUp, &[&file.display()]))?;
        for log in &logs {
            out.line(told(
                W::BackedUpLog,
                &[&log.tenant, &log.events, &log.chain],
            ))?;
        }
        out.line(W::CopiedKeys)
    })
}

fn missing(store: &str) -> Failure {
    let shown = shown(store);
    let message = told(W::StoreMissing, &[&shown, &shown]);
    Failure::new(Exit::Store, "store_missing", message)
}

/// Copies the tenant's log from one store to another, and proves that both are equal.
///
/// # Errors
/// When the one cannot be read or the other cannot be written, or they are not equal.
pub(crate) async fn copy(session: &Session, from: Option<&str>, to: &str) -> Result<(), Failure> {
    let tenant = &session.settings.tenant;
    let from = from.unwrap_or(&session.settings.store);
    if file_of(from)?.is_some_and(|path| !path.exists()) {
        return Err(missing(from));
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
