//! The service over real sockets, on every store.

mod commands;
mod feed;
mod incoming;
mod outgoing;
pub(crate) mod service;
