//! Everything that pages say, in zh-CN and English: a table a page, and nowhere else. A word that is
//! missing in one language does not compile, one that nobody says is a warning, and both languages are
//! looked at by a test.

pub(crate) mod admin;
pub(crate) mod audit;
pub(crate) mod case;
pub(crate) mod city;
pub(crate) mod counted;
pub(crate) mod form;
pub(crate) mod frame;
pub(crate) mod ledger;
pub(crate) mod map;
pub(crate) mod mutual;
pub(crate) mod overview;
pub(crate) mod problem;
pub(crate) mod public;
pub(crate) mod report;
pub(crate) mod reports;
pub(crate) mod scores;
pub(crate) mod snap;
pub(crate) mod whistle;

use gridwhistle_domain::text::Language;

/// Something with words in both languages.
pub(crate) trait Says: Copy {
    /// The words in a language; `{}` stands for what is filled in, in order.
    fn get(self, language: Language) -> &'static str;
}

/// A table of words: `Name "中文" "English";`.
macro_rules! words {
    ($(#[$doc:meta])* $table:ident { $($name:ident $zh:literal $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $table { $($name,)* }

        impl $table {
            /// Every word, by name.
            #[cfg(test)]
            pub(crate) const ALL: &'static [(&'static str, Self)] = &[$((stringify!($name), Self::$name)),*];
        }

        impl $crate::words::Says for $table {
            fn get(self, language: gridwhistle_domain::text::Language) -> &'static str {
                use gridwhistle_domain::text::Language;
                match (self, language) {
                    $((Self::$name, Language::ZhCn) => $zh, (Self::$name, Language::En) => $en,)*
                }
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    fn look<W: Says>(table: &str, all: &[(&'static str, W)]) {
        for (name, word) in all {
            let (zh, en) = (word.get(Language::ZhCn), word.get(Language::En));
            assert!(!zh.is_empty() && !en.is_empty(), "{table}::{name}");
            let foreign = en
                .chars()
                .find(|one| ('\u{4e00}'..='\u{9fff}').contains(one));
            let own_name = *name == "Chinese";
            assert!(foreign.is_none() || own_name, "{table}::{name}: {en}");
            let spoken = !zh.is_ascii() || zh == en;
            assert!(spoken, "{table}::{name}: {zh}");
            let holes = |text: &str| text.matches("{}").count();
            assert_eq!(holes(zh), holes(en), "{table}::{name}");
        }
    }

    #[test]
    fn every_word_is_said_in_both_languages() {
        look("frame", frame::Word::ALL);
        look("overview", overview::Word::ALL);
        look("ledger", ledger::Word::ALL);
        look("case", case::Word::ALL);
        look("form", form::Word::ALL);
        look("mutual", mutual::Word::ALL);
        look("report", report::Word::ALL);
        look("reports", reports::Word::ALL);
        look("scores", scores::Word::ALL);
        look("counted", counted::Word::ALL);
        look("public", public::Word::ALL);
        look("snap", snap::Word::ALL);
        look("whistle", whistle::Word::ALL);
        look("admin", admin::Word::ALL);
        look("audit", audit::Word::ALL);
        look("city", city::Word::ALL);
        look("map", map::Word::ALL);
        look("problem", problem::Word::ALL);
    }
}
