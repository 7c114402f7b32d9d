//! Redis over TLS, with a trusted and with an untrusted certificate.

use std::{path::Path, process::Command};

use inference_tests::redis::{Redis, free_port};

use crate::configuration::RunningService;

/// Creates a self-signed certificate for 127.0.0.1.
fn create_certificate(folder: &Path) {
    let status = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt"])
        .args(["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args([
            "-subj",
            "/CN=tests",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder)
        .output()
        .expect("`openssl` should run");
    assert!(status.status.success(), "{status:?}");
}

#[tokio::test]
async fn entries_are_shared_over_tls_with_a_trusted_server_only() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    create_certificate(folder.path());
    let file = |name: &str| {
        let path = folder.path().join(name);
        path.to_str().expect("the path should be UTF-8").to_owned()
    };
    let (certificate, key) = (file("certificate.pem"), file("key.pem"));
    let port = free_port();
    let Some(redis) = Redis::start_with([
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-auth-clients",
        "no",
        "--requirepass",
        "opensesame",
    ]) else {
        return;
    };
    let url = format!("rediss://:opensesame@127.0.0.1:{port}");
    let local = "[operations.sentiment]\nmodel = \"local::sentiment\"\n";
    let variables = |variable: &'static str| {
        [
            ("INFERENCE_CACHE", "1h".to_owned()),
            ("INFERENCE_CACHE_STORE", "redis".to_owned()),
            ("INFERENCE_CACHE_URL", url.clone()),
            ("INFERENCE_CACHE_TIMEOUT", "10s".to_owned()),
            (variable, certificate.clone()),
        ]
    };
    let start = |variable| {
        let variables = variables(variable);
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        RunningService::start(local, &variables)
    };
    let (one, other) = (start("SSL_CERT_FILE"), start("SSL_CERT_FILE"));
    let untrusting = start("NOT_SSL_CERT_FILE");
    let input = "A dull film.";
    assert_eq!(one.post(input).await, "NEGATIVE model local::sentiment");
    assert_eq!(other.post(input).await, "NEGATIVE cache local::sentiment");
    // A process that does not trust the server bypasses it and does not fail.
    assert_eq!(
        untrusting.post(input).await,
        "NEGATIVE model local::sentiment"
    );
    drop(redis);
}
