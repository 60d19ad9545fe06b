//! Both logs through the same views, asked the same questions.

use super::report::{CardCount, ListChange, RankingChange, WhatIfReport};
use super::scratch::Scratch;
use super::walk::{Cards, Walk};
use crate::problem::Problem;
use crate::replay::views::fill;
use crate::source::Source;
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::score::run::compare;
use gridwhistle_projections::questions::{LedgerFilter, Moment, Questions, WatchList};
use gridwhistle_store::EventLog;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rows of a list that are read at a time.
const PAGE: usize = 1_000;

/// The views of one log.
async fn asked(
    (log, tenant): (Arc<dyn EventLog>, &str),
    (scratch, name): (&Scratch, &str),
) -> Result<Questions, Problem> {
    let views = scratch.views(name)?;
    fill(Arc::clone(&log), Arc::clone(&views), tenant).await?;
    Ok(Questions::open(log, views, tenant).await?)
}

/// The report of a walk that came to its end.
pub(super) async fn compared(
    source: &Source,
    mut walk: Walk,
    scratch: &Scratch,
) -> Result<WhatIfReport, Problem> {
    let (tenant, window) = (source.tenant(), walk.window);
    let old = source.log_until(walk.until);
    let old = asked((old, tenant), (scratch, "old")).await?;
    let new = asked((scratch.log(), tenant), (scratch, "new")).await?;
    let (law_old, law_new) = walk.laws();
    let end = Moment::then(window.before);
    let mut lists = Vec::new();
    for list in WatchList::ALL {
        let was = cases_on(&old, list, &law_old.calendars, end).await?;
        let would = cases_on(&new, list, &law_new.calendars, end).await?;
        let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| -> Vec<String> {
            these.difference(those).take(walk.most).cloned().collect()
        };
        let (only_old, only_new) = (only(&was, &would), only(&would, &was));
        let both = only_old.iter().chain(&only_new);
        let ended = both.filter(|case| walk.has_ended(case)).cloned().collect();
        lists.push(ListChange {
            list,
            old: was.len() as u64,
            new: would.len() as u64,
            only_old,
            only_new,
            ended,
        });
    }
    let before = old.ranking(window, end, &law_old).await?;
    let after = new.ranking(window, end, &law_new).await?;
    let ranking = RankingChange {
        policy_old: before.policy,
        policy_new: after.policy,
        changes: compare(&before.units, &after.units),
        old: before.units,
        new: after.units,
        ended: walk.units_of_ended(),
    };
    let counted = std::mem::take(&mut walk.counted);
    let card = |((card, rule), Cards { old, new, ended })| CardCount {
        card,
        rule,
        old,
        new,
        ended,
    };
    // What the model carries to its end comes first.
    let duties = counted.duties.into_iter().chain(counted.duties_ended);
    let duties = duties.take(walk.most).collect();
    Ok(WhatIfReport {
        tenant: tenant.to_owned(),
        window,
        policy: walk.policy.as_ref().map(|policy| policy.version.clone()),
        calendar: walk.calendar(),
        weights_only: walk.weights_only,
        cases: walk.touched.len() as u64,
        accepted: counted.accepted,
        commands: counted.commands,
        timers: counted.timers,
        left_out: counted.left_out,
        ends: counted.ends,
        ended: counted.ended,
        changed_duties: counted.changed,
        late: counted.late,
        not_told: counted.not_told,
        duties,
        cards: counted.cards.into_iter().map(card).collect(),
        lists,
        ranking,
    })
}

/// The cases on a list.
async fn cases_on(
    questions: &Questions,
    list: WatchList,
    calendars: &CalendarBook,
    moment: Moment,
) -> Result<BTreeSet<String>, Problem> {
    let (all, mut cursor, mut cases) = (LedgerFilter::default(), None::<String>, BTreeSet::new());
    loop {
        let page = questions.watch_list(list, &all, calendars, cursor.as_deref(), PAGE, moment);
        let page = page.await?;
        cases.extend(page.rows.into_iter().map(|row| row.case_id));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(cases);
        }
    }
}
