//! A memory in front of another store.

use std::time::Duration;

use inference_runtime::cache::{MemoryStore, RedisStore, Tiered};
use inference_tests::{logs::Logs, redis::Redis};
use redis::cmd;
use tokio::time::Instant;

use super::{PATIENCE, Replica, patient};

fn tiered(redis: &Redis) -> Tiered {
    Tiered::new(MemoryStore::default(), patient(&redis.url())).timeout(PATIENCE)
}

#[tokio::test]
async fn what_is_in_front_needs_no_back() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let logs = Logs::capture();
    let one = Replica::new(tiered(&redis));
    let other = Replica::new(tiered(&redis));
    assert_eq!(one.ask("good").await, "POSITIVE model");
    // The back fills the front.
    assert_eq!(other.ask("good").await, "POSITIVE cache");
    redis.kill();
    for replica in [&one, &other] {
        for _ in 0..10 {
            assert_eq!(replica.ask("good").await, "POSITIVE cache");
        }
    }
    // The front goes on alone.
    assert_eq!(one.ask("bad").await, "NEGATIVE model");
    assert_eq!(one.ask("bad").await, "NEGATIVE cache");
    let log = logs.text();
    assert_eq!(log.matches("cache store unavailable").count(), 1, "{log}");

    redis.restart();
    let returned = Instant::now();
    for question in 0.. {
        let question = format!("good {question}");
        one.ask(&question).await;
        if other.ask(&question).await == "POSITIVE cache" {
            break;
        }
        assert!(returned.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_back_that_hangs_costs_nothing_to_what_is_in_front() {
    let Some(redis) = Redis::start() else { return };
    let back = RedisStore::new(redis.url()).expect("a store");
    let replica = Replica::hasty(Tiered::new(MemoryStore::default(), back));
    replica.ask("good").await;
    redis.stop();
    let started = Instant::now();
    for _ in 0..100 {
        assert_eq!(replica.ask("good").await, "POSITIVE cache");
    }
    let took = started.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
}

#[tokio::test]
async fn what_another_process_renewed_is_seen() {
    let Some(redis) = Redis::start() else { return };
    let one = Replica::new(patient(&redis.url()));
    let other = Replica::new(tiered(&redis));
    let path = "/kept_briefly";
    one.ask_at(path, "good").await;
    assert_eq!(other.ask_at(path, "good").await, "POSITIVE cache");
    while one.ask_at(path, "good").await != "POSITIVE model" {
        tokio::task::yield_now().await;
    }
    assert_eq!(other.ask_at(path, "good").await, "POSITIVE cache");
    assert_eq!(other.calls.count(), 0);
    // What the back has lost is still in front.
    redis.ask::<()>(&cmd("FLUSHALL"));
    assert_eq!(other.ask_at(path, "good").await, "POSITIVE cache");
}
