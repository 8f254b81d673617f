//! Connections: accepted up to a bound, dropped when they do not say what they want, finished at the end.

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
// tidy: allow(sockets) because these connections come in
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt as _;

/// Connections at once; more wait in the system's queue.
const CONNECTIONS_MAX: usize = 8_192;
/// A connection may take this long over the head of a request, or stay silent between two.
const HEAD_MAX: Duration = Duration::from_secs(60);
/// The largest head of a request.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// The pause when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` becomes true, then until the requests under way are answered.
pub async fn accept(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
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
            Some((place, Ok((stream, peer)))) => serve(stream, peer, &router, &open, place),
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

// tidy: allow(sockets) because this connection came in
fn serve(stream: TcpStream, peer: SocketAddr, router: &Router, open: &GracefulShutdown, place: OwnedSemaphorePermit) {
    // Small answers would otherwise wait for the one before to be acknowledged.
    let _ = stream.set_nodelay(true);
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
