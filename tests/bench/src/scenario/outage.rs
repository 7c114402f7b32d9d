//! A service that fails.

use std::time::Duration;

use super::{Outcome, calls, show};
use crate::{
    load::{Load, drive},
    process::Server,
};

/// The service fails for a minute, at 500 requests a second, while all entries are within their window.
///
/// # Errors
///
/// Where a server cannot be started.
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
