//! What a city sets up before and between cases: registry, catalogue, policies, calendars.
//!
//! Each is an event of its own stream, folded into the reference data before the answer comes.

use crate::Engine;
use crate::commit::commit;
use crate::error::EngineError;
use crate::reference::stream;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::calendar::published::{CalendarCommand, PublishedCalendars};
use gridwhistle_domain::calendar::{CalendarPublication, CalendarVersion};
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::catalogue::{self, Catalogue, CatalogueCommand};
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::publishing::{PolicyCommand, PublishedPolicies};
use gridwhistle_domain::registry::csv::{Batch, CsvIssue, CsvKind};
use gridwhistle_domain::registry::{Registry, RegistryCommand};
use gridwhistle_domain::text::Language;
use gridwhistle_store::{Appended, StoreError};
use serde::Serialize;

/// What a set-up command did.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// let admin = gridwhistle::doc::admin();
/// let change: gridwhistle::admin::Change = engine.install(&admin).await?;
/// assert_eq!(change.events, 0, "the second time everything is there");
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Events that were written; 0 when everything stood already.
    pub events: u64,
    /// The log position after it.
    pub position: u64,
    /// Whether its key was known and this is the first answer again; see [`Engine::under_key`].
    #[serde(skip)]
    pub repeated: bool,
}

impl From<Appended> for Change {
    fn from(answer: Appended) -> Self {
        let events = (answer.last_position + 1).saturating_sub(answer.first_position);
        Self {
            events,
            position: answer.last_position,
            repeated: answer.repeated,
        }
    }
}

impl Engine {
    /// Installs what every tenant needs: the built-in calendars of China and, if none is there, the
    /// built-in default policy. A second run changes nothing.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub async fn install(&self, actor: &Actor) -> Result<Change, EngineError> {
        let now = self.now();
        let (adopt, by) = (CalendarCommand::AdoptBuiltIn {}, actor.clone());
        let mut change = self
            .set_up::<PublishedCalendars, _>(actor, &adopt.clone(), move |state| {
                Ok(state.decide(&adopt, now, &by)?)
            })
            .await?;
        if self.reference().policies.iter().next().is_none() {
            change = self.publish_policy(actor, Policy::default_text()).await?;
        }
        Ok(change)
    }

    /// Imports registry files that belong together: all lines or none. Twice is a no-op.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::{registry::csv::CsvKind, text::Language};
    ///
    /// let units = "unit_id,kind,level,name_zh,parent,valid_from\n\
    ///              C-9,community,,南门社区,S-7,2024-01-01\n";
    /// let files = [(CsvKind::Units, units.as_bytes())];
    /// let admin = gridwhistle::doc::admin();
    /// let refused = engine.import_registry(&admin, &files, Language::En).await.unwrap_err();
    /// assert!(refused.to_string().contains("S-7"), "the street that is not there");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Input`] with every issue by line and column.
    pub async fn import_registry(
        &self,
        actor: &Actor,
        files: &[(CsvKind, &[u8])],
        language: Language,
    ) -> Result<Change, EngineError> {
        let batch =
            Batch::read(files.iter().copied()).map_err(|issues| input(&issues, language))?;
        let command = batch.command();
        match self.registry(actor, command).await {
            Err(EngineError::Registry(refusal)) => {
                let issues = batch.explain(&refusal);
                Err(if issues.is_empty() {
                    (*refusal).into()
                } else {
                    input(&issues, language)
                })
            }
            answer => answer,
        }
    }

    /// One change of the registry.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::registry::RegistryCommand;
    ///
    /// let leaves = RegistryCommand::DeactivatePerson {
    ///     person: "P-water".into(),
    ///     until: engine.now(),
    /// };
    /// engine.registry(&gridwhistle::doc::admin(), leaves).await?;
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Registry`] when its rules refuse; [`EngineError::NotAuthorised`] for an
    /// administrator who is not in office, once the registry knows one who is. So of all set-up.
    pub async fn registry(
        &self,
        actor: &Actor,
        command: RegistryCommand,
    ) -> Result<Change, EngineError> {
        self.ensure_in_office(actor).await?;
        let (now, by) = (self.now(), actor.clone());
        self.set_up::<Registry, _>(actor, &command.clone(), move |state| {
            Ok(state.decide(&command, now, &by)?)
        })
        .await
    }

    /// Imports a catalogue file: all lines or none. Twice is a no-op.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::text::Language;
    ///
    /// let matters = "code,domain,name_zh,classes,owner,statutory_limit,safety,proxy,funding_owner,\
    ///                valid_from\n\
    ///                civility.trash,civility,垃圾,on_the_spot,by_service,,,,D-1,2024-01-01\n";
    /// let admin = gridwhistle::doc::admin();
    /// let change = engine.import_catalogue(&admin, matters.as_bytes(), Language::En).await?;
    /// assert_eq!(change.events, 1);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Input`] with every issue by line and column.
    pub async fn import_catalogue(
        &self,
        actor: &Actor,
        csv: &[u8],
        language: Language,
    ) -> Result<Change, EngineError> {
        let batch = catalogue::csv::Batch::read(csv).map_err(|issues| input(&issues, language))?;
        match self.catalogue(actor, batch.command()).await {
            Err(EngineError::Catalogue(refusal)) => {
                let issues = batch.explain(&refusal);
                Err(if issues.is_empty() {
                    (*refusal).into()
                } else {
                    input(&issues, language)
                })
            }
            answer => answer,
        }
    }

    /// One change of the catalogue.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::catalogue::CatalogueCommand;
    ///
    /// // What was in force stays in force: a change begins now or later.
    /// let retire = CatalogueCommand::RetireMatter {
    ///     code: "environment.leak".into(),
    ///     until: engine.now() + chrono::TimeDelta::days(30),
    /// };
    /// engine.catalogue(&gridwhistle::doc::admin(), retire).await?;
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Catalogue`] when its rules refuse.
    pub async fn catalogue(
        &self,
        actor: &Actor,
        command: CatalogueCommand,
    ) -> Result<Change, EngineError> {
        self.ensure_in_office(actor).await?;
        let (now, by) = (self.now(), actor.clone());
        let units = catalogue::active_units(&command, &self.fresh_reference().await?.registry);
        self.set_up::<Catalogue, _>(actor, &command.clone(), move |state| {
            Ok(state.decide(&command, now, &by, &units)?)
        })
        .await
    }

    /// Publishes a policy file. It is checked before; a version is published once.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::policy::Policy;
    ///
    /// let again = Policy::default_text();
    /// let refused = engine.publish_policy(&gridwhistle::doc::admin(), again).await;
    /// assert_eq!(refused.unwrap_err().code(), "version_exists");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Policy`] with what is wrong and where.
    pub async fn publish_policy(&self, actor: &Actor, toml: &str) -> Result<Change, EngineError> {
        self.ensure_in_office(actor).await?;
        let (now, by) = (self.now(), actor.clone());
        let command = PolicyCommand::Publish {
            text: toml.to_owned(),
        };
        self.set_up::<PublishedPolicies, _>(actor, &command.clone(), move |state| {
            Ok(state.decide(&command, now, &by)?)
        })
        .await
    }

    /// Publishes a calendar version.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::calendar::CalendarPublication;
    ///
    /// let typhoon = CalendarPublication::from_toml(&format!(
    ///     "version = \"typhoon-1\"\nknown_at = \"{}\"\n\
    ///      [[days]]\ndate = \"2026-07-21\"\nkind = \"stop_work\"\n",
    ///     engine.now().to_rfc3339()
    /// ));
    /// engine.publish_calendar(&gridwhistle::doc::admin(), typhoon.unwrap()).await?;
    /// // Done by the publication already; again after an interruption.
    /// let latest = engine.reference().calendars.latest().version().clone();
    /// assert_eq!(engine.rebase(&latest).await?, 0);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Calendar`] with every problem.
    pub async fn publish_calendar(
        &self,
        actor: &Actor,
        publication: CalendarPublication,
    ) -> Result<Change, EngineError> {
        self.ensure_in_office(actor).await?;
        let (now, by) = (self.now(), actor.clone());
        let version = publication.version.clone();
        let command = CalendarCommand::Publish { publication };
        let change = self
            .set_up::<PublishedCalendars, _>(actor, &command.clone(), move |state| {
                Ok(state.decide(&command, now, &by)?)
            })
            .await?;
        self.rebase(&version).await?;
        Ok(change)
    }

    /// Moves every provisional due time to a newer calendar, each by an event of its case
    /// (`ClockRebased`). Also after an interruption: cases that are done already are left alone.
    /// Answers how many cases moved.
    ///
    /// # Errors
    /// When views or log fail; what moved before stays moved.
    pub async fn rebase(&self, calendar: &CalendarVersion) -> Result<u64, EngineError> {
        self.catch_up().await?;
        let mut moved = 0;
        for case in self.questions().provisional_cases(self.now()).await? {
            let command = CaseCommand::RebaseClocks {
                calendar: calendar.clone(),
            };
            match self.execute(&Actor::system(), case, command).await {
                Ok(_) => moved += 1,
                // Not under this calendar: the stream decides.
                Err(EngineError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(moved)
    }

    /// Writes a change of reference data and folds it in before it is answered; on a task of its
    /// own, for a caller who gives up does not take the change back.
    async fn set_up<A, F>(
        &self,
        actor: &Actor,
        request: &impl Serialize,
        decide: F,
    ) -> Result<Change, EngineError>
    where
        A: cqrs_es::Aggregate + 'static,
        A::Event: Happened,
        F: Fn(&A) -> Result<Vec<A::Event>, EngineError> + Send + Sync + 'static,
    {
        let stream = stream::<A>();
        let envelope = self.envelope(&stream, actor, request);
        let engine = self.clone();
        let task = tokio::spawn(async move {
            let inner = &engine.inner;
            let (log, tenant) = (&*inner.log, inner.tenant.as_str());
            let write = commit::<A, F>(log, tenant, &stream, &envelope, decide);
            inner.reference.change(log, tenant, write).await
        });
        Ok(task.await.map_err(|_| StoreError::Closed)??.into())
    }
}

fn input(issues: &[CsvIssue], language: Language) -> EngineError {
    EngineError::Input(issues.iter().map(|issue| issue.message(language)).collect())
}
