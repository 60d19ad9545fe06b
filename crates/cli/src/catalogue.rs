//! `catalogue import|show`: the matters a case may be about (网格事项清单).

use crate::args::CatalogueCommand;
use crate::failure::Failure;
use crate::moment::show;
use crate::session::{Session, read_bytes};
use crate::table::Table;
use crate::words::{Word as W, language, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::catalogue::{Matter, MatterOwner};
use gridwhistle::domain::ids::MatterCode;
use serde::Serialize;

#[derive(Serialize)]
struct Shown<'a> {
    catalogue: String,
    as_of: DateTime<Utc>,
    matters: Vec<&'a Matter>,
}

/// Runs a command of this group.
///
/// # Errors
/// When the file is wrong, the matter is not there, or the store does not take it.
pub(crate) async fn run(session: &Session, command: CatalogueCommand) -> Result<(), Failure> {
    match command {
        CatalogueCommand::Import { file } => {
            let bytes = read_bytes(&file)?;
            let engine = session.open().await?;
            let actor = session.actor_or_system();
            let change = engine.import_catalogue(&actor, &bytes, language()).await?;
            crate::setup::tell(session, change)
        }
        CatalogueCommand::Show { matter, as_of } => {
            let engine = session.open_to_read().await?;
            let at = as_of.as_of.unwrap_or_else(|| engine.now());
            let reference = engine.reference();
            let catalogue = &reference.catalogue;
            let Some(code) = matter else {
                let matters: Vec<&Matter> = catalogue.all_in_force(at).collect();
                let label = catalogue.version_label();
                let shown = Shown {
                    catalogue: label,
                    as_of: at,
                    matters,
                };
                return session
                    .output
                    .answer(&shown, |out| out.table(&all(&shown.matters)));
            };
            let found = catalogue.in_force(&MatterCode::new(code.as_str()), at);
            let matter = found.ok_or_else(|| {
                Failure::not_found("matter_unknown", told(W::MatterMissing, &[&code]))
            })?;
            session.output.answer(matter, |out| {
                out.table(&one(matter))?;
                out.line(format_args!("{} {}", catalogue.version_label(), show(at)))
            })
        }
    }
}

fn classes(matter: &Matter) -> String {
    let codes: Vec<&str> = matter.classes.iter().map(|class| class.code()).collect();
    codes.join(" ")
}

fn owner(matter: &Matter) -> String {
    match &matter.owner {
        MatterOwner::Unit(unit) => unit.to_string(),
        MatterOwner::ByService => "by_service".to_owned(),
    }
}

fn all(matters: &[&Matter]) -> Table {
    let mut table = Table::new([W::HCode, W::HDomain, W::HName, W::HClasses, W::HOwner]);
    for matter in matters {
        let cells = [
            matter.code.to_string(),
            say(&matter.domain.label()),
            say(&matter.name),
        ];
        table.row(cells.into_iter().chain([classes(matter), owner(matter)]));
    }
    table
}

fn one(matter: &Matter) -> Table {
    let mut limits: Vec<String> = matter
        .limits
        .iter()
        .map(|(class, limit)| format!("{class}={limit}"))
        .collect();
    limits.extend(
        matter
            .statutory_limit
            .map(|limit| format!("statutory={limit}")),
    );
    let evidence: Vec<String> = matter
        .evidence
        .iter()
        .map(|kind| say(&kind.label()))
        .collect();
    let safety = if matter.safety { W::Yes } else { W::No };
    let mut table = Table::new([W::HCode.to_string(), matter.code.to_string()]);
    for (heading, value) in [
        (W::HName, say(&matter.name)),
        (W::HDomain, say(&matter.domain.label())),
        (W::HClasses, classes(matter)),
        (W::HOwner, owner(matter)),
        (W::HLimits, limits.join(" ")),
        (W::HEvidence, evidence.join(", ")),
        (W::HSafety, safety.to_string()),
        (W::HFunding, matter.funding_owner.to_string()),
        (W::HGuide, say(&matter.guide)),
    ] {
        table.row([heading.to_string(), value]);
    }
    table
}
