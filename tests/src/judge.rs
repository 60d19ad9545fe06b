//! The auditor judges whole cities: an honest log gives nothing, and each kind of planted deviation is
//! found at its place and by its rule.

mod ends;
mod forge;
mod hashes;
mod honest;
mod planted;
mod what_if;
