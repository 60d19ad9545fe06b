//! What the root workspace has built.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with the programs of the root, built as its own tests are, so that nothing is built
/// anew that they have built.
pub fn built() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(&root)
        .args(["test", "--workspace", "--no-run"])
        .args(["--quiet", "--locked"]);
    // What cargo tells a test about its package would make build scripts of others run again.
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    assert!(cargo.status().unwrap().success(), "the programs are built");
    let target = std::env::var_os("CARGO_TARGET_DIR");
    target.map_or(root.join("target"), Into::into).join("debug")
}
