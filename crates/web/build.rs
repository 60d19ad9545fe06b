//! Embeds the scripts of others where they are installed (`npm ci` in this folder): pages work
//! without them, and then come without the tag.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const HTMX: &str = "node_modules/htmx.org/dist/htmx.min.js";

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=package-lock.json");
    // Of a folder that is not there, cargo would rebuild each time: the lock file stands for it.
    if here.join("node_modules").is_dir() {
        println!("cargo::rerun-if-changed=node_modules");
    }
    fs::write(out.join("htmx.js"), script(&here.join(HTMX)))
}

/// The script, or nothing where it is not installed.
fn script(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_default()
}
