//! Intake: report, accept, reject, transfer out, merge, change the class, import.

use super::{Desk, dispatch};
use crate::calendar::Limit;
use crate::case::clock::{Clock, ClockId, ClockState, Marks};
use crate::case::fact::{CaseFact as F, ReportForm};
use crate::case::record::{Evidence, ForeignCase, Reporter};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, Origin, Outcome, Stage};
use crate::catalogue::matter::{Matter, MatterOwner};
use crate::class::CaseClass;
use crate::ids::{CaseId, GridId, MatterCode, PolicyVersion, UnitId};
use crate::policy::rows::{ClassRow, LimitName, Route, Scope};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// The clock of a duty of the case as a whole.
const fn clock(kind: ClockKind) -> ClockId {
    ClockId::case(kind)
}

fn check_form(desk: &Desk<'_>, form: &ReportForm) -> Result<(), Refusal> {
    desk.not_in_the_future(form.received_at)?;
    let policy = desk.policy()?;
    let max = policy.windows.description_max;
    let length = form.description.chars().count();
    let present = !form.description.trim().is_empty();
    desk.ensure(present, Code::DescriptionMissing, "", max)?;
    desk.ensure(
        length <= max as usize,
        Code::DescriptionTooLong,
        length,
        max,
    )?;
    desk.require(
        &form.channel,
        "channel",
        "e.g. snap_report, hotline_12345, patrol",
    )?;
    if let Some(grid) = &form.grid {
        grid_active(desk, grid)?;
    }
    Ok(())
}

fn grid_active(desk: &Desk<'_>, grid: &GridId) -> Result<(), Refusal> {
    let known = desk
        .ctx
        .reference
        .registry
        .grid_path(grid, desk.now())
        .is_some();
    desk.ensure(known, Code::GridUnknown, grid, "a grid that is active now")
}

pub(super) fn report(desk: &mut Desk<'_>, form: &ReportForm) -> Result<(), Refusal> {
    check_form(desk, form)?;
    let accept = desk.policy()?.windows.accept;
    desk.emit(F::CaseReported { form: form.clone() });
    desk.start_clock(clock(ClockKind::Accept), accept);
    Ok(())
}

/// 自行处置: the grid saw it, did it and reports it in one (`DOMAIN.md` 2.4 OnTheSpot).
pub(super) fn report_handled(
    desk: &mut Desk<'_>,
    form: &ReportForm,
    code: &MatterCode,
    outcome: Outcome,
    reply: &str,
    evidence: &[Evidence],
) -> Result<(), Refusal> {
    check_form(desk, form)?;
    let class = direct_class(desk)?;
    let matter = matter_in_force(desk, code)?;
    class_allowed(desk, matter, class)?;
    desk.emit(F::CaseReported { form: form.clone() });
    super::gate::scope(desk, Scope::Grid, None)?;
    accept_as(desk, class, matter, Origin::Upward)?;
    super::respond::respond(desk, outcome, reply, evidence, None)
}

/// The class whose route is direct handling; which one that is, says the policy.
fn direct_class(desk: &Desk<'_>) -> Result<CaseClass, Refusal> {
    let rows = &desk.policy()?.class;
    rows.iter()
        .find(|(_, row)| row.route == Route::Direct)
        .map(|(class, _)| *class)
        .ok_or_else(|| desk.refuse(Code::PolicyMissing, "direct", "a class with route `direct`"))
}

pub(super) fn assign_location(desk: &mut Desk<'_>, grid: &GridId) -> Result<(), Refusal> {
    grid_active(desk, grid)?;
    may_locate(desk, grid)?;
    desk.emit(F::LocationAssigned { grid: grid.clone() });
    Ok(())
}

/// The centre resolves any place. An intake desk takes an orphan into its own area, and moves a
/// case within reach of the area it stands in.
fn may_locate(desk: &Desk<'_>, grid: &GridId) -> Result<(), Refusal> {
    use crate::actor::Role;
    if matches!(desk.ctx.actor.role, Role::Dispatcher | Role::DutyChief) {
        return Ok(());
    }
    let registry = &desk.ctx.reference.registry;
    match desk.path().or_else(|| registry.grid_path(grid, desk.now())) {
        Some(path) => super::gate::in_area_of(desk, Scope::Area, &path),
        None => Ok(()),
    }
}

fn matter_in_force<'a>(desk: &Desk<'a>, code: &MatterCode) -> Result<&'a Matter, Refusal> {
    let catalogue = &desk.ctx.reference.catalogue;
    catalogue.in_force(code, desk.now()).ok_or_else(|| {
        desk.refuse(
            Code::MatterNotInCatalogue,
            code,
            "a matter in force: gridwhistle catalogue show",
        )
    })
}

fn class_allowed(desk: &Desk<'_>, matter: &Matter, class: CaseClass) -> Result<(), Refusal> {
    let accepted: Vec<&str> = matter.classes.iter().map(|class| class.code()).collect();
    let allowed = matter.classes.contains(&class);
    desk.ensure(allowed, Code::ClassNotAllowed, class, accepted.join(", "))?;
    let proxy = desk.row_of(class)?.route == Route::Mandate;
    let in_person = matter.person_must_appear || !matter.proxy;
    desk.ensure(
        !(proxy && in_person),
        Code::PersonMustAppear,
        &matter.code,
        "another class",
    )
}

pub(super) fn accept(
    desk: &mut Desk<'_>,
    class: CaseClass,
    code: &MatterCode,
    manual: bool,
    origin: Option<Origin>,
) -> Result<(), Refusal> {
    let matter = matter_in_force(desk, code)?;
    class_allowed(desk, matter, class)?;
    let grid = desk
        .case
        .grid
        .as_ref()
        .map_or("-", |grid| grid.as_str())
        .to_owned();
    // It lies where its grid lies now: in one that was closed since the report it would lie nowhere.
    let lies = desk.case.grid.as_ref();
    let lies = lies.and_then(|grid| desk.ctx.reference.registry.grid_path(grid, desk.now()));
    desk.ensure(lies.is_some(), Code::GridUnknown, grid, "assign-location")?;
    let route = desk.row_of(class)?.route;
    if matches!(route, Route::Direct | Route::Mandate) {
        super::gate::scope(desk, Scope::Grid, None)?;
    }
    accept_as(desk, class, matter, origin.unwrap_or(Origin::Upward))?;
    enter_route(desk, manual)
}

/// Pins policy, calendar and sample, and for direct handling begins at once.
fn accept_as(
    desk: &mut Desk<'_>,
    class: CaseClass,
    matter: &Matter,
    origin: Origin,
) -> Result<(), Refusal> {
    let policy = desk.policy()?;
    let row = desk.row_of(class)?;
    desk.emit(F::CaseAccepted {
        class,
        matter: matter.code.clone(),
        policy: policy.version.clone(),
        calendar: desk.calendar().version().clone(),
        origin,
        sampled: is_drawn(desk, &policy.version, row.verify.sample_percent),
        safety: matter.safety,
    });
    desk.stop_clock(clock(ClockKind::Accept));
    if row.route == Route::Direct {
        begin_handling(desk, row);
    }
    Ok(())
}

fn begin_handling(desk: &mut Desk<'_>, row: &ClassRow) {
    let handler = desk.ctx.actor.clone();
    desk.emit(F::HandlingBegun { handler });
    if let Some(limit) = handling_limit(desk, row) {
        desk.start_clock(clock(ClockKind::Handle), limit);
    }
}

/// The handling limit of the matter for this class, or the class default.
pub(super) fn handling_limit(desk: &Desk<'_>, row: &ClassRow) -> Option<Limit> {
    let class = desk.case.class?;
    let own = desk.matter().and_then(|matter| matter.limits.get(&class));
    row.handling(own.copied(), desk.calendar(), desk.now())
}

/// The limit that ends first, counted from now: what a matter asks for stays within its cap.
fn sooner(desk: &Desk<'_>, limit: Limit, cap: Limit) -> Limit {
    crate::policy::sooner(desk.calendar(), desk.now(), limit, cap)
}

/// The window's statutory limit: the matter's or the class's, and never more than the law allows. A
/// matter whose own limit is longer than the class's is one that offices handle jointly.
pub(super) fn statutory_limit(desk: &Desk<'_>, row: &ClassRow) -> Result<Option<Limit>, Refusal> {
    let own = desk.matter().and_then(|matter| matter.statutory_limit);
    let (class, usual) = (desk.case.class, row.limits.statutory);
    let longer = |own: &Limit| usual.is_some_and(|usual| sooner(desk, *own, usual) != *own);
    let name = match own.filter(longer).and(row.limits.joint) {
        Some(_) => LimitName::Joint,
        None => LimitName::Statutory,
    };
    let laws = desk.policy()?.legal.iter();
    let laws = laws.filter(|law| Some(law.class) == class && law.limit == name);
    let most = laws.filter_map(|law| law.max);
    let limit = own.or(usual);
    Ok(limit.map(|limit| most.fold(limit, |limit, max| sooner(desk, limit, max))))
}

/// What acceptance (or another class) sets going by the route.
fn enter_route(desk: &mut Desk<'_>, manual: bool) -> Result<(), Refusal> {
    let row = desk.row()?;
    match row.route {
        // Begun by `accept_as`; after a change of class the handler begins here.
        Route::Direct => {
            if desk.case.stage == Some(Stage::Accepted) {
                begin_handling(desk, row);
            }
        }
        Route::Unit if !manual => {
            let lead = ruled_unit(desk)?;
            dispatch::open_legs(desk, &lead, &[], false, None)?;
        }
        Route::Unit | Route::Whistle => {
            desk.start_clock_if(clock(ClockKind::Dispatch), row.limits.dispatch);
        }
        Route::Coordination => {
            desk.start_clock_if(clock(ClockKind::Convene), row.limits.convene);
        }
        Route::Mandate => {
            let handler = desk.ctx.actor.clone();
            desk.emit(F::HandlingBegun { handler });
            desk.start_clock_if(clock(ClockKind::TakePapers), row.limits.take_papers);
        }
    }
    Ok(())
}

/// The one unit that the dispatch rule names: the matter's owner, or the only unit that serves.
fn ruled_unit(desk: &Desk<'_>) -> Result<UnitId, Refusal> {
    let registry = &desk.ctx.reference.registry;
    let units: Vec<UnitId> = match (desk.matter(), desk.case.grid.as_ref()) {
        (Some(matter), Some(grid)) => match &matter.owner {
            MatterOwner::Unit(unit) => vec![unit.clone()],
            MatterOwner::ByService => {
                let serving = registry.units_serving(&matter.code, grid, desk.now());
                serving.into_iter().cloned().collect()
            }
        },
        _ => Vec::new(),
    };
    match units.as_slice() {
        [unit] => Ok(unit.clone()),
        _ => {
            let given: Vec<&str> = units.iter().map(UnitId::as_str).collect();
            Err(desk.refuse(
                Code::NoDispatchRule,
                format!("[{}]", given.join(", ")),
                "manual_dispatch",
            ))
        }
    }
}

/// Whether a case is drawn for a look: a hash of its id, the policy, and the microseconds at which
/// the engine took its report and its acceptance. Whoever picks an id picks no microsecond.
fn is_drawn(desk: &Desk<'_>, policy: &PolicyVersion, percent: u32) -> bool {
    let reported = desk.case.reported_at.unwrap_or(desk.now());
    let instants = [reported, desk.now()].map(|at| at.timestamp_micros().to_be_bytes());
    let digest = Sha256::new()
        .chain_update(desk.ctx.case.0.as_bytes())
        .chain_update(policy.as_str().as_bytes())
        .chain_update(instants.concat())
        .finalize();
    let draw = digest
        .iter()
        .take(4)
        .fold(0_u32, |draw, byte| draw << 8 | u32::from(*byte));
    draw % 100 < percent
}

pub(super) fn reject(desk: &mut Desk<'_>, reason: &str, note: &str) -> Result<(), Refusal> {
    let reasons = &desk.policy()?.reasons.reject;
    let accepted: Vec<&str> = reasons.keys().map(String::as_str).collect();
    desk.ensure(
        reasons.contains_key(reason),
        Code::ReasonRequired,
        reason,
        accepted.join(", "),
    )?;
    desk.require(note, "note", "what the citizen is told")?;
    desk.cancel_all_clocks();
    super::ends::end_legs(desk);
    desk.emit(F::CaseRejected {
        reason: reason.to_owned(),
        note: note.to_owned(),
    });
    Ok(())
}

pub(super) fn transfer_out(desk: &mut Desk<'_>, to: &str, reason: &str) -> Result<(), Refusal> {
    desk.ensure(
        !reason.trim().is_empty(),
        Code::ReasonRequired,
        "",
        "a reason in words",
    )?;
    let known = matches!(to, "petition" | "judicial" | "external");
    desk.ensure(
        known,
        Code::FieldMissing,
        "to",
        "petition, judicial, external",
    )?;
    desk.cancel_all_clocks();
    super::ends::end_legs(desk);
    desk.emit(F::CaseTransferredOut {
        to: to.to_owned(),
        reason: reason.to_owned(),
    });
    Ok(())
}

pub(super) fn merge(desk: &mut Desk<'_>, into: CaseId) -> Result<(), Refusal> {
    let own = desk.ctx.case;
    let target = desk
        .ctx
        .gathered
        .merge_target
        .as_ref()
        .filter(|target| target.case == into);
    let open = target.is_some_and(|target| target.open);
    let circle = into == own
        || desk.case.absorbed.contains(&into)
        || target.is_some_and(|target| target.merged_into.contains(&own));
    desk.ensure(!circle, Code::MergeCycle, into, "another open case")?;
    desk.ensure(open, Code::TargetClosed, into, "an open case")?;
    super::mandate::papers_back(desk)?;
    desk.cancel_all_clocks();
    super::ends::end_legs(desk);
    desk.emit(F::CaseMerged { into });
    Ok(())
}

pub(super) fn absorb(
    desk: &mut Desk<'_>,
    from: CaseId,
    reporter: Option<&Reporter>,
    others: &[Reporter],
) -> Result<(), Refusal> {
    desk.ensure(
        from != desk.ctx.case,
        Code::MergeCycle,
        from,
        "another case",
    )?;
    let known = desk.case.absorbed.contains(&from);
    desk.ensure(
        !known,
        Code::AlreadyDone,
        from,
        "a case that was not merged before",
    )?;
    desk.emit(F::DuplicateAbsorbed {
        from,
        reporter: reporter.cloned(),
        others: others.to_vec(),
    });
    Ok(())
}

/// Another class: before the handling due time, or by an approver; the grid may always move up.
pub(super) fn reclassify(desk: &mut Desk<'_>, to: CaseClass, reason: &str) -> Result<(), Refusal> {
    let row = desk.row()?;
    let Some(from) = desk.case.class else {
        return Err(desk.refuse(Code::WrongStage, "reported", "accepted"));
    };
    desk.ensure(from != to, Code::SameClass, from, "another class")?;
    desk.ensure(
        !reason.trim().is_empty(),
        Code::ReasonRequired,
        "",
        "a reason in words",
    )?;
    if let Some(matter) = desk.matter() {
        class_allowed(desk, matter, to)?;
    }
    // A response that is given up had stopped the clock: it goes on from there.
    let responded = desk.case.stage == Some(Stage::Responded);
    let handling = desk
        .case
        .handling()
        .filter(|clock| clock.is_owed() || responded)
        .cloned();
    let overdue = handling
        .as_ref()
        .is_some_and(|clock| clock.missed || (clock.is_owed() && desk.now() > clock.marks.due));
    if let (true, Some(clock)) = (overdue, &handling) {
        let approver = desk.ctx.actor.role.rank() >= crate::actor::Rank::Street;
        let upward = row.route == Route::Direct;
        let due = clock.marks.due.to_rfc3339();
        desk.ensure(
            approver || upward,
            Code::ReclassifyTooLate,
            due,
            "rank street or above",
        )?;
    }
    let to_row = desk.row_of(to)?;
    if matches!(to_row.route, Route::Direct | Route::Mandate) {
        super::gate::scope(desk, Scope::Grid, None)?;
    }
    super::mandate::papers_back(desk)?;
    let others: Vec<ClockId> = desk
        .case
        .owed_clocks()
        .map(|clock| clock.id)
        .filter(|id| id.kind != ClockKind::Handle)
        .collect();
    for id in others {
        desk.cancel_clock(id);
    }
    super::ends::end_legs(desk);
    desk.emit(F::CaseReclassified {
        from,
        to,
        reason: reason.to_owned(),
        overdue,
    });
    match (&handling, handling_limit(desk, to_row)) {
        (Some(old), Some(limit)) => desk.renew_clock(old, limit, "reclassified"),
        (Some(old), None) => desk.cancel_clock(old.id),
        (None, _) => {}
    }
    // A unit route waits for dispatch by hand: whoever changed the class names the unit next.
    enter_route(desk, true)
}

/// A foreign case with its own times; a second import may only add the closure.
pub(super) fn import(
    desk: &mut Desk<'_>,
    case: &ForeignCase,
    closed_at: Option<DateTime<Utc>>,
    note: &str,
    on_time: Option<bool>,
) -> Result<(), Refusal> {
    desk.not_in_the_future(closed_at.max(Some(case.received_at)))?;
    match &desk.case.foreign {
        // What was reported here is no foreign case, whatever id a source gives it.
        None if desk.case.stage.is_some() => {
            return Err(desk.refuse(Code::CaseExists, &case.source.id, "a new id"));
        }
        None => {
            desk.happened_at(case.received_at);
            desk.emit(F::CaseImported {
                case: Box::new(case.clone()),
            });
            if let Some(due) = case.due {
                foreign_clock(desk, case, due);
            }
        }
        Some(known) => {
            let same = known.source == case.source;
            desk.ensure(
                same,
                Code::CaseExists,
                &case.source.id,
                "the id of the same source",
            )?;
        }
    }
    let Some(closed) = closed_at else {
        return Ok(());
    };
    // A closure before the beginning is kept as the source says, but cannot take effect before it.
    desk.happened_at(closed.max(desk.case.last_at.unwrap_or(closed)));
    desk.emit(F::ImportedCaseClosed {
        closed_at: closed,
        note: note.to_owned(),
        on_time,
    });
    desk.stop_clock(clock(ClockKind::Handle));
    Ok(())
}

/// The source's own due time becomes the handling clock; its budget is the span it gives.
fn foreign_clock(desk: &mut Desk<'_>, case: &ForeignCase, due: DateTime<Utc>) {
    let budget = (due - case.received_at).num_minutes().max(0);
    // A limit of nought, or of more than ten years, cannot be written; the due time says it exactly.
    let minutes = u32::try_from(budget).unwrap_or(u32::MAX);
    let limit = Limit::CalendarMinutes(minutes.clamp(1, Limit::MAX_MINUTES));
    let calendar = desk.calendar();
    let marks = Marks {
        amber: due,
        due,
        yellow: due,
        severe: due,
        red: due,
        provisional: false,
    };
    let mut clock = Clock {
        id: clock(ClockKind::Handle),
        limit,
        calendar: calendar.version().clone(),
        started_at: case.received_at,
        budget,
        original: budget,
        consumed: 0,
        since: case.received_at,
        suspended: 0,
        marks,
        state: ClockState::Running,
        ended_at: None,
        missed: false,
        spans: Vec::new(),
    };
    let computed = desk.marks(&clock, calendar, due, false);
    clock.marks = Marks { due, ..computed };
    desk.emit(F::ClockStarted {
        clock: Box::new(clock),
    });
}

#[cfg(test)]
mod tests;
