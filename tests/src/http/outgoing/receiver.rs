//! Receivers of outgoing events, as other systems have them: they answer as they are told to, and keep
//! what they were sent.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use http_body_util::channel::Channel;
use serde_json::Value;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// How a receiver answers.
#[derive(Clone, Debug)]
pub(super) enum Manner {
    Status(u16),
    Json(&'static str),
    Redirect(String),
    /// Never.
    Silent,
    /// Without end.
    Flood,
}

/// What came.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Received {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

struct Desk {
    /// What it answers next; then always the last.
    manners: Mutex<VecDeque<Manner>>,
    received: watch::Sender<Vec<Received>>,
}

/// A receiver that listens.
pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    desk: Arc<Desk>,
}

/// Bytes without end, for as long as somebody reads them.
fn endless() -> Body {
    let (mut sender, body) = Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        let part = Bytes::from_static(&[b'x'; 16_384]);
        while sender.send_data(part.clone()).await.is_ok() {}
    });
    Body::new(body)
}

async fn take(
    State(desk): State<Arc<Desk>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let received = Received { uri, headers, body };
    let manner = {
        let mut manners = desk.manners.lock().unwrap();
        match manners.len() {
            0 => Manner::Status(200),
            1 => manners[0].clone(),
            _ => manners.pop_front().unwrap(),
        }
    };
    desk.received.send_modify(|all| all.push(received));
    let mut response = Response::new(Body::empty());
    match manner {
        Manner::Status(status) => *response.status_mut() = StatusCode::from_u16(status).unwrap(),
        Manner::Json(json) => *response.body_mut() = Body::from(json),
        Manner::Redirect(to) => {
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            response
                .headers_mut()
                .insert("location", to.parse().unwrap());
        }
        Manner::Silent => std::future::pending().await,
        Manner::Flood => *response.body_mut() = endless(),
    }
    response
}

impl Receiver {
    /// One that answers in these manners, the last one for ever.
    pub(super) async fn of(manners: impl IntoIterator<Item = Manner>) -> Self {
        let desk = Arc::new(Desk {
            manners: Mutex::new(manners.into_iter().collect()),
            received: watch::Sender::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(take).with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, desk }
    }

    /// From now on it answers so.
    pub(super) fn answers(&self, manner: Manner) {
        *self.desk.manners.lock().unwrap() = VecDeque::from([manner]);
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.desk.received.borrow().clone()
    }

    /// Waits until so many messages have come in all.
    pub(super) async fn wait(&self, count: usize) -> Vec<Received> {
        let mut all = self.desk.received.subscribe();
        let enough = all.wait_for(|all| all.len() >= count);
        let patience = std::time::Duration::from_secs(30);
        let enough = tokio::time::timeout(patience, enough).await;
        let known = self.received().len();
        enough
            .unwrap_or_else(|_| panic!("{known} of {count} messages came"))
            .unwrap()
            .clone()
    }

    /// The same, while time goes by in steps until they have come.
    pub(super) async fn wait_while(&self, count: usize, mut step: impl FnMut()) -> Vec<Received> {
        let mut all = self.desk.received.subscribe();
        let patience = std::time::Duration::from_millis(250);
        for _ in 0..200 {
            let enough = all.wait_for(|all| all.len() >= count);
            if tokio::time::timeout(patience, enough).await.is_ok() {
                return self.received();
            }
            step();
        }
        panic!("{} of {count} messages came", self.received().len());
    }
}
