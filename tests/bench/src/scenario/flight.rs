//! One call for many.

use super::{Outcome, calls};
use crate::{
    load::{Load, drive},
    process::Server,
};

/// 256 who ask the same at the same time.
///
/// # Errors
///
/// Where a server cannot be started.
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
