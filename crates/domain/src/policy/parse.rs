//! Reading a policy file. A file that cannot be read is refused with its line, field and what is
//! accepted; whether the rules make sense is judged by `check`, not here.

use super::Policy;
use crate::text::reader_parts;
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const DEFAULT: &str = include_str!("default.toml");

/// Why a policy file cannot be read. Handling: correct the named line and publish again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct PolicyProblem {
    /// The line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// The field, as its path in the file, e.g. `class.special.limits.handle`.
    pub field: String,
    /// The rule that is broken.
    pub rule: String,
    /// What would be accepted.
    pub accepted: String,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            field,
            rule,
            accepted,
        } = self;
        write!(f, "line {line}: `{field}`: {rule}; accepted: {accepted}")
    }
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyProblem`]: the first thing that cannot be read, with its line and field.
    pub fn parse(text: &str) -> Result<Self, PolicyProblem> {
        toml::from_str(text).map_err(|error| problem(text, &error))
    }

    /// The text of the built-in rules, `default-2026.1`.
    #[must_use]
    pub const fn default_text() -> &'static str {
        DEFAULT
    }

    /// The built-in rules.
    #[must_use]
    pub fn built_in() -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the text is compiled in; a test reads and checks all of it"
        )]
        Self::parse(DEFAULT).expect("default.toml is in order")
    }
}

fn problem(text: &str, error: &toml::de::Error) -> PolicyProblem {
    let at = error.span().map(|span| span.start);
    let message = error.message().trim();
    let (rule, accepted) = reader_parts(message);
    let (rule, accepted) = (
        rule.to_owned(),
        accepted
            .unwrap_or("gridwhistle policy show --built-in")
            .to_owned(),
    );
    let mut field = at.map_or_else(|| "policy".to_owned(), |at| field_at(text, at));
    let missing = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.strip_suffix('`'));
    if let Some(missing) = missing {
        field = format!("{field}.{missing}");
    }
    PolicyProblem {
        line: at.map_or(0, |at| line_of(text, at)),
        field,
        rule,
        accepted,
    }
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text
        .as_bytes()
        .get(..at.min(text.len()))
        .unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The deepest field whose place holds an offset, or the line as it stands where the file is no TOML.
fn field_at(text: &str, at: usize) -> String {
    let Ok(file) = DeTable::parse(text) else {
        let line = text.lines().nth(line_of(text, at) - 1).unwrap_or_default();
        let key = line.split('=').next().unwrap_or_default().trim();
        return if key.is_empty() {
            "policy".to_owned()
        } else {
            key.to_owned()
        };
    };
    let mut fields = Vec::new();
    walk(file.get_ref(), "", &mut fields);
    let holds = |(_, from, until): &&(String, usize, usize)| *from <= at && at < *until;
    fields
        .iter()
        .filter(holds)
        .min_by_key(|(_, from, until)| until - from)
        .map_or_else(|| "policy".to_owned(), |(field, _, _)| field.clone())
}

/// The line on which a field stands, or the nearest field above it in the path.
pub(super) fn line_of_field(text: &str, field: &str) -> Option<usize> {
    let file = DeTable::parse(text).ok()?;
    let mut fields = Vec::new();
    walk(file.get_ref(), "", &mut fields);
    let mut path = field;
    loop {
        if let Some((_, from, _)) = fields.iter().find(|(known, _, _)| known == path) {
            return Some(line_of(text, *from));
        }
        path = path.rsplit_once(['.', '['])?.0;
    }
}

/// Every field with the offsets from its key to the end of its value.
fn walk(table: &DeTable<'_>, path: &str, fields: &mut Vec<(String, usize, usize)>) {
    for (key, value) in table {
        let own = if path.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{path}.{}", key.get_ref())
        };
        let until = value.span().end.max(key.span().end);
        let from = value.span().start.min(key.span().start);
        fields.push((own.clone(), from, until));
        inside(value, &own, fields);
    }
}

fn inside(value: &Spanned<DeValue<'_>>, path: &str, fields: &mut Vec<(String, usize, usize)>) {
    match value.get_ref() {
        DeValue::Table(table) => walk(table, path, fields),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let own = format!("{path}[{index}]");
                fields.push((own.clone(), item.span().start, item.span().end));
                inside(item, &own, fields);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::CaseClass;
    use crate::policy::rows::WhistleKind;

    #[test]
    fn the_built_in_rules_have_a_row_for_every_class_and_kind_of_whistle() {
        let policy = Policy::built_in();
        assert_eq!(policy.version.as_str(), "default-2026.1");
        for class in CaseClass::ALL {
            assert!(policy.row(class).is_some(), "{class}");
        }
        for kind in [
            WhistleKind::Routine,
            WhistleKind::Hard,
            WhistleKind::Emergency,
        ] {
            assert!(policy.whistle_row(kind).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn a_wrong_field_is_named_with_its_line_and_what_is_accepted() {
        let replace = |from: &str, to: &str| Policy::default_text().replacen(from, to, 1);
        for (text, field, accepted) in [
            (
                replace("convene = \"5 wd\"", "convene = \"5 weeks\""),
                "class.special.limits.convene",
                "a whole number",
            ),
            (
                replace("quorum_percent = 67", "quorum_percent = \"most\""),
                "class.special.coordination.quorum_percent",
                "u32",
            ),
            (
                replace("route = \"direct\"", "route = \"sideways\""),
                "class.on_the_spot.route",
                "`direct`",
            ),
            (
                replace("reopen_percent = 50", "reopen_percent = 50\nreopen_pct = 1"),
                "windows.reopen_pct",
                "`reopen_percent`",
            ),
            (
                replace("label = { zh = \"即办件\"", "label = { zh ="),
                "label",
                "value",
            ),
        ] {
            let refused = Policy::parse(&text).unwrap_err();
            assert_eq!(refused.field, field, "{refused}");
            assert!(refused.accepted.contains(accepted), "{refused}");
            let line = text.lines().nth(refused.line - 1).unwrap();
            let key = field.rsplit('.').next().unwrap();
            assert!(line.contains(key), "{refused}");
        }
    }

    #[test]
    fn a_missing_field_is_named() {
        let text = Policy::default_text().replacen("adjournments = 2\n", "", 1);
        let refused = Policy::parse(&text).unwrap_err();
        assert_eq!(refused.field, "class.special.coordination.adjournments");
        assert_eq!(refused.rule, "missing field `adjournments`");
        let line = text.lines().nth(refused.line - 1);
        assert_eq!(line, Some("[class.special.coordination]"));
    }

    #[test]
    fn a_field_that_is_not_written_is_placed_at_the_nearest_one_above() {
        let text = Policy::default_text();
        let line = line_of_field(text, "class.special.limits.submit").unwrap();
        assert_eq!(text.lines().nth(line - 1), Some("[class.special.limits]"));
        let line = line_of_field(text, "class.special.sign_off[2].roles").unwrap();
        assert_eq!(
            text.lines().nth(line - 1),
            Some("roles = [\"street_leader\"]")
        );
    }
}
