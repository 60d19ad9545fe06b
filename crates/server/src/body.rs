//! JSON bodies: read whole within the bound, and what is wrong told with its place.

use crate::problem::{Issue, Kind, Trouble};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

/// A body of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        let json = request.headers().get(CONTENT_TYPE).is_none_or(is_json);
        if !json {
            return Err(Issue::new(Kind::MediaType)
                .accepted("application/json")
                .into());
        }
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|_| Issue::new(Kind::TooLarge))?;
        Ok(Self(read(&bytes)?))
    }
}

fn is_json(value: &axum::http::HeaderValue) -> bool {
    let text = value.to_str().unwrap_or_default();
    let kind = text.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
}

/// Reads JSON; an empty body is an empty object.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Issue> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() {
            Issue::unread(pointer, &inner)
        } else {
            Issue::json_syntax()
        }
    })?;
    json.end().map_err(|_| Issue::json_syntax())?;
    Ok(value)
}

/// A path as a JSON pointer.
pub(crate) fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&part);
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle::domain::case::fact::ReportForm;
    use serde_json::json;

    #[test]
    fn a_wrong_field_is_named_by_its_pointer() {
        let wrong = json!({"channel": "patrol", "description": "x", "point": {"lat": "far"}});
        let refused = read::<ReportForm>(&serde_json::to_vec(&wrong).unwrap()).unwrap_err();
        let told = format!("{refused:?}");
        assert!(told.contains("\"/point/lat\""), "{told}");
    }

    #[test]
    fn what_follows_the_value_is_refused() {
        let refused = read::<serde_json::Value>(b"{} {}").unwrap_err();
        assert!(format!("{refused:?}").contains("JsonSyntax"));
    }
}
