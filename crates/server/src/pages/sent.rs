//! What a form of ours sent: fields, and files as text.

use crate::api::commands::KEY;
use crate::app::Shared;
use crate::problem::{Issue, Kind, Trouble};
use axum::Form;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use uuid::Uuid;

/// The fields of a form, in order. A file that was chosen stands under its field; one that was not,
/// nowhere.
pub(super) struct Sent(pub(super) Vec<(String, String)>);

impl FromRequest<Shared> for Sent {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &Shared) -> Result<Self, Trouble> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
            let Form(pairs) = form.map_err(|_| Issue::new(Kind::TooLarge))?;
            return Ok(Self(pairs));
        }
        let broken = |_| Issue::new(Kind::BodyBrokenOff);
        let form = Multipart::from_request(request, state).await;
        let mut form =
            form.map_err(|_| Issue::new(Kind::MediaType).accepted("multipart/form-data"))?;
        let mut pairs = Vec::new();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(broken)?;
            let text = std::str::from_utf8(&bytes);
            let text = text.map_err(|error| Issue::no_utf8(format!("/{name}"), error))?;
            pairs.push((name, text.to_owned()));
        }
        Ok(Self(pairs))
    }
}

impl Sent {
    /// A field that was filled in.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(one, value)| one == name && !value.trim().is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// Every value of a field.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let pairs = self.0.iter().filter(move |(one, _)| one == name);
        pairs.map(|(_, value)| value.as_str())
    }

    /// The headers of the same request to the API: under the key of the form, so that a form that is
    /// sent twice does it once.
    pub(super) fn under_its_key(&self, mut headers: HeaderMap) -> Result<HeaderMap, Issue> {
        let key = self
            .get("key")
            .and_then(|key| key.trim().parse::<Uuid>().ok());
        let key = key.and_then(|key| HeaderValue::from_str(&key.to_string()).ok());
        let key = key.ok_or_else(|| Issue::content("/key", "UUID"))?;
        headers.insert(KEY, key);
        Ok(headers)
    }

    /// The file that was chosen, or else the text that was pasted; a browser ends its lines twice.
    pub(super) fn text(&self) -> String {
        let text = self.get("file").or_else(|| self.get("text"));
        text.unwrap_or_default().replace("\r\n", "\n")
    }
}
