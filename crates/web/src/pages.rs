//! The pages: a file each.

pub mod admin;
pub mod audit;
pub mod case;
pub mod command;
pub mod ledger;
pub mod login;
pub mod overview;
pub mod trouble;
pub mod wall;
pub mod watch;
