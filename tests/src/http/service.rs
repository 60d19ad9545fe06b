//! The service of a small city, and clients of it.

use crate::city::City;
use gridwhistle::domain::actor::Actor;
use gridwhistle_server::{Running, Settings};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::net::SocketAddr;

/// A running service.
pub(crate) struct Service {
    pub(crate) city: City,
    pub(crate) client: reqwest::Client,
    base: String,
    running: Running,
}

/// The settings of a test: a free port, and anybody may say who they are.
pub(crate) fn settings() -> Settings {
    Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        development_login: true,
        ..Settings::default()
    }
}

impl Service {
    /// Serves a city.
    pub(crate) async fn of(city: City) -> Self {
        Self::with(city, settings()).await
    }

    /// Serves a city under settings.
    pub(crate) async fn with(city: City, settings: Settings) -> Self {
        let running = gridwhistle_server::serve(city.engine.clone(), settings)
            .await
            .unwrap();
        Self {
            base: format!("http://{}", running.address),
            client: reqwest::Client::new(),
            city,
            running,
        }
    }

    /// The whole address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request by nobody.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, self.address(path))
            .header("accept-language", "en")
    }

    /// A request by somebody in office.
    pub(crate) fn request(&self, who: &Actor, method: Method, path: &str) -> RequestBuilder {
        let office = format!("{}/{}", who.role.code(), who.unit);
        self.anonymous(method, path)
            .bearer_auth(format!("dev:{}", who.person))
            .header("gridwhistle-office", office)
    }

    /// A question by somebody.
    pub(crate) fn get(&self, who: &Actor, path: &str) -> RequestBuilder {
        self.request(who, Method::GET, path)
    }

    /// A command by somebody, whatever the version.
    pub(crate) fn post(&self, who: &Actor, path: &str, body: &Value) -> RequestBuilder {
        self.request(who, Method::POST, path)
            .header("if-match", "*")
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Stops it as an operator does; answers its city.
    pub(crate) async fn stop(self) -> City {
        self.running.until(std::future::ready(())).await.unwrap();
        self.city
    }
}

/// The status and the JSON of an answer.
pub(crate) async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let (status, _, json) = whole(request).await;
    (status, json)
}

/// The status, the headers and the JSON of an answer.
pub(crate) async fn whole(
    request: RequestBuilder,
) -> (StatusCode, reqwest::header::HeaderMap, Value) {
    let response: Response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, headers, json)
}
