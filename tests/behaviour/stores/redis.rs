//! The Redis store: sharing, expiry, validation of stored bytes, and leases.

use std::time::Duration;

use futures_util::future::BoxFuture;
use inference_runtime::cache::{Entry, Key, LeaseToken, RedisStore, Store, StoreError};
use inference_tests::{logs::Logs, redis::Redis};
use redis::{Cmd, cmd};
use tokio::time::Instant;

use super::{LONG_TIMEOUT, Replica, redis_store};

fn store(redis: &Redis) -> RedisStore {
    redis_store(&redis.url())
}

#[tokio::test]
async fn replicas_with_one_server_share_entries() {
    let Some(redis) = Redis::start() else { return };
    let one = Replica::new(store(&redis));
    let other = Replica::new(store(&redis));
    assert_eq!(one.post("good").await, "POSITIVE model");
    assert_eq!(other.post("good").await, "POSITIVE cache");
    assert_eq!(one.post("good").await, "POSITIVE cache");
    assert_eq!(other.post("bad").await, "NEGATIVE model");
    assert_eq!(one.post("bad").await, "NEGATIVE cache");
    assert_eq!((one.calls.count(), other.calls.count()), (1, 1));
}

#[tokio::test]
async fn prefixes_separate_the_entries_of_programs() {
    let Some(redis) = Redis::start() else { return };
    let build = |prefix: &str| {
        let store = RedisStore::builder(redis.url())
            .prefix(prefix)
            .timeout(LONG_TIMEOUT)
            .build();
        Replica::new(store.expect("the store should open"))
    };
    let (one, other) = (build("shop"), build("blog"));
    assert_eq!(one.post("good").await, "POSITIVE model");
    assert_eq!(other.post("good").await, "POSITIVE model");
    let mut keys = redis.keys();
    keys.sort();
    assert!(keys[0].starts_with("blog:1:entry:"), "{keys:?}");
    assert!(keys[1].starts_with("shop:1:entry:"), "{keys:?}");
}

#[tokio::test]
async fn entry_has_its_ttl_in_redis() {
    let Some(redis) = Redis::start() else { return };
    let replica = Replica::new(store(&redis));
    replica.post("good").await;
    let [long] = redis.keys().try_into().expect("there should be one key");
    let ttl: u64 = redis.query(cmd("PTTL").arg(&long));
    assert!((299_000..=300_000).contains(&ttl), "{ttl} ms");

    replica.post_to("/cached_briefly", "bad").await;
    let brief = redis.keys().into_iter().find(|key| *key != long);
    let ttl: u64 = redis.query(cmd("PTTL").arg(brief.expect("there should be a second key")));
    assert!((1..=400).contains(&ttl), "{ttl} ms");
}

#[tokio::test]
async fn invalid_bytes_are_a_miss_and_are_overwritten() {
    let Some(redis) = Redis::start() else { return };
    let replica = Replica::new(store(&redis));
    replica.post("good").await;
    let [key] = redis.keys().try_into().expect("there should be one key");
    let whole: Vec<u8> = redis.query(&Cmd::get(&key));
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let mut newer = whole.clone();
    newer[4] += 1;
    for invalid in [
        Vec::new(),
        b"invalid".to_vec(),
        whole[..whole.len() - 1].to_vec(),
        flipped,
        newer,
        vec![0xff; 5_000_000],
    ] {
        redis.query::<()>(&Cmd::set(&key, invalid));
        assert_eq!(replica.post("good").await, "POSITIVE model");
        assert_eq!(replica.post("good").await, "POSITIVE cache");
    }
    // A value of another Redis type cannot be read at all.
    redis.query::<()>(&Cmd::del(&key));
    redis.query::<()>(&Cmd::lpush(&key, "invalid"));
    assert_eq!(replica.post("good").await, "POSITIVE model");
    assert_eq!(replica.post("good").await, "POSITIVE cache");

    // The entry of another input is not accepted under this key.
    replica.post("bad").await;
    let other = redis.keys().into_iter().find(|other| *other != key);
    let foreign: Vec<u8> = redis.query(&Cmd::get(other.expect("there should be a second key")));
    redis.query::<()>(&Cmd::set(&key, foreign));
    assert_eq!(replica.post("good").await, "POSITIVE model");
}

#[tokio::test]
async fn entry_above_max_entry_bytes_is_not_stored() {
    let Some(redis) = Redis::start() else { return };
    let store = RedisStore::builder(redis.url()).max_entry_bytes(20);
    let replica = Replica::new(store.build().expect("the store should open"));
    replica.post("good").await;
    assert_eq!(replica.post("good").await, "POSITIVE model");
    assert_eq!(redis.keys(), Vec::<String>::new());
}

/// Records the keys that a runtime looks up.
struct KeyRecorder(tokio::sync::mpsc::UnboundedSender<Key>);

impl Store for KeyRecorder {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        let _ = self.0.send(*key);
        Box::pin(async { Ok(None) })
    }

    fn put(&self, _: Key, _: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}

async fn a_key() -> Key {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    Replica::new(KeyRecorder(sender)).post("good").await;
    receiver.recv().await.expect("a key should be looked up")
}

#[tokio::test]
async fn lease_has_one_holder_at_a_time() {
    let Some(redis) = Redis::start() else { return };
    let (here, there) = (store(&redis), store(&redis));
    let key = a_key().await;
    let (one, other) = (LeaseToken::new([1; 16]), LeaseToken::new([2; 16]));
    let minute = Duration::from_secs(60);

    assert!(
        here.lease(&key, one, minute)
            .await
            .expect("the call should succeed")
    );
    assert!(
        !there
            .lease(&key, other, minute)
            .await
            .expect("the call should succeed")
    );
    // The holder can extend its lease.
    let hour = Duration::from_secs(3600);
    assert!(
        there
            .lease(&key, one, hour)
            .await
            .expect("the call should succeed")
    );
    let [name] = redis.keys().try_into().expect("there should be one key");
    let ttl: u64 = redis.query(cmd("PTTL").arg(&name));
    assert!((3_590_000..=3_600_000).contains(&ttl), "{ttl} ms");
    // Others cannot release it.
    there
        .release(&key, other)
        .await
        .expect("the call should succeed");
    assert!(
        !there
            .lease(&key, other, minute)
            .await
            .expect("the call should succeed")
    );
    here.release(&key, one)
        .await
        .expect("the call should succeed");
    assert!(
        there
            .lease(&key, other, minute)
            .await
            .expect("the call should succeed")
    );
}

#[tokio::test]
async fn lease_expires() {
    let Some(redis) = Redis::start() else { return };
    let store = store(&redis);
    let key = a_key().await;
    let (dead, alive) = (LeaseToken::new([1; 16]), LeaseToken::new([2; 16]));
    let brief = Duration::from_millis(100);
    let started = Instant::now();
    assert!(
        store
            .lease(&key, dead, brief)
            .await
            .expect("the call should succeed")
    );
    while !store
        .lease(&key, alive, brief)
        .await
        .expect("the call should succeed")
    {
        tokio::task::yield_now().await;
    }
    let held = started.elapsed();
    assert!(held >= Duration::from_millis(95), "{held:?}");
    assert!(held < Duration::from_secs(2), "{held:?}");
}

#[tokio::test]
async fn password_is_not_shown_in_debug_output_errors_or_log() {
    let Some(redis) = Redis::start_with(["--requirepass", "opensesame"]) else {
        return;
    };
    let logs = Logs::capture();
    let address = format!("127.0.0.1:{}", redis.port());
    let wrong = format!("redis://test-user:nottobeseen@{address}");
    let builder = RedisStore::builder(&wrong);
    let mut output = format!("{builder:?}");
    let store = builder.build().expect("the store should open");
    output.push_str(&format!("{store:?}"));
    let error = store
        .get(&a_key().await)
        .await
        .expect_err("the password should be rejected");
    output.push_str(&format!("{error} {error:?}"));
    assert_eq!(Replica::new(store).post("good").await, "POSITIVE model");
    for invalid in [
        format!("redis://:nottobeseen@{address}/notanumber"),
        "redis://:nottobeseen@".to_owned(),
        "nottobeseen".to_owned(),
        format!("rediss://:nottobeseen@{address}#insecure"),
    ] {
        let error = RedisStore::new(&invalid).expect_err("the URL should be invalid");
        output.push_str(&format!("{error} {error:?}"));
    }
    let log = logs.text();
    assert!(
        log.contains("cache store unavailable, bypassing it: redis"),
        "{log}"
    );
    assert!(!output.contains("nottobeseen"), "{output}");
    assert!(!log.contains("nottobeseen"), "{log}");
}
