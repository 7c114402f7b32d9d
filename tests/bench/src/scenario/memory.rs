//! Many different inputs.

use super::Outcome;
use crate::{
    load::{Load, drive},
    process::Server,
};

/// Sends a million different inputs to a server with a cache of ten thousand entries.
///
/// # Errors
///
/// If a server cannot be started.
pub async fn memory() -> Outcome {
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
        "\nMemory of a process with a cache of 10,000 entries, by number of different inputs:"
    );
    let mut first = 0;
    for until in [10_000, 100_000, 500_000, 1_000_000] {
        let result = drive(&server.address, "/plain", load(first, until - first)).await;
        first = until;
        println!(
            "  {until}: {:.1} MB ({} failed)",
            server.resident()? as f64 / 1e6,
            result.failed + result.wrong,
        );
    }
    Ok(())
}
