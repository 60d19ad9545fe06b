//! A report of a resident, to a case. The receipt is all that ties the two: a code of 256 bits that is
//! answered once and kept by nobody, for the case's id follows from its digest.

use super::answer::{Node, Refused};
use super::services::{ANONYMOUS, unknown};
use super::{Fields, SOURCE};
use crate::app::Shared;
use crate::caller::in_office;
use crate::evidence::Owner;
use crate::operation::counted;
use crate::problem::{Issue, Trouble, is_ours};
use crate::upload::Photo;
use crate::words::language;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gridwhistle::access_keys::Action;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::{CaseCommand, CommandName};
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::case::record::{Evidence, Point, SourceRef};
use gridwhistle::domain::ids::{CaseId, GridId, MatterCode, SubjectId};
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle::domain::text::Language;
use gridwhistle::personal::PersonalData;
use gridwhistle::{EngineError, Request};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What a receipt begins with.
const PREFIX: &str = "gwr-";
/// Characters of a description, as the specification bounds it.
const DESCRIPTION_MAX: usize = 4_000;
/// What separates the reported service from the rest of a source id.
pub(super) const BETWEEN: char = '#';

/// The case of a receipt; what is none leads nowhere.
pub(super) fn case_of(receipt: &str) -> Option<CaseId> {
    let secret = receipt.strip_prefix(PREFIX)?;
    let secret = URL_SAFE_NO_PAD.decode(secret).ok()?;
    (secret.len() == 32).then(|| CaseId(id_of(&secret)))
}

fn id_of(secret: &[u8]) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &Sha256::digest(secret))
}

/// Who reports.
pub(crate) enum By {
    /// A resident whom nobody knows.
    Anybody,
    /// The office of a key.
    Office(Actor),
}

/// Who reports: the office of a key; without one a resident, where the city lets anybody.
pub(super) async fn by(app: &Shared, fields: &Fields) -> Result<By, Refused> {
    let Some(shown) = fields.one("api_key") else {
        if app.settings.open311.anonymous {
            return Ok(By::Anybody);
        }
        let words = "api_key was not provided; the city issues keys";
        return Err(Refused::wrong(words));
    };
    let invalid = || Refused::new(StatusCode::FORBIDDEN, "api_key is not valid here").of("api_key");
    let key = app.engine.admit_key(shown).await.map_err(failed)?;
    let key = key.filter(|key| key.terms.actions.contains(&Action::Incoming));
    let key = key.ok_or_else(invalid)?;
    let limits = &app.identity.limits;
    limits.person(&key.id.to_string()).map_err(told)?;
    let office = &key.terms.office;
    let named = format!("{}/{}", office.role.code(), office.unit);
    let office = in_office(app, &office.person, Some(&named));
    office.map(By::Office).map_err(|_| invalid())
}

pub(super) fn told(issue: Issue) -> Refused {
    trouble(&issue.into(), Language::En)
}

/// What the engine refuses, in the form of the specification.
pub(super) fn trouble(trouble: &Trouble, spoken: Language) -> Refused {
    let (code, words) = trouble.told(spoken);
    Refused::new(own(trouble.status()), format!("{words} [{code}]"))
}

/// A status as the specification knows it.
fn own(status: StatusCode) -> StatusCode {
    match status.as_u16() {
        403 | 404 | 429 | 500.. => status,
        _ => StatusCode::BAD_REQUEST,
    }
}

pub(super) fn failed(error: EngineError) -> Refused {
    trouble(&error.into(), Language::En)
}

/// What a receipt is made of: nobody guesses it.
pub(crate) fn secret() -> Result<[u8; 32], Refused> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|_| {
        let words = "no receipt can be made now; try again later";
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, words)
    })?;
    Ok(secret)
}

/// Whether a report could be taken as it is, before anything that belongs to it is kept.
pub(crate) fn check(app: &Shared, fields: &Fields) -> Result<(), Refused> {
    form(app, fields, CaseId(Uuid::nil())).map(|_| ())
}

/// Keeps what came with a report that can be taken, and drops what came with one that cannot.
pub(crate) async fn kept(
    app: &Shared,
    spoken: Language,
    checked: Result<(), Refused>,
    photo: Photo,
) -> Result<Vec<Evidence>, Refused> {
    let unfit = |trouble: Trouble| {
        let (_, words) = trouble.told(spoken);
        let refused = Refused::new(trouble.status(), words);
        if trouble.is_ours() {
            refused
        } else {
            refused.of("photo")
        }
    };
    match (checked, photo) {
        (Ok(()), None) => Ok(Vec::new()),
        (Ok(()), Some(Ok(photo))) => {
            let file = photo.keep(app, &Owner::anybody()).await.map_err(unfit)?;
            Ok(vec![Evidence {
                kind: EvidenceKind::BeforePhoto,
                reference: file.digest.to_string(),
                note: String::new(),
            }])
        }
        (Ok(()), Some(Err(issue))) => Err(unfit(issue.into())),
        (Err(refused), Some(Ok(photo))) => {
            photo.drop_it().await;
            Err(refused)
        }
        (Err(refused), _) => Err(refused),
    }
}

/// Takes a report, with what was put in for it; answers its case and its receipt. The same secret twice
/// is one report.
pub(crate) async fn take(
    app: &Shared,
    spoken: Language,
    (by, fields): (By, &Fields),
    secret: [u8; 32],
    evidence: Vec<Evidence>,
) -> Result<(CaseId, String), Refused> {
    let case = CaseId(id_of(&secret));
    let actor = match by {
        By::Anybody => Actor::new(&format!("R-{case}"), Role::Resident, ""),
        By::Office(actor) => actor,
    };
    let mut form = form(app, fields, case)?;
    form.reporter = person(app, fields, case)?;
    form.evidence.extend(evidence);
    let report = CaseCommand::Report { form };
    let key = Uuid::new_v5(&case.0, b"report");
    let request = Request::new(actor, case, report).with_key(key);
    let given = app.engine.request(request);
    let receipt = counted(CommandName::Report, given, is_ours).await;
    receipt.map_err(|error| trouble(&error.into(), spoken))?;
    Ok((case, format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret))))
}

/// `POST requests`.
pub(super) async fn report(
    app: &Shared,
    headers: &HeaderMap,
    (fields, photo): (&Fields, Photo),
) -> Result<Node, Refused> {
    let (spoken, secret) = (language(headers), secret_of(headers, fields)?);
    let (by, checked) = match by(app, fields).await {
        Ok(by) => (Some(by), check(app, fields)),
        Err(refused) => (None, Err(refused)),
    };
    let evidence = kept(app, spoken, checked, photo).await;
    let evidence = evidence.map_err(|refused| Refused {
        status: own(refused.status),
        ..refused
    })?;
    let by = by.unwrap_or(By::Anybody);
    let (case, code) = take(app, spoken, (by, fields), secret, evidence).await?;
    let notice = format!(
        "凭回执码 {code} 可随时查询办理进度，请妥善保存 (keep the receipt to follow your report)"
    );
    let made = Node::object([
        ("service_request_id", Node::text(case.to_string())),
        ("service_notice", Node::text(notice)),
        ("account_id", Node::text("")),
        // An extension: where the reporter, and nobody else, follows it.
        ("receipt", Node::text(&code)),
        (
            "tracking_url",
            Node::text(format!("/api/v1/public/cases/{code}")),
        ),
    ]);
    Ok(Node::root(
        "service_requests",
        Node::list("request", [made]),
    ))
}

/// The secret of a report; under an `Idempotency-Key` always the same, so that one sent twice is one.
fn secret_of(headers: &HeaderMap, fields: &Fields) -> Result<[u8; 32], Refused> {
    let Some(key) = headers.get("idempotency-key") else {
        return secret();
    };
    let key = key.to_str().ok().and_then(|key| Uuid::try_parse(key).ok());
    // Whoever guesses the key has the receipt: only what is random is taken.
    let key = key.filter(|key| matches!(key.get_version_num(), 4 | 7));
    let words = "Idempotency-Key is wrong; accepted: a UUID of version 4 or 7";
    let key = key.ok_or_else(|| Refused::wrong(words))?;
    let mut digest = Sha256::new();
    digest.update(b"open311 report");
    digest.update(key.as_bytes());
    digest.update(fields.one("api_key").unwrap_or_default());
    Ok(digest.finalize().into())
}

/// The form without who reports.
fn form(app: &Shared, fields: &Fields, case: CaseId) -> Result<ReportForm, Refused> {
    let code = fields.one("service_code");
    let missing = || Refused::wrong("service_code was not provided").of("service_code");
    let code = code.ok_or_else(missing)?;
    let reference = app.engine.reference();
    let now = app.engine.now();
    let matter = reference.catalogue.in_force(&MatterCode::new(code), now);
    let matter = matter.ok_or_else(|| unknown(code))?;
    let description = fields.one("description").unwrap_or(&matter.name.zh);
    if description.chars().count() > DESCRIPTION_MAX {
        let words =
            format!("description is too long; accepted: at most {DESCRIPTION_MAX} characters");
        return Err(Refused::wrong(words).of("description"));
    }
    let point = point(fields)?;
    let (place, grid) = (fields.one("address_string"), fields.one("address_id"));
    if point.is_none() && place.is_none() && grid.is_none() {
        let words =
            "no place was provided; accepted: lat and long (WGS84), address_string or address_id";
        return Err(Refused::wrong(words).of("address_string"));
    }
    let known = |grid: &&str| {
        reference
            .registry
            .grid_at(&GridId::new(*grid), now)
            .is_some()
    };
    if let Some(grid) = grid.filter(|grid| !known(grid)) {
        let words = format!("address_id `{grid}` was not found; accepted: the code of a grid");
        return Err(Refused::wrong(words).of("address_id"));
    }
    Ok(ReportForm {
        channel: "snap_report".to_owned(),
        grid: grid.map(GridId::new),
        place: place.unwrap_or_default().to_owned(),
        point,
        description: description.to_owned(),
        reporter: None,
        evidence: media(fields)?,
        source: Some(SourceRef {
            source: SOURCE.to_owned(),
            id: format!("{code}{BETWEEN}{case}"),
        }),
        received_at: None,
    })
}

/// The place on the map, in millionths of a degree.
fn point(fields: &Fields) -> Result<Option<Point>, Refused> {
    let (lat, lng) = (fields.one("lat"), fields.one("long"));
    let (Some(lat), Some(lng)) = (lat, lng) else {
        if lat.is_some() || lng.is_some() {
            return Err(Refused::wrong("lat and long come together").of("lat"));
        }
        return Ok(None);
    };
    let degrees = |text: &str, most: i64| {
        let value: rust_decimal::Decimal = text.parse().ok()?;
        let millionths = value.checked_mul(1_000_000.into())?.round();
        let millionths = i64::try_from(millionths).ok()?;
        (millionths.abs() <= most * 1_000_000).then_some(millionths)
    };
    let wrong = || {
        let words = "lat or long is wrong; accepted: degrees (WGS84), -90 to 90 and -180 to 180";
        Refused::wrong(words).of("lat")
    };
    let lat = degrees(lat, 90).ok_or_else(wrong)?;
    let lng = degrees(lng, 180).ok_or_else(wrong)?;
    let (lat, lng) = (i32::try_from(lat), i32::try_from(lng));
    match (lat, lng) {
        (Ok(lat), Ok(lng)) => Ok(Some(Point { lat, lng })),
        _ => Err(wrong()),
    }
}

/// Who reports, sealed before anything is kept; nobody where they wish so.
fn person(
    app: &Shared,
    fields: &Fields,
    case: CaseId,
) -> Result<Option<gridwhistle::domain::case::record::Reporter>, Refused> {
    if matches!(
        fields.one(&format!("attribute[{ANONYMOUS}]")),
        Some("yes" | "true" | "1")
    ) {
        return Ok(None);
    }
    let text = |name: &str| fields.one(name).unwrap_or_default().to_owned();
    let name = format!("{}{}", text("last_name"), text("first_name"));
    let contacts = [text("phone"), text("email")];
    let phone = contacts
        .into_iter()
        .find(|one| !one.is_empty())
        .unwrap_or_default();
    if name.is_empty() && phone.is_empty() {
        return Ok(None);
    }
    let key = Uuid::new_v5(&case.0, b"report");
    let subject = SubjectId::new(Uuid::new_v5(&key, b"reporter").to_string());
    let data = PersonalData {
        name,
        phone,
        identity_number: String::new(),
        address: String::new(),
    };
    app.engine
        .seal(subject, key, &data)
        .map(Some)
        .map_err(failed)
}

/// A photo that was put in before (`/evidence`) by its digest, or where the reporter keeps one. Nothing
/// is fetched from there.
fn media(fields: &Fields) -> Result<Vec<Evidence>, Refused> {
    const LONGEST: usize = 500;
    let Some(url) = fields.one("media_url") else {
        return Ok(Vec::new());
    };
    let web = url.starts_with("https://") || url.starts_with("http://");
    if !web || url.len() > LONGEST {
        let words = format!(
            "media_url is wrong; accepted: http:// or https://, at most {LONGEST} characters"
        );
        return Err(Refused::wrong(words));
    }
    let last = url.rsplit('/').next().unwrap_or_default();
    let digest = last.len() == 64 && last.bytes().all(|byte| byte.is_ascii_hexdigit());
    let reference = if digest {
        last.to_ascii_lowercase()
    } else {
        url.to_owned()
    };
    Ok(vec![Evidence {
        kind: EvidenceKind::BeforePhoto,
        reference,
        note: String::new(),
    }])
}
