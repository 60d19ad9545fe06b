//! Views of lists, kept by the browser of whoever named them.

use super::asker::{keep, local, onward, sent};
use crate::identity::login::from_here;
use crate::identity::session::cookie;
use crate::problem::{Issue, Kind, Trouble};
use axum::Form;
use axum::http::HeaderMap;
use axum::response::Response;
use gridwhistle_web::views::{BYTES, MOST, NAME, NotKept, Views};

const COOKIE: &str = "gridwhistle_views";

/// What the browser keeps.
pub(super) fn views(headers: &HeaderMap) -> Views {
    cookie(headers, COOKIE).map(Views::read).unwrap_or_default()
}

/// `POST /views`: `name` keeps the list at `next` under that name, `forget` forgets the one of a name.
pub(super) async fn set(
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    if from_here(&headers) == Some(false) {
        return Err(Issue::new(Kind::CrossSite).into());
    }
    let find = |wanted: &str| sent(&pairs, wanted);
    let (known, next) = (views(&headers), local(find("next")));
    let changed = match (find("forget"), find("name")) {
        (Some(name), _) => known.without(name),
        (None, Some(name)) => known.with(name, next).map_err(refused)?,
        (None, None) => return Err(Issue::required("/name").into()),
    };
    let mut answer = onward(next);
    keep(&mut answer, COOKIE, &changed.written());
    Ok(answer)
}

fn refused(why: NotKept) -> Issue {
    let (field, zh, en) = match why {
        NotKept::Name => (
            "/name",
            format!("名称须为 1 至 {NAME} 个字符"),
            format!("a name has 1 to {NAME} characters"),
        ),
        NotKept::Address => (
            "/next",
            "只能保存台账或清单的地址（/cases?…、/lists/…?…）".to_owned(),
            "only ledgers and lists are kept (/cases?…, /lists/…?…)".to_owned(),
        ),
        NotKept::Full => (
            "/name",
            format!("浏览器最多保存 {MOST} 个视图、共 {BYTES} 字节：请先删除一个"),
            format!("a browser keeps {MOST} views of {BYTES} bytes in all: forget one first"),
        ),
    };
    Issue::wrong(field, zh, en)
}
