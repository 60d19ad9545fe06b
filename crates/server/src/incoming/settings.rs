//! What an operator may set of work orders of other systems.

use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::MatterCode;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table `[server.incoming]`.
///
/// ```
/// use gridwhistle_server::settings::{Category, IncomingSettings};
///
/// let settings: IncomingSettings = toml::from_str(
///     "[categories.\"供水\"]\nmatter = \"environment.leak\"\nclass = \"time_limited\"",
/// )?;
/// let water: &Category = &settings.categories["供水"];
/// assert_eq!(water.matter, "environment.leak".into());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncomingSettings {
    /// What the source calls a matter, and what it is here. An order of another category is reported,
    /// and waits for somebody to accept it.
    pub categories: BTreeMap<String, Category>,
}

/// What a category of the source is here: such an order is accepted as soon as it is reported.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The matter.
    pub matter: MatterCode,
    /// The class.
    pub class: CaseClass,
}
