//! An empty answer to a code that nobody ever gave out is a slip of the pen: it is told under the
//! answer. It is no error, for imported cases carry codes of their own.

use crate::args::Which;
use crate::desk::Refers;
use crate::failure::Failure;
use crate::output::Output;
use crate::words::{Word as W, told};

/// The codes of a filter that registry and catalogue have never held, each with the command that
/// lists those they hold.
fn unknown<'w>(which: &'w Which, from: &impl Refers) -> Vec<(&'w str, &'static str)> {
    let reference = from.reference();
    let registry = &reference.registry;
    let mut found = Vec::new();
    for unit in [&which.unit, &which.street, &which.community] {
        let missing = unit
            .as_deref()
            .filter(|code| registry.unit(&(*code).into()).is_none());
        found.extend(missing.map(|code| (code, "gridwhistle registry show units")));
    }
    let grid = which.grid.as_deref();
    let grid = grid.filter(|code| registry.grid(&(*code).into()).is_none());
    found.extend(grid.map(|code| (code, "gridwhistle registry show grids")));
    let matter = which.matter.as_deref();
    let matter = matter.filter(|code| reference.catalogue.history(&(*code).into()).is_none());
    found.extend(matter.map(|code| (code, "gridwhistle catalogue show")));
    found
}

/// Tells them, where the answer is empty.
///
/// # Errors
/// When standard output does not take it.
pub(crate) fn tell(
    out: &Output,
    is_empty: bool,
    which: &Which,
    from: &impl Refers,
) -> Result<(), Failure> {
    if !is_empty {
        return Ok(());
    }
    unknown(which, from)
        .into_iter()
        .try_for_each(|(code, command)| out.say(told(W::CodeUnknown, &[&code, &command])))
}
