//! Who somebody is, by what they show. What they may do follows from the registry, not from here.

use gridwhistle::domain::ids::PersonId;

/// What tokens are believed.
pub(crate) struct Identity {
    development: bool,
}

/// What a development token begins with; the person's id follows.
const DEVELOPMENT: &str = "dev:";

impl Identity {
    /// By the settings, which were checked.
    pub(crate) const fn new(development: bool) -> Self {
        Self { development }
    }

    /// Whose token this is; none: it is not believed.
    pub(crate) fn person(&self, token: &str) -> Option<PersonId> {
        let named = token
            .strip_prefix(DEVELOPMENT)
            .filter(|_| self.development)?;
        (!named.is_empty()).then(|| named.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_believed_in_development_and_nowhere_else() {
        let open = Identity::new(true);
        assert_eq!(open.person("dev:P-1"), Some("P-1".into()));
        assert_eq!(open.person("dev:"), None);
        assert_eq!(open.person("P-1"), None);
        assert_eq!(Identity::new(false).person("dev:P-1"), None);
    }
}
