//! `case show|reporters`: one case as it stands.

use crate::failure::Failure;
use crate::moment::{show, show_or_dash};
use crate::session::Session;
use crate::table::Table;
use crate::words::{Word as W, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::ids::CaseId;

/// No such case.
pub(super) fn missing(case: CaseId) -> Failure {
    Failure::not_found("case_unknown", told(W::CaseMissing, &[&case]))
}

/// Shows a case.
///
/// # Errors
/// When there is none, or the store cannot be read.
pub(super) async fn case(
    session: &Session,
    id: CaseId,
    _as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let engine = session.open_to_read().await?;
    let case = engine.case(id).await?.ok_or_else(|| missing(id))?;
    session.output.answer(&case, |out| {
        out.table(&head(id, &case))?;
        Ok(())
    })
}

fn head(id: CaseId, case: &Case) -> Table {
    let mut table = Table::new([W::HCase.to_string(), id.to_string()]);
    let code = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    for (heading, value) in [
        (W::HStage, code(case.stage.map(|stage| say(&stage.label())))),
        (
            W::HClass,
            code(case.class.map(|class| class.code().to_owned())),
        ),
        (
            W::HMatter,
            code(case.matter.as_ref().map(ToString::to_string)),
        ),
        (W::HDescription, case.description.clone()),
        (W::HGrid, code(case.grid.as_ref().map(ToString::to_string))),
        (W::HReported, show_or_dash(case.reported_at)),
        (
            W::HDue,
            code(case.handling().map(|clock| show(clock.marks.due))),
        ),
    ] {
        table.row([heading.to_string(), value]);
    }
    table
}

/// Shows who reported a case: in clear to a role that may read it, masked to every other.
///
/// # Errors
/// When there is no such case, nobody acts, or the store cannot be read.
pub(super) async fn reporters(session: &Session, id: CaseId) -> Result<(), Failure> {
    let actor = session.actor()?;
    let engine = session.open_to_read().await?;
    if engine.case(id).await?.is_none() {
        return Err(missing(id));
    }
    let people = engine.reporters(&actor, id).await?;
    let answer = serde_json::json!({ "case": id, "reporters": people });
    session.output.answer(&answer, |out| {
        if people.is_empty() {
            return out.line(W::Anonymous);
        }
        let mut table = Table::new([W::HName, W::HPhone, W::HIdentity, W::HAddress]);
        for person in people {
            table.row([
                person.name,
                person.phone,
                person.identity_number,
                person.address,
            ]);
        }
        out.table(&table)
    })
}
