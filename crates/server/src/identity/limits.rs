//! How much anybody may ask: by person where one is known, else by address; failed logins harder.

use super::login::shows;
use super::settings::Limits as Settings;
use crate::app::Shared;
use crate::problem::{Issue, Trouble};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::Extensions;
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// After so many requests, what is remembered of those who have rested is dropped.
const SWEEP: u32 = 10_000;

/// What health and metrics are asked at, which machines do all the time.
pub(crate) const UNLIMITED: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// Counts requests of one kind of asker.
struct Limiter<K: Clone + Hash + Eq> {
    limiter: Option<DefaultKeyedRateLimiter<K>>,
    asked: AtomicU32,
}

impl<K: Clone + Hash + Eq> Limiter<K> {
    fn new(quota: Option<Quota>) -> Self {
        Self {
            limiter: quota.map(RateLimiter::keyed),
            asked: AtomicU32::new(0),
        }
    }

    /// Takes one; when there is none left, after how many seconds there will be.
    fn take(&self, key: &K) -> Result<(), Issue> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter.check_key(key).map_err(|later| {
            let wait = later.wait_time_from(DefaultClock::default().now());
            Issue::too_many(wait.as_secs() + 1)
        })
    }
}

/// All limits.
pub(crate) struct Limits {
    people: Limiter<String>,
    addresses: Limiter<IpAddr>,
    failures: Limiter<IpAddr>,
    proxies: Vec<IpAddr>,
}

fn per_second(rate: u32, burst: u32) -> Option<Quota> {
    let rate = NonZeroU32::new(rate)?;
    let burst = NonZeroU32::new(burst).unwrap_or(rate);
    Some(Quota::per_second(rate).allow_burst(burst))
}

impl Limits {
    pub(super) fn new(settings: &Settings) -> Self {
        let failures = NonZeroU32::new(settings.failed_logins_per_minute);
        Self {
            people: Limiter::new(per_second(
                settings.person_per_second,
                settings.person_burst,
            )),
            addresses: Limiter::new(per_second(
                settings.address_per_second,
                settings.address_burst,
            )),
            failures: Limiter::new(failures.map(Quota::per_minute)),
            proxies: settings.proxies.clone(),
        }
    }

    /// A request of somebody who is known.
    pub(crate) fn person(&self, person: &str) -> Result<(), Issue> {
        self.people.take(&person.to_owned())
    }

    /// A request of nobody.
    pub(crate) fn address(&self, headers: &HeaderMap, of: &Extensions) -> Result<(), Issue> {
        self.addresses.take(&self.asker(headers, of))
    }

    /// A login that failed. Who may log in is let in all the same: an office behind one address must
    /// not be locked out by one of its machines.
    pub(crate) fn failed(&self, headers: &HeaderMap, of: &Extensions) -> Result<(), Issue> {
        self.failures.take(&self.asker(headers, of))
    }

    /// The address that asks; where a proxy stands before us, the one that it names.
    fn asker(&self, headers: &HeaderMap, of: &Extensions) -> IpAddr {
        let peer = of.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |known| known.0.ip());
        let peer = peer.to_canonical();
        if !self.proxies.contains(&peer) {
            return block(peer);
        }
        let named = headers.get_all("x-forwarded-for").iter();
        let named = named.filter_map(|value| value.to_str().ok());
        let named: Vec<&str> = named.flat_map(|text| text.split(',')).collect();
        // From the right: what stands further left is what the asker says of itself.
        let addresses = named
            .iter()
            .rev()
            .map_while(|text| text.trim().parse::<IpAddr>().ok());
        let mut addresses = addresses.map(|address| address.to_canonical());
        let asker = addresses.find(|address| !self.proxies.contains(address));
        block(asker.unwrap_or(peer))
    }
}

/// Who has one address of IPv6 has 2^64 of them.
fn block(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four => four,
    }
}

/// Stands before every address: requests that show nothing of who sends them are counted by address.
pub(crate) async fn anonymous(
    State(app): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Trouble> {
    let headers = request.headers();
    if !shows(headers) && !UNLIMITED.contains(&request.uri().path()) {
        app.identity.limits.address(headers, request.extensions())?;
    }
    Ok(next.run(request).await)
}

/// Stands before addresses that anybody may ask: there nobody looks whether what a request shows is
/// anything, and [`anonymous`] has let it pass. It is counted by person where a session of ours says who,
/// else by address like everybody else.
pub(crate) async fn counted(
    State(app): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Trouble> {
    let (headers, limits) = (request.headers(), &app.identity.limits);
    if shows(headers) {
        match app.identity.sessions.brought(headers, app.engine.now()) {
            Some(session) => limits.person(session.person.as_str())?,
            None => limits.address(headers, request.extensions())?,
        }
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(peer: &str, forwarded: &str) -> String {
        let limits = Limits::new(&Settings {
            proxies: vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()],
            ..Settings::default()
        });
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let mut of = Extensions::new();
        of.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 9)));
        limits.asker(&headers, &of).to_string()
    }

    #[test]
    fn an_address_is_the_peers_unless_a_known_proxy_names_another() {
        assert_eq!(asker("192.0.2.7", "198.51.100.1"), "192.0.2.7");
        assert_eq!(
            asker("10.0.0.1", "203.0.113.9, 198.51.100.1"),
            "198.51.100.1"
        );
        assert_eq!(asker("10.0.0.1", "198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(asker("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(asker("2001:db8::1:2:3:4", ""), "2001:db8::");
        assert_eq!(asker("::ffff:192.0.2.7", ""), "192.0.2.7");
    }

    #[test]
    fn who_asks_too_much_is_told_when_to_come_back() {
        let limits = Limits::new(&Settings {
            person_per_second: 1,
            person_burst: 2,
            ..Settings::default()
        });
        assert!(limits.person("P-1").is_ok() && limits.person("P-1").is_ok());
        assert!(limits.person("P-1").is_err());
        assert!(limits.person("P-2").is_ok(), "others go on");
        let none = Limits::new(&Settings::none());
        assert!((0..10_000).all(|_| none.person("P-1").is_ok()));
    }
}
