//! Servers over loopback, by `#[infer]` and by hand, under the same load: `bench [SCENARIO …]`, all of them without a name.
//! Each pair is measured in turns, several times, and the table has the medians.

use std::{error::Error, time::Duration};

use inference_bench::{
    load::{Load, Went, drive},
    process::Server,
};

type Outcome = Result<(), Box<dyn Error>>;

/// How often each pair is measured.
const ROUNDS: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if is_wanted("pairs") {
        pairs().await?;
    }
    if is_wanted("flight") {
        flight().await?;
    }
    if is_wanted("outage") {
        outage().await?;
    }
    if is_wanted("memory") {
        memory().await?;
    }
    Ok(())
}

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

async fn pairs() -> Outcome {
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

async fn calls(upstream: &Server) -> Result<u64, Box<dyn Error>> {
    let calls = reqwest::get(format!("{}/calls", upstream.url())).await?;
    Ok(calls.text().await?.parse()?)
}

/// 256 who ask the same at the same time.
async fn flight() -> Outcome {
    let upstream = Server::start("upstream", "200", &[])?;
    let server = Server::start("annotated", &upstream.url(), &[])?;
    let load = Load {
        connections: 256,
        requests: 256,
        texts: 1,
        rate: None,
        first: 7,
    };
    let went = drive(&server.address, "/plain", load).await;
    println!(
        "\n256 equal cold requests: {} upstream calls, {} failed",
        calls(&upstream).await?,
        went.failed
    );
    let Ok(redis) = std::env::var("REDIS_URL") else {
        println!("(no `REDIS_URL`: four processes on one Redis are left out)");
        return Ok(());
    };
    let upstream = Server::start("upstream", "200", &[])?;
    let prefix = format!("bench-{}", std::process::id());
    let variables = [
        ("INFERENCE_CACHE_STORE", "redis"),
        ("INFERENCE_CACHE_URL", &*redis),
        ("INFERENCE_CACHE_PREFIX", &*prefix),
    ];
    let servers = (0..4).map(|_| Server::start("annotated", &upstream.url(), &variables));
    let servers = servers.collect::<Result<Vec<_>, _>>()?;
    let load = Load {
        connections: 64,
        requests: 64,
        texts: 1,
        rate: None,
        first: 8,
    };
    let asked: Vec<_> = servers
        .iter()
        .map(|server| {
            let address = server.address.clone();
            tokio::spawn(async move { drive(&address, "/cluster", load).await })
        })
        .collect();
    let mut failed = 0;
    for asked in asked {
        let went = asked.await?;
        failed += went.failed + went.wrong;
    }
    println!(
        "256 equal cold requests to 4 processes on one Redis: {} upstream calls, {failed} failed",
        calls(&upstream).await?
    );
    Ok(())
}

/// The service fails for a minute, at 500 requests a second, while all entries are within their window.
async fn outage() -> Outcome {
    let upstream = Server::start("upstream", "5", &[])?;
    let server = Server::start("annotated", &upstream.url(), &[])?;
    let steady = |seconds: u64| Load {
        connections: 64,
        requests: 500 * seconds,
        texts: 200,
        rate: Some(500),
        first: 0,
    };
    let client = reqwest::Client::new();
    drive(&server.address, "/lasting", steady(2)).await;
    client
        .post(format!("{}/down", upstream.url()))
        .send()
        .await?;
    let before = calls(&upstream).await?;
    // Until the entries are past their time and the breaker is open.
    let opening = drive(&server.address, "/lasting", steady(3)).await;
    let opened = calls(&upstream).await?;
    let went = drive(&server.address, "/lasting", steady(57)).await;
    let probes = calls(&upstream).await? - opened;
    println!(
        "\nThe service fails for 60 s at 500 requests a second, entries within their window (breaker: 5 failures, 1 s):"
    );
    show("the first 3 s", &opening);
    println!("  upstream calls: {}", opened - before);
    show("the next 57 s", &went);
    println!("  upstream calls: {probes}");
    client.post(format!("{}/up", upstream.url())).send().await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    show(
        "once it is back",
        &drive(&server.address, "/lasting", steady(2)).await,
    );
    Ok(())
}

fn show(what: &str, went: &Went) {
    println!(
        "  {what}: {} requests, {} failed, {} wrong, p50 {:.2} ms, p99 {:.2} ms",
        went.times.len(),
        went.failed,
        went.wrong,
        went.quantile(0.5).as_secs_f64() * 1e3,
        went.quantile(0.99).as_secs_f64() * 1e3,
    );
}

/// A million different inputs and a cache of ten thousand entries.
async fn memory() -> Outcome {
    let upstream = Server::start("upstream", "0", &[])?;
    let server = Server::start("annotated", &upstream.url(), &[])?;
    let load = |first, requests| Load {
        connections: 64,
        requests,
        texts: u64::MAX,
        rate: None,
        first,
    };
    println!(
        "\nMemory of a process with a cache of 10,000 entries, after so many different inputs:"
    );
    let mut first = 0;
    for until in [10_000, 100_000, 500_000, 1_000_000] {
        let went = drive(&server.address, "/plain", load(first, until - first)).await;
        first = until;
        println!(
            "  {until}: {:.1} MB ({} failed)",
            server.resident()? as f64 / 1e6,
            went.failed + went.wrong,
        );
    }
    Ok(())
}
