//! Everything that may be asked of a case, mostly by the one who would ask it, mostly complete.

use super::machine::target;
use crate::city::work::{accept, evidence, progress, report, respond};
use crate::city::{GAS, LEAK, NOISE, PENSION, TRASH, case, people};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::calendar::Limit;
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::{CallbackResult, CaseCommand as C, ReopenGround};
use gridwhistle::domain::case::fact::{CoordinationDecision, Disclosure, ReportForm};
use gridwhistle::domain::case::record::{Attendance, Mandate, ReplyElements, Reporter};
use gridwhistle::domain::case::stage::{Card, ClockKind, Origin, Outcome};
use gridwhistle::domain::case::steps;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{CaseId, LegNo, SubjectId, UnitId};
use gridwhistle::domain::policy::rows::{EvidenceKind, WhistleKind};

/// One question by one person, and how often it comes up beside others.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) actor: Actor,
    pub(super) command: C,
    weight: u32,
}

/// Chooses: mostly what fits the stage, and of that mostly what the rules would allow; now and then
/// anything by anybody.
pub(super) fn choose(
    state: &Case,
    id: CaseId,
    now: DateTime<Utc>,
    wild: u8,
    picks: &[u16],
    allowed: impl Fn(&Choice) -> bool,
) -> Choice {
    let menu = menu(state, id, now);
    if wild < 5 {
        let mut choice = pick(&menu, picks[0]).clone();
        let everyone = people::everyone();
        choice.actor = everyone[usize::from(picks[1]) % everyone.len()].0.clone();
        return choice;
    }
    let fits = |choice: &&Choice| {
        steps::rows(choice.command.name()).any(|row| {
            let stage = match state.stage {
                None => row.stages.is_empty(),
                Some(stage) => row.stages.contains(&stage),
            };
            stage && row.roles.contains(&choice.actor.role)
        })
    };
    let fitting: Vec<Choice> = menu.iter().filter(fits).cloned().collect();
    if fitting.is_empty() || wild < 9 {
        return pick(&menu, picks[0]).clone();
    }
    // Lives would be short if every way out were as good as a way on.
    let goes_on = |choice: &&Choice| !is_way_out(&choice.command) || picks[0].is_multiple_of(12);
    let mut sensible = picks
        .iter()
        .map(|number| pick(&fitting, *number))
        .filter(goes_on);
    let good = if wild < 20 {
        sensible.next()
    } else {
        sensible.find(|choice| allowed(choice))
    };
    good.unwrap_or_else(|| pick(&fitting, picks[0])).clone()
}

/// Whether a command ends the case without solving it, or begins it anew as another.
const fn is_way_out(command: &C) -> bool {
    matches!(
        command,
        C::Reject { .. }
            | C::TransferOut { .. }
            | C::Merge { .. }
            | C::Withdraw { .. }
            | C::ConfirmVoid {}
            | C::RevokeMandate { .. }
            | C::DeclineMandate { .. }
            | C::Reclassify { .. }
            | C::Archive {}
    )
}

fn pick(menu: &[Choice], number: u16) -> &Choice {
    let all: u32 = menu.iter().map(|choice| choice.weight).sum();
    let mut left = u32::from(number) % all;
    menu.iter()
        .find(|choice| {
            let here = left < choice.weight;
            left = left.saturating_sub(choice.weight);
            here
        })
        .unwrap_or(&menu[0])
}

/// The person who works for a unit.
fn of(unit: &UnitId) -> Actor {
    match unit.as_str() {
        "B-water" => people::water(),
        "B-roads" => people::roads(),
        "B-police" => people::police(),
        "S-1" => people::street(),
        _ => people::community(),
    }
}

struct Menu(Vec<Choice>);

impl Menu {
    fn add(&mut self, weight: u32, actor: Actor, command: C) {
        self.0.push(Choice {
            actor,
            command,
            weight,
        });
    }
}

fn menu(state: &Case, id: CaseId, now: DateTime<Utc>) -> Vec<Choice> {
    let mut menu = Menu(Vec::new());
    intake(&mut menu, id);
    dispatching(&mut menu);
    legs(&mut menu, state);
    pauses(&mut menu, now);
    meetings(&mut menu);
    answers(&mut menu, now);
    signatures(&mut menu, state);
    supervision(&mut menu);
    ends(&mut menu);
    mandates(&mut menu, state, now);
    timers(&mut menu, state);
    menu.0
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn intake(menu: &mut Menu, id: CaseId) {
    menu.add(12, people::resident(), report("water over the pavement"));
    menu.add(2, people::officer(), report("bags at the gate"));
    let nowhere = ReportForm {
        grid: None,
        ..ReportForm::new("hotline", "", "somewhere in the east")
    };
    menu.add(2, people::resident(), C::Report { form: nowhere });
    menu.add(1, people::resident(), report(&"长".repeat(4_001)));
    let handled = C::ReportHandled {
        form: ReportForm::new("patrol", "G-1", "swept"),
        matter: TRASH.into(),
        outcome: Outcome::Resolved,
        reply: text("swept"),
        evidence: vec![evidence(EvidenceKind::AfterPhoto)],
    };
    menu.add(2, people::officer(), handled);
    let place = C::AssignLocation { grid: "G-1".into() };
    menu.add(3, people::dispatcher(), place);
    for (class, matter, weight) in [
        (CaseClass::OnTheSpot, TRASH, 3),
        (CaseClass::OnTheSpot, NOISE, 2),
        (CaseClass::TimeLimited, LEAK, 4),
        (CaseClass::TimeLimited, NOISE, 1),
        (CaseClass::Undertaken, LEAK, 4),
        (CaseClass::Undertaken, GAS, 2),
        (CaseClass::Special, LEAK, 5),
        (CaseClass::Proxy, PENSION, 5),
    ] {
        menu.add(weight, people::officer(), accept(class, matter));
        menu.add(weight, people::leader(), accept(class, matter));
    }
    let by_hand = C::Accept {
        class: CaseClass::TimeLimited,
        matter: LEAK.into(),
        manual_dispatch: true,
        origin: None,
    };
    let downward = C::Accept {
        class: CaseClass::Undertaken,
        matter: LEAK.into(),
        manual_dispatch: false,
        origin: Some(Origin::Downward),
    };
    menu.add(2, people::leader(), by_hand);
    menu.add(2, people::leader(), downward);
    for to in CaseClass::ALL {
        let reason = text("more than it seemed");
        menu.add(1, people::street_leader(), C::Reclassify { to, reason });
    }
    let reject = C::Reject {
        reason: text("outside_area"),
        note: text("next town"),
    };
    menu.add(1, people::leader(), reject);
    let away = C::TransferOut {
        to: text("court"),
        reason: text("in court"),
    };
    menu.add(1, people::street(), away);
    menu.add(1, people::leader(), C::Merge { into: target(id) });
    menu.add(1, people::leader(), C::Merge { into: id });
    menu.add(1, people::leader(), C::Merge { into: case(999) });
    let absorb = C::AbsorbDuplicate {
        from: case(77),
        reporter: None,
    };
    menu.add(1, Actor::system(), absorb);
}

fn dispatching(menu: &mut Menu) {
    for (kind, targets) in [
        (WhistleKind::Routine, vec!["B-water"]),
        (WhistleKind::Hard, vec!["B-water"]),
        (WhistleKind::Emergency, vec!["B-water"]),
        (WhistleKind::Routine, vec!["B-gone"]),
    ] {
        let blow = C::BlowWhistle {
            kind,
            ground: text("resident_problem"),
            targets: targets.into_iter().map(UnitId::from).collect(),
            prework: vec![evidence(EvidenceKind::BeforePhoto)],
            new_facts: text("it is deeper now"),
        };
        menu.add(4, people::leader(), blow);
    }
    menu.add(6, people::street_leader(), C::ApproveWhistle {});
    let declined = text("the community can do it");
    menu.add(1, people::street(), C::DeclineWhistle { reason: declined });
    menu.add(3, people::street_leader(), C::RatifyWhistle {});
    for (lead, co, emergency, weight) in [
        ("B-water", vec![], false, 5),
        ("B-water", vec!["B-roads"], false, 4),
        ("B-roads", vec!["B-police"], false, 1),
        ("B-water", vec![], true, 2),
        ("B-water", vec!["B-water"], false, 1),
    ] {
        let dispatch = C::Dispatch {
            lead: lead.into(),
            co_handlers: co.into_iter().map(UnitId::from).collect(),
            emergency,
            precedent: None,
        };
        menu.add(weight, people::dispatcher(), dispatch.clone());
        menu.add(weight, people::street(), dispatch);
    }
    let undertaker = UnitId::from("C-1");
    menu.add(3, people::street_leader(), C::Assign { undertaker });
    let designate = |unit: &str| C::DesignateLead {
        unit: unit.into(),
        reason: text("by statute"),
        precedent: None,
    };
    menu.add(2, people::street_leader(), designate("B-roads"));
    menu.add(1, people::duty_chief(), designate("B-water"));
}

fn legs(menu: &mut Menu, state: &Case) {
    let legs: Vec<(LegNo, Actor)> = state
        .legs
        .iter()
        .filter(|leg| leg.stage.is_live())
        .map(|leg| (leg.no, of(&leg.unit)))
        .collect();
    let unknown = (LegNo(9), people::water());
    for (leg, who) in legs.into_iter().chain([unknown]) {
        let weight = if leg == LegNo(9) { 1 } else { 6 };
        let contact = C::ContactResident {
            leg: Some(leg),
            means: text("phone"),
            note: text("will come"),
        };
        let come = C::ReportIn {
            leg,
            attendance: Attendance {
                person: who.person.clone(),
                role: who.role,
                place: text("at the gate"),
            },
            evidence: Vec::new(),
        };
        let back = C::RequestReturn {
            leg,
            reason: text("not_competent"),
            legal_basis: text("article 12"),
        };
        let refuse = C::RefuseReturn {
            leg,
            reason: text("it is theirs"),
        };
        menu.add(weight, who.clone(), C::Acknowledge { leg });
        menu.add(weight, who.clone(), contact);
        menu.add(weight, who.clone(), come);
        menu.add(1, people::street(), waive_report_in(leg));
        menu.add(2, who.clone(), back);
        menu.add(2, people::dispatcher(), C::ApproveReturn { leg });
        menu.add(1, people::duty_chief(), refuse);
        let result = text("done");
        menu.add(weight, who.clone(), C::CompleteLeg { leg, result });
        menu.add(weight, people::street(), C::ConfirmLeg { leg });
        let reason = text("no longer needed");
        menu.add(1, people::dispatcher(), C::WaiveLeg { leg, reason });
        let note = text("half way");
        let leg = Some(leg);
        menu.add(2, who, C::RecordProgress { leg, note });
    }
    menu.add(1, people::officer(), progress("still there"));
    let contact = C::ContactResident {
        leg: None,
        means: text("visit"),
        note: text("told"),
    };
    menu.add(2, people::officer(), contact);
}

fn waive_report_in(leg: LegNo) -> C {
    C::WaiveReportIn {
        leg,
        reason: text("solved by phone"),
    }
}

fn pauses(menu: &mut Menu, now: DateTime<Utc>) {
    for limit in [Limit::WorkingDays(2), Limit::WorkingDays(9)] {
        let reason = text("parts are late");
        menu.add(3, people::water(), C::RequestExtension { limit, reason });
    }
    let informed = C::GrantExtension {
        citizen_informed: true,
    };
    for who in [
        people::dispatcher(),
        people::street_leader(),
        people::district_leader(),
    ] {
        menu.add(3, who, informed.clone());
    }
    let reason = text("no ground for it");
    menu.add(1, people::duty_chief(), C::DenyExtension { reason });
    for (who, reason, days) in [
        (people::dispatcher(), "expert_appraisal", 2),
        (people::street_leader(), "expert_appraisal", 5),
        (people::street_leader(), "waiting_material", 90),
        (people::water(), "expert_appraisal", 2),
        (people::dispatcher(), "budget_pending", 2),
    ] {
        let suspend = C::Suspend {
            reason: text(reason),
            until: now + TimeDelta::days(days),
            proof: vec![evidence(EvidenceKind::Document)],
        };
        menu.add(2, who, suspend);
    }
    menu.add(4, people::street_leader(), C::Resume {});
    let hold = C::Hold {
        reason: text("engineering"),
        review: Limit::NaturalDays(30),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    let review = C::ReviewHold {
        note: text("the trench is open"),
        next: Limit::NaturalDays(30),
    };
    menu.add(2, people::street_leader(), hold);
    menu.add(3, people::street_leader(), review.clone());
    menu.add(2, people::supervisor(), review);
}

fn units(codes: &[&str]) -> Vec<UnitId> {
    codes.iter().copied().map(UnitId::from).collect()
}

fn meetings(menu: &mut Menu) {
    let propose = C::ProposeCoordination {
        cause: text("nobody feels competent"),
    };
    menu.add(1, people::street(), propose);
    let convene = C::Convene {
        units: units(&["B-water", "B-roads", "B-police"]),
        agenda: text("who leads"),
    };
    menu.add(5, people::street_leader(), convene.clone());
    menu.add(2, people::district_leader(), convene.clone());
    menu.add(1, people::street(), convene);
    let reason = text("the owner was absent");
    menu.add(1, people::street_leader(), C::Adjourn { reason });
    for (present, co) in [
        (vec!["B-water", "B-roads", "B-police"], vec!["B-roads"]),
        (vec!["B-water", "B-roads", "B-police"], vec![]),
        (vec!["B-water"], vec![]),
    ] {
        let decision = CoordinationDecision {
            present: units(&present),
            lead: "B-water".into(),
            co_handlers: units(&co),
            deliverables: Vec::new(),
            handle: Some(Limit::WorkingDays(20)),
            minutes: "b".repeat(64),
        };
        let decide = C::Decide {
            decision,
            precedent: None,
        };
        menu.add(4, people::street_leader(), decide.clone());
        menu.add(2, people::district_leader(), decide);
    }
}

fn answers(menu: &mut Menu, now: DateTime<Utc>) {
    use EvidenceKind as E;
    let photos = [E::BeforePhoto, E::AfterPhoto];
    menu.add(4, people::officer(), respond(&[E::AfterPhoto]));
    menu.add(1, people::water(), respond(&photos));
    let full = C::Respond {
        outcome: Outcome::PartlyResolved,
        reply: text("sealed, the pavement follows"),
        evidence: photos.map(evidence).to_vec(),
        elements: Some(ReplyElements {
            contacted_at: now,
            contact: text("the house committee"),
            measure: text("sealed"),
            deadline: now + TimeDelta::days(3),
        }),
    };
    for who in [people::water(), people::roads(), people::community()] {
        menu.add(7, who, full.clone());
    }
    let note = text("looked at it");
    for who in [
        people::community(),
        people::street_leader(),
        people::supervisor(),
        people::water_leader(),
    ] {
        menu.add(5, who, C::VerifyPass { note: note.clone() });
    }
    let rework = C::RequireRework {
        reason: text("not_solved"),
        note,
    };
    menu.add(2, people::community(), rework.clone());
    menu.add(2, people::street_leader(), rework.clone());
    menu.add(1, people::leader(), rework);
    for (result, weight) in [
        (CallbackResult::Confirmed, 4),
        (CallbackResult::Unreachable, 3),
        (CallbackResult::Disputed, 1),
    ] {
        let note = String::new();
        menu.add(
            weight,
            people::community(),
            C::RecordCallback { result, note },
        );
    }
    for what in [Disclosure::Resolution, Disclosure::Implementation] {
        let place = text("notice board");
        menu.add(4, people::community(), C::Disclose { what, place });
    }
}

fn signatures(menu: &mut Menu, state: &Case) {
    let mut signers = vec![
        people::leader(),
        people::community(),
        people::community_secretary(),
        people::party_secretary(),
        people::street(),
        people::street_leader(),
        people::supervisor(),
        people::resident(),
    ];
    signers.extend(state.live_legs().map(|leg| of(&leg.unit)));
    for who in signers {
        menu.add(4, who, C::SignOff {});
    }
}

fn supervision(menu: &mut Menu) {
    let note = text("where is it");
    menu.add(1, people::supervisor(), C::Urge { note });
    let reason = text("parts came today");
    menu.add(1, people::water(), C::AnswerUrge { reason });
    for card in [Card::Yellow, Card::Red] {
        let raise = C::RaiseCard {
            card,
            rule: text("leader"),
            emergency: false,
            note: text("too slow"),
        };
        menu.add(1, people::supervisor(), raise);
        let reason = text("explained");
        menu.add(1, people::district_leader(), C::LiftCard { card, reason });
    }
}

fn ends(menu: &mut Menu) {
    for ground in [ReopenGround::DisputeUpheld, ReopenGround::SameProblem] {
        let note = text("it drips again");
        menu.add(2, people::community(), C::Reopen { ground, note });
    }
    let reason = text("it stopped by itself");
    menu.add(1, people::resident(), C::Withdraw { reason });
    menu.add(2, people::street(), C::Archive {});
    let reason = text("a test entry");
    menu.add(1, people::dispatcher(), C::ProposeVoid { reason });
    menu.add(1, people::supervisor(), C::ConfirmVoid {});
}

fn mandates(menu: &mut Menu, state: &Case, now: DateTime<Utc>) {
    let who = people::officer();
    let mandate = Mandate {
        principal: Reporter {
            subject: SubjectId::new("R-1"),
            details: None,
        },
        guardian: None,
        scope: vec![text(PENSION)],
        papers: vec![text("identity card copy")],
        expires_at: now + TimeDelta::days(60),
        identity_check: text("seen in person"),
    };
    menu.add(6, who.clone(), C::GrantMandate { mandate });
    let declined = text("mandate_declined");
    menu.add(1, who.clone(), C::DeclineMandate { reason: declined });
    for item in [PENSION, "government_services.other"] {
        let submit = C::SubmitToWindow {
            window: "B-window".into(),
            receipt: text("R-2026-1"),
            item: text(item),
        };
        menu.add(4, who.clone(), submit);
    }
    let request = C::RequestMaterials {
        materials: vec![text("photo")],
        notice: text("N-1"),
    };
    let supply = C::SupplyMaterials {
        materials: vec![text("photo")],
    };
    menu.add(2, who.clone(), request);
    menu.add(4, who.clone(), supply);
    for granted in [true, false] {
        let decision = C::RecordDecision {
            granted,
            reason: text("article 3"),
            document: text("D-1"),
        };
        menu.add(3, who.clone(), decision);
    }
    let out = state.mandate.iter().flat_map(|state| &state.papers_out);
    let papers: Vec<String> = out.cloned().collect();
    let back = C::HandBack {
        papers: papers.clone(),
        signature: text("S-1"),
    };
    menu.add(6, who, back);
    menu.add(1, people::resident(), C::RevokeMandate { papers });
    let substitute = C::SubstituteAgent {
        agent: people::leader().person,
        principal_told: true,
    };
    menu.add(1, people::leader(), substitute);
}

fn timers(menu: &mut Menu, state: &Case) {
    let system = Actor::system;
    for leg in state.live_legs() {
        menu.add(2, system(), C::AutoAcknowledge { leg: leg.no });
    }
    for percent in [50, 75] {
        let remind = C::Remind {
            kind: ClockKind::Handle,
            leg: None,
            percent,
        };
        menu.add(1, system(), remind);
    }
    for (rule, card) in [
        ("overdue_150", Card::Yellow),
        ("overdue_200", Card::Red),
        ("reworks_yellow", Card::Yellow),
        ("reworks_red", Card::Red),
        ("urge_unanswered", Card::Red),
    ] {
        let raise = C::RaiseCard {
            card,
            rule: text(rule),
            emergency: false,
            note: String::new(),
        };
        menu.add(1, system(), raise);
    }
    for command in [
        C::LapseRatification {},
        C::MissProgress {},
        C::MissReview {},
        C::AutoSignOff {},
        C::Archive {},
        C::Resume {},
    ] {
        menu.add(2, system(), command);
    }
    let cause = text("red_card");
    menu.add(1, system(), C::ProposeCoordination { cause });
}
