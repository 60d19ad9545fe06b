//! The reference page of the command line, written from the same records that clap reads.
//! `UPDATE_EXPECT=1 cargo test -p gridwhistle-cli` rewrites it.

use super::localised;
use crate::args::Cli;
use clap::{Arg, ArgAction, Command, CommandFactory};
use expect_test::expect_file;
use gridwhistle::domain::text::Language;
use std::fmt::Write;

const HEAD: &str = "\
# The command line

`gridwhistle COMMAND …`; every command has `--help`, in zh-CN or English. This page is written by a test from the records that the program itself reads. Shapes of `--json`: [json.md](json.md). Who may give which command at which stage: [steps.md](steps.md). Why one is refused: [refusals.md](refusals.md).

## Settings

A flag comes before the environment, the environment before `gridwhistle.toml` (in the folder where the program is started, or `--config FILE`), the file before the default. The file knows five keys; an unknown key, a value that is no text or a line that is no TOML is an error that names file, key or line:

```toml
store = \"sqlite://city.db\"            # default sqlite://gridwhistle.db
keys = \"city.keys\"                   # default: beside the store; to be named for a database
tenant = \"city\"                       # default city
as = \"P-lin/grid_officer/C-east\"      # PERSON/ROLE/UNIT; no default
lang = \"zh-CN\"                        # or en; default: en where the machine's locale is English, else zh-CN
```

- **Who acts**: `--as PERSON/ROLE/UNIT`, the unit left out for residents. Commands to a case, `case reporters`, `evaluate seal|appeal|decide-appeal`, `appraise seal`, `appraise notes`, `explain appraisal`, `export`, `key issue|list|revoke` and `erase` need a name. `init`, set-up (`registry import`, `catalogue import`, `policy publish`, `calendar publish`), `appraise open` and `case timer …` are done by the system itself when nobody is named; `import` and `tick` always are. `registry show people` lists who holds which office, as `--as` takes it. Questions, `policy check`, `rebuild` and `verify` need none, and `demo` takes none.
- **Instants**: `2026-07-01`, `2026-07-01 09:30` (UTC+8), or with an offset, `2026-07-01T09:30:00+08:00`. Times are shown at UTC+8.
- **As of**: every question takes `--as-of INSTANT` and answers from the events up to then. `case reporters` names the people of then, and opens their data under the keys and the offices of now.
- **Cases** are named by their number on the ledger, by the beginning of their id (4 characters or more), by the whole of it, or, imported ones, by `SYSTEM:ID`. Digits are a number before they are the beginning of an id. A beginning that fits several cases is refused (`case_ambiguous`) with those it fits.
- **What next**: `case show` tells how each clock is counted and why it is due when it is, the cards with the rule that raised each, the sign-off chain with who is next, and, with `--as`, what that person may do now and why not the rest: a command without content is decided in full and thrown away, of the others the gate is asked ([steps.md](steps.md)). `--by-role` lists which role may do what.
- **As known at**: `audit` answers what was known at an instant (`--known-at`) or position (`--position`), from the log alone ([guide](../auditing/replay.md)).
- **Repeats**: `--key UUID` names a request; the same request under the same key is done once and gets its first answer. The id of a new case follows from the key.
- **Races**: `--expect VERSION` refuses (`stale_version`) when the case has moved on since you read it.
- **Personal data** comes from a file or standard input (`--reporter-file -`), never from a flag: TOML or JSON with `name`, `phone`, `identity_number`, `address`, and `subject` for somebody known already. It is sealed before the command is made; the receipt names the subject, which `erase` takes.
- **Databases**: `--store postgres://USER:PASSWORD@HOST:PORT/DATABASE`, several `HOST:PORT` joined by commas for a primary and its standbys, with `--keys FILE` for the key ring, the same for every process. `init` or `migrate` makes the schema; other commands refuse one that is not up to date.
- **Beside a writer**: one process writes a SQLite store. Questions open it read-only when another one holds it, and answer from what that one has put into the views. A database takes any number of processes; a standby serves questions.
- **Tables** take the width of the terminal or of `COLUMNS`; into a file or a pipe they take what they need. Where room is short, columns give way by rank and are named below the table; `--wide` shows all of them, `--columns CODE,CODE` those that are asked for, by code or heading. Labels stand for codes, in the asked language; ids are cut to what tells a page apart.
- **Progress** is drawn on standard error, and only on a terminal.
- **Completions**: `source <(gridwhistle completions bash)`; zsh: `gridwhistle completions zsh > ~/.zfunc/_gridwhistle`; fish: `gridwhistle completions fish > ~/.config/fish/completions/gridwhistle.fish`.

## Exit codes

| code | meaning | examples of `error.code` |
|---|---|---|
| 0 | done; also when the reader closed the pipe, and for an import that rejected rows (`rejected` counts them) | |
| 1 | refused by the rules, or a check found something | all of refusals.md, `stale_version`, `idempotency_key_reused`, `policy_holes`, `version_exists`, `not_authorised`, `certificate_differs`, `views_differ`, `views_not_comparable` |
| 2 | the command line or the settings are wrong | `usage`, `actor_missing`, `actor_form`, `store_form`, `keys_not_named`, `tenant_form`, `settings_wrong`, `cursor_wrong`, `case_ambiguous`, `column_unknown`, `registry_file_name`, `registry_file_twice`, `not_confirmed`, `rejects_file_exists`, `export_file_exists`, `backup_file_exists`, `export_form`, `export_too_long`, `which_ballot`, `position_beyond`, `before_log`, `not_yet_known`, `as_of_after_known`, `order_wrong`, `points_differ`, `needs_the_engine` |
| 3 | an input file is wrong; nothing was written | `input_invalid`, `file_unreadable`, `not_utf8`, `policy_unreadable`, `calendar_unreadable`, `columns_missing`, `gzip_truncated`, `mapping_wrong`, `personal_data_wrong`, `certificate_unreadable` |
| 4 | the store | `store_missing`, `locked`, `read_only`, `disk_full`, `newer_schema`, `older_schema`, `store_unavailable`, `log_damaged`, `not_a_log`, `log_failed`, `view_failed`, `projection_failed`, `keyring_failed`, `copy_refused`, `not_a_cluster`, `overloaded`, `not_yet`, `import_stopped`, `demo_failed`, `file_unwritable`, `event_unreadable`, `views_moving`, `no_folder` |
| 5 | what was asked for is not there | `case_unknown`, `matter_unknown`, `policy_unknown`, `calendar_unknown`, `no_evaluation`, `unit_unknown`, `subject_unknown`, `tenant_unknown`, `no_appraisal`, `round_not_open`, `no_ballot`, `not_appraised` |
| 70 | a mistake of the program: please report it | `internal` |

Errors go to standard error: words in the asked language, or with `--json` one line with one object. `may_retry` stands in it where the same command may go through later without anybody changing anything, such as `store_unavailable`: repeat it under the same `--key`.
";

/// Their commands are those that they stand before, with flags of their own.
const BEFORE: [(&str, &[&str], &str); 3] = [
    ("gridwhistle export", &["to", "force"], EXPORTED),
    ("gridwhistle audit list", KNOWN, AUDITED),
    ("gridwhistle audit figure", KNOWN, AUDITED),
];
const KNOWN: &[&str] = &["known_at", "position"];
const AUDITED: &str = "The question follows as it is asked by `list` or `report`, with the same \
    flags: `audit list overdue --as-of 2026-03-20 --known-at 2026-03-25`, `audit figure departments \
    --window 2026-02 --position 4000`. The answer has the same shape.";
const EXPORTED: &str = "The question follows as it is asked without `export`, with the same flags: \
    `export report departments --window 2026-Q2 --to q2.xlsx`, `export list ledger --open --to open.csv`. \
    A list is written whole.";

fn page() -> String {
    let [zh, en] = [Language::ZhCn, Language::En].map(|language| {
        let mut command = localised(Cli::command(), language);
        command.build();
        command
    });
    let mut page = HEAD.to_owned();
    page.push_str("\n## Common flags\n\n");
    rows(&mut page, &zh, &en, &common);
    page.push_str("\n## Commands\n");
    walk(&mut page, "gridwhistle", &zh, &en);
    page
}

fn walk(page: &mut String, path: &str, zh: &Command, en: &Command) {
    for (zh, en) in zh.get_subcommands().zip(en.get_subcommands()) {
        let path = format!("{path} {}", en.get_name());
        let about = |command: &Command| {
            command
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        if let Some((_, own, words)) = BEFORE.iter().find(|(known, _, _)| *known == path) {
            let about = format!("{} {}", about(zh), about(en));
            write!(page, "\n#### `{path}`\n\n{about}. {words}\n\n").expect("a string");
            rows(page, zh, en, &|arg| own.contains(&arg.get_id().as_str()));
            continue;
        }
        if en.get_subcommands().next().is_some() {
            write!(page, "\n### {path}\n\n{} {}\n", about(zh), about(en)).expect("a string");
            walk(page, &path, zh, en);
            continue;
        }
        let mut table = String::new();
        rows(&mut table, zh, en, &|arg| !common(arg));
        write!(page, "\n#### `{path}`\n\n{} {}\n", about(zh), about(en)).expect("a string");
        if !table.is_empty() {
            write!(page, "\n{table}").expect("a string");
        }
    }
}

/// Help and version belong to every command, though clap sets them command by command.
fn common(arg: &Arg) -> bool {
    arg.is_global_set() || matches!(arg.get_action(), ArgAction::Help | ArgAction::Version)
}

fn rows(page: &mut String, zh: &Command, en: &Command, wanted: &dyn Fn(&Arg) -> bool) {
    let own = |command: &Command| {
        let args = command.get_arguments().filter(|arg| wanted(arg));
        args.cloned().collect::<Vec<Arg>>()
    };
    let (zh, en) = (own(zh), own(en));
    if en.is_empty() {
        return;
    }
    page.push_str("| | needed | |\n|---|---|---|\n");
    for (zh, en) in zh.iter().zip(&en) {
        let help = |arg: &Arg| arg.get_help().map(ToString::to_string).unwrap_or_default();
        let needed = if en.is_required_set() { "yes" } else { "" };
        let codes: Vec<String> = en
            .get_possible_values()
            .iter()
            .filter(|_| takes_value(en))
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let codes = if codes.is_empty() {
            String::new()
        } else {
            format!(": {}", codes.join(", "))
        };
        let line = format!(
            "| `{}` | {needed} | {} {}{codes} |",
            form(en),
            help(zh),
            help(en)
        );
        writeln!(page, "{line}").expect("a string");
    }
}

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

fn form(arg: &Arg) -> String {
    let value = arg.get_value_names().filter(|_| takes_value(arg));
    let value = value.map(|names| {
        names
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    });
    let value = value.unwrap_or_default().replace('|', "\\|");
    match arg.get_long() {
        Some(long) if value.is_empty() => format!("--{long}"),
        Some(long) => format!("--{long} {value}"),
        None => value,
    }
}

#[test]
fn the_reference_page_is_what_the_program_reads() {
    expect_file!["../../../../docs/reference/cli.md"].assert_eq(&page());
}
