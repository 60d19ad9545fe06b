//! Everything that may be asked of a case, mostly by the one who would ask it, mostly complete.

mod closing;
mod handling;
mod intake;

use crate::city::people;
use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::steps;
use gridwhistle::domain::ids::{CaseId, UnitId};

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
    intake::intake(&mut menu, id);
    intake::dispatching(&mut menu);
    handling::legs(&mut menu, state);
    handling::pauses(&mut menu, now);
    handling::meetings(&mut menu);
    handling::answers(&mut menu, now);
    closing::signatures(&mut menu, state);
    closing::supervision(&mut menu);
    closing::ends(&mut menu);
    closing::mandates(&mut menu, state, now);
    closing::timers(&mut menu, state);
    menu.0
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn units(codes: &[&str]) -> Vec<UnitId> {
    codes.iter().copied().map(UnitId::from).collect()
}
