//! The service over real sockets, on every store.

mod administration;
mod commands;
mod keys;
mod limits;
mod provider;
pub(crate) mod service;
mod session;
mod staff;
mod tokens;
