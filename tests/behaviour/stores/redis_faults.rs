//! A Redis server that is missing, dies, hangs, is full or rejects the client: requests never fail because of it, and
//! it is used again within a second of its return.

use std::time::Duration;

use inference_runtime::cache::RedisStore;
use inference_tests::{
    logs::Logs,
    redis::{Redis, free_port},
};
use redis::cmd;
use tokio::time::Instant;

use super::{Replica, redis_store};

/// The time within which the server is used again.
const RECOVERY_LIMIT: Duration = Duration::from_secs(1);

fn replica(url: &str) -> Replica {
    Replica::new(redis_store(url))
}

fn replica_with_default_timeout(url: &str) -> Replica {
    Replica::with_default_timeout(RedisStore::new(url).expect("the store should open"))
}

/// Sends requests until one is a cache hit, and checks that this does not take too long.
async fn assert_recovers(replica: &Replica) {
    let returned = Instant::now();
    while replica.post("good").await != "POSITIVE cache" {
        tokio::task::yield_now().await;
        assert!(
            returned.elapsed() < RECOVERY_LIMIT,
            "{:?}",
            returned.elapsed()
        );
    }
}

/// Sends requests for this time, and returns the longest response time and the number of slow responses.
async fn send_requests_for(replica: &Replica, time: Duration) -> (Duration, usize) {
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    let mut slow = 0;
    while started.elapsed() < time {
        let sent = Instant::now();
        assert!(replica.post("good").await.starts_with("POSITIVE"));
        let took = sent.elapsed();
        slowest = slowest.max(took);
        slow += usize::from(took > Duration::from_millis(40));
        tokio::task::yield_now().await;
    }
    (slowest, slow)
}

#[tokio::test]
async fn server_down_at_the_start_is_used_once_it_is_up() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    redis.kill();
    let logs = Logs::capture();
    let replica = replica(&redis.url());
    send_requests_for(&replica, Duration::from_millis(600)).await;
    redis.restart();
    assert_recovers(&replica).await;
    let log = logs.text();
    assert_eq!(log.matches("cache store unavailable").count(), 1, "{log}");
    assert_eq!(
        log.matches("cache store available again").count(),
        1,
        "{log}"
    );
}

#[tokio::test]
async fn killed_server_is_used_again_after_its_restart() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let replica = replica(&redis.url());
    replica.post("good").await;
    for _ in 0..3 {
        redis.kill();
        let (slowest, _) = send_requests_for(&replica, Duration::from_millis(400)).await;
        assert!(slowest < Duration::from_millis(200), "{slowest:?}");
        redis.restart();
        assert_recovers(&replica).await;
    }
}

#[tokio::test]
async fn hanging_server_delays_only_the_probes() {
    let Some(redis) = Redis::start() else { return };
    let replica = replica_with_default_timeout(&redis.url());
    replica.post("good").await;
    assert_eq!(replica.post("good").await, "POSITIVE cache");
    redis.pause();
    let (slowest, slow) = send_requests_for(&replica, Duration::from_millis(1_500)).await;
    assert!(slowest < Duration::from_millis(200), "{slowest:?}");
    // At most one probe in 250 ms.
    assert!((1..=8).contains(&slow), "{slow}");
    redis.resume();
    assert_recovers(&replica).await;
}

#[tokio::test]
async fn server_that_hangs_during_connection_setup_delays_only_the_probes() {
    let Some(redis) = Redis::start() else { return };
    redis.pause();
    // With a database number, a command is sent as soon as the connection is open.
    let replica = replica_with_default_timeout(&format!("redis://127.0.0.1:{}/3", redis.port()));
    let (slowest, _) = send_requests_for(&replica, Duration::from_millis(800)).await;
    assert!(slowest < Duration::from_millis(200), "{slowest:?}");
    redis.resume();
    assert_recovers(&replica).await;
}

#[tokio::test]
async fn full_server_stores_nothing_and_still_returns_its_entries() {
    let Some(redis) = Redis::start_with(["--maxmemory-policy", "noeviction"]) else {
        return;
    };
    let logs = Logs::capture();
    let replica = replica(&redis.url());
    replica.post("good").await;
    redis.query::<()>(cmd("CONFIG").arg("SET").arg("maxmemory").arg("1"));
    for _ in 0..3 {
        assert_eq!(replica.post("bad").await, "NEGATIVE model");
        assert_eq!(replica.post("good").await, "POSITIVE cache");
    }
    redis.query::<()>(cmd("CONFIG").arg("SET").arg("maxmemory").arg("0"));
    replica.post("bad").await;
    assert_eq!(replica.post("bad").await, "NEGATIVE cache");
    let log = logs.text();
    assert_eq!(log.matches("redis rejects writes").count(), 1, "{log}");
    assert!(log.contains("`OOM`"), "{log}");
    assert!(!log.contains("cache store unavailable"), "{log}");
}

#[tokio::test]
async fn server_is_used_once_it_accepts_the_password() {
    let Some(redis) = Redis::start() else { return };
    let logs = Logs::capture();
    let url = format!("redis://test-user:opensesame@127.0.0.1:{}/0", redis.port());
    let replica = replica(&url);
    send_requests_for(&replica, Duration::from_millis(300)).await;
    let log = logs.text();
    assert!(
        log.contains("cache store unavailable, bypassing it: redis"),
        "{log}"
    );

    let rule = ["SETUSER", "test-user", "on", ">opensesame", "~*", "+@all"];
    redis.query::<()>(cmd("ACL").arg(&rule));
    assert_recovers(&replica).await;
}

#[tokio::test]
async fn server_with_too_many_clients_is_used_once_a_connection_is_free() {
    let Some(redis) = Redis::start() else { return };
    let occupied = std::net::TcpStream::connect(("127.0.0.1", redis.port()))
        .expect("the server should accept a connection");
    // Two connections: the one that occupies the server, and the one of this command, which is closed afterwards.
    redis.query::<()>(cmd("CONFIG").arg("SET").arg("maxclients").arg(1));
    let replica = replica(&redis.url());
    send_requests_for(&replica, Duration::from_millis(300)).await;
    drop(occupied);
    assert_recovers(&replica).await;
}

#[tokio::test]
async fn unreachable_server_does_not_delay_requests() {
    let replica = replica(&format!("redis://127.0.0.1:{}", free_port()));
    let (slowest, _) = send_requests_for(&replica, Duration::from_millis(300)).await;
    assert!(slowest < Duration::from_millis(200), "{slowest:?}");
}
