//! What residents say (`DOMAIN.md` 4.7): five levels of satisfaction, whether it is solved, who was
//! reached, and the three rates (三率), by area and by lead unit; and who is to be called back.

use super::accounts::count::{Count, some};
use super::accounts::{CasesBy, Counted, Group, counted};
use super::measures::StarsGiven;
use super::span::Span;
use super::window::Window;
use super::{Ask, Moment, QuestionError, Questions};
use crate::case_view::{AccountRow, CASES};
use chrono::{DateTime, Utc};
use gridwhistle_domain::policy::satisfaction::SatisfactionRules;
use gridwhistle_domain::score::case_indicator::CaseIndicator as I;
use gridwhistle_domain::score::opinion::Stars;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_store::views::{Filter, Op, Tally, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the residents of one group say, of the cases closed in the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SatisfactionOf {
    /// The code of the area or unit; none: cases without one, or the whole city.
    pub group: Option<String>,
    /// Cases closed in the window; imported ones are another system's to call back.
    pub closed: u64,
    /// Of those, drawn to be called back.
    pub drawn: u64,
    /// Of the drawn, called at least once.
    pub drawn_called: u64,
    /// Called, and not reached: neither content nor not.
    pub unreachable: u64,
    /// Answers by level, one star first.
    pub stars: Stars,
    /// The mean of the stars.
    pub mean_stars: Option<Decimal>,
    /// 回访覆盖率: reached, of what was closed.
    pub coverage: Share,
    /// 响应率: contacted in time, of what was closed with a contact to make.
    pub responded: Share,
    /// 解决率: solved, of those reached.
    pub solved: Share,
    /// 满意率: three stars or more, of those who gave any.
    pub satisfied: Share,
    /// Four stars or more, of those who gave any.
    pub strictly: Share,
    /// 三率 as one number from 0 to 1; none where one of them is of nothing.
    pub three_rates: Option<Decimal>,
}

/// What residents say, by group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Satisfactions {
    /// By what.
    pub by: CasesBy,
    /// From when to before when.
    pub window: Window,
    /// The instant at which it is looked at.
    pub at: DateTime<Utc>,
    /// The percentage that was to be called, and the weights.
    pub rules: SatisfactionRules,
    /// One for each group with a closed case, by its code.
    pub groups: Vec<SatisfactionOf>,
    /// The whole city.
    pub total: SatisfactionOf,
}

impl Satisfactions {
    /// What is said of one group; none where nothing of it was closed.
    pub(super) fn of(&self, group: &str) -> Option<&SatisfactionOf> {
        let mut groups = self.groups.iter();
        groups.find(|one| one.group.as_deref() == Some(group))
    }
}

/// A closed case that is drawn to be called back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Callback {
    /// Its number on the ledger.
    pub ledger_no: i64,
    /// The case.
    pub case_id: String,
    /// The street.
    pub street: Option<String>,
    /// The unit that led it.
    pub lead_unit: Option<String>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Where it stands in the draw, from 0 to 99: below the percentage.
    pub draw: Option<i64>,
    /// Calls so far.
    pub callbacks: i64,
    /// Solved, said the resident who was reached.
    pub solved: Option<bool>,
    /// How many stars the resident gave.
    pub stars: Option<i64>,
}

/// One page of those who are to be called back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallbackPage {
    /// The months they were drawn from, by their closing.
    pub window: Window,
    /// The percentage that is drawn.
    pub percent: u32,
    /// By their number on the ledger.
    pub rows: Vec<Callback>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl SatisfactionOf {
    /// Its shares: where each stands in the answer, and the figure that it opens to.
    ///
    /// ```
    /// use gridwhistle_projections::questions::SatisfactionOf;
    ///
    /// let nothing = SatisfactionOf::default();
    /// assert!(nothing.shares().iter().all(|(_, _, share)| share.value.is_none()));
    /// ```
    #[must_use]
    pub const fn shares(&self) -> [(&'static str, I, &Share); 5] {
        [
            ("coverage", I::Reached, &self.coverage),
            ("responded", I::Responded, &self.responded),
            ("solved", I::Solved, &self.solved),
            ("satisfied", I::SaidSatisfied, &self.satisfied),
            ("strictly", I::SaidStrictly, &self.strictly),
        ]
    }
}

fn shown(
    group: Group,
    counted: &Counted,
    drawn: [u64; 2],
    rules: &SatisfactionRules,
) -> SatisfactionOf {
    let stars = Stars(Count::STARS.map(|star| counted.get(star)));
    let [responded, solved] = [I::Responded, I::Solved].map(|one| counted.rate(one));
    let together = rules
        .weights()
        .together(responded, solved, stars.satisfied());
    let round = |value: Decimal| value.round_dp(4).normalize();
    SatisfactionOf {
        group,
        closed: counted.get(Count::Callable),
        drawn: drawn[0],
        drawn_called: drawn[1],
        unreachable: counted.get(Count::Unreached),
        mean_stars: StarsGiven::from(stars).mean,
        coverage: counted.share(I::Reached),
        responded: responded.into(),
        solved: solved.into(),
        satisfied: stars.satisfied().into(),
        strictly: stars.strict().into(),
        three_rates: together.map(round),
        stars,
    }
}

/// What was closed in a window and is drawn to be called back: below the percentage in the draw of its
/// month.
pub(super) fn drawn(span: &Span, rules: &SatisfactionRules) -> Filter {
    let percent = i64::from(rules.callback_percent);
    let below = Filter::compare("draw", Op::Lt, percent);
    Filter::And(vec![counted(span), Count::Callable.filter(span), below])
}

impl Questions {
    /// What the residents of every group say of the cases closed in a window, by the rules in force.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn satisfaction(
        &self,
        by: CasesBy,
        window: Window,
        moment: Moment,
        rules: &SatisfactionRules,
    ) -> Result<Satisfactions, QuestionError> {
        let span = self.span(window, moment).await?;
        let mut tallied = self.counted(by, &span).await?;
        let drawn = self.drawn(by, &span, rules).await?;
        let closed = |counted: &Counted| counted.get(Count::Callable) > 0;
        tallied.groups.retain(|_, counted| closed(counted));
        let groups = tallied.groups.iter().map(|(group, counted)| {
            let drawn = drawn.get(group).copied().unwrap_or_default();
            shown(group.clone(), counted, drawn, rules)
        });
        let groups = groups.collect();
        let all = drawn
            .values()
            .fold([0; 2], |sum, one| [sum[0] + one[0], sum[1] + one[1]]);
        Ok(Satisfactions {
            by,
            window,
            at: span.at(),
            rules: *rules,
            groups,
            total: shown(None, &tallied.total, all, rules),
        })
    }

    /// How many of what was closed are drawn, and how many of those were called, by group.
    async fn drawn(
        &self,
        by: CasesBy,
        span: &Span,
        rules: &SatisfactionRules,
    ) -> Result<BTreeMap<Group, [u64; 2]>, QuestionError> {
        let counts = [("drawn", Filter::All), ("called", some("callbacks"))];
        let tally = Tally {
            table: AccountRow::TABLE.to_owned(),
            as_of: span.moment.as_of(),
            filter: drawn(span, rules),
            group_by: by.column().into_iter().map(str::to_owned).collect(),
            counts: counts.map(|(name, of)| (name.to_owned(), of)).into(),
            sums: Vec::new(),
        };
        let rows = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let groups = rows.iter().map(|row| {
            let group = row.group.first().and_then(Value::as_text);
            let count = |place: usize| row.counts.get(place).map_or(0, |of| of.unsigned_abs());
            (group.map(str::to_owned), [count(0), count(1)])
        });
        Ok(groups.collect())
    }

    /// Who is to be called back of the cases closed in a window, whether or not it was done yet.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn callbacks(
        &self,
        window: Window,
        moment: Moment,
        rules: &SatisfactionRules,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<CallbackPage, QuestionError> {
        let span = Span::plain(window, moment);
        let ask = Ask {
            table: AccountRow::TABLE,
            moment,
            filter: drawn(&span, rules),
            order: Vec::new(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let rows = page.rows.into_iter().map(AccountRow::from_values);
        let rows = rows.map(|row| {
            row.map(|row| Callback {
                ledger_no: row.ledger_no,
                case_id: row.case_id,
                street: row.street,
                lead_unit: row.lead_unit,
                closed_at: row.closed_at,
                draw: row.draw,
                callbacks: row.callbacks,
                solved: row.solved,
                stars: row.stars,
            })
        });
        Ok(CallbackPage {
            window,
            percent: rules.callback_percent,
            rows: rows.collect::<Result<_, _>>()?,
            next: page.next.map(String::from),
        })
    }
}
