//! Request headers, URLs, and values read from response headers.

use axum::{Router, routing::post};
use inference_runtime::prelude::*;
use inference_tests::{
    client::post_text,
    upstream::{Answer, Upstream},
};
use serde_json::{Value, json};

use super::{TOKEN, app, builder_for, positive};

#[tokio::test]
async fn request_has_the_expected_url_headers_and_body() {
    let upstream = Upstream::always(positive()).await;
    let reply = post_text(&app(builder_for(&upstream)), "/plain", "fine").await;
    assert_eq!(reply.text(), "POSITIVE");

    let request = upstream.request();
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/hf-inference/models/org/model");
    assert_eq!(request.header("authorization"), format!("Bearer {TOKEN}"));
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header("accept"), "application/json");
    assert!(
        request
            .header("user-agent")
            .starts_with("inference-runtime/")
    );
    assert_eq!(request.header("x-hf-bill-to"), "");
    assert_eq!(request.text(), r#"{"inputs":"fine"}"#);
}

#[tokio::test]
async fn bill_to_is_sent_as_a_header() {
    let upstream = Upstream::always(positive()).await;
    let app = app(builder_for(&upstream).bill_to(" my-org "));
    post_text(&app, "/plain", "fine").await;
    assert_eq!(upstream.request().header("x-hf-bill-to"), "my-org");
}

#[tokio::test]
async fn path_of_the_base_url_is_kept() {
    for prefix in ["/proxy/hf", "/proxy/hf/"] {
        let upstream = Upstream::always(positive()).await;
        let app = app(builder_for(&upstream).base_url(format!("{}{prefix}", upstream.url())));
        post_text(&app, "/plain", "fine").await;
        assert_eq!(
            upstream.request().path,
            "/proxy/hf/hf-inference/models/org/model"
        );
    }
}

#[tokio::test]
async fn connections_are_reused() {
    let upstream = Upstream::always(positive()).await;
    let app = app(builder_for(&upstream));
    for _ in 0..3 {
        post_text(&app, "/plain", "fine").await;
    }
    assert_eq!(
        (upstream.request_count(), upstream.connection_count()),
        (3, 1)
    );
}

#[tokio::test]
async fn provider_and_usage_are_read_from_response_headers() {
    let answer = positive()
        .header("x-inference-provider", "hf-inference-eu")
        .header("x-prompt-tokens", "7")
        .header("x-generated-tokens", "2");
    let upstream = Upstream::scripted([answer, positive().header("x-compute-tokens", "5")]).await;
    let app = app(builder_for(&upstream));
    let fields = post_text(&app, "/observed", "fine").await.json();
    assert_eq!(fields["model"], "org/model");
    assert_eq!(fields["provider"], "hf-inference-eu");
    assert_eq!(
        fields["usage"],
        json!({"input_tokens": 7, "output_tokens": 2})
    );

    let fields = post_text(&app, "/observed", "fine").await.json();
    assert_eq!(fields["provider"], "hf-inference");
    assert_eq!(
        fields["usage"],
        json!({"input_tokens": 5, "output_tokens": null})
    );
}

#[tokio::test]
async fn every_2xx_status_is_a_success() {
    for status in [200, 201, 202] {
        let answer =
            Answer::status(status).body("application/json", r#"[{"label":"A","score":1}]"#);
        let upstream = Upstream::always(answer).await;
        assert_eq!(
            post_text(&app(builder_for(&upstream)), "/plain", "x")
                .await
                .text(),
            "A"
        );
    }
}

#[infer(
    model = "org/model",
    task = "text-generation",
    parameters(watermark = true, seed = 7_u64, top_n_tokens = 3_u32)
)]
async fn generated(text: String, #[prediction] output: String) -> Result<String, InferenceError> {
    Ok(output)
}

/// Sends a request to the handler above.
async fn generate(upstream: &Upstream) -> inference_tests::client::Reply {
    let inference = Inference::builder()
        .backend(
            "hf",
            builder_for(upstream)
                .build()
                .expect("the backend should build"),
        )
        .build()
        .expect("the runtime should build");
    let app = Router::new()
        .route("/", post(generated))
        .layer(inference.layer());
    post_text(&app, "/", "Once").await
}

fn unused_parameters_error(names: &str) -> Answer {
    let message = format!(
        "The following `model_kwargs` are not used by the model: [{names}] (note: typos in the generate arguments will also show up in this list)"
    );
    Answer::status(400).body("application/json", json!({"error": message}).to_string())
}

#[tokio::test]
async fn unused_parameters_are_removed_and_the_request_repeated() {
    let good = Answer::json(&json!([{"generated_text": "Once upon"}]));
    let upstream =
        Upstream::scripted([unused_parameters_error("'watermark', 'top_n_tokens'"), good]).await;
    assert_eq!(generate(&upstream).await.text(), "Once upon");
    let sent: Vec<Value> = upstream
        .requests()
        .iter()
        .map(|request| request.json())
        .collect();
    assert_eq!(
        sent[0]["parameters"],
        json!({"watermark": true, "seed": 7, "top_n_tokens": 3})
    );
    assert_eq!(
        sent[1],
        json!({"inputs": "Once", "parameters": {"seed": 7}, "stream": false})
    );
}

#[tokio::test]
async fn repeated_unused_parameters_error_fails() {
    let upstream = Upstream::always(unused_parameters_error("'watermark'")).await;
    assert_eq!(generate(&upstream).await.problem_kind(), "unsupported");
    assert_eq!(upstream.request_count(), 2);

    let upstream = Upstream::always(unused_parameters_error("'unknown'")).await;
    assert_eq!(generate(&upstream).await.problem_kind(), "unsupported");
    assert_eq!(upstream.request_count(), 1);
}
