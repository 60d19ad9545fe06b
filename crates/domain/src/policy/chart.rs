//! The flow of a class, or of one matter in a class: its stages with what is owed in each, and the arrows
//! between them. Mermaid text and pages are drawn from it.
//!
//! Made from the step table, the moves and the policy row, so that it cannot say anything else than the
//! rules do. Refuses: layout.

use super::Policy;
use super::flow::{MANDATE, Move, Target, moves, reachable};
use super::rows::{ClassRow, LimitName as L, Route, WhistleKind};
use super::words;
use crate::case::command::CommandName as C;
use crate::case::stage::{MandateStage, Stage as S};
use crate::case::steps::STEPS;
use crate::catalogue::matter::Matter;
use crate::class::CaseClass;
use crate::text::{Language, Text};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The flow of a class, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Chart {
    /// The class, and the matter where one was named.
    pub title: String,
    /// The stages that a case of the class may reach, in the order of their documentation.
    pub stages: Vec<ChartStage>,
    /// What leads from where to where.
    pub arrows: Vec<ChartArrow>,
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChartStage {
    /// Which.
    pub stage: S,
    /// Its name.
    pub label: String,
    /// Whether nothing follows it.
    pub last: bool,
    /// Whether it lies beside the way that a case of the class takes.
    pub aside: bool,
    /// Its clocks and conditions.
    pub notes: Vec<String>,
    /// The stages of the mandate, where they lie within it.
    pub parts: Vec<ChartPart>,
    /// What leads from part to part.
    pub steps: Vec<ChartStep>,
}

/// One stage of the mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChartPart {
    /// Which.
    pub part: MandateStage,
    /// Its name.
    pub label: String,
}

/// One step of the mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChartStep {
    /// From where.
    pub from: MandateStage,
    /// To where.
    pub to: MandateStage,
    /// By which command.
    pub command: String,
}

/// One arrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChartArrow {
    /// From where; none: before the case exists.
    pub from: Option<S>,
    /// To where; none: into another class.
    pub to: Option<S>,
    /// By which commands.
    pub commands: Vec<String>,
}

impl Policy {
    /// The chart of a class; with a matter, under the matter's own limits and evidence. None, if the
    /// policy has no row for the class.
    #[must_use]
    pub fn chart(
        &self,
        class: CaseClass,
        matter: Option<&Matter>,
        language: Language,
    ) -> Option<Chart> {
        let row = self.row(class)?;
        let sheet = Sheet {
            policy: self,
            class,
            row,
            matter,
            language,
            moves: moves(self, row, STEPS),
        };
        Some(sheet.chart())
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

    fn chart(&self) -> Chart {
        let arrows = self.arrows();
        let mut notes: BTreeMap<S, Vec<String>> = self.notes().into_iter().collect();
        let stages = stages(&arrows).into_iter().map(|stage| {
            let within = stage == S::InProgress && self.row.route == Route::Mandate;
            ChartStage {
                stage,
                label: self.say(&stage.label()),
                last: stage.is_end() && stage != S::Closed,
                aside: match stage {
                    S::Suspended => true,
                    S::Coordinating => self.row.route != Route::Coordination,
                    _ => false,
                },
                notes: notes.remove(&stage).unwrap_or_default(),
                parts: if within { self.parts() } else { Vec::new() },
                steps: if within { self.steps() } else { Vec::new() },
            }
        });
        let stages = stages.collect();
        let arrows = arrows.iter().map(|((from, to), commands)| ChartArrow {
            from: *from,
            to: match to {
                Target::Stage(stage) => Some(*stage),
                Target::OtherClass => None,
            },
            commands: commands
                .iter()
                .map(|command| self.say(&words::command(*command)))
                .collect(),
        });
        Chart {
            title: self.title(),
            stages,
            arrows: arrows.collect(),
        }
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

    fn parts(&self) -> Vec<ChartPart> {
        let mut seen = BTreeSet::new();
        let all = MANDATE.iter().flat_map(|(from, _, to)| [*from, *to]);
        all.filter(|part| seen.insert(*part))
            .map(|part| ChartPart {
                part,
                label: self.say(&part.label()),
            })
            .collect()
    }

    fn steps(&self) -> Vec<ChartStep> {
        let all = MANDATE.iter().map(|(from, command, to)| ChartStep {
            from: *from,
            to: *to,
            command: self.say(&words::command(*command)),
        });
        all.collect()
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
            let any = self.say(&Text::new("任一在办阶段可", "at any open stage:"));
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
