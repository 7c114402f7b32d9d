//! What servers over loopback are put through.

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

use crate::{load::Went, process::Server};

/// How a scenario ends.
pub type Outcome = Result<(), Box<dyn Error>>;

/// How often the service has been asked.
async fn calls(upstream: &Server) -> Result<u64, Box<dyn Error>> {
    let calls = reqwest::get(format!("{}/calls", upstream.url())).await?;
    Ok(calls.text().await?.parse()?)
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
