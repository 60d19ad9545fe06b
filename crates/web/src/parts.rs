//! What pages are made of: a file a part.

pub(crate) mod chart;
pub(crate) mod empty;
pub(crate) mod figure;
pub(crate) mod files;
pub(crate) mod lamp;
pub(crate) mod line;
pub(crate) mod pager;
pub(crate) mod plain;
pub(crate) mod report;
pub(crate) mod share;
pub(crate) mod stack;
pub(crate) mod tabs;
pub(crate) mod time;
pub(crate) mod trend;
pub(crate) mod views;
pub(crate) mod who;
pub(crate) mod window;
