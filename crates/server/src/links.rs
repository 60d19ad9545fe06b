//! Where the other pages of an answer are, in the header `Link` (RFC 8288).
//!
//! A cursor leads forwards alone: it holds the last row that was seen, so the next page is exact whatever
//! has come in meanwhile. There is no `prev`; `first` leads back to the beginning.

use axum::http::header::LINK;
use axum::http::{HeaderMap, HeaderValue, Uri};

/// Says where the first page and the next one are, of a list that goes on by `cursor`.
pub(crate) fn tell(headers: &mut HeaderMap, uri: &Uri, next: Option<&str>) {
    tell_by(headers, uri, ("cursor", next));
}

/// The same for a list that goes on by a parameter of another name. Whoever has the whole list before
/// them is told nothing.
pub(crate) fn tell_by(headers: &mut HeaderMap, uri: &Uri, (by, next): (&str, Option<&str>)) {
    let given = uri.query().unwrap_or_default().split('&');
    let given: Vec<&str> = given.filter(|part| !part.is_empty()).collect();
    let is_place = |part: &&&str| part.split('=').next() == Some(by);
    let on_the_way = given.iter().any(|part| is_place(&part));
    if next.is_none() && !on_the_way {
        return;
    }
    let mut others: Vec<&str> = given
        .iter()
        .filter(|part| !is_place(part))
        .copied()
        .collect();
    let mut links = vec![link(uri, &others, "first")];
    // A cursor is letters and digits.
    let place = next.map(|next| format!("{by}={next}"));
    if let Some(place) = &place {
        others.push(place);
        links.push(link(uri, &others, "next"));
    }
    if let Ok(links) = HeaderValue::from_str(&links.join(", ")) {
        headers.insert(LINK, links);
    }
}

fn link(uri: &Uri, query: &[&str], relation: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    let query = query.join("&");
    format!("<{}{mark}{query}>; rel=\"{relation}\"", uri.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(uri: &'static str, next: Option<&str>) -> String {
        let mut headers = HeaderMap::new();
        tell(&mut headers, &Uri::from_static(uri), next);
        let link = headers.get(LINK);
        link.map_or_else(String::new, |link| link.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_page_says_where_the_first_one_and_the_next_one_are() {
        assert_eq!(
            told("/api/v1/cases?limit=2&class=proxy", Some("ab")),
            "</api/v1/cases?limit=2&class=proxy>; rel=\"first\", \
             </api/v1/cases?limit=2&class=proxy&cursor=ab>; rel=\"next\""
        );
        // In the middle, and at the end.
        assert_eq!(
            told("/api/v1/cases?cursor=ab", Some("cd")),
            "</api/v1/cases>; rel=\"first\", </api/v1/cases?cursor=cd>; rel=\"next\""
        );
        assert_eq!(
            told("/api/v1/cases?cursor=cd&limit=2", None),
            "</api/v1/cases?limit=2>; rel=\"first\""
        );
    }

    #[test]
    fn a_list_on_one_page_has_no_others() {
        assert_eq!(told("/api/v1/cases?limit=2", None), "");
    }
}
