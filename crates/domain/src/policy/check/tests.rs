use super::*;

#[test]
fn the_built_in_rules_have_no_finding() {
    let (_, found) = check_text(Policy::default_text()).unwrap();
    assert_eq!(found, [], "{}", codes(&found));
}
