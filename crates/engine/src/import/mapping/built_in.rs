//! The mappings that come with the program.

use super::{Mapping, MappingProblem};

const ALL: &[(&str, &str)] = &[
    (
        "baltimore-311",
        include_str!("../../../mappings/baltimore-311.toml"),
    ),
    (
        "boston-311-2011",
        include_str!("../../../mappings/boston-311-2011.toml"),
    ),
    (
        "boston-311-2015",
        include_str!("../../../mappings/boston-311-2015.toml"),
    ),
    ("nyc-311", include_str!("../../../mappings/nyc-311.toml")),
    ("pingshan", include_str!("../../../mappings/pingshan.toml")),
];

impl Mapping {
    /// The names of the mappings that come with the program, sorted.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|(name, _)| *name)
    }

    /// The text of a mapping that comes with the program, to copy and adapt.
    #[must_use]
    pub fn built_in_text(name: &str) -> Option<&'static str> {
        ALL.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| *text)
    }

    /// A mapping that comes with the program.
    ///
    /// # Errors
    /// When there is none of that name; the problem lists those there are.
    pub fn built_in(name: &str) -> Result<Self, MappingProblem> {
        let text = Self::built_in_text(name).ok_or_else(|| {
            let names: Vec<&str> = Self::built_in_names().collect();
            MappingProblem::new(
                0,
                "mapping",
                (
                    &format!("没有名为 `{name}` 的内置映射"),
                    &format!("no built-in mapping is called `{name}`"),
                ),
            )
            .accepting_words(
                &format!("映射文件（.toml）的路径，或 {}", names.join(", ")),
                &format!("the path of a mapping (.toml), or {}", names.join(", ")),
            )
        })?;
        Self::parse(text)
    }
}
