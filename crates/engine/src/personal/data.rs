//! What is known of a person, and what of it anybody may see.

use serde::{Deserialize, Serialize};

/// What a case may know of a person. Never stored, logged or shown as it stands here.
///
/// ```
/// use gridwhistle::personal::PersonalData;
///
/// let person = PersonalData {
///     name: "林晓梅".to_owned(),
///     phone: "13812340000".to_owned(),
///     ..PersonalData::default()
/// };
/// assert_eq!(person.masked().phone, "138****0000");
/// assert_eq!(format!("{person:?}"), "PersonalData(sealed)");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonalData {
    /// 姓名.
    #[serde(default)]
    pub name: String,
    /// 电话.
    #[serde(default)]
    pub phone: String,
    /// 身份证号.
    #[serde(default)]
    pub identity_number: String,
    /// 住址.
    #[serde(default)]
    pub address: String,
}

impl std::fmt::Debug for PersonalData {
    /// Says that there is something, not what.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonalData(sealed)")
    }
}

impl PersonalData {
    /// The same with all but hints masked: 林**, 138****0000.
    #[must_use]
    pub fn masked(&self) -> Self {
        Self {
            name: mask(&self.name, 1, 0),
            phone: mask(&self.phone, 3, 4),
            identity_number: mask(&self.identity_number, 0, 0),
            address: mask(&self.address, 0, 0),
        }
    }
}

fn mask(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    if length <= head + tail {
        return "*".repeat(length);
    }
    let shown = |index: usize| index < head || index >= length - tail;
    text.chars()
        .enumerate()
        .map(|(index, c)| if shown(index) { c } else { '*' })
        .collect()
}
