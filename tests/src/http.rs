//! The service over real sockets, on every store.

mod commands;
pub(crate) mod service;
