//! The demo city: its page fits, and what it suggests can be typed as it stands.

use crate::city::{City, Ran};
use std::path::Path;

/// As `make run` makes it, with all its cases: what few cases meet, a smaller city does not show.
#[test]
fn every_command_that_the_demo_suggests_works_as_it_is_printed() {
    let city = City::empty();
    let at = "2026-07-01 09:00";
    let mut demo = city.command(at, &["demo", "--lang", "en"]);
    let output = demo
        .env("COLUMNS", "80")
        .output()
        .expect("the program runs");
    let page = Ran::of(output).fine();
    for line in page.lines() {
        let width = unicode_width::UnicodeWidthStr::width(line);
        assert!(width <= 80, "{width}: {line}");
    }
    let (_, suggested) = page.split_once("what to try next\n").expect("suggestions");
    let program = Path::new(env!("CARGO_BIN_EXE_gridwhistle"));
    let folder = program.parent().and_then(Path::to_str).expect("a folder");
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let (mut settings, mut commands) = (String::new(), 0);
    for line in suggested.lines().map(str::trim) {
        if line.starts_with("export ") {
            settings += line;
            settings.push('\n');
            continue;
        }
        let mut shell = std::process::Command::new("sh");
        let script = format!("{settings}{line}");
        let shell = shell
            .args(["-c", &script])
            .env("PATH", &path)
            .env("GRIDWHISTLE_CLOCK", at);
        let output = shell.current_dir(city.folder.path()).output();
        let told = Ran::of(output.expect("a shell")).fine();
        assert!(!told.is_empty(), "{line}");
        commands += 1;
    }
    assert!(
        settings.contains("GRIDWHISTLE_LANG=en") && commands >= 6,
        "{suggested}"
    );
}
