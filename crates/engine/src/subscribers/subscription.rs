//! What a subscriber asks for: which events of which cases, in which form, where to, and when not.
//!
//! ```
//! use gridwhistle::subscribers::{Form, Quiet, Scope, Subscription};
//!
//! let known: Subscription = serde_json::from_str(
//!     r#"{"name":"district platform","form":"cloud_event","url":"https://platform.example/in",
//!         "quiet":{"from":1320,"until":420}}"#,
//! )?;
//! assert_eq!((known.form, known.form.code()), (Form::CloudEvent, "cloud_event"));
//! assert!(known.takes("CaseClosed") && known.scope == Scope::default());
//! // 23:30 in China is quiet until seven o'clock.
//! let night = "2026-03-02T15:30:00Z".parse().unwrap();
//! let (case, registry) = (Default::default(), Default::default());
//! assert!(known.scope.covers(&case, &registry, night), "no scope: all of the tenant");
//! let quiet: Quiet = known.quiet.unwrap();
//! assert_eq!(quiet.ends(night), Some("2026-03-02T23:00:00Z".parse().unwrap()));
//! # Ok::<(), serde_json::Error>(())
//! ```

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::ids::UnitId;
use gridwhistle_domain::registry::Registry;
use gridwhistle_domain::sealed::Sealed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// China is eight hours before UTC: quiet hours are told by its clock.
const AHEAD: TimeDelta = TimeDelta::hours(8);
const DAY: i64 = 24 * 60;

/// The form in which events are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SubscriptionForm))]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// `CloudEvents` 1.0, signed as Standard Webhooks ask.
    CloudEvent,
    /// A robot of 企业微信 or 政务微信.
    Wecom,
    /// A robot of 钉钉.
    Dingtalk,
    /// A letter by SMTP.
    Mail,
    /// The status of work orders, told to the 12345 hotline by its own ids.
    #[serde(rename = "12345")]
    Hotline,
}

impl Form {
    /// Every one, in the order of the documentation.
    pub const ALL: [Self; 5] = [
        Self::CloudEvent,
        Self::Wecom,
        Self::Dingtalk,
        Self::Mail,
        Self::Hotline,
    ];

    /// The code in events and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CloudEvent => "cloud_event",
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
            Self::Mail => "mail",
            Self::Hotline => "12345",
        }
    }
}

/// Of which cases: those that lie in one of the areas, or of which one of the units has a part. Both
/// empty: all of the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SubscriptionScope))]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Communities, streets and districts.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub areas: BTreeSet<UnitId>,
    /// Units that have, or had, a leg.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub units: BTreeSet<UnitId>,
}

impl Scope {
    pub(super) fn is_all(&self) -> bool {
        self.areas.is_empty() && self.units.is_empty()
    }

    /// Whether a case, as it stands, is one of them.
    #[must_use]
    pub fn covers(&self, case: &Case, registry: &Registry, now: DateTime<Utc>) -> bool {
        if self.is_all() || case.legs.iter().any(|leg| self.units.contains(&leg.unit)) {
            return true;
        }
        let then = case.placed_at().unwrap_or(now);
        let path = case.grid.as_ref();
        let path = path.and_then(|grid| registry.grid_path(grid, then));
        path.is_some_and(|path| {
            let above = [&path.community, &path.street, &path.district];
            above.iter().any(|unit| self.areas.contains(*unit))
        })
    }
}

/// Hours in which nothing is sent, in minutes after midnight in China; over midnight where it ends
/// before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = QuietHours))]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// When it begins.
    pub from: u16,
    /// When it is over.
    pub until: u16,
}

impl Quiet {
    pub(super) fn is_sound(self) -> bool {
        let day = |minutes: u16| i64::from(minutes) < DAY;
        day(self.from) && day(self.until) && self.from != self.until
    }

    /// When it is over; none where it is not quiet.
    #[must_use]
    pub fn ends(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let minute = i64::from((now + AHEAD).num_seconds_from_midnight() / 60);
        let since = |from: u16| (minute - i64::from(from)).rem_euclid(DAY);
        let length = (i64::from(self.until) - i64::from(self.from)).rem_euclid(DAY);
        let left = length - since(self.from);
        let begun = now.with_second(0).and_then(|now| now.with_nanosecond(0));
        (left > 0).then(|| begun.unwrap_or(now) + TimeDelta::minutes(left))
    }
}

/// A subscription as it stands in events: nothing of it opens a door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// The name for people.
    pub name: String,
    /// The form.
    pub form: Form,
    /// Where to, without what follows a question mark.
    pub url: String,
    /// What follows it, sealed: robots are let in by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Sealed>,
    /// Which facts, by name; empty: all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub types: BTreeSet<String>,
    /// Of which cases.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub scope: Scope,
    /// When not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
}

impl Subscription {
    /// Whether facts of that name are asked for.
    #[must_use]
    pub fn takes(&self, fact: &str) -> bool {
        self.types.is_empty() || self.types.contains(fact)
    }
}
