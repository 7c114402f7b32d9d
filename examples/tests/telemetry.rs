//! Tests of the metrics and traces examples, as separate processes.

#![allow(clippy::expect_used, reason = "a failed precondition fails the test")]

use std::process::Stdio;

use inference_tests::upstream::{Answer, Upstream};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

const TEXT: &str = "what a splendid film";

/// An example's process and its address.
struct Example {
    process: Child,
    address: String,
}

impl Example {
    async fn start(program: &str, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(program)
            .env_clear()
            .env("PORT", "0")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the example should start");
        let output = process.stdout.take().expect("stdout should be piped");
        let mut lines = BufReader::new(output).lines();
        let first = lines
            .next_line()
            .await
            .expect("the output should be readable")
            .expect("the example should print a line");
        let address = first.strip_prefix("listening on http://");
        let address = address
            .expect("the line should contain the address")
            .to_owned();
        // The output must still be read: the example also prints when it stops.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { process, address }
    }

    async fn request(&self, line: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address)
            .await
            .expect("the example should accept a connection");
        let message = format!(
            "{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream
            .write_all(message.as_bytes())
            .await
            .expect("the request should be sent");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .await
            .expect("the response should be readable");
        answer
    }

    /// Stops it with SIGTERM, and returns whether it exited successfully.
    async fn stop(mut self) -> bool {
        let id = self
            .process
            .id()
            .expect("the example should be running")
            .to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(killed.expect("`kill` should run").success());
        self.process
            .wait()
            .await
            .expect("the example should exit")
            .success()
    }
}

#[tokio::test]
async fn metrics_example_exports_predictions_by_source() {
    let example = Example::start(env!("CARGO_BIN_EXE_metrics"), &[]).await;
    for _ in 0..2 {
        let answer = example.request("POST /sentiment", TEXT).await;
        assert!(answer.contains("POSITIVE"), "{answer}");
    }
    let page = example.request("GET /metrics", "").await;
    for line in [
        "# TYPE inference_requests_total counter",
        "# HELP inference_requests_total Predictions, by the source of the answer",
        r#"inference_requests_total{operation="sentiment",source="model",error_type=""} 1"#,
        r#"inference_requests_total{operation="sentiment",source="cache",error_type=""} 1"#,
        r#"inference_request_duration_seconds_bucket{operation="sentiment",source="cache",le="0.1"} 1"#,
        r#"inference_upstream_duration_seconds_count{operation="sentiment",backend="local",model="sentiment",error_type=""} 1"#,
        "inference_cache_entries 1",
    ] {
        assert!(page.contains(line), "`{line}` is missing in {page}");
    }
    assert!(example.stop().await, "the example should exit successfully");
}

#[tokio::test]
async fn traces_example_exports_spans_without_prompts() {
    let collector = Upstream::always(Answer::status(200)).await;
    let endpoint = collector.url();
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    let example = Example::start(env!("CARGO_BIN_EXE_traces"), &environment).await;
    let answer = example.request("POST /sentiment", TEXT).await;
    assert!(answer.contains("POSITIVE"), "{answer}");
    assert!(example.stop().await, "the example should exit successfully");
    collector.wait_for_requests(1).await;
    let export = collector.request();
    assert_eq!(export.method.as_str(), "POST");
    assert_eq!(export.path, "/v1/traces");
    let body = String::from_utf8_lossy(&export.body);
    for name in [
        "text-classification sentiment",
        "gen_ai.request.model",
        "gen_ai.provider.name",
        "inference.source",
    ] {
        assert!(body.contains(name), "`{name}` is missing in {body}");
    }
    assert!(!body.contains(TEXT), "{body}");
}

#[tokio::test]
async fn traces_example_works_without_a_collector() {
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")];
    let example = Example::start(env!("CARGO_BIN_EXE_traces"), &environment).await;
    let answer = example.request("POST /sentiment", TEXT).await;
    assert!(answer.contains("POSITIVE"), "{answer}");
    assert!(example.stop().await, "the example should exit successfully");
}
