//! Binding, serving, stopping.

use crate::app::{App, Shared};
use crate::evidence::{self, Files};
use crate::feed::Hub;
use crate::identity::Identity;
use crate::lines::{self, Counted};
use crate::operation::Meter;
use crate::outgoing;
use crate::overload::Room;
use crate::problem::cause;
use crate::router::router;
use crate::seal::Seal;
use crate::settings::{SettingProblem, Settings};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use gridwhistle::domain::text::{Language, Text};
use gridwhistle::{Engine, EngineError};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Handling: correct the settings; all of them are told.
    #[error("{}", told(.0, Language::En))]
    Settings(Vec<SettingProblem>),
    /// Handling: choose another address, or end what listens there.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// Handling: as the message says.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Handling: start it again; nothing acknowledged is lost.
    #[error("the service broke off: {0}")]
    Broken(std::io::Error),
}

fn told(problems: &[SettingProblem], language: Language) -> String {
    let lines = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.key, problem.words.get(language)));
    lines.collect::<Vec<_>>().join("\n")
}

impl ServeError {
    /// What happened and what to do.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Settings(problems), _) => told(problems, language),
            (Self::Engine(error), _) => error.message(language),
            (_, Language::En) => self.to_string(),
            (Self::Listen { address, source }, _) => {
                format!("无法监听 {address}：{source}；请换一个地址，或停止占用它的程序")
            }
            (Self::Broken(what), _) => {
                format!("服务中断：{what}；请重新启动，已确认的操作不会丢失")
            }
        }
    }
}

/// A service that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    served: JoinHandle<std::io::Result<()>>,
    kept: JoinHandle<()>,
    beside: JoinSet<()>,
    closing: CancellationToken,
    stop: watch::Sender<bool>,
    handle: Handle<SocketAddr>,
    patience: Duration,
}

/// Starts the service on an engine: it listens when this returns. Timers and views are kept up beside
/// it, until it is stopped.
///
/// # Errors
/// When the settings are wrong, the address is taken, or the views cannot be filled.
pub async fn serve(engine: Engine, settings: Settings) -> Result<Running, ServeError> {
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(ServeError::Settings(problems));
    }
    // One provider of cryptography for all encrypted lines; who embeds us may have chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    engine.catch_up().await?;
    let address = settings.listen;
    let cannot = |source| ServeError::Listen { address, source };
    let listener = std::net::TcpListener::bind(address).map_err(cannot)?;
    listener.set_nonblocking(true).map_err(cannot)?;
    cut_unread(&listener, settings.limits.unread_seconds).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let patience = Duration::from_secs(settings.stop_seconds);
    let closing = CancellationToken::new();
    let tls = read_tls(&settings).await?;
    let seal = Arc::new(read_seal(&settings, engine.tenant())?);
    let identity = Identity::new(&settings, engine.tenant());
    let identity = identity.map_err(|problem| ServeError::Settings(vec![problem]))?;
    let files = read_files(&settings)?;
    let limits = settings.limits.clone();
    let app = Arc::new(App {
        engine: engine.clone(),
        identity,
        feed: Hub::new(settings.feed.clients, closing.clone()),
        files,
        room: Room::of(&settings.limits),
        settings,
        meter: Meter::start(),
        seal: Arc::clone(&seal),
    });
    let beside = beside(&app, &closing);
    let handle = Handle::new();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let served = match tls {
        None => {
            let server = axum_server::from_tcp(listener).map_err(cannot)?;
            let mut server = server.first_request_timeout(lines::patience(&limits));
            lines::bounded(server.http_builder(), &limits);
            let server = server.map(|taker| Counted::new(taker, &limits));
            tokio::spawn(server.handle(handle.clone()).serve(service))
        }
        Some(tls) => {
            let server = axum_server::from_tcp_rustls(listener, tls).map_err(cannot)?;
            let mut server = server.first_request_timeout(lines::patience(&limits));
            lines::bounded(server.http_builder(), &limits);
            let server = server.map(|taker| Counted::new(taker, &limits));
            tokio::spawn(server.handle(handle.clone()).serve(service))
        }
    };
    let (stop, stopped) = watch::channel(false);
    let kept = tokio::spawn(async move {
        let sealed = async {
            if let Some(seal) = &*seal {
                seal.keep(engine.clone(), stopped.clone()).await;
            }
        };
        tokio::join!(keep_up(engine.clone(), stopped.clone()), sealed);
    });
    Ok(Running {
        address,
        served,
        kept,
        beside,
        closing,
        stop,
        handle,
        patience,
    })
}

/// What goes on beside answers until the token is cancelled: the live feed, and telling subscribers.
fn beside(app: &Shared, closing: &CancellationToken) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (feed, told) = (Arc::clone(app), Arc::clone(app));
    tasks.spawn(async move { feed.feed.run(feed.engine.clone()).await });
    tasks.spawn(outgoing::run(told, closing.clone()));
    tasks.spawn(evidence::keep_tidy(Arc::clone(app), closing.clone()));
    tasks
}

/// A client that does not read what is sent to it is cut off by the system; every line of a listener
/// begins with what is set there. 0: never.
fn cut_unread(listener: &std::net::TcpListener, seconds: u64) -> std::io::Result<()> {
    let time = (seconds > 0).then(|| Duration::from_secs(seconds));
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(listener).set_tcp_user_timeout(time)?;
    #[cfg(not(target_os = "linux"))]
    let _ = (listener, time);
    Ok(())
}

/// The certificate and key of an encrypted line.
async fn read_tls(settings: &Settings) -> Result<Option<RustlsConfig>, ServeError> {
    let Some(tls) = &settings.tls else {
        return Ok(None);
    };
    let read = RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await;
    read.map(Some).map_err(|error| {
        let files = format!(
            "{}, {}: {error}",
            tls.certificate.display(),
            tls.key.display()
        );
        let words = Text::new(
            format!("证书或私钥不可用：{files}"),
            format!("the certificate or its key cannot be used: {files}"),
        );
        ServeError::Settings(vec![SettingProblem { key: "tls", words }])
    })
}

/// The tree that is sealed, where the settings name a key.
fn read_seal(settings: &Settings, tenant: &str) -> Result<Option<Seal>, ServeError> {
    let read = settings.seal.as_ref().map(|seal| Seal::read(seal, tenant));
    read.transpose().map_err(|what| {
        let words = Text::new(
            format!("签名密钥不可用：{what}"),
            format!("the signing key cannot be used: {what}"),
        );
        ServeError::Settings(vec![SettingProblem {
            key: "seal.key",
            words,
        }])
    })
}

/// Where files of evidence lie.
fn read_files(settings: &Settings) -> Result<Files, ServeError> {
    Files::new(&settings.evidence).map_err(|what| {
        let words = Text::new(
            format!("证据文件的对象存储不可用：{what}"),
            format!("the object store of evidence cannot be used: {what}"),
        );
        ServeError::Settings(vec![SettingProblem {
            key: "evidence.s3",
            words,
        }])
    })
}

/// The engine's own loop: views follow the log, and the clock's commands are given. A store that is
/// away for a while is waited for.
async fn keep_up(engine: Engine, stopped: watch::Receiver<bool>) {
    const PAUSE: Duration = Duration::from_secs(1);
    while !*stopped.borrow() {
        let mut order = stopped.clone();
        let run = engine.run(async move {
            // A sender that has gone is an order to stop, too.
            let _ = order.wait_for(|stop| *stop).await;
        });
        if let Err(error) = run.await {
            tracing::error!(
                code = error.code(),
                cause = cause(&error),
                "views and timers stand still; trying again"
            );
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Running {
    /// Serves until the order comes; then takes no more, lets open requests end, and stops.
    ///
    /// # Errors
    /// When the service broke off by itself.
    pub async fn until(mut self, order: impl Future<Output = ()>) -> Result<(), ServeError> {
        let early = tokio::select! {
            ended = &mut self.served => Some(ended),
            () = order => None,
        };
        if let Some(ended) = early {
            return ended
                .unwrap_or_else(|broken| Err(std::io::Error::other(broken)))
                .map_err(ServeError::Broken);
        }
        // Streams end, so that no request is left open.
        self.closing.cancel();
        self.handle.graceful_shutdown(Some(self.patience));
        let ended = self.served.await;
        while self.beside.join_next().await.is_some() {}
        let _ = self.stop.send(true);
        let kept = self.kept.await;
        ended
            .unwrap_or_else(|broken| Err(std::io::Error::other(broken)))
            .map_err(ServeError::Broken)?;
        kept.map_err(|broken| ServeError::Broken(std::io::Error::other(broken)))
    }
}
