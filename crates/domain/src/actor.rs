//! Who acts: person, role, unit, and on whose behalf.

use crate::ids::{PersonId, UnitId};
use crate::text::Text;
use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $rank:ident, $zh:literal, $en:literal;)*) => {
        /// The capacity in which a person acts. Closed in code for identity (`DOMAIN.md` 6, org tree and roles).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Role { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        $crate::schema::shape_of_codes!(Role);

        impl Role {
            /// Every role, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code in files and on the command line.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The standing of the role where a rule asks for a rank.
            #[must_use]
            pub const fn rank(self) -> Rank {
                match self { $(Self::$name => Rank::$rank),* }
            }

            /// The name for people.
            #[must_use]
            pub fn label(self) -> Text {
                match self { $(Self::$name => Text::new($zh, $en)),* }
            }

            /// The role of a code, if there is one.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

/// Standing, lowest first. A chair or approver "of rank X" may be anyone at X or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// No standing of office: residents and systems.
    None,
    /// Grid and window staff.
    Staff,
    /// Leads a grid or a grid party organisation.
    Grid,
    /// Leads a community.
    Community,
    /// Leads a street office, or is the leader of a department.
    Street,
    /// Leads a district.
    District,
    /// The city office.
    City,
}

impl Rank {
    /// Every rank, lowest first.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Staff,
        Self::Grid,
        Self::Community,
        Self::Street,
        Self::District,
        Self::City,
    ];

    /// The code in files and refusals.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Staff => "staff",
            Self::Grid => "grid",
            Self::Community => "community",
            Self::Street => "street",
            Self::District => "district",
            Self::City => "city",
        }
    }

    /// The next level up; nothing stands above the city.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::None => Some(Self::Staff),
            Self::Staff => Some(Self::Grid),
            Self::Grid => Some(Self::Community),
            Self::Community => Some(Self::Street),
            Self::Street => Some(Self::District),
            Self::District => Some(Self::City),
            Self::City => None,
        }
    }
}

impl std::fmt::Display for Rank {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

roles! {
    /// A resident, or anyone who reports without an office.
    Resident, "resident", None, "居民", "resident";
    /// 网格员: works the grid.
    GridOfficer, "grid_officer", Staff, "网格员", "grid officer";
    /// 楼栋长: captain of a building or yard (level-2 grid).
    BuildingCaptain, "building_captain", Staff, "楼栋长", "building captain";
    /// 网格长: leads a level-1 grid.
    GridLeader, "grid_leader", Grid, "网格长", "grid leader";
    /// 网格党组织书记.
    PartyOrgSecretary, "party_org_secretary", Grid, "网格党组织书记", "grid party organisation secretary";
    /// 社区工作者.
    CommunityStaff, "community_staff", Staff, "社区工作者", "community worker";
    /// 社区书记.
    CommunitySecretary, "community_secretary", Community, "社区书记", "community secretary";
    /// 街道工作人员, also its duty officer.
    StreetStaff, "street_staff", Staff, "街道工作人员", "street office staff";
    /// 街道书记/主任.
    StreetLeader, "street_leader", Street, "街道书记（主任）", "street secretary or director";
    /// 派遣员 in a dispatch centre.
    Dispatcher, "dispatcher", Staff, "派遣员", "dispatcher";
    /// 值班长 of a dispatch centre.
    DutyChief, "duty_chief", Street, "值班长", "duty chief";
    /// 部门经办人.
    DepartmentHandler, "department_handler", Staff, "部门经办人", "department handler";
    /// 部门负责人.
    DepartmentLeader, "department_leader", Street, "部门负责人", "department leader";
    /// 分管领导 of a district.
    DistrictLeader, "district_leader", District, "区分管领导", "supervising district leader";
    /// 市级统筹机构.
    CityOffice, "city_office", City, "市级统筹办", "city coordination office";
    /// 督查人员.
    Supervisor, "supervisor", Street, "督查员", "supervisor";
    /// 审计员: reads, never writes.
    Auditor, "auditor", None, "审计员", "auditor";
    /// 系统管理员: publishes policies, catalogue, calendars and registry.
    Administrator, "administrator", None, "系统管理员", "administrator";
    /// 安全管理员: issues and revokes keys of other systems.
    SecurityAdministrator, "security_administrator", None, "安全管理员", "security administrator";
    /// The engine itself: timers, imports. Never a person.
    System, "system", None, "系统", "system";
}

impl Role {
    /// The three administrations (三员): system, security, audit. Nobody holds two of them at a time.
    pub const ADMINISTRATIONS: [Self; 3] = [
        Self::Administrator,
        Self::SecurityAdministrator,
        Self::Auditor,
    ];

    /// Whether somebody who holds one may not hold the other at the same time (三员分立).
    #[must_use]
    pub fn is_apart_from(self, other: Self) -> bool {
        let of_three = |role| Self::ADMINISTRATIONS.contains(&role);
        self != other && of_three(self) && of_three(other)
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// Who acts, in which capacity, for which unit (`DOMAIN.md` 6: actor = person, role, unit, on behalf of).
///
/// ```
/// use gridwhistle_domain::actor::{Actor, Rank, Role};
///
/// let officer = Actor::new("P-7", Role::GridOfficer, "C-1");
/// assert_eq!(officer.signature(), "P-7/grid_officer/C-1");
/// assert!(officer.role.rank() < Rank::Street);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// The capacity.
    pub role: Role,
    /// The unit the person acts for; empty for residents and the system.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub unit: UnitId,
    /// The person for whom the actor stands in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
}

fn is_empty(unit: &UnitId) -> bool {
    unit.as_str().is_empty()
}

impl Actor {
    /// A person acting in a role for a unit.
    pub fn new(person: &str, role: Role, unit: &str) -> Self {
        Self {
            person: person.into(),
            role,
            unit: unit.into(),
            on_behalf_of: None,
        }
    }

    /// The person who acts, and the one they stand in for.
    pub fn persons(&self) -> impl Iterator<Item = &PersonId> {
        std::iter::once(&self.person).chain(&self.on_behalf_of)
    }

    /// Whether two actors are one person, or one stands in for the other.
    #[must_use]
    pub fn is_same_person(&self, other: &Self) -> bool {
        let mut own = self.persons();
        own.any(|person| other.persons().any(|known| known == person))
    }

    /// The engine itself.
    #[must_use]
    pub fn system() -> Self {
        Self::new("system", Role::System, "")
    }

    /// `person/role/unit`, as it stands in the envelope of an event.
    #[must_use]
    pub fn signature(&self) -> String {
        format!("{}/{}/{}", self.person, self.role.code(), self.unit)
    }

    /// Whether a signature is this actor's, without writing it down.
    ///
    /// ```
    /// use gridwhistle_domain::actor::{Actor, Role};
    ///
    /// let officer = Actor::new("P-7", Role::GridOfficer, "C-1");
    /// assert!(officer.signs(&officer.signature()));
    /// assert!(!officer.signs("P-7/grid_officer/C-12"));
    /// ```
    #[must_use]
    pub fn signs(&self, signature: &str) -> bool {
        let rest = signature.strip_prefix(self.person.as_str());
        let rest = rest.and_then(|rest| rest.strip_prefix('/'));
        let rest = rest.and_then(|rest| rest.strip_prefix(self.role.code()));
        let unit = rest.and_then(|rest| rest.strip_prefix('/'));
        unit == Some(self.unit.as_str())
    }
}
