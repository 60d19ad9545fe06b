//! Requests as anybody may see them.

use super::answer::{Node, Refused};
use super::report::{BETWEEN, failed, trouble};
use super::{Fields, SOURCE};
use crate::app::Shared;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use gridwhistle::domain::case::stage::Stage;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{CaseId, MatterCode};
use gridwhistle::domain::local_time::china;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::case_view::LedgerRow;
use gridwhistle::projections::models::{Names, PublicCase, PublicStep};
use gridwhistle::projections::questions::{LedgerFilter, LedgerSort, Moment};
use uuid::Uuid;

/// The longest range of a question, in days, and the most answers of one.
const DAYS: i64 = 90;
const MOST: usize = 1_000;
/// Requests that are asked for by their ids at a time.
const IDS_MOST: usize = 100;

/// The public steps that end a case.
const ENDS: [&str; 4] = [
    "CaseClosed",
    "CaseRejected",
    "CaseTransferredOut",
    "CaseMerged",
];

/// When, as the specification writes it.
pub(super) fn w3(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&china());
    local.to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// Which part of a list.
struct Part {
    page: usize,
    size: usize,
}

impl Part {
    fn read(fields: &Fields) -> Result<Self, Refused> {
        let number = |name: &str, default: usize, most: usize| {
            let Some(text) = fields.one(name) else {
                return Ok(default);
            };
            let value = text.parse().ok().filter(|value| (1..=most).contains(value));
            value.ok_or_else(|| Refused::wrong(format!("{name} is wrong; accepted: 1 to {most}")))
        };
        Ok(Self {
            page: number("page", 1, MOST)?,
            size: number("page_size", MOST, MOST)?,
        })
    }

    fn of<T>(&self, all: Vec<T>) -> impl Iterator<Item = T> {
        let before = (self.page - 1).saturating_mul(self.size);
        all.into_iter().skip(before).take(self.size)
    }
}

fn instant(fields: &Fields, name: &str) -> Result<Option<DateTime<Utc>>, Refused> {
    let Some(text) = fields.one(name) else {
        return Ok(None);
    };
    // In an address that was not encoded, the plus of an offset is a space.
    let read = DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
    let words =
        || format!("{name} is wrong; accepted: 2026-01-01T00:00:00+08:00, 2026-01-01T00:00:00Z");
    read.map(|at| Some(at.to_utc()))
        .map_err(|_| Refused::wrong(words()))
}

/// From when to when: at most 90 days.
fn range(fields: &Fields, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), Refused> {
    let (start, end) = (instant(fields, "start_date")?, instant(fields, "end_date")?);
    let span = TimeDelta::days(DAYS);
    let out = || Refused::wrong("start_date or end_date is out of bounds");
    let (start, end) = match (start, end) {
        (Some(start), Some(end)) => (start, end),
        (Some(start), None) => (start, start.checked_add_signed(span).ok_or_else(out)?),
        (None, Some(end)) => (end.checked_sub_signed(span).ok_or_else(out)?, end),
        (None, None) => (now - span, now),
    };
    if start > end {
        return Err(Refused::wrong("start_date is after end_date"));
    }
    if end - start > span {
        let words =
            format!("start_date and end_date are too far apart; accepted: at most {DAYS} days");
        return Err(Refused::wrong(words));
    }
    Ok((start, end))
}

/// Whether only open ones are asked for, or only closed ones.
fn status(fields: &Fields) -> Result<Option<bool>, Refused> {
    let asked = fields.many("status");
    let known = asked.iter().all(|one| matches!(*one, "open" | "closed"));
    if !known {
        return Err(Refused::wrong("status is wrong; accepted: open, closed"));
    }
    let has = |which: &str| asked.contains(&which);
    Ok(match (has("open"), has("closed")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    })
}

/// `GET requests`.
pub(super) async fn list(app: &Shared, fields: &Fields) -> Result<Node, Refused> {
    // A report that was just made is there at once.
    app.engine.catch_up().await.map_err(failed)?;
    let ids = fields.many("service_request_id");
    if !ids.is_empty() {
        if ids.len() > IDS_MOST {
            let words = format!("too many service_request_id; accepted: at most {IDS_MOST}");
            return Err(Refused::wrong(words));
        }
        let mut found = Vec::new();
        for id in ids {
            found.extend(row(app, id).await?);
        }
        return told(app, found, fields).await;
    }
    let (part, only) = (Part::read(fields)?, status(fields)?);
    let (from, until) = range(fields, app.engine.now())?;
    let filter = LedgerFilter {
        source: Some(SOURCE.to_owned()),
        reported_from: Some(from),
        // The last instant counts.
        reported_before: until.checked_add_signed(TimeDelta::milliseconds(1)),
        open_only: only == Some(true),
        stage: match only {
            Some(false) => Stage::ALL
                .iter()
                .copied()
                .filter(|one| !one.is_open())
                .collect(),
            _ => Vec::new(),
        },
        ..LedgerFilter::default()
    };
    let codes = fields.many("service_code");
    let fits = |row: &LedgerRow| {
        let service = codes.is_empty() || codes.contains(&service_of(row).as_str());
        // Whoever has somebody else do it at a window is nobody's business.
        let open_to_all = row.class.as_deref() != Some(CaseClass::Proxy.code());
        service && open_to_all && (only != Some(false) || !row.open)
    };
    // The matter that was reported stands in no column: what is read is looked through, page by page,
    // until there is enough of what was asked for, or too much was read for it.
    let enough = part.page.saturating_mul(part.size).min(MOST);
    let moment = Moment::now(app.engine.now());
    let questions = app.engine.questions();
    let (mut rows, mut cursor, mut looked_at) = (Vec::new(), None, 0);
    loop {
        let newest = LedgerSort::Newest;
        let page = questions.ledger(&filter, newest, cursor.as_deref(), MOST, moment);
        let page = page
            .await
            .map_err(|error| trouble(&error.into(), Language::En))?;
        looked_at += page.rows.len();
        let oldest = page.rows.last().and_then(|row| row.reported_at);
        rows.extend(page.rows.into_iter().filter(fits));
        cursor = page.next;
        if cursor.is_none() || rows.len() >= enough {
            break;
        }
        let most = app.settings.open311.looked_at;
        if looked_at >= most {
            return Err(too_many(most, oldest.unwrap_or(from)));
        }
    }
    rows.truncate(MOST);
    told(app, part.of(rows).collect(), fields).await
}

/// There are more requests than one question looks through; it says how far it came.
fn too_many(most: usize, reached: DateTime<Utc>) -> Refused {
    let from = w3(reached);
    Refused::wrong(format!(
        "more than {most} requests would have to be looked through; ask for less at a time: with \
         start_date={from} what is newer, with end_date={from} what is older"
    ))
}

/// `GET requests/ID`.
pub(super) async fn one(app: &Shared, id: &str, fields: &Fields) -> Result<Node, Refused> {
    let row = fresh(app, id).await?;
    let row = row.ok_or_else(|| not_found(id))?;
    told(app, vec![row], fields).await
}

/// `GET servicerequestupdates` (an extension): what became of requests that are named, the latest first.
pub(super) async fn updates(app: &Shared, fields: &Fields) -> Result<Node, Refused> {
    app.engine.catch_up().await.map_err(failed)?;
    let ids = fields.many("service_request_id");
    if ids.is_empty() || ids.len() > IDS_MOST {
        let words = format!("service_request_id is wrong; accepted: 1 to {IDS_MOST} of them");
        return Err(Refused::wrong(words));
    }
    let (from, until) = (instant(fields, "start_date")?, instant(fields, "end_date")?);
    let within = |at: &DateTime<Utc>| {
        from.is_none_or(|from| from <= *at) && until.is_none_or(|until| *at <= until)
    };
    let mut all = Vec::new();
    for id in ids {
        let Some(row) = row(app, id).await? else {
            continue;
        };
        let steps = steps(app, &row).await?;
        for (no, step) in steps.into_iter().enumerate() {
            if within(&step.at) {
                all.push((step.at, no, row.case_id.clone(), step));
            }
        }
    }
    all.sort_by_key(|(at, no, ..)| std::cmp::Reverse((*at, *no)));
    let told = all.into_iter().map(|(at, no, id, step)| {
        // What follows an end is a case that came back.
        let status = match ENDS.contains(&step.kind.as_str()) {
            true => "closed",
            false => "open",
        };
        Node::object([
            ("update_id", Node::text(format!("{id}/{}", no + 1))),
            ("service_request_id", Node::text(id)),
            ("status", Node::text(status)),
            ("updated_datetime", Node::text(w3(at))),
            ("description", Node::text(step.what.zh)),
        ])
    });
    Ok(Node::root(
        "service_request_updates",
        Node::list("request_update", told),
    ))
}

/// What happened to a case, in public words.
async fn steps(app: &Shared, row: &LedgerRow) -> Result<Vec<PublicStep>, Refused> {
    let Ok(id) = Uuid::try_parse(&row.case_id) else {
        return Ok(Vec::new());
    };
    let (moment, reference) = (Moment::now(app.engine.now()), app.engine.reference());
    let questions = app.engine.questions();
    let story = questions.timeline(CaseId(id), &reference, moment).await;
    let story = story.map_err(|error| trouble(&error.into(), Language::En))?;
    Ok(PublicCase::of(row, &story, moment.instant()).steps)
}

/// `GET tokens/TOKEN`: every report has its id at once, which is its token, too.
pub(super) async fn token(app: &Shared, token: &str) -> Result<Node, Refused> {
    let row = fresh(app, token).await?;
    let row = row.ok_or_else(|| not_found(token))?;
    let found = Node::object([
        ("service_request_id", Node::text(row.case_id)),
        ("token", Node::text(token)),
    ]);
    Ok(Node::root(
        "service_requests",
        Node::list("request", [found]),
    ))
}

fn not_found(id: &str) -> Refused {
    Refused::not_found(format!("service_request_id `{id}` was not found"))
}

/// The same, also of a report that was just made.
async fn fresh(app: &Shared, id: &str) -> Result<Option<LedgerRow>, Refused> {
    app.engine.catch_up().await.map_err(failed)?;
    row(app, id).await
}

/// What came in here, by its id.
async fn row(app: &Shared, id: &str) -> Result<Option<LedgerRow>, Refused> {
    let Ok(id) = Uuid::try_parse(id) else {
        return Ok(None);
    };
    let moment = Moment::now(app.engine.now());
    let found = app.engine.questions().case(CaseId(id), moment).await;
    let found = found.map_err(|error| trouble(&error.into(), Language::En))?;
    let row = found.map(|file| file.ledger);
    Ok(row.filter(|row| row.source.as_deref() == Some(SOURCE)))
}

/// The matter it was accepted as, or else the one that was reported.
fn service_of(row: &LedgerRow) -> String {
    let reported = row.source_id.as_deref().unwrap_or_default();
    let reported = reported.split(BETWEEN).next().unwrap_or_default();
    row.matter.clone().unwrap_or_else(|| reported.to_owned())
}

/// Requests, with the notes of their history where `extensions=true` asks for them.
async fn told(app: &Shared, rows: Vec<LedgerRow>, fields: &Fields) -> Result<Node, Refused> {
    let now = app.engine.now();
    let extended = matches!(fields.one("extensions"), Some("true" | "1"));
    if extended && rows.len() > IDS_MOST {
        let words = format!("with extensions, page_size is at most {IDS_MOST}");
        return Err(Refused::wrong(words));
    }
    let names = Names::new(app.engine.reference(), now, Language::ZhCn);
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        let notes = match extended {
            true => Some(steps(app, &row).await?),
            false => None,
        };
        requests.push(request(&row, notes, &names));
    }
    Ok(Node::root(
        "service_requests",
        Node::list("request", requests),
    ))
}

fn note(step: PublicStep) -> Node {
    Node::object([
        ("datetime", Node::text(w3(step.at))),
        ("description", Node::text(step.what.zh)),
        ("type", Node::text(step.kind)),
    ])
}

fn request(row: &LedgerRow, notes: Option<Vec<PublicStep>>, names: &Names) -> Node {
    let service = service_of(row);
    let stage = Stage::from_code(&row.stage).map(|stage| stage.label().zh);
    let area = names.unit(row.community.as_deref().or(row.street.as_deref()));
    let known = MatterCode::new(service.as_str());
    let updated = [
        row.closed_at,
        row.responded_at,
        row.accepted_at,
        row.reported_at,
    ];
    let updated = updated.into_iter().flatten().next();
    let expected = row.handle_due.or(row.due);
    let agency = row.lead_unit.as_deref().map(|unit| names.unit(Some(unit)));
    Node::object([
        ("service_request_id", Node::text(&row.case_id)),
        (
            "status",
            Node::text(if row.open { "open" } else { "closed" }),
        ),
        ("status_notes", Node::maybe(stage)),
        (
            "service_name",
            Node::text(names.matter(Some(known.as_str()))),
        ),
        ("service_code", Node::text(service)),
        // The reporter's own words may hold what is nobody's business.
        ("description", Node::text("")),
        ("agency_responsible", Node::maybe(agency)),
        ("requested_datetime", Node::maybe(row.reported_at.map(w3))),
        ("updated_datetime", Node::maybe(updated.map(w3))),
        ("expected_datetime", Node::maybe(expected.map(w3))),
        // As far as anybody may know: the community, not the door.
        (
            "address",
            Node::text(if area == "-" { String::new() } else { area }),
        ),
        ("address_id", Node::maybe(row.grid.clone())),
        (
            "notes",
            notes.map_or(Node::Nothing, |notes| {
                Node::list("note", notes.into_iter().map(note))
            }),
        ),
    ])
}
