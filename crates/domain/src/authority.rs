//! Who may look at what: the authority matrix, deny by default (`DOMAIN.md` 6: 分级授权, 三员分立).
//!
//! A role has one row of it. What somebody may *do* to a case stands in
//! [`steps`](crate::case::steps); here is what they may *see*, and how far: the case is measured where it
//! arose, in the tree as it stood when it was accepted, or else reported; whoever serves is measured
//! now. The same reach narrows a list ([`Within`]) and lets a single case through ([`covers`]).

mod within;

pub use within::Within;

use crate::actor::{Actor, Role};
use crate::case::Case;
use crate::registry::{GridPath, Registry};
use chrono::{DateTime, Utc};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sight {
    /// 案件: ledger, lists, one case with its story and evidence, live feed, exports of them.
    Cases,
    /// 个人信息: people of a case in clear. Everybody else sees hints; each look is on record.
    People,
    /// 指标: figures of units and areas, rankings, mutual evaluation, indicators.
    Figures,
    /// 登记与规则: units, grids, people in office, matters, policies, calendars.
    Reference,
    /// 日志核验: proofs, verification, what was known when, who did what.
    Audit,
    /// 系统管理: policies, calendars, catalogue, registry, subscribers.
    System,
    /// 安全管理: keys of other systems, who may log in.
    Security,
}

impl Sight {
    /// Every one, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Cases,
        Self::People,
        Self::Figures,
        Self::Reference,
        Self::Audit,
        Self::System,
        Self::Security,
    ];

    /// The code in answers and in the printed matrix.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::People => "people",
            Self::Figures => "figures",
            Self::Reference => "reference",
            Self::Audit => "audit",
            Self::System => "system",
            Self::Security => "security",
        }
    }
}

/// How far somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing.
    Nothing,
    /// What they reported themselves.
    Own,
    /// The grids that they serve.
    Grid,
    /// Their community.
    Community,
    /// Their street.
    Street,
    /// What their unit has, or had, a part in.
    Unit,
    /// Their district, and what has no place yet. A unit of no district: the tenant.
    District,
    /// The whole tenant.
    Tenant,
}

impl Reach {
    /// The code in the printed matrix.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "-",
            Self::Own => "own",
            Self::Grid => "grid",
            Self::Community => "community",
            Self::Street => "street",
            Self::Unit => "unit",
            Self::District => "district",
            Self::Tenant => "tenant",
        }
    }
}

/// How far a role sees.
#[must_use]
pub const fn reach(role: Role, sight: Sight) -> Reach {
    let [cases, people, figures, reference, audit, system, security] = row(role);
    match sight {
        Sight::Cases => cases,
        Sight::People => people,
        Sight::Figures => figures,
        Sight::Reference => reference,
        Sight::Audit => audit,
        Sight::System => system,
        Sight::Security => security,
    }
}

/// A row of the matrix, in the order of [`Sight::ALL`].
const fn row(role: Role) -> [Reach; 7] {
    use Reach::{
        Community as C, District as D, Grid as G, Nothing as N, Own as O, Street as S, Tenant as T,
        Unit as U,
    };
    match role {
        Role::Resident => [O, N, N, N, N, N, N],
        Role::GridOfficer | Role::GridLeader => [G, G, T, T, N, N, N],
        Role::BuildingCaptain | Role::PartyOrgSecretary => [G, N, T, T, N, N, N],
        Role::CommunityStaff | Role::CommunitySecretary => [C, C, T, T, N, N, N],
        Role::StreetStaff => [S, S, T, T, N, N, N],
        Role::StreetLeader => [S, N, T, T, N, N, N],
        Role::Dispatcher | Role::DutyChief => [D, D, T, T, N, N, N],
        Role::DepartmentHandler => [U, U, T, T, N, N, N],
        Role::DepartmentLeader => [U, N, T, T, N, N, N],
        Role::DistrictLeader => [D, N, T, T, N, N, N],
        Role::CityOffice => [T, N, T, T, N, T, N],
        Role::Supervisor => [D, N, T, T, T, N, N],
        Role::Auditor => [T, N, T, T, T, N, N],
        Role::Administrator => [N, N, N, T, N, T, N],
        Role::SecurityAdministrator => [N, N, N, T, N, N, T],
        Role::System => [T, N, T, T, T, T, N],
    }
}

/// Whether an actor's reach covers a case: it lies in their area, or they have it in hands.
#[must_use]
pub fn covers(
    reach: Reach,
    actor: &Actor,
    case: &Case,
    registry: &Registry,
    now: DateTime<Utc>,
) -> bool {
    let within = || Within::of(reach, actor, registry, now);
    covers_by(reach, within, actor, case, registry, now)
}

/// The same where the part of the tenant is known already, for whoever looks at many cases.
#[must_use]
pub fn covers_within(
    reach: Reach,
    within: &Within,
    actor: &Actor,
    case: &Case,
    registry: &Registry,
    now: DateTime<Utc>,
) -> bool {
    covers_by(reach, || within, actor, case, registry, now)
}

fn covers_by<W: std::borrow::Borrow<Within>>(
    reach: Reach,
    within: impl FnOnce() -> W,
    actor: &Actor,
    case: &Case,
    registry: &Registry,
    now: DateTime<Utc>,
) -> bool {
    match reach {
        Reach::Nothing => false,
        Reach::Tenant => true,
        Reach::Own => case
            .reported_by
            .as_ref()
            .is_some_and(|by| by.person == actor.person),
        _ => has_in_hands(actor, case) || is_in_area(reach, within, case, registry, now),
    }
}

/// The actor handles it, is the agent of its mandate, or belongs to a unit that has or had a leg.
fn has_in_hands(actor: &Actor, case: &Case) -> bool {
    let agent = case.mandate.as_ref().map(|mandate| &mandate.agent);
    let handler = case.handler.as_ref().map(|handler| &handler.person);
    // A grid's people serve their grid, not all of the community that it belongs to.
    let for_unit = !matches!(
        actor.role,
        Role::GridOfficer | Role::GridLeader | Role::BuildingCaptain | Role::PartyOrgSecretary
    );
    agent == Some(&actor.person)
        || handler == Some(&actor.person)
        || for_unit && case.legs.iter().any(|leg| leg.unit == actor.unit)
}

fn is_in_area<W: std::borrow::Borrow<Within>>(
    reach: Reach,
    within: impl FnOnce() -> W,
    case: &Case,
    registry: &Registry,
    now: DateTime<Utc>,
) -> bool {
    let then = case.placed_at().unwrap_or(now);
    let grid = case.grid.as_ref();
    let Some(path) = grid.and_then(|grid| registry.grid_path(grid, then)) else {
        // A case without a place waits in the manual queue of the dispatch centre.
        return reach == Reach::District;
    };
    match within().borrow() {
        Within::Tenant => true,
        Within::Grids(grids) => grids.contains(&path.grid) || grids.contains(&path.level_one),
        Within::Community(community) => *community == path.community,
        Within::Street(street) => *street == path.street,
        Within::District { district, .. } => is_of(&path, district),
        Within::Nothing | Within::Unit(_) => false,
    }
}

fn is_of(path: &GridPath, district: &crate::ids::UnitId) -> bool {
    path.district == *district
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_two_of_the_three_offices_of_administration() {
        for role in Role::ALL
            .iter()
            .copied()
            .filter(|role| *role != Role::System)
        {
            let offices = [Sight::Audit, Sight::Security]
                .into_iter()
                .chain((role != Role::CityOffice).then_some(Sight::System))
                .filter(|sight| reach(role, *sight) != Reach::Nothing);
            assert!(offices.count() <= 1, "{role}");
        }
    }

    #[test]
    fn who_reads_people_sees_their_cases_as_far() {
        for role in Role::ALL {
            let (people, cases) = (reach(*role, Sight::People), reach(*role, Sight::Cases));
            assert!(people == Reach::Nothing || people == cases, "{role}");
        }
    }

    #[test]
    fn who_runs_the_system_sees_no_case() {
        assert_eq!(reach(Role::Administrator, Sight::Cases), Reach::Nothing);
        assert_eq!(reach(Role::Administrator, Sight::Figures), Reach::Nothing);
    }
}
