//! One work order to one case. The case's id follows from the source's own id, so that a repeat finds it.

use super::HOTLINE;
use crate::app::App;
use crate::operation::counted;
use crate::problem::{Issue, Trouble, is_ours};
use chrono::{DateTime, FixedOffset};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::{CaseCommand, CommandName};
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::case::record::{Point, SourceRef};
use gridwhistle::domain::ids::{CaseId, GridId, SubjectId};
use gridwhistle::domain::text::Language;
use gridwhistle::personal::PersonalData;
use gridwhistle::{EngineError, Request};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Characters of an id at most.
const ID_MAX: usize = 100;

/// A work order as the hotline tells it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HotlineOrder {
    /// Its own id.
    pub(super) id: String,
    /// When the hotline took it in.
    #[serde(default)]
    pub(super) received_at: Option<DateTime<FixedOffset>>,
    /// What it is about.
    pub(super) text: String,
    /// The hotline's own name of the matter.
    #[serde(default)]
    pub(super) category: String,
    /// The place in words.
    #[serde(default)]
    pub(super) address: String,
    /// The point on the map, in millionths of a degree.
    #[serde(default)]
    pub(super) point: Option<Point>,
    /// The grid, where it is known.
    #[serde(default)]
    pub(super) grid: Option<String>,
    /// Who called; sealed before it goes anywhere.
    #[serde(default)]
    pub(super) reporter: Option<HotlineReporter>,
}

/// Who called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HotlineReporter {
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) address: String,
}

/// What became of a work order.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct HotlineCase {
    pub(super) source: &'static str,
    pub(super) id: String,
    pub(super) case: CaseId,
    /// It was known already, and nothing was changed.
    pub(super) repeated: bool,
    /// It was accepted as the matter of its category.
    pub(super) accepted: bool,
    /// Why it was not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) not_accepted: Option<String>,
    pub(super) position: u64,
}

impl HotlineOrder {
    /// Takes it in: reports it once, and accepts it where its category says as what.
    pub(super) async fn take(
        self,
        app: &App,
        actor: &Actor,
        language: Language,
    ) -> Result<HotlineCase, Trouble> {
        let engine = &app.engine;
        let id = self.id.trim().to_owned();
        if !(1..=ID_MAX).contains(&id.chars().count()) {
            let zh = format!("应为：1 至 {ID_MAX} 个字");
            let en = format!("accepted: 1 to {ID_MAX} characters");
            return Err(Issue::wrong("/id", zh, en).into());
        }
        let name = format!("{HOTLINE}/{}/{id}", engine.tenant());
        let case = CaseId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
        let mut taken = HotlineCase {
            source: HOTLINE,
            id,
            case,
            repeated: true,
            accepted: false,
            not_accepted: None,
            position: 0,
        };
        let category = self.category.trim().to_owned();
        if let Some(known) = engine.case(case).await? {
            taken.accepted = known.accepted_at.is_some();
            taken.position = head(app).await?;
            // A crash may have come between the two steps.
            if known.accepted_at.is_some() || !is_fresh(&known) {
                return Ok(taken);
            }
        } else {
            let key = Uuid::new_v5(&case.0, b"report");
            let form = self.form(app, &taken.id, key)?;
            let report = CaseCommand::Report { form };
            let request = Request::new(actor.clone(), case, report).with_key(key);
            let given = engine.request(request);
            match counted(CommandName::Report, given, is_ours).await {
                Ok(receipt) => {
                    taken.repeated = receipt.repeated;
                    taken.position = receipt.position;
                }
                // Somebody else told the same order at the same time, in other words.
                Err(error) if engine.case(case).await?.is_none() => return Err(error.into()),
                Err(_) => taken.position = head(app).await?,
            }
        }
        accept(app, actor, &category, &mut taken, language).await?;
        Ok(taken)
    }

    fn form(self, app: &App, id: &str, key: Uuid) -> Result<ReportForm, Trouble> {
        let subject = || SubjectId::new(Uuid::new_v5(&key, b"reporter").to_string());
        let told = self
            .reporter
            .filter(|told| *told != HotlineReporter::default());
        let sealed = told.map(|told| {
            let data = PersonalData {
                name: told.name,
                phone: told.phone,
                identity_number: String::new(),
                address: told.address,
            };
            app.engine.seal(subject(), key, &data)
        });
        Ok(ReportForm {
            channel: "hotline_12345".to_owned(),
            grid: self.grid.filter(|grid| !grid.is_empty()).map(GridId::new),
            place: self.address,
            point: self.point,
            description: self.text,
            reporter: sealed.transpose()?,
            evidence: Vec::new(),
            source: Some(SourceRef {
                source: HOTLINE.to_owned(),
                id: id.to_owned(),
            }),
            received_at: self.received_at.map(|at| at.to_utc()),
        })
    }
}

/// Nothing was done to it since it was reported.
fn is_fresh(case: &gridwhistle::domain::case::Case) -> bool {
    case.stage == Some(gridwhistle::domain::case::stage::Stage::Reported)
}

async fn head(app: &App) -> Result<u64, Trouble> {
    let head = app.engine.log().head(app.engine.tenant()).await;
    Ok(head.map_err(EngineError::from)?)
}

/// Accepts an order as the matter of its category. What the rules refuse waits for somebody.
async fn accept(
    app: &App,
    actor: &Actor,
    category: &str,
    taken: &mut HotlineCase,
    language: Language,
) -> Result<(), Trouble> {
    let Some(known) = app.settings.incoming.categories.get(category) else {
        return Ok(());
    };
    let command = CaseCommand::Accept {
        class: known.class,
        matter: known.matter.clone(),
        manual_dispatch: false,
        origin: None,
    };
    let key = Uuid::new_v5(&taken.case.0, b"accept");
    let request = Request::new(actor.clone(), taken.case, command).with_key(key);
    let given = app.engine.request(request);
    match counted(CommandName::Accept, given, is_ours).await {
        Ok(receipt) => {
            taken.accepted = true;
            taken.position = receipt.position;
        }
        Err(refused @ EngineError::Refused(_)) => {
            taken.not_accepted = Some(refused.message(language));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
