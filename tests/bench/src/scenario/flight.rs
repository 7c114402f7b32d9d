//! Single-flight.

use super::{Outcome, calls};
use crate::{
    load::{Load, drive},
    process::Server,
};

/// 256 concurrent equal requests.
///
/// # Errors
///
/// If a server cannot be started.
pub async fn flight() -> Outcome {
    let upstream = Server::start("upstream", "200", &[])?;
    let server = Server::start("annotated", &upstream.url(), &[])?;
    let load = Load {
        connections: 256,
        requests: 256,
        texts: 1,
        rate: None,
        first: 7,
    };
    let result = drive(&server.address, "/plain", load).await;
    println!(
        "\n256 equal cold requests: {} upstream calls, {} failed",
        calls(&upstream).await?,
        result.failed
    );
    let Ok(redis) = std::env::var("REDIS_URL") else {
        println!("(`REDIS_URL` is not set: four processes on one Redis are skipped)");
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
    let loads: Vec<_> = servers
        .iter()
        .map(|server| {
            let address = server.address.clone();
            tokio::spawn(async move { drive(&address, "/cluster", load).await })
        })
        .collect();
    let mut failed = 0;
    for load in loads {
        let result = load.await?;
        failed += result.failed + result.wrong;
    }
    println!(
        "256 equal cold requests to 4 processes on one Redis: {} upstream calls, {failed} failed",
        calls(&upstream).await?
    );
    Ok(())
}
