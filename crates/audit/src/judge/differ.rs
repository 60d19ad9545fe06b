//! Where what the rule gives and what the log holds part.

use super::report::Finding;
use serde::Serialize;
use serde_json::Value;

/// The longest value that is shown, in characters.
const SHOWN_MAX: usize = 200;

/// The first difference of two lists of events, and of which event of the log; none where they are
/// the same. `name` is an event's type.
pub(super) fn differ<E: Serialize + PartialEq>(
    rule: &[E],
    log: &[E],
    name: impl Fn(&E) -> String,
) -> Option<(usize, Finding)> {
    let index = (0..rule.len().max(log.len())).find(|at| rule.get(*at) != log.get(*at))?;
    let last = log.len().saturating_sub(1);
    let finding = match (rule.get(index), log.get(index)) {
        (Some(wanted), Some(held)) if name(wanted) == name(held) => fields(wanted, held),
        (Some(wanted), held) => {
            let later = log.iter().skip(index + 1).any(|one| one == wanted);
            match held {
                Some(held)
                    if later || rule.iter().skip(index).all(|one| name(one) != name(held)) =>
                {
                    Finding::Surplus { fact: name(held) }
                }
                held => Finding::Missing {
                    fact: name(wanted),
                    instead: held.map_or_else(|| "-".to_owned(), &name),
                },
            }
        }
        (None, Some(held)) => Finding::Surplus { fact: name(held) },
        (None, None) => return None,
    };
    Some((index.min(last), finding))
}

fn fields<E: Serialize>(wanted: &E, held: &E) -> Finding {
    let (Ok(wanted), Ok(held)) = (serde_json::to_value(wanted), serde_json::to_value(held)) else {
        return Finding::differs("-", "-", "-");
    };
    let mut path = Vec::new();
    let (wanted, held) = part(&wanted, &held, &mut path);
    Finding::Differs {
        field: path.join("."),
        given: shown(held),
        wanted: shown(wanted),
    }
}

/// Walks down to the first part that differs.
fn part<'v>(
    wanted: &'v Value,
    held: &'v Value,
    path: &mut Vec<String>,
) -> (Option<&'v Value>, Option<&'v Value>) {
    match (wanted, held) {
        (Value::Object(wanted_fields), Value::Object(held_fields)) => {
            let names = wanted_fields.keys().chain(held_fields.keys());
            for name in names {
                match (wanted_fields.get(name), held_fields.get(name)) {
                    (Some(one), Some(other)) if one == other => {}
                    (Some(one), Some(other)) => {
                        path.push(name.clone());
                        return part(one, other, path);
                    }
                    (one, other) => {
                        path.push(name.clone());
                        return (one, other);
                    }
                }
            }
            (Some(wanted), Some(held))
        }
        (Value::Array(wanted_items), Value::Array(held_items))
            if wanted_items.len() == held_items.len() =>
        {
            let mut pairs = wanted_items.iter().zip(held_items).enumerate();
            match pairs.find(|(_, (one, other))| one != other) {
                Some((at, (one, other))) => {
                    path.push(at.to_string());
                    part(one, other, path)
                }
                None => (Some(wanted), Some(held)),
            }
        }
        _ => (Some(wanted), Some(held)),
    }
}

fn shown(value: Option<&Value>) -> String {
    let text = match value {
        None => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
