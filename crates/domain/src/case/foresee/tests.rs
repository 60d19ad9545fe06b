use super::*;
use crate::case::kit::*;
use crate::policy::Policy;
use std::sync::Arc;

fn with(class: CaseClass, change: impl FnOnce(&mut crate::policy::rows::ClassRow)) -> Policy {
    let mut policy = Policy::built_in();
    change(policy.class.get_mut(&class).unwrap());
    policy
}

fn dispatched() -> Given {
    Given::nothing()
        .when(leader(), report())
        .and(community(), accept(CaseClass::TimeLimited, LEAK))
}

fn under(given: &Given, policy: &Policy) -> Vec<DutyUnder> {
    let reference = Arc::new(reference());
    duties_under(&given.case, policy, &reference, at("2026-03-02 09:00"))
}

#[test]
fn the_same_policy_moves_nothing_and_a_longer_limit_moves_its_duty_alone() {
    let given = dispatched();
    let same = under(&given, &Policy::built_in());
    assert!(!same.is_empty());
    assert!(same.iter().all(|duty| duty.would_be == Some(duty.due)));
    let longer = with(CaseClass::TimeLimited, |row| {
        row.limits.acknowledge = Some("3 wd".parse().unwrap());
    });
    for duty in under(&given, &longer) {
        let later = duty.would_be > Some(duty.due);
        assert_eq!(later, duty.kind == K::Acknowledge, "{duty:?}");
    }
    let other = with(CaseClass::Special, |row| row.limits.acknowledge = None);
    assert_eq!(under(&given, &other), same, "of another class");
}

#[test]
fn a_duty_that_a_policy_does_not_have_would_be_due_never() {
    let given = dispatched();
    let none = with(CaseClass::TimeLimited, |row| row.limits.acknowledge = None);
    let gone = under(&given, &none)
        .into_iter()
        .filter(|duty| duty.would_be.is_none());
    let gone: Vec<K> = gone.map(|duty| duty.kind).collect();
    assert_eq!(gone, [K::Acknowledge]);
}
