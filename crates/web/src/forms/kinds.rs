//! Kinds of fields, and the codes of those with few.

use crate::words::form::Word as W;

/// How a field is asked for, and how its text becomes JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    Line,
    /// Several lines.
    Long,
    /// A list, a line each.
    Lines,
    /// Yes or no.
    Flag,
    /// A unit.
    Unit,
    /// Several units.
    Units,
    /// A class.
    Class,
    /// A matter of the catalogue.
    Matter,
    /// A grid of the lowest level.
    Grid,
    /// An outcome.
    Outcome,
    /// A kind of whistle.
    Whistle,
    /// Where an undertaken case comes from.
    Origin,
    /// How content a resident is.
    Satisfaction,
    /// A reason in the words of the policy.
    Reason(Reasons),
    /// Pieces of evidence, a few.
    Evidence,
    /// Who came to the spot.
    Attendance,
    /// Who owes what after a meeting, at most two.
    Deliverables,
    /// A person in clear, whom the service seals.
    Person,
    /// Granted or not.
    Verdict,
    /// An instant.
    Instant,
    /// A stretch of time: `2 wd`.
    Limit,
    /// One of a few codes.
    OneOf(Codes),
}

/// Whose reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reasons {
    /// Not accepting.
    Reject,
    /// Returning a leg.
    Return,
    /// Suspension and hold.
    Suspend,
    /// Whistles.
    Whistle,
    /// Rework.
    Rework,
}

/// A small set of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codes {
    /// What a resident said.
    Callback,
    /// What is disclosed.
    Disclosure,
    /// Why a case comes back.
    Reopen,
    /// The colour of a card.
    Card,
}

impl Codes {
    /// The codes alone.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        self.all().iter().map(|(code, _)| *code)
    }

    /// The codes with their words.
    pub(crate) const fn all(self) -> &'static [(&'static str, W)] {
        match self {
            Self::Callback => &[
                ("confirmed", W::CallConfirmed),
                ("disputed", W::CallDisputed),
                ("unreachable", W::CallUnreachable),
            ],
            Self::Disclosure => &[
                ("resolution", W::WhatResolution),
                ("implementation", W::WhatImplementation),
            ],
            Self::Reopen => &[
                ("dispute_upheld", W::GroundDispute),
                ("same_problem", W::GroundSame),
            ],
            Self::Card => &[("yellow", W::CardYellow), ("red", W::CardRed)],
        }
    }
}
