//! Publishing calendars as events: one stream per tenant, from which the [`CalendarBook`] is folded.
//!
//! Until a tenant publishes anything, the built-in book of China serves. The first publication writes
//! the built-in notices into the stream before its own, so that from then on the stream alone says
//! what was known when, whatever a later release has built in. Refuses: taking a version away.

use super::{
    CalendarBook, CalendarProblem, CalendarPublication, CalendarRefused, CalendarVersion, YEARS,
};
use crate::actor::{Actor, Role};
use crate::text::Language;
use chrono::{DateTime, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

/// One event of the stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CalendarEvent {
    /// When it was published here; the notice itself may have been known before.
    pub at: DateTime<Utc>,
    /// Who published it.
    pub by: Actor,
    /// What happened.
    pub fact: CalendarFact,
}

/// The facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum CalendarFact {
    /// A version of the calendar was published.
    CalendarPublished {
        /// What it adds.
        publication: CalendarPublication,
    },
}

crate::names::names! { CalendarFact:
    CalendarPublished
}

impl DomainEvent for CalendarEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

/// What may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "command", deny_unknown_fields)]
pub enum CalendarCommand {
    /// Publish a version.
    #[serde(rename = "publish-calendar")]
    Publish {
        /// What it adds.
        publication: CalendarPublication,
    },
    /// Take over the built-in notices that are not in the stream yet: at installation, and after an
    /// update that brings a new year. One that was known before the latest version here becomes known
    /// now, for clocks that have been started could not know it.
    #[serde(rename = "adopt-built-in-calendar")]
    AdoptBuiltIn {},
}

/// A command, when it is asked, and by whom.
#[derive(Clone, Debug)]
pub struct CalendarOrder {
    /// What is asked.
    pub command: CalendarCommand,
    /// When.
    pub now: DateTime<Utc>,
    /// By whom.
    pub actor: Actor,
}

/// Why a publication is refused. Nothing was recorded.
///
/// Handling: correct the named field and publish again; `known_in_future` heals by waiting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarRefusal {
    /// The role may not publish calendars.
    #[error(
        "role `{role}` may not publish calendars; accepted: administrator, city_office, system"
    )]
    NotAuthorised {
        /// The role that asked.
        role: Role,
    },
    /// Nobody knows tomorrow's notice today.
    #[error("`known_at`: {known_at} is in the future; accepted: {now} or before")]
    KnownInFuture {
        /// What the publication says.
        known_at: DateTime<Utc>,
        /// When it was asked.
        now: DateTime<Utc>,
    },
    /// The publication contradicts itself or what is published.
    #[error(transparent)]
    Refused(#[from] CalendarRefused),
}

impl CalendarRefusal {
    /// The code for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorised { .. } => "not_authorised",
            Self::KnownInFuture { .. } => "known_in_future",
            Self::Refused(_) => "calendar_refused",
        }
    }

    /// The words in the asked language.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            Self::NotAuthorised { role } => {
                format!(
                    "角色 {}（{role}）无权发布日历；应为：系统管理员（administrator）、市级统筹办（city_office）、系统（system）",
                    role.label().zh
                )
            }
            Self::KnownInFuture { known_at, now } => {
                format!("`known_at`：{known_at} 尚未到来；应不晚于 {now}")
            }
            Self::Refused(refused) => {
                let problems: Vec<String> = refused.problems.iter().map(in_chinese).collect();
                format!("日历不予发布：{}", problems.join(";"))
            }
        }
    }
}

fn in_chinese(problem: &CalendarProblem) -> String {
    use CalendarProblem as P;
    match problem {
        P::Unreadable { line, words } => format!("第 {line} 行 {}", words.zh),
        P::VersionLabel(version) => {
            format!(
                "`version`：{version} 不是有效的版本号；应为 1 至 64 个小写字母、数字、`-`、`.`、`_`"
            )
        }
        P::VersionTaken(version) => {
            format!("`version`：版本 {version} 已发布；应使用未用过的版本号")
        }
        P::KnownTooEarly {
            known_at,
            version,
            latest,
        } => format!("`known_at`：{known_at} 不晚于最新版本 {version} 的获知时间 {latest}；应更晚"),
        P::NothingPublished => {
            "`years`、`days`、`hours`、`day_end` 均为空；至少须有一项".to_owned()
        }
        P::YearOutOfRange(year) => format!(
            "`years`：{year} 超出范围；应为 {} 至 {}",
            YEARS.start(),
            YEARS.end()
        ),
        P::YearTwice(year) => format!("`years`：{year} 重复；每年一次"),
        P::YearWithoutDays(year) => format!("`years`：{year} 没有节假日；须在 `days` 中给出"),
        P::DayOutsideYear { date, years } => {
            format!(
                "`days`：{date} 不在本次发布的年份之内；应为 {years} 的日期、其前一年十二月或已发布年份的日期"
            )
        }
        P::DayTwice { date, kind } => {
            format!("`days`：{date} 重复（`{kind:?}`）；每日每种只列一次")
        }
        P::DayContradicted(date) => format!(
            "`days`：{date} 的类型相互矛盾；放假（holiday）、补班（makeup）、常规（regular）只可取其一，停工（stop_work）至多一次"
        ),
        P::MakeupOnWeekday(date) => format!("`days`：补班日 {date} 是工作日；应为周六或周日"),
        P::NoShifts { field } => format!("`{field}` 为空；至少须有一段，如 `08:00-12:00`"),
        P::ShiftsOverlap {
            field,
            first,
            second,
        } => {
            format!("`{field}`：{second} 早于 {first} 结束；应依次排列")
        }
        P::SeasonsOverlap(day) => format!("`hours.seasons`：{day} 属于多个时段；各时段应互不重叠"),
        P::HoursOutOfRange(date) => format!(
            "`hours.valid_from`：{date} 超出范围；应为 {} 至 {} 年的日期",
            YEARS.start(),
            YEARS.end()
        ),
        P::ReplacesUnknown(version) => {
            format!("`replaces`：{version} 不在用；应为已发布且未被替换的版本")
        }
        P::ReplacedYearMissing { year, version } => {
            format!("`years`：缺少被替换版本 {version} 的 {year} 年；须全部重述")
        }
    }
}

/// All calendars that a tenant works by, folded from its events.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<CalendarPublication>", into = "Vec<CalendarPublication>")]
pub struct PublishedCalendars {
    /// Nothing published yet: the built-in book.
    begun: bool,
    book: CalendarBook,
    refused: Vec<CalendarVersion>,
}

impl From<Vec<CalendarPublication>> for PublishedCalendars {
    fn from(publications: Vec<CalendarPublication>) -> Self {
        let mut all = Self::default();
        for publication in publications {
            all.keep(publication);
        }
        all
    }
}

impl From<PublishedCalendars> for Vec<CalendarPublication> {
    fn from(all: PublishedCalendars) -> Self {
        if all.begun {
            all.book.publications().cloned().collect()
        } else {
            Self::new()
        }
    }
}

impl PublishedCalendars {
    /// Every version, for decisions about cases.
    #[must_use]
    pub const fn book(&self) -> &CalendarBook {
        &self.book
    }

    /// Versions of the stream that this release cannot lay over the others; told, never guessed.
    #[must_use]
    pub fn refused(&self) -> &[CalendarVersion] {
        &self.refused
    }

    /// Decides a command at `now`, asked by `actor`.
    ///
    /// # Errors
    /// [`CalendarRefusal`], with nothing recorded.
    pub fn decide(
        &self,
        command: &CalendarCommand,
        now: DateTime<Utc>,
        actor: &Actor,
    ) -> Result<Vec<CalendarEvent>, CalendarRefusal> {
        if !matches!(
            actor.role,
            Role::Administrator | Role::CityOffice | Role::System
        ) {
            return Err(CalendarRefusal::NotAuthorised { role: actor.role });
        }
        let publications = match command {
            CalendarCommand::Publish { publication } => self.publish(publication, now)?,
            CalendarCommand::AdoptBuiltIn {} => self.adopt(now)?,
        };
        let event = |publication| CalendarEvent {
            at: now,
            by: actor.clone(),
            fact: CalendarFact::CalendarPublished { publication },
        };
        Ok(publications.into_iter().map(event).collect())
    }

    fn publish(
        &self,
        publication: &CalendarPublication,
        now: DateTime<Utc>,
    ) -> Result<Vec<CalendarPublication>, CalendarRefusal> {
        let known_at = publication.known_at;
        if known_at > now {
            return Err(CalendarRefusal::KnownInFuture { known_at, now });
        }
        self.book.publish(publication.clone())?;
        let mut all = self.ground();
        all.push(publication.clone());
        Ok(all)
    }

    /// What the stream lacks before its first own publication.
    fn ground(&self) -> Vec<CalendarPublication> {
        if self.begun {
            Vec::new()
        } else {
            self.book.publications().cloned().collect()
        }
    }

    fn adopt(&self, now: DateTime<Utc>) -> Result<Vec<CalendarPublication>, CalendarRefusal> {
        if !self.begun {
            return Ok(self.ground());
        }
        let mut book = self.book.clone();
        let mut new = Vec::new();
        for notice in CalendarBook::china().publications() {
            if book.get(&notice.version).is_some() {
                continue;
            }
            let mut notice = notice.clone();
            if notice.known_at <= book.latest().known_at() {
                notice.known_at = now;
            }
            book = book.publish(notice.clone())?;
            new.push(notice);
        }
        Ok(new)
    }

    /// Folds one event. Total.
    pub fn evolve(&mut self, event: &CalendarEvent) {
        let CalendarFact::CalendarPublished { publication } = &event.fact;
        self.keep(publication.clone());
    }

    fn keep(&mut self, publication: CalendarPublication) {
        if !self.begun {
            self.begun = true;
            self.book = CalendarBook::empty();
        }
        let version = publication.version.clone();
        match self.book.publish(publication) {
            Ok(book) => self.book = book,
            Err(_) => self.refused.push(version),
        }
    }
}

impl Aggregate for PublishedCalendars {
    const TYPE: &'static str = "calendar";
    type Command = CalendarOrder;
    type Event = CalendarEvent;
    type Error = CalendarRefusal;
    type Services = ();

    /// A thin adapter over [`PublishedCalendars::decide`].
    async fn handle(
        &mut self,
        order: CalendarOrder,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), CalendarRefusal> {
        for event in self.decide(&order.command, order.now, &order.actor)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: CalendarEvent) {
        self.evolve(&event);
    }
}

#[cfg(test)]
mod tests;
