//! Words for people in two languages. zh-CN is the first language; English stands beside it.

mod reader_words;

pub use reader_words::{reader_in_chinese, reader_parts};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A language the product speaks.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
///
/// ```
/// use gridwhistle_domain::text::{Language, Text};
///
/// let language: Language = "zh".parse()?;
/// assert_eq!(Text::new("吹哨", "whistle").get(language), "吹哨");
/// # Ok::<(), gridwhistle_domain::text::UnknownLanguage>(())
/// ```
pub enum Language {
    /// Simplified Chinese, the default.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// The text of a language tag that nobody speaks here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("language `{0}` is not spoken here; accepted: zh-CN, en")]
pub struct UnknownLanguage(pub String);

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        match tag.to_ascii_lowercase().as_str() {
            "zh" | "zh-cn" | "zh-hans" | "zh_cn" => Ok(Self::ZhCn),
            "en" | "en-us" | "en-gb" => Ok(Self::En),
            _ => Err(UnknownLanguage(tag.to_owned())),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        })
    }
}

/// One label in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// zh-CN.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both languages at once.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// The words in the asked language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::ZhCn => &self.zh,
            Language::En => &self.en,
        }
    }

    /// The words in the asked language, or else in the other one.
    ///
    /// ```
    /// use gridwhistle_domain::text::{Language, Text};
    ///
    /// let only = Text::new("水务局", "");
    /// assert_eq!(only.spoken(Language::En), "水务局");
    /// ```
    #[must_use]
    pub fn spoken(&self, language: Language) -> &str {
        let own = self.get(language);
        if own.is_empty() {
            self.get(match language {
                Language::ZhCn => Language::En,
                Language::En => Language::ZhCn,
            })
        } else {
            own
        }
    }
}

/// Words with a value in the place of each `{}`, in order; a value that is missing is left out.
///
/// ```
/// use gridwhistle_domain::text::fill;
///
/// assert_eq!(fill("已用 {} / {}", &[&3, &"4 时"]), "已用 3 / 4 时");
/// ```
#[must_use]
pub fn fill(words: &str, values: &[&dyn fmt::Display]) -> String {
    let mut pieces = words.split("{}");
    let mut told = pieces.next().unwrap_or_default().to_owned();
    let mut values = values.iter();
    for piece in pieces {
        if let Some(value) = values.next() {
            told.push_str(&value.to_string());
        }
        told.push_str(piece);
    }
    told
}

/// An enum whose values have a code for scripts and a label for people, in one table.
macro_rules! named {
    ($(#[$enum_doc:meta])* $enum:ident { $($(#[$doc:meta])* $name:ident = $code:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $enum { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        $crate::schema::shape_of_codes!($enum);

        impl $enum {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code in files, addresses and on the command line.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The name for people.
            #[must_use]
            pub fn label(self) -> $crate::text::Text {
                match self { $(Self::$name => $crate::text::Text::new($zh, $en)),* }
            }

            /// The value of a code, if there is one.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use named;
