//! The pages: a file each.

pub mod case;
pub mod command;
pub mod ledger;
pub mod login;
pub mod overview;
pub mod snap;
pub mod track;
pub mod trouble;
pub mod wall;
pub mod watch;
pub mod whistle;
