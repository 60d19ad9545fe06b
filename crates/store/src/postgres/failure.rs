//! Turns what PostgreSQL and its connections say into what the log says.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use super::server::Server;
use crate::error::StoreError;

/// What the append function raises when a command does not go: see `0003_append.sql`.
pub(crate) const REFUSED: &str = "GW001";

/// The log's error for an error of a statement on `server`.
pub(crate) fn failure(server: &Server, error: &Error) -> StoreError {
    match error.as_db_error() {
        Some(said) => by_code(server, said),
        None if is_damage(error) => StoreError::Corrupt {
            position: None,
            what: spelled(error),
        },
        None => {
            let name = server.name();
            not_trusted(name, error).unwrap_or_else(|| unavailable(name, spelled(error)))
        }
    }
}

/// A line that was to be encrypted to a certain server and cannot be: no trying again helps.
fn not_trusted(server: &str, error: &Error) -> Option<StoreError> {
    let said = spelled(error);
    let cause = error.source()?.downcast_ref::<std::io::Error>();
    let of_tls = cause.and_then(|cause| cause.get_ref()?.downcast_ref::<rustls::Error>());
    let rule = if matches!(of_tls, Some(rustls::Error::InvalidCertificate(_))) {
        format!(
            "{server}: {said}; the address must name the host that the certificate names, and \
             `sslrootcert=FILE` who has signed it, where this machine does not trust them"
        )
    } else if said.ends_with("server does not support TLS") {
        format!("{server} does not encrypt: set `ssl` there, or leave `sslmode` out here")
    } else {
        return None;
    };
    Some(StoreError::Invalid {
        field: "the address of the log".to_owned(),
        rule,
    })
}

/// The database cannot be asked now.
pub(crate) fn unavailable(server: &str, what: impl Into<String>) -> StoreError {
    StoreError::Unavailable {
        server: server.to_owned(),
        what: what.into(),
    }
}

/// Whether the append function refused a command of the batch.
pub(crate) fn is_refusal(error: &Error) -> bool {
    let refuses = |code: &SqlState| code.code() == REFUSED || *code == SqlState::UNIQUE_VIOLATION;
    error.code().is_some_and(refuses)
}

/// Limits that an operator may set, beside `statement_timeout` (57014): a lock that was waited for too
/// long (`lock_timeout`), a transaction that stood still or took too long.
const GAVE_UP: [&str; 3] = ["55P03", "25P03", "25P04"];

fn by_code(of: &Server, said: &DbError) -> StoreError {
    let server = of.name();
    let text = match said.detail() {
        Some(detail) => format!("{} ({detail})", said.message()),
        None => said.message().to_owned(),
    };
    let address = |rule: String| StoreError::Invalid {
        field: "the address of the log".to_owned(),
        rule,
    };
    let code = said.code();
    match &code.code()[..2] {
        // Connection trouble, too many connections or no memory, an operator's stop.
        "08" | "53" if *code != SqlState::DISK_FULL => unavailable(server, text),
        "57" => unavailable(server, text),
        // Serialization failure, deadlock.
        "40" => unavailable(server, text),
        _ if GAVE_UP.contains(&code.code()) => unavailable(server, text),
        "28" => address(format!("{server} refuses the user or the password: {text}")),
        "XX" if *code != SqlState::INTERNAL_ERROR => StoreError::Corrupt {
            position: None,
            what: text,
        },
        _ if *code == SqlState::DISK_FULL => StoreError::DiskFull,
        _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION => of.refuses_writes(),
        _ if *code == SqlState::INVALID_CATALOG_NAME => {
            address(format!("{text}; create it with `createdb` first"))
        }
        _ if *code == SqlState::INSUFFICIENT_PRIVILEGE => StoreError::ReadOnly {
            what: format!("{server}, for this user ({text})"),
        },
        _ if *code == SqlState::UNDEFINED_TABLE || *code == SqlState::INVALID_SCHEMA_NAME => {
            StoreError::NotADatabase {
                what: format!("the database at {server} ({text})"),
            }
        }
        _ => StoreError::Io {
            what: format!("{server}: {text} ({})", code.code()),
        },
    }
}

/// A column that does not hold what the schema says.
fn is_damage(error: &Error) -> bool {
    let text = error.to_string();
    text.starts_with("error deserializing column") || text.starts_with("invalid column")
}

/// The error with its cause: the cause says what happened.
fn spelled(error: &Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
