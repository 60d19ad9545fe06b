//! One certificate held against another.

use super::{Certificate, Published, TableMark};
use crate::problem::Problem;
use crate::source::Source;
use chrono::{DateTime, Utc};
use gridwhistle_domain::text::Text;
use serde::Serialize;

/// What of a certificate differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Another tenant's.
    Tenant,
    /// The log ends before the certificate's last position.
    LogShorter,
    /// The log's past is another one.
    Chain,
    /// Published policies.
    Policies,
    /// Published calendars.
    Calendars,
    /// Rows are made by other rules.
    Rules,
    /// The rows of a table.
    Table,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Of what.
    pub part: Part,
    /// Which one, where there are several.
    pub name: Option<String>,
    /// What the certificate says.
    pub certified: Option<String>,
    /// What the replay gives.
    pub found: Option<String>,
}

impl Difference {
    fn new(part: Part, certified: impl ToString, found: impl ToString) -> Self {
        Self {
            part,
            name: None,
            certified: Some(certified.to_string()),
            found: Some(found.to_string()),
        }
    }

    /// In words.
    #[must_use]
    pub fn text(&self) -> Text {
        let name = self.name.as_deref().unwrap_or_default();
        let (zh, en) = match self.part {
            Part::Tenant => ("租户不同", "the tenant differs"),
            Part::LogShorter => ("日志比证书短", "the log is shorter than the certificate"),
            Part::Chain => ("日志的链值不同", "the chain value of the log differs"),
            Part::Policies => ("发布的规则不同", "a published policy differs"),
            Part::Calendars => ("发布的日历不同", "a published calendar differs"),
            Part::Rules => (
                "视图规则版本不同，各表不可比",
                "the version of the views' rules differs, so that tables cannot be compared",
            ),
            Part::Table => ("表的内容不同", "the rows of a table differ"),
        };
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let (certified, found) = (side(&self.certified), side(&self.found));
        Text::new(
            format!("{zh} {name}：证书为 {certified}，重放得 {found}"),
            format!("{en} {name}: certified {certified}, replayed {found}"),
        )
    }
}

impl Certificate {
    /// Replays the log up to where this certificate ends, and names what differs.
    ///
    /// # Errors
    /// As [`Certificate::of`].
    pub async fn check(
        &self,
        source: &Source,
        now: DateTime<Utc>,
    ) -> Result<Vec<Difference>, Problem> {
        if self.tenant != source.tenant() {
            let difference = Difference::new(Part::Tenant, &self.tenant, source.tenant());
            return Ok(vec![difference]);
        }
        let head = source.end().await?;
        if head < self.log.last || self.log.last == 0 {
            return Ok(vec![Difference::new(Part::LogShorter, self.log.last, head)]);
        }
        let found = Self::up_to(source, self.log.last, now).await?;
        Ok(self.differences(&found))
    }

    /// What differs in another certificate of the same positions.
    #[must_use]
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let mut all = Vec::new();
        if self.log != found.log {
            all.push(Difference::new(
                Part::Chain,
                &self.log.chain,
                &found.log.chain,
            ));
        }
        let published = |one: &Published| (one.version.clone(), one.sha256.clone());
        pairs(
            Part::Policies,
            self.policies.iter().map(published),
            found.policies.iter().map(published),
            &mut all,
        );
        pairs(
            Part::Calendars,
            self.calendars.iter().map(published),
            found.calendars.iter().map(published),
            &mut all,
        );
        if self.view != found.view {
            let of = |one: &Self| format!("{} {}", one.view.name, one.view.version);
            all.push(Difference::new(Part::Rules, of(self), of(found)));
            return all;
        }
        let rows = |one: &TableMark| (one.name.clone(), format!("{} {}", one.rows, one.sha256));
        pairs(
            Part::Table,
            self.tables.iter().map(rows),
            found.tables.iter().map(rows),
            &mut all,
        );
        all
    }
}

/// What stands on one side alone, or differs under one name.
fn pairs(
    part: Part,
    certified: impl Iterator<Item = (String, String)>,
    found: impl Iterator<Item = (String, String)>,
    all: &mut Vec<Difference>,
) {
    let mut found: Vec<(String, String)> = found.collect();
    for (name, certified) in certified {
        let place = found.iter().position(|(other, _)| *other == name);
        let other = place.map(|place| found.remove(place).1);
        if other.as_ref() != Some(&certified) {
            all.push(Difference {
                part,
                name: Some(name),
                certified: Some(certified),
                found: other,
            });
        }
    }
    all.extend(found.into_iter().map(|(name, other)| Difference {
        part,
        name: Some(name),
        certified: None,
        found: Some(other),
    }));
}
