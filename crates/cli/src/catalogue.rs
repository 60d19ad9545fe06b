//! `catalogue import|show`: the matters a case may be about (网格事项清单).

use crate::args::CatalogueCommand;
use crate::failure::Failure;
use crate::labels::Names;
use crate::moment::show;
use crate::session::{Session, read_bytes};
use crate::table::{Column, Table};
use crate::words::{Word as W, language, say, told};
use gridwhistle::EngineError;
use gridwhistle::domain::catalogue::{Matter, MatterOwner};
use gridwhistle::domain::ids::MatterCode;
use gridwhistle::domain::policy::words;
use gridwhistle::projections::models::{MatterFilter, Matters};
use std::path::Path;

/// How the reader of catalogues calls its file.
const CATALOGUE: &str = "catalogue.csv";

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
            let change = engine.import_catalogue(&actor, &bytes, language()).await;
            let change = change.map_err(|error| named(error, &file))?;
            crate::setup::tell(session, change)
        }
        CatalogueCommand::Show { matter, as_of } => {
            let engine = session.open_to_read().await?;
            let at = as_of.as_of.unwrap_or_else(|| engine.now());
            let reference = engine.reference();
            let catalogue = &reference.catalogue;
            let names = Names::of(&engine, at);
            let Some(code) = matter else {
                let shown = Matters::of(&reference, at, &MatterFilter::default());
                return session
                    .output
                    .answer(&shown, |out| out.table(&all(&shown.matters, &names)));
            };
            let found = catalogue.in_force(&MatterCode::new(code.as_str()), at);
            let matter = found.ok_or_else(|| {
                Failure::not_found("matter_unknown", told(W::MatterMissing, &[&code]))
            })?;
            session.output.answer(matter, |out| {
                out.part(&one(matter, &names))?;
                out.line(told(
                    W::CatalogueLine,
                    &[&catalogue.version_label(), &show(at)],
                ))
            })
        }
    }
}

/// The issues of a catalogue under the name that its file has here.
fn named(error: EngineError, file: &Path) -> EngineError {
    let EngineError::Input(lines) = error else {
        return error;
    };
    let renamed = |line: String| match line.strip_prefix(CATALOGUE) {
        Some(rest) => format!("{}{rest}", file.display()),
        None => line,
    };
    EngineError::Input(lines.into_iter().map(renamed).collect())
}

fn classes(matter: &Matter, names: &Names) -> String {
    let classes = matter.classes.iter();
    let labels: Vec<String> = classes
        .map(|class| names.class(Some(class.code())))
        .collect();
    labels.join(&W::ListComma.to_string())
}

fn owner(matter: &Matter, names: &Names) -> String {
    match &matter.owner {
        MatterOwner::Unit(unit) => names.unit(Some(unit.as_str())),
        MatterOwner::ByService => W::ByService.to_string(),
    }
}

fn all(matters: &[Matter], names: &Names) -> Table {
    let mut table = Table::new([
        Column::from(W::HCode).whole(),
        Column::from(W::HDomain).rank(3),
        Column::from(W::HName).least(12),
        Column::from(W::HClasses).rank(1).least(14),
        Column::from(W::HOwner).rank(2).least(12),
    ]);
    for matter in matters {
        let cells = [
            matter.code.to_string(),
            say(&matter.domain.label()),
            say(&matter.name),
        ];
        table.row(
            cells
                .into_iter()
                .chain([classes(matter, names), owner(matter, names)]),
        );
    }
    table
}

fn one(matter: &Matter, names: &Names) -> Table {
    let mut limits: Vec<String> = matter
        .limits
        .iter()
        .map(|(class, limit)| {
            let class = names.class(Some(class.code()));
            told(W::LimitOfClass, &[&class, &say(&words::limit(*limit))])
        })
        .collect();
    limits.extend(
        matter
            .statutory_limit
            .map(|limit| told(W::StatutoryLimit, &[&say(&words::limit(limit))])),
    );
    let evidence: Vec<String> = matter
        .evidence
        .iter()
        .map(|kind| say(&kind.label()))
        .collect();
    let safety = if matter.safety { W::Yes } else { W::No };
    let comma = W::ListComma.to_string();
    let mut table = Table::pairs();
    table.row([W::HCode.to_string(), matter.code.to_string()]);
    for (heading, value) in [
        (W::HName, say(&matter.name)),
        (W::HDomain, say(&matter.domain.label())),
        (W::HClasses, classes(matter, names)),
        (W::HOwner, owner(matter, names)),
        (W::HLimits, limits.join(&comma)),
        (W::HEvidence, evidence.join(&comma)),
        (W::HSafety, safety.to_string()),
        (W::HFunding, names.unit(Some(matter.funding_owner.as_str()))),
        (W::HGuide, say(&matter.guide)),
    ] {
        table.row([heading.to_string(), value]);
    }
    table
}
