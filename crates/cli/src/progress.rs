//! Progress on standard error, drawn only when that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Events of the log.
pub(crate) fn events() -> ProgressBar {
    bar("{wide_bar} {human_pos}/{human_len} {eta}")
}

/// Rows of a file.
pub(crate) fn rows() -> ProgressBar {
    bar("{wide_bar} {human_pos}/{human_len} {eta}")
}

/// A bar draws nothing where standard error is no terminal.
fn bar(template: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    // The templates are constants of this file; a wrong one shows the plain bar.
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
