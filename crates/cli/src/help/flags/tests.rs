use super::*;

#[test]
fn no_row_lacks_a_language_and_none_stands_twice() {
    let mut seen = std::collections::BTreeSet::new();
    let own = shades::OWN.iter().chain(audit::OWN);
    let named = FLAGS.iter().chain(audit::FLAGS);
    for (name, zh, en) in own.chain(named) {
        assert!(!zh.is_ascii() && en.is_ascii() && !en.is_empty(), "{name}");
        assert!(seen.insert(name), "{name}");
    }
}
