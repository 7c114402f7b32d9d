//! A Redis server that hangs, dies and restarts under load.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::time::sleep;

use super::{Outcome, calls, show};
use crate::{
    load::{Load, drive},
    process::Server,
};

/// Requests per second.
const RATE: u64 = 500;

/// A Redis server, which is killed when the value is dropped.
struct Redis(Child);

impl Redis {
    fn start(port: u16) -> std::io::Result<Self> {
        let port = port.to_string();
        let arguments = ["--port", &port, "--save", "", "--appendonly", "no"];
        let mut redis = Command::new("redis-server");
        redis.args(arguments).stdout(Stdio::null());
        redis.spawn().map(Self)
    }

    /// Sends it a signal: `STOP`, `CONT`.
    fn signal(&self, name: &str) -> std::io::Result<()> {
        let process = self.0.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status()?;
        if sent.success() {
            Ok(())
        } else {
            Err(std::io::Error::other("the signal could not be sent"))
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Redis is paused, resumed, killed and restarted under a steady load: once alone, and once with a memory store in
/// front.
///
/// # Errors
///
/// If a server cannot be started.
pub async fn redis() -> Outcome {
    if Command::new("redis-server")
        .arg("--version")
        .output()
        .is_err()
    {
        println!("(`redis-server` is not installed: the outages of Redis are skipped)");
        return Ok(());
    }
    outages("false", "/plain").await?;
    // A TTL of one second: with longer ones, all entries would be in memory and Redis would not be used.
    outages("true", "/stale_if_error").await
}

async fn outages(front: &str, path: &str) -> Outcome {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let url = format!("redis://127.0.0.1:{port}");
    let upstream = Server::start("upstream", "5", &[])?;
    let store = Redis::start(port)?;
    let variables = [
        ("INFERENCE_CACHE_STORE", "redis"),
        ("INFERENCE_CACHE_URL", &*url),
        ("INFERENCE_CACHE_MEMORY_IN_FRONT", front),
    ];
    let server = Server::start("annotated", &upstream.url(), &variables)?;
    sleep(Duration::from_secs(1)).await;
    println!(
        "\nRedis at {RATE} requests per second of 200 different texts, memory in front: {front}"
    );
    let phase = async |name: &str, seconds: u64| -> Outcome {
        let before = calls(&upstream).await?;
        let load = Load {
            connections: 64,
            requests: RATE * seconds,
            texts: 200,
            rate: Some(RATE),
            first: 0,
        };
        let result = drive(&server.address, path, load).await;
        show(name, &result);
        println!("    upstream calls: {}", calls(&upstream).await? - before);
        Ok(())
    };
    phase("cold", 2).await?;
    phase("before", 5).await?;
    store.signal("STOP")?;
    phase("paused", 10).await?;
    store.signal("CONT")?;
    phase("the first second after", 1).await?;
    phase("after", 3).await?;
    drop(store);
    phase("killed", 10).await?;
    let _store = Redis::start(port)?;
    phase("the first two seconds after the restart", 2).await?;
    phase("after", 3).await
}
