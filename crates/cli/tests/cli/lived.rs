//! Demo cities that have lived: each is made once for its number of cases and its seed, held in memory, and
//! laid out in a folder of its own for every test that looks at it.

use crate::city::{City, Files, Ran};
use gridwhistle::Engine;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// After the last day of every demo city.
pub(crate) const ENDED: &str = "2026-07-20 09:00";

/// How many cases, and which seed; none: the one that the program takes by itself.
type Which = (u32, Option<u32>);

/// A demo city, and the address of its store.
pub(crate) struct Lived {
    pub(crate) city: City,
    pub(crate) store: String,
}

impl Lived {
    /// One of a seed.
    pub(crate) fn of(cases: u32, seed: u32) -> Self {
        Self::laid_out((cases, Some(seed)))
    }

    /// One as people make it who name no seed.
    pub(crate) fn plain(cases: u32) -> Self {
        Self::laid_out((cases, None))
    }

    fn laid_out(which: Which) -> Self {
        static MADE: Mutex<BTreeMap<Which, Arc<OnceLock<Files>>>> = Mutex::new(BTreeMap::new());
        let one = {
            let mut made = MADE.lock().expect("nobody stops while holding it");
            Arc::clone(made.entry(which).or_default())
        };
        let city = one.get_or_init(|| made(which)).laid_out();
        let store = format!("sqlite://{}", city.path("demo.db").display());
        Self { city, store }
    }

    /// The program on its store, after its last day.
    pub(crate) fn given(&self, args: &[&str]) -> Ran {
        let mut command = self.city.command(ENDED, args);
        let output = command.env("GRIDWHISTLE_STORE", &self.store).output();
        Ran::of(output.expect("the program runs"))
    }

    /// The same by a line of words.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.given(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// What the program answers for programs.
    pub(crate) fn json(&self, line: &str) -> Value {
        self.run(&format!("{line} --json")).json()
    }

    /// Its engine in this process, and a runtime to ask it in.
    pub(crate) fn with_engine<T>(&self, ask: impl AsyncFnOnce(&Engine) -> T) -> T {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let engine = Engine::open(&self.store).await.expect("the demo's store");
            ask(&engine).await
        })
    }

    /// All of its events: the kind of stream, its name, and what each says.
    pub(crate) fn events(&self) -> Vec<(String, String, Value)> {
        self.with_engine(async |engine| {
            let log = engine.log().read_log(engine.tenant(), 0, usize::MAX).await;
            let read = log.expect("its log").into_iter().map(|event| {
                let payload = serde_json::from_str(&event.payload).expect("JSON");
                let stream = event.stream;
                (stream.aggregate_type, stream.aggregate_id, payload)
            });
            read.collect()
        })
    }
}

fn made((cases, seed): Which) -> Files {
    let city = City::empty();
    let (cases, seed) = (cases.to_string(), seed.map(|seed| seed.to_string()));
    let mut demo = vec!["demo", "--dir", ".", "--cases", &cases];
    demo.extend(seed.iter().flat_map(|seed| ["--seed", seed]));
    city.at(ENDED, &demo).fine();
    Files::of(&city)
}
