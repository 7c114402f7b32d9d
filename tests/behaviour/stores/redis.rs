//! Answers in Redis: shared, for as long as they say, and nothing but whole ones.

use std::time::Duration;

use futures_util::future::BoxFuture;
use inference_runtime::cache::{Entry, Key, LeaseToken, RedisStore, Store, StoreError};
use inference_tests::{logs::Logs, redis::Redis};
use redis::{Cmd, cmd};
use tokio::time::Instant;

use super::{PATIENCE, Replica, patient};

fn store(redis: &Redis) -> RedisStore {
    patient(&redis.url())
}

#[tokio::test]
async fn replicas_on_one_server_share_their_answers() {
    let Some(redis) = Redis::start() else { return };
    let one = Replica::new(store(&redis));
    let other = Replica::new(store(&redis));
    assert_eq!(one.ask("good").await, "POSITIVE model");
    assert_eq!(other.ask("good").await, "POSITIVE cache");
    assert_eq!(one.ask("good").await, "POSITIVE cache");
    assert_eq!(other.ask("bad").await, "NEGATIVE model");
    assert_eq!(one.ask("bad").await, "NEGATIVE cache");
    assert_eq!((one.calls.count(), other.calls.count()), (1, 1));
}

#[tokio::test]
async fn prefixes_keep_programs_apart() {
    let Some(redis) = Redis::start() else { return };
    let build = |prefix: &str| {
        let store = RedisStore::builder(redis.url())
            .prefix(prefix)
            .timeout(PATIENCE)
            .build();
        Replica::new(store.expect("a store"))
    };
    let (one, other) = (build("shop"), build("blog"));
    assert_eq!(one.ask("good").await, "POSITIVE model");
    assert_eq!(other.ask("good").await, "POSITIVE model");
    let mut keys = redis.keys();
    keys.sort();
    assert!(keys[0].starts_with("blog:1:entry:"), "{keys:?}");
    assert!(keys[1].starts_with("shop:1:entry:"), "{keys:?}");
}

#[tokio::test]
async fn the_server_drops_each_entry_when_its_time_is_over() {
    let Some(redis) = Redis::start() else { return };
    let replica = Replica::new(store(&redis));
    replica.ask("good").await;
    let [long] = redis.keys().try_into().expect("one key");
    let lives: u64 = redis.ask(cmd("PTTL").arg(&long));
    assert!((299_000..=300_000).contains(&lives), "{lives} ms");

    replica.ask_at("/kept_briefly", "bad").await;
    let brief = redis.keys().into_iter().find(|key| *key != long);
    let lives: u64 = redis.ask(cmd("PTTL").arg(brief.expect("another key")));
    assert!((1..=400).contains(&lives), "{lives} ms");
}

#[tokio::test]
async fn rubbish_is_a_miss_and_is_written_over() {
    let Some(redis) = Redis::start() else { return };
    let replica = Replica::new(store(&redis));
    replica.ask("good").await;
    let [key] = redis.keys().try_into().expect("one key");
    let whole: Vec<u8> = redis.ask(&Cmd::get(&key));
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let mut newer = whole.clone();
    newer[4] += 1;
    for rubbish in [
        Vec::new(),
        b"rubbish".to_vec(),
        whole[..whole.len() - 1].to_vec(),
        flipped,
        newer,
        vec![0xff; 5_000_000],
    ] {
        redis.ask::<()>(&Cmd::set(&key, rubbish));
        assert_eq!(replica.ask("good").await, "POSITIVE model");
        assert_eq!(replica.ask("good").await, "POSITIVE cache");
    }
    // A thing of another type cannot even be read.
    redis.ask::<()>(&Cmd::del(&key));
    redis.ask::<()>(&Cmd::lpush(&key, "rubbish"));
    assert_eq!(replica.ask("good").await, "POSITIVE model");
    assert_eq!(replica.ask("good").await, "POSITIVE cache");

    // What another question left is not this one's answer.
    replica.ask("bad").await;
    let other = redis.keys().into_iter().find(|other| *other != key);
    let foreign: Vec<u8> = redis.ask(&Cmd::get(other.expect("another key")));
    redis.ask::<()>(&Cmd::set(&key, foreign));
    assert_eq!(replica.ask("good").await, "POSITIVE model");
}

#[tokio::test]
async fn a_large_entry_is_not_kept() {
    let Some(redis) = Redis::start() else { return };
    let store = RedisStore::builder(redis.url()).max_entry_bytes(20);
    let replica = Replica::new(store.build().expect("a store"));
    replica.ask("good").await;
    assert_eq!(replica.ask("good").await, "POSITIVE model");
    assert_eq!(redis.keys(), Vec::<String>::new());
}

/// Shows the keys of what a runtime asks.
struct Spy(tokio::sync::mpsc::UnboundedSender<Key>);

impl Store for Spy {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        let _ = self.0.send(*key);
        Box::pin(async { Ok(None) })
    }

    fn put(&self, _: Key, _: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}

async fn a_key() -> Key {
    let (show, mut shown) = tokio::sync::mpsc::unbounded_channel();
    Replica::new(Spy(show)).ask("good").await;
    shown.recv().await.expect("a key")
}

#[tokio::test]
async fn one_holder_at_a_time_has_the_lease() {
    let Some(redis) = Redis::start() else { return };
    let (here, there) = (store(&redis), store(&redis));
    let key = a_key().await;
    let (one, other) = (LeaseToken::new([1; 16]), LeaseToken::new([2; 16]));
    let minute = Duration::from_secs(60);

    assert!(here.lease(&key, one, minute).await.expect("an answer"));
    assert!(!there.lease(&key, other, minute).await.expect("an answer"));
    // Who has it keeps it, for as long as is said now.
    let hour = Duration::from_secs(3600);
    assert!(there.lease(&key, one, hour).await.expect("an answer"));
    let [name] = redis.keys().try_into().expect("one key");
    let lives: u64 = redis.ask(cmd("PTTL").arg(&name));
    assert!((3_590_000..=3_600_000).contains(&lives), "{lives} ms");
    // Who does not have it cannot give it back.
    there.release(&key, other).await.expect("an answer");
    assert!(!there.lease(&key, other, minute).await.expect("an answer"));
    here.release(&key, one).await.expect("an answer");
    assert!(there.lease(&key, other, minute).await.expect("an answer"));
}

#[tokio::test]
async fn a_lease_ends_by_itself() {
    let Some(redis) = Redis::start() else { return };
    let store = store(&redis);
    let key = a_key().await;
    let (dead, alive) = (LeaseToken::new([1; 16]), LeaseToken::new([2; 16]));
    let brief = Duration::from_millis(100);
    let started = Instant::now();
    assert!(store.lease(&key, dead, brief).await.expect("an answer"));
    while !store.lease(&key, alive, brief).await.expect("an answer") {
        tokio::task::yield_now().await;
    }
    let held = started.elapsed();
    assert!(held >= Duration::from_millis(95), "{held:?}");
    assert!(held < Duration::from_secs(2), "{held:?}");
}

#[tokio::test]
async fn secrets_are_nowhere_to_be_read() {
    let Some(redis) = Redis::with(["--requirepass", "opensesame"]) else {
        return;
    };
    let logs = Logs::capture();
    let address = format!("127.0.0.1:{}", redis.port());
    let wrong = format!("redis://somebody:nottobeseen@{address}");
    let builder = RedisStore::builder(&wrong);
    let mut shown = format!("{builder:?}");
    let store = builder.build().expect("a store");
    shown.push_str(&format!("{store:?}"));
    let error = store.get(&a_key().await).await.expect_err("refused");
    shown.push_str(&format!("{error} {error:?}"));
    assert_eq!(Replica::new(store).ask("good").await, "POSITIVE model");
    for unreadable in [
        format!("redis://:nottobeseen@{address}/notanumber"),
        "redis://:nottobeseen@".to_owned(),
        "nottobeseen".to_owned(),
        format!("rediss://:nottobeseen@{address}#insecure"),
    ] {
        let error = RedisStore::new(&unreadable).expect_err("unreadable");
        shown.push_str(&format!("{error} {error:?}"));
    }
    let log = logs.text();
    assert!(
        log.contains("cache store unavailable, bypassing it: redis"),
        "{log}"
    );
    assert!(!shown.contains("nottobeseen"), "{shown}");
    assert!(!log.contains("nottobeseen"), "{log}");
}
