//! The tables in `docs/reference/calendars.md` are printed from the code and compared.

use crate::shared::{at, date, local};
use chrono::{Datelike, NaiveDate};
use expect_test::expect_file;
use gridwhistle_domain::calendar::{CalendarBook, DayKind, Limit};
use std::fmt::Write;

const BEGIN: &str = "<!-- printed by the tests from here: UPDATE_EXPECT=1 rewrites it -->\n";

/// One line for each version: what it adds, and how many working days its year has then.
fn versions(book: &CalendarBook) -> String {
    let mut table = String::from(
        "| version | known from (+08:00) | days off named | make-up days | working days of the year \
         | note |\n|---|---|---|---|---|---|\n",
    );
    for publication in book.publications() {
        let calendar = book.get(&publication.version).unwrap();
        let count = |kind| {
            publication
                .days
                .iter()
                .filter(|day| day.kind == kind)
                .count()
        };
        let year = *calendar.published_years().last().unwrap();
        let end = |year| NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        writeln!(
            table,
            "| {} | {} | {} | {} | {} in {year} | {} |",
            publication.version,
            local(publication.known_at),
            count(DayKind::Holiday),
            count(DayKind::Makeup),
            calendar.working_days_between(end(year - 1), end(year)),
            publication.note,
        )
        .unwrap();
    }
    table
}

/// The same limits from starts around holidays, for people to check by hand.
fn samples(book: &CalendarBook) -> String {
    let limits = [
        "15 min", "24 h", "30 wmin", "2 wh", "8 wh", "1 wd", "3 wd", "5 wd", "3 d",
    ];
    let mut table = format!("| start | {} |\n", limits.join(" | "));
    writeln!(table, "|---{}|", "|---".repeat(limits.len())).unwrap();
    for start in [
        "2026-02-13 17:30",
        "2026-02-14 17:59",
        "2026-02-18 10:00",
        "2026-04-30 12:30",
        "2026-09-24 09:00",
        "2026-09-30 17:00",
        "2026-12-31 10:00",
    ] {
        let cells = limits.map(|limit| {
            let due = book
                .latest()
                .due(at(start), limit.parse::<Limit>().unwrap());
            let mark = if due.provisional { " *" } else { "" };
            format!("{}{mark}", &local(due.at)[5..])
        });
        let weekday = date(&start[..10]).weekday();
        writeln!(table, "| {weekday} {start} | {} |", cells.join(" | ")).unwrap();
    }
    table
}

#[test]
fn the_reference_page_shows_what_the_code_knows() {
    let book = CalendarBook::china();
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/calendars.md"
    );
    let page = std::fs::read_to_string(path).unwrap();
    let (prose, _) = page.split_once(BEGIN).unwrap();
    let printed = format!(
        "{prose}{BEGIN}\n## Built-in versions\n\n{}\n## Sample deadlines (`{}`, +08:00)\n\n\
         `*` marks a provisional due.\n\n{}",
        versions(&book),
        book.latest().version(),
        samples(&book),
    );
    expect_file![path].assert_eq(&printed);
}
