//! `/api/v1`: a file a resource.

mod about;
mod cases;
mod commands;

use crate::app::Shared;
use axum::Router;
use axum::routing::{get, post};

/// The addresses under `/api/v1`.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/about", get(about::about))
        .route("/cases", post(commands::report))
        .route("/cases/report-handled", post(commands::report_handled))
        .route("/cases/{case}", get(cases::show))
        .route("/cases/{case}/timeline", get(cases::timeline))
        .route("/cases/{case}/commands", get(cases::commands))
        .route("/cases/{case}/{command}", post(commands::give))
}
