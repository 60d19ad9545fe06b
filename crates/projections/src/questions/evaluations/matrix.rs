//! Street by department, in both directions: who is content with whom.

use super::forms::Form;
use super::{points, shown};
use crate::questions::{Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::evaluation::Side;
use gridwhistle_domain::policy::rows::EvaluationRules;
use gridwhistle_domain::score::flags::{Flag, FlagKind};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The forms of one direction of a pair.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Way {
    /// Forms that count.
    pub forms: u64,
    /// Their plain mean, from 0 to 100; none without forms.
    pub mean: Option<Decimal>,
    /// Forms that were taken out by an appeal.
    pub excluded: u64,
}

/// One pair of units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MatrixCell {
    /// The street or community.
    pub area: String,
    /// The department.
    pub department: String,
    /// Evaluations of the pair that were settled in the window.
    pub evaluations: u64,
    /// What the area says of the department.
    pub of_department: Way,
    /// What the department says of the area.
    pub of_area: Way,
    /// What somebody should look at between the two.
    pub flags: Vec<FlagKind>,
}

/// All pairs that evaluated each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Matrix {
    /// From when to before when.
    pub window: Window,
    /// The instant as of which the forms are looked at.
    pub at: DateTime<Utc>,
    /// One for each pair, by area and department.
    pub cells: Vec<MatrixCell>,
    /// What somebody should look at.
    pub flags: Vec<Flag>,
    /// Evaluations of cases that were voided or merged since.
    pub struck: Vec<String>,
}

/// What is gathered of one direction.
#[derive(Default)]
struct Sum {
    forms: u64,
    points: Decimal,
    excluded: u64,
}

impl Sum {
    fn add(&mut self, form: &Form) {
        if form.counts() {
            self.forms += 1;
            self.points += points(form.seen.points);
        } else {
            self.excluded += 1;
        }
    }

    fn way(&self) -> Way {
        let mean = self.points.checked_div(Decimal::from(self.forms));
        Way {
            forms: self.forms,
            mean: mean.map(shown),
            excluded: self.excluded,
        }
    }
}

impl Questions {
    /// Every pair of area and department with an evaluation settled in a window, in both directions.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn matrix(
        &self,
        window: Window,
        moment: Moment,
        rules: &EvaluationRules,
    ) -> Result<Matrix, QuestionError> {
        let gathered = self.gathered(window, moment).await?;
        let flags = self.flagged(&gathered, (window, moment), rules).await?;
        let mut pairs: BTreeMap<(String, String), (u64, Sum, Sum)> = BTreeMap::new();
        for row in &gathered.rows {
            let pair = (row.area.clone(), row.department.clone());
            pairs.entry(pair).or_default().0 += 1;
        }
        for form in &gathered.forms {
            let (rater, rated) = (form.seen.rater.to_string(), form.seen.rated.to_string());
            match form.by {
                Side::Area => pairs.entry((rater, rated)).or_default().1.add(form),
                Side::Department => pairs.entry((rated, rater)).or_default().2.add(form),
            }
        }
        let (mut cells, between) = (Vec::new(), between(&flags));
        for ((area, department), (evaluations, of_department, of_area)) in pairs {
            cells.push(MatrixCell {
                flags: between
                    .get(&(area.as_str(), department.as_str()))
                    .into_iter()
                    .flatten()
                    .copied()
                    .collect(),
                area,
                department,
                evaluations,
                of_department: of_department.way(),
                of_area: of_area.way(),
            });
        }
        Ok(Matrix {
            window,
            at: moment.instant(),
            cells,
            flags,
            struck: gathered.struck,
        })
    }
}

/// The kinds of the flags between two units, in either direction.
fn between(flags: &[Flag]) -> BTreeMap<(&str, &str), BTreeSet<FlagKind>> {
    let mut between: BTreeMap<_, BTreeSet<FlagKind>> = BTreeMap::new();
    for flag in flags {
        if let Some(rated) = &flag.rated {
            let (one, other) = (flag.rater.as_str(), rated.as_str());
            for pair in [(one, other), (other, one)] {
                between.entry(pair).or_default().insert(flag.kind);
            }
        }
    }
    between
}
