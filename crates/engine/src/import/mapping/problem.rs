//! What is wrong with a mapping, and where.

use gridwhistle_domain::text::Text;

/// A mapping that is refused. Handling: correct the field on that line as `accepted` says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{field}`: {}; accepted: {}", self.rule.en, self.accepted.en)]
pub struct MappingProblem {
    /// The line, from 1; 0 when the mapping as a whole is meant.
    pub line: usize,
    /// The field, as a dotted path.
    pub field: String,
    /// The rule that is broken.
    pub rule: Box<Text>,
    /// What would be accepted.
    pub accepted: Box<Text>,
}

impl MappingProblem {
    pub(super) fn new(line: usize, field: impl Into<String>, (zh, en): (&str, &str)) -> Self {
        let rule = Box::new(Text::new(zh, en));
        Self {
            line,
            field: field.into(),
            rule,
            accepted: Box::default(),
        }
    }

    /// The same words in both languages: names and examples.
    pub(super) fn accepting(mut self, accepted: impl Into<String>) -> Self {
        let accepted = accepted.into();
        *self.accepted = Text::new(accepted.clone(), accepted);
        self
    }

    pub(super) fn accepting_words(mut self, zh: &str, en: &str) -> Self {
        *self.accepted = Text::new(zh, en);
        self
    }

    /// The problem in words, both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let Self {
            line,
            field,
            rule,
            accepted,
        } = self;
        if *line == 0 {
            return Text::new(
                format!("{}；应为：{}", rule.zh, accepted.zh),
                format!("{}; accepted: {}", rule.en, accepted.en),
            );
        }
        Text::new(
            format!("第 {line} 行 `{field}`：{}；应为：{}", rule.zh, accepted.zh),
            format!(
                "line {line}: `{field}`: {}; accepted: {}",
                rule.en, accepted.en
            ),
        )
    }
}

/// The line of a byte offset, from 1.
pub(super) fn line_of(toml: &str, offset: usize) -> usize {
    let before = toml.as_bytes().iter().take(offset);
    before.filter(|byte| **byte == b'\n').count() + 1
}
