//! A throw-away server for a person: prints where it is, and lets it go when its input ends.
//! `monitored` as its argument makes it a pair under a manager.
#![expect(clippy::print_stdout, reason = "a program answers on its output")]

use gridwhistle_cluster::{Cluster, Monitored, Settings};
use std::io::Read;

fn main() -> std::io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("monitored") {
        let pair = Monitored::start().map_err(std::io::Error::other)?;
        println!("url {}", pair.url());
        for folder in pair.folders() {
            println!("folder {}", folder.display());
        }
        return wait();
    }
    let cluster = Cluster::start(&Settings::default());
    println!("url {}", cluster.url("postgres"));
    println!("folder {}", cluster.folder().display());
    println!("process {}", cluster.process().unwrap_or_default());
    wait()
}

fn wait() -> std::io::Result<()> {
    std::io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
