//! Redis over TLS, as a process meets it: with a certificate of the test's own authority, and with one that nobody knows.

use std::{path::Path, process::Command};

use inference_tests::redis::{Redis, free_port};

use crate::configuration::RunningService;

/// Makes a certificate for 127.0.0.1 that vouches for itself.
fn certificate(folder: &Path) {
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
        .expect("`openssl`");
    assert!(status.status.success(), "{status:?}");
}

#[tokio::test]
async fn answers_travel_over_tls_to_a_server_that_is_trusted() {
    let folder = tempfile::tempdir().expect("a folder");
    certificate(folder.path());
    let file = |name: &str| {
        let path = folder.path().join(name);
        path.to_str().expect("text").to_owned()
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
    let variables = |authority: &'static str| {
        [
            ("INFERENCE_CACHE", "1h".to_owned()),
            ("INFERENCE_CACHE_STORE", "redis".to_owned()),
            ("INFERENCE_CACHE_URL", url.clone()),
            ("INFERENCE_CACHE_TIMEOUT", "10s".to_owned()),
            (authority, certificate.clone()),
        ]
    };
    let start = |authority| {
        let variables = variables(authority);
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        RunningService::start(local, &variables)
    };
    let (one, other) = (start("SSL_CERT_FILE"), start("SSL_CERT_FILE"));
    let stranger = start("NOT_SSL_CERT_FILE");
    let question = "A dull film.";
    assert_eq!(one.post(question).await, "NEGATIVE model local::sentiment");
    assert_eq!(
        other.post(question).await,
        "NEGATIVE cache local::sentiment"
    );
    // Who does not trust the server neither asks it nor fails.
    assert_eq!(
        stranger.post(question).await,
        "NEGATIVE model local::sentiment"
    );
    drop(redis);
}
