//! One process of a benchmark: `bench-server upstream DELAY_MS`, `bench-server by-hand UPSTREAM`, `bench-server
//! annotated UPSTREAM`, or `bench-server without-layer UPSTREAM`. It prints its address and serves until it is killed.
//! The store of the annotated service is configured by `INFERENCE_CACHE_*`.

use std::{error::Error, time::Duration};

use inference_bench::{annotated, by_hand, upstream};
use inference_runtime::{Inference, backend::HuggingFace};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(kind), Some(argument)) = (arguments.next(), arguments.next()) else {
        return Err("expected two arguments: the kind of server, and its delay or upstream".into());
    };
    let app = match kind.as_str() {
        "upstream" => upstream::routes(Duration::from_millis(argument.parse()?)),
        "by-hand" => by_hand::routes(by_hand::Shared::new(&argument)),
        "annotated" => annotated::routes().layer(runtime(&argument)?.layer()),
        "without-layer" => {
            runtime(&argument)?.set_process_default();
            annotated::routes()
        }
        _ => return Err(format!("unknown kind of server `{kind}`").into()),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

fn runtime(upstream: &str) -> Result<Inference, Box<dyn Error>> {
    let hugging_face = HuggingFace::builder()
        .base_url(upstream)
        .token(inference_bench::TOKEN);
    let builder = Inference::builder().backend("hf", hugging_face.build()?);
    Ok(builder.env()?.build()?)
}
