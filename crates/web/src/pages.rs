//! The pages: a file each.

pub mod admin;
pub mod areas;
pub mod audit;
pub mod case;
pub mod command;
pub mod departments;
pub mod explain;
pub mod indicators;
pub mod ledger;
pub mod login;
pub mod map;
pub mod matter;
pub mod matters;
pub mod mutual;
pub mod overview;
pub mod portrait;
pub mod problem;
pub mod ranking;
mod reports;
pub mod satisfaction;
pub mod scores;
pub mod snap;
pub mod track;
pub mod trouble;
pub mod wall;
pub mod watch;
pub mod whistle;
