//! The engine as a city meets it, on memory and on SQLite: repeats, races, people, merges, timers,
//! forms, views, and files that are not as they should be.

mod appeals;
mod appraisals;
mod evaluations;
mod full;
mod merges;
mod opening;
mod personal;
mod races;
mod repeats;
mod scores;
mod snapshots;
mod timers;
mod together;
mod views;
mod warnings;

/// Runs each scene on both stores.
macro_rules! on_both {
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
        }
    )*};
}
use on_both;
