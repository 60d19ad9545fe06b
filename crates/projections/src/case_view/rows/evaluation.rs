//! The rows of mutual evaluation.

use crate::row::row;
use chrono::{DateTime, Utc};

row! {
    /// One mutual evaluation of a closed case, by its stream.
    EvaluationRow of "evaluations" {
        /// The stream.
        evaluation_id: String,
        /// The case.
        case_id: String,
        /// The leg.
        leg: i64,
        /// The street or community.
        area: String,
        /// The department.
        department: String,
        /// Kind of the area's unit when it opened, by code.
        area_kind: Option<String>,
        /// Kind of the department's unit when it opened, by code.
        department_kind: Option<String>,
        /// Silence is no breach.
        optional: bool,
        /// The last instant at which a form may be sealed.
        window_ends: DateTime<Utc>,
        /// When the area's form was sealed.
        area_sealed_at: Option<DateTime<Utc>>,
        /// When the department's form was sealed.
        department_sealed_at: Option<DateTime<Utc>>,
        /// When the forms were opened together.
        revealed_at: Option<DateTime<Utc>>,
        /// Opened, or lapsed on both sides: no form is to come.
        settled: bool,
        /// Since when.
        settled_at: Option<DateTime<Utc>>,
        /// What the area's form comes to, in hundredths of a point; none before the reveal.
        area_points: Option<i64>,
        /// What the department's form comes to.
        department_points: Option<i64>,
        /// What the area answered: alike, where it is the same; none before the reveal.
        area_answers: Option<String>,
        /// What the department answered.
        department_answers: Option<String>,
        /// The appeal against the area's form: `waiting`, `upheld` (the form is in no figure),
        /// `dismissed`.
        area_appeal: Option<String>,
        /// The appeal against the department's form.
        department_appeal: Option<String>,
        /// The ground of the appeal against the area's form, by code.
        area_ground: Option<String>,
        /// The ground of the appeal against the department's form.
        department_ground: Option<String>,
    }
}

row! {
    /// A case whose evaluations are in no figure: closed once, and voided or merged since.
    StruckRow of "struck" {
        /// The case.
        case_id: String,
        /// When it was voided or merged.
        struck_at: DateTime<Utc>,
    }
}
