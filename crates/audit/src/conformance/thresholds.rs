//! From when on a pattern is told. Each number has its reason; none of them is a verdict.

/// Times that a case comes back (a return, a rework, a reopening) from which on it is ping-pong, where
/// its policy does not say from when on a dispute is adjudicated: the default policy's third.
pub(super) const BACK: u32 = 3;

/// The last part of a duty's time, in percent, that counts as "at the deadline": a tenth of a limit of
/// ten working days is the last day.
pub(super) const LATE_PERCENT: i64 = 10;

/// Signatures at the deadline by one person that make a burst: fewer are an honest busy hour.
pub(super) const BURST_SIGNS: usize = 5;

/// Minutes within which they fall, wherever these begin: less than a dozen minutes for each is no reading of a case.
pub(super) const BURST_MINUTES: i64 = 60;

/// The last days of a month that are held against the days before: figures are drawn at its end.
pub(super) const MONTH_END_DAYS: i64 = 3;

/// Closings in these days below which nothing is said: a small unit has uneven days.
pub(super) const MONTH_END_CLOSINGS: i64 = 10;

/// How many times the usual day's closings those days must have each.
pub(super) const MONTH_END_TIMES: i64 = 3;

/// Suspensions of one case that are told however they were reasoned: two may be honest (material, then
/// an appraisal), a third keeps the clock from ever running out.
pub(super) const SUSPENSIONS: u32 = 3;

/// Cases and events that one flag lists; its figures count all.
pub(super) const EVIDENCE: usize = 100;
