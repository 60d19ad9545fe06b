//! Whoever may come again is told when; whoever may not is not sent round in circles.

use super::*;
use gridwhistle::keyring::KeyringError;
use gridwhistle_audit::Problem as Audited;
use gridwhistle_audit::replay::ReplayProblem;
use gridwhistle_audit::tree::TreeProblem;

/// The status of an answer, and whether it says when to come again.
fn told(trouble: Trouble) -> (u16, Option<HeaderValue>) {
    let problem = trouble.document(Language::En);
    let response = rendered(&problem, trouble.status(), trouble.into_response());
    let after = response.headers().get(RETRY_AFTER).cloned();
    (response.status().as_u16(), after)
}

#[test]
fn only_what_may_pass_asks_to_come_again() {
    let json = serde_json::from_str::<u8>("x").unwrap_err();
    let again = |seconds: u16| Some(HeaderValue::from(seconds));
    let behind = EngineError::NotYet {
        reached: 1,
        wanted: 2,
    };
    let unreadable = EngineError::Unreadable {
        position: 7,
        what: "CaseForgotten 9".to_owned(),
    };
    let no_keys = KeyringError::Missing {
        path: "city.db.keys".to_owned(),
    };
    let moving = ReplayProblem::Moving {
        table: "cases",
        tries: 3,
    };
    let no_folder = ReplayProblem::Folder("no space".to_owned());
    let (locked, torn) = (
        TreeProblem::Locked("city.db.tree".into()),
        TreeProblem::Tile("city.db.tree/0".into()),
    );
    for (trouble, answer) in [
        (behind.into(), (503, again(1))),
        (
            EngineError::Keys(KeyringError::Randomness("no".to_owned())).into(),
            (503, again(1)),
        ),
        (unreadable.into(), (500, None)),
        (EngineError::Json(json).into(), (500, None)),
        (EngineError::Keys(no_keys).into(), (500, None)),
        (Audited::from(moving).into(), (503, again(1))),
        (Audited::from(no_folder).into(), (500, None)),
        (Audited::from(locked).into(), (503, again(1))),
        (Audited::from(torn).into(), (500, None)),
        (Issue::not_yet(7).into(), (503, again(1))),
        (Issue::too_many(9).into(), (429, again(9))),
        (Issue::new(Kind::Internal).into(), (500, None)),
    ] {
        let trouble: Trouble = trouble;
        let words = format!("{trouble:?}");
        assert_eq!(told(trouble), answer, "{words}");
    }
}
