//! Which processes there are: from `/proc` where there is one, else from `ps`.

use std::path::Path;
use std::process::Command;

/// A process: its number, its parent's, and its state as one letter.
type Process = (u32, u32, char);

/// The processes that one has started and not yet lost.
pub(crate) fn children(parent: u32) -> Result<Vec<u32>, String> {
    let all = all()?;
    let of = all.iter().filter(|process| process.1 == parent);
    Ok(of.map(|process| process.0).collect())
}

/// Those that still run; one that has ended and waits to be noticed does not.
pub(crate) fn alive(processes: &[u32]) -> Result<Vec<u32>, String> {
    let all = all()?;
    let running = all
        .iter()
        .filter(|(process, _, state)| processes.contains(process) && *state != 'Z');
    Ok(running.map(|process| process.0).collect())
}

fn all() -> Result<Vec<Process>, String> {
    if !Path::new("/proc/self/stat").exists() {
        return listed();
    }
    let entries = std::fs::read_dir("/proc").map_err(|error| format!("/proc: {error}"))?;
    // One that ends while it is looked at is none.
    Ok(entries
        .filter_map(|entry| {
            let stat = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
            let (process, rest) = stat.split_once(' ')?;
            let mut rest = rest.rsplit_once(") ")?.1.split(' ');
            let state = rest.next()?.chars().next()?;
            Some((process.parse().ok()?, rest.next()?.parse().ok()?, state))
        })
        .collect())
}

fn listed() -> Result<Vec<Process>, String> {
    let answer = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid=,stat="])
        .output()
        .map_err(|error| format!("ps: {error}"))?;
    let text = String::from_utf8_lossy(&answer.stdout);
    Ok(text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (process, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            Some((process, parent, words.next()?.chars().next()?))
        })
        .collect())
}
