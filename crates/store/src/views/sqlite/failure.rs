//! What the database says, in the words of the port.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::views::ViewError;
use crate::views::packed::BadCell;

/// A failure before it knows which file it is about.
#[derive(Debug)]
pub(super) enum Failure {
    /// Said by us.
    View(ViewError),
    /// Said by SQLite.
    Database(rusqlite::Error),
    /// A row holds what this store never writes.
    Damage(String),
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Self {
        Self::View(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<BadCell> for Failure {
    fn from(BadCell(column): BadCell) -> Self {
        let (name, kind) = (column.name, column.kind.word());
        Self::Damage(format!("column `{name}` of a packed row holds no {kind}"))
    }
}

impl Failure {
    /// The failure of this file.
    pub(super) fn at(self, path: &Path) -> ViewError {
        let path = path.to_path_buf();
        let error = match self {
            Self::View(error) => return error,
            Self::Damage(what) => return ViewError::Damaged { path, what },
            Self::Database(error) => error,
        };
        let what = error.to_string();
        let place = || format!("views file `{}`", path.display());
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                ViewError::Damaged { path, what }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ViewError::Busy { path },
            Some(ErrorCode::DiskFull) => ViewError::DiskFull { place: place() },
            Some(ErrorCode::CannotOpen) if !path.exists() => ViewError::Missing { path },
            // The catalog names tables and columns that are not there.
            Some(ErrorCode::Unknown) if what.contains("no such") => {
                ViewError::Damaged { path, what }
            }
            Some(_) => ViewError::Storage {
                place: place(),
                what,
            },
            // Not from SQLite itself: a cell of another type than the catalog says.
            None => ViewError::Damaged { path, what },
        }
    }
}
