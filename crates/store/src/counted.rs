//! What a writer tells a host that counts: events by type, the size of batches, races that were lost.
//! Where nobody counts it costs a look.

use crate::error::AppendError;
use crate::event::{Append, Appended};
use metrics::{counter, histogram};
use std::collections::BTreeMap;

/// Counts what came of a batch, once it is durable.
#[derive(Default)]
pub(crate) struct Tally<'b> {
    events: BTreeMap<&'b str, u64>,
    conflicts: u64,
}

impl<'b> Tally<'b> {
    /// What came of some commands of it.
    pub(crate) fn add(&mut self, appends: &'b [Append], answers: &[Result<Appended, AppendError>]) {
        for (append, answer) in appends.iter().zip(answers) {
            match answer {
                Ok(answer) if !answer.repeated => {
                    for event in &append.events {
                        *self.events.entry(&event.event_type).or_default() += 1;
                    }
                }
                Err(AppendError::Conflict { .. } | AppendError::Behind { .. }) => {
                    self.conflicts += 1;
                }
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// Tells it.
    pub(crate) fn tell(self) {
        let mut all = 0;
        for (event, count) in self.events {
            counter!("gridwhistle_events_appended_total", "type" => event.to_owned())
                .increment(count);
            all += count;
        }
        if all > 0 {
            #[expect(
                clippy::cast_precision_loss,
                reason = "numbers of Prometheus are floats"
            )]
            histogram!("gridwhistle_append_batch_events").record(all as f64);
        }
        if self.conflicts > 0 {
            counter!("gridwhistle_store_conflicts_total").increment(self.conflicts);
        }
    }
}
