//! Where values come from: a flag, else the environment, else `gridwhistle.toml`, else the default.

use crate::args::Global;
use crate::failure::{Exit, Failure};
use crate::words::{Word, told};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::text::Language;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The one file, beside which the program is started.
const FILE: &str = "gridwhistle.toml";
const STORE: &str = "sqlite://gridwhistle.db";
const TENANT: &str = "city";

/// The keys of the file, each with an example for whoever wrote something else.
const KEYS: [(&str, &str); 5] = [
    ("store", "\"sqlite://city.db\""),
    ("keys", "\"city.keys\""),
    ("tenant", "\"city\""),
    ("as", "\"P-lin/grid_officer/C-east\""),
    ("lang", "\"zh-CN\""),
];

/// The table of the file that `serve` reads.
const SERVER: &str = "server";

/// What the file says.
#[derive(Debug, Default)]
struct Written {
    store: Option<String>,
    keys: Option<String>,
    tenant: Option<String>,
    actor: Option<String>,
    lang: Option<String>,
    server: Option<gridwhistle_server::Settings>,
}

/// Settled values.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The store's address.
    pub(crate) store: String,
    /// The file of the key ring, where it is not beside the store.
    pub(crate) keys: Option<PathBuf>,
    /// The tenant.
    pub(crate) tenant: String,
    /// Who acts, if anybody said.
    pub(crate) actor: Option<Actor>,
    /// The service.
    pub(crate) server: gridwhistle_server::Settings,
}

impl Settings {
    /// Settles the values; clap has put flag before environment.
    ///
    /// # Errors
    /// When the file or the actor is wrong.
    pub(crate) fn settle(global: &Global) -> Result<Self, Failure> {
        let written = written(global.config.as_deref())?;
        let actor = global.actor.clone().or(written.actor);
        let mut actor = actor.as_deref().map(read_actor).transpose()?;
        if let Some(person) = &global.on_behalf_of {
            let Some(actor) = &mut actor else {
                return Err(actor_missing());
            };
            actor.on_behalf_of = Some(person.as_str().into());
        }
        let or = |flag: &Option<String>, file: Option<String>, default: &str| {
            flag.clone().or(file).unwrap_or_else(|| default.to_owned())
        };
        let tenant = or(&global.tenant, written.tenant, TENANT);
        if tenant.trim().is_empty() || tenant.chars().any(char::is_control) {
            let message = told(Word::TenantForm, &[&tenant]);
            return Err(Failure::usage("tenant_form", message));
        }
        Ok(Self {
            store: or(&global.store, written.store, STORE),
            keys: global.keys.clone().or(written.keys.map(PathBuf::from)),
            tenant,
            actor,
            server: written.server.unwrap_or_default(),
        })
    }
}

/// Nobody said who acts.
pub(crate) fn actor_missing() -> Failure {
    Failure::usage("actor_missing", told(Word::ActorMissing, &[]))
}

/// `PERSON/ROLE/UNIT`; the unit may be left out, and may hold a stroke itself.
pub(crate) fn read_actor(text: &str) -> Result<Actor, Failure> {
    let mut parts = text.splitn(3, '/');
    let (person, role) = (parts.next().unwrap_or_default(), parts.next());
    let role = role.and_then(Role::from_code);
    match role.filter(|_| !person.is_empty()) {
        Some(role) => Ok(Actor::new(person, role, parts.next().unwrap_or_default())),
        None => {
            let roles: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
            let message = told(Word::ActorForm, &[&text, &roles.join(", ")]);
            Err(Failure::usage("actor_form", message))
        }
    }
}

fn written(named: Option<&Path>) -> Result<Written, Failure> {
    let path = match named {
        Some(path) => path,
        None if Path::new(FILE).exists() => Path::new(FILE),
        None => return Ok(Written::default()),
    };
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    read_written(&text).map_err(|what| {
        let message = told(Word::SettingsWrong, &[&path.display(), &what]);
        Failure::new(Exit::Usage, "settings_wrong", message)
    })
}

/// Reads the file key by key, so that what is wrong is told in the reader's language.
fn read_written(text: &str) -> Result<Written, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let before = error.span().map_or(0, |span| span.start);
        let line = text.get(..before).unwrap_or_default().matches('\n').count() + 1;
        told(Word::SettingsSyntax, &[&line])
    })?;
    let mut written = Written::default();
    for (key, value) in table {
        if key == SERVER {
            let read = value.try_into();
            let wrong = |error: toml::de::Error| told(Word::SettingsServer, &[&error.message()]);
            written.server = Some(read.map_err(wrong)?);
            continue;
        }
        let Some((_, example)) = KEYS.iter().find(|(known, _)| *known == key) else {
            let known = KEYS.map(|(known, _)| known).join(", ");
            let known = format!("{known}, [{SERVER}]");
            return Err(told(Word::SettingsKey, &[&key, &known]));
        };
        let toml::Value::String(value) = value else {
            return Err(told(Word::SettingsText, &[&key, example]));
        };
        match key.as_str() {
            "store" => written.store = Some(value),
            "keys" => written.keys = Some(value),
            "tenant" => written.tenant = Some(value),
            "as" => written.actor = Some(value),
            _ => {
                let unknown = |_| {
                    let why = told(Word::LanguageUnknown, &[&value]);
                    told(Word::SettingsLang, &[&why])
                };
                value.parse::<Language>().map_err(unknown)?;
                written.lang = Some(value);
            }
        }
    }
    Ok(written)
}

/// The language before anything is parsed, for help and for complaints about the command line: flag,
/// `GRIDWHISTLE_LANG`, file, the machine's locale; zh-CN where none of them says otherwise. What is
/// wrong here is told later, when the command line is read.
pub(crate) fn language(argv: &[OsString]) -> Language {
    let flag = value_of(argv, "--lang");
    let environment = || std::env::var("GRIDWHISTLE_LANG").ok();
    let file = || {
        let config =
            value_of(argv, "--config").or_else(|| std::env::var("GRIDWHISTLE_CONFIG").ok());
        written(config.map(PathBuf::from).as_deref()).ok()?.lang
    };
    let said = flag.or_else(environment).or_else(file);
    said.and_then(|tag| tag.parse().ok())
        .unwrap_or_else(of_machine)
}

/// The language of the machine's locale.
pub(crate) fn of_machine() -> Language {
    let locales = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let locale = locales
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    match locale {
        Some(locale) if locale.to_ascii_lowercase().starts_with("en") => Language::En,
        _ => Language::ZhCn,
    }
}

fn value_of(argv: &[OsString], flag: &str) -> Option<String> {
    let texts: Vec<String> = argv
        .iter()
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    let joined = format!("{flag}=");
    let with_equals = texts.iter().find_map(|text| text.strip_prefix(&joined));
    let place = texts.iter().position(|text| text == flag);
    let apart = place.and_then(|place| texts.get(place + 1));
    with_equals.map(str::to_owned).or_else(|| apart.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_read_with_and_without_a_unit() {
        let leader = read_actor("P-1/grid_leader/gulou/dongjie").unwrap();
        assert_eq!(leader, Actor::new("P-1", Role::GridLeader, "gulou/dongjie"));
        let resident = read_actor("R-lin/resident").unwrap();
        assert_eq!(resident, Actor::new("R-lin", Role::Resident, ""));
        for wrong in ["", "P-1", "P-1/mayor/C", "/grid_leader/C"] {
            let refused = read_actor(wrong).unwrap_err();
            assert_eq!(refused.code(), "actor_form");
            assert!(refused.text(false).unwrap().contains("grid_officer"));
        }
    }

    #[test]
    fn a_flag_is_found_in_both_forms() {
        let argv = |args: &[&str]| args.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(
            value_of(&argv(&["x", "--lang", "en"]), "--lang").as_deref(),
            Some("en")
        );
        assert_eq!(
            value_of(&argv(&["x", "--lang=en"]), "--lang").as_deref(),
            Some("en")
        );
        assert_eq!(value_of(&argv(&["x", "--lang"]), "--lang"), None);
    }
}
