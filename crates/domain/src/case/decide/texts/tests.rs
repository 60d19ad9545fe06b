//! Texts are bounded and name nobody by number.

use crate::case::command::CaseCommand as C;
use crate::case::decide::pause_scenes::at_work;
use crate::case::decide::scenes::reported;
use crate::case::kit::*;
use crate::case::record::Reporter;
use crate::case::refusal::RefusalCode as Code;
use crate::policy::rows::EvidenceKind as E;
use crate::sealed::Sealed;

fn note(note: &str) -> C {
    C::RecordProgress {
        leg: None,
        note: note.to_owned(),
    }
}

#[test]
fn no_text_of_a_case_holds_a_mobile_or_identity_number() {
    let mut form = form();
    form.description = "漏水,请电 138 0013 8000".to_owned();
    let given = Given::nothing()
        .when(resident(), C::Report { form })
        .then_refused(Code::PersonalNumber);
    assert_eq!(given.refusal().given, "description");
    assert!(!given.refusal().to_string().contains("138"));
    at_work()
        .when(water(), note("met 350102199001011234"))
        .then_refused(Code::PersonalNumber)
        .and(water(), note("met the owner at no. 12"));
}

#[test]
fn what_is_sealed_or_hashed_is_not_read_for_numbers() {
    let mut form = form();
    form.reporter = Some(Reporter {
        subject: serde_json::from_value("R-lin".into()).unwrap(),
        details: Some(Sealed {
            alg: "A256GCM".into(),
            subject: serde_json::from_value("R-lin".into()).unwrap(),
            nonce: "13800138000".into(),
            ciphertext: "13800138000".repeat(200),
        }),
    });
    form.evidence = vec![evidence(E::BeforePhoto)];
    form.evidence[0].reference = "13800138000".into();
    Given::nothing().and(resident(), C::Report { form });
}

#[test]
fn every_text_and_list_has_a_bound() {
    at_work()
        .when(water(), note(&"长".repeat(4_001)))
        .then_refused(Code::TextTooLong)
        .and(water(), note(&"长".repeat(4_000)));
    let mut long = form();
    long.channel = "c".repeat(300);
    Given::nothing()
        .when(resident(), C::Report { form: long })
        .then_refused(Code::TextTooLong);
    let mut many = form();
    many.evidence = vec![evidence(E::BeforePhoto); 201];
    Given::nothing()
        .when(resident(), C::Report { form: many })
        .then_refused(Code::ListTooLong);
    reported();
}
