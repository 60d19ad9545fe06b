//! Where files lie: a folder, or a bucket of an object store that speaks S3.

use super::files::away;
use super::settings::{EvidenceSettings, S3Settings};
use crate::problem::{Issue, Kind};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long an answer of a bucket may take, and how long it is asked again.
const ANSWER: Duration = Duration::from_secs(30);
const RETRIES: usize = 3;

/// Files by name.
pub(super) type Store = Arc<dyn ObjectStore>;

/// Where they lie.
pub(super) enum Place {
    /// Made when the first one comes.
    Folder(PathBuf),
    /// Is there, or nothing can be kept.
    Bucket(Store),
}

impl Place {
    /// Of the settings; what cannot be, in words.
    pub(super) fn of(settings: &EvidenceSettings) -> Result<Self, String> {
        match &settings.s3 {
            None => Ok(Self::Folder(settings.folder.clone())),
            Some(s3) => bucket(s3).map(Self::Bucket),
        }
    }

    /// The place as a store; none: nothing was ever put there.
    pub(super) fn there(&self) -> Result<Option<Store>, Issue> {
        match self {
            Self::Bucket(store) => Ok(Some(Arc::clone(store))),
            Self::Folder(folder) if !folder.exists() => Ok(None),
            Self::Folder(folder) => {
                let store = LocalFileSystem::new_with_prefix(folder);
                let store = store.map_err(|error| away(&error))?;
                // What is acknowledged is on the disk, as an event is.
                Ok(Some(Arc::new(store.with_fsync(true))))
            }
        }
    }

    /// The same for who puts something there.
    pub(super) fn made(&self) -> Result<Store, Issue> {
        if let Self::Folder(folder) = self {
            std::fs::create_dir_all(folder).map_err(|error| {
                tracing::error!(%error, folder = %folder.display(), "the folder of evidence cannot be made");
                Issue::new(Kind::FilesAway)
            })?;
        }
        self.there()?.ok_or_else(|| Issue::new(Kind::FilesAway))
    }
}

fn bucket(settings: &S3Settings) -> Result<Store, String> {
    let (bucket, prefix) = settings.named().ok_or("s3://BUCKET/PREFIX")?;
    let retry = RetryConfig {
        max_retries: RETRIES,
        retry_timeout: ANSWER,
        ..RetryConfig::default()
    };
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_region(&settings.region)
        .with_client_options(ClientOptions::new().with_timeout(ANSWER))
        .with_retry(retry);
    if let Some(endpoint) = &settings.endpoint {
        // The operator's own host may have no certificate.
        builder = builder
            .with_endpoint(endpoint)
            .with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some(file) = &settings.credentials {
        let (id, secret) = credentials(file)?;
        builder = builder
            .with_access_key_id(id)
            .with_secret_access_key(secret);
    }
    let store: AmazonS3 = builder.build().map_err(|error| error.to_string())?;
    Ok(Arc::new(PrefixStore::new(store, Path::from(prefix))))
}

/// A file of two lines: the id of the key, and its secret.
fn credentials(file: &std::path::Path) -> Result<(String, String), String> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| format!("{}: {error}", file.display()))?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match (lines.next(), lines.next(), lines.next()) {
        (Some(id), Some(secret), None) => Ok((id.to_owned(), secret.to_owned())),
        _ => Err(format!(
            "{}: two lines, the id of the key and its secret",
            file.display()
        )),
    }
}
