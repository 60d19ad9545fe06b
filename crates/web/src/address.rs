//! Where a page stands: its path and its query, from which its links are made.

use form_urlencoded::Serializer;

/// The address of a page.
///
/// ```
/// use gridwhistle_web::Address;
///
/// let here = Address::new("/cases", [("class".to_owned(), "proxy".to_owned())]);
/// assert_eq!(here.with("sort", "due"), "/cases?class=proxy&sort=due");
/// assert_eq!(here.without("class"), "/cases");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    path: String,
    query: Vec<(String, String)>,
}

impl Address {
    /// Of a path and the pairs of its query; empty values are none.
    pub fn new(path: impl Into<String>, query: impl IntoIterator<Item = (String, String)>) -> Self {
        let query = query.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            path: path.into(),
            query: query.collect(),
        }
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A value of the query.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.iter();
        pairs
            .find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    }

    /// The pairs of the query.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.query.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same page with one value changed; a list begins anew.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> String {
        let others = self
            .pairs()
            .filter(|(one, _)| *one != name && *one != "cursor");
        written(&self.path, others.chain([(name, value)]))
    }

    /// The same page without a value.
    #[must_use]
    pub fn without(&self, name: &str) -> String {
        let others = self
            .pairs()
            .filter(|(one, _)| *one != name && *one != "cursor");
        written(&self.path, others)
    }

    /// As it is written.
    #[must_use]
    pub fn written(&self) -> String {
        written(&self.path, self.pairs())
    }
}

/// An address of a path and pairs.
pub(crate) fn written<'a>(path: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}
