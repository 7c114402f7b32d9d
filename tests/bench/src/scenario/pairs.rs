//! Servers by `#[infer]` and by hand under the same load, each pair in turns, several times: the medians.

use super::Outcome;
use crate::{
    load::{Load, drive},
    process::Server,
};

/// How often each pair is measured.
const ROUNDS: usize = 9;

/// One of two servers, and how it did in each round.
struct Side {
    server: Server,
    path: &'static str,
    /// Microseconds of CPU for each request.
    cpu: Vec<f64>,
    rate: Vec<f64>,
    p99: Vec<f64>,
}

impl Side {
    fn new(server: Server, path: &'static str) -> Self {
        Self {
            server,
            path,
            cpu: Vec::new(),
            rate: Vec::new(),
            p99: Vec::new(),
        }
    }

    async fn round(&mut self, load: Load) -> Outcome {
        let before = self.server.cpu()?;
        let went = drive(&self.server.address, self.path, load).await;
        let used = self.server.cpu()? - before;
        self.cpu
            .push(used.as_secs_f64() * 1e6 / load.requests as f64);
        self.rate.push(went.rate());
        self.p99.push(went.quantile(0.99).as_secs_f64() * 1e3);
        if went.failed > 0 {
            return Err(format!("{} requests failed", went.failed).into());
        }
        Ok(())
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Hits and misses, with and without policies.
///
/// # Errors
///
/// Where a server cannot be started or a request fails.
pub async fn pairs() -> Outcome {
    println!(
        "| | by hand, CPU µs a request | annotated, CPU µs | ratio | by hand, requests/s | annotated, requests/s | p99 ms, by hand / annotated |"
    );
    println!("|---|---|---|---|---|---|---|");
    let hits = Load {
        connections: 64,
        requests: 60_000,
        texts: 1_000,
        rate: None,
        first: 0,
    };
    let misses = Load {
        connections: 64,
        requests: 20_000,
        texts: u64::MAX,
        rate: None,
        first: 0,
    };
    let slow = Load {
        connections: 64,
        requests: 4_000,
        ..misses
    };
    let hit = "hit";
    for (name, delay, load, by_hand, kind, annotated) in [
        (hit, "0", hits, "/bare", "without-layer", "/plain"),
        (
            "hit, with the report's headers",
            "0",
            hits,
            "/plain",
            "annotated",
            "/plain",
        ),
        (
            "hit, all policies",
            "0",
            hits,
            "/bare_guarded",
            "without-layer",
            "/guarded",
        ),
        (
            "miss, upstream 0 ms",
            "0",
            misses,
            "/bare",
            "without-layer",
            "/plain",
        ),
        (
            "miss, upstream 0 ms, all policies",
            "0",
            misses,
            "/bare_guarded",
            "without-layer",
            "/guarded",
        ),
        (
            "miss, upstream 0 ms, all policies, headers",
            "0",
            misses,
            "/guarded",
            "annotated",
            "/guarded",
        ),
        (
            "miss, upstream 20 ms, all policies",
            "20",
            slow,
            "/bare_guarded",
            "without-layer",
            "/guarded",
        ),
        (
            "no cache, upstream 0 ms",
            "0",
            misses,
            "/uncached",
            "without-layer",
            "/uncached",
        ),
    ] {
        let upstream = Server::start("upstream", delay, &[])?;
        let mut hand = Side::new(Server::start("by-hand", &upstream.url(), &[])?, by_hand);
        let mut ours = Side::new(Server::start(kind, &upstream.url(), &[])?, annotated);
        let mut load = load;
        // To fill caches and open connections.
        for side in [&hand, &ours] {
            let warm = Load {
                requests: 4_000,
                ..load
            };
            drive(&side.server.address, side.path, warm).await;
        }
        for round in 0..ROUNDS {
            load.first = if load.texts == u64::MAX {
                1_000_000 * (round as u64 + 1)
            } else {
                0
            };
            // Whoever comes second finds a warmer machine: they take turns.
            if round % 2 == 0 {
                hand.round(load).await?;
                ours.round(load).await?;
            } else {
                ours.round(load).await?;
                hand.round(load).await?;
            }
        }
        let ratios: Vec<f64> = ours
            .cpu
            .iter()
            .zip(&hand.cpu)
            .map(|(ours, hand)| ours / hand)
            .collect();
        println!(
            "| {name} | {:.1} | {:.1} | {:.2} | {:.0} | {:.0} | {:.1} / {:.1} |",
            median(&hand.cpu),
            median(&ours.cpu),
            median(&ratios),
            median(&hand.rate),
            median(&ours.rate),
            median(&hand.p99),
            median(&ours.p99),
        );
    }
    Ok(())
}
