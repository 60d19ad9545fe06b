//! What changed of a case, in words of both languages.

use super::behind::Behind;
use super::ledger::Pair;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::stage::{Card, Stage};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::words;
use gridwhistle_domain::text::Text;
use gridwhistle_projections::case_view::LedgerRow;
use gridwhistle_projections::timeline::TimelineEntry;
use serde::Serialize;

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It came onto the ledger.
    Opened,
    /// It ended.
    Ended,
    /// It stands at another stage.
    Stage,
    /// It is of another class.
    Class,
    /// It is about another matter.
    Matter,
    /// Another unit leads it.
    Unit,
    /// It is due at another time.
    Due,
    /// It is past due, and was not.
    Overdue,
    /// It is no longer past due.
    Relieved,
    /// A card was raised.
    Card,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Of what kind.
    pub what: What,
    /// In words.
    pub text: Text,
    /// The event behind it; none where time alone did it.
    pub event: Option<TimelineEntry>,
}

/// The changes of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseChange {
    /// The case.
    pub case_id: String,
    /// Its number on the ledger.
    pub ledger_no: u64,
    /// The beginning of its description.
    pub title: String,
    /// What changed of it.
    pub changes: Vec<Change>,
}

/// Whether the rows can differ in anything that is told: an event came, or time passed a due time.
pub(super) fn may_differ(pair: &Pair) -> bool {
    match (&pair.before, &pair.after) {
        (Some(before), Some(after)) => {
            let overdue = before.is_overdue(pair.at.0) != after.is_overdue(pair.at.1);
            before.version != after.version || overdue
        }
        (None, None) => false,
        _ => true,
    }
}

/// What changed.
pub(super) fn changes(pair: &Pair, behind: &Behind) -> Vec<Change> {
    let Some(after) = &pair.after else {
        return Vec::new();
    };
    let before = pair.before.as_ref();
    let mut all = Vec::new();
    if before.is_none() {
        let text = Text::new("新上台账", "came onto the ledger");
        all.push(told(What::Opened, text, behind.first.clone()));
    }
    let was_open = before.is_none_or(|before| before.open);
    let was = before.map(|before| before.stage.as_str());
    if was_open && !after.open {
        all.push(told(What::Ended, ended(after), behind.stage.clone()));
    } else if was.is_some_and(|was| was != after.stage) {
        let (from, to) = (stage(was.unwrap_or_default()), stage(&after.stage));
        let text = Text::new(
            format!("阶段由 {} 变为 {}", from.zh, to.zh),
            format!("stage from {} to {}", from.en, to.en),
        );
        all.push(told(What::Stage, text, behind.stage.clone()));
    }
    all.extend(
        before
            .into_iter()
            .flat_map(|before| hands(before, after, behind)),
    );
    if after.open && before.is_some_and(|before| before.due != after.due) {
        let from = before.and_then(|before| before.due);
        let text = Text::new(
            format!("到期由 {} 变为 {}", shown(from), shown(after.due)),
            format!("due from {} to {}", shown(from), shown(after.due)),
        );
        all.push(told(What::Due, text, behind.clock.clone()));
    }
    all.extend(overdue(pair, after, behind));
    all.extend(behind.cards.iter().map(card));
    all
}

/// What it is about, and whose it is.
fn hands(before: &LedgerRow, after: &LedgerRow, behind: &Behind) -> Vec<Change> {
    let class = |code: &Option<String>| {
        let known = code.as_deref().and_then(CaseClass::from_code);
        known.map_or_else(|| plain(code.as_deref()), words::class)
    };
    let matter = |code: &Option<String>| plain(code.as_deref());
    let sides = [
        (
            What::Class,
            ("类别", "class"),
            class(&before.class),
            class(&after.class),
            &behind.class,
        ),
        (
            What::Matter,
            ("事项", "matter"),
            matter(&before.matter),
            matter(&after.matter),
            &behind.matter,
        ),
        (
            What::Unit,
            ("主办单位", "lead"),
            matter(&before.lead_unit),
            matter(&after.lead_unit),
            &behind.unit,
        ),
    ];
    let changed = sides.into_iter().filter(|(_, _, from, to, _)| from != to);
    let changes = changed.map(|(what, (zh, en), from, to, event)| {
        let text = Text::new(
            format!("{zh}由 {} 变为 {}", from.zh, to.zh),
            format!("{en} from {} to {}", from.en, to.en),
        );
        told(what, text, event.clone())
    });
    changes.collect()
}

/// A code as it stands.
fn plain(code: Option<&str>) -> Text {
    let code = code.unwrap_or("-");
    Text::new(code, code)
}

fn overdue(pair: &Pair, after: &LedgerRow, behind: &Behind) -> Option<Change> {
    let before = pair.before.as_ref();
    let was = before.is_some_and(|before| before.is_overdue(pair.at.0));
    let is = after.is_overdue(pair.at.1);
    if is && !was {
        let due = shown(after.due);
        let text = Text::new(format!("超期，到期 {due}"), format!("past due since {due}"));
        return Some(told(What::Overdue, text, None));
    }
    if was && !is && after.open {
        let text = Text::new("不再超期", "no longer past due");
        return Some(told(What::Relieved, text, behind.clock.clone()));
    }
    None
}

fn ended(after: &LedgerRow) -> Text {
    let stage = stage(&after.stage);
    let (zh, en) = match after.closed_late {
        Some(true) => ("，逾期", ", late"),
        Some(false) => ("，按期", ", in time"),
        None => ("", ""),
    };
    Text::new(
        format!("已结束：{}{zh}", stage.zh),
        format!("ended: {}{en}", stage.en),
    )
}

fn card((colour, entry): &(Card, TimelineEntry)) -> Change {
    let (zh, en) = match colour {
        Card::Yellow => ("黄牌", "yellow card"),
        Card::Red => ("红牌", "red card"),
    };
    let text = Text::new(format!("亮{zh}"), format!("{en} raised"));
    told(What::Card, text, Some(entry.clone()))
}

fn told(what: What, text: Text, event: Option<TimelineEntry>) -> Change {
    Change { what, text, event }
}

fn stage(code: &str) -> Text {
    Stage::from_code(code).map_or_else(|| Text::new(code, code), |stage| stage.label())
}

fn shown(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.to_string())
}
