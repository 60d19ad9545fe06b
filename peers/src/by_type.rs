//! The same work on stock `disintegrate`, which has no streams: it finds events by type and by the
//! identifiers in them.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use disintegrate::serde::json::Json;
use disintegrate::{
    Decision, Event, EventSourcedStateStore, EventStore, LoadState, NoSnapshot, StateMutate,
    StateQuery, StreamItem, query,
};
use disintegrate_postgres::{PgEventId, PgEventStore, decision_maker};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::postgres::{PgPool, PgPoolOptions};

use crate::Work;
use crate::measure::{LOAD_EVENTS, Measured, by_callers, loads};
use crate::payload::{payload, stream, turns};
use crate::postgres;
use crate::recorder::Noted;

type Store = PgEventStore<CaseEvent, Json<CaseEvent>>;

/// Connections, as many as the other peers have.
const CONNECTIONS: u32 = 10;

/// The event, findable by its case.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
enum CaseEvent {
    CaseNoted {
        #[id]
        case_id: String,
        noted: Noted,
    },
}

/// Counts what a case has seen.
#[derive(Clone, StateQuery, Serialize, Deserialize)]
#[state_query(CaseEvent)]
struct Seen {
    #[id]
    case_id: String,
    seen: u64,
}

impl Seen {
    fn of(case: u64) -> Self {
        Self {
            case_id: stream(case),
            seen: 0,
        }
    }
}

impl StateMutate for Seen {
    fn mutate(&mut self, _: CaseEvent) {
        self.seen += 1;
    }
}

/// A decision that decides nothing.
struct Note {
    case: u64,
    noted: Noted,
}

impl Decision for Note {
    type Event = CaseEvent;
    type StateQuery = Seen;
    type Error = Infallible;

    fn state_query(&self) -> Seen {
        Seen::of(self.case)
    }

    fn process(&self, seen: &Seen) -> Result<Vec<CaseEvent>, Infallible> {
        let case_id = seen.case_id.clone();
        let noted = self.noted.clone();
        Ok(vec![CaseEvent::CaseNoted { case_id, noted }])
    }
}

/// Does the work on a database.
pub(crate) async fn measure(url: &str, work: Work) -> (Measured, Value) {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
    let pool = pool.connect(url).await.expect("the database answers");
    if work.creates() {
        // Its own `try_new` writes a literal that PostgreSQL 15 does not read.
        let made = sqlx::raw_sql(include_str!("disintegrate.sql")).execute(&pool);
        made.await.expect("an empty database takes the tables");
    }
    let store = Store::new_uninitialized(pool.clone(), Json::default());
    let in_force = postgres::in_force(&pool).await;
    let measured = match work {
        Work::Append(callers, time) => append(store, callers, time).await,
        Work::Load(callers, time) => load(store, callers, time).await,
        Work::Fill(events) => fill(&pool, events).await,
        Work::Replay => replay(&store).await,
    };
    (measured, in_force)
}

/// Single-event decisions. One that meets another is answered with an error, and not tried again.
async fn append(store: Store, callers: u64, time: Duration) -> Measured {
    let maker = decision_maker(store, NoSnapshot);
    let work = move |(case, version): (u64, u64)| {
        let maker = maker.clone();
        async move {
            let noted = Noted::read(&payload(case, version + 1));
            maker.make(Note { case, noted }).await.is_ok()
        }
    };
    by_callers(callers, time, |caller| turns(caller, callers), work).await
}

/// Loads of the state of a case of 20 events.
async fn load(store: Store, callers: u64, time: Duration) -> Measured {
    let states = EventSourcedStateStore::new(store, NoSnapshot);
    let states = Arc::new(states);
    let work = move |case| {
        let states = states.clone();
        async move {
            let loaded = LoadState::<PgEventId, _, _>::load(&*states, Seen::of(case)).await;
            let loaded = loaded.expect("the state loads");
            assert_eq!(loaded.state().seen, LOAD_EVENTS);
            true
        }
    };
    by_callers(callers, time, loads, work).await
}

async fn fill(pool: &PgPool, events: u64) -> Measured {
    let copy = "copy event (event_type, case_id, payload) from stdin";
    let row = |case, sequence| {
        let event = CaseEvent::CaseNoted {
            case_id: stream(case),
            noted: Noted::read(&payload(case, sequence)),
        };
        let json = serde_json::to_string(&event).expect("an event is JSON");
        format!("CaseNoted\t{}\t{json}\n", stream(case))
    };
    postgres::copy_in(pool, copy, events, row).await
}

/// All events in their order, typed.
async fn replay(store: &Store) -> Measured {
    let began = Instant::now();
    let every = query!(CaseEvent);
    let mut events = store.stream::<CaseEvent>(&every);
    let (mut done, mut bytes) = (0, 0);
    while let Some(item) = events.try_next().await.expect("the replay runs") {
        if let StreamItem::Event(event) = item {
            let CaseEvent::CaseNoted { noted, .. } = event.into_inner();
            bytes += noted.text.len();
            done += 1;
        }
    }
    assert!(bytes > 0, "nothing was replayed");
    Measured {
        done,
        failed: 0,
        seconds: began.elapsed().as_secs_f64(),
    }
}
