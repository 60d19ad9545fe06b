//! `serve`: the service over HTTP, until the order to stop.

use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::words::{Word as W, language, told};
use gridwhistle_server::{ServeError, Traces};
use serde_json::json;
use std::io::{IsTerminal, stderr};
use std::net::SocketAddr;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Serves, says where, and stops when it is told to: by an interrupt, or as the system stops services.
///
/// # Errors
/// When a setting is wrong, the address is taken, the store cannot be opened, or the service breaks
/// off.
pub(crate) async fn run(
    session: &Session,
    listen: Option<SocketAddr>,
    development_login: bool,
) -> Result<(), Failure> {
    let mut settings = session.settings.server.clone();
    settings.listen = listen.unwrap_or(settings.listen);
    settings.development_login |= development_login;
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(ServeError::Settings(problems).into());
    }
    let traces = settings.traces.as_ref().map(Traces::open).transpose();
    let traces = traces.map_err(|what| Failure::usage("settings_wrong", what))?;
    record(traces.as_ref());
    let engine = session.open().await?;
    let running = gridwhistle_server::serve(engine, settings).await?;
    let address = format!("http://{}", running.address);
    let answer = json!({ "listening": address });
    session
        .output
        .answer(&answer, |out| out.line(told(W::Serving, &[&address])))?;
    let ended = running.until(order()).await;
    if let Some(traces) = traces {
        // It waits for its own thread.
        let _ = tokio::task::spawn_blocking(|| traces.end()).await;
    }
    Ok(ended?)
}

/// The service's own record goes to standard error: lines for people on a terminal, else JSON, one
/// object a line. `RUST_LOG` chooses what is told. Traces go where the settings say.
pub(crate) fn record(traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr);
    let lines = if stderr().is_terminal() {
        lines.boxed()
    } else {
        lines.json().boxed()
    };
    let layers = traces.map(Traces::layer).into_iter();
    let layers: Vec<_> = layers.chain([lines.with_filter(filter).boxed()]).collect();
    // A host that records already goes on as it does.
    let _ = tracing_subscriber::registry().with(layers).try_init();
}

/// The order to stop.
pub(crate) async fn order() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        let message = error.message(language());
        match error {
            ServeError::Engine(error) => error.into(),
            ServeError::Settings(_) => Self::usage("settings_wrong", message),
            ServeError::Listen { .. } => Self::new(Exit::Store, "listen_failed", message),
            _ => Self::internal(message),
        }
    }
}
