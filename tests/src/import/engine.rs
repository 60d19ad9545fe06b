use super::shared::{path, table};
use super::{figures, ranking};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::text::Language;
use gridwhistle::import::{ImportError, ImportFailure, ImportReport, Mapping, case_id};
use gridwhistle::projections::questions::{
    AreaLevel, Count, CountsBy, LedgerFilter, Moment, WatchList,
};
use gridwhistle::{Engine, ManualClock, Options};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

/// An engine with rules and calendars, long after every foreign case.
pub(super) async fn engine(url: &str) -> Engine {
    let now: DateTime<Utc> = "2026-07-01T00:00:00Z".parse().unwrap();
    let options = Options {
        clock: Arc::new(ManualClock::new(now)),
        ..Options::default()
    };
    let engine = Engine::open_with(url, options).await.unwrap();
    engine
        .install(&Actor::new("it-desk", Role::Administrator, "CITY"))
        .await
        .unwrap();
    engine
}

/// Imports a list; the rejects file comes with the report.
pub(super) async fn import<R: Read>(
    engine: &Engine,
    mapping: &Arc<Mapping>,
    open: impl Fn() -> R,
) -> Result<(ImportReport, String), ImportError> {
    let mut rejects = Vec::new();
    let told = std::cell::RefCell::new(Vec::new());
    let report = engine
        .import(
            mapping.clone(),
            || Ok(open()),
            (&mut rejects, Language::En),
            |progress| {
                told.borrow_mut().push(progress.rows);
            },
        )
        .await?;
    assert!(report.ties_out(), "{report:?}");
    assert!(told.borrow().is_sorted() && told.borrow().last() == Some(&report.rows));
    engine.wait(report.last_position).await.unwrap();
    Ok((report, String::from_utf8(rejects).unwrap()))
}

fn instant(mapping: &Mapping, wall: &str) -> DateTime<Utc> {
    let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M:%S").unwrap();
    mapping.clock().localise(wall).unwrap().at
}

async fn counts(engine: &Engine, by: CountsBy, at: DateTime<Utc>) -> BTreeMap<String, Count> {
    let all = LedgerFilter::default();
    let counts = engine
        .questions()
        .counts(by, &all, Moment::then(at))
        .await
        .unwrap();
    let group = |count: &Count| count.group.clone().unwrap_or_else(|| "(none)".to_owned());
    let mut rows: BTreeMap<_, _> = counts
        .rows
        .into_iter()
        .map(|count| (group(&count), count))
        .collect();
    rows.insert("(all)".to_owned(), counts.total);
    rows
}

/// The overdue list at an instant, page by page: due, case, unit, begun, minutes overdue.
async fn overdue(engine: &Engine, at: DateTime<Utc>) -> Vec<(DateTime<Utc>, String, String)> {
    let calendars = &engine.reference().calendars;
    let (mut rows, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = engine
            .questions()
            .watch_list(
                WatchList::Overdue,
                &LedgerFilter::default(),
                calendars,
                cursor.as_deref(),
                1_000,
                Moment::then(at),
            )
            .await
            .unwrap();
        rows.extend(page.rows.into_iter().map(|row| {
            (
                row.due.unwrap(),
                row.case_id,
                row.lead_unit.unwrap_or_default(),
            )
        }));
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}

/// Import through the log and the views, then every figure and the full overdue list of the truth.
async fn check(mapping: &str, file: &str, set: &str) {
    let mapping = Arc::new(Mapping::built_in(mapping).unwrap());
    let engine = engine("memory:").await;
    let open = || File::open(path(file)).unwrap();
    let (report, rejects) = import(&engine, &mapping, open).await.unwrap();
    let rows = table(&format!("truth/open_311_{set}_by_agency.csv"));
    assert_eq!(report.cases_new, rows[0]["n"].parse::<u64>().unwrap());
    assert_eq!(rejects, "line,id,code,reason\n");

    let at = instant(&mapping, &rows[0]["as_of"]);
    let then = counts(&engine, CountsBy::Unit, at).await;
    let late = at + TimeDelta::days(365 * 20);
    let ever = counts(&engine, CountsBy::Unit, late).await;
    for row in &rows {
        let agency = &row["agency"];
        let wanted = |column: &str| row[column].parse::<i64>().unwrap();
        let zero = Count::default();
        let found = then.get(agency).unwrap_or(&zero);
        assert_eq!(
            [
                found.received,
                found.closed,
                found.open,
                found.open_with_due,
                found.open_overdue,
                found.closed_late
            ],
            [
                "asof_received",
                "asof_closed",
                "asof_open",
                "asof_open_with_due",
                "asof_open_overdue",
                "asof_closed_late"
            ]
            .map(wanted),
            "{agency} as of {at}"
        );
        let found = ever.get(agency).unwrap_or(&zero);
        assert_eq!(
            [
                found.received,
                found.closed,
                found.open,
                found.with_due,
                found.closed_on_time
            ],
            ["n", "n_closed", "n_never_closed", "n_due", "n_on_time"].map(wanted),
            "{agency} in the end"
        );
    }
    check_overdue(&engine, &mapping, set, at).await;
    figures::check_departments(&engine, &rows, at).await;
    figures::check_indicators(&engine, &rows, at).await;

    // In the end whatever had a due time should have been done by then.
    let units = rows
        .iter()
        .filter(|row| !["(all)", "(none)"].contains(&row["agency"].as_str()));
    let truth = units.map(|row| {
        let count = |column: &str| row[column].parse::<u64>().unwrap();
        (row["agency"].clone(), (count("n_on_time"), count("n_due")))
    });
    ranking::check_ranking(&engine, truth.collect()).await;

    let (again, _) = import(&engine, &mapping, open).await.unwrap();
    assert_eq!((again.cases_new, again.closures_added), (0, 0));
    assert_eq!(
        (again.cases_known, again.anomalies),
        (report.rows, report.anomalies)
    );
    assert_eq!(again.last_position, report.last_position);
}

async fn check_overdue(engine: &Engine, mapping: &Mapping, set: &str, at: DateTime<Utc>) {
    let truth = format!("truth/open_311_{set}_overdue_at_asof.csv.gz");
    if set.starts_with("nyc") {
        return;
    }
    let mut wanted: Vec<_> = table(&truth)
        .into_iter()
        .map(|row| {
            // Hours on the wall to four decimals, as the due time and the instant give them.
            let clock = mapping.clock();
            let due = instant(mapping, &row["due"]);
            let seconds = (clock.wall(at) - clock.wall(due)).num_seconds();
            let hours = format!("{}.{:04}", seconds / 3600, (seconds % 3600 * 50 + 9) / 18);
            let trimmed = hours.trim_end_matches('0');
            let hours = if trimmed.ends_with('.') {
                format!("{trimmed}0")
            } else {
                trimmed.to_owned()
            };
            assert_eq!(hours, row["hours_overdue"], "{}", row["id"]);
            let case = case_id(mapping.source(), &row["id"]).to_string();
            (due, case, row["agency"].clone())
        })
        .collect();
    let mut found = overdue(engine, at).await;
    assert!(found.is_sorted_by_key(|row| row.0), "earliest due first");
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn boston_2011_through_log_and_views_is_the_truth() {
    check(
        "boston-311-2011",
        "311/boston_2011_q3.csv.gz",
        "boston_2011_q3",
    )
    .await;
}

#[tokio::test]
async fn boston_2015_through_log_and_views_is_the_truth() {
    check(
        "boston-311-2015",
        "311/boston_2015_2017_subset.csv.gz",
        "boston_2015_2017",
    )
    .await;
}

#[tokio::test]
async fn baltimore_through_log_and_views_is_the_truth() {
    check(
        "baltimore-311",
        "311/baltimore_2014_2019_a.csv.gz",
        "baltimore_a",
    )
    .await;
}

#[tokio::test]
async fn new_york_through_log_and_views_is_the_truth() {
    check(
        "nyc-311",
        "311/nyc_elevator_2024_a.csv.gz",
        "nyc_elevator_a",
    )
    .await;
}

#[tokio::test]
async fn pingshan_through_log_and_views_is_the_truth() {
    let mapping = Arc::new(Mapping::built_in("pingshan").unwrap());
    let engine = engine("memory:").await;
    let open = || File::open(path("cn/pingshan_2018_02_10.csv.gz")).unwrap();
    let (report, _) = import(&engine, &mapping, open).await.unwrap();
    assert_eq!(report.unit_ids_with_two_names.len(), 30);
    assert_eq!(report.anomalies["unit_id_with_two_names"], 1_768);
    let truth = table("truth/open_cn_pingshan_by_dimension.csv");
    for (by, dimension) in [
        (CountsBy::Unit, "DISPOSE_UNIT_NAME"),
        (CountsBy::Street, "STREET_NAME"),
        (CountsBy::Community, "COMMUNITY_NAME"),
    ] {
        let found = counts(&engine, by, engine.now()).await;
        let rows: Vec<_> = truth
            .iter()
            .filter(|row| [dimension, "ALL"].contains(&row["dimension"].as_str()))
            .collect();
        assert_eq!(found.len(), rows.len());
        for row in rows {
            let count = &found[&row["value"]];
            let wanted = |column: &str| row[column].parse::<i64>().unwrap();
            assert_eq!(
                [
                    count.received,
                    count.closed_on_time,
                    count.closed_late,
                    count.open
                ],
                ["n", "intime_closed", "overtime_closed", "unknown"].map(wanted),
                "{dimension} {}",
                row["value"]
            );
        }
    }
    for level in [
        (AreaLevel::Street, "STREET_NAME"),
        (AreaLevel::Community, "COMMUNITY_NAME"),
    ] {
        figures::check_areas(&engine, level, &truth).await;
    }
}

#[tokio::test]
async fn a_due_time_at_once_before_the_beginning_or_decades_away_is_kept() {
    let with_due = MAPPING.replace("closed = ", "due = \"due\"\nclosed = ");
    let mapping = Arc::new(Mapping::parse(&with_due).unwrap());
    let engine = engine("memory:").await;
    let rows = [
        "1,2026-03-01 08:00:00,2026-03-01 08:00:00,",
        "2,2026-03-01 08:00:00,2025-03-01 08:00:00,",
        "3,2026-03-01 08:00:00,2059-12-31 19:00:00,",
    ];
    let bytes = format!("id,opened,due,closed\n{}\n", rows.join("\n")).into_bytes();
    let (report, _) = import(&engine, &mapping, || &bytes[..]).await.unwrap();
    assert_eq!(
        report.anomalies,
        BTreeMap::from([("due_before_opened".to_owned(), 1)])
    );
    let found = counts(&engine, CountsBy::Source, engine.now()).await;
    assert_eq!(
        (
            found["my-city"].open_with_due,
            found["my-city"].open_overdue
        ),
        (3, 2)
    );
    let dues: Vec<_> = overdue(&engine, engine.now())
        .await
        .into_iter()
        .map(|row| row.0)
        .collect();
    assert_eq!(
        dues,
        ["2025-03-01 08:00:00", "2026-03-01 08:00:00"].map(|due| instant(&mapping, due))
    );
}

const MAPPING: &str = r#"
source = "my-city"
[time]
zone = "Asia/Shanghai"
formats = ["%Y-%m-%d %H:%M:%S"]
[columns]
id = "id"
created = "opened"
closed = "closed"
[class]
constant = "time_limited"
"#;

/// A list of cases; those before `closed` are closed.
fn list(cases: usize, closed: usize) -> Vec<u8> {
    let row = |case: usize| {
        let end = if case < closed {
            "2026-03-02 10:00:00"
        } else {
            ""
        };
        format!("{case},2026-03-01 08:00:00,{end}\n")
    };
    let rows: String = (0..cases).map(row).collect();
    format!("id,opened,closed\n{rows}").into_bytes()
}

#[tokio::test]
async fn a_later_export_adds_cases_and_closures_and_nothing_else() {
    let mapping = Arc::new(Mapping::parse(MAPPING).unwrap());
    let engine = engine("memory:").await;
    let outcome = async |bytes: Vec<u8>| {
        let (report, _) = import(&engine, &mapping, || &bytes[..]).await.unwrap();
        (report.cases_new, report.cases_known, report.closures_added)
    };
    assert_eq!(outcome(list(10, 2)).await, (10, 0, 0));
    assert_eq!(outcome(list(12, 5)).await, (2, 10, 3));
    assert_eq!(outcome(list(12, 5)).await, (0, 12, 0));
    // The older export once more takes nothing back.
    assert_eq!(outcome(list(10, 2)).await, (0, 10, 0));
    let closed = counts(&engine, CountsBy::Source, engine.now()).await;
    assert_eq!(
        (closed["my-city"].received, closed["my-city"].closed),
        (12, 5)
    );
}

#[tokio::test]
async fn an_import_cut_short_goes_on_where_it_ended() {
    let mapping = Arc::new(Mapping::parse(MAPPING).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("city.db").display());
    let whole = list(5_000, 2_500);
    let cut = engine(&url).await;
    {
        // Dropping the future in the middle is what a stop does; batches in flight may still land.
        let mut batches = 0;
        let running = cut.import(
            mapping.clone(),
            || Ok(&whole[..]),
            (Vec::new(), Language::En),
            |_| batches += 1,
        );
        tokio::select! {
            biased;
            report = running => panic!("it ended before it was stopped: {report:?}"),
            () = async { for _ in 0..3 { tokio::task::yield_now().await } } => {}
        }
    }
    drop(cut);
    let again = loop {
        let now: DateTime<Utc> = "2026-07-01T00:00:00Z".parse().unwrap();
        let options = Options {
            clock: Arc::new(ManualClock::new(now)),
            ..Options::default()
        };
        if let Ok(engine) = Engine::open_with(&url, options).await {
            break engine;
        }
        tokio::task::yield_now().await;
    };
    let (report, _) = import(&again, &mapping, || &whole[..]).await.unwrap();
    assert_eq!(report.cases_new + report.cases_known, 5_000);
    let found = counts(&again, CountsBy::Source, again.now()).await;
    assert_eq!(
        (found["my-city"].received, found["my-city"].closed),
        (5_000, 2_500)
    );
}

#[tokio::test]
async fn nothing_is_written_from_a_file_that_cannot_be_read_to_its_end() {
    let mapping = Arc::new(Mapping::parse(MAPPING).unwrap());
    let engine = engine("memory:").await;
    let mut bytes = list(5_000, 0);
    bytes.extend_from_slice(b"x,\xff,\n");
    let failed = import(&engine, &mapping, || &bytes[..]).await.unwrap_err();
    assert!(
        matches!(
            failed,
            ImportError::File(ImportFailure::NotUtf8 { line: 5_002, .. })
        ),
        "{failed}"
    );
    engine.catch_up().await.unwrap();
    assert_eq!(
        counts(&engine, CountsBy::Source, engine.now()).await["(all)"].received,
        0
    );
}

#[tokio::test]
async fn rejects_are_written_with_line_id_code_and_reason() {
    let mapping = Arc::new(Mapping::parse(MAPPING).unwrap());
    let engine = engine("memory:").await;
    let bytes = b"id,opened,closed\n7,2026-02-30 08:00:00,\n8,2026-02-28 08:00:00,\n8,2026-02-28 08:00:00,\n";
    let (report, rejects) = import(&engine, &mapping, || &bytes[..]).await.unwrap();
    assert_eq!((report.rows, report.cases_new, report.rejected), (3, 1, 2));
    let lines: Vec<_> = rejects.lines().collect();
    assert!(lines[1].starts_with("2,7,impossible_time,"), "{rejects}");
    assert!(lines[2].starts_with("4,8,id_twice,"), "{rejects}");
}
