//! What the program said of a group, as plain counts.

use super::slow_cases::Counts;
use gridwhistle::domain::score::rate::Share;
use gridwhistle::projections::questions::{Area, IndicatorsOf, SatisfactionOf};

fn keep(shares: Vec<(&'static str, Share)>, numbers: Vec<(&'static str, u64)>) -> Counts {
    let shares = shares.into_iter().filter(|(_, share)| share.of > 0);
    let numbers = numbers.into_iter().filter(|(_, number)| *number > 0);
    Counts {
        shares: shares
            .map(|(name, share)| (name, (share.met, share.of)))
            .collect(),
        numbers: numbers.collect(),
        ..Counts::default()
    }
}

pub(super) fn of_area(area: &Area) -> Counts {
    keep(
        vec![
            ("handled", area.completion),
            ("handled_in_time", area.on_time),
            ("screened_in_time", area.screened_in_time),
            ("checked_in_time", area.checked_in_time),
            ("signed_in_time", area.signed_in_time),
            ("settled_at_once", area.first_time),
            ("came_back", area.reopened),
            ("sent_back", area.reworked),
            ("by_self", area.by_self),
            ("whistle_astray", area.whistle_astray),
            ("repeated", area.repeated),
        ],
        vec![
            ("reported", area.reported),
            ("accepted", area.accepted),
            ("refused", area.refused),
            ("done", area.done),
            ("closed", area.closed),
            ("open", area.open),
            ("open_overdue", area.open_overdue),
            ("suspended", area.suspended),
            ("on_hold", area.on_hold),
            ("repeats_unknown", area.repeats_unknown),
        ],
    )
}

pub(super) fn of_indicators(of: &IndicatorsOf) -> Counts {
    let shares = of.shares.iter();
    let mut counts = keep(
        shares
            .map(|one| (one.indicator.code(), one.share))
            .collect(),
        vec![
            ("reworks", of.reworks),
            ("extended", of.extended),
            ("held", of.held),
            ("held_before", of.held_before),
        ],
    );
    counts.used = (of.times_over.used, of.times_over.given);
    counts
}

pub(super) fn of_opinions(of: &SatisfactionOf) -> Counts {
    keep(
        vec![
            ("responded", of.responded),
            ("reached", of.coverage),
            ("solved", of.solved),
            ("said_satisfied", of.satisfied),
            ("said_strictly", of.strictly),
        ],
        vec![("closed", of.closed), ("unreachable", of.unreachable)],
    )
}
