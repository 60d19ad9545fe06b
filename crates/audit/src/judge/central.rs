//! The judge of everything that is of no single case: reference data, appraisals, score runs, and
//! the records of reading and exporting. Works in the order of the log.

mod appraisal;
mod catalogue;
mod published;
mod registry;

use super::law::{Law, Running};
use super::report::{Finding, Tally};
use super::told::{Spot, meta, read};
use appraisal::Appraisals;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::score::run::{ScoreRun, ScoreRunEvent, ScoreRunFact, ScoreRunOrder};
use gridwhistle_store::RecordedEvent;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) struct Central {
    running: Running,
    appraisals: Appraisals,
    /// The last number of each stream that is folded here.
    sequences: BTreeMap<String, u64>,
    pub(super) tally: Tally,
}

/// What an event of a kind that the auditor does not know says all the same.
#[derive(Deserialize)]
struct Outline {
    at: DateTime<Utc>,
    by: Actor,
}

impl Central {
    pub(super) fn new(most: usize) -> Self {
        Self {
            running: Running::default(),
            appraisals: Appraisals::default(),
            sequences: BTreeMap::new(),
            tally: Tally::new(most),
        }
    }

    /// The law as it stands now.
    pub(super) fn law(&mut self) -> Arc<Law> {
        self.running.law()
    }

    /// Judges the events of one command.
    pub(super) fn command(&mut self, rows: &[RecordedEvent]) {
        let Some(first) = rows.first() else {
            return;
        };
        self.in_order(rows);
        match first.stream.aggregate_type.as_str() {
            "registry" => self.changed(rows, Self::registry),
            "catalogue" => self.changed(rows, Self::catalogue),
            "policy" => self.changed(rows, Self::policy),
            "calendar" => self.changed(rows, Self::calendar),
            "appraisal" => self.folded(rows, Self::round),
            "appraisal_ballot" => self.folded(rows, Self::ballot),
            "score_run" => self.folded(rows, Self::score_run),
            "personal_data" => self.outlined(rows, "personal_data_scope"),
            "export" => self.outlined(rows, "export_content"),
            "access_key" => self.outlined(rows, "access_key_terms"),
            "subscriber" => self.outlined(rows, "subscriber_content"),
            "session" => self.outlined(rows, "session_end"),
            "delivery" => self.tally.not_judged("delivery_state", rows.len() as u64),
            _ => self.tally.not_judged("unknown_stream", rows.len() as u64),
        }
    }

    /// Events by which the law changes.
    fn changed<E: Happened>(
        &mut self,
        rows: &[RecordedEvent],
        judge: fn(&mut Self, &[RecordedEvent], &[E]),
    ) {
        if let Some(first) = rows.first() {
            self.running.changes(first.recorded_at.timestamp_micros());
        }
        self.folded(rows, judge);
    }

    fn folded<E: Happened>(
        &mut self,
        rows: &[RecordedEvent],
        judge: fn(&mut Self, &[RecordedEvent], &[E]),
    ) {
        let read = rows.iter().map(|row| read::<E>(row, &mut self.tally));
        let Some(events) = read.collect::<Option<Vec<E>>>() else {
            return self.tally.not_judged("event_unreadable", rows.len() as u64);
        };
        self.tally.judged(rows.len());
        judge(self, rows, &events);
    }

    fn in_order(&mut self, rows: &[RecordedEvent]) {
        for row in rows {
            let known = self.sequences.entry(row.stream.to_string()).or_default();
            let wanted = *known + 1;
            *known = row.sequence;
            if row.sequence != wanted {
                let given = row.sequence;
                let gap = Finding::Sequence { given, wanted };
                Spot::of(row).found(&mut self.tally, None, &gap);
            }
        }
    }

    /// Puts on record what does not fit about one of the events.
    fn deviates(&mut self, rows: &[RecordedEvent], index: usize, command: &str, what: &Finding) {
        if let Some(row) = rows.get(index).or(rows.last()) {
            Spot::of(row).found(&mut self.tally, Some(command), what);
        }
    }

    /// Whether the actor may set up a tenant from the office that they name.
    fn may_set_up<E: Happened>(&mut self, rows: &[RecordedEvent], event: &E, command: &str) {
        let (by, at) = (event.by(), event.at());
        if !self.running.registry.may_set_up(by, at) {
            self.deviates(rows, 0, command, &not_in_office(by));
        }
    }

    fn score_run(&mut self, rows: &[RecordedEvent], events: &[ScoreRunEvent]) {
        const COMMAND: &str = "publish-scores";
        self.tally.not_judged("scores_recounted", 1);
        let mut state = ScoreRun::default();
        for (index, event) in events.iter().enumerate() {
            let ScoreRunFact::ScoresPublished { run } = &event.fact;
            let by = &event.by;
            let order = ScoreRunOrder {
                run: run.clone(),
                now: event.at,
                actor: by.clone(),
                in_office: self
                    .running
                    .registry
                    .holds(&by.person, by.role, &by.unit, event.at),
            };
            if let Err(refusal) = state.decide(&order) {
                self.deviates(rows, index, COMMAND, &refusal.into());
            }
            let judging = self.running.policies.book().judging(run.from);
            let judging = judging.map(|policy| policy.version.clone());
            let position = rows.get(index).map_or(0, |row| row.position);
            if run.policy != judging && run.up_to < position {
                let version = |policy: &Option<_>| {
                    policy
                        .as_ref()
                        .map_or_else(|| "-".to_owned(), ToString::to_string)
                };
                let (given, wanted) = (version(&run.policy), version(&judging));
                let other = Finding::differs("run.policy", given, wanted);
                self.deviates(rows, index, COMMAND, &other);
            }
            if run.up_to >= position {
                let wanted = format!("< {position}");
                let ahead = Finding::differs("run.up_to", run.up_to, wanted);
                self.deviates(rows, index, COMMAND, &ahead);
            }
            state.evolve(event);
        }
        self.sequences
            .retain(|stream, _| !stream.starts_with("score_run/"));
    }

    /// Events whose rules stand in the machinery: only who acted can be judged.
    fn outlined(&mut self, rows: &[RecordedEvent], kind: &'static str) {
        self.tally.not_judged(kind, rows.len() as u64);
        for row in rows {
            let Ok(Outline { at, by }) = serde_json::from_str(&row.payload) else {
                let what = format!("{} {}", row.event_type, row.event_version);
                let unreadable = Finding::Unreadable { what };
                Spot::of(row).found(&mut self.tally, None, &unreadable);
                continue;
            };
            let micros = row.occurred_at.timestamp_micros();
            let envelope = super::told::envelope(&meta(&row.metadata), micros, (at, &by));
            if let Some(finding) = envelope {
                Spot::of(row).found(&mut self.tally, None, &finding);
            }
            // What the engine does by itself is in nobody's office.
            let system = by.role == Role::System;
            if !system && !self.running.registry.holds_office(&by, at) {
                Spot::of(row).found(&mut self.tally, None, &not_in_office(&by));
            }
        }
    }
}

fn not_in_office(by: &Actor) -> Finding {
    let signature = by.signature();
    let words = gridwhistle_domain::text::Text::new(
        format!("`{signature}` 当时不在任；应为当时在任的人员"),
        format!("`{signature}` did not hold that office then; accepted: somebody who did"),
    );
    Finding::Forbidden {
        code: "not_in_office",
        words,
    }
}
