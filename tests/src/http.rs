//! The service over real sockets, on every store.

mod administration;
mod authority;
mod commands;
mod contract;
mod feed;
mod incoming;
mod operation;
mod outgoing;
mod sealed;
pub(crate) mod service;
