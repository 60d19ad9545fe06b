//! Events of several cases on their way to one judge: their text in one piece, so that handing an
//! event over allocates nothing.

use super::law::Law;
use gridwhistle_store::EventRef;
use std::sync::Arc;

/// Text of one lot before it is handed over.
const LOT_BYTES: usize = 256 * 1024;

/// Events in the order of the log, under one law.
pub(super) struct Lot {
    pub(super) law: Arc<Law>,
    text: String,
    marks: Vec<Mark>,
}

struct Mark {
    position: u64,
    sequence: u64,
    occurred_micros: i64,
    recorded_micros: i64,
    /// The first event of its command.
    first: bool,
    /// Of a case; else of an evaluation.
    of_case: bool,
    /// Where each part of the text ends: id, type, version, payload, metadata.
    ends: [usize; 5],
}

/// One event of a lot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    pub(super) position: u64,
    pub(super) sequence: u64,
    pub(super) occurred_micros: i64,
    pub(super) recorded_micros: i64,
    pub(super) of_case: bool,
    pub(super) id: &'a str,
    pub(super) event_type: &'a str,
    pub(super) event_version: &'a str,
    pub(super) payload: &'a str,
    pub(super) metadata: &'a str,
}

impl Lot {
    pub(super) fn new(law: Arc<Law>) -> Self {
        Self {
            law,
            text: String::with_capacity(LOT_BYTES + LOT_BYTES / 8),
            marks: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.text.len() >= LOT_BYTES
    }

    pub(super) fn push(&mut self, event: &EventRef<'_>, first: bool) {
        let parts = [
            event.aggregate_id,
            event.event_type,
            event.event_version,
            event.payload,
            event.metadata,
        ];
        let ends = parts.map(|part| {
            self.text.push_str(part);
            self.text.len()
        });
        self.marks.push(Mark {
            position: event.position,
            sequence: event.sequence,
            occurred_micros: event.occurred_at_micros,
            recorded_micros: event.recorded_at_micros,
            first,
            of_case: event.aggregate_type == "case",
            ends,
        });
    }

    /// The events of one command after another.
    pub(super) fn commands(&self, mut each: impl FnMut(&[Row<'_>])) {
        let mut rows: Vec<Row<'_>> = Vec::new();
        let mut begin = 0;
        for mark in &self.marks {
            if mark.first && !rows.is_empty() {
                each(&rows);
                rows.clear();
            }
            rows.push(self.row(mark, begin));
            begin = mark.ends.last().copied().unwrap_or(begin);
        }
        if !rows.is_empty() {
            each(&rows);
        }
    }

    fn row(&self, mark: &Mark, mut from: usize) -> Row<'_> {
        let parts = mark.ends.map(|end| {
            let part = self.text.get(from..end).unwrap_or_default();
            from = end;
            part
        });
        let [id, event_type, event_version, payload, metadata] = parts;
        Row {
            position: mark.position,
            sequence: mark.sequence,
            occurred_micros: mark.occurred_micros,
            recorded_micros: mark.recorded_micros,
            of_case: mark.of_case,
            id,
            event_type,
            event_version,
            payload,
            metadata,
        }
    }
}
