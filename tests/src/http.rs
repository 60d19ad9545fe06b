//! The service over real sockets, on every store.

mod administration;
mod authority;
mod commands;
mod operation;
mod sealed;
pub(crate) mod service;
