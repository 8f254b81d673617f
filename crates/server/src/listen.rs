//! Connections: accepted up to a bound, dropped when they do not say what they want, finished at the end.

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
// tidy: allow(sockets) because these connections come in
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

/// Connections at once; more wait in the system's queue.
const CONNECTIONS_MAX: usize = 8_192;
/// A connection may take this long over the head of a request, or stay silent between two.
const HEAD_MAX: Duration = Duration::from_secs(60);
/// A client that takes nothing of its answer for this long is gone.
const UNREAD_MAX: Duration = Duration::from_secs(60);
/// The largest head of a request.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// The pause when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

// tidy: allow(sockets) because this connection came in
type Connection = Pin<Box<TimeoutStream<TcpStream>>>;

/// Serves until `stop` becomes true, then until the requests under way are answered.
pub async fn accept(listener: TcpListener, router: Router, stop: watch::Receiver<bool>) {
    accept_with(listener, router, stop, UNREAD_MAX).await;
}

async fn accept_with(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>, unread_max: Duration) {
    let open = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((place, listener.accept().await))
        };
        let accepted = tokio::select! {
            accepted = next => accepted,
            // Also when nobody is left who could ask to stop.
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Some((place, Ok((stream, peer)))) => {
                // Small answers would otherwise wait for the one before to be acknowledged.
                let _ = stream.set_nodelay(true);
                let mut stream = TimeoutStream::new(stream);
                stream.set_write_timeout(Some(unread_max));
                serve(Box::pin(stream), peer, &router, &open, place);
            }
            // A client that left at once is its own affair; without file handles the next try would fail too.
            Some((_, Err(error))) => {
                tracing::debug!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            None => break,
        }
    }
    drop(listener);
    open.shutdown().await;
}

fn serve(stream: Connection, peer: SocketAddr, router: &Router, open: &GracefulShutdown, place: OwnedSemaphorePermit) {
    let router = router.clone();
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let connection = open.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(place);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test(flavor = "multi_thread")]
    async fn who_does_not_read_the_answer_is_dropped() {
        const SIZE: usize = 64 * 1024 * 1024;
        let router = Router::new().route("/large", axum::routing::get(|| async { vec![b'x'; SIZE] }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_asked, stopping) = watch::channel(false);
        tokio::spawn(accept_with(listener, router, stopping, Duration::from_millis(300)));
        let mut stream = TcpStream::connect(address).await.unwrap(); // tidy: allow(sockets) because a client is played here
        stream.write_all(b"GET /large HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        assert!(answer.len() < SIZE, "the server waited");
    }
}
