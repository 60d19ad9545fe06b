//! A case of the past as an auditor reads it: the page of then, and when each thing came to be known.

use super::prospects;
use super::sheet::Sheet;
use crate::failure::Failure;
use crate::labels::Names;
use crate::moment::show;
use crate::output::Output;
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::decide::Prospect;
use gridwhistle_audit::replay::{CaseThen, TimelineTold};

/// The page of a case: its state, why it is due when it is, and its story with what was learnt later.
///
/// # Errors
/// When standard output does not take it.
pub(crate) fn page(out: &Output, then: &CaseThen, names: &Names) -> Result<(), Failure> {
    Sheet {
        file: &then.file,
        case: &then.case,
        chain: &then.sign_off,
        reference: &then.reference,
        names,
        at: then.moment.instant(),
    }
    .show(out)?;
    out.line("")?;
    out.say(W::TStory)?;
    out.part(&story(&then.entries))
}

/// What an actor could do then, and why not the rest.
///
/// # Errors
/// When standard output does not take it.
pub(crate) fn permission(
    out: &Output,
    then: &CaseThen,
    actor: &Actor,
    prospects: &[Prospect],
    names: &Names,
) -> Result<(), Failure> {
    let number = then.file.ledger.ledger_no.to_string();
    prospects::of_actor(out, (W::TMightThen, actor), (&number, prospects), names)
}

fn story(entries: &[TimelineTold]) -> Table {
    let mut table = Table::new([
        Column::from(W::HWhen).least(16),
        Column::from(W::HRecordedAt).least(16),
        Column::from(W::HWho).least(14),
        Column::from(W::HWhat).least(24),
        Column::from(W::HKnownMark).least(8),
    ])
    .fold();
    for one in entries {
        let entry = &one.entry;
        let mark = match (one.known, one.learnt_later) {
            (false, _) => W::NotKnownThen.to_string(),
            (true, true) => W::LearntLater.to_string(),
            (true, false) => String::new(),
        };
        let (at, recorded) = (show(entry.at), show(entry.recorded_at));
        table.row([at, recorded, say(&entry.who), say(&entry.what), mark]);
    }
    table
}

/// By what an answer is given.
pub(crate) fn known_line(then: &CaseThen) -> String {
    let (at, known) = (show(then.moment.instant()), &then.known);
    told(W::KnownLine, &[&at, &known.position, &show(known.at)])
}
