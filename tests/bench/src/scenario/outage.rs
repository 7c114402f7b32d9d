//! An outage of the service.

use std::time::Duration;

use super::{Outcome, calls, show};
use crate::{
    load::{Load, drive},
    process::Server,
};

/// The service fails for a minute, at 500 requests per second, while all entries are within their stale window.
///
/// # Errors
///
/// If a server cannot be started.
pub async fn outage() -> Outcome {
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
    drive(&server.address, "/stale_if_error", steady(2)).await;
    client
        .post(format!("{}/down", upstream.url()))
        .send()
        .await?;
    let calls_before = calls(&upstream).await?;
    // Until the entries have expired and the breaker is open.
    let opening = drive(&server.address, "/stale_if_error", steady(3)).await;
    let calls_when_open = calls(&upstream).await?;
    let open = drive(&server.address, "/stale_if_error", steady(57)).await;
    let probes = calls(&upstream).await? - calls_when_open;
    println!(
        "\nThe service fails for 60 s at 500 requests per second, entries within their stale window (breaker: 5 failures, 1 s):"
    );
    show("the first 3 s", &opening);
    println!("  upstream calls: {}", calls_when_open - calls_before);
    show("the next 57 s", &open);
    println!("  upstream calls: {probes}");
    client.post(format!("{}/up", upstream.url())).send().await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    show(
        "after recovery",
        &drive(&server.address, "/stale_if_error", steady(2)).await,
    );
    Ok(())
}
