//! Requests over loopback, and how they went.

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

/// What one load was.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// So many connections, each with one request at a time.
    pub connections: u64,
    /// So many requests in all.
    pub requests: u64,
    /// So many different texts; `u64::MAX` for all different.
    pub texts: u64,
    /// So many requests in a second in all; `None` for as many as there can be.
    pub rate: Option<u64>,
    /// The number of the first text.
    pub first: u64,
}

/// How it went.
#[derive(Clone, Debug, Default)]
pub struct Went {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// The time of each answer, sorted.
    pub times: Vec<Duration>,
    /// Answers whose status is not 200.
    pub failed: u64,
    /// Answers about another text, fallbacks included.
    pub wrong: u64,
}

impl Went {
    /// Answers in a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The time within which this part of the answers came (0.99).
    #[must_use]
    pub fn quantile(&self, part: f64) -> Duration {
        let index = (self.times.len() as f64 * part) as usize;
        let last = self.times.len().saturating_sub(1);
        self.times.get(index.min(last)).copied().unwrap_or_default()
    }
}

/// Asks the handler at this address and path.
///
/// # Panics
///
/// Where a task of it panics.
pub async fn drive(address: &str, path: &str, load: Load) -> Went {
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let connections: Vec<_> = (0..load.connections)
        .map(|_| {
            let (address, path, next) = (address.to_owned(), path.to_owned(), Arc::clone(&next));
            tokio::spawn(async move { connection(&address, &path, load, &next, started).await })
        })
        .collect();
    let mut all = Went::default();
    for connection in connections {
        if let Ok(went) = connection.await {
            all.times.extend(went.times);
            all.failed += went.failed;
            all.wrong += went.wrong;
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
) -> Went {
    let mut went = Went::default();
    let mut sender = None;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= load.requests {
            return went;
        }
        // At a given rate every request has its time, and has waited from then on whether or not it could be sent.
        let due = load.rate.map_or_else(Instant::now, |rate| {
            started + Duration::from_nanos(number.saturating_mul(1_000_000_000 / rate))
        });
        tokio::time::sleep_until(due).await;
        let text = load.first + number % load.texts;
        if sender.is_none() {
            sender = connect(address).await;
        }
        let answer = match &mut sender {
            Some(sender) => ask(sender, address, path, text).await,
            None => None,
        };
        went.times.push(due.elapsed());
        match answer {
            None => {
                went.failed += 1;
                sender = None;
            }
            Some((200, body)) => {
                let wanted = format!("\"label\":\"N{text}\"");
                went.wrong += u64::from(!contains(&body, wanted.as_bytes()));
            }
            Some(_) => went.failed += 1,
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

async fn ask(
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

fn contains(body: &[u8], wanted: &[u8]) -> bool {
    body.windows(wanted.len()).any(|window| window == wanted)
}
