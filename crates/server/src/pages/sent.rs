//! What a form of ours sent: fields, and files as text.

use crate::app::Shared;
use crate::problem::{Issue, Kind, Trouble};
use axum::Form;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;

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
            let text = std::str::from_utf8(&bytes).map_err(|error| {
                let byte = error.valid_up_to() + 1;
                Issue::content(format!("/{name}"), format!("byte {byte} is not UTF-8"))
            })?;
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

    /// The file that was chosen, or else the text that was pasted; a browser ends its lines twice.
    pub(super) fn text(&self) -> String {
        let text = self.get("file").or_else(|| self.get("text"));
        text.unwrap_or_default().replace("\r\n", "\n")
    }
}
