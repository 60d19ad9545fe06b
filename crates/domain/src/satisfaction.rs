//! 满意度 (好差评): the five levels in which residents say how content they are (`DOMAIN.md` 4.7).

use crate::text::named;

named! {
    /// What a resident says of how a case was handled, apart from whether it is solved.
    Satisfaction {
        /// Five stars.
        VerySatisfied = "very_satisfied", "非常满意", "very satisfied";
        /// Four stars.
        Satisfied = "satisfied", "满意", "satisfied";
        /// Three stars.
        MostlySatisfied = "mostly_satisfied", "基本满意", "mostly satisfied";
        /// Two stars.
        Dissatisfied = "dissatisfied", "不满意", "dissatisfied";
        /// One star.
        VeryDissatisfied = "very_dissatisfied", "非常不满意", "very dissatisfied";
    }
}

impl Satisfaction {
    /// From one star to five.
    ///
    /// ```
    /// use gridwhistle_domain::satisfaction::Satisfaction;
    ///
    /// assert_eq!(Satisfaction::VerySatisfied.stars(), 5);
    /// assert_eq!(Satisfaction::VeryDissatisfied.stars(), 1);
    /// ```
    #[must_use]
    pub const fn stars(self) -> u8 {
        match self {
            Self::VerySatisfied => 5,
            Self::Satisfied => 4,
            Self::MostlySatisfied => 3,
            Self::Dissatisfied => 2,
            Self::VeryDissatisfied => 1,
        }
    }
}
