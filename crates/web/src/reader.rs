//! Who reads a page: the language, the colours, the office, and the city's own names as of an instant.

use crate::views::Views;
use crate::words::Says;
use chrono::{DateTime, Datelike, Timelike, Utc};
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::authority::{Reach, Sight, reach};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::ids::UnitId;
use gridwhistle_domain::local_time::china;
use gridwhistle_domain::policy::words;
use gridwhistle_domain::registry::UnitKind;
use gridwhistle_domain::text::{Language, Text, fill};
use gridwhistle_projections::models::Names;
use std::fmt::Display;
use std::sync::Arc;

/// The colours of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The code in cookies and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a code; of none, that of the system.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|theme| theme.code() == code).unwrap_or_default()
    }
}

/// How somebody wants pages to be, whatever they show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The colours.
    pub theme: Theme,
    /// Large type (适老).
    pub large: bool,
    /// Single letters do nothing: for who speaks to the machine, or whose hand slips.
    pub without_keys: bool,
}

impl Look {
    /// The code of large type in cookies and forms.
    pub const LARGE: &str = "large";
    /// The code of usual type.
    pub const USUAL: &str = "usual";
    /// The code of keys that do something.
    pub const ON: &str = "on";
    /// The code of keys that do nothing.
    pub const OFF: &str = "off";
}

/// Somebody who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The code in the registry.
    pub code: String,
    /// The name, if the registry has one.
    pub name: Option<String>,
    /// In which role.
    pub role: Role,
    /// For which unit.
    pub unit: String,
    /// The offices that one may act from, `ROLE/UNIT`, when there are several.
    pub offices: Vec<(String, Text)>,
}

/// Who reads.
#[derive(Clone)]
pub struct Reader {
    /// The language of the page.
    pub language: Language,
    /// Its colours, size and keys.
    pub look: Look,
    /// The views of lists that the reader keeps.
    pub views: Views,
    /// Nobody: the page is public, or somebody has yet to log in.
    pub person: Option<Person>,
    /// The city's own names and rules.
    pub reference: Arc<Reference>,
    /// As of when names are told.
    pub at: DateTime<Utc>,
}

impl Reader {
    /// Whether the reader's office sees anything of a kind.
    pub(crate) fn sees(&self, sight: Sight) -> bool {
        let person = self.person.as_ref();
        person.is_some_and(|person| reach(person.role, sight) != Reach::Nothing)
    }

    /// Words in the reader's language.
    pub(crate) fn say(&self, word: impl Says) -> &'static str {
        word.get(self.language)
    }

    /// Words with values in the place of each `{}`.
    pub(crate) fn fill(&self, word: impl Says, values: &[&str]) -> String {
        let values: Vec<&dyn Display> = values
            .iter()
            .map(|value| -> &dyn Display { value })
            .collect();
        fill(self.say(word), &values)
    }

    /// A text in the reader's language, or else in the other one.
    pub(crate) fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.spoken(self.language)
    }

    /// The same of a text that is made for the moment.
    pub(crate) fn own(&self, text: Text) -> String {
        self.text(&text).to_owned()
    }

    fn names(&self) -> Names {
        Names::new(Arc::clone(&self.reference), self.at, self.language)
    }

    /// A unit by name, or else by code.
    pub(crate) fn unit(&self, code: &str) -> String {
        self.names().unit(Some(code))
    }

    /// What a unit is; nothing for a code that the registry does not know.
    pub(crate) fn kind(&self, code: &str) -> Option<UnitKind> {
        let unit = self.reference.registry.unit(&UnitId::new(code))?;
        Some(unit.kind)
    }

    /// A grid by name, or else by code.
    pub(crate) fn grid(&self, code: &str) -> String {
        self.names().grid(Some(code))
    }

    /// A matter by name; imported cases keep the source's own word.
    pub(crate) fn matter(&self, code: &str) -> String {
        self.names().matter(Some(code))
    }

    /// A class as the policy of then calls it.
    pub(crate) fn class(&self, code: &str) -> String {
        self.names().class(Some(code))
    }

    /// Where a report came from.
    pub(crate) fn channel(&self, code: &str) -> String {
        words::channel(code).map_or_else(|| code.to_owned(), |name| self.own(name))
    }

    /// A role.
    pub(crate) fn role(&self, code: &str) -> String {
        Role::from_code(code).map_or_else(|| code.to_owned(), |role| self.own(role.label()))
    }

    /// An office: the unit, and the role in it.
    pub(crate) fn office(&self, unit: Option<&str>, role: Option<&str>) -> String {
        let (unit, role) = (
            unit.map(|unit| self.unit(unit)),
            role.map(|role| self.role(role)),
        );
        let parts: Vec<String> = unit.into_iter().chain(role).collect();
        parts.join(self.between())
    }

    /// What stands between a unit and a role.
    pub(crate) const fn between(&self) -> &'static str {
        match self.language {
            Language::ZhCn => " ",
            Language::En => ", ",
        }
    }

    /// What stands after the name of a thing.
    pub(crate) const fn colon(&self) -> &'static str {
        match self.language {
            Language::ZhCn => "：",
            Language::En => ": ",
        }
    }

    /// The language of what people wrote, and of names, where it is not that of the page.
    pub(crate) fn tongue(&self, text: &str) -> Option<&'static str> {
        let han = |one: char| ('\u{3400}'..='\u{9fff}').contains(&one);
        (self.language == Language::En && text.contains(han)).then_some("zh-CN")
    }

    /// A unit's part in a case.
    pub(crate) fn part(&self, code: &str) -> String {
        let part = match code {
            "co_handler" => Text::new("协办", "co-handler"),
            "optional" => Text::new("配合", "optional"),
            other => Text::new(other, other),
        };
        self.own(part)
    }

    /// An instant, as short as it can be told apart from others: `20:15`, `06-30 20:15`,
    /// `2025-06-30 20:15`.
    pub(crate) fn when(&self, at: DateTime<Utc>) -> String {
        let (local, now) = (at.with_timezone(&china()), self.at.with_timezone(&china()));
        let (day, clock) = (
            local.date_naive(),
            format!("{:02}:{:02}", local.hour(), local.minute()),
        );
        if local.year() == now.year() {
            format!("{:02}-{:02} {clock}", day.month(), day.day())
        } else {
            format!("{day} {clock}")
        }
    }

    /// Minutes on the wall as a stretch: `3天4时`, `3 d 4 h`.
    pub(crate) fn span(&self, minutes: i64) -> String {
        let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
        let zh = self.language == Language::ZhCn;
        match (days, hours) {
            (0, 0) if zh => format!("{rest}分"),
            (0, 0) => format!("{rest} min"),
            (0, _) if zh => format!("{hours}时{rest:02}分"),
            (0, _) => format!("{hours} h {rest:02} min"),
            (_, _) if zh => format!("{days}天{hours}时"),
            (_, _) => format!("{days} d {hours} h"),
        }
    }

    /// Minutes of working time: of it there is no day. English says beside it that it is working time.
    pub(crate) fn hours(&self, minutes: i64) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60);
        match (self.language, rest) {
            (Language::ZhCn, 0) => format!("{hours}工时"),
            (Language::ZhCn, _) => format!("{hours}工时{rest:02}分"),
            (Language::En, 0) => format!("{} h", number(hours)),
            (Language::En, _) => format!("{} h {rest:02} min", number(hours)),
        }
    }
}

/// A count with its thousands set apart.
pub(crate) fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut told = if value < 0 {
        "−".to_owned()
    } else {
        String::new()
    };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_in_thousands() {
        let told = [0, 999, 8_804, 1_234_567, -12].map(number);
        assert_eq!(told, ["0", "999", "8,804", "1,234,567", "−12"]);
    }
}
