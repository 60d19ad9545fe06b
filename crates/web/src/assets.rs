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
static ALL: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        asset("app", "css", "text/css; charset=utf-8", STYLE.as_bytes()),
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
}
