//! The gate before every decision: existence, time, end, class, stage, role, office, scope.

use super::Desk;
use crate::actor::Role;
use crate::case::command::{CaseCommand as C, CommandName};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::Stage;
use crate::case::steps::{Step, rows};
use crate::ids::{LegNo, SubjectId};
use crate::policy::rows::Scope;
use crate::registry::{GridPath, Place};

/// Lets the command pass, or gives the first refusal in order of precedence.
pub(super) fn pass(desk: &Desk<'_>, leg: Option<LegNo>) -> Result<(), Refusal> {
    let rows: Vec<&Step> = rows(desk.command).collect();
    exists(desk, &rows)?;
    let rows = of_class(desk, rows)?;
    let rows = of_stage(desk, rows)?;
    let rows = of_role(desk, rows)?;
    if let Some(no) = leg {
        desk.leg(no)?;
    }
    in_office(desk)?;
    if desk.case.stage.is_none() {
        // There is no place yet to be measured against: the decision does it on the report's grid.
        return Ok(());
    }
    in_scope(desk, &rows, leg)
}

fn exists(desk: &Desk<'_>, rows: &[&Step]) -> Result<(), Refusal> {
    let Some(stage) = desk.case.stage else {
        let creates = rows.iter().any(|row| row.stages.is_empty());
        return desk.ensure(creates, Code::CaseUnknown, "", "report");
    };
    let only_creates = rows.iter().all(|row| row.stages.is_empty());
    desk.ensure(!only_creates, Code::CaseExists, desk.ctx.case, "a new id")?;
    // A foreign case keeps the times of its source, in whatever order they are learnt.
    let foreign = desk.command == CommandName::Import;
    if let Some(last) = desk.case.last_at.filter(|_| !foreign) {
        let at = desk.now();
        if at < last {
            let (given, accepted) = (at.to_rfc3339(), last.to_rfc3339());
            return Err(desk.refuse(Code::TimeGoesBack, given, accepted));
        }
    }
    let still = rows.iter().any(|row| row.stages.contains(&stage));
    desk.ensure(
        still || stage.is_open(),
        Code::CaseEnded,
        stage,
        "reopen, report",
    )
}

fn of_class<'s>(desk: &Desk<'_>, rows: Vec<&'s Step>) -> Result<Vec<&'s Step>, Refusal> {
    let Some(class) = desk.case.class else {
        return Ok(rows);
    };
    let route = desk.row_of(class)?.route;
    let fit: Vec<&Step> = rows
        .iter()
        .copied()
        .filter(|row| row.routes.is_empty() || row.routes.contains(&route))
        .collect();
    if fit.is_empty() {
        let policy = desk.policy()?;
        let accepted: Vec<&str> = policy
            .class
            .iter()
            .filter(|(_, other)| rows.iter().any(|row| row.routes.contains(&other.route)))
            .map(|(class, _)| class.code())
            .collect();
        return Err(desk.refuse(Code::CommandNotAllowedForClass, class, accepted.join(", ")));
    }
    Ok(fit)
}

fn of_stage<'s>(desk: &Desk<'_>, rows: Vec<&'s Step>) -> Result<Vec<&'s Step>, Refusal> {
    let fits = |row: &&&Step| match desk.case.stage {
        None => row.stages.is_empty(),
        Some(stage) => row.stages.contains(&stage),
    };
    let fit: Vec<&Step> = rows.iter().filter(fits).copied().collect();
    if fit.is_empty() {
        let mut stages: Vec<Stage> = rows.iter().flat_map(|row| row.stages).copied().collect();
        stages.sort_unstable();
        stages.dedup();
        let accepted: Vec<&str> = stages.iter().map(|stage| stage.code()).collect();
        let given = desk.case.stage.map_or("-", Stage::code);
        return Err(desk.refuse(Code::WrongStage, given, accepted.join(", ")));
    }
    Ok(fit)
}

fn of_role<'s>(desk: &Desk<'_>, rows: Vec<&'s Step>) -> Result<Vec<&'s Step>, Refusal> {
    let role = desk.ctx.actor.role;
    let fit: Vec<&Step> = rows
        .iter()
        .copied()
        .filter(|row| row.roles.contains(&role))
        .collect();
    if fit.is_empty() {
        let mut roles: Vec<Role> = rows.iter().flat_map(|row| row.roles).copied().collect();
        roles.sort_unstable();
        roles.dedup();
        let accepted: Vec<&str> = roles.iter().map(|role| role.code()).collect();
        return Err(desk.refuse(Code::NotYourStep, role, accepted.join(", ")));
    }
    Ok(fit)
}

/// Residents need no office, and the system has none. Whoever is stood in for is in office, too.
fn in_office(desk: &Desk<'_>) -> Result<(), Refusal> {
    let (actor, registry) = (&desk.ctx.actor, &desk.ctx.reference.registry);
    if let Some(person) = &actor.on_behalf_of {
        let active = registry.person_active(person, desk.now());
        let accepted = format_args!("{} @ {}", actor.role, actor.unit);
        desk.ensure(active, Code::PersonInactive, person, accepted)?;
    }
    if matches!(actor.role, Role::Resident | Role::System) {
        return Ok(());
    }
    let holds = registry.holds(&actor.person, actor.role, &actor.unit, desk.now());
    let accepted = format_args!("{} @ {}", actor.role, actor.unit);
    desk.ensure(holds, Code::PersonInactive, &actor.person, accepted)
}

fn in_scope(desk: &Desk<'_>, rows: &[&Step], leg: Option<LegNo>) -> Result<(), Refusal> {
    let mut refusal = None;
    for row in rows {
        match scope(desk, row.scope, leg) {
            Ok(()) => return Ok(()),
            Err(refused) => refusal = Some(refused),
        }
    }
    refusal.map_or(Ok(()), Err)
}

/// Whether the actor stands where the scope asks.
pub(super) fn scope(desk: &Desk<'_>, scope: Scope, leg: Option<LegNo>) -> Result<(), Refusal> {
    let actor = &desk.ctx.actor;
    match scope {
        Scope::Anywhere => Ok(()),
        Scope::Grid | Scope::Community | Scope::Street | Scope::Area => in_area(desk, scope),
        Scope::Leg | Scope::Lead => {
            let unit = match (scope, leg) {
                (Scope::Leg, Some(no)) => Some(desk.leg(no)?.unit.clone()),
                _ => desk.case.lead().map(|lead| lead.unit.clone()),
            };
            let accepted = unit.as_ref().map_or("-", |unit| unit.as_str());
            desk.ensure(
                unit.as_ref() == Some(&actor.unit),
                Code::WrongUnit,
                &actor.unit,
                accepted,
            )
        }
        Scope::Reporter => for_themselves(desk),
    }
}

/// The one whose matter it is: who reported it or is named as its reporter; once a mandate is
/// signed, its principal or guardian and nobody else.
fn for_themselves(desk: &Desk<'_>) -> Result<(), Refusal> {
    let (case, actor) = (&desk.case, &desk.ctx.actor);
    let is = |subject: &SubjectId| subject.as_str() == actor.person.as_str();
    let signed = case
        .mandate
        .as_ref()
        .and_then(|state| state.mandate.as_ref());
    let (theirs, accepted) = if let Some(mandate) = signed {
        let mut parties = std::iter::once(&mandate.principal).chain(&mandate.guardian);
        let party = parties.any(|party| is(&party.subject));
        (party, "the principal, the guardian")
    } else {
        // Whoever typed a report for somebody else did not report it.
        let wrote = case.reported_by.as_ref().is_some_and(|by| {
            let own = case.reporter.is_none() || by.role == Role::Resident;
            own && by.person == actor.person
        });
        (
            wrote || case.reporter.as_ref().is_some_and(is),
            "the reporter",
        )
    };
    desk.ensure(theirs, Code::NotTheReporter, &actor.person, accepted)
}

fn in_area(desk: &Desk<'_>, scope: Scope) -> Result<(), Refusal> {
    let Some(path) = desk.path() else {
        let given = desk.case.grid.as_ref().map_or("-", |grid| grid.as_str());
        return Err(desk.refuse(Code::GridUnknown, given, "assign-location"));
    };
    in_area_of(desk, scope, &path)
}

/// Whether the actor stands in an area of this grid, in the role they act in.
pub(super) fn in_area_of(desk: &Desk<'_>, scope: Scope, path: &GridPath) -> Result<(), Refusal> {
    let actor = &desk.ctx.actor;
    let registry = &desk.ctx.reference.registry;
    let mut own = registry.tenures_at(&actor.person, desk.now());
    let grid = own.any(|tenure| match &tenure.place {
        Place::Grid(grid) => {
            // Another office of theirs lends no grid to this one.
            tenure.role == actor.role && (*grid == path.grid || *grid == path.level_one)
        }
        Place::Unit(_) => false,
    });
    // A tenure at a grid counts for its community as a unit, but not for the neighbouring grids.
    let of_grid = matches!(
        actor.role,
        Role::GridOfficer | Role::GridLeader | Role::BuildingCaptain | Role::PartyOrgSecretary
    );
    let community = actor.unit == path.community && !of_grid;
    let street = actor.unit == path.street;
    let (holds, accepted) = match scope {
        Scope::Grid => (grid, path.level_one.as_str()),
        Scope::Community => (community, path.community.as_str()),
        Scope::Street => (street, path.street.as_str()),
        _ => (grid || community || street, path.community.as_str()),
    };
    let given = format_args!("{} @ {}", actor.person, actor.unit);
    let code = if scope == Scope::Street || scope == Scope::Community {
        Code::WrongUnit
    } else {
        Code::NotThisGrid
    };
    desk.ensure(holds, code, given, accepted)
}

/// The leg that a command speaks of.
pub(super) fn leg_of(command: &C) -> Option<LegNo> {
    match command {
        C::Acknowledge { leg }
        | C::AutoAcknowledge { leg }
        | C::ReportIn { leg, .. }
        | C::WaiveReportIn { leg, .. }
        | C::RequestReturn { leg, .. }
        | C::ApproveReturn { leg }
        | C::RefuseReturn { leg, .. }
        | C::CompleteLeg { leg, .. }
        | C::ConfirmLeg { leg }
        | C::WaiveLeg { leg, .. } => Some(*leg),
        C::ContactResident { leg, .. } | C::RecordProgress { leg, .. } => *leg,
        _ => None,
    }
}

#[cfg(test)]
mod tests;
