//! Views of lists that somebody keeps: a name, and the address with its filters.
//!
//! They are no facts of the city: the browser of whoever keeps them holds them, as it holds the language.

use crate::address::Address;
use form_urlencoded::Serializer;

/// Views that are kept, at most.
pub const MOST: usize = 12;
/// The signs of a name, at most.
pub const NAME: usize = 16;
/// The bytes of all, as written: browsers keep 4,096 for a cookie.
pub const BYTES: usize = 3_000;

/// Why a view is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The name is empty, longer than [`NAME`], or has control characters.
    Name,
    /// The address is no list with filters.
    Address,
    /// There are [`MOST`] already, or all together are longer than [`BYTES`].
    Full,
}

/// One view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// As its keeper calls it.
    pub name: String,
    /// A list and its filters.
    pub address: Address,
}

/// The views of one browser, in the order in which they were kept.
///
/// ```
/// use gridwhistle_web::views::Views;
///
/// let mine = Views::default().with("本周到期", "/cases?open_only=true&sort=due").unwrap();
/// assert_eq!(Views::read(&mine.written()), mine);
/// assert_eq!(mine.without("本周到期"), Views::default());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Views(Vec<View>);

impl Views {
    /// What a browser sent. What is no view is none: anybody may write their own cookies.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut views = Self::default();
        if text.len() <= BYTES {
            for (name, address) in form_urlencoded::parse(text.as_bytes()) {
                views = views.with(&name, &address).unwrap_or(views);
            }
        }
        views
    }

    /// For the cookie: letters, digits and `%&=+-_.*`.
    #[must_use]
    pub fn written(&self) -> String {
        let mut text = Serializer::new(String::new());
        text.extend_pairs(
            self.0
                .iter()
                .map(|view| (&view.name, view.address.written())),
        );
        text.finish()
    }

    /// With one more, or with another address under its name.
    ///
    /// # Errors
    /// When name or address are none, or there is no room.
    pub fn with(&self, name: &str, address: &str) -> Result<Self, NotKept> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME || name.contains(char::is_control) {
            return Err(NotKept::Name);
        }
        let view = View {
            name: name.to_owned(),
            address: list(address).ok_or(NotKept::Address)?,
        };
        let mut views = self.clone();
        match views.0.iter_mut().find(|one| one.name == name) {
            Some(known) => *known = view,
            None => views.0.push(view),
        }
        let fits = views.0.len() <= MOST && views.written().len() <= BYTES;
        fits.then_some(views).ok_or(NotKept::Full)
    }

    /// Without the one of a name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let others = self.0.iter().filter(|view| view.name != name);
        Self(others.cloned().collect())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &View> {
        self.0.iter()
    }
}

/// A list of cases with its filters; a view always begins at its first page, and shows things as they are.
fn list(address: &str) -> Option<Address> {
    let (path, query) = address.split_once('?')?;
    let known = path == "/cases"
        || path.strip_prefix("/lists/").is_some_and(|list| {
            !list.is_empty()
                && list
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        });
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let kept = pairs.filter(|(name, _)| !PASSING.contains(&name.as_str()));
    let address = Address::new(path, kept);
    (known && address.pairs().next().is_some()).then_some(address)
}

/// What belongs to a moment and not to a view.
const PASSING: [&str; 5] = ["cursor", "as_of", "known_at", "done", "min_position"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_a_list_with_filters_and_nothing_else() {
        let none = Views::default();
        for address in [
            "",
            "/",
            "/cases",
            "/cases?cursor=x",
            "/cases?text=",
            "//evil.example/cases?a=b",
            "https://evil.example/cases?a=b",
            "/lists/?a=b",
            "/lists/../admin?a=b",
            "/cases/1?a=b",
            "javascript:alert(1)?a=b",
        ] {
            assert_eq!(none.with("名", address), Err(NotKept::Address), "{address}");
        }
        let kept = none.with(
            " 超期 ",
            "/lists/overdue?unit=water&cursor=x&as_of=2026-01-01",
        );
        let kept = kept.unwrap();
        let view = kept.iter().next().unwrap();
        assert_eq!(view.name, "超期");
        assert_eq!(view.address.written(), "/lists/overdue?unit=water");
    }

    #[test]
    fn names_are_short_and_known_ones_are_written_over() {
        let none = Views::default();
        for name in ["", "  ", "a\nb", "一二三四五六七八九十一二三四五六七"] {
            assert_eq!(none.with(name, "/cases?text=a"), Err(NotKept::Name));
        }
        let once = none.with("水", "/cases?text=a").unwrap();
        let twice = once.with("水", "/cases?text=b").unwrap();
        assert_eq!(twice.iter().count(), 1);
        assert_eq!(twice.written(), "%E6%B0%B4=%2Fcases%3Ftext%3Db");
    }

    #[test]
    fn what_a_browser_keeps_is_bounded_and_read_without_trust() {
        let mut views = Views::default();
        for no in 0..MOST {
            views = views.with(&no.to_string(), "/cases?text=a").unwrap();
        }
        assert_eq!(views.with("more", "/cases?text=a"), Err(NotKept::Full));
        let long = format!("/cases?text={}", "水".repeat(300));
        assert_eq!(views.with("0", &long), Err(NotKept::Full));
        let foreign = "a=%2F%2Fevil.example%3Fa%3Db&=x&&%FF&b=%2Fcases%3Ftext%3Dc";
        let read = Views::read(foreign);
        assert_eq!(read.written(), "b=%2Fcases%3Ftext%3Dc");
        assert_eq!(Views::read(&"a".repeat(BYTES + 1)), Views::default());
    }
}
