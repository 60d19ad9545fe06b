//! Where files lie: each once, by its SHA-256. A file is staged while it comes in and gets its name only
//! when all of it is there; what breaks off leaves nothing that counts.

use super::kind::{FileKind, HEAD};
use super::place::{Place, Store};
use super::strip::stripped;
use super::waiting::Owner;
use crate::app::App;
use crate::problem::{Issue, Kind, Trouble};
use crate::settings::EvidenceSettings;
use axum::body::Bytes;
use object_store::path::Path;
use object_store::{Error, GetOptions, GetResult, ObjectStoreExt, WriteMultipart};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use tokio::sync::{RwLock, Semaphore};
use uuid::Uuid;

/// Parts of a file on their way to the disk at a time.
const UNDER_WAY: usize = 4;

/// Images in memory at a time.
const IMAGES: usize = 4;

/// The SHA-256 of a file: its name. Nothing else is ever looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Digest(String);

impl FromStr for Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let fits = text.len() == 64 && text.bytes().all(digit);
        fits.then(|| Self(text.to_owned())).ok_or(())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Digest {
    pub(super) fn path(&self) -> Path {
        Path::from(format!("files/{}/{}", &self.0[..2], self.0))
    }
}

/// A file that is there.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) digest: Digest,
    pub(crate) bytes: u64,
    pub(crate) kind: FileKind,
}

/// The files of all tenants.
pub(crate) struct Files {
    place: Place,
    most: u64,
    /// Held while a file gets its name; and alone, while one loses it.
    pub(super) names: RwLock<()>,
    /// A place for each image that may be looked through at a time.
    places: Semaphore,
}

/// A file that is on its way in.
pub(crate) struct Incoming {
    store: Store,
    staged: Path,
    upload: WriteMultipart,
    digest: Sha256,
    head: Vec<u8>,
    bytes: u64,
    most: u64,
}

pub(super) fn away(error: &Error) -> Issue {
    tracing::error!(%error, "files of evidence cannot be kept or read");
    Issue::new(Kind::FilesAway)
}

impl Files {
    /// Files of the settings; what cannot be of them, in words.
    pub(crate) fn new(settings: &EvidenceSettings) -> Result<Self, String> {
        Ok(Self {
            place: Place::of(settings)?,
            most: settings.bytes,
            names: RwLock::default(),
            places: Semaphore::new(IMAGES),
        })
    }

    /// Where they lie; none: nothing was ever put there.
    pub(super) fn there(&self) -> Result<Option<Store>, Issue> {
        self.place.there()
    }

    /// Makes ready for a file.
    pub(crate) async fn receive(&self) -> Result<Incoming, Issue> {
        let store = self.place.made()?;
        let staged = Path::from(format!("incoming/{}", Uuid::now_v7()));
        let upload = store.put_multipart(&staged).await;
        Ok(Incoming {
            upload: WriteMultipart::new(upload.map_err(|error| away(&error))?),
            store,
            staged,
            digest: Sha256::new(),
            head: Vec::with_capacity(HEAD),
            bytes: 0,
            most: self.most,
        })
    }

    /// What there is of a digest.
    pub(crate) async fn find(&self, digest: &Digest) -> Result<Option<File>, Issue> {
        let Some(store) = self.there()? else {
            return Ok(None);
        };
        let meta = match store.head(&digest.path()).await {
            Ok(meta) => meta,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(away(&error)),
        };
        let head = 0..meta.size.min(HEAD as u64);
        let head = store.get_range(&digest.path(), head).await;
        let kind = FileKind::of(&head.map_err(|error| away(&error))?);
        Ok(kind.map(|kind| File {
            digest: digest.clone(),
            bytes: meta.size,
            kind,
        }))
    }

    /// The file as it came.
    pub(crate) async fn original(&self, digest: &Digest) -> Result<GetResult, Issue> {
        let store = self.there()?;
        let store = store.ok_or_else(|| Issue::not_found(digest.to_string()))?;
        let got = store.get_opts(&digest.path(), GetOptions::default()).await;
        got.map_err(|error| away(&error))
    }

    /// An image without what its camera wrote into it.
    pub(crate) async fn shown(&self, file: &File) -> Result<Bytes, Issue> {
        let store = self.there()?;
        let store = store.ok_or_else(|| Issue::not_found(file.digest.to_string()))?;
        let path = file.digest.path();
        let image = self.looked_through(file.kind, &store, &path).await?;
        image.ok_or_else(damaged)
    }

    /// An image as it may be shown; none: it is damaged. Beside other work, for it may be large.
    async fn looked_through(
        &self,
        kind: FileKind,
        store: &Store,
        path: &Path,
    ) -> Result<Option<Bytes>, Issue> {
        // The semaphore is never closed.
        let _place = self.places.acquire().await;
        let got = store.get_opts(path, GetOptions::default()).await;
        let whole = got.map_err(|error| away(&error))?.bytes().await;
        let whole = whole.map_err(|error| away(&error))?;
        let work = tokio::task::spawn_blocking(move || stripped(kind, whole));
        Ok(work.await.ok().flatten())
    }
}

/// A file that is not taken.
pub(crate) fn not_taken() -> Issue {
    Issue::new(Kind::MediaType).accepted(FileKind::accepted())
}

fn damaged() -> Issue {
    Issue::new(Kind::ImageDamaged)
}

impl Incoming {
    /// Takes the next part.
    pub(crate) async fn take(&mut self, part: Bytes) -> Result<(), Issue> {
        self.bytes += part.len() as u64;
        if self.bytes > self.most {
            return Err(Issue::new(Kind::TooLarge).accepted(self.most.to_string()));
        }
        let known = self.head.len() >= HEAD;
        if !known {
            let missing = HEAD - self.head.len();
            self.head.extend(part.iter().take(missing));
            if self.head.len() >= HEAD && FileKind::of(&self.head).is_none() {
                return Err(not_taken());
            }
        }
        self.digest.update(&part);
        let room = self.upload.wait_for_capacity(UNDER_WAY).await;
        room.map_err(|error| away(&error))?;
        self.upload.put(part);
        Ok(())
    }

    /// Whether it is an image, by what has come in.
    pub(crate) fn is_image(&self) -> bool {
        FileKind::of(&self.head).is_some_and(|kind| kind.image)
    }

    /// Leaves nothing of it.
    pub(crate) async fn drop_it(self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "a file that was not taken is not removed");
        }
    }

    /// All of it is there: checks it, and gives it its name.
    pub(crate) async fn keep(self, app: &App, owner: &Owner) -> Result<File, Trouble> {
        let files = &app.files;
        let Some(kind) = FileKind::of(&self.head) else {
            self.drop_it().await;
            return Err(not_taken().into());
        };
        if let Err(refused) = files.has_room(app, owner, self.bytes).await {
            self.drop_it().await;
            return Err(refused);
        }
        let digest = Digest(hex::encode(self.digest.finalize()));
        let done = self.upload.finish().await;
        done.map_err(|error| away(&error))?;
        let file = File {
            digest,
            bytes: self.bytes,
            kind,
        };
        let (store, staged) = (self.store, self.staged);
        if kind.image {
            let image = files.looked_through(kind, &store, &staged).await?;
            if image.is_none() {
                let _ = store.delete(&staged).await;
                return Err(damaged().into());
            }
        }
        let _named = files.names.read().await;
        let waits = (owner, &file.digest, file.bytes);
        files.note(app, &store, waits).await?;
        let kept = match files.find(&file.digest).await? {
            Some(_) => store.delete(&staged).await,
            None => store.rename(&staged, &file.digest.path()).await,
        };
        kept.map_err(|error| away(&error))?;
        Ok(file)
    }
}
