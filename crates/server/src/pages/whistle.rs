//! `/whistle`: 吹哨. Report, accept and whistle from one form, each given as the API gives it; what is
//! refused on the way goes on as a command of the case that is there by then.

use super::asker::{Asker, answer, onward, stand};
use super::command;
use crate::api::{commands, proposals};
use crate::app::Shared;
use crate::ask::{Asked, Desk};
use crate::caller::Caller;
use crate::evidence::Owner;
use crate::problem::{Issue, Trouble};
use crate::upload::{self, Pairs, Photo, Shape, value};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle_web::Filled;
use gridwhistle_web::forms::fields;
use gridwhistle_web::pages::whistle::{COURSES, Form, choose, needed, page};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Where it is.
pub(crate) const ADDRESS: &str = "/whistle";

const FORM: Shape = Shape {
    texts: &[
        "key",
        "service_code",
        "description",
        "address_string",
        "address_id",
        "lat",
        "long",
        "course",
        "class",
        "kind",
        "ground",
        "targets",
        "proof_kind",
        "reference",
    ],
    file: "photo",
};

/// `GET /whistle`: the choice of the matter, or the form for one in a grid.
pub(super) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    desk: Desk,
) -> Result<Response, Trouble> {
    let Some(matter) = asker.address.get("matter") else {
        let page = choose(&asker.still(stand(&desk)));
        return Ok(answer(StatusCode::OK, page));
    };
    let grid = match asker.address.get("grid") {
        Some(grid) => Some(grid.to_owned()),
        None => own_grid(&app, &actor),
    };
    let place = (matter, grid.as_deref());
    shown(
        &app,
        &actor,
        &asker,
        &desk,
        place,
        (&Vec::new(), None, None),
    )
    .await
}

/// The grid that somebody serves first; who serves an area chooses.
fn own_grid(app: &Shared, actor: &Actor) -> Option<String> {
    let serves = matches!(actor.role, Role::GridOfficer | Role::GridLeader);
    let registry = &app.engine.reference().registry;
    let grids = registry.grids_of(&actor.person, app.engine.now());
    grids.first().filter(|_| serves).map(ToString::to_string)
}

async fn shown(
    app: &Shared,
    actor: &Actor,
    asker: &Asker,
    desk: &Desk,
    (matter, grid): (&str, Option<&str>),
    (pairs, missing, trouble): (&Pairs, Option<&str>, Option<Trouble>),
) -> Result<Response, Trouble> {
    let proposed = proposals::ask(app, actor, desk, matter, grid).await?;
    let policies = &desk.reference().policies;
    let policy = policies.in_force(desk.moment.instant());
    let most = policy.map_or(0, |policy| policy.windows.description_max);
    let told = trouble
        .as_ref()
        .map(|trouble| trouble.shown(asker.reader.language));
    let status = match (&trouble, missing) {
        (Some(trouble), _) => trouble.status(),
        (None, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, None) => StatusCode::OK,
    };
    let wrong = missing.map(|field| (field, needed(&asker.reader)));
    let form = Form {
        proposed: &proposed,
        grid,
        filled: Filled { pairs, wrong },
        key: &Uuid::now_v7().to_string(),
        trouble: told.as_ref(),
        most: most as usize,
    };
    // Nothing moves while somebody types.
    Ok(answer(status, page(&asker.still(stand(desk)), &form)))
}

/// `POST /whistle`.
pub(super) async fn send(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    request: Request,
) -> Result<Response, Trouble> {
    let (pairs, photo) = upload::read(&app, request, &FORM).await?;
    let steps = Steps {
        app: &app,
        actor: &actor,
        pairs: &pairs,
    };
    // What a step further on needs is asked for before there is a case.
    let missing = steps.missing(photo.is_some());
    let reported = match missing {
        Some(_) => None,
        None => Some(steps.report().await),
    };
    let trouble = match reported {
        Some(Ok((case, version, position))) => {
            let proof = steps.proof(photo).await?;
            return steps
                .further(&asker, case, (version, position), proof)
                .await;
        }
        Some(Err(trouble)) if trouble.is_ours() => return Err(trouble),
        Some(Err(trouble)) => Some(trouble),
        None => None,
    };
    if let Some(Ok(photo)) = photo {
        photo.drop_it().await;
    }
    let desk = Asked::now().desk(&app).await?;
    let grid = Some(value(&pairs, "address_id")).filter(|grid| !grid.is_empty());
    let place = (value(&pairs, "service_code"), grid);
    let filled = (&pairs, missing, trouble);
    shown(&app, &actor, &asker, &desk, place, filled).await
}

/// The commands of a form.
struct Steps<'a> {
    app: &'a Shared,
    actor: &'a Actor,
    pairs: &'a Pairs,
}

impl Steps<'_> {
    fn text(&self, name: &str) -> &str {
        value(self.pairs, name)
    }

    /// Every command has a key of its own, which follows from the form's.
    fn key(&self) -> Result<Uuid, Issue> {
        let key = self.text("key").parse();
        key.map_err(|_| Issue::content("/key", "UUID"))
    }

    /// The commands after the report, as far as the form goes.
    fn course(&self) -> impl Iterator<Item = CommandName> + use<> {
        let course = self.text("course");
        let far = COURSES.iter().position(|(code, _)| *code == course);
        let all = COURSES.iter().take(far.unwrap_or(0) + 1).skip(1);
        all.map(|(_, name)| *name)
    }

    /// A field that a step needs and that was left empty.
    fn missing(&self, photo: bool) -> Option<&'static str> {
        let proof = if photo {
            "photo"
        } else {
            self.text("reference")
        };
        self.course().find_map(|name| {
            let filled = self.filled(name, proof);
            let given = |field: &str| {
                let mut all = filled.iter();
                all.any(|(name, value)| {
                    name.split('.').next() == Some(field) && !value.trim().is_empty()
                })
            };
            let needed = fields(name)
                .into_iter()
                .flatten()
                .filter(|field| field.needed);
            let mut needed = needed.map(|field| field.name);
            needed.find(|field| !given(field))
        })
    }

    /// Reports the case: what the form itself says of it.
    async fn report(&self) -> Result<(CaseId, u64, u64), Trouble> {
        let grid = Some(self.text("address_id")).filter(|grid| !grid.is_empty());
        let mut form = json!({
            "channel": "patrol",
            "grid": grid,
            "place": self.text("address_string"),
            "description": self.text("description"),
        });
        if let Some(point) = self.point()? {
            form["point"] = point;
        }
        let body = Map::from_iter([("form".to_owned(), form)]);
        let actor = self.actor.clone();
        let (case, receipt) = commands::opened(self.app, actor, self.key()?, body).await?;
        Ok((case, receipt.version, receipt.position))
    }

    /// The place on the map, in millionths of a degree.
    fn point(&self) -> Result<Option<Value>, Issue> {
        let (lat, long) = (self.text("lat"), self.text("long"));
        if lat.is_empty() && long.is_empty() {
            return Ok(None);
        }
        let millionths = |text: &str| {
            let degrees: Decimal = text.parse().ok()?;
            let millionths = degrees.checked_mul(1_000_000.into())?.round();
            i32::try_from(millionths).ok()
        };
        let point = millionths(lat).zip(millionths(long));
        let point = point.ok_or_else(|| Issue::content("/form/point", "WGS84"))?;
        Ok(Some(json!({ "lat": point.0, "lng": point.1 })))
    }

    /// The proof of own work: a photo that is kept now, or the number of a document.
    async fn proof(&self, photo: Photo) -> Result<String, Trouble> {
        match photo {
            Some(Ok(photo)) => {
                let owner = Owner::person(self.app.engine.tenant(), &self.actor.person);
                let file = photo.keep(self.app, &owner).await?;
                Ok(file.digest.to_string())
            }
            // The whistle is refused for want of it, and the case is there.
            _ => Ok(self.text("reference").to_owned()),
        }
    }

    /// Accepts and whistles, as far as the form goes.
    async fn further(
        &self,
        asker: &Asker,
        case: CaseId,
        (mut version, mut position): (u64, u64),
        proof: String,
    ) -> Result<Response, Trouble> {
        let mut done = CommandName::Report;
        for name in self.course() {
            let filled = self.filled(name, &proof);
            let body = command::body(name, &filled)?;
            let key = Uuid::new_v5(&self.key()?, name.code().as_bytes());
            let given = commands::given(
                self.app,
                self.actor.clone(),
                (case, name),
                (key, version),
                body,
            );
            match given.await {
                Ok(receipt) => {
                    (version, position, done) = (receipt.version, receipt.position, name);
                }
                Err(trouble) if trouble.is_ours() => return Err(trouble),
                Err(trouble) => {
                    // The case was made a moment ago: its page waits for the views to hold it.
                    self.app.engine.catch_up().await?;
                    let place = command::Place::begun(case, name);
                    let form =
                        command::shown(self.app, self.actor, asker, &place, filled, Some(trouble));
                    return form.await;
                }
            }
        }
        Ok(onward(&format!(
            "/cases/{case}?done={}.{position}&min_position={position}",
            done.code()
        )))
    }

    /// The fields of a command, as its own form has them.
    fn filled(&self, name: CommandName, proof: &str) -> Pairs {
        let own = |field: &str, value: &str| (field.to_owned(), value.to_owned());
        match name {
            CommandName::Accept => vec![
                own("class", self.text("class")),
                own("matter", self.text("service_code")),
            ],
            _ => {
                let targets = self.pairs.iter().filter(|(name, _)| name == "targets");
                let mut filled: Pairs = targets.cloned().collect();
                filled.extend(["kind", "ground"].map(|field| own(field, self.text(field))));
                if !proof.is_empty() {
                    let kind = self.text("proof_kind");
                    let kind = if kind.is_empty() {
                        EvidenceKind::BeforePhoto.code()
                    } else {
                        kind
                    };
                    filled.push(own("prework.0.kind", kind));
                    filled.push(own("prework.0.reference", proof));
                }
                filled
            }
        }
    }
}
