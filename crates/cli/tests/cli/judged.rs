//! The auditor over whole demo cities: everything in them was allowed, and what is tampered with is
//! told by position and rule.

use crate::lived::Lived;
use serde_json::Value;

/// What an honest log must hold, so that the judge has met it: 吹哨, meetings, mandates, returns, merges,
/// reopenings, cards, evaluations with their lapse, an appraisal from its opening to its end.
const LIVED: &[&str] = &[
    "WhistleApproved",
    "WhistleDeclined",
    "WhistleRatified",
    "RatificationLapsed",
    "CoordinationConvened",
    "CoordinationEscalated",
    "CoordinationDecided",
    "MandateGranted",
    "MandateRevoked",
    "WindowDecided",
    "HandedBack",
    "ReturnRequested",
    "LegReturned",
    "ReturnRefused",
    "LeadDisputed",
    "PrecedentRegistered",
    "CaseMerged",
    "CaseReclassified",
    "CaseReopened",
    "ReworkRequired",
    "ExtensionGranted",
    "ClockRebased",
    "SupervisionRaised",
    "EvaluationsRevealed",
    "EvaluationLapsed",
    "AppraisalSealed",
    "AppraisalRevealed",
    "AppraisalWithheld",
    "AppraisalRoundClosed",
];

#[test]
fn a_demo_city_gives_no_deviation_whatever_its_seed() {
    for (cases, seed) in [(60, 11), (45, 12)] {
        let demo = Lived::of(cases, seed);
        let report = demo.json("audit judge");
        assert_eq!(
            report["deviations"], 0,
            "seed {seed}: {:#}",
            report["listed"]
        );
        let file = rusqlite::Connection::open(demo.city.path("demo.db")).expect("the log");
        let lived = "select count(*) from events where event_type = ?1";
        for fact in LIVED {
            let times: i64 = file
                .query_row(lived, [fact], |row| row.get(0))
                .expect("a count");
            assert!(times > 0, "seed {seed}: no {fact} was judged");
        }
        assert_eq!(report["cases"], cases);
        assert!(report["commands"].as_u64() > Some(cases.into()));
    }
}

#[test]
fn a_month_of_a_demo_city_under_stricter_rules_is_told_side_by_side() {
    let demo = Lived::of(50, 13);
    let default = demo.run("policy show --built-in").fine();
    let stricter = default.replacen("acknowledge = \"2 wh\"", "acknowledge = \"10 min\"", 1);
    assert_ne!(default, stricter);
    demo.city.write("stricter.toml", stricter);
    let line = "audit what-if --policy stricter.toml --from 2026-05-01 --to 2026-06-01";
    let report = demo.json(line);
    assert_eq!(report["weights_only"], false);
    assert!(
        report["late"][1].as_u64() > report["late"][0].as_u64(),
        "{report:#}"
    );
    assert!(report["ends"].as_u64() <= report["cases"].as_u64());
    let words = demo.run(&format!("{line} --lang zh-CN")).fine();
    let mut moved = report["lists"].as_array().expect("lists").iter();
    let moved = moved.find_map(|list| list["only_new"].as_array()?.first()?.as_str());
    let moved = moved.expect("a case that came onto a list");
    assert!(
        words.contains("只在新规则下：") && words.contains(moved),
        "{words}"
    );
    // What nobody knows is counted beside, and a due time that moved stands without a verdict.
    assert!(report["not_told"].as_u64() > Some(0), "{report:#}");
    let not_told = format!("不得而知的时限：{} 项", report["not_told"]);
    assert!(words.contains(&not_told), "{words}");
    let mut duties = report["duties"].as_array().expect("duties").iter();
    assert!(duties.all(|one| one["late_old"].is_null() == one["late_new"].is_null()));
    // Another calendar alone: a day without work moves what is due behind it.
    let storm = "version = \"storm-1\"\nknown_at = \"2026-05-01T00:00:00+08:00\"\n\
                 [[days]]\ndate = \"2026-05-13\"\nkind = \"stop_work\"\n";
    demo.city.write("storm.toml", storm);
    let line = "audit what-if --calendar storm.toml --from 2026-05-02 --to 2026-06-01";
    let report = demo.json(line);
    assert_eq!(
        (&report["calendar"], &report["policy"]),
        (&"storm-1".into(), &Value::Null)
    );
    let moved = report["duties"].as_array().expect("duties").iter();
    let moved: Vec<_> = moved
        .filter(|one| one["old"].is_string() && one["new"].is_string() && one["old"] != one["new"])
        .collect();
    assert!(!moved.is_empty(), "{report:#}");
    for one in moved {
        assert!(one["new"].as_str() > one["old"].as_str(), "{one}");
    }
    let empty = "audit what-if --policy stricter.toml --from 2026-06-01 --to 2026-05-01";
    let refused = demo.run(&format!("{empty} --json"));
    let error: Value = serde_json::from_str(&refused.err).expect("an error object");
    assert_eq!(error["error"]["code"], "window_empty");
}
