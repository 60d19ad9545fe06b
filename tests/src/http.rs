//! The service over real sockets, on every store.

mod authority;
mod commands;
mod operation;
pub(crate) mod service;
