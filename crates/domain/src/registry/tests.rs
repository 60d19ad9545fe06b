//! Given facts, when a command, then facts or a refusal; and questions as of an instant.

mod city;
mod commands;
mod files;
mod model;
mod questions;
mod refusals;
