//! Style and scripts, served under names that hold their digest, so that a browser may keep them for
//! ever.

use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// One file.
pub struct Asset {
    /// Under `/assets/`: `app-1a2b3c4d.css`.
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

const CSS: &[&str] = &[
    include_str!("assets/tokens.css"),
    include_str!("assets/app.css"),
    include_str!("assets/pages.css"),
    include_str!("assets/mutual.css"),
    include_str!("assets/report.css"),
    include_str!("assets/reports.css"),
    include_str!("assets/public.css"),
    include_str!("assets/admin.css"),
    include_str!("assets/city.css"),
    include_str!("assets/media.css"),
];
const SCRIPT: &str = include_str!("assets/app.js");
const REPORT: &str = include_str!("assets/report.js");
const PROOF: &str = include_str!("assets/proof.js");
const ICON: &str = include_str!("assets/icon.svg");
const HTMX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/htmx.js"));

static STYLE: LazyLock<String> = LazyLock::new(|| CSS.concat());
static LARGE: LazyLock<String> = LazyLock::new(|| enlarged(&STYLE));
static ALL: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        asset("app", "css", "text/css; charset=utf-8", STYLE.as_bytes()),
        asset("large", "css", "text/css; charset=utf-8", LARGE.as_bytes()),
        asset(
            "app",
            "js",
            "text/javascript; charset=utf-8",
            SCRIPT.as_bytes(),
        ),
        asset(
            "report",
            "js",
            "text/javascript; charset=utf-8",
            REPORT.as_bytes(),
        ),
        asset(
            "proof",
            "js",
            "text/javascript; charset=utf-8",
            PROOF.as_bytes(),
        ),
        asset("icon", "svg", "image/svg+xml", ICON.as_bytes()),
        asset("htmx", "js", "text/javascript; charset=utf-8", HTMX),
    ]
});

/// The same style in type that is larger by a quarter. All sizes hang on that of the root but the widths
/// at which pages take another form, which browsers measure by their own type: these grow with it here, so
/// that a large page takes the form for which it has the room.
fn enlarged(style: &str) -> String {
    const WIDTH: &str = "(max-width: ";
    let mut all = String::with_capacity(style.len());
    let mut parts = style.split(WIDTH);
    all.push_str(parts.next().unwrap_or_default());
    for part in parts {
        all.push_str(WIDTH);
        let (number, rest) = part.split_once("px").unwrap_or((part, ""));
        match number.parse::<u32>() {
            Ok(width) => all.push_str(&format!("{}px{rest}", width * 5 / 4)),
            Err(_) => all.push_str(part),
        }
    }
    all.push_str("@media screen { html { font-size: 125%; } }\n");
    all
}

fn asset(stem: &str, ending: &str, media: &'static str, bytes: &'static [u8]) -> Asset {
    let digest = hex::encode(Sha256::digest(bytes));
    let name = format!("{stem}-{}.{ending}", digest.get(..12).unwrap_or(&digest));
    Asset { name, media, bytes }
}

/// The file of a name, with its digest.
#[must_use]
pub fn named(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

/// The address of a file that pages name; none where it is not embedded.
pub(crate) fn address(stem: &str, ending: &str) -> Option<String> {
    let found = ALL.iter().find(|asset| {
        asset.name.starts_with(stem) && asset.name.ends_with(ending) && !asset.bytes.is_empty()
    });
    found.map(|asset| format!("/assets/{}", asset.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_the_digest_of_what_is_served() {
        let style = address("app", ".css").unwrap();
        let asset = named(style.strip_prefix("/assets/").unwrap()).unwrap();
        let digest = hex::encode(Sha256::digest(asset.bytes));
        assert!(asset.name.contains(&digest[..12]));
        assert!(named("app.css").is_none());
    }

    #[test]
    fn large_type_takes_another_form_at_a_larger_width() {
        let enlarged =
            enlarged("@media (max-width: 760px) { a {} } b {} @media (max-width: 1100px) { c {} }");
        let wanted = "@media (max-width: 950px) { a {} } b {} @media (max-width: 1375px) { c {} }";
        assert_eq!(
            enlarged.strip_prefix(wanted),
            Some("@media screen { html { font-size: 125%; } }\n")
        );
        let widths = |style: &str| style.matches("(max-width: ").count();
        assert_eq!(widths(&LARGE), widths(&STYLE));
        assert!(!LARGE.contains("(max-width: 760px)"));
        for unit in ["em) {", "rem) {", "min-width: 1"] {
            let line = STYLE
                .lines()
                .find(|line| line.starts_with("@media") && line.contains(unit));
            assert_eq!(line, None, "a width that is not enlarged");
        }
    }

    #[test]
    fn nothing_that_is_served_asks_another_host_or_needs_a_newer_browser() {
        for asset in ALL.iter().filter(|asset| !asset.name.starts_with("htmx")) {
            let text = std::str::from_utf8(asset.bytes).unwrap();
            let plain = text.replace("http://www.w3.org/2000/svg", "");
            for word in [
                "http://",
                "https://",
                "color-mix(",
                ":has(",
                "@import",
                "eval(",
            ] {
                assert!(!plain.contains(word), "{}: {word}", asset.name);
            }
        }
    }

    /// Stylesheets of a few pages, and where these are.
    const ROOMS: [(&str, &[&str]); 5] = [
        ("mutual", &["pages/mutual"]),
        (
            "reports",
            &[
                "pages/reports",
                "pages/departments",
                "pages/areas",
                "pages/portrait",
                "pages/ranking",
                "pages/satisfaction",
                "pages/indicators",
                "pages/scores",
                "pages/explain",
            ],
        ),
        (
            "public",
            &[
                "pages/snap",
                "pages/track",
                "pages/login",
                "pages/whistle",
                "pages/matter",
                "parts/report",
            ],
        ),
        ("city", &["pages/map", "pages/matter", "parts/chart"]),
        ("admin", &["pages/admin", "pages/audit"]),
    ];

    fn templates(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                templates(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }

    /// The classes that a stylesheet styles wherever they stand.
    fn alone(sheet: &str) -> Vec<&str> {
        let selectors = sheet.lines().filter_map(|line| line.split_once('{'));
        let selectors = selectors.flat_map(|(selectors, _)| selectors.split(','));
        let classes = selectors.filter_map(|one| one.trim().strip_prefix('.'));
        let bare = |class: &&str| class.chars().all(|one| one.is_alphanumeric() || one == '-');
        classes.filter(bare).collect()
    }

    /// Whether an element of a template bears a class: `td.place {`, `.place data-x`.
    fn bears(line: &str, class: &str) -> bool {
        let dotted = format!(".{class}");
        line.match_indices(&dotted).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + dotted.len()..]);
            let word = before.rsplit([' ', '(']).next().unwrap_or_default();
            let element = word.chars().all(|one| {
                one.is_ascii_lowercase() || one.is_ascii_digit() || matches!(one, '.' | '-')
            });
            let rest = after.split([' ', '[', '{']).next().unwrap_or_default();
            // `of.stars.0.iter()` is no element.
            let names = rest.split('.').all(|name| {
                name.chars()
                    .all(|one| one.is_ascii_lowercase() || one == '-')
            });
            let value = after
                .trim_start()
                .starts_with(['=', '|', '&', '?', ')', ',']);
            let ends = names && !value && after.starts_with([' ', '.', '[']);
            element && ends && line.contains('{')
        })
    }

    #[test]
    fn what_a_room_styles_alone_stands_in_its_own_pages_alone() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        templates(&source, &mut files);
        let mut strays = Vec::new();
        for (room, own) in ROOMS {
            let sheet = std::fs::read_to_string(source.join(format!("assets/{room}.css"))).unwrap();
            let classes = alone(&sheet);
            for file in &files {
                let path = file.strip_prefix(&source).unwrap().to_string_lossy();
                if own.iter().any(|own| path.starts_with(own)) || !path.starts_with("pa") {
                    continue;
                }
                let text = std::fs::read_to_string(file).unwrap();
                for (no, line) in text.lines().enumerate() {
                    let found = classes.iter().filter(|class| bears(line, class));
                    strays.extend(
                        found.map(|class| format!("{room}.css .{class}: {path}:{}", no + 1)),
                    );
                }
            }
        }
        assert!(strays.is_empty(), "{}", strays.join("\n"));
    }
}
