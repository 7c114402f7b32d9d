//! Servers with `#[infer]` and by hand under the same load, measured alternately in several rounds; the medians.

use super::Outcome;
use crate::{
    load::{Load, drive},
    process::Server,
};

/// How often each pair is measured.
const ROUNDS: usize = 9;

/// One of two servers, with its results of each round.
struct Side {
    server: Server,
    path: &'static str,
    /// CPU time per request, in microseconds.
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
        let result = drive(&self.server.address, self.path, load).await;
        let used = self.server.cpu()? - before;
        self.cpu
            .push(used.as_secs_f64() * 1e6 / load.requests as f64);
        self.rate.push(result.rate());
        self.p99.push(result.quantile(0.99).as_secs_f64() * 1e3);
        if result.failed > 0 {
            return Err(format!("{} requests failed", result.failed).into());
        }
        Ok(())
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Measures hits and misses, with and without policies.
///
/// # Errors
///
/// If a server cannot be started or a request fails.
pub async fn pairs() -> Outcome {
    println!(
        "| | by hand, CPU µs per request | annotated, CPU µs | ratio | by hand, requests/s | annotated, requests/s | p99 ms, by hand / annotated |"
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
        (
            hit,
            "0",
            hits,
            "/without_headers",
            "without-layer",
            "/plain",
        ),
        (
            "hit, with response headers",
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
            "/without_headers_guarded",
            "without-layer",
            "/guarded",
        ),
        (
            "miss, upstream 0 ms",
            "0",
            misses,
            "/without_headers",
            "without-layer",
            "/plain",
        ),
        (
            "miss, upstream 0 ms, all policies",
            "0",
            misses,
            "/without_headers_guarded",
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
            "/without_headers_guarded",
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
        let mut by_hand_side = Side::new(Server::start("by-hand", &upstream.url(), &[])?, by_hand);
        let mut annotated_side = Side::new(Server::start(kind, &upstream.url(), &[])?, annotated);
        let mut load = load;
        // Fills the caches and opens the connections.
        for side in [&by_hand_side, &annotated_side] {
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
            // The second server runs on a warmer machine, so the order alternates.
            if round % 2 == 0 {
                by_hand_side.round(load).await?;
                annotated_side.round(load).await?;
            } else {
                annotated_side.round(load).await?;
                by_hand_side.round(load).await?;
            }
        }
        let ratios: Vec<f64> = annotated_side
            .cpu
            .iter()
            .zip(&by_hand_side.cpu)
            .map(|(annotated, by_hand)| annotated / by_hand)
            .collect();
        println!(
            "| {name} | {:.1} | {:.1} | {:.2} | {:.0} | {:.0} | {:.1} / {:.1} |",
            median(&by_hand_side.cpu),
            median(&annotated_side.cpu),
            median(&ratios),
            median(&by_hand_side.rate),
            median(&annotated_side.rate),
            median(&by_hand_side.p99),
            median(&annotated_side.p99),
        );
    }
    Ok(())
}
