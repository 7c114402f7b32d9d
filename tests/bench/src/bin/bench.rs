//! Runs benchmark scenarios with servers over loopback: `bench [SCENARIO …]`, all of them by default.

use inference_bench::scenario::{self, Outcome};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let selected: Vec<String> = std::env::args().skip(1).collect();
    let is_selected =
        |name: &str| selected.is_empty() || selected.iter().any(|selected| selected == name);
    if is_selected("instructions") {
        scenario::instructions().await?;
    }
    if is_selected("pairs") {
        scenario::pairs().await?;
    }
    if is_selected("flight") {
        scenario::flight().await?;
    }
    if is_selected("outage") {
        scenario::outage().await?;
    }
    if is_selected("redis") {
        scenario::redis().await?;
    }
    if is_selected("memory") {
        scenario::memory().await?;
    }
    Ok(())
}
