//! May anyone verify, sign, approve, chair; and is it never the handler (`DOMAIN.md` 2.4 invariants).

use super::{CheckRule as Rule, Finding, codes};
use crate::actor::{Rank, Role};
use crate::case::command::CommandName as C;
use crate::case::steps::rows;
use crate::class::CaseClass;
use crate::policy::Policy;
use crate::policy::rows::{ClassRow, Route, Scope};
use std::collections::BTreeSet;

type Roles = BTreeSet<Role>;

pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    for (class, row) in &policy.class {
        steps(*class, row, &mut found);
        let verify = Act {
            rule: Rule::SelfVerification,
            field: "verify".to_owned(),
            roles: &row.verify.roles,
            above: &row.verify.above,
            scope: row.verify.scope,
        };
        never_the_handler(*class, row.route, &verify, &mut found);
        approvers(*class, row, &mut found);
        ranks(*class, row, &mut found);
    }
    whistle_ranks(policy, &mut found);
    found
}

/// A verification or a signature: who, from where.
struct Act<'a> {
    rule: Rule,
    field: String,
    roles: &'a Roles,
    above: &'a Roles,
    scope: Scope,
}

fn steps(class: CaseClass, row: &ClassRow, found: &mut Vec<Finding>) {
    // A step of the co-handlers is complete at once where there are none.
    if row.sign_off.iter().all(|step| step.every_co_handler) {
        let given = codes(row.sign_off.iter().map(|step| &step.step));
        let accepted = "at least one step that is not of the co-handlers";
        found.push(Finding::of(
            class,
            Rule::ChainEmpty,
            "sign_off",
            given,
            accepted,
        ));
    }
    let mut seen = BTreeSet::new();
    for (index, step) in row.sign_off.iter().enumerate() {
        let field = format!("sign_off[{index}]");
        if step.step.trim().is_empty() || !seen.insert(&step.step) {
            let at = format!("{field}.step");
            let accepted = "a code that no other step has";
            found.push(Finding::of(
                class,
                Rule::StepCode,
                &at,
                &step.step,
                accepted,
            ));
        }
        let act = Act {
            rule: Rule::SelfSignOff,
            field: field.clone(),
            roles: &step.roles,
            above: &step.above,
            scope: step.scope,
        };
        if !step.every_co_handler {
            never_the_handler(class, row.route, &act, found);
        }
        let all: Roles = step.roles.union(&step.above).copied().collect();
        may(class, row.route, (&field, &all), C::SignOff, found);
    }
}

fn has_legs(route: Route) -> bool {
    matches!(route, Route::Unit | Route::Whistle | Route::Coordination)
}

/// The roles whose part in the route is to handle.
fn handlers(route: Route) -> &'static [Role] {
    if has_legs(route) {
        &[Role::DepartmentHandler, Role::DepartmentLeader]
    } else {
        &[Role::GridOfficer]
    }
}

fn never_the_handler(class: CaseClass, route: Route, act: &Act<'_>, found: &mut Vec<Finding>) {
    let field = |name: &str| format!("{}.{name}", act.field);
    if matches!(act.scope, Scope::Lead | Scope::Leg) {
        let given = if act.scope == Scope::Lead {
            "lead"
        } else {
            "leg"
        };
        let accepted = "area, street, community, grid, reporter";
        found.push(Finding::of(
            class,
            act.rule,
            &field("scope"),
            given,
            accepted,
        ));
    }
    let theirs = handlers(route);
    for (name, roles) in [("roles", act.roles), ("above", act.above)] {
        let given: Vec<&Role> = roles.iter().filter(|role| theirs.contains(role)).collect();
        if !given.is_empty() {
            let accepted = format!("roles other than {}", codes(theirs));
            found.push(Finding::of(
                class,
                act.rule,
                &field(name),
                codes(given),
                accepted,
            ));
        }
    }
    let low: Vec<&Role> = act
        .above
        .iter()
        .filter(|role| role.rank() < Rank::Street)
        .collect();
    if !low.is_empty() {
        let accepted = "roles of rank street or above";
        found.push(Finding::of(
            class,
            Rule::AboveRank,
            &field("above"),
            codes(low),
            accepted,
        ));
    }
    if let Some(office) = one_office(route, act) {
        let accepted = format!("roles outside {office}, or `above`");
        let given = codes(act.roles);
        found.push(Finding::of(class, act.rule, &field("roles"), given, accepted).warning());
    }
}

/// The one office that all roles belong to, so that nobody is left where it is the handler.
fn one_office(route: Route, act: &Act<'_>) -> Option<&'static str> {
    if !act.above.is_empty() || act.roles.is_empty() {
        return None;
    }
    let office = |role: &Role| match role {
        Role::GridOfficer | Role::GridLeader if !has_legs(route) => Some("grid"),
        Role::GridOfficer
        | Role::GridLeader
        | Role::PartyOrgSecretary
        | Role::BuildingCaptain
        | Role::CommunityStaff
        | Role::CommunitySecretary
            if has_legs(route) =>
        {
            Some("community")
        }
        Role::StreetStaff | Role::StreetLeader if has_legs(route) => Some("street"),
        _ => None,
    };
    let offices: BTreeSet<Option<&str>> = act.roles.iter().map(office).collect();
    match offices.first() {
        Some(Some(only)) if offices.len() == 1 => Some(only),
        _ => None,
    }
}

/// The roles that the step table lets give a command in a route.
fn allowed(route: Route, command: C) -> Roles {
    rows(command)
        .filter(|row| row.routes.is_empty() || row.routes.contains(&route))
        .flat_map(|row| row.roles)
        .copied()
        .collect()
}

fn may(
    class: CaseClass,
    route: Route,
    (field, roles): (&str, &Roles),
    command: C,
    found: &mut Vec<Finding>,
) {
    let allowed = allowed(route, command);
    let idle: Vec<&Role> = roles.difference(&allowed).collect();
    let nobody = idle.len() == roles.len();
    if idle.is_empty() && !nobody {
        return;
    }
    let accepted = format!("{command}: {}", codes(&allowed));
    let finding = Finding::of(class, Rule::NobodyMay, field, codes(idle), accepted);
    found.push(if nobody { finding } else { finding.warning() });
}

fn approvers(class: CaseClass, row: &ClassRow, found: &mut Vec<Finding>) {
    let route = row.route;
    if row.verify.required || !allowed(route, C::VerifyPass).is_empty() {
        let all: Roles = row.verify.roles.union(&row.verify.above).copied().collect();
        may(class, route, ("verify.roles", &all), C::VerifyPass, found);
    }
    for (index, extension) in row.extension.iter().enumerate() {
        let field = format!("extension[{index}].approvers");
        may(
            class,
            route,
            (&field, &extension.approvers),
            C::GrantExtension,
            found,
        );
    }
    let suspension = &row.suspension;
    let approvers = ("suspension.approvers", &suspension.approvers);
    if !suspension.reasons.is_empty() {
        may(class, route, approvers, C::Suspend, found);
    }
    if !suspension.hold_reasons.is_empty() {
        may(class, route, approvers, C::Hold, found);
    }
    if row.returns.window.is_some() {
        let deciders = ("returns.deciders", &row.returns.deciders);
        may(class, route, deciders, C::ApproveReturn, found);
    }
}

/// The roles of a command that stand high enough.
pub(crate) fn of_rank(route: Route, command: C, rank: Rank) -> Roles {
    let mut roles = allowed(route, command);
    roles.retain(|role| role.rank() >= rank);
    roles
}

fn word(rank: Rank) -> String {
    format!("{rank:?}").to_lowercase()
}

fn highest(route: Route, command: C) -> String {
    let top = allowed(route, command).iter().map(|role| role.rank()).max();
    format!(
        "{command}: at most {}",
        top.map_or_else(|| "-".to_owned(), word)
    )
}

fn ranks(class: CaseClass, row: &ClassRow, found: &mut Vec<Finding>) {
    let asked = [
        (
            "coordination.chair",
            row.coordination.as_ref().map(|one| one.chair),
            C::Convene,
        ),
        (
            "coordination.chair",
            row.coordination.as_ref().map(|one| one.chair),
            C::Decide,
        ),
        (
            "returns.adjudicator",
            row.returns.adjudicator,
            C::DesignateLead,
        ),
    ];
    for (field, rank, command) in asked {
        let Some(rank) = rank else { continue };
        if of_rank(row.route, command, rank).is_empty() {
            let accepted = highest(row.route, command);
            found.push(Finding::of(
                class,
                Rule::NobodyMay,
                field,
                word(rank),
                accepted,
            ));
        }
    }
}

fn whistle_ranks(policy: &Policy, found: &mut Vec<Finding>) {
    for (kind, row) in &policy.whistle {
        let ratify = row.ratify.map(|_| C::RatifyWhistle);
        for command in [Some(C::ApproveWhistle), ratify].into_iter().flatten() {
            if of_rank(Route::Whistle, command, row.approver).is_empty() {
                let field = format!("whistle.{kind}.approver");
                let accepted = highest(Route::Whistle, command);
                let given = word(row.approver);
                found.push(Finding::error(Rule::NobodyMay, field, given, accepted));
            }
        }
    }
}

/// Everybody who signs a step of the chain; none, where a step (or the verification before it) is left
/// to nobody.
pub(crate) fn signers(row: &ClassRow) -> Option<Roles> {
    let allowed_to_verify = allowed(row.route, C::VerifyPass);
    let mut verifiers = row.verify.roles.union(&row.verify.above);
    let verified = verifiers.any(|role| allowed_to_verify.contains(role));
    if row.verify.required && !verified {
        return None;
    }
    let allowed = allowed(row.route, C::SignOff);
    let mut all = Roles::new();
    for step in &row.sign_off {
        let fit: Roles = step.roles.union(&step.above).copied().collect();
        let fit: Roles = fit.intersection(&allowed).copied().collect();
        if fit.is_empty() {
            return None;
        }
        all.extend(fit);
    }
    (!all.is_empty()).then_some(all)
}
