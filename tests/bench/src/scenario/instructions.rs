//! Instructions per request, counted by valgrind. The count does not depend on the load of the machine.
//!
//! It includes the server's own code, on one thread, and excludes the kernel.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use super::Outcome;
use crate::{
    load::{Load, drive},
    process::{self, Server},
};

/// The number of requests of the short run, which starts and warms up the server, and the number of additional requests
/// of the long run.
const WARM: u64 = 100;
const COUNTED: u64 = 500;

/// Measures hits and misses, by hand and annotated.
///
/// # Errors
///
/// If a server cannot be started or the output of valgrind cannot be parsed.
pub async fn instructions() -> Outcome {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("(`valgrind` is not installed: instructions are not counted)");
        return Ok(());
    }
    println!("\n| | by hand, instructions per request | annotated | ratio |");
    println!("|---|---|---|---|");
    for (name, texts, by_hand, kind, annotated) in [
        ("hit", 10, "/without_headers", "without-layer", "/plain"),
        (
            "hit, with response headers",
            10,
            "/plain",
            "annotated",
            "/plain",
        ),
        (
            "miss",
            u64::MAX,
            "/without_headers",
            "without-layer",
            "/plain",
        ),
        (
            "miss, all policies",
            u64::MAX,
            "/without_headers_guarded",
            "without-layer",
            "/guarded",
        ),
        (
            "no cache",
            u64::MAX,
            "/uncached",
            "without-layer",
            "/uncached",
        ),
    ] {
        let by_hand_count = instructions_per_request("by-hand", by_hand, texts).await?;
        let annotated_count = instructions_per_request(kind, annotated, texts).await?;
        println!(
            "| {name} | {by_hand_count:.0} | {annotated_count:.0} | {:.3} |",
            annotated_count / by_hand_count
        );
    }
    Ok(())
}

/// Returns the instructions of one request.
async fn instructions_per_request(
    kind: &str,
    path: &str,
    texts: u64,
) -> Result<f64, Box<dyn std::error::Error>> {
    let short = count(kind, path, texts, WARM).await?;
    let long = count(kind, path, texts, WARM + COUNTED).await?;
    Ok((long - short) / COUNTED as f64)
}

/// Returns the instructions of a server from its start to its end, with this number of requests.
async fn count(
    kind: &str,
    path: &str,
    texts: u64,
    requests: u64,
) -> Result<f64, Box<dyn std::error::Error>> {
    let upstream = Server::start("upstream", "0", &[])?;
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(process::server_path()?)
        .args([kind, &upstream.url()])
        .env("TOKIO_WORKER_THREADS", "1")
        .stderr(Stdio::piped());
    let mut server = Server::spawn(&mut valgrind)?;
    let load = Load {
        connections: 1,
        requests,
        texts,
        rate: None,
        first: 0,
    };
    let result = drive(&server.address, path, load).await;
    if result.failed + result.wrong > 0 {
        return Err("a request failed".into());
    }
    // The server is terminated, not killed, so that valgrind prints its count.
    Command::new("kill").arg(server.id().to_string()).status()?;
    let mut output = String::new();
    if let Some(mut stderr) = server.take_stderr() {
        stderr.read_to_string(&mut output)?;
    }
    let counted = output
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, number)| number.trim().parse::<f64>().ok());
    counted.ok_or_else(|| "valgrind printed no count".into())
}
