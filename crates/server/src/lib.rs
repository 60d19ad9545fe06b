//! The service of Gridwhistle: what the engine and the auditor can do, over HTTP.
//!
//! Responsible for identity, permission to read, resources and their words; for evidence files, the
//! live feed, Open311 and outgoing events. It decides nothing about a case: a command goes to the
//! engine as it came, and a refusal comes back as a problem document (RFC 9457).
//!
//! Reading order: [`settings`] is what an operator may set; `serve` binds and stops; `router` lists
//! every address; `caller` says who asks, `ask` as of when, `problem` what went wrong; `api` holds a
//! file a resource, and `pages` a file a page: each asks what the API asks, and shows the same.

mod api;
mod app;
mod ask;
mod body;
mod caller;
mod evidence;
mod feed;
mod identity;
mod incoming;
mod lines;
mod links;
mod open311;
mod openapi;
mod operation;
mod outgoing;
mod overload;
mod pages;
mod params;
mod permission;
mod problem;
mod router;
mod seal;
mod serve;
pub mod settings;
mod sheets;
mod unchanged;
mod upload;
mod words;

pub use operation::traces::Traces;
pub use serve::{Running, ServeError, serve};
pub use settings::Settings;
