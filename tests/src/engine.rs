//! The engine as a city meets it, on memory, SQLite and PostgreSQL: repeats, races, people, merges, timers,
//! forms, views, and files that are not as they should be.

mod appeals;
pub(crate) mod appraisals;
mod database;
pub(crate) mod evaluations;
mod full;
mod merges;
mod opening;
pub(crate) mod personal;
mod races;
mod repeats;
mod scores;
mod snapshots;
mod timers;
mod together;
mod views;
mod warnings;

/// Runs each scene on every store.
macro_rules! on_every_store {
    ($($scene:ident)*) => {$(
        mod $scene {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_memory() {
                super::$scene(crate::city::City::in_memory().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_disk() {
                super::$scene(crate::city::City::on_disk().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_database() {
                super::$scene(crate::city::City::on_a_database().await).await;
            }
        }
    )*};
}
use on_every_store;
