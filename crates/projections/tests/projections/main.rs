//! The case view over whole logs, on memory and on SQLite.

mod as_of;
mod city;
mod foreign;
mod history;
mod lists;
mod running;
mod story;
