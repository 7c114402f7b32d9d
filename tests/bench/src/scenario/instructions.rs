//! Instructions for each request, as valgrind counts them: the same number however busy the machine is.
//!
//! It counts those of the server's own code, on one thread, and not what the kernel does for it.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use super::Outcome;
use crate::{
    load::{Load, drive},
    process::{self, Server},
};

/// Requests of the shorter run, which starts the server and warms it up, and those that the longer one has more.
const WARM: u64 = 100;
const COUNTED: u64 = 500;

/// Hits and misses, by hand and annotated.
///
/// # Errors
///
/// Where a server cannot be started or valgrind's words cannot be read.
pub async fn instructions() -> Outcome {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("(no `valgrind`: instructions are not counted)");
        return Ok(());
    }
    println!("\n| | by hand, instructions a request | annotated | ratio |");
    println!("|---|---|---|---|");
    for (name, texts, by_hand, kind, annotated) in [
        ("hit", 10, "/bare", "without-layer", "/plain"),
        (
            "hit, with the report's headers",
            10,
            "/plain",
            "annotated",
            "/plain",
        ),
        ("miss", u64::MAX, "/bare", "without-layer", "/plain"),
        (
            "miss, all policies",
            u64::MAX,
            "/bare_guarded",
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
        let hand = of("by-hand", by_hand, texts).await?;
        let ours = of(kind, annotated, texts).await?;
        println!("| {name} | {hand:.0} | {ours:.0} | {:.3} |", ours / hand);
    }
    Ok(())
}

/// Instructions for one request.
async fn of(kind: &str, path: &str, texts: u64) -> Result<f64, Box<dyn std::error::Error>> {
    let short = count(kind, path, texts, WARM).await?;
    let long = count(kind, path, texts, WARM + COUNTED).await?;
    Ok((long - short) / COUNTED as f64)
}

/// Instructions from a server's start to its end, with so many requests in between.
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
        .arg(process::program()?)
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
    let went = drive(&server.address, path, load).await;
    if went.failed + went.wrong > 0 {
        return Err("a request failed".into());
    }
    // Asked to end, and not killed: valgrind has something to say.
    Command::new("kill").arg(server.id().to_string()).status()?;
    let mut said = String::new();
    if let Some(mut errors) = server.errors() {
        errors.read_to_string(&mut said)?;
    }
    let counted = said
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, number)| number.trim().parse::<f64>().ok());
    counted.ok_or_else(|| "valgrind does not say what it has counted".into())
}
