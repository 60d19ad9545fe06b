//! The chart of a class as a Mermaid `stateDiagram-v2`. Refuses: layout; Mermaid does that.

use super::Policy;
use super::chart::{Chart, ChartStage};
use crate::catalogue::matter::Matter;
use crate::class::CaseClass;
use crate::text::{Language, Text};

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
        Some(self.chart(class, matter, language)?.mermaid(language))
    }
}

impl Chart {
    /// As Mermaid text.
    #[must_use]
    pub fn mermaid(&self, language: Language) -> String {
        let mut lines = vec![
            "---".to_owned(),
            format!("title: {}", self.title),
            "---".to_owned(),
            "stateDiagram-v2".to_owned(),
        ];
        let plain = self.stages.iter().filter(|one| one.parts.is_empty());
        lines.extend(plain.map(|one| format!("    {} : {}", one.stage, one.label)));
        if self.arrows.iter().any(|arrow| arrow.to.is_none()) {
            let other = Text::new("其他类别", "another class");
            lines.push(format!("    other_class : {}", other.get(language)));
        }
        for stage in self.stages.iter().filter(|one| !one.parts.is_empty()) {
            within(stage, &mut lines);
        }
        for arrow in &self.arrows {
            let from = arrow.from.map_or("[*]", |stage| stage.code());
            let to = arrow.to.map_or("other_class", |stage| stage.code());
            lines.push(format!(
                "    {from} --> {to} : {}",
                arrow.commands.join(" / ")
            ));
        }
        let ends = self.stages.iter().filter(|one| one.last);
        lines.extend(ends.map(|one| format!("    {} --> [*]", one.stage)));
        for stage in self.stages.iter().filter(|one| !one.notes.is_empty()) {
            // A note stands beside a simple state, so that of the mandate stands beside its first.
            let first = stage.parts.first();
            let beside = first.map_or(stage.stage.code(), |part| part.part.code());
            lines.push(format!("    note right of {beside}"));
            lines.extend(stage.notes.iter().map(|note| format!("        {note}")));
            lines.push("    end note".to_owned());
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// A stage with the stages within it.
fn within(stage: &ChartStage, lines: &mut Vec<String>) {
    lines.push(format!(
        "    state \"{}\" as {} {{",
        stage.label, stage.stage
    ));
    let parts = stage.parts.iter();
    lines.extend(parts.map(|part| format!("        {} : {}", part.part, part.label)));
    if let Some(first) = stage.parts.first() {
        lines.push(format!("        [*] --> {}", first.part));
    }
    let steps = stage.steps.iter();
    lines.extend(
        steps.map(|step| format!("        {} --> {} : {}", step.from, step.to, step.command)),
    );
    if let Some(last) = stage.parts.last() {
        lines.push(format!("        {} --> [*]", last.part));
    }
    lines.push("    }".to_owned());
}
