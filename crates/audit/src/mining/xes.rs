//! XES (IEEE 1849-2016): one trace a case, written event by event.
//!
//! Profile: the standard extensions Concept, Time, Lifecycle and Organizational, and an extension of
//! our own; no nested attributes, lists or containers; keys are XML names. The log element stands in
//! no namespace, as the schema of IEEE 1849-2016 has it. Within a trace events are in the order of
//! the stream, which is that of their time.

mod own;
mod writer;

pub use own::{XesOptions, write};
pub(super) use writer::clean;
pub use writer::{Attribute, Kind, Traces, XesWriter};
