//! The import of real cases: mappings, dirt, and the numbers that must come out.

/// Real areas as boundaries of the registry.
mod boundaries;
/// Rows that are no cases, and oddities that are kept.
mod dirt;
/// Through the log and the views: the truth again, idempotence, resumption, rejects.
mod engine;
/// The figures of units.
mod figures;
/// Files that cannot be read to their end.
mod files;
/// Mappings that are refused, and the five that come with the program.
mod mappings;
/// Pingshan: counts by name, unit ids with two names.
mod pingshan;
/// Units ranked by what they did on time, in four cities and Pingshan.
mod ranking;
/// The shared data and its truth, read at run time.
mod shared;
/// Boston, Baltimore and New York against the truth, by a naive fold over the commands.
mod truth;
