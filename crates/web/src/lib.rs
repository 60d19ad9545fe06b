//! The dashboard's pages, rendered on the server from the answers that the API gives.
//!
//! A page is a function from the answer of a question to markup. It names no engine and no server,
//! reads no clock, and decides nothing: its figures are those of the answer, its buttons the commands
//! that the rules allow. What people may not do stands there with the reason.
//!
//! Reading order: [`address`] is where a page stands, [`reader`] who reads it, [`frame`] what stands
//! around every page, `parts` what pages are made of, [`pages`] a file a page, [`views`] what a reader keeps, [`assets`] style and
//! scripts, `words` everything that pages say.

pub mod address;
pub mod assets;
pub mod forms;
pub mod frame;
pub mod pages;
mod parts;
pub mod reader;
pub mod views;
mod words;

pub use address::Address;
pub use frame::{Frame, Stand, home};
pub use maud::Markup;
pub use parts::report::Filled;
pub use reader::{Look, Person, Reader, Theme};
