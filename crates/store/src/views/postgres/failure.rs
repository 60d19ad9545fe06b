//! What the database says, in the words of the port.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::error::StoreError;
use crate::postgres::failure::failure;
use crate::postgres::server::Server;
use crate::views::ViewError;

/// A failure before it knows which server it is of.
#[derive(Debug)]
pub(super) enum Failure {
    /// Said by us.
    View(ViewError),
    /// Said by the server, or by the connection to it.
    Database(Error),
    /// Said by whoever connects.
    Store(StoreError),
    /// A row holds what this store never writes.
    Damage(String),
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Self {
        Self::View(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    /// Whether the same work may go through at once: a deadlock, a row that moved, a name that was
    /// drawn twice, a connection that turns out to be dead.
    pub(super) fn may_pass(&self) -> bool {
        const PASSING: [SqlState; 2] = [SqlState::ADMIN_SHUTDOWN, SqlState::DUPLICATE_TABLE];
        match self {
            Self::Database(error) => match error.code() {
                Some(code) => code.code().starts_with("40") || PASSING.contains(code),
                None => error.is_closed() || is_cut(error),
            },
            _ => false,
        }
    }

    /// Whether a table that the catalog names is not there: it was swapped out meanwhile.
    pub(super) fn is_gone(&self) -> bool {
        self.has_code(&SqlState::UNDEFINED_TABLE)
    }

    /// Whether the database said this.
    pub(super) fn has_code(&self, code: &SqlState) -> bool {
        matches!(self, Self::Database(error) if error.code() == Some(code))
    }

    /// The failure of this server.
    pub(super) fn at(self, of: &Server) -> ViewError {
        let server = of.name();
        let damaged = |what: String| ViewError::DamagedTables {
            server: server.to_owned(),
            what,
        };
        match self {
            Self::View(error) => error,
            Self::Damage(what) => damaged(what),
            Self::Store(error) => of_store(server, error),
            Self::Database(error) => match (error.code(), error.as_db_error()) {
                (Some(code), Some(said))
                    if *code == SqlState::UNDEFINED_TABLE
                        || *code == SqlState::UNDEFINED_COLUMN =>
                {
                    damaged(said.message().to_owned())
                }
                _ => of_store(server, failure(of, &error)),
            },
        }
    }
}

/// A connection that broke while something was said over it.
fn is_cut(error: &Error) -> bool {
    use std::error::Error as _;
    error
        .source()
        .is_some_and(|cause| cause.is::<std::io::Error>())
}

fn of_store(server: &str, error: StoreError) -> ViewError {
    let place = || server.to_owned();
    match error {
        StoreError::Unavailable { server, what } => ViewError::Unavailable { server, what },
        StoreError::ReadOnly { .. } => ViewError::ReadOnly,
        StoreError::DiskFull => ViewError::DiskFull { place: place() },
        StoreError::OlderSchema { found, wanted, .. } => ViewError::OlderSchema {
            server: place(),
            found,
            wanted,
        },
        StoreError::NewerSchema { found, supported } => ViewError::NewerSchema { found, supported },
        StoreError::Corrupt { what, .. } => ViewError::DamagedTables {
            server: place(),
            what,
        },
        // The address is named without its password.
        StoreError::Invalid { rule, .. } => ViewError::BadUrl { url: place(), rule },
        StoreError::Closed => ViewError::Stopped,
        other => ViewError::Storage {
            place: place(),
            what: other.to_string(),
        },
    }
}

/// The failure of an address that no server was made of.
pub(super) fn unusable(error: StoreError) -> ViewError {
    of_store("postgres://…", error)
}
