//! Where values come from: a flag before the environment, the environment before the file, the file
//! before the default; and what is told of a file that is wrong.

use crate::city::{City, MONDAY, Ran};

/// The store that a command names when it is not there: what was settled on.
fn settled(city: &City, env: Option<&str>, flag: Option<&str>) -> String {
    let mut args = vec!["list", "ledger"];
    args.extend(flag.iter().flat_map(|flag| ["--store", flag]));
    let mut command = city.command(MONDAY, &args);
    if let Some(env) = env {
        command.env("GRIDWHISTLE_STORE", env);
    }
    let ran = Ran::of(command.output().expect("the program runs"));
    assert_eq!(ran.code, 4, "{}", ran.err);
    let (_, after) = ran.err.split_once("sqlite://").expect("a store is named");
    after.split('；').next().unwrap_or_default().to_owned()
}

#[test]
fn a_flag_comes_before_the_environment_and_that_before_the_file_and_the_default() {
    let city = City::empty();
    let (env, flag) = (Some("sqlite://env.db"), Some("sqlite://flag.db"));
    assert_eq!(settled(&city, None, None), "gridwhistle.db");
    city.write("gridwhistle.toml", "store = \"sqlite://file.db\"\n");
    assert_eq!(settled(&city, None, None), "file.db");
    assert_eq!(settled(&city, env, None), "env.db");
    assert_eq!(settled(&city, env, flag), "flag.db");
}

#[test]
fn who_acts_and_the_tenant_come_the_same_way() {
    let city = City::ready();
    city.write(
        "gridwhistle.toml",
        "as = \"water/department_handler/B-water\"\ntenant = \"city\"\n",
    );
    let case = city.reported();
    let shown = |env: Option<&str>, flag: &[&str]| {
        let args = [&["case", "show", &case, "--lang", "en"], flag].concat();
        let mut command = city.command(MONDAY, &args);
        env.map(|env| command.env("GRIDWHISTLE_AS", env));
        Ran::of(command.output().expect("the program runs")).fine()
    };
    assert!(shown(None, &[]).contains("department handler"));
    let leader = "leader/grid_leader/C-1";
    assert!(shown(Some(leader), &[]).contains("grid leader"));
    let street = ["--as", "street/street_staff/S-1"];
    assert!(shown(Some(leader), &street).contains("street office staff"));
}

#[test]
fn a_wrong_file_is_named_with_its_key_or_line_in_both_languages() {
    let city = City::empty();
    for (text, zh, en) in [
        (
            "shop = \"x\"\n",
            "不认识的键 `shop`；可用：store",
            "unknown key `shop`; accepted: store",
        ),
        (
            "store = 7\n",
            "键 `store` 应为引号内的文字",
            "key `store` must be text in quotes",
        ),
        (
            "lang = \"fr\"\n",
            "不支持语言 `fr`",
            "language `fr` is not spoken",
        ),
        ("a = 1\nb = [\n", "第 2 行", "line 2"),
    ] {
        let file = city.write("own.toml", text);
        for (lang, words) in [("zh-CN", zh), ("en", en)] {
            let ran = city.run(&["list", "ledger", "--config", &file, "--lang", lang]);
            assert_eq!(ran.code, 2, "{}", ran.err);
            assert!(
                ran.err.contains(words) && ran.err.contains("own.toml"),
                "{}",
                ran.err
            );
        }
    }
    let missing = city
        .run(&["list", "ledger", "--config", "nowhere.toml", "--json"])
        .error(3);
    assert!(
        missing["message"]
            .as_str()
            .unwrap()
            .contains("nowhere.toml"),
        "{missing}"
    );
}
