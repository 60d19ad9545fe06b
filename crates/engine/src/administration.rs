//! Who did what to the tenant itself, the latest first: registry, catalogue, policies, calendars, keys
//! and subscribers of other systems, exports, erasures, readings of opinions. For audit administrators.
//!
//! It is read from the log backwards; there is no second record that could differ from it. A page looks
//! at a bounded stretch, so it may be short, or empty, while there are older ones.

use crate::Engine;
use crate::error::EngineError;
use crate::personal::access::AccessEvent;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_store::RecordedEvent;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Streams by which a tenant is administered, by the kind of their aggregate.
const AREAS: [&str; 8] = [
    "access_key",
    "calendar",
    "catalogue",
    "export",
    "personal_data",
    "policy",
    "registry",
    "subscriber",
];

/// The rows of the log that are read at once.
const STEP: u64 = 2_000;

/// The rows of the log that a page looks at, at most.
const LOOKED_AT: u64 = 100_000;

/// A text of a fact is cut to so many characters: a policy is its whole file.
const TEXT_MAX: usize = 200;

/// One act of administration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Act {
    /// Its place in the log.
    pub position: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// Of what: `registry`, `catalogue`, `policy`, `calendar`, `access_key`, `subscriber`, `export`,
    /// `personal_data`.
    pub area: String,
    /// What happened, by the name of the fact.
    pub act: String,
    /// The fact itself; long texts are cut, hashes of keys and what is sealed are left out.
    pub what: Value,
}

/// A page of acts, the latest first.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::administration::{Act, Acts};
///
/// let page: Acts = engine.administration(None, 2).await?;
/// let latest: &Act = &page.acts[0];
/// assert_eq!(latest.by, gridwhistle::doc::admin());
/// let older = engine.administration(page.next, 2).await?;
/// assert!(older.acts[0].position < latest.position);
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Acts {
    /// The acts.
    pub acts: Vec<Act>,
    /// Before which position the next page begins; none: that was all.
    pub next: Option<u64>,
}

/// What is the same in every event of administration.
#[derive(Deserialize)]
struct Outline {
    at: DateTime<Utc>,
    by: Actor,
    fact: Value,
}

impl Engine {
    /// A page of what was done before a position of the log, by default up to now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn administration(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Acts, EngineError> {
        let (acts, next) = self.backwards(before, limit, act).await?;
        Ok(Acts { acts, next })
    }

    /// A page of who was shown personal data in clear before a position of the log, by default up to
    /// now: the latest first, and before which position the next page begins.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::personal::access::{AccessFact, Purpose};
    ///
    /// let (leader, case) = (gridwhistle::doc::leader(), gridwhistle::doc::reported(&engine).await?);
    /// let seen = engine.reporters(&leader, case, Purpose::Callback).await?;
    /// let (reads, _) = engine.readings(None, 10).await?;
    /// assert_eq!(reads.is_empty(), seen.is_empty(), "who saw nothing read nothing");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn readings(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<(u64, AccessEvent)>, Option<u64>), EngineError> {
        self.backwards(before, limit, reading).await
    }

    /// The log from a position backwards, as far as a page looks; what is found, and before which
    /// position the next page begins.
    async fn backwards<T>(
        &self,
        before: Option<u64>,
        limit: usize,
        find: impl Fn(&RecordedEvent) -> Result<Option<T>, EngineError>,
    ) -> Result<(Vec<T>, Option<u64>), EngineError> {
        let inner = &self.inner;
        let head = inner.log.head(&inner.tenant).await?;
        let mut end = before.map_or(head, |before| before.saturating_sub(1).min(head));
        let floor = end.saturating_sub(LOOKED_AT);
        let mut found = Vec::new();
        let mut last = end;
        while end > floor {
            let after = end.saturating_sub(STEP).max(floor);
            let rows = usize::try_from(end - after).unwrap_or(usize::MAX);
            let rows = inner.log.read_log(&inner.tenant, after, rows).await?;
            for row in rows.iter().rev() {
                if found.len() == limit {
                    return Ok((found, Some(last)));
                }
                if let Some(one) = find(row)? {
                    found.push(one);
                    last = row.position;
                }
            }
            end = after;
        }
        Ok((found, (floor > 0).then_some(floor + 1)))
    }
}

/// The reading that a row of the log holds, if it is one.
fn reading(row: &RecordedEvent) -> Result<Option<(u64, AccessEvent)>, EngineError> {
    if row.event_type != "PersonalDataRead" {
        return Ok(None);
    }
    let position = row.position;
    let read = serde_json::from_str(&row.payload);
    let event = read.map_err(|what| EngineError::Unreadable {
        position,
        what: what.to_string(),
    })?;
    Ok(Some((position, event)))
}

/// The act that a row of the log holds, if it is one.
fn act(row: &RecordedEvent) -> Result<Option<Act>, EngineError> {
    let area = row.stream.aggregate_type.as_str();
    // Who looked at whose data has a record of its own: `reading`.
    if !AREAS.contains(&area) || row.event_type == "PersonalDataRead" {
        return Ok(None);
    }
    let position = row.position;
    let read = serde_json::from_str(&row.payload);
    let Outline { at, by, fact } = read.map_err(|what| EngineError::Unreadable {
        position,
        what: what.to_string(),
    })?;
    let mut what = match fact {
        Value::Object(named) => named.into_iter().next().map(|(_, what)| what),
        _ => None,
    }
    .unwrap_or(Value::Null);
    shorten(&mut what);
    Ok(Some(Act {
        position,
        at,
        by,
        area: area.to_owned(),
        act: row.event_type.clone(),
        what,
    }))
}

/// Cuts long texts, and takes out what opens nothing but is nobody's business.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(TEXT_MAX) {
                text.truncate(end);
                text.push('…');
            }
        }
        Value::Array(all) => all.iter_mut().for_each(shorten),
        Value::Object(all) => {
            let of_key = all.contains_key("key");
            all.retain(|name, _| !(name == "ciphertext" || of_key && name == "sha256"));
            all.values_mut().for_each(shorten);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_texts_are_cut_and_hashes_of_keys_left_out() {
        let mut value = json!({ "key": "k", "sha256": "aa", "text": "规".repeat(300) });
        shorten(&mut value);
        assert_eq!(value["text"].as_str().unwrap().chars().count(), 201);
        assert!(value.get("sha256").is_none());
        let mut export = json!({ "exported": { "sha256": "aa" } });
        shorten(&mut export);
        assert_eq!(export["exported"]["sha256"], "aa");
    }
}
