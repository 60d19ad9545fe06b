//! The READMEs, read by somebody who types what they say in an empty folder.

use crate::city::{City, Ran};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).expect("a README")
}

/// The lines of the code blocks for the shell, without the comments behind them.
fn commands(readme: &str) -> Vec<String> {
    let (mut inside, mut found) = (false, Vec::new());
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            let command = line.split(" # ").next().unwrap_or_default();
            found.push(command.trim_end().to_owned());
        }
    }
    found
}

/// One line of a shell, with the program on the path, and its answer.
fn typed(city: &City, settings: &str, line: &str) -> Ran {
    let program = Path::new(env!("CARGO_BIN_EXE_gridwhistle"));
    let folder = program.parent().and_then(Path::to_str).expect("a folder");
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = std::process::Command::new("sh");
    let script = format!("{settings}\n{line}");
    let shell = shell.args(["-c", &script]).env_clear().env("PATH", path);
    let output = shell.current_dir(city.folder.path()).output();
    Ran::of(output.expect("a shell"))
}

#[test]
fn every_command_of_the_readme_follows_on_from_the_one_before() {
    for name in ["README.md", "README.zh-CN.md"] {
        let city = City::empty();
        let samples = city.path("examples/city");
        std::fs::create_dir_all(&samples).unwrap();
        for entry in std::fs::read_dir(root().join("examples/city")).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), samples.join(entry.file_name())).unwrap();
        }
        let commands = commands(&read(name));
        let settings: Vec<&String> = commands
            .iter()
            .filter(|line| line.starts_with("export "))
            .collect();
        let settings = settings.iter().map(|line| line.as_str());
        let settings = settings.collect::<Vec<_>>().join("\n");
        let typed_lines = commands
            .iter()
            .filter(|line| line.starts_with("gridwhistle "));
        let mut count = 0;
        for line in typed_lines {
            let ran = typed(&city, &settings, line);
            assert_eq!(ran.code, 0, "{name}: {line}: {}", ran.err);
            assert!(!ran.out.is_empty(), "{name}: {line}");
            count += 1;
        }
        assert!(count >= 8, "{name}: {commands:?}");
    }
}

#[test]
fn the_chinese_readme_is_the_twin_of_the_english_one() {
    let (english, chinese) = (read("README.md"), read("README.zh-CN.md"));
    let sections = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(sections(&english), sections(&chinese));
    // What a case is about is told in the reader's language; all else is typed alike.
    let typed = |text: &str| {
        let alike = |line: String| match line.split_once(" --description ") {
            Some((before, _)) => before.to_owned(),
            None => line,
        };
        commands(text).into_iter().map(alike).collect::<Vec<_>>()
    };
    assert_eq!(typed(&english), typed(&chinese));
    let links = |text: &str| {
        let targets = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let targets = targets.map(|target| target.replace(".zh-CN", ""));
        let mut targets: Vec<String> = targets.collect();
        targets.retain(|target| !target.starts_with("README"));
        targets.sort();
        targets.dedup();
        targets
    };
    assert_eq!(links(&english), links(&chinese));
    assert!(root().join("docs/operations.zh-CN.md").exists());
    for target in links(&english) {
        assert!(root().join(&target).exists(), "{target}");
    }
}
