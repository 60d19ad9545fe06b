//! Ledger and overdue lists as files: all pages of them, one after the other.

use super::{Asked, Taker, add, finish};
use crate::api::lists::{self, which};
use crate::ask::Desk;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use gridwhistle::projections::questions::{LedgerFilter, WatchList};
use gridwhistle_sheets::lists as sheet;

/// Rows read at a time.
const PAGE_ROWS: usize = 1_000;

/// `GET /cases`: a page of the ledger, or the whole of it as a file.
pub(crate) async fn ledger(
    taker: Taker,
    desk: Desk,
    mut params: Params,
) -> Result<Response, Trouble> {
    let Some(form) = taker.form(&mut params)? else {
        let page = lists::ledger_page(&taker.app, &taker.actor, &desk, params).await?;
        let headers = lists::with_next(&desk, &taker.uri.0, page.next.as_deref());
        return Ok((headers, axum::Json(page)).into_response());
    };
    taker.may().await?;
    // A file holds them all.
    params.take("count");
    let (filter, sort, _) = lists::ledger_asked(&taker.app, &taker.actor, params)?;
    let asked = Asked {
        question: "cases".to_owned(),
        name: ("台账", "ledger"),
        window: None,
        form,
    };
    let names = taker.names(&desk);
    let mut file = taker.begin(&asked, sheet::LEDGER)?;
    let mut cursor: Option<String> = None;
    loop {
        let questions = desk.questions();
        let page = questions.ledger(&filter, sort, cursor.as_deref(), PAGE_ROWS, desk.moment);
        let page = page.await?;
        let rows = page.rows.iter().map(|row| sheet::ledger(row, &names));
        file = add(file, rows.collect()).await?;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let written = finish(file).await?;
    taker.send(asked, written, (&desk, desk.headers())).await
}

/// `GET /lists/{list}`: a page of an overdue list, or the whole of it as a file.
pub(crate) async fn watch(
    taker: Taker,
    desk: Desk,
    Path(list): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let Some(form) = taker.form(&mut params)? else {
        let page = lists::watch_page(&taker.app, &taker.actor, &desk, list, params).await?;
        let headers = lists::with_next(&desk, &taker.uri.0, page.next.as_deref());
        return Ok((headers, axum::Json(page)).into_response());
    };
    taker.may().await?;
    let list = WatchList::from_code(&list).ok_or_else(|| Issue::not_found(list))?;
    let filter = LedgerFilter {
        within: Some(taker.app.within(&taker.actor)),
        ..which(&mut params)?
    };
    params.page()?;
    params.end()?;
    let asked = Asked {
        question: format!("lists {}", list.code()),
        name: sheet::watch_name(list),
        window: None,
        form,
    };
    let (names, reference) = (taker.names(&desk), desk.reference());
    let mut file = taker.begin(&asked, sheet::WATCH)?;
    let mut cursor: Option<String> = None;
    loop {
        let (questions, calendars) = (desk.questions(), &reference.calendars);
        let from = cursor.as_deref();
        let page = questions.watch_list(list, &filter, calendars, from, PAGE_ROWS, desk.moment);
        let page = page.await?;
        let rows = page.rows.iter().map(|row| sheet::watch(row, &names));
        file = add(file, rows.collect()).await?;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let written = finish(file).await?;
    taker.send(asked, written, (&desk, desk.headers())).await
}
