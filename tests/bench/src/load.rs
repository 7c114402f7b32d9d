//! Load over loopback, and its results.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::Instant};

/// A load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The number of connections, each with one request at a time.
    pub connections: u64,
    /// The number of requests.
    pub requests: u64,
    /// The number of different texts; `u64::MAX` if all differ.
    pub texts: u64,
    /// The number of requests per second; `None` for as many as possible.
    pub rate: Option<u64>,
    /// The number of the first text.
    pub first: u64,
}

/// The results of a load.
#[derive(Clone, Debug, Default)]
pub struct LoadResult {
    /// The time from the first request to the last response.
    pub elapsed: Duration,
    /// The response times, sorted.
    pub times: Vec<Duration>,
    /// The number of responses whose status is not 200.
    pub failed: u64,
    /// The number of responses for another text, including fallbacks.
    pub wrong: u64,
}

impl LoadResult {
    /// Returns the responses per second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Returns a quantile of the response times (0.99).
    #[must_use]
    pub fn quantile(&self, part: f64) -> Duration {
        let index = (self.times.len() as f64 * part) as usize;
        let last = self.times.len().saturating_sub(1);
        self.times.get(index.min(last)).copied().unwrap_or_default()
    }
}

/// Sends a load to the handler at this address and path.
///
/// # Panics
///
/// If one of its tasks panics.
pub async fn drive(address: &str, path: &str, load: Load) -> LoadResult {
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let connections: Vec<_> = (0..load.connections)
        .map(|_| {
            let (address, path, next) = (address.to_owned(), path.to_owned(), Arc::clone(&next));
            tokio::spawn(async move { connection(&address, &path, load, &next, started).await })
        })
        .collect();
    let mut all = LoadResult::default();
    for connection in connections {
        if let Ok(result) = connection.await {
            all.times.extend(result.times);
            all.failed += result.failed;
            all.wrong += result.wrong;
        }
    }
    all.elapsed = started.elapsed();
    all.times.sort_unstable();
    all
}

async fn connection(
    address: &str,
    path: &str,
    load: Load,
    next: &AtomicU64,
    started: Instant,
) -> LoadResult {
    let mut result = LoadResult::default();
    let mut sender = None;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= load.requests {
            return result;
        }
        // At a fixed rate every request has a due time, and its response time starts then even if it could not be sent
        // yet.
        let due = load.rate.map_or_else(Instant::now, |rate| {
            started + Duration::from_nanos(number.saturating_mul(1_000_000_000 / rate))
        });
        tokio::time::sleep_until(due).await;
        let text = load.first + number % load.texts;
        if sender.is_none() {
            sender = connect(address).await;
        }
        let answer = match &mut sender {
            Some(sender) => send(sender, address, path, text).await,
            None => None,
        };
        result.times.push(due.elapsed());
        match answer {
            None => {
                result.failed += 1;
                sender = None;
            }
            Some((200, body)) => {
                let expected = format!("\"label\":\"N{text}\"");
                result.wrong += u64::from(!contains(&body, expected.as_bytes()));
            }
            Some(_) => result.failed += 1,
        }
    }
}

async fn connect(address: &str) -> Option<http1::SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    Some(sender)
}

async fn send(
    sender: &mut http1::SendRequest<Full<Bytes>>,
    host: &str,
    path: &str,
    text: u64,
) -> Option<(u16, Bytes)> {
    let body =
        format!("{{\"text\":\"review {text} of a film that was as good as they say it is\"}}");
    let request = Request::post(path)
        .header("host", host)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body)))
        .ok()?;
    sender.ready().await.ok()?;
    let response = sender.send_request(request).await.ok()?;
    let status = response.status().as_u16();
    Some((
        status,
        response.into_body().collect().await.ok()?.to_bytes(),
    ))
}

fn contains(body: &[u8], expected: &[u8]) -> bool {
    body.windows(expected.len())
        .any(|window| window == expected)
}
