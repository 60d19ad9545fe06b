//! The arithmetic of figures that people are ranked by (`DOMAIN.md` section 4): shares with their
//! intervals, handling times, opinions of each other.
//!
//! Integers and decimals only, and nothing is rounded before it is shown, so the same cases give
//! the same bytes on any machine. What a number of nothing is, is none, and never 0 or 100 %: who had
//! nothing to do was neither good nor bad at it. Refuses to read events or rows: callers bring counts.
//!
//! Reading order: [`rate`] (a share of something), [`spread`] and [`survival`] (how long it took),
//! [`backlog`] (how old what is open is), [`mix`] (against what was to be expected), [`indicator`] and
//! [`case_indicator`] (the shares), [`measure`] (what is no share of them), [`nearby`] (what came back), [`opinion`] and [`sample`]
//! (what residents say, and who is asked), [`forms`] (what streets and departments say of each other),
//! [`flags`] (what to look at in it), [`composite`] (all of it in one number, and the rank), [`run`] (what was published).

pub mod backlog;
pub mod case_indicator;
pub mod composite;
pub mod flags;
pub mod forms;
pub mod indicator;
pub mod measure;
pub mod mix;
pub mod nearby;
pub mod opinion;
pub mod rate;
pub mod run;
pub mod sample;
pub mod spread;
pub mod survival;
