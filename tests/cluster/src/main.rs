//! A throw-away server for a person: prints where it is, and lets it go when its input ends.
#![expect(clippy::print_stdout, reason = "a program answers on its output")]

use gridwhistle_cluster::{Cluster, Settings};
use std::io::Read;

fn main() -> std::io::Result<()> {
    let cluster = Cluster::start(&Settings::default());
    println!("url {}", cluster.url("postgres"));
    println!("folder {}", cluster.folder().display());
    println!("process {}", cluster.process().unwrap_or_default());
    std::io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
