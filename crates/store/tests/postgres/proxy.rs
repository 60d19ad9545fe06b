//! A line to the server that can be cut, slowed and silenced at a chosen moment.
#![expect(clippy::unwrap_used, reason = "a helper that fails, fails its test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What the line does with what the server says.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Line {
    /// It passes.
    Open = 0,
    /// The next thing the server says is swallowed, and the line is cut; then it is open again.
    LoseNext = 1,
    /// It is swallowed: nobody hears from the server, and nobody is told so.
    Silent = 2,
    /// It comes late.
    Slow = 3,
}

/// How late.
const LATE: Duration = Duration::from_millis(30);

/// A line to a port of this machine.
pub(crate) struct Proxy {
    port: u16,
    state: Arc<AtomicU8>,
    lines: Arc<AtomicU64>,
}

impl Proxy {
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            state: Arc::default(),
            lines: Arc::default(),
        };
        let (state, lines) = (Arc::clone(&proxy.state), Arc::clone(&proxy.lines));
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                lines.fetch_add(1, Ordering::SeqCst);
                if let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await {
                    let (from_caller, to_caller) = caller.into_split();
                    let (from_server, to_server) = server.into_split();
                    let there = tokio::spawn(pass(from_caller, to_server));
                    let back = say(from_server, to_caller, Arc::clone(&state));
                    tokio::spawn(async move {
                        back.await;
                        there.abort();
                    });
                }
            }
        });
        proxy
    }

    /// The address of a database behind this line.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("postgres://gridwhistle@127.0.0.1:{}/{name}", self.port)
    }

    pub(crate) fn set(&self, line: Line) {
        self.state.store(line as u8, Ordering::SeqCst);
    }

    /// How many connections were made.
    pub(crate) fn lines(&self) -> u64 {
        self.lines.load(Ordering::SeqCst)
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

async fn say(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, state: Arc<AtomicU8>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        match state.load(Ordering::SeqCst) {
            state if state == Line::Silent as u8 => continue,
            state if state == Line::Slow as u8 => tokio::time::sleep(LATE).await,
            _ => {}
        }
        let (lose, open) = (Line::LoseNext as u8, Line::Open as u8);
        let lost = state.compare_exchange(lose, open, Ordering::SeqCst, Ordering::SeqCst);
        if lost.is_ok() || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
