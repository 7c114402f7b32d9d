//! Servers over loopback, by `#[infer]` and by hand: `bench [SCENARIO …]`, all of them without a name.

use inference_bench::scenario::{self, Outcome};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if is_wanted("instructions") {
        scenario::instructions().await?;
    }
    if is_wanted("pairs") {
        scenario::pairs().await?;
    }
    if is_wanted("flight") {
        scenario::flight().await?;
    }
    if is_wanted("outage") {
        scenario::outage().await?;
    }
    if is_wanted("redis") {
        scenario::redis().await?;
    }
    if is_wanted("memory") {
        scenario::memory().await?;
    }
    Ok(())
}
