//! `docs/reference/flow/<class>.mmd`: the machine of each class as a diagram.

use expect_test::expect_file;
use gridwhistle_domain::catalogue::Matter;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::text::Language;

fn diagram(class: CaseClass, language: Language) -> String {
    let diagram = Policy::built_in().diagram(class, None, language);
    diagram.expect("the built-in rules have every class")
}

macro_rules! flows {
    ($($test:ident $class:ident $zh:literal $en:literal;)*) => {$(
        #[test]
        fn $test() {
            expect_file![$zh].assert_eq(&diagram(CaseClass::$class, Language::ZhCn));
            expect_file![$en].assert_eq(&diagram(CaseClass::$class, Language::En));
        }
    )*};
}

flows! {
    the_flow_of_an_on_the_spot_case OnTheSpot "../../../../docs/reference/flow/on_the_spot.mmd" "../../../../docs/reference/flow/on_the_spot.en.mmd";
    the_flow_of_a_time_limited_case TimeLimited "../../../../docs/reference/flow/time_limited.mmd" "../../../../docs/reference/flow/time_limited.en.mmd";
    the_flow_of_a_special_case Special "../../../../docs/reference/flow/special.mmd" "../../../../docs/reference/flow/special.en.mmd";
    the_flow_of_an_undertaken_case Undertaken "../../../../docs/reference/flow/undertaken.mmd" "../../../../docs/reference/flow/undertaken.en.mmd";
    the_flow_of_a_proxy_case Proxy "../../../../docs/reference/flow/proxy.mmd" "../../../../docs/reference/flow/proxy.en.mmd";
}

#[test]
fn a_matter_shows_its_own_limits_and_evidence() {
    let matter: Matter = serde_json::from_value(serde_json::json!({
        "code": "environment.leak", "domain": "environment",
        "name": { "zh": "路面漏水", "en": "water on the road" },
        "classes": ["time_limited"], "owner": "by_service", "funding_owner": "D-1",
        "limits": { "time_limited": "1 wd" }, "evidence": ["document"]
    }))
    .expect("a matter");
    let policy = Policy::built_in();
    let of = |matter| {
        policy
            .diagram(CaseClass::TimeLimited, matter, Language::En)
            .expect("a row")
    };
    let (class, own) = (of(None), of(Some(&matter)));
    assert!(class.contains("handling 5 working days"), "{class}");
    assert!(
        own.contains("title: time-limited case · water on the road"),
        "{own}"
    );
    assert!(own.contains("handling 1 working day\n"), "{own}");
    assert!(own.contains("contact record + document"), "{own}");
}

#[test]
fn arrows_follow_the_row() {
    // Without reasons there is no suspension, so nobody draws one.
    let text = Policy::default_text().replace(
        "reasons = [\"waiting_material\", \"expert_appraisal\", \"force_majeure\"]\ncap_percent = 100\n",
        "",
    );
    let policy = Policy::parse(&text).expect("the built-in rules without a suspension");
    let drawn = policy
        .diagram(CaseClass::TimeLimited, None, Language::En)
        .expect("a row");
    assert!(!drawn.contains("in_progress --> suspended"), "{drawn}");
    assert!(diagram(CaseClass::TimeLimited, Language::En).contains("in_progress --> suspended"));
}
