//! Turns what SQLite says into what the log says.

use rusqlite::ErrorCode;

use crate::error::StoreError;

/// The log's error for an error of SQLite.
pub(crate) fn failure(error: rusqlite::Error) -> StoreError {
    let text = error.to_string();
    match &error {
        rusqlite::Error::SqliteFailure(cause, _) => match cause.code {
            ErrorCode::DiskFull => StoreError::DiskFull,
            ErrorCode::ReadOnly => StoreError::ReadOnly {
                what: format!("the log ({text})"),
            },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Locked {
                by: "another SQLite connection".to_owned(),
            },
            ErrorCode::DatabaseCorrupt | ErrorCode::ConstraintViolation => StoreError::Corrupt {
                position: None,
                what: text,
            },
            ErrorCode::NotADatabase => StoreError::NotADatabase {
                what: "the file".to_owned(),
            },
            _ => StoreError::Io { what: text },
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::InvalidColumnType(..) => StoreError::Corrupt {
            position: None,
            what: text,
        },
        _ => StoreError::Io { what: text },
    }
}

/// As [`failure`], for a statement that reads the row at `position`.
pub(crate) fn failure_at(position: u64, error: rusqlite::Error) -> StoreError {
    match failure(error) {
        StoreError::Corrupt {
            position: None,
            what,
        } => StoreError::Corrupt {
            position: Some(position),
            what,
        },
        other => other,
    }
}
