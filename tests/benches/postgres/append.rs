//! Single-event commands on 2,000 rotating streams, at 1, 16 and 64 callers.

use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::callers::rate;
use crate::city::City;
use crate::ours::{self, commands};
use crate::peers::{self, DISINTEGRATE, POSTGRES_ES};
use crate::server::Server;
use crate::table::{compare, maybe, subject};
use crate::{Plan, raw};

const GROUPED: &str = "raw grouped";
const SINGLE: &str = "raw single";
const LOG: &str = "the log";
const ENGINE: &str = "the engine: real case commands";
const KEPT_UP: &str = "the engine, views kept up";

pub(crate) fn run(runtime: &Runtime, server: &Server, plan: Plan) {
    let peer = |peer, callers: u64| {
        let (callers, millis) = (callers.to_string(), plan.time.as_millis().to_string());
        peers::measure(peer, &server.database(), "append", &[&callers, &millis])
    };
    for callers in [1, 16, 64] {
        let title = format!("single-event commands, {callers} callers");
        let table = compare(
            &title,
            plan,
            &[GROUPED, SINGLE, POSTGRES_ES],
            vec![
                subject(GROUPED, || grouped(runtime, server, plan, callers)),
                subject(SINGLE, || single(runtime, server, plan, callers)),
                maybe(POSTGRES_ES, || peer(POSTGRES_ES, callers)),
                maybe(DISINTEGRATE, || peer(DISINTEGRATE, callers)),
                subject(LOG, || log(runtime, server, plan, callers, false)),
                subject("the log, random command ids", || {
                    log(runtime, server, plan, callers, true)
                }),
                subject(ENGINE, || {
                    engine(runtime, server, async |city| {
                        city.commands(plan, callers).await
                    })
                }),
                subject(KEPT_UP, || {
                    engine(runtime, server, async |city| {
                        city.kept_up(plan, callers).await
                    })
                }),
            ],
        );
        if callers == 1 {
            table.aim(LOG, POSTGRES_ES, 2.0);
            table.aim(LOG, SINGLE, 0.7);
        }
        if callers == 64 {
            table.aim(LOG, POSTGRES_ES, 10.0);
            table.aim(LOG, GROUPED, 0.7);
            table.aim(ENGINE, POSTGRES_ES, 10.0);
            table.aim(KEPT_UP, GROUPED, 0.5);
        }
    }
}

fn log(runtime: &Runtime, server: &Server, plan: Plan, callers: u64, random: bool) -> f64 {
    let database = server.database();
    let log = server.log(&database);
    ours::append(runtime, plan, callers, &log, random)
}

/// A city of its own.
fn engine(runtime: &Runtime, server: &Server, work: impl AsyncFnOnce(City) -> f64) -> f64 {
    let (database, folder) = (server.database(), tempfile::tempdir().unwrap());
    runtime.block_on(async { work(City::open(&database.url(), folder.path()).await).await })
}

fn grouped(runtime: &Runtime, server: &Server, plan: Plan, callers: u64) -> f64 {
    raw::with_writer(&server.database(), |sender| {
        rate(runtime, plan.time, callers, |caller| {
            let (sender, mut next) = (sender.clone(), commands(caller, callers, 0));
            move || raw::send(sender.clone(), next())
        })
    })
}

/// A connection for each caller.
fn single(runtime: &Runtime, server: &Server, plan: Plan, callers: u64) -> f64 {
    let database = server.database();
    raw::create(&database);
    let mut clients = raw::connections(runtime, &database, callers)
        .into_iter()
        .map(|client| {
            let statement = runtime.block_on(raw::prepare(&client));
            Arc::new((client, statement))
        })
        .collect::<Vec<_>>()
        .into_iter();
    let clients = std::cell::RefCell::new(&mut clients);
    rate(runtime, plan.time, callers, |caller| {
        let client = clients.borrow_mut().next().unwrap();
        let mut next = commands(caller, callers, 0);
        move || {
            let (client, command) = (client.clone(), next());
            async move { raw::insert(&client.0, &client.1, &command).await }
        }
    })
}
