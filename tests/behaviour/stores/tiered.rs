//! `Tiered`: a memory store in front of another store.

use std::time::Duration;

use inference_runtime::cache::{MemoryStore, RedisStore, Tiered};
use inference_tests::{logs::Logs, redis::Redis};
use redis::cmd;
use tokio::time::Instant;

use super::{LONG_TIMEOUT, Replica, redis_store};

fn tiered(redis: &Redis) -> Tiered {
    Tiered::new(MemoryStore::default(), redis_store(&redis.url())).timeout(LONG_TIMEOUT)
}

#[tokio::test]
async fn front_store_works_without_the_back_store() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let logs = Logs::capture();
    let one = Replica::new(tiered(&redis));
    let other = Replica::new(tiered(&redis));
    assert_eq!(one.post("good").await, "POSITIVE model");
    // A hit in the back store fills the front store.
    assert_eq!(other.post("good").await, "POSITIVE cache");
    redis.kill();
    for replica in [&one, &other] {
        for _ in 0..10 {
            assert_eq!(replica.post("good").await, "POSITIVE cache");
        }
    }
    // The front store continues alone.
    assert_eq!(one.post("bad").await, "NEGATIVE model");
    assert_eq!(one.post("bad").await, "NEGATIVE cache");
    let log = logs.text();
    assert_eq!(log.matches("cache store unavailable").count(), 1, "{log}");

    redis.restart();
    let returned = Instant::now();
    for number in 0.. {
        let text = format!("good {number}");
        one.post(&text).await;
        if other.post(&text).await == "POSITIVE cache" {
            break;
        }
        assert!(returned.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn hanging_back_store_does_not_delay_front_hits() {
    let Some(redis) = Redis::start() else { return };
    let back = RedisStore::new(redis.url()).expect("the store should open");
    let replica = Replica::with_default_timeout(Tiered::new(MemoryStore::default(), back));
    replica.post("good").await;
    redis.pause();
    let started = Instant::now();
    for _ in 0..100 {
        assert_eq!(replica.post("good").await, "POSITIVE cache");
    }
    let took = started.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
}

#[tokio::test]
async fn entry_refreshed_by_another_process_is_used() {
    let Some(redis) = Redis::start() else { return };
    let one = Replica::new(redis_store(&redis.url()));
    let other = Replica::new(tiered(&redis));
    let path = "/cached_for_two_seconds";
    one.post_to(path, "good").await;
    assert_eq!(other.post_to(path, "good").await, "POSITIVE cache");
    while one.post_to(path, "good").await != "POSITIVE model" {
        // The entry expires by the clock of Redis.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(other.post_to(path, "good").await, "POSITIVE cache");
    assert_eq!(other.calls.count(), 0);
    // An entry lost by the back store is still in the front store.
    redis.query::<()>(&cmd("FLUSHALL"));
    assert_eq!(other.post_to(path, "good").await, "POSITIVE cache");
}
