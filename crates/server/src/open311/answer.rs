//! One answer in two forms. JSON follows the Spark convention: a list is an array, and the names that XML
//! gives to a list and its entries are left out.

use crate::problem::Own;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::{Map, Value};
use std::io;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Xml,
    Json,
}

/// A name and the form that its ending asks for.
pub(super) fn named(text: &str) -> (&str, Option<Format>) {
    match text.rsplit_once('.') {
        Some((name, "xml")) => (name, Some(Format::Xml)),
        Some((name, "json")) => (name, Some(Format::Json)),
        _ => (text, None),
    }
}

/// What is answered, before it has a form.
pub(super) enum Node {
    /// Words.
    Text(String),
    /// As JSON writes it: `true`, `12.5`.
    Plain(Value),
    /// Nothing: a part that is not returned.
    Nothing,
    /// Entries and what XML calls each.
    List(&'static str, Vec<Node>),
    /// Named parts, in order.
    Object(Vec<(&'static str, Node)>),
    /// A whole document and what XML calls it.
    Root(&'static str, Box<Node>),
}

impl Node {
    pub(super) fn text(words: impl Into<String>) -> Self {
        Self::Text(words.into())
    }

    pub(super) fn maybe(words: Option<String>) -> Self {
        words.map_or(Self::Nothing, Self::Text)
    }

    pub(super) fn list(entry: &'static str, all: impl IntoIterator<Item = Self>) -> Self {
        Self::List(entry, all.into_iter().collect())
    }

    pub(super) fn object<const N: usize>(parts: [(&'static str, Self); N]) -> Self {
        Self::Object(parts.into())
    }

    pub(super) fn root(name: &'static str, node: Self) -> Self {
        Self::Root(name, Box::new(node))
    }

    fn json(self) -> Value {
        match self {
            Self::Text(words) => Value::String(words),
            Self::Plain(value) => value,
            Self::Nothing => Value::Null,
            Self::List(_, all) => all.into_iter().map(Self::json).collect(),
            Self::Object(parts) => {
                let there = parts
                    .into_iter()
                    .filter(|(_, node)| !matches!(node, Self::Nothing));
                let parts = there.map(|(name, node)| (name.to_owned(), node.json()));
                Value::Object(parts.collect::<Map<_, _>>())
            }
            Self::Root(_, node) => node.json(),
        }
    }

    fn xml<W: io::Write>(self, name: &str, to: &mut Writer<W>) -> io::Result<()> {
        let element = to.create_element(name);
        match self {
            Self::Nothing => return Ok(()),
            Self::Text(words) if words.is_empty() => element.write_empty()?,
            Self::Text(words) => element.write_text_content(BytesText::new(&allowed(&words)))?,
            Self::Plain(value) => element.write_text_content(BytesText::new(&value.to_string()))?,
            Self::List(entry, all) => element.write_inner_content(|to| {
                all.into_iter().try_for_each(|node| node.xml(entry, to))
            })?,
            Self::Object(parts) => element.write_inner_content(|to| {
                parts
                    .into_iter()
                    .try_for_each(|(name, node)| node.xml(name, to))
            })?,
            Self::Root(name, node) => return node.xml(name, to),
        };
        Ok(())
    }
}

/// What XML 1.0 has no place for is left out.
fn allowed(words: &str) -> String {
    let fits = |letter: &char| matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    words.chars().filter(fits).collect()
}

/// Why there is no answer, in the form of the specification.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) words: String,
    /// The field that is wrong, where it is one.
    pub(crate) field: Option<&'static str>,
}

impl Refused {
    pub(crate) fn new(status: StatusCode, words: impl Into<String>) -> Self {
        Self {
            status,
            words: words.into(),
            field: None,
        }
    }

    /// The same, of a field.
    pub(crate) fn of(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    pub(super) fn not_found(words: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, words)
    }

    pub(crate) fn wrong(words: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, words)
    }

    fn node(&self) -> Node {
        let error = Node::object([
            ("code", Node::text(self.status.as_u16().to_string())),
            ("description", Node::text(self.words.clone())),
        ]);
        Node::root("errors", Node::list("error", [error]))
    }
}

/// The answer as it goes out.
pub(super) struct Reply(Response);

impl Reply {
    pub(super) fn of(format: Option<Format>, told: Result<Node, Refused>) -> Self {
        let told = match format {
            Some(_) => told,
            None => Err(Refused::not_found(
                "an address ends with `.xml` or `.json`, for example /open311/v2/services.json",
            )),
        };
        let (status, node) = match told {
            Ok(node) => (StatusCode::OK, node),
            Err(refused) => (refused.status, refused.node()),
        };
        Self(match format {
            Some(Format::Json) => {
                let kind = [(CONTENT_TYPE, "application/json; charset=utf-8")];
                (status, kind, node.json().to_string()).into_response()
            }
            _ => {
                let kind = [(CONTENT_TYPE, "text/xml; charset=utf-8")];
                match document(node) {
                    Ok(bytes) => (status, kind, bytes).into_response(),
                    Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                }
            }
        })
    }
}

fn document(node: Node) -> io::Result<Vec<u8>> {
    let mut to = Writer::new(Vec::new());
    to.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    node.xml("answer", &mut to)?;
    Ok(to.into_inner())
}

impl IntoResponse for Reply {
    fn into_response(mut self) -> Response {
        self.0.extensions_mut().insert(Own);
        self.0
    }
}
