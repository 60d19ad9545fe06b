//! The service over real sockets, on every store.

mod administration;
mod authority;
mod commands;
mod contract;
mod operation;
mod sealed;
pub(crate) mod service;
