//! Benchmark scenarios with servers over loopback.

mod flight;
mod instructions;
mod memory;
mod outage;
mod pairs;
mod redis;

use std::error::Error;

pub use flight::flight;
pub use instructions::instructions;
pub use memory::memory;
pub use outage::outage;
pub use pairs::pairs;
pub use redis::redis;

use crate::{load::LoadResult, process::Server};

/// The result of a scenario.
pub type Outcome = Result<(), Box<dyn Error>>;

/// Returns the number of calls of the service.
async fn calls(upstream: &Server) -> Result<u64, Box<dyn Error>> {
    let calls = reqwest::get(format!("{}/calls", upstream.url())).await?;
    Ok(calls.text().await?.parse()?)
}

fn show(what: &str, result: &LoadResult) {
    println!(
        "  {what}: {} requests, {} failed, {} wrong, p50 {:.2} ms, p99 {:.2} ms",
        result.times.len(),
        result.failed,
        result.wrong,
        result.quantile(0.5).as_secs_f64() * 1e3,
        result.quantile(0.99).as_secs_f64() * 1e3,
    );
}
