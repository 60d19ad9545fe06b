//! `policy check|publish|diagram|show`: rules as data.

use crate::args::PolicyCommand;
use crate::failure::{Exit, Failure};
use crate::moment::show;
use crate::session::{Session, read_text};
use crate::table::{Column, Table};
use crate::words::{Word as W, language, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{MatterCode, PolicyVersion};
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::policy::check::{Finding, Severity, check_text};
use gridwhistle::domain::policy::publishing::PolicyRefusal;
use gridwhistle::projections::models::{Flow, PolicyVersions};
use serde::Serialize;
use std::path::Path;

/// Runs a command of this group.
///
/// # Errors
/// When the file has holes, a version is not there, or the store does not take it.
pub(crate) async fn run(session: &Session, command: PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Check { file } => check(session, &file),
        PolicyCommand::Publish { file } => {
            let text = read_text(&file)?;
            let engine = session.open().await?;
            let change = engine
                .publish_policy(&session.actor_or_system(), &text)
                .await?;
            crate::setup::tell(session, change)
        }
        PolicyCommand::Diagram {
            class,
            matter,
            version,
            as_of,
        } => {
            let engine = session.open_to_read().await?;
            let at = as_of.as_of.unwrap_or_else(|| engine.now());
            diagram(
                session,
                &engine,
                &class,
                matter.as_deref(),
                version.as_deref(),
                at,
            )
        }
        PolicyCommand::Show { built_in: true, .. } => {
            let text = Policy::default_text().trim_end();
            let policy = Policy::built_in();
            session.output.answer(&policy, |out| out.line(text))
        }
        PolicyCommand::Show { version, as_of, .. } => {
            let engine = session.open_to_read().await?;
            let at = as_of.as_of.unwrap_or_else(|| engine.now());
            match version {
                Some(version) => show_one(session, &engine.reference(), &version),
                None => show_all(session, &engine.reference(), at),
            }
        }
    }
}

#[derive(Serialize)]
struct Checked {
    version: PolicyVersion,
    publishable: bool,
    findings: Vec<Finding>,
}

fn check(session: &Session, file: &Path) -> Result<(), Failure> {
    let text = read_text(file)?;
    let (policy, findings) = check_text(&text)
        .map_err(|problem| gridwhistle::EngineError::from(PolicyRefusal::Unreadable(problem)))?;
    let holes = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let version = policy.version;
    let checked = Checked {
        version,
        publishable: holes == 0,
        findings,
    };
    if holes > 0 {
        let lines = checked
            .findings
            .iter()
            .map(|finding| finding.message(language()));
        let failure = Failure::new(
            Exit::Refused,
            "policy_holes",
            told(W::PolicyHoles, &[&holes]),
        );
        return Err(failure.with_details(lines.collect()));
    }
    session.output.answer(&checked, |out| {
        out.line(told(W::PolicyFine, &[&checked.version]))?;
        if !checked.findings.is_empty() {
            out.line(told(W::PolicyWarnings, &[&checked.findings.len()]))?;
        }
        let mut findings = checked.findings.iter();
        findings.try_for_each(|finding| out.line(finding.message(language())))
    })
}

fn labels(reference: &Reference) -> String {
    let versions = reference
        .policies
        .iter()
        .map(|one| one.policy.version.to_string());
    versions.collect::<Vec<_>>().join(", ")
}

fn find<'a>(reference: &'a Reference, version: &str) -> Result<&'a Policy, Failure> {
    reference
        .policies
        .get(&PolicyVersion::new(version))
        .ok_or_else(|| {
            let message = told(W::PolicyMissing, &[&version, &labels(reference)]);
            Failure::not_found("policy_unknown", message)
        })
}

fn diagram(
    session: &Session,
    engine: &Engine,
    class: &str,
    matter: Option<&str>,
    version: Option<&str>,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let reference = engine.reference();
    let policy = match version {
        Some(version) => find(&reference, version)?,
        None => reference
            .policies
            .in_force(at)
            .ok_or_else(|| Failure::not_found("policy_missing", told(W::NoPolicyInForce, &[])))?,
    };
    let known = matter.map(|code| {
        let found = reference.catalogue.in_force(&MatterCode::new(code), at);
        found.ok_or_else(|| Failure::not_found("matter_unknown", told(W::MatterMissing, &[&code])))
    });
    let known = known.transpose()?;
    let unknown = || {
        Failure::usage(
            "class_unknown",
            told(W::ClassWithoutRow, &[&policy.version, &class]),
        )
    };
    let class = CaseClass::from_code(class).ok_or_else(unknown)?;
    let drawn = Flow::of(policy, class, known, language()).ok_or_else(unknown)?;
    session
        .output
        .answer(&drawn, |out| out.line(drawn.mermaid.trim_end()))
}

fn show_one(session: &Session, reference: &Reference, version: &str) -> Result<(), Failure> {
    let policy = find(reference, version)?;
    let text = toml::to_string_pretty(policy).map_err(Failure::internal)?;
    session
        .output
        .answer(policy, |out| out.line(text.trim_end()))
}

fn show_all(session: &Session, reference: &Reference, at: DateTime<Utc>) -> Result<(), Failure> {
    let listed = PolicyVersions::of(reference, at);
    session.output.answer(&listed, |out| {
        let mut table = Table::new([
            Column::from(W::HVersion).whole(),
            Column::from(W::HTitle).rank(2),
            Column::from(W::HEffective).least(16),
            Column::from(W::HPublished).rank(1).least(16),
            Column::from(W::HState),
        ]);
        for one in &listed.versions {
            let state = match &listed.in_force {
                Some(version) if *version == one.version => W::InForce,
                _ if one.effective_from > at => W::Later,
                _ => W::Superseded,
            };
            table.row([
                one.version.to_string(),
                say(&one.title),
                show(one.effective_from),
                show(one.published_at),
                state.to_string(),
            ]);
        }
        out.table(&table)
    })
}
