//! A log that somebody wrote into past the engine.

use super::City;
use gridwhistle_store::{RecordedEvent, digest};
use rusqlite::{Connection, params};

impl City {
    /// Runs SQL in the file of a city on disk.
    pub(crate) fn sql(&self, statement: &str) {
        let file = Connection::open(self.file()).unwrap();
        file.execute_batch(statement).unwrap();
    }

    /// Every event of the log.
    pub(crate) async fn all_events(&self) -> Vec<RecordedEvent> {
        let (log, tenant) = (self.engine.log(), self.engine.tenant());
        log.read_log(tenant, 0, usize::MAX >> 1).await.unwrap()
    }

    /// Changes what events say and when they were recorded, and computes every checksum, the chain and
    /// the head anew; of a city on disk.
    pub(crate) async fn rewrite(&self, change: impl FnOnce(&mut [RecordedEvent])) {
        let mut all = self.all_events().await;
        change(&mut all);
        let mut chain = digest::GENESIS;
        let mut file = Connection::open(self.file()).unwrap();
        let batch = file.transaction().unwrap();
        let update = "update events set payload = ?1, event_version = ?2, recorded_at = ?3, \
                      checksum = ?4, chain = ?5 where position = ?6";
        for event in &mut all {
            event.checksum = digest::checksum(&event.borrowed());
            chain = digest::chain(&chain, &event.checksum);
            let values = params![
                event.payload,
                event.event_version,
                event.recorded_at.timestamp_micros(),
                event.checksum,
                chain,
                event.position.cast_signed()
            ];
            batch.execute(update, values).unwrap();
        }
        let last = all.last().unwrap().recorded_at.timestamp_micros();
        let head = "update heads set chain = ?1, recorded_at = ?2";
        batch.execute(head, params![chain, last]).unwrap();
        batch.commit().unwrap();
    }
}
