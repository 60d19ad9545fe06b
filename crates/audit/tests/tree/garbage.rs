//! Files that somebody hands over: rubbish, halves, and sound ones with one byte changed. None ends
//! the program, and none that says anything else than the sound one is believed.

use crate::kit::{Place, log_key, memory, noon, seal, witness_key};
use gridwhistle_audit::tree::witness::cosign;
use gridwhistle_audit::tree::{
    EventName, EventProof, Extension, Proven, Sealed, SigningKey, VerifierKey,
};
use proptest::prelude::*;
use std::sync::OnceLock;

/// A proof, an extension and a cosigned checkpoint, all sound.
fn sound() -> &'static [Vec<u8>; 3] {
    static FILES: OnceLock<[Vec<u8>; 3]> = OnceLock::new();
    FILES.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        runtime.block_on(async {
            let (source, place) = (memory(300).await, Place::new());
            let tree = place.tree();
            let sealed = seal(&source, &tree).await;
            let event = EventName::Position(123).find(&source).await.unwrap();
            let extension = Extension::make(&tree, 77, sealed.clone()).unwrap();
            let log = log_key().verifier();
            let signed = cosign(&extension, None, &log, &witness_key(1), noon()).unwrap();
            let proof = EventProof::make(&tree, signed.clone(), &event).unwrap();
            [proof.bytes().unwrap(), extension.bytes(), signed.bytes()]
        })
    })
}

fn read_all(bytes: &[u8]) {
    let log = log_key().verifier();
    let witness = [witness_key(1).verifier()];
    if let Ok(proof) = EventProof::read(bytes) {
        let _ = proof.check(&log, &witness, 1);
    }
    if let Ok(extension) = Extension::read(bytes) {
        let _ = extension.continues(&Sealed::read(&sound()[2]).unwrap());
    }
    if let Ok(sealed) = Sealed::read(bytes) {
        let _ = (
            sealed.chain(),
            sealed.witnesses(&witness, 0),
            sealed.signed_by(&log),
        );
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = (
        VerifierKey::read(&text),
        SigningKey::read(&text),
        EventName::read(&text),
    );
}

/// What a proof tells whoever wants the witness's signature too.
fn told(bytes: &[u8]) -> Option<Proven> {
    let log = log_key().verifier();
    let witness = [witness_key(1).verifier()];
    let proof = EventProof::read(bytes).ok()?;
    proof.check(&log, &witness, 1).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn rubbish_is_refused_in_words(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_all(&bytes);
    }

    #[test]
    fn lines_that_look_right_are_refused_in_words(
        lines in proptest::collection::vec("(c2sp.org/tlog-proof@v1|extra [A-Za-z0-9+/=]{0,40}|index [0-9]{0,22}|old [0-9]{0,22}|[A-Za-z0-9+/]{43}=|city.example/log|[0-9]{1,22}|— city.example/log [A-Za-z0-9+/=]{0,100}|gridwhistle chain [0-9a-f甲]{0,64}|)", 0..12)
    ) {
        read_all(lines.join("\n").as_bytes());
    }

    #[test]
    fn a_file_cut_short_is_refused(which in 0..3_usize, kept in 0.0..1.0_f64) {
        let file = &sound()[which];
        let kept = (file.len() as f64 * kept) as usize;
        let cut = &file[..kept];
        read_all(cut);
        // What is cut off between two lines may be read, but then a signature is missing.
        prop_assert!(told(cut).is_none());
    }

    #[test]
    fn one_changed_byte_changes_nothing_that_is_believed(
        at in 0.0..1.0_f64, flip in 1..=255_u8
    ) {
        let mut file = sound()[0].clone();
        let at = (file.len() as f64 * at) as usize;
        file[at] ^= flip;
        read_all(&file);
        if let Some(proven) = told(&file) {
            prop_assert_eq!(Some(proven), told(&sound()[0]));
        }
    }
}

#[test]
fn sizes_beyond_any_log_are_refused_before_arithmetic() {
    let sealed = String::from_utf8(sound()[2].clone()).unwrap();
    let (proof, extension) = (&sound()[0], &sound()[1]);
    for size in [
        "18446744073709551615",
        "1099511627777",
        "9223372036854775808",
    ] {
        let huge = sealed.replacen("\n300\n", &format!("\n{size}\n"), 1);
        assert!(Sealed::read(huge.as_bytes()).is_err());
        let index = String::from_utf8(proof.clone()).unwrap();
        let huge = index.replacen("index 122", &format!("index {size}"), 1);
        assert!(EventProof::read(huge.as_bytes()).is_err());
        let old = String::from_utf8(extension.clone()).unwrap();
        let huge = old.replacen("old 77", &format!("old {size}"), 1);
        let read = Extension::read(huge.as_bytes());
        let older = Sealed::read(sealed.as_bytes()).unwrap();
        assert!(
            read.is_err() || read.is_ok_and(|read| read.continues_root(9, older.root()).is_err())
        );
    }
}
