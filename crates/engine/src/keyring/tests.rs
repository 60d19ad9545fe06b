//! The ring: sealing, erasing, and files that are cut off, damaged or changed by others.

use super::*;

fn subject() -> SubjectId {
    SubjectId::new("subject-1")
}

#[test]
fn what_was_sealed_opens_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.keys");
    let sealed = Keyring::at(&path)
        .seal(&subject(), Uuid::nil(), "13800000000")
        .unwrap();
    assert_eq!(sealed.alg, "A256GCM");
    assert!(!sealed.ciphertext.contains("138"));
    let reopened = Keyring::at(&path);
    assert_eq!(reopened.open_sealed(&sealed).unwrap(), "13800000000");
}

#[test]
fn a_repeat_seals_to_the_same_bytes_and_another_text_to_another_nonce() {
    let ring = Keyring::in_memory();
    let key = Uuid::from_u128(7);
    let first = ring.seal(&subject(), key, "Lin").unwrap();
    assert_eq!(first, ring.seal(&subject(), key, "Lin").unwrap());
    assert_ne!(
        first.nonce,
        ring.seal(&subject(), key, "Lim").unwrap().nonce
    );
    assert_ne!(
        first.nonce,
        ring.seal(&subject(), Uuid::nil(), "Lin").unwrap().nonce
    );
}

#[test]
fn deleting_the_key_erases_the_person_and_only_this_person() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.keys");
    let ring = Keyring::at(&path);
    let other = SubjectId::new("subject-2");
    let sealed = ring.seal(&subject(), Uuid::nil(), "Lin").unwrap();
    let kept = ring.seal(&other, Uuid::nil(), "Chen").unwrap();
    assert!(ring.erase(&subject()).unwrap());
    assert!(!ring.erase(&subject()).unwrap());
    for ring in [ring, Keyring::at(&path)] {
        assert!(matches!(
            ring.open_sealed(&sealed),
            Err(KeyringError::Erased(_))
        ));
        assert_eq!(ring.open_sealed(&kept).unwrap(), "Chen");
    }
}

#[test]
fn an_altered_field_does_not_open() {
    let ring = Keyring::in_memory();
    let mut sealed = ring.seal(&subject(), Uuid::nil(), "Lin").unwrap();
    sealed.ciphertext.replace_range(0..2, "00");
    assert!(matches!(
        ring.open_sealed(&sealed),
        Err(KeyringError::Altered(_))
    ));
    sealed.alg = "SM4GCM".to_owned();
    assert!(matches!(
        ring.open_sealed(&sealed),
        Err(KeyringError::UnknownAlgorithm(_))
    ));
}

#[test]
fn a_damaged_ring_says_which_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.keys");
    std::fs::write(&path, "{\"subject\":\"a\",\"key\":\"zz\"}\n").unwrap();
    let error = Keyring::at(&path)
        .holds(&subject())
        .unwrap_err()
        .to_string();
    assert!(error.contains("line 1 is damaged"), "{error}");
}

#[test]
fn a_line_that_was_cut_off_is_passed_over_and_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.keys");
    let sealed = Keyring::at(&path)
        .seal(&subject(), Uuid::nil(), "Lin")
        .unwrap();
    let whole = std::fs::read(&path).unwrap();
    let cut = [&whole[..], br#"{"subject":"subject-2","ke"#].concat();
    std::fs::write(&path, cut).unwrap();
    let ring = Keyring::at(&path);
    assert_eq!(ring.open_sealed(&sealed).unwrap(), "Lin");
    let other = SubjectId::new("subject-2");
    let second = ring.seal(&other, Uuid::nil(), "Chen").unwrap();
    let reopened = Keyring::at(&path);
    assert_eq!(reopened.open_sealed(&sealed).unwrap(), "Lin");
    assert_eq!(reopened.open_sealed(&second).unwrap(), "Chen");
}

#[test]
fn what_another_process_adds_or_erases_holds_here_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.keys");
    let (one, two) = (Keyring::at(&path), Keyring::at(&path));
    let sealed = one.seal(&subject(), Uuid::nil(), "Lin").unwrap();
    assert_eq!(two.open_sealed(&sealed).unwrap(), "Lin");
    assert!(one.erase(&subject()).unwrap());
    assert!(!two.holds(&subject()).unwrap());
    let erased = two.open_sealed(&sealed);
    assert!(matches!(erased, Err(KeyringError::Erased(_))));
}
