//! The examples that show metrics and traces, as they are started by hand.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::process::Stdio;

use inference_tests::upstream::{Answer, Upstream};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

const TEXT: &str = "what a splendid film";

/// An example, and the address that it prints.
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
            .expect("the example");
        let output = process.stdout.take().expect("its output");
        let mut lines = BufReader::new(output).lines();
        let first = lines.next_line().await.expect("a line").expect("a line");
        let address = first.strip_prefix("listening on http://");
        let address = address.expect("its address").to_owned();
        // Somebody must read on: it says when it stops.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { process, address }
    }

    async fn ask(&self, line: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address)
            .await
            .expect("a connection");
        let request = format!(
            "{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answer
    }

    /// As Ctrl-C does it; whether it ended well.
    async fn stop(mut self) -> bool {
        let id = self.process.id().expect("it runs").to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(killed.expect("`kill`").success());
        self.process.wait().await.expect("its end").success()
    }
}

#[tokio::test]
async fn prometheus_reads_who_answered() {
    let example = Example::start(env!("CARGO_BIN_EXE_metrics"), &[]).await;
    for _ in 0..2 {
        let answer = example.ask("POST /sentiment", TEXT).await;
        assert!(answer.contains("POSITIVE"), "{answer}");
    }
    let page = example.ask("GET /metrics", "").await;
    for line in [
        "# TYPE inference_requests_total counter",
        "# HELP inference_requests_total Predictions, by who answered",
        r#"inference_requests_total{operation="sentiment",source="model",error_type=""} 1"#,
        r#"inference_requests_total{operation="sentiment",source="cache",error_type=""} 1"#,
        r#"inference_request_duration_seconds_bucket{operation="sentiment",source="cache",le="0.1"} 1"#,
        r#"inference_upstream_duration_seconds_count{operation="sentiment",backend="local",model="sentiment",error_type=""} 1"#,
        "inference_cache_entries 1",
    ] {
        assert!(page.contains(line), "no `{line}` in {page}");
    }
    assert!(example.stop().await, "it ends well");
}

#[tokio::test]
async fn a_collector_gets_the_spans_and_no_prompt() {
    let collector = Upstream::always(Answer::status(200)).await;
    let endpoint = collector.url();
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    let example = Example::start(env!("CARGO_BIN_EXE_traces"), &environment).await;
    let answer = example.ask("POST /sentiment", TEXT).await;
    assert!(answer.contains("POSITIVE"), "{answer}");
    assert!(example.stop().await, "it ends well");
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
        assert!(body.contains(name), "no `{name}` in {body}");
    }
    assert!(!body.contains(TEXT), "{body}");
}

#[tokio::test]
async fn without_a_collector_it_serves_and_ends() {
    let nobody = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")];
    let example = Example::start(env!("CARGO_BIN_EXE_traces"), &nobody).await;
    let answer = example.ask("POST /sentiment", TEXT).await;
    assert!(answer.contains("POSITIVE"), "{answer}");
    assert!(example.stop().await, "it ends well");
}
