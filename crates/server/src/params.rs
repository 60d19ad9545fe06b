//! The parameters of a question: each once, none that the question does not know.

use crate::app::Shared;
use crate::ask::Asked;
use crate::problem::{Issue, Trouble};
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use gridwhistle::domain::local_time;
use gridwhistle::projections::questions::Window;
use std::collections::BTreeMap;

/// Those that say when, and [`crate::ask`] reads.
pub(crate) const EVERYWHERE: [&str; 3] = ["as_of", "known_at", "min_position"];

/// Which of [`EVERYWHERE`] an address takes; what it cannot answer it refuses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times(&'static [&'static str]);

impl Times {
    /// As things stood, and as they were known.
    pub(crate) const EVER: Self = Self(&EVERYWHERE);
    /// As things stood, by all that is known now.
    pub(crate) const AS_OF: Self = Self(&["as_of", "min_position"]);
    /// As things stand.
    pub(crate) const NOW: Self = Self(&["min_position"]);
    /// It asks nothing of the log.
    pub(crate) const NEVER: Self = Self(&[]);

    /// Of a method, where the table of addresses says nothing else: a question is asked of any time,
    /// and a command is given now.
    pub(crate) const fn of(method: &str, said: &[Self]) -> Self {
        match (said, method.as_bytes()) {
            ([times], _) => *times,
            (_, b"get") => Self::EVER,
            _ => Self::NEVER,
        }
    }

    /// The names.
    pub(crate) const fn names(self) -> &'static [&'static str] {
        self.0
    }

    /// Refuses the first parameter of a time that is not answered.
    fn admit(self, uri: &Uri) -> Result<(), Issue> {
        let read = Query::<Vec<(String, String)>>::try_from_uri(uri);
        let pairs = read.map(|Query(pairs)| pairs).unwrap_or_default();
        let given = pairs.iter().map(|(name, _)| name.as_str());
        let mut refused = given.filter(|name| EVERYWHERE.contains(name) && !self.0.contains(name));
        refused.next().map_or(Ok(()), |name| {
            Err(Issue::time_not_answered(name, &self.0.join(", ")))
        })
    }
}

/// Stands behind the gate of every address: what is asked of a time that it cannot answer is refused,
/// rather than answered by the present, and a position is waited for also where no view is asked.
pub(crate) async fn present(
    State((app, times)): State<(Shared, Times)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Trouble> {
    times.admit(request.uri())?;
    if !times.0.is_empty() && !times.0.contains(&"as_of") {
        let (mut parts, body) = request.into_parts();
        Asked::from_request_parts(&mut parts, &app)
            .await?
            .reached(&app)
            .await?;
        request = Request::from_parts(parts, body);
    }
    request.extensions_mut().insert(times);
    Ok(next.run(request).await)
}

/// Parameters on their way to a question.
#[derive(Clone)]
pub(crate) struct Params {
    times: Times,
    given: BTreeMap<String, String>,
    known: Vec<&'static str>,
    page_rows: usize,
    /// All of a list is read, whatever page is asked for: this is the next one.
    whole: Option<(Option<String>, usize)>,
}

/// Which page of a list.
pub(crate) struct Page {
    pub(crate) cursor: Option<String>,
    pub(crate) limit: usize,
}

impl FromRequestParts<Shared> for Params {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Trouble> {
        let read = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(pairs) = read.map_err(|_| Issue::parameter("?", "name=value&…"))?;
        let mut given = BTreeMap::new();
        for (name, value) in pairs {
            if EVERYWHERE.contains(&name.as_str()) {
                continue;
            }
            if given.insert(name.clone(), value).is_some() {
                return Err(Issue::parameter(&name, "once").into());
            }
        }
        Ok(Self {
            given,
            times: parts.extensions.get().copied().unwrap_or(Times::EVER),
            known: Vec::new(),
            page_rows: app.settings.page_rows,
            whole: None,
        })
    }
}

impl Params {
    /// A text; an empty one is none.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        self.given.remove(name).filter(|text| !text.is_empty())
    }

    /// A value that a reader takes; the words say what it would take.
    pub(crate) fn read<T>(
        &mut self,
        name: &'static str,
        accepted: &str,
        reader: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Issue> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let read = reader(text.trim());
        read.map(Some)
            .ok_or_else(|| Issue::parameter(name, accepted))
    }

    /// One of a closed set of codes.
    pub(crate) fn one_of<T: Copy>(
        &mut self,
        name: &'static str,
        all: &[T],
        code: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, Issue> {
        let codes: Vec<&str> = all.iter().map(|one| code(*one)).collect();
        let find = |text: &str| all.iter().copied().find(|one| code(*one) == text);
        self.read(name, &codes.join(", "), find)
    }

    /// Yes or no; no where it is not given.
    pub(crate) fn flag(&mut self, name: &'static str) -> Result<bool, Issue> {
        let read = |text: &str| match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        Ok(self.read(name, "true, false", read)?.unwrap_or(false))
    }

    /// An instant.
    pub(crate) fn instant(&mut self, name: &'static str) -> Result<Option<DateTime<Utc>>, Issue> {
        self.read(name, INSTANT, read_instant)
    }

    /// A window; the month of an instant where none is given.
    pub(crate) fn window(&mut self, at: DateTime<Utc>) -> Result<Window, Issue> {
        let given = self.read("window", WINDOWS, Window::read)?;
        let window = given.or_else(|| Window::month_of(at));
        window.ok_or_else(|| Issue::parameter("window", WINDOWS))
    }

    /// The page: `cursor` as the last answer gave it, `limit` rows.
    pub(crate) fn page(&mut self) -> Result<Page, Issue> {
        let asked = Page {
            limit: self.limit()?,
            cursor: self.text("cursor"),
        };
        let next = self.whole.take();
        Ok(next.map_or(asked, |(cursor, limit)| Page { cursor, limit }))
    }

    /// The same question for so many rows of a list from a cursor on, instead of the page asked for.
    pub(crate) fn whole(&self, cursor: Option<String>, rows: usize) -> Self {
        Self {
            whole: Some((cursor, rows)),
            ..self.clone()
        }
    }

    /// The rows of a page.
    pub(crate) fn limit(&mut self) -> Result<usize, Issue> {
        let most = self.page_rows;
        let number = |text: &str| text.parse().ok().filter(|rows| (1..=most).contains(rows));
        let limit = self.read("limit", &format!("1 … {most}"), number)?;
        Ok(limit.unwrap_or_else(|| most.min(50)))
    }

    /// A parameter of a page that the question behind it does not know.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.given.remove(name).filter(|text| !text.is_empty())
    }

    /// Takes a value as given where none is.
    pub(crate) fn suppose(&mut self, name: &str, value: String) {
        self.given.entry(name.to_owned()).or_insert(value);
    }

    /// Refuses what nobody asked for.
    pub(crate) fn end(self) -> Result<(), Issue> {
        let Some(unknown) = self.given.into_keys().next() else {
            return Ok(());
        };
        let times = self.times.names().iter().copied();
        let all: Vec<&str> = self.known.into_iter().chain(times).collect();
        Err(Issue::parameter(&unknown, &all.join(", ")))
    }
}

/// How a window is written.
pub(crate) const WINDOWS: &str = "2026, 2026-Q2, 2026-06, 2026-06-05..2026-06-08";

/// How an instant is written.
pub(crate) const INSTANT: &str = "2026-07-01, 2026-07-01 09:30, 2026-07-01T09:30:00+08:00";

/// An instant; a `+` that arrived as a blank is forgiven.
pub(crate) fn read_instant(text: &str) -> Option<DateTime<Utc>> {
    local_time::read(text).or_else(|| {
        let (day, offset) = text.rsplit_once(' ')?;
        local_time::read(&format!("{day}+{offset}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_that_became_a_blank_is_still_an_offset() {
        let at = read_instant("2026-07-01T09:30:00+08:00").unwrap();
        assert_eq!(read_instant("2026-07-01T09:30:00 08:00"), Some(at));
        assert_eq!(read_instant("2026-07-01 09:30"), Some(at));
        assert_eq!(read_instant("soon"), None);
    }
}
