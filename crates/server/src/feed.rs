//! The live feed: the log as a stream of server-sent events, and the same in pages. The position in the
//! log is the id of an event, so a client that comes again loses nothing and hears nothing twice.

mod filter;
mod hub;
pub(crate) mod settings;
mod stream;
pub(crate) mod told;

pub(crate) use hub::Hub;

use crate::app::Shared;
use crate::caller::Caller;
use crate::links;
use crate::params::Params;
use crate::problem::{Issue, Kind, Trouble};
use axum::body::Body;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use filter::{Viewer, Wanted};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::models::ToldEvent;
use gridwhistle::{EngineError, StreamId};
use hub::{BATCH, Batch, items};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::ToSchema;

/// Where a client that comes again begins.
const LAST_EVENT_ID: &str = "last-event-id";
/// How a position is written.
const POSITIONS: &str = "0, 1, 2 … the head of the log";

async fn head(app: &Shared) -> Result<u64, Trouble> {
    let head = app.engine.log().head(app.engine.tenant()).await;
    Ok(head.map_err(EngineError::from)?)
}

/// `GET /events/stream`: what happens, as it happens.
pub(crate) async fn stream(
    State(app): State<Shared>,
    Caller(actor): Caller,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Response, Trouble> {
    let wanted = Wanted::read(&mut params)?;
    let asked = params.read("after", POSITIONS, |text| text.parse().ok())?;
    params.end()?;
    let last = headers.get(LAST_EVENT_ID);
    let last = last.map(|value| {
        value
            .to_str()
            .ok()
            .and_then(|text| text.trim().parse().ok())
    });
    let last: Option<u64> = match last {
        Some(None) => return Err(Issue::parameter("Last-Event-ID", POSITIONS).into()),
        Some(last) => last,
        None => None,
    };
    let head = head(&app).await?;
    let after = last.or(asked).unwrap_or(head);
    if after > head {
        return Err(Issue::parameter("after", &format!("0 … {head}")).into());
    }
    let place = Arc::clone(&app.feed.places).try_acquire_owned();
    let place = place.map_err(|_| {
        let most = app.settings.feed.clients.to_string();
        Issue::new(Kind::FeedFull).accepted(most)
    })?;
    // Who logs out is told no more, wherever a stream of theirs stands.
    let session = match headers.contains_key(header::AUTHORIZATION) {
        true => None,
        false => app.session(&headers).await?,
    };
    let viewer = Viewer::of(&app, actor).by(session.map(|session| session.known()));
    let body = stream::follow(&app, viewer, wanted, after, place);
    let mut response = Response::new(Body::new(body));
    let fixed = [
        (header::CONTENT_TYPE.as_str(), "text/event-stream"),
        (header::CACHE_CONTROL.as_str(), "no-store"),
        // Proxies must not hold back what is said.
        ("x-accel-buffering", "no"),
    ];
    for (name, value) in fixed {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// One of the events of a stream without end, as `text/event-stream` writes it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape: `stream` writes the text itself")]
pub(crate) struct EventStream {
    /// The position in the log.
    id: String,
    /// The name of the fact.
    event: String,
    /// The event as JSON.
    data: String,
}

/// A page of events.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventPage {
    #[schema(value_type = Vec<ToldEvent>)]
    events: Vec<Box<RawValue>>,
    /// The position that was looked up to: ask on after it.
    after: u64,
    /// Whether the log, or the stretch that is asked for, has more.
    more: bool,
}

/// Pages of the log that one answer looks through, at most: a filter that fits little must not hold a
/// request for ever.
const PAGES: usize = 20;

/// `GET /events`: the same in pages.
pub(crate) async fn page(
    app: State<Shared>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<(HeaderMap, axum::Json<EventPage>), Trouble> {
    let page = looked(app, caller, params).await?;
    let next = page.more.then(|| page.after.to_string());
    let mut headers = HeaderMap::new();
    links::tell_by(&mut headers, &uri, ("after", next.as_deref()));
    Ok((headers, axum::Json(page)))
}

/// The same for whoever shows it.
pub(crate) async fn looked(
    State(app): State<Shared>,
    Caller(actor): Caller,
    mut params: Params,
) -> Result<EventPage, Trouble> {
    let wanted = Wanted::read(&mut params)?;
    let after: Option<u64> = params.read("after", POSITIONS, |text| text.parse().ok())?;
    let before: Option<u64> = params.read("before", POSITIONS, |text| text.parse().ok())?;
    let limit = params.limit()?;
    params.end()?;
    let viewer = Viewer::of(&app, actor);
    let mut page = EventPage {
        events: Vec::new(),
        after: after.unwrap_or(0),
        more: true,
    };
    let head = head(&app).await?;
    for _ in 0..PAGES {
        let takes = |row: &_| wanted.takes(row);
        let batch = match wanted.case {
            Some(case) => of_case(&app, case, page.after, head, takes).await?,
            None => Batch::read(&app.engine, page.after, BATCH, takes).await?,
        };
        let Some(batch) = batch else {
            page.more = false;
            break;
        };
        page.after = batch.last;
        for item in batch.items {
            if before.is_some_and(|before| item.row.position >= before) {
                break;
            }
            if !viewer.sees(&item.row, item.case.as_deref()) {
                continue;
            }
            page.after = item.row.position;
            page.events
                .push(RawValue::from_string(item.json).map_err(EngineError::from)?);
            if page.events.len() == limit {
                return Ok(page);
            }
        }
        page.after = batch.last;
        if let Some(before) = before
            && page.after + 1 >= before
        {
            page.after = before.saturating_sub(1).max(after.unwrap_or(0));
            page.more = false;
            break;
        }
    }
    Ok(page)
}

/// The events of one case after a position, without a walk along the log.
async fn of_case(
    app: &Shared,
    case: CaseId,
    after: u64,
    head: u64,
    takes: impl Fn(&told::Recorded) -> bool,
) -> Result<Option<Batch>, Trouble> {
    if after >= head {
        return Ok(None);
    }
    let engine = &app.engine;
    let stream = StreamId::new("case", case.to_string());
    let rows = engine.log().read_stream(engine.tenant(), &stream, 0).await;
    let mut rows = rows.map_err(EngineError::from)?;
    rows.retain(|row| row.position > after && row.position <= head);
    let items = items(engine, rows, takes).await?;
    let last = head;
    Ok(Some(Batch { after, last, items }))
}
