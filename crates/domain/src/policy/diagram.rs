//! The flow of a class, or of one matter in a class, as a Mermaid `stateDiagram-v2`.
//!
//! Drawn from the step table, the moves and the policy row, so that it cannot say anything else than
//! the rules do. Refuses: layout; Mermaid does that.

use super::Policy;
use super::flow::{MANDATE, Move, Target, moves, reachable};
use super::rows::{ClassRow, LimitName as L, Route, WhistleKind};
use super::words;
use crate::case::command::CommandName as C;
use crate::case::stage::Stage as S;
use crate::case::steps::STEPS;
use crate::catalogue::matter::Matter;
use crate::class::CaseClass;
use crate::text::{Language, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

impl Policy {
    /// The diagram of a class; with a matter, under the matter's own limits and evidence. None, if the
    /// policy has no row for the class.
    #[must_use]
    pub fn diagram(
        &self,
        class: CaseClass,
        matter: Option<&Matter>,
        language: Language,
    ) -> Option<String> {
        let row = self.row(class)?;
        let sheet = Sheet {
            policy: self,
            class,
            row,
            matter,
            language,
            moves: moves(self, row, STEPS),
        };
        Some(sheet.draw())
    }
}

struct Sheet<'a> {
    policy: &'a Policy,
    class: CaseClass,
    row: &'a ClassRow,
    matter: Option<&'a Matter>,
    language: Language,
    moves: Vec<Move>,
}

/// Commands that any open case takes; one note says it for all stages.
const EVERYWHERE: &[C] = &[C::Merge, C::Withdraw, C::ConfirmVoid];

impl Sheet<'_> {
    fn say(&self, text: &Text) -> String {
        text.get(self.language).to_owned()
    }

    fn draw(&self) -> String {
        let mut out = String::new();
        let mut line = |text: String| {
            // Writing into a string does not fail.
            let _ = writeln!(out, "{text}");
        };
        line("---".to_owned());
        line(format!("title: {}", self.title()));
        line("---".to_owned());
        line("stateDiagram-v2".to_owned());
        let arrows = self.arrows();
        let parts = self.row.route == Route::Mandate;
        for stage in stages(&arrows) {
            if parts && stage == S::InProgress {
                continue;
            }
            line(format!("    {stage} : {}", self.say(&stage.label())));
        }
        if arrows.keys().any(|(_, to)| *to == Target::OtherClass) {
            let other = self.say(&Text::new("其他类别", "another class"));
            line(format!("    other_class : {other}"));
        }
        for text in self.mandate() {
            line(format!("    {text}"));
        }
        for ((from, to), commands) in &arrows {
            let from = from.map_or("[*]", S::code);
            let to = match to {
                Target::Stage(stage) => stage.code(),
                Target::OtherClass => "other_class",
            };
            let names: Vec<String> = commands
                .iter()
                .map(|command| self.say(&words::command(*command)))
                .collect();
            line(format!("    {from} --> {to} : {}", names.join(" / ")));
        }
        for stage in stages(&arrows)
            .into_iter()
            .filter(|stage| self.is_final(*stage))
        {
            line(format!("    {stage} --> [*]"));
        }
        for (stage, notes) in self.notes() {
            if !stages(&arrows).contains(&stage) {
                continue;
            }
            // A note stands beside a simple state, so that of the mandate stands beside its first.
            let beside = match MANDATE.first() {
                Some((first, ..)) if parts && stage == S::InProgress => first.code(),
                _ => stage.code(),
            };
            line(format!("    note right of {beside}"));
            for note in notes {
                line(format!("        {note}"));
            }
            line("    end note".to_owned());
        }
        out
    }

    fn title(&self) -> String {
        let label = self.say(&self.row.label);
        match self.matter {
            Some(matter) => format!("{label} · {}", self.say(&matter.name)),
            None => label,
        }
    }

    /// Commands by the stages they lead between, as far as the class reaches them, without those that
    /// any open case takes.
    fn arrows(&self) -> BTreeMap<(Option<S>, Target), BTreeSet<C>> {
        let reached = reachable(&self.moves);
        let mut arrows = BTreeMap::<_, BTreeSet<C>>::new();
        for one in &self.moves {
            let starts = one.from.is_none_or(|from| reached.contains(&from));
            if starts && !EVERYWHERE.contains(&one.command) {
                arrows
                    .entry((one.from, one.to))
                    .or_default()
                    .insert(one.command);
            }
        }
        arrows
    }

    fn is_final(&self, stage: S) -> bool {
        stage.is_end() && stage != S::Closed
    }

    fn mandate(&self) -> Vec<String> {
        if self.row.route != Route::Mandate {
            return Vec::new();
        }
        let stage = S::InProgress;
        let label = self.say(&stage.label());
        let mut lines = vec![format!("state \"{label}\" as {stage} {{")];
        let mut seen = BTreeSet::new();
        for stage in MANDATE.iter().flat_map(|(from, _, to)| [from, to]) {
            if seen.insert(stage) {
                lines.push(format!("    {stage} : {}", self.say(&stage.label())));
            }
        }
        if let Some((first, ..)) = MANDATE.first() {
            lines.push(format!("    [*] --> {first}"));
        }
        for (from, command, to) in MANDATE {
            let name = self.say(&words::command(*command));
            lines.push(format!("    {from} --> {to} : {name}"));
        }
        if let Some((.., last)) = MANDATE.last() {
            lines.push(format!("    {last} --> [*]"));
        }
        lines.push("}".to_owned());
        lines
    }

    /// The clocks and conditions of the row, at the stage where they matter.
    fn notes(&self) -> Vec<(S, Vec<String>)> {
        let mut notes = vec![
            (
                S::Reported,
                vec![self.clock(&Text::new("受理", "accept"), self.policy.windows.accept)],
            ),
            (S::Accepted, self.limits(&[L::Dispatch, L::Convene])),
            (S::Whistled, self.whistles()),
            (S::Dispatched, self.limits(&[L::Acknowledge])),
            (
                S::InProgress,
                self.limits(&[
                    L::Handle,
                    L::Progress,
                    L::TakePapers,
                    L::Submit,
                    L::Statutory,
                    L::HandBack,
                ]),
            ),
            (S::Responded, self.signatures()),
            (
                S::Closed,
                vec![
                    self.clock(
                        &Text::new("可重开", "reopen within"),
                        self.policy.windows.reopen,
                    ),
                    format!(
                        "{} {}",
                        self.say(&Text::new("互评", "mutual evaluation:")),
                        self.say(&words::evaluation(self.row.evaluation))
                    ),
                ],
            ),
        ];
        if let Some((_, lines)) = notes.iter_mut().find(|(stage, _)| *stage == S::InProgress) {
            lines.extend(self.evidence());
            let everywhere: Vec<String> = EVERYWHERE
                .iter()
                .map(|command| self.say(&words::command(*command)))
                .collect();
            let any = self.say(&Text::new("任一在办阶段可:", "at any open stage:"));
            lines.push(format!("{any} {}", everywhere.join(" / ")));
        }
        notes.retain(|(_, lines)| !lines.is_empty());
        notes
    }

    fn clock(&self, name: &Text, limit: crate::calendar::Limit) -> String {
        format!("{} {}", self.say(name), self.say(&words::limit(limit)))
    }

    /// The limits of the row, or the matter's where it has its own.
    fn limits(&self, names: &[L]) -> Vec<String> {
        let own = |name: L| match (name, self.matter) {
            (L::Handle, Some(matter)) => matter.limits.get(&self.class).copied(),
            (L::Statutory, Some(matter)) => matter.statutory_limit,
            _ => None,
        };
        names
            .iter()
            .filter_map(|name| {
                let limit = own(*name).or(self.row.limits.get(*name))?;
                Some(self.clock(&name.label(), limit))
            })
            .collect()
    }

    fn whistles(&self) -> Vec<String> {
        WhistleKind::ALL
            .iter()
            .filter_map(|kind| self.policy.whistle_row(*kind))
            .map(|row| self.clock(&row.label, row.approve))
            .collect()
    }

    fn evidence(&self) -> Vec<String> {
        let own = self.matter.map(|matter| &matter.evidence);
        let word = self.say(&Text::new("证据", "evidence:"));
        self.row
            .evidence
            .iter()
            .map(|set| {
                let kinds: BTreeSet<_> = set.iter().chain(own.into_iter().flatten()).collect();
                let kinds: Vec<String> = kinds.iter().map(|kind| self.say(&kind.label())).collect();
                format!("{word} {}", kinds.join(" + "))
            })
            .collect()
    }

    /// Verification and the chain, with who and by when.
    fn signatures(&self) -> Vec<String> {
        let roles = |roles: &BTreeSet<crate::actor::Role>| {
            let words: Vec<String> = roles.iter().map(|role| self.say(&role.label())).collect();
            words.join(if self.language == Language::ZhCn {
                "、"
            } else {
                ", "
            })
        };
        let mut lines = Vec::new();
        if self.row.verify.required {
            lines.extend(self.limits(&[L::Verify]));
            let word = self.say(&Text::new("核查", "verified by"));
            lines.push(format!("{word} {}", roles(&self.row.verify.roles)));
        }
        if let Some(after) = self.row.verify.auto_sign_off {
            lines.push(self.clock(
                &Text::new("未抽中者自动销号", "not drawn: closes after"),
                after,
            ));
        }
        lines.extend(self.limits(&[L::SignOff]));
        for (index, step) in self.row.sign_off.iter().enumerate() {
            let each = if step.every_co_handler {
                self.say(&Text::new("各协办单位", "every co-handler:"))
            } else {
                String::new()
            };
            let who = format!("{each} {}", roles(&step.roles));
            let word = self.say(&Text::new("销号", "sign-off"));
            lines.push(format!("{word} {}. {}", index + 1, who.trim()));
        }
        lines
    }
}

/// Every stage that an arrow touches, in the order of the documentation.
fn stages(arrows: &BTreeMap<(Option<S>, Target), BTreeSet<C>>) -> BTreeSet<S> {
    let mut all = BTreeSet::new();
    for (from, to) in arrows.keys() {
        all.extend(from);
        if let Target::Stage(stage) = to {
            all.insert(*stage);
        }
    }
    all
}
