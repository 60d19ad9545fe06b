//! Why a key is not issued or revoked.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::text::{Language, Text};
use uuid::Uuid;

/// Why; nothing was written.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::EngineError;
/// use gridwhistle::access_keys::KeyRefusal;
/// use gridwhistle::domain::text::Language;
///
/// let admin = gridwhistle::doc::admin();
/// let Err(EngineError::Key(refused)) = engine.revoke_key(&admin, Default::default()).await else {
///     unreachable!()
/// };
/// let refused: KeyRefusal = *refused;
/// assert_eq!((refused.code(), refused.field()), ("key_unknown", "id"));
/// assert!(refused.message(Language::En).contains("accepted"));
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRefusal {
    code: &'static str,
    field: &'static str,
    words: Text,
}

impl KeyRefusal {
    fn new(code: &'static str, field: &'static str, zh: String, en: String) -> Self {
        let words = Text::new(zh, en);
        Self { code, field, words }
    }

    pub(super) fn taken(id: Uuid) -> Self {
        Self::new(
            "key_exists",
            "id",
            format!("密钥 {id} 已签发，其内容只显示一次；如未收到，请吊销后另行签发"),
            format!(
                "the key {id} is issued and was shown once; accepted: another id; revoke this one if it did not reach you"
            ),
        )
    }

    pub(super) fn unknown(id: Uuid) -> Self {
        Self::new(
            "key_unknown",
            "id",
            format!("没有密钥 {id}；应为密钥清单中的编号"),
            format!("there is no key {id}; accepted: an id of the list of keys"),
        )
    }

    pub(super) fn name(most: usize) -> Self {
        Self::new(
            "key_name",
            "name",
            format!("`name` 应写明使用密钥的系统，1 至 {most} 字"),
            format!("`name` must name the system; accepted: 1 to {most} characters"),
        )
    }

    pub(super) fn administration(role: Role) -> Self {
        Self::new(
            "key_of_administration",
            "office",
            format!(
                "三员分立：密钥不得绑定{}（`{role}`）；应为业务任职",
                role.label().zh
            ),
            format!(
                "a key may not act as `{role}`, which is one of the three administrations; accepted: any other office"
            ),
        )
    }

    pub(super) fn office(office: &Actor) -> Self {
        let given = office.signature();
        Self::new(
            "key_office",
            "office",
            format!("`{given}` 现非登记册中的任职；应为在任的 人员/角色/单位"),
            format!(
                "nobody holds the office `{given}` now; accepted: PERSON/ROLE/UNIT of the registry"
            ),
        )
    }

    pub(super) fn actions(all: &[&str]) -> Self {
        let all = all.join(", ");
        Self::new(
            "key_actions",
            "actions",
            format!("`actions` 为空；应至少有一项：{all}"),
            format!("`actions` is empty; accepted: at least one of {all}"),
        )
    }

    pub(super) fn expires(now: DateTime<Utc>, latest: DateTime<Utc>) -> Self {
        // As a city's clocks show it.
        let show = |at: DateTime<Utc>| {
            let local = at.with_timezone(&chrono_tz::Asia::Shanghai);
            local.to_rfc3339_opts(SecondsFormat::Secs, false)
        };
        let (now, latest) = (show(now + TimeDelta::seconds(1)), show(latest));
        Self::new(
            "key_expires",
            "expires",
            format!("`expires` 应为 {now} 至 {latest} 之间的时间"),
            format!("`expires` is out of bounds; accepted: {now} to {latest}"),
        )
    }

    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The field that it is about.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The words for people: what is wrong and what would be accepted.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        self.words.get(language).to_owned()
    }
}
