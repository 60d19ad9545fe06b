//! What a policy file would change: its holes, its difference to the one in force, and the duties that
//! are owed now, had their cases been accepted under it.

use gridwhistle_domain::case::foresee::DutyUnder;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::PolicyVersion;
use gridwhistle_domain::policy::Policy;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with a policy, and what it would change.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CheckedPolicy {
    /// Its label.
    pub version: PolicyVersion,
    /// Whether the rules hold together; it is then published, unless its label is taken or it would
    /// take effect in the past.
    pub publishable: bool,
    /// What was found.
    pub findings: Vec<FoundInPolicy>,
    /// The version in force that it is held against; none: it would be the first.
    pub against: Option<PolicyVersion>,
    /// Every value that differs, in the order of the file.
    pub changes: Vec<PolicyChange>,
    /// Duties that are owed now.
    pub duties: DutiesUnder,
}

/// One hole, or one thing to think about.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FoundInPolicy {
    /// Whether it stops publication.
    pub stops: bool,
    /// The line of the file, from 1.
    pub line: Option<u64>,
    /// The field, as its path in the file.
    pub field: String,
    /// Where and what, in the caller's language.
    pub words: String,
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PolicyChange {
    /// The field, as its path in the file.
    pub field: String,
    /// As it is in force; none: it is new.
    pub old: Option<String>,
    /// As it would be; none: it is gone.
    pub new: Option<String>,
}

/// Duties that are owed now, under the policy that each case pinned and under another one. Publishing
/// moves none of them: a case keeps what it pinned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DutiesUnder {
    /// Open cases that were looked at.
    pub cases: u64,
    /// There are more, which were not: the answer would have taken too long.
    pub more: bool,
    /// Their duties whose limit a policy gives.
    pub duties: u64,
    /// Of these, those that would be due at another time, or not at all.
    pub changed: u64,
    /// By class and duty.
    pub of: Vec<DutiesOfClass>,
}

/// Duties of one kind in one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DutiesOfClass {
    /// The class.
    pub class: CaseClass,
    /// The duty by its code.
    pub duty: String,
    /// How many are owed.
    pub owed: u64,
    /// Due sooner under the other policy.
    pub sooner: u64,
    /// Due later.
    pub later: u64,
    /// Due never.
    pub gone: u64,
}

impl DutiesUnder {
    /// Of the duties of so many cases.
    #[must_use]
    pub fn of(cases: u64, more: bool, all: &[DutyUnder]) -> Self {
        let mut of: BTreeMap<(CaseClass, &str), DutiesOfClass> = BTreeMap::new();
        for one in all {
            let duty = one.kind.code();
            let row = of
                .entry((one.class, duty))
                .or_insert_with(|| DutiesOfClass {
                    class: one.class,
                    duty: duty.to_owned(),
                    owed: 0,
                    sooner: 0,
                    later: 0,
                    gone: 0,
                });
            row.owed += 1;
            match one.would_be {
                None => row.gone += 1,
                Some(due) if due < one.due => row.sooner += 1,
                Some(due) if due > one.due => row.later += 1,
                Some(_) => {}
            }
        }
        let of: Vec<DutiesOfClass> = of.into_values().collect();
        let changed = of.iter().map(|row| row.sooner + row.later + row.gone);
        Self {
            cases,
            more,
            duties: all.len() as u64,
            changed: changed.sum(),
            of,
        }
    }
}

/// Every value in which two policies differ.
#[must_use]
pub fn policy_changes(old: &Policy, new: &Policy) -> Vec<PolicyChange> {
    let (old, new) = (values(old), values(new));
    let fields: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = fields.into_iter().filter_map(|field| {
        let (was, is) = (old.get(field), new.get(field));
        (was != is).then(|| PolicyChange {
            field: field.clone(),
            old: was.cloned(),
            new: is.cloned(),
        })
    });
    changes.collect()
}

/// The values of a policy by their path in the file.
#[must_use]
pub fn values(policy: &Policy) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let whole = serde_json::to_value(policy).unwrap_or_default();
    flatten("", &whole, &mut found);
    found
}

fn flatten(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(&below(name), value, found);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (no, item) in items.iter().enumerate() {
                let code = item.get("code").and_then(Value::as_str);
                let name = code.map_or_else(|| (no + 1).to_string(), str::to_owned);
                flatten(&below(&name), item, found);
            }
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(told).collect();
            found.insert(path.to_owned(), items.join(", "));
        }
        Value::Null => {}
        other => {
            found.insert(path.to_owned(), told(other));
        }
    }
}

fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_limit_is_told_by_its_path() {
        let old = Policy::built_in();
        let text = Policy::default_text().replace("default-2026.1", "city-2026.2");
        let mut new = Policy::parse(&text).unwrap();
        let row = new.class.get_mut(&CaseClass::TimeLimited).unwrap();
        row.limits.acknowledge = Some("7 wh".parse().unwrap());
        let changes = policy_changes(&old, &new);
        let fields: Vec<&str> = changes.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(
            fields,
            ["class.time_limited.limits.acknowledge", "version"],
            "{changes:?}"
        );
        assert_eq!(changes[0].new.as_deref(), Some("7 wh"));
        assert!(values(&old).len() > 100);
    }
}
