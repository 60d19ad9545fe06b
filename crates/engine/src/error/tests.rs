//! Every failure speaks to people in their language, and keeps what a technician wants apart.

use super::*;
use crate::keyring::KeyringError;
use gridwhistle_store::views::ViewError;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// What must not be shown to people.
fn what() -> String {
    "SQLITE_TECHNICAL".to_owned()
}

fn of_the_log() -> Vec<StoreError> {
    vec![
        StoreError::ReadOnly { what: what() },
        StoreError::DiskFull,
        StoreError::Locked { by: what() },
        StoreError::NewerSchema {
            found: 9,
            supported: 1,
        },
        StoreError::Corrupt {
            position: Some(7),
            what: what(),
        },
        StoreError::NotACluster { what: what() },
        StoreError::NotADatabase { what: what() },
        StoreError::Io { what: what() },
        StoreError::Closed,
        StoreError::Invalid {
            field: what(),
            rule: what(),
        },
    ]
}

fn of_views() -> Vec<ViewError> {
    let path = || std::path::PathBuf::from(what());
    vec![
        ViewError::CursorUnreadable,
        ViewError::OutOfBounds {
            what: "rows",
            min: 1,
            max: 500,
            found: 0,
        },
        ViewError::DiskFull { place: what() },
        ViewError::Busy { path: path() },
        ViewError::Damaged {
            path: path(),
            what: what(),
        },
        ViewError::NewerFile {
            path: path(),
            found: 9,
            supported: 1,
        },
        ViewError::NotAViewsFile { path: path() },
        ViewError::Missing { path: path() },
        ViewError::ReadOnly,
        ViewError::Storage {
            place: what(),
            what: what(),
        },
        ViewError::Unavailable {
            server: what(),
            what: what(),
        },
        ViewError::OlderSchema {
            server: what(),
            found: 0,
            wanted: 2,
        },
        ViewError::NewerSchema {
            found: 9,
            supported: 2,
        },
        ViewError::DamagedTables {
            server: what(),
            what: what(),
        },
    ]
}

fn of_keys() -> Vec<KeyringError> {
    let subject = || "subject-1".into();
    vec![
        KeyringError::Erased(subject()),
        KeyringError::Lost(subject()),
        KeyringError::Missing {
            path: "city.db.keys".to_owned(),
        },
        KeyringError::UnknownAlgorithm("SM4GCM".to_owned()),
        KeyringError::Altered(subject()),
        KeyringError::File {
            path: "city.db.keys".to_owned(),
            what: what(),
        },
        KeyringError::Randomness(what()),
    ]
}

fn of_appends() -> Vec<AppendError> {
    vec![
        AppendError::Conflict {
            expected: 1,
            actual: 2,
        },
        AppendError::Behind {
            knows: 1,
            others: 2,
        },
        AppendError::CommandReused {
            command_id: Uuid::nil(),
        },
        AppendError::Overloaded {
            queue: 1,
            bytes: 1,
            waited: Duration::ZERO,
        },
        AppendError::Invalid {
            field: "payload".to_owned(),
            rule: what(),
        },
    ]
}

/// One of each kind of failure that no rule speaks of.
fn failures() -> Vec<EngineError> {
    let json = serde_json::from_str::<u8>("x").unwrap_err();
    let mut all = vec![
        EngineError::NoEvaluation {
            case: CaseId::default(),
        },
        EngineError::NotAuthorised {
            given: "a/b/c".to_owned(),
            accepted: "administrator",
        },
        EngineError::Input(vec!["第 2 行".to_owned()]),
        EngineError::Unreadable {
            position: 7,
            what: what(),
        },
        EngineError::NotYet {
            reached: 1,
            wanted: 2,
        },
        EngineError::Json(json),
    ];
    all.extend(of_the_log().into_iter().map(EngineError::from));
    all.extend(of_views().into_iter().map(EngineError::from));
    all.extend(of_keys().into_iter().map(EngineError::from));
    all.extend(of_appends().into_iter().map(EngineError::from));
    all
}

#[test]
fn every_failure_has_a_chinese_sentence_of_its_own_with_the_way_out() {
    let mut seen = BTreeSet::new();
    for failure in failures() {
        let words = failure.message(Language::ZhCn);
        assert!(words.contains(['；', '，', '：']), "{words}");
        assert!(
            words.chars().filter(|c| *c > '\u{3000}').count() > 8,
            "{words}"
        );
        assert!(!words.contains("TECHNICAL"), "{words}");
        assert!(
            seen.insert(words.clone()),
            "two failures say the same: {words}"
        );
    }
}

#[test]
fn what_system_and_database_said_is_kept_as_detail() {
    let failure = EngineError::from(StoreError::Io {
        what: "SQLITE_IOERR_WRITE".to_owned(),
    });
    assert!(failure.detail().unwrap().contains("SQLITE_IOERR_WRITE"));
    assert!(
        EngineError::NotYet {
            reached: 1,
            wanted: 2
        }
        .detail()
        .is_none()
    );
}

/// Who is told to repeat something that only an operator can mend asks for ever.
#[test]
fn a_failure_says_whether_the_same_request_may_go_through_later() {
    let passing = |failure: &EngineError| {
        matches!(
            failure.code(),
            "disk_full" | "locked" | "store_unavailable" | "overloaded" | "not_yet"
        )
    };
    let mut all = failures();
    let unavailable = || StoreError::Unavailable {
        server: what(),
        what: what(),
    };
    all.push(unavailable().into());
    all.push(AppendError::from(unavailable()).into());
    all.push(AppendError::from(StoreError::Closed).into());
    all.push(CopyError::from(unavailable()).into());
    all.push(QuestionError::from(unavailable()).into());
    let mut told: Vec<(bool, &str)> = Vec::new();
    for failure in &all {
        told.push((failure.may_retry(), failure.code()));
        // Of the views' store and the key ring one code stands for many.
        let many = matches!(failure.code(), "view_failed" | "keyring_failed");
        assert!(
            many || failure.may_retry() == passing(failure),
            "{failure:?}"
        );
    }
    let views = [
        (ViewError::DiskFull { place: what() }, true),
        (ViewError::NotBuilt { view: what() }, true),
        (ViewError::CheckpointMoved { found: 7 }, true),
        (ViewError::ReadOnly, false),
        (ViewError::Stopped, false),
    ];
    for (error, may_retry) in views {
        let words = error.to_string();
        let [here, asked] = [
            EngineError::from(error.clone()),
            QuestionError::from(error).into(),
        ];
        assert_eq!(
            (here.may_retry(), asked.may_retry()),
            (may_retry, may_retry),
            "{words}"
        );
    }
    for wants_an_operator in [
        "read_only",
        "newer_schema",
        "older_schema",
        "log_damaged",
        "not_a_log",
        "log_failed",
        "log_closed",
        "append_refused",
        "event_unreadable",
        "stale_version",
        "idempotency_key_reused",
    ] {
        assert!(
            told.contains(&(false, wants_an_operator)),
            "{wants_an_operator}: {told:?}"
        );
    }
}
