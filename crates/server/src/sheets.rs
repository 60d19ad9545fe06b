//! Answers as files: a list or a report with `format=xlsx` or `format=csv`, or asked for by `Accept`.
//!
//! The same question at the same address, asked of the same function, within what the caller sees. A list
//! comes whole, whatever page is asked for. Who took what, and the hash of the file, are on record in the
//! log before the file goes out; where it cannot be recorded, nothing goes out.

mod answers;

pub(crate) use answers::*;

use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::links;
use crate::params::{EVERYWHERE, Params};
use crate::problem::{Issue, Kind, Trouble};
use crate::words::language;
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, OriginalUri, Query};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::local_time::china;
use gridwhistle::domain::text::Language;
use gridwhistle::export::Exported;
use gridwhistle::projections::questions::Window;
use gridwhistle_sheets::cell::said;
use gridwhistle_sheets::{
    AsSheet, Cell, Form, Heading, Names, Sheet, SheetError, SheetFile, Written,
};
use serde::Serialize;
use std::collections::BTreeMap;
use tokio_util::io::ReaderStream;

/// Rows of a list read at a time.
const PAGE_ROWS: usize = 1_000;
/// The parameter.
pub(crate) const FORMAT: &str = "format";
/// Parameters that say where in a list one is and how it comes: they narrow nothing.
pub(crate) const PASSING: [&str; 3] = [FORMAT, "cursor", "limit"];
/// Words that were searched for may be somebody's name: that there were some is enough.
const WITHHELD: &str = "text";

/// Whoever takes an answer along.
pub(crate) struct Taker {
    app: Shared,
    actor: Actor,
    language: Language,
    uri: OriginalUri,
    accepted: Option<Form>,
    /// Whether the answer goes out: of a `HEAD` nothing does, so nothing is taken along.
    goes_out: bool,
}

impl FromRequestParts<Shared> for Taker {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Trouble> {
        let Caller(actor) = Caller::from_request_parts(parts, app).await?;
        let uri = parts.extensions.get::<OriginalUri>().cloned();
        let accept = parts
            .headers
            .get(ACCEPT)
            .and_then(|text| text.to_str().ok());
        let accepts = |form: &Form| {
            let media = form.media().split(';').next().unwrap_or_default();
            accept.is_some_and(|accept| accept.contains(media))
        };
        Ok(Self {
            app: app.clone(),
            actor,
            language: language(&parts.headers),
            uri: uri.unwrap_or_else(|| OriginalUri(parts.uri.clone())),
            accepted: Form::ALL.into_iter().find(accepts),
            goes_out: parts.method != Method::HEAD,
        })
    }
}

/// As of when an answer is told, and in which words.
struct Told {
    as_of: DateTime<Utc>,
    names: Names,
}

/// What a question answers.
type Answered<T> = Result<(HeaderMap, Json<T>), Trouble>;

impl Taker {
    /// The form that is asked for; none: JSON.
    fn form(&self, params: &mut Params) -> Result<Option<Form>, Issue> {
        let asked = params.read(FORMAT, "json, csv, xlsx", |text| match text {
            "json" => Some(None),
            text => Form::ALL
                .into_iter()
                .find(|form| form.code() == text)
                .map(Some),
        })?;
        let form = asked.unwrap_or(self.accepted);
        Ok(form.filter(|_| self.goes_out))
    }

    /// Who takes an answer along is in the office that they name.
    async fn may(&self) -> Result<(), Trouble> {
        Ok(self.app.engine.ensure_may_export(&self.actor).await?)
    }

    /// As of when and in which words a question of the views is told.
    fn told(&self, desk: &Desk) -> Told {
        let as_of = desk.moment.instant();
        Told {
            as_of,
            names: Names::new(desk.reference(), as_of, self.language),
        }
    }

    /// The same for a question that is asked of no view: as things stand.
    fn told_now(&self) -> Told {
        let as_of = self.app.engine.now();
        Told {
            as_of,
            names: Names::new(self.app.engine.reference(), as_of, self.language),
        }
    }

    /// The question by its address.
    fn question(&self) -> String {
        let path = self.uri.0.path();
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        path.trim_start_matches('/').replace('/', " ")
    }

    /// What narrowed the question, by the names of its parameters.
    fn filter(&self) -> BTreeMap<String, String> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&self.uri.0);
        let pairs = pairs.map(|Query(pairs)| pairs).unwrap_or_default();
        let kept = pairs.into_iter().filter(|(name, value)| {
            let passing = PASSING.contains(&name.as_str()) || name == "window";
            !value.is_empty() && !passing && !EVERYWHERE.contains(&name.as_str())
        });
        kept.map(|(name, value)| match name.as_str() {
            WITHHELD => (name, "…".to_owned()),
            _ => (name, value),
        })
        .collect()
    }

    /// Puts a complete file on record and sends it.
    async fn send(
        &self,
        (form, window, as_of): (Form, Option<Window>, DateTime<Utc>),
        (name, written): (Heading, Written),
        mut headers: HeaderMap,
    ) -> Result<Response, Trouble> {
        let now = self.app.engine.now().with_timezone(&china());
        let stem = said(name, Language::En).replace(' ', "-");
        let (day, ending) = (now.format("%Y%m%d-%H%M"), form.code());
        let file = format!("{stem}-{day}.{ending}");
        let shown = format!("{}-{day}.{ending}", said(name, self.language));
        let exported = Exported {
            question: self.question(),
            window,
            as_of,
            filter: self.filter(),
            rows: written.rows,
            file: file.clone(),
            sha256: written.sha256.clone(),
        };
        self.app.engine.record_export(&self.actor, exported).await?;
        let open = written.file.reopen().map_err(unreadable)?;
        let bytes = open.metadata().map_err(unreadable)?.len();
        let shown: String = form_urlencoded::byte_serialize(shown.as_bytes()).collect();
        let digest = hex::decode(&written.sha256).unwrap_or_default();
        let told = [
            (CONTENT_TYPE.as_str(), form.media().to_owned()),
            (
                CONTENT_DISPOSITION.as_str(),
                format!("attachment; filename=\"{file}\"; filename*=UTF-8''{shown}"),
            ),
            (CONTENT_LENGTH.as_str(), bytes.to_string()),
            (CACHE_CONTROL.as_str(), "private, no-store".to_owned()),
            (
                "repr-digest",
                format!("sha-256=:{}:", STANDARD.encode(digest)),
            ),
        ];
        for (name, value) in told {
            if let (Ok(name), Ok(value)) = (
                axum::http::HeaderName::try_from(name),
                HeaderValue::try_from(value),
            ) {
                headers.insert(name, value);
            }
        }
        // The file has no name any more; what is open is read to its end.
        let stream = ReaderStream::new(tokio::fs::File::from_std(open));
        Ok((headers, Body::from_stream(stream)).into_response())
    }

    /// The answer to a question: the page that is asked for as JSON, or all pages as a file.
    async fn answer<T, F>(
        &self,
        (form, window): (Option<Form>, Option<Window>),
        told: Told,
        params: Params,
        ask: impl Fn(Params) -> F,
    ) -> Result<Response, Trouble>
    where
        T: AsSheet + Serialize,
        F: Future<Output = Answered<T>>,
    {
        let Some(form) = form else {
            let (mut headers, Json(page)) = ask(params).await?;
            links::tell(&mut headers, &self.uri.0, page.next());
            return Ok((headers, Json(page)).into_response());
        };
        self.may().await?;
        let (headers, Json(first)) = ask(params.whole(None, PAGE_ROWS)).await?;
        let Sheet {
            name,
            columns,
            rows,
        } = first.sheet(&told.names);
        let folder = std::env::temp_dir();
        let spoken = (self.app.engine.now(), self.language);
        let begun = SheetFile::begin(&folder, form, (name, &columns), spoken);
        let mut file = add(begun.map_err(failed)?, rows).await?;
        let mut cursor = first.next().map(str::to_owned);
        while cursor.is_some() {
            let (_, Json(mut page)) = ask(params.whole(cursor, PAGE_ROWS)).await?;
            page.onward();
            file = add(file, page.sheet(&told.names).rows).await?;
            cursor = page.next().map(str::to_owned);
        }
        let written = finish(file).await?;
        let asked = (form, window, told.as_of);
        self.send(asked, (name, written), headers).await
    }
}

/// Adds rows where waiting for the disk holds nobody up.
async fn add(mut file: SheetFile, rows: Vec<Vec<Cell>>) -> Result<SheetFile, Trouble> {
    off(move || {
        for row in &rows {
            file.row(row)?;
        }
        Ok(file)
    })
    .await
}

async fn finish(file: SheetFile) -> Result<Written, Trouble> {
    off(move || file.finish()).await
}

async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SheetError> + Send + 'static,
) -> Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| failed(SheetError::Workbook(error.to_string())))?;
    Ok(done.map_err(failed)?)
}

fn failed(error: SheetError) -> Issue {
    match error {
        SheetError::Full { most } => Issue::new(Kind::SheetFull).accepted(most.to_string()),
        SheetError::Io(error) => unreadable(error),
        SheetError::Workbook(what) => Issue::new(Kind::SheetFailed).given(what),
    }
}

fn unreadable(error: std::io::Error) -> Issue {
    Issue::new(Kind::SheetFailed).given(error.to_string())
}
