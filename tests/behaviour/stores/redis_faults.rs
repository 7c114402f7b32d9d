//! A server that is not there, dies, hangs, is full or refuses: requests never fail for it, and it is used again within a
//! second of its return.

use std::time::Duration;

use inference_runtime::cache::RedisStore;
use inference_tests::{
    logs::Logs,
    redis::{Redis, free_port},
};
use redis::cmd;
use tokio::time::Instant;

use super::{Replica, patient};

/// Used again within this time.
const BACK: Duration = Duration::from_secs(1);

fn replica(url: &str) -> Replica {
    Replica::new(patient(url))
}

fn hasty(url: &str) -> Replica {
    Replica::hasty(RedisStore::new(url).expect("a store"))
}

/// Asks until the cache answers again, and checks that it did not take too long.
async fn back_in_time(replica: &Replica) {
    let returned = Instant::now();
    while replica.ask("good").await != "POSITIVE cache" {
        tokio::task::yield_now().await;
        assert!(returned.elapsed() < BACK, "{:?}", returned.elapsed());
    }
}

/// Asks for a while, and gives back how long the slowest answer took and how many took long.
async fn ask_for(replica: &Replica, time: Duration) -> (Duration, usize) {
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    let mut slow = 0;
    while started.elapsed() < time {
        let asked = Instant::now();
        assert!(replica.ask("good").await.starts_with("POSITIVE"));
        let took = asked.elapsed();
        slowest = slowest.max(took);
        slow += usize::from(took > Duration::from_millis(40));
        tokio::task::yield_now().await;
    }
    (slowest, slow)
}

#[tokio::test]
async fn a_server_that_is_down_at_the_start_is_used_when_it_comes() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    redis.kill();
    let logs = Logs::capture();
    let replica = replica(&redis.url());
    ask_for(&replica, Duration::from_millis(600)).await;
    redis.restart();
    back_in_time(&replica).await;
    let log = logs.text();
    assert_eq!(log.matches("cache store unavailable").count(), 1, "{log}");
    assert_eq!(
        log.matches("cache store available again").count(),
        1,
        "{log}"
    );
}

#[tokio::test]
async fn a_server_that_is_killed_is_used_again_when_it_is_back() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let replica = replica(&redis.url());
    replica.ask("good").await;
    for _ in 0..3 {
        redis.kill();
        let (slowest, _) = ask_for(&replica, Duration::from_millis(400)).await;
        assert!(slowest < Duration::from_millis(200), "{slowest:?}");
        redis.restart();
        back_in_time(&replica).await;
    }
}

#[tokio::test]
async fn a_server_that_hangs_costs_its_time_once_in_a_while() {
    let Some(redis) = Redis::start() else { return };
    let replica = hasty(&redis.url());
    replica.ask("good").await;
    assert_eq!(replica.ask("good").await, "POSITIVE cache");
    redis.stop();
    let (slowest, slow) = ask_for(&replica, Duration::from_millis(1_500)).await;
    assert!(slowest < Duration::from_millis(200), "{slowest:?}");
    // At most one in 250 ms.
    assert!((1..=8).contains(&slow), "{slow}");
    redis.go_on();
    back_in_time(&replica).await;
}

#[tokio::test]
async fn a_server_that_hangs_while_it_is_connected_to_costs_no_more() {
    let Some(redis) = Redis::start() else { return };
    redis.stop();
    // With a database, the server is asked for it as soon as it is connected to.
    let replica = hasty(&format!("redis://127.0.0.1:{}/3", redis.port()));
    let (slowest, _) = ask_for(&replica, Duration::from_millis(800)).await;
    assert!(slowest < Duration::from_millis(200), "{slowest:?}");
    redis.go_on();
    back_in_time(&replica).await;
}

#[tokio::test]
async fn a_full_server_keeps_nothing_more_and_gives_what_it_has() {
    let Some(redis) = Redis::with(["--maxmemory-policy", "noeviction"]) else {
        return;
    };
    let logs = Logs::capture();
    let replica = replica(&redis.url());
    replica.ask("good").await;
    redis.ask::<()>(cmd("CONFIG").arg("SET").arg("maxmemory").arg("1"));
    for _ in 0..3 {
        assert_eq!(replica.ask("bad").await, "NEGATIVE model");
        assert_eq!(replica.ask("good").await, "POSITIVE cache");
    }
    redis.ask::<()>(cmd("CONFIG").arg("SET").arg("maxmemory").arg("0"));
    replica.ask("bad").await;
    assert_eq!(replica.ask("bad").await, "NEGATIVE cache");
    let log = logs.text();
    assert_eq!(log.matches("redis rejects writes").count(), 1, "{log}");
    assert!(log.contains("`OOM`"), "{log}");
    assert!(!log.contains("cache store unavailable"), "{log}");
}

#[tokio::test]
async fn a_server_that_refuses_the_password_is_used_when_it_takes_it() {
    let Some(redis) = Redis::start() else { return };
    let logs = Logs::capture();
    let url = format!("redis://somebody:opensesame@127.0.0.1:{}/0", redis.port());
    let replica = replica(&url);
    ask_for(&replica, Duration::from_millis(300)).await;
    let log = logs.text();
    assert!(
        log.contains("cache store unavailable, bypassing it: redis"),
        "{log}"
    );

    let rule = ["SETUSER", "somebody", "on", ">opensesame", "~*", "+@all"];
    redis.ask::<()>(cmd("ACL").arg(&rule));
    back_in_time(&replica).await;
}

#[tokio::test]
async fn a_server_with_too_many_clients_is_used_when_it_has_room() {
    let Some(redis) = Redis::start() else { return };
    let occupied = std::net::TcpStream::connect(("127.0.0.1", redis.port())).expect("connected");
    // Two: the one that occupies it, and the one that says so and goes.
    redis.ask::<()>(cmd("CONFIG").arg("SET").arg("maxclients").arg(1));
    let replica = replica(&redis.url());
    ask_for(&replica, Duration::from_millis(300)).await;
    drop(occupied);
    back_in_time(&replica).await;
}

#[tokio::test]
async fn a_server_nobody_answers_for_costs_nothing_to_others() {
    let replica = replica(&format!("redis://127.0.0.1:{}", free_port()));
    let (slowest, _) = ask_for(&replica, Duration::from_millis(300)).await;
    assert!(slowest < Duration::from_millis(200), "{slowest:?}");
}
