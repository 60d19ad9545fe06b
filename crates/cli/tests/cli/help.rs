//! What the program says of itself: help in both languages, completions, version.

use crate::city::{City, Ran};
use expect_test::expect;

#[test]
fn help_is_there_in_chinese() {
    let city = City::empty();
    expect![[r#"
        网格哨：吹哨报到、分类办理、限时销号的案件引擎

        用法: gridwhistle [选项] <命令>

        命令:
          init         建立存储，装入内置日历与默认规则；重复执行无害
          registry     登记：单位、网格、人员、任职、服务
          catalogue    网格事项清单
          policy       规则：时限、链条、上限
          calendar     工作日历
          case         一件案件：办理与查询
          evaluate     双向互评
          appraise     季度评议：网格党组织评议打过交道的单位和责任人
          list         清单：台账与四张督办单
          report       统计
          explain      展开一项指标：计入的每个案件、是否达标、依据的事件
          export       把清单或统计导出为 xlsx 或 csv，并记入日志
          score        发布的得分
          import       导入外部案件清单
          migrate      将数据库格式更新到本程序的版本；重复执行无害
          copy         将租户日志整体复制到另一存储，并证明两者相同；可中断续传，源可正在使用
          backup       将使用中的存储文件完整备份为新文件，并逐一核验；数据库请用其自身的工具
          audit        审计：独立读取日志，不经引擎，不作任何写入
          rebuild      在旁重建视图，建成后替换
          verify       逐一核验日志的校验和与哈希链
          erase        删除一人的密钥，其个人信息从此无人可读
          tick         执行所有到期的时钟命令
          key          外部系统密钥
          serve        以 HTTP 提供服务，直到收到停止命令
          demo         生成演示城市：真实命令、模拟时钟、固定种子，并给出值班首屏
          completions  输出命令补全脚本

        通用参数:
              --store <地址>         存储地址；默认 sqlite://gridwhistle.db [环境变量：GRIDWHISTLE_STORE]
              --tenant <名称>        租户；默认 city [环境变量：GRIDWHISTLE_TENANT]
              --as <人员/角色/单位>  谁在操作：人员/角色/单位 [环境变量：GRIDWHISTLE_AS]
              --on-behalf-of <人员>  代何人操作
              --lang <zh-CN|en>      语言；默认随系统，系统非英语则为 zh-CN [环境变量：GRIDWHISTLE_LANG]
              --json                 以 JSON 输出
              --config <文件>        配置文件；默认 ./gridwhistle.toml [环境变量：GRIDWHISTLE_CONFIG]
              --keys <文件>          密钥文件；数据库须指明 [环境变量：GRIDWHISTLE_KEYS]
              --wide                 表格显示全部列，不限宽度
              --columns <列，列>     表格只显示这些列，以逗号分隔
          -V, --version              显示版本
          -h, --help                 显示帮助
    "#]].assert_eq(&city.run(&["--help"]).fine());
}

#[test]
fn help_of_a_command_is_there_in_english() {
    let city = City::empty();
    expect![[r#"
        accept

        Usage: gridwhistle case accept [OPTIONS] --class <CODE> --matter <CODE> <CASE>

        Arguments:
              --class <CODE>      the class of case [possible values: on_the_spot, time_limited, special,
                                  undertaken, proxy]
              --matter <CODE>     the code of the matter
              --manual-dispatch   dispatch by hand, not by rule
              --origin <CODE>     upward or downward [possible values: upward, downward]
              --key <UUID>        the idempotency key: a repeat under it is done once
              --expect <VERSION>  only if the case is at this version
          <CASE>                  the case: its id (or how it begins), its number on the ledger, or
                                  SYSTEM:ID

        Common:
              --store <URL>            the store; default sqlite://gridwhistle.db [env: GRIDWHISTLE_STORE]
              --tenant <NAME>          the tenant; default city [env: GRIDWHISTLE_TENANT]
              --as <PERSON/ROLE/UNIT>  who acts: person, role, unit [env: GRIDWHISTLE_AS]
              --on-behalf-of <PERSON>  for whom the actor stands in
              --lang <zh-CN|en>        the language; default en where the machine's locale is English, else
                                       zh-CN [env: GRIDWHISTLE_LANG]
              --json                   answer in JSON
              --config <FILE>          the settings file; default ./gridwhistle.toml [env:
                                       GRIDWHISTLE_CONFIG]
          -h, --help                   show this help
              --keys <FILE>            the file of the key ring [env: GRIDWHISTLE_KEYS]
              --wide                   tables with all columns, however wide
              --columns <COLUMNS>      tables with these columns alone, separated by commas
    "#]].assert_eq(
        &city
            .run(&["case", "accept", "--help", "--lang", "en"])
            .fine(),
    );
}

#[test]
fn the_language_comes_from_flag_environment_file_and_machine_in_this_order() {
    let city = City::empty();
    let first = |command: &mut std::process::Command| {
        let out = command.output().expect("the program runs").stdout;
        String::from_utf8(out)
            .unwrap()
            .lines()
            .next()
            .unwrap_or_default()
            .is_ascii()
    };
    let run = || city.command("2026-03-02", &["list", "--help"]);
    assert!(!first(&mut run()), "zh-CN by default");
    assert!(first(run().env("LANG", "en_GB.UTF-8")));
    assert!(!first(run().env("LANG", "C.UTF-8")));
    city.write("gridwhistle.toml", "lang = \"zh-CN\"\n");
    assert!(!first(run().env("LANG", "en_GB.UTF-8")));
    assert!(first(run().env("GRIDWHISTLE_LANG", "en")));
    assert!(!first(
        run()
            .env("GRIDWHISTLE_LANG", "en")
            .args(["--lang", "zh-CN"])
    ));
}

#[test]
fn completions_know_every_command_and_code() {
    let city = City::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = city.run(&["completions", shell]).fine();
        for word in [
            "blow-whistle",
            "prewarning",
            "auto-acknowledge",
            "time_limited",
            "manual-dispatch",
        ] {
            // Not every shell's generator lists the codes of a flag.
            let codes = word == "time_limited" && matches!(shell, "elvish" | "powershell");
            assert!(codes || script.contains(word), "{shell}: {word}");
        }
    }
    let error = city.run(&["completions", "tcsh", "--json"]).error(2);
    assert!(error.to_string().contains("bash"), "{error}");
}

#[test]
fn bash_loads_the_completions_and_completes_commands_flags_and_codes() {
    let city = City::empty();
    let script = city.write(
        "gridwhistle.bash",
        city.run(&["completions", "bash"]).fine(),
    );
    let bash = |args: &[&str]| {
        let output = std::process::Command::new("bash").args(args).output();
        Ran::of(output.expect("bash runs")).fine()
    };
    bash(&["-n", &script]);
    for (typed, expected) in [
        ("gridwhistle case blow", "blow-whistle"),
        ("gridwhistle list ledger --col", "--columns"),
        ("gridwhistle case accept --class time", "time_limited"),
    ] {
        let ask = "source \"$0\"; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); \
                   _gridwhistle gridwhistle \"${COMP_WORDS[-1]}\" \"${COMP_WORDS[-2]}\"; \
                   printf '%s\\n' \"${COMPREPLY[@]}\"";
        let completed = bash(&["-c", ask, &script, typed]);
        assert_eq!(completed.trim(), expected, "{typed}");
    }
}

#[test]
fn the_version_is_told() {
    let told = City::empty().run(&["--version"]).fine();
    assert_eq!(
        told.trim(),
        format!("gridwhistle {}", env!("CARGO_PKG_VERSION"))
    );
}
