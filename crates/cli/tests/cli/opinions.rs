//! Mutual evaluation as people meet it: facts, forms, reveal, appeal, and the figures that come of it.

use crate::city::{City, DISPATCHER, Ran, STREET, SUPERVISOR, WATER};
use crate::life::city_with_closed;
use expect_test::expect;

/// The area's form, low in one item.
const BY_AREA: &str = "seal CASE --leg 1 --side area --score authority=4 --score quality=2;unsolved \
     --score coordination=3 --score feedback=3";
const BY_DEPARTMENT: &str = "seal CASE --leg 1 --side department --score needed=5 \
     --score information=4 --score own_work=4 --score support=5 --score fair_sign_off=3";

fn ran(city: &City, at: &str, who: &str, line: &str, case: &str) -> Ran {
    let line = format!("evaluate {line}").replace("CASE", case);
    let args: Vec<&str> = line.split_whitespace().chain(["--as", who]).collect();
    city.at(at, &args)
}

/// Both sides seal on 4 March; the water bureau appeals on the 5th, and is heard on the 6th.
pub(crate) fn evaluated(city: &City, case: &str) {
    let appeal = "appeal CASE --leg 1 --side area --ground facts_wrong --note dry-since-monday";
    let upheld =
        "decide-appeal CASE --leg 1 --side area --outcome upheld --note so-says-the-record";
    for (at, who, line) in [
        ("2026-03-04 09:10", STREET, BY_AREA),
        ("2026-03-04 10:00", WATER, BY_DEPARTMENT),
        ("2026-03-05 09:00", WATER, appeal),
        ("2026-03-06 09:00", SUPERVISOR, upheld),
    ] {
        ran(city, at, who, line, case).fine();
    }
}

/// What a question answers on 20 March, in a language, with the case's id as it is told in goldens.
fn told(city: &City, case: &str, lang: &str, line: &str) -> String {
    let args: Vec<&str> = line.split_whitespace().chain(["--lang", lang]).collect();
    let told = city.at("2026-03-20 09:00", &[&args[..], &["--wide"]].concat());
    told.fine().replace(case, "CASE")
}

#[test]
fn whoever_fills_a_form_sees_the_facts_and_the_items_and_nothing_of_the_other_side() {
    let (city, case) = city_with_closed();
    let case = &case;
    ran(&city, "2026-03-04 09:10", STREET, BY_AREA, case).fine();
    let line = "evaluate show CASE --leg 1".replace("CASE", case);
    let shown = told(&city, case, "zh-CN", &line);
    let sealed = shown.lines().find(|line| line.contains("河口街道"));
    let hash = sealed.and_then(|line| line.split_whitespace().nth(2));
    let shown = shown.replace(hash.expect("a commitment"), "HASH");
    let spaces: Vec<String> = shown
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    expect![[r#"
        已知事实：签收 用时 0时20分/1时0分（按时）、联系 用时 1时20分/24时0分（按时）、报到 用时 2时50分/30时20分（按时）、办结 用时 8时20分/86时20分（按时）、返工 0、退单 0、延期 0
        一方 单位 承诺值 评分 得分
        街道社区 河口街道 HASH - -
        部门 区水务局 可评至 2026-03-10 18:00 - -
        一方 评价项 名称 权重 评分
        街道社区 response_speed 响应速度 20 4
        街道社区 authority 到场层级与权限 15
        街道社区 quality 处置质量 30
        街道社区 coordination 协调配合 15
        街道社区 feedback 向居民和网格反馈 20
        部门 needed 吹哨必要且对口 30
        部门 information 信息完整 25
        部门 own_work 前期自行处置 20
        部门 support 现场配合 15
        部门 fair_sign_off 销号公允 10"#]].assert_eq(&spaces.join("\n"));
    let pairs = "evaluate pairs CASE --json".replace("CASE", case);
    let args: Vec<&str> = pairs.split_whitespace().collect();
    let pairs = city.at("2026-03-04 09:20", &args).json();
    assert_eq!(pairs["pairs"][0]["facts"]["acknowledged"]["budget"], 60);
}

#[test]
fn an_appeal_is_told_and_its_form_stays_listed() {
    let (city, case) = city_with_closed();
    let case = &case;
    evaluated(&city, case);
    let line = "evaluate show CASE --leg 1".replace("CASE", case);
    let shown = told(&city, case, "zh-CN", &line);
    let last = shown.lines().last().unwrap_or_default();
    expect!["对街道社区一方评价表的申诉（所评与事实不符）：dry-since-monday；成立，该表不计分"]
        .assert_eq(last);
    let shown = told(&city, case, "en", &line);
    let last = shown.lines().last().unwrap_or_default();
    expect!["appeal against the form of the side area (does not fit the facts): dry-since-monday; upheld, the form counts in no figure"].assert_eq(last);
}

#[test]
fn scores_the_matrix_and_what_is_behind_them_read_well() {
    let (city, case) = city_with_closed();
    let case = &case;
    evaluated(&city, case);
    let before = "report evaluations --window 2026-03 --as-of 2026-03-05";
    expect![[r#"
        统计区间：2026-03-01 00:00 至 2026-04-01 00:00（不含）
        单位      单位类别  评价方    份数  评价单位数  原始均分   得分  截尾  剔除      参评率      95%区间  权重  提示
        区水务局  职能部门  街道社区     1           1     51.25  51.25     0     0  100.0% 1/1  20.7–100.0%  1.00  -
        河口街道  街道      部门         1           1     83.75  83.75     0     0  100.0% 1/1  20.7–100.0%  1.00  -
    "#]].assert_eq(&told(&city, case, "zh-CN", before));
    let after = "report evaluations --window 2026-03";
    expect![[r#"
        window: 2026-03-01 00:00 to before 2026-04-01 00:00
        unit          kind        rated by    forms  raters  plain mean  score  trimmed  excluded  participation  95% interval  weight  flags
        Water Bureau  department  area            0       0           -      -        0         1     100.0% 1/1   20.7–100.0%    1.00  -
        River Mouth   street      department      1       1       83.75  83.75        0         0     100.0% 1/1   20.7–100.0%    1.00  -
    "#]].assert_eq(&told(&city, case, "en", after));
    let matrix = "report matrix --window 2026-03";
    expect![[r#"
        统计区间：2026-03-01 00:00 至 2026-04-01 00:00（不含）
        街道社区  部门      互评数  对部门均分  份数  对街道社区均分  反向份数  提示
        河口街道  区水务局       1           -     0           83.75         1  -
    "#]]
    .assert_eq(&told(&city, case, "zh-CN", matrix));
    let street = "explain mutual --unit S-1 --window 2026-03";
    expect![[r#"
        统计区间：2026-03-01 00:00 至 2026-04-01 00:00（不含）
        河口街道：得分 83.75，原始均分 83.75，计入 1 份，参评率 100.0% 1/1
        互评                                        评价单位   得分  校正后  权重  计入  若无此表  提示  依据事件
        CASE/1/S-1  区水务局  83.75   83.75  1.00  是           -  -     97 99 100
    "#]].assert_eq(&told(&city, case, "zh-CN", street));
    let water = "explain mutual --unit B-water --window 2026-03";
    expect![[r#"
        window: 2026-03-01 00:00 to before 2026-04-01 00:00
        Water Bureau: score -, plain mean -, forms 0, participation 100.0% 1/1
        evaluation                                  rater        points  levelled  weight  counts             if absent  flags  events
        CASE/1/S-1  River Mouth   51.25         -       -  no, appeal upheld          -  -      97 98 100 101 102
    "#]].assert_eq(&told(&city, case, "en", water));
    let other = "explain mutual --unit B-water --side department --window 2026-03";
    expect![[r#"
        统计区间：2026-03-01 00:00 至 2026-04-01 00:00（不含）
        没有记录
    "#]]
    .assert_eq(&told(&city, case, "zh-CN", other));
}

#[test]
fn what_an_appeal_may_not_be_is_told_in_both_languages() {
    let (city, case) = city_with_closed();
    let case = &case;
    let appeal = "appeal CASE --leg 1 --side area --ground facts_wrong --note x";
    let early = ran(&city, "2026-03-04 09:00", WATER, appeal, case);
    assert!(early.err.contains("揭示之后"), "{}", early.err);
    evaluated(&city, case);
    let again = "appeal CASE --leg 1 --side area --ground mood --note x --lang en";
    let again = ran(&city, "2026-03-06 10:00", WATER, again, case);
    assert!(again.err.contains("one appeal a form"), "{}", again.err);
    let ground = "appeal CASE --leg 1 --side department --ground mood --note x --json";
    let ground = ran(&city, "2026-03-06 10:00", STREET, ground, case).error(1);
    assert_eq!(ground["code"], "unknown_ground");
    let late = "appeal CASE --leg 1 --side department --ground interest --note x --json";
    let late = ran(&city, "2026-03-12 10:00", STREET, late, case).error(1);
    assert_eq!(late["code"], "appeal_time_over");
    let decide = "decide-appeal CASE --leg 1 --side area --outcome dismissed --note x --json";
    let decided = ran(&city, "2026-03-12 10:00", SUPERVISOR, decide, case).error(1);
    assert_eq!(decided["code"], "no_appeal_waits");
    let unit = ["explain", "mutual", "--unit", "B-none", "--json"];
    assert_eq!(city.run(&unit).error(3)["code"], "unit_unknown");
}

#[test]
fn who_has_no_say_in_appeals_is_refused() {
    let (city, case) = city_with_closed();
    let case = &case;
    for (at, who, line) in [
        ("2026-03-04 09:10", STREET, BY_AREA),
        ("2026-03-04 10:00", WATER, BY_DEPARTMENT),
        (
            "2026-03-05 09:00",
            WATER,
            "appeal CASE --leg 1 --side area --ground facts_wrong --note x",
        ),
    ] {
        ran(&city, at, who, line, case).fine();
    }
    let decide = "decide-appeal CASE --leg 1 --side area --outcome upheld --note x --json";
    let refused = ran(&city, "2026-03-06 09:00", DISPATCHER, decide, case).error(1);
    assert_eq!(refused["code"], "may_not_decide");
    let message = refused["message"].as_str().unwrap_or_default();
    assert!(message.contains("督查员"), "{message}");
}
