//! Who may do what, at which stage, in which route: the one permission table of the case.
//!
//! A command may stand in several rows; one that fits is enough. The table is printed to
//! `docs/reference/steps.md` by a test, so that reviewing its difference is reviewing the rule.
//! Ranks, chains and approvers that a city may change are policy data and narrow a row further.
//! All rows hold for every policy version so far.

use super::command::CommandName as C;
use super::stage::Stage as S;
use crate::actor::Role as R;
use crate::policy::rows::{Route, Scope};

/// One row: these roles may give this command at these stages of these routes.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The command.
    pub command: C,
    /// The stages it may be given at; empty: before the case exists.
    pub stages: &'static [S],
    /// The routes it belongs to; empty: every route, also before a class is chosen.
    pub routes: &'static [Route],
    /// The roles.
    pub roles: &'static [R],
    /// Whose unit or grid the actor must belong to.
    pub scope: Scope,
}

const fn step(
    command: C,
    stages: &'static [S],
    routes: &'static [Route],
    roles: &'static [R],
    scope: Scope,
) -> Step {
    Step {
        command,
        stages,
        routes,
        roles,
        scope,
    }
}

const ANY: &[Route] = &[];
const NEW: &[S] = &[];
const REPORTED: &[S] = &[S::Reported];
const INTAKE: &[S] = &[S::Reported, S::Accepted];
const ACCEPTED: &[S] = &[S::Accepted];
const WORK: &[S] = &[S::InProgress];
const LEGS: &[S] = &[S::Dispatched, S::InProgress];
/// What a unit asked for is decided on the clock, also while another whistle waits for its approval.
const LEGS_WHISTLED: &[S] = &[S::Whistled, S::Dispatched, S::InProgress];
const WORK_WHISTLED: &[S] = &[S::Whistled, S::InProgress];
const LEGS_PAUSED: &[S] = &[S::Dispatched, S::InProgress, S::Suspended];
/// A unit works on its part whatever the case as a whole waits for: its clocks run on.
const LEGS_STANDING: &[S] = &[
    S::Accepted,
    S::Whistled,
    S::Coordinating,
    S::Dispatched,
    S::InProgress,
    S::Suspended,
];
/// Reporting in may be made good until the case is signed off.
const REPORTING_IN: &[S] = &[
    S::Accepted,
    S::Whistled,
    S::Coordinating,
    S::Dispatched,
    S::InProgress,
    S::Suspended,
    S::Responded,
];
/// Where a meeting may be proposed: also when verification has used up its reworks.
const MEETING_PROPOSED: &[S] = &[S::Accepted, S::Dispatched, S::InProgress, S::Responded];
/// Where a meeting may be called: also again, after it was adjourned to a higher chair.
const MEETING_CALLED: &[S] = &[
    S::Accepted,
    S::Coordinating,
    S::Dispatched,
    S::InProgress,
    S::Responded,
];
const STUCK: &[S] = &[S::Accepted, S::Dispatched, S::InProgress];
const RESPONDED: &[S] = &[S::Responded];
const AFTER: &[S] = &[S::Responded, S::Closed];
const OPEN: &[S] = &[
    S::Reported,
    S::Accepted,
    S::Whistled,
    S::Coordinating,
    S::Dispatched,
    S::InProgress,
    S::Suspended,
    S::Responded,
];
const ANY_STAGE: &[S] = S::ALL;

const REPORTERS: &[R] = &[
    R::Resident,
    R::GridOfficer,
    R::BuildingCaptain,
    R::GridLeader,
    R::PartyOrgSecretary,
    R::CommunityStaff,
    R::CommunitySecretary,
    R::StreetStaff,
    R::Dispatcher,
    R::System,
];
const GRID: &[R] = &[R::GridOfficer, R::GridLeader];
const INTAKE_DESK: &[R] = &[
    R::GridOfficer,
    R::GridLeader,
    R::CommunityStaff,
    R::CommunitySecretary,
    R::StreetStaff,
];
const CENTRE: &[R] = &[R::Dispatcher, R::DutyChief];
const AREA_LEADERS: &[R] = &[R::GridLeader, R::CommunitySecretary, R::StreetLeader];
const WHISTLERS: &[R] = &[R::GridLeader, R::CommunitySecretary];
const STREET: &[R] = &[R::StreetStaff, R::StreetLeader];
const HANDLERS: &[R] = &[
    R::DepartmentHandler,
    R::DepartmentLeader,
    R::CommunityStaff,
    R::CommunitySecretary,
    R::StreetStaff,
];
const LEADERS: &[R] = &[R::DutyChief, R::DistrictLeader, R::CityOffice];
const SUPERVISORS: &[R] = &[R::Supervisor, R::DistrictLeader, R::CityOffice];
const URGERS: &[R] = &[
    R::Supervisor,
    R::DistrictLeader,
    R::CityOffice,
    R::StreetStaff,
    R::StreetLeader,
    R::Dispatcher,
    R::DutyChief,
    R::CommunitySecretary,
    R::System,
];
const CALLERS: &[R] = &[
    R::CommunityStaff,
    R::CommunitySecretary,
    R::StreetStaff,
    R::Dispatcher,
    R::GridOfficer,
    R::GridLeader,
];
const SIGNERS: &[R] = &[
    R::Resident,
    R::GridLeader,
    R::PartyOrgSecretary,
    R::CommunityStaff,
    R::CommunitySecretary,
    R::StreetStaff,
    R::StreetLeader,
    R::DepartmentHandler,
    R::DepartmentLeader,
    R::Supervisor,
    R::DistrictLeader,
    R::CityOffice,
];
const VERIFIERS: &[R] = &[
    R::GridLeader,
    R::PartyOrgSecretary,
    R::CommunityStaff,
    R::CommunitySecretary,
    R::StreetStaff,
    R::StreetLeader,
    R::Supervisor,
    R::Resident,
    R::DistrictLeader,
    R::CityOffice,
];
const APPROVERS: &[R] = &[
    R::Dispatcher,
    R::DutyChief,
    R::DistrictLeader,
    R::CityOffice,
];
/// Offices of an area approve for their own area only.
const AREA_APPROVERS: &[R] = &[R::StreetStaff, R::StreetLeader, R::CommunitySecretary];
const STREET_LEADER: &[R] = &[R::StreetLeader];
/// Who may call and lead a meeting for a case of the own area.
const AREA_CHAIRS: &[R] = &[R::CommunitySecretary, R::StreetStaff, R::StreetLeader];
const SYSTEM: &[R] = &[R::System];

const UNIT: &[Route] = &[Route::Unit];
const WHISTLE: &[Route] = &[Route::Whistle];
/// A whistle case that went to a meeting keeps the ratification it owes.
const RATIFIED: &[Route] = &[Route::Whistle, Route::Coordination];
const DISPATCHED: &[Route] = &[Route::Unit, Route::Whistle, Route::Coordination];
const MEETING: &[Route] = &[Route::Unit, Route::Whistle, Route::Coordination];
const DIRECT: &[Route] = &[Route::Direct];
/// The grid itself owes the work.
const BY_GRID: &[Route] = &[Route::Direct, Route::Mandate];
const COORDINATION: &[Route] = &[Route::Coordination];
const MANDATE: &[Route] = &[Route::Mandate];
/// Where work may be paused with a reason.
const PAUSING: &[Route] = &[
    Route::Unit,
    Route::Whistle,
    Route::Coordination,
    Route::Mandate,
];
/// A mandate is in hand, whatever the window does; a response to it may still be disputed.
const ENTRUSTED: &[S] = &[S::InProgress, S::Suspended];
const ENTRUSTED_LONG: &[S] = &[S::InProgress, S::Suspended, S::Responded];
const RESPONDING: &[Route] = &[
    Route::Direct,
    Route::Unit,
    Route::Whistle,
    Route::Coordination,
];

/// The table, by command in the order of the documentation.
pub const STEPS: &[Step] = &[
    step(C::Report, NEW, ANY, REPORTERS, Scope::Anywhere),
    step(C::ReportHandled, NEW, ANY, GRID, Scope::Grid),
    step(
        C::AssignLocation,
        REPORTED,
        ANY,
        INTAKE_DESK,
        Scope::Anywhere,
    ),
    // A grid that was closed or divided anew may leave an open case without hands.
    step(C::AssignLocation, OPEN, ANY, CENTRE, Scope::Anywhere),
    step(C::Accept, REPORTED, ANY, INTAKE_DESK, Scope::Area),
    step(C::Accept, REPORTED, ANY, CENTRE, Scope::Anywhere),
    step(C::Reject, INTAKE, ANY, INTAKE_DESK, Scope::Area),
    step(C::Reject, INTAKE, ANY, CENTRE, Scope::Anywhere),
    step(C::TransferOut, INTAKE, ANY, STREET, Scope::Street),
    step(C::TransferOut, INTAKE, ANY, CENTRE, Scope::Anywhere),
    step(C::Merge, OPEN, ANY, INTAKE_DESK, Scope::Area),
    step(C::Merge, OPEN, ANY, CENTRE, Scope::Anywhere),
    step(C::AbsorbDuplicate, OPEN, ANY, SYSTEM, Scope::Anywhere),
    step(
        C::Reclassify,
        &[S::Accepted, S::Dispatched, S::InProgress],
        ANY,
        AREA_LEADERS,
        Scope::Area,
    ),
    step(
        C::Reclassify,
        &[S::Accepted, S::Dispatched, S::InProgress],
        ANY,
        CENTRE,
        Scope::Anywhere,
    ),
    step(
        C::Reclassify,
        &[S::Accepted, S::Dispatched, S::InProgress],
        DIRECT,
        GRID,
        Scope::Grid,
    ),
    // The reworks on the spot are used up: the response gives way to another class.
    step(C::Reclassify, RESPONDED, DIRECT, AREA_LEADERS, Scope::Area),
    step(C::Reclassify, RESPONDED, DIRECT, GRID, Scope::Grid),
    step(C::Reclassify, RESPONDED, MANDATE, AREA_LEADERS, Scope::Area),
    step(
        C::BlowWhistle,
        &[S::Accepted, S::InProgress],
        WHISTLE,
        WHISTLERS,
        Scope::Area,
    ),
    step(
        C::ApproveWhistle,
        &[S::Whistled],
        WHISTLE,
        STREET,
        Scope::Street,
    ),
    step(
        C::DeclineWhistle,
        &[S::Whistled],
        WHISTLE,
        STREET,
        Scope::Street,
    ),
    step(C::RatifyWhistle, OPEN, RATIFIED, STREET, Scope::Street),
    step(C::Dispatch, ACCEPTED, UNIT, STREET, Scope::Street),
    step(C::Dispatch, ACCEPTED, UNIT, CENTRE, Scope::Anywhere),
    step(
        C::Dispatch,
        &[S::Accepted, S::Whistled],
        WHISTLE,
        STREET,
        Scope::Street,
    ),
    step(
        C::Dispatch,
        &[S::Accepted, S::Whistled],
        WHISTLE,
        CENTRE,
        Scope::Anywhere,
    ),
    step(C::Dispatch, ACCEPTED, COORDINATION, STREET, Scope::Street),
    step(C::Dispatch, ACCEPTED, COORDINATION, CENTRE, Scope::Anywhere),
    step(C::Assign, ACCEPTED, WHISTLE, LEADERS, Scope::Anywhere),
    step(C::Assign, ACCEPTED, WHISTLE, STREET_LEADER, Scope::Street),
    step(
        C::Acknowledge,
        LEGS_STANDING,
        DISPATCHED,
        HANDLERS,
        Scope::Leg,
    ),
    step(
        C::ContactResident,
        LEGS_STANDING,
        DISPATCHED,
        HANDLERS,
        Scope::Leg,
    ),
    step(C::ContactResident, WORK, BY_GRID, GRID, Scope::Grid),
    step(C::ReportIn, REPORTING_IN, DISPATCHED, HANDLERS, Scope::Leg),
    step(
        C::WaiveReportIn,
        REPORTING_IN,
        DISPATCHED,
        STREET,
        Scope::Street,
    ),
    step(C::RequestReturn, LEGS, DISPATCHED, HANDLERS, Scope::Leg),
    step(
        C::ApproveReturn,
        LEGS_WHISTLED,
        DISPATCHED,
        APPROVERS,
        Scope::Anywhere,
    ),
    step(
        C::ApproveReturn,
        LEGS_WHISTLED,
        DISPATCHED,
        AREA_APPROVERS,
        Scope::Area,
    ),
    step(
        C::RefuseReturn,
        LEGS_WHISTLED,
        DISPATCHED,
        APPROVERS,
        Scope::Anywhere,
    ),
    step(
        C::RefuseReturn,
        LEGS_WHISTLED,
        DISPATCHED,
        AREA_APPROVERS,
        Scope::Area,
    ),
    step(
        C::DesignateLead,
        STUCK,
        DISPATCHED,
        LEADERS,
        Scope::Anywhere,
    ),
    step(
        C::DesignateLead,
        STUCK,
        DISPATCHED,
        STREET_LEADER,
        Scope::Street,
    ),
    step(C::RequestExtension, WORK, DISPATCHED, HANDLERS, Scope::Lead),
    step(
        C::GrantExtension,
        WORK_WHISTLED,
        DISPATCHED,
        APPROVERS,
        Scope::Anywhere,
    ),
    step(
        C::GrantExtension,
        WORK_WHISTLED,
        DISPATCHED,
        AREA_APPROVERS,
        Scope::Area,
    ),
    step(
        C::DenyExtension,
        WORK_WHISTLED,
        DISPATCHED,
        APPROVERS,
        Scope::Anywhere,
    ),
    step(
        C::DenyExtension,
        WORK_WHISTLED,
        DISPATCHED,
        AREA_APPROVERS,
        Scope::Area,
    ),
    step(C::Suspend, WORK, PAUSING, APPROVERS, Scope::Anywhere),
    step(C::Suspend, WORK, PAUSING, AREA_APPROVERS, Scope::Area),
    step(C::Resume, &[S::Suspended], ANY, APPROVERS, Scope::Anywhere),
    step(C::Resume, &[S::Suspended], ANY, AREA_APPROVERS, Scope::Area),
    step(C::Resume, &[S::Suspended], ANY, HANDLERS, Scope::Lead),
    step(C::Resume, &[S::Suspended], MANDATE, GRID, Scope::Grid),
    step(C::Resume, &[S::Suspended], ANY, SYSTEM, Scope::Anywhere),
    step(C::Hold, WORK, DISPATCHED, APPROVERS, Scope::Anywhere),
    step(C::Hold, WORK, DISPATCHED, AREA_APPROVERS, Scope::Area),
    step(
        C::ReviewHold,
        &[S::Suspended],
        DISPATCHED,
        APPROVERS,
        Scope::Anywhere,
    ),
    step(
        C::ReviewHold,
        &[S::Suspended],
        DISPATCHED,
        AREA_APPROVERS,
        Scope::Area,
    ),
    step(
        C::ReviewHold,
        &[S::Suspended],
        DISPATCHED,
        SUPERVISORS,
        Scope::Anywhere,
    ),
    step(
        C::ProposeCoordination,
        MEETING_PROPOSED,
        MEETING,
        STREET,
        Scope::Street,
    ),
    step(
        C::ProposeCoordination,
        MEETING_PROPOSED,
        MEETING,
        CENTRE,
        Scope::Anywhere,
    ),
    step(
        C::ProposeCoordination,
        MEETING_PROPOSED,
        MEETING,
        SYSTEM,
        Scope::Anywhere,
    ),
    step(
        C::Convene,
        MEETING_CALLED,
        MEETING,
        LEADERS,
        Scope::Anywhere,
    ),
    step(
        C::Convene,
        MEETING_CALLED,
        MEETING,
        AREA_CHAIRS,
        Scope::Area,
    ),
    step(
        C::Adjourn,
        &[S::Coordinating],
        MEETING,
        LEADERS,
        Scope::Anywhere,
    ),
    step(
        C::Adjourn,
        &[S::Coordinating],
        MEETING,
        AREA_CHAIRS,
        Scope::Area,
    ),
    step(
        C::Decide,
        &[S::Coordinating],
        MEETING,
        LEADERS,
        Scope::Anywhere,
    ),
    step(
        C::Decide,
        &[S::Coordinating],
        MEETING,
        AREA_CHAIRS,
        Scope::Area,
    ),
    step(
        C::RecordProgress,
        LEGS_PAUSED,
        DISPATCHED,
        HANDLERS,
        Scope::Leg,
    ),
    step(C::RecordProgress, LEGS_PAUSED, BY_GRID, GRID, Scope::Grid),
    step(C::CompleteLeg, WORK, DISPATCHED, HANDLERS, Scope::Leg),
    step(C::ConfirmLeg, WORK, DISPATCHED, HANDLERS, Scope::Lead),
    step(C::ConfirmLeg, WORK, DISPATCHED, STREET, Scope::Street),
    step(
        C::WaiveLeg,
        LEGS_STANDING,
        DISPATCHED,
        APPROVERS,
        Scope::Anywhere,
    ),
    step(
        C::WaiveLeg,
        LEGS_STANDING,
        DISPATCHED,
        AREA_APPROVERS,
        Scope::Area,
    ),
    step(C::Respond, WORK, DIRECT, GRID, Scope::Grid),
    step(C::Respond, WORK, RESPONDING, HANDLERS, Scope::Lead),
    step(
        C::VerifyPass,
        RESPONDED,
        RESPONDING,
        VERIFIERS,
        Scope::Anywhere,
    ),
    step(
        C::RequireRework,
        RESPONDED,
        RESPONDING,
        VERIFIERS,
        Scope::Anywhere,
    ),
    step(
        C::RequireRework,
        RESPONDED,
        MANDATE,
        VERIFIERS,
        Scope::Anywhere,
    ),
    step(C::RecordCallback, AFTER, ANY, CALLERS, Scope::Area),
    step(C::RecordCallback, AFTER, ANY, CENTRE, Scope::Anywhere),
    step(
        C::Disclose,
        &[S::InProgress, S::Responded],
        ANY,
        &[
            R::CommunityStaff,
            R::CommunitySecretary,
            R::StreetStaff,
            R::StreetLeader,
        ],
        Scope::Area,
    ),
    step(C::SignOff, RESPONDED, ANY, SIGNERS, Scope::Anywhere),
    step(C::Reopen, &[S::Closed], ANY, INTAKE_DESK, Scope::Area),
    step(
        C::Reopen,
        &[S::Closed],
        ANY,
        &[R::Dispatcher, R::DutyChief, R::Supervisor],
        Scope::Anywhere,
    ),
    step(C::Urge, OPEN, ANY, URGERS, Scope::Anywhere),
    step(C::AnswerUrge, OPEN, ANY, HANDLERS, Scope::Lead),
    step(C::AnswerUrge, OPEN, BY_GRID, GRID, Scope::Grid),
    step(C::RaiseCard, OPEN, ANY, SUPERVISORS, Scope::Anywhere),
    step(C::RaiseCard, OPEN, ANY, SYSTEM, Scope::Anywhere),
    step(C::LiftCard, ANY_STAGE, ANY, SUPERVISORS, Scope::Anywhere),
    step(C::Withdraw, OPEN, ANY, REPORTERS, Scope::Reporter),
    step(C::Archive, &[S::Closed], ANY, SYSTEM, Scope::Anywhere),
    step(C::Archive, &[S::Closed], ANY, STREET, Scope::Street),
    step(
        C::ProposeVoid,
        ANY_STAGE,
        ANY,
        &[R::DutyChief, R::Supervisor, R::Dispatcher],
        Scope::Anywhere,
    ),
    step(C::ProposeVoid, ANY_STAGE, ANY, STREET_LEADER, Scope::Street),
    step(
        C::ConfirmVoid,
        ANY_STAGE,
        ANY,
        &[R::DutyChief, R::Supervisor, R::DistrictLeader],
        Scope::Anywhere,
    ),
    step(C::ConfirmVoid, ANY_STAGE, ANY, STREET_LEADER, Scope::Street),
    step(C::GrantMandate, WORK, MANDATE, GRID, Scope::Grid),
    step(C::DeclineMandate, WORK, MANDATE, GRID, Scope::Grid),
    step(C::SubmitToWindow, WORK, MANDATE, GRID, Scope::Grid),
    step(C::RequestMaterials, WORK, MANDATE, GRID, Scope::Grid),
    step(C::SupplyMaterials, WORK, MANDATE, GRID, Scope::Grid),
    step(C::RecordWindowExtension, WORK, MANDATE, GRID, Scope::Grid),
    step(C::RecordDecision, WORK, MANDATE, GRID, Scope::Grid),
    step(C::HandBack, WORK, MANDATE, GRID, Scope::Grid),
    step(
        C::RevokeMandate,
        ENTRUSTED,
        MANDATE,
        &[R::Resident],
        Scope::Reporter,
    ),
    step(
        C::SubstituteAgent,
        ENTRUSTED_LONG,
        MANDATE,
        &[R::GridLeader, R::CommunitySecretary],
        Scope::Area,
    ),
    step(
        C::EraseMandate,
        &[S::Withdrawn],
        MANDATE,
        SYSTEM,
        Scope::Anywhere,
    ),
    step(
        C::AutoAcknowledge,
        LEGS_STANDING,
        DISPATCHED,
        SYSTEM,
        Scope::Anywhere,
    ),
    step(
        C::LapseRatification,
        OPEN,
        RATIFIED,
        SYSTEM,
        Scope::Anywhere,
    ),
    step(C::MissProgress, LEGS, DISPATCHED, SYSTEM, Scope::Anywhere),
    step(
        C::MissReview,
        &[S::Suspended],
        DISPATCHED,
        SYSTEM,
        Scope::Anywhere,
    ),
    step(C::AutoSignOff, RESPONDED, DIRECT, SYSTEM, Scope::Anywhere),
    step(C::Remind, OPEN, ANY, SYSTEM, Scope::Anywhere),
    step(C::RebaseClocks, OPEN, ANY, SYSTEM, Scope::Anywhere),
    step(C::Import, NEW, ANY, SYSTEM, Scope::Anywhere),
    step(C::Import, &[S::InProgress], ANY, SYSTEM, Scope::Anywhere),
];

/// The rows of a command.
pub fn rows(command: C) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(move |row| row.command == command)
}
