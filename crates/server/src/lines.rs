//! How many lines may stand at a time, and how long one may stand without a word.
//!
//! A line costs a file of the system and a little memory before anybody is known on it, so none stands
//! for nothing: who says nothing, or their head drop by drop, is cut; above so many lines no more are
//! taken, and who is served goes on.

use crate::settings::Limits;
use axum_server::accept::Accept;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a head may take, and a line stand idle; none: for ever.
pub(crate) fn patience(limits: &Limits) -> Option<Duration> {
    (limits.head_seconds > 0).then(|| Duration::from_secs(limits.head_seconds))
}

/// Cuts a line whose head does not come in time, the next one's too; on HTTP/2, where a line stands for
/// many requests, one whose client does not answer.
pub(crate) fn bounded(builder: &mut Builder<TokioExecutor>, limits: &Limits) {
    let time = patience(limits);
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(time);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(Some(100))
        .keep_alive_interval(time);
    if let Some(time) = time {
        builder.http2().keep_alive_timeout(time);
    }
}

/// Takes lines as another does, up to a bound.
#[derive(Clone)]
pub(crate) struct Counted<A> {
    inner: A,
    places: Option<Arc<Semaphore>>,
}

impl<A> Counted<A> {
    /// 0 lines: no bound.
    pub(crate) fn new(inner: A, limits: &Limits) -> Self {
        let most = limits.lines.min(Semaphore::MAX_PERMITS);
        let places = (most > 0).then(|| Arc::new(Semaphore::new(most)));
        Self { inner, places }
    }
}

type Taken<I, S> = Pin<Box<dyn Future<Output = io::Result<(I, S)>> + Send>>;

impl<A, S> Accept<TcpStream, S> for Counted<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
{
    type Stream = Held<A::Stream>;
    type Service = A::Service;
    type Future = Taken<Self::Stream, Self::Service>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = self.places.as_ref().map(|places| {
            let place = Arc::clone(places).try_acquire_owned();
            place.map_err(|_| {
                metrics::counter!("gridwhistle_http_lines_refused_total").increment(1);
                io::Error::other("as many lines as may stand")
            })
        });
        let place = match place.transpose() {
            Ok(place) => place,
            Err(full) => return Box::pin(async { Err(full) }),
        };
        let inner = self.inner.accept(stream, service);
        Box::pin(async move {
            let (line, service) = inner.await?;
            let held = Held {
                line,
                _place: place,
            };
            Ok((held, service))
        })
    }
}

/// A line, and the place that it takes until it ends.
pub(crate) struct Held<I> {
    line: I,
    _place: Option<OwnedSemaphorePermit>,
}

impl<I: AsyncRead + Unpin> AsyncRead for Held<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_read(context, into)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Held<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.line.is_write_vectored()
    }
}
