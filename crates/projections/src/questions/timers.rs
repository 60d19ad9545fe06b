//! Candidates for timers. A candidate is a hint: the command that follows is decided by the
//! stream, so that a wrong hint costs one refusal and nothing else.

mod waiting;

use super::{Ask, Moment, QuestionError, Questions};
use crate::case_view::{ClockRow, EvaluationRow, LedgerRow};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::ladder::{LadderRule, SUPERVISED};
use gridwhistle_domain::case::stage::{ClockKind, Stage};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{CaseId, LegNo};
use gridwhistle_store::views::{Direction, Filter, Op, Page, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Numbers of the policy that candidates depend on. Where versions differ, the widest ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimerRules {
    /// Classes in which a case that was not drawn closes by itself.
    pub auto_sign_off: BTreeSet<CaseClass>,
    /// Handling that was due by then has come to the working day after; none: do not look.
    pub urge_due_until: Option<DateTime<Utc>>,
    /// Reworks that raise a yellow card; 0: none do.
    pub yellow_reworks: u32,
    /// Reworks that raise a red card; 0: none do.
    pub red_reworks: u32,
    /// Cases closed before this may be archived; none: do not look.
    pub archive_closed_before: Option<DateTime<Utc>>,
}

/// What the clock may ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "timer")]
pub enum TimerKind {
    /// A unit did not acknowledge in time.
    AutoAcknowledge,
    /// No progress note came in time.
    MissProgress,
    /// A hold was not reviewed in time.
    MissReview,
    /// An emergency dispatch was not ratified in time.
    LapseRatification,
    /// A suspension is over.
    Resume,
    /// A case that was not drawn may close by itself.
    AutoSignOff,
    /// A reminder.
    Remind {
        /// Of this clock.
        clock: ClockKind,
        /// At this percent of its budget.
        percent: u32,
    },
    /// Handling was due on an earlier working day, and nobody urged since.
    Urge,
    /// A card by a rule of the ladder.
    RaiseCard {
        /// The rule.
        rule: LadderRule,
    },
    /// The window of an evaluation is over.
    EndEvaluation {
        /// Its stream.
        evaluation: String,
    },
    /// All windows of a closed case may be over.
    Archive,
    /// What was given under a revoked mandate is to be erased.
    EraseMandate,
}

/// One candidate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TimerCandidate {
    /// The case.
    pub case_id: CaseId,
    /// What for.
    #[serde(flatten)]
    pub kind: TimerKind,
    /// The leg, for duties of one unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<LegNo>,
}

/// Clocks whose end asks for a command of its own.
const MISSED: [(ClockKind, TimerKind); 4] = [
    (ClockKind::Acknowledge, TimerKind::AutoAcknowledge),
    (ClockKind::Progress, TimerKind::MissProgress),
    (ClockKind::Review, TimerKind::MissReview),
    (ClockKind::Ratify, TimerKind::LapseRatification),
];

/// Rows read at a time where all are wanted.
const LOOK_ROWS: usize = 1_000;

impl Questions {
    /// What timers may ask for at `now`: at most `limit` candidates of each kind, longest due
    /// first. Imported cases have none.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn timers(
        &self,
        now: DateTime<Utc>,
        rules: &TimerRules,
        limit: usize,
    ) -> Result<Vec<TimerCandidate>, QuestionError> {
        let mut found = Vec::new();
        for (clock, kind) in MISSED {
            let overdue = Filter::And(vec![running(clock), before("due", now)]);
            for row in self.clock_page(overdue, None, limit, now).await?.0 {
                found.extend(candidate(&row.case_id, kind.clone(), row.leg));
            }
        }
        self.remind(now, limit, &mut found).await?;
        self.late(now, rules, limit, &mut found).await?;
        self.attended(now, rules, limit, &mut found).await?;
        self.windows(now, rules, limit, &mut found).await?;
        Ok(found)
    }

    /// Cases with a clock that is owed and whose due time reached an unpublished year: what a newly
    /// published calendar may move. In the order of their ids.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn provisional_cases(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<CaseId>, QuestionError> {
        let owed = Filter::In {
            column: "state".to_owned(),
            values: vec!["running".into(), "suspended".into()],
        };
        let filter = Filter::And(vec![Filter::eq("provisional", true), owed]);
        let (mut cursor, mut found) = (None, BTreeSet::new());
        loop {
            let (rows, next) = self
                .clock_page(filter.clone(), cursor, LOOK_ROWS, now)
                .await?;
            found.extend(
                rows.iter()
                    .filter_map(|row| row.case_id.parse().ok().map(CaseId)),
            );
            if next.is_none() {
                return Ok(found.into_iter().collect());
            }
            cursor = next;
        }
    }

    async fn clock_page(
        &self,
        filter: Filter,
        cursor: Option<String>,
        limit: usize,
        now: DateTime<Utc>,
    ) -> Result<(Vec<ClockRow>, Option<String>), QuestionError> {
        let page = self
            .rows_by(
                ClockRow::TABLE,
                filter,
                "due",
                cursor.as_deref(),
                limit,
                now,
            )
            .await?;
        let rows = page.rows.into_iter().map(ClockRow::from_values);
        Ok((rows.collect::<Result<_, _>>()?, page.next.map(String::from)))
    }

    async fn rows_by(
        &self,
        table: &'static str,
        filter: Filter,
        column: &str,
        cursor: Option<&str>,
        limit: usize,
        now: DateTime<Utc>,
    ) -> Result<Page, QuestionError> {
        let ask = Ask {
            table,
            moment: Moment::now(now),
            filter,
            order: vec![(column.to_owned(), Direction::Asc)],
            cursor,
            limit,
        };
        self.page(ask.query()?).await
    }

    /// Clocks whose next reminder is due.
    async fn remind(
        &self,
        now: DateTime<Utc>,
        limit: usize,
        found: &mut Vec<TimerCandidate>,
    ) -> Result<(), QuestionError> {
        let due = Filter::compare("remind_at", Op::Le, now);
        let page = self
            .rows_by(ClockRow::TABLE, due, "remind_at", None, limit, now)
            .await?;
        for values in page.rows {
            let row = ClockRow::from_values(values)?;
            let percent = row.remind_percent.and_then(|at| u32::try_from(at).ok());
            if let (Some(clock), Some(percent)) = (ClockKind::from_code(&row.kind), percent) {
                let kind = TimerKind::Remind { clock, percent };
                found.extend(candidate(&row.case_id, kind, None));
            }
        }
        Ok(())
    }

    /// What the ladder owes for a supervised duty past due: the urge, then the yellow card, then the red.
    async fn late(
        &self,
        now: DateTime<Utc>,
        rules: &TimerRules,
        limit: usize,
        found: &mut Vec<TimerCandidate>,
    ) -> Result<(), QuestionError> {
        let marks = [
            ("due", rules.urge_due_until, LadderRule::OverdueUrge),
            ("yellow_at", Some(now), LadderRule::Overdue150),
            ("red_at", Some(now), LadderRule::Overdue200),
        ];
        for (mark, until, rule) in marks {
            let Some(until) = until else { continue };
            let owed = Filter::And(vec![
                supervised(),
                Filter::compare(mark, Op::Le, until),
                Filter::negate(signed(rule)),
            ]);
            for row in self.clock_page(owed, None, limit, now).await?.0 {
                found.extend(candidate(&row.case_id, by_ladder(rule), None));
            }
        }
        Ok(())
    }

    /// Timers that no clock measures.
    async fn attended(
        &self,
        now: DateTime<Utc>,
        rules: &TimerRules,
        limit: usize,
        found: &mut Vec<TimerCandidate>,
    ) -> Result<(), QuestionError> {
        let mut wanted = vec![
            Filter::compare("suspended_until", Op::Le, now),
            Filter::And(vec![
                Filter::compare("urged_since", Op::Le, now),
                Filter::negate(signed(LadderRule::UrgeUnanswered)),
            ]),
            self_closing(rules),
        ];
        wanted.extend(reworked(rules).map(|(filter, _)| filter));
        let filter = Filter::And(vec![
            Filter::compare("timer_from", Op::Le, now),
            Filter::Or(wanted),
        ]);
        let page = self
            .rows_by(LedgerRow::TABLE, filter, "timer_from", None, limit, now)
            .await?;
        for values in page.rows {
            let row = LedgerRow::from_values(values)?;
            for kind in kinds(&row, rules, now) {
                found.extend(candidate(&row.case_id, kind, None));
            }
        }
        Ok(())
    }

    /// Windows that are over: evaluations, and closed cases to be put away.
    async fn windows(
        &self,
        now: DateTime<Utc>,
        rules: &TimerRules,
        limit: usize,
        found: &mut Vec<TimerCandidate>,
    ) -> Result<(), QuestionError> {
        let over = Filter::And(vec![
            Filter::eq("settled", false),
            before("window_ends", now),
        ]);
        let page = self
            .rows_by(EvaluationRow::TABLE, over, "window_ends", None, limit, now)
            .await?;
        for values in page.rows {
            let row = EvaluationRow::from_values(values)?;
            let evaluation = row.evaluation_id;
            let kind = TimerKind::EndEvaluation { evaluation };
            found.extend(candidate(&row.case_id, kind, Some(row.leg)));
        }
        let revoked = Filter::And(vec![
            Filter::eq("stage", Stage::Withdrawn.code()),
            Filter::compare("timer_from", Op::Le, now),
        ]);
        let page = self
            .rows_by(LedgerRow::TABLE, revoked, "timer_from", None, limit, now)
            .await?;
        for values in page.rows {
            let row = LedgerRow::from_values(values)?;
            found.extend(candidate(&row.case_id, TimerKind::EraseMandate, None));
        }
        let Some(closed_before) = rules.archive_closed_before else {
            return Ok(());
        };
        let old = Filter::And(vec![
            Filter::eq("open", false),
            Filter::eq("stage", Stage::Closed.code()),
            Filter::eq("imported", false),
            before("closed_at", closed_before),
        ]);
        let page = self
            .rows_by(LedgerRow::TABLE, old, "closed_at", None, limit, now)
            .await?;
        for values in page.rows {
            let row = LedgerRow::from_values(values)?;
            found.extend(candidate(&row.case_id, TimerKind::Archive, None));
        }
        Ok(())
    }
}

fn running(kind: ClockKind) -> Filter {
    Filter::And(vec![
        Filter::eq("kind", kind.code()),
        Filter::eq("state", "running"),
    ])
}

/// The clocks that the ladder goes by.
fn supervised() -> Filter {
    let kinds = SUPERVISED.iter().map(|kind| Value::from(kind.code()));
    Filter::And(vec![
        Filter::In {
            column: "kind".to_owned(),
            values: kinds.collect(),
        },
        Filter::eq("state", "running"),
    ])
}

fn before(column: &str, at: DateTime<Utc>) -> Filter {
    Filter::compare(column, Op::Lt, at)
}

/// A rule signed its card in this period, or its urge for this due time.
fn signed(rule: LadderRule) -> Filter {
    Filter::Contains {
        column: "card_rules".to_owned(),
        text: format!(" {rule} "),
    }
}

fn by_ladder(rule: LadderRule) -> TimerKind {
    match rule.card() {
        Some(_) => TimerKind::RaiseCard { rule },
        None => TimerKind::Urge,
    }
}

fn self_closing(rules: &TimerRules) -> Filter {
    let classes = rules.auto_sign_off.iter();
    Filter::And(vec![
        Filter::eq("stage", Stage::Responded.code()),
        Filter::eq("sampled", false),
        Filter::In {
            column: "class".to_owned(),
            values: classes.map(|class| Value::from(class.code())).collect(),
        },
    ])
}

/// Cards for reworks: how many of them, and the rule.
fn reworked(rules: &TimerRules) -> impl Iterator<Item = (Filter, (i64, LadderRule))> {
    let ladder = [
        (rules.yellow_reworks, LadderRule::ReworksYellow),
        (rules.red_reworks, LadderRule::ReworksRed),
    ];
    let raising = ladder.into_iter().filter(|(reworks, _)| *reworks > 0);
    raising.map(|(reworks, rule)| {
        let reworks = i64::from(reworks);
        let filter = Filter::And(vec![
            Filter::compare("reworks", Op::Ge, reworks),
            Filter::negate(signed(rule)),
        ]);
        (filter, (reworks, rule))
    })
}

/// Which timers that no clock measures a row is a candidate for.
fn kinds(row: &LedgerRow, rules: &TimerRules, now: DateTime<Utc>) -> Vec<TimerKind> {
    let unsigned = |rule: LadderRule| !row.card_rules.contains(&format!(" {rule} "));
    let mut kinds = Vec::new();
    if row.suspended_until.is_some_and(|until| until <= now) {
        kinds.push(TimerKind::Resume);
    }
    let class = row.class.as_deref().and_then(CaseClass::from_code);
    let closes = class.is_some_and(|class| rules.auto_sign_off.contains(&class));
    if row.stage == Stage::Responded.code() && !row.sampled && closes {
        kinds.push(TimerKind::AutoSignOff);
    }
    for (_, (reworks, rule)) in reworked(rules) {
        if row.reworks >= reworks && unsigned(rule) {
            kinds.push(by_ladder(rule));
        }
    }
    if row.urged_since.is_some_and(|since| since <= now) && unsigned(LadderRule::UrgeUnanswered) {
        kinds.push(by_ladder(LadderRule::UrgeUnanswered));
    }
    kinds
}

/// A candidate, unless the stream's name is no case id.
fn candidate(case: &str, kind: TimerKind, leg: Option<i64>) -> Option<TimerCandidate> {
    Some(TimerCandidate {
        case_id: CaseId(case.parse().ok()?),
        kind,
        leg: leg.and_then(|leg| u32::try_from(leg).ok()).map(LegNo),
    })
}
