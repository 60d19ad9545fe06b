//! The pages: a file each.

pub mod case;
pub mod command;
pub mod ledger;
pub mod login;
pub mod map;
pub mod matter;
pub mod matters;
pub mod overview;
pub mod trouble;
pub mod wall;
pub mod watch;
