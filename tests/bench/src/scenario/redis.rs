//! A Redis that hangs, dies and comes back under load.

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

/// Requests a second.
const RATE: u64 = 500;

/// A Redis of our own, which is killed when it is dropped.
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
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The store is stopped, goes on, is killed and is started again, while answers are asked for at a steady rate: with
/// Redis alone, and with a memory in front of it.
///
/// # Errors
///
/// Where a server cannot be started.
pub async fn redis() -> Outcome {
    if Command::new("redis-server")
        .arg("--version")
        .output()
        .is_err()
    {
        println!("(no `redis-server`: the outages of a Redis are left out)");
        return Ok(());
    }
    outages("false", "/plain").await?;
    // Entries of a second: those of an hour would all be in memory, and Redis never asked.
    outages("true", "/lasting").await
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
        "\nRedis at {RATE} requests a second of 200 different texts, memory in front: {front}"
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
        let went = drive(&server.address, path, load).await;
        show(name, &went);
        println!("    upstream calls: {}", calls(&upstream).await? - before);
        Ok(())
    };
    phase("cold", 2).await?;
    phase("before", 5).await?;
    store.signal("STOP")?;
    phase("hung", 10).await?;
    store.signal("CONT")?;
    phase("the first second after", 1).await?;
    phase("after", 3).await?;
    drop(store);
    phase("killed", 10).await?;
    let _store = Redis::start(port)?;
    phase("the first two seconds after its start", 2).await?;
    phase("after", 3).await
}
