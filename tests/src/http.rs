//! The service over real sockets, on every store.

mod administered;
mod administration;
mod authority;
mod commands;
mod contract;
mod evidence;
mod feed;
mod incoming;
mod keys;
mod limits;
mod lines;
mod open311;
mod operation;
mod outgoing;
mod overload;
pub(crate) mod pages;
mod provider;
mod repeats;
pub(crate) mod sealed;
pub(crate) mod service;
mod session;
mod sheets;
pub(crate) mod staff;
mod statements;
mod tokens;
mod unchanged;
