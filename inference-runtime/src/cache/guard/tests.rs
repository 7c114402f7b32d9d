use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::future::{join_all, pending, ready};

use super::*;

/// A store whose behavior the test sets, and which counts accesses.
#[derive(Default)]
struct FaultyStore {
    health: Mutex<Health>,
    accesses: AtomicUsize,
}

#[derive(Clone, Copy, Default)]
enum Health {
    #[default]
    Healthy,
    Failing,
    Hanging,
}

impl FaultyStore {
    fn set(&self, health: Health) {
        *self.health.lock().expect("no panic") = health;
    }

    fn take_accesses(&self) -> usize {
        self.accesses.swap(0, Ordering::SeqCst)
    }

    fn respond<V: Send + 'static>(&self, value: V) -> BoxFuture<'_, Result<V, StoreError>> {
        self.accesses.fetch_add(1, Ordering::SeqCst);
        match *self.health.lock().expect("no panic") {
            Health::Healthy => ready(Ok(value)).boxed(),
            Health::Failing => ready(Err(StoreError::new("store failed"))).boxed(),
            Health::Hanging => pending().boxed(),
        }
    }
}

impl Store for FaultyStore {
    fn get<'a>(&'a self, _: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        self.respond(None)
    }

    fn put(&self, _: Key, _: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        self.respond(())
    }
}

fn guarded() -> (Arc<FaultyStore>, Guard) {
    let store = Arc::new(FaultyStore::default());
    let guard = Guard::new(store.clone(), TIMEOUT);
    (store, guard)
}

const KEY: Key = Key::from_bytes([1; 32]);

#[tokio::test(start_paused = true)]
async fn failed_store_is_bypassed_during_the_pause() {
    let (store, guard) = guarded();
    store.set(Health::Failing);
    guard.get(&KEY).await;
    assert!(guard.is_unavailable());
    for _ in 0..100 {
        guard.get(&KEY).await;
    }
    assert_eq!(store.take_accesses(), 1);

    store.set(Health::Healthy);
    tokio::time::advance(PAUSE - Duration::from_millis(1)).await;
    guard.get(&KEY).await;
    assert_eq!(store.take_accesses(), 0);
    tokio::time::advance(Duration::from_millis(1)).await;
    guard.get(&KEY).await;
    assert!(!guard.is_unavailable());
    guard.get(&KEY).await;
    assert_eq!(store.take_accesses(), 2);
}

#[tokio::test(start_paused = true)]
async fn hanging_store_costs_one_timeout_per_probe() {
    let (store, guard) = guarded();
    store.set(Health::Hanging);
    let started = Instant::now();
    guard.get(&KEY).await;
    assert_eq!(started.elapsed(), TIMEOUT);
    for _ in 0..4 {
        tokio::time::advance(PAUSE).await;
        let started = Instant::now();
        join_all((0..50).map(|_| guard.get(&KEY))).await;
        assert_eq!(started.elapsed(), TIMEOUT);
        let started = Instant::now();
        join_all((0..50).map(|_| guard.get(&KEY))).await;
        assert_eq!(started.elapsed(), Duration::ZERO);
    }
    assert_eq!(store.take_accesses(), 5);
}

#[tokio::test(start_paused = true)]
async fn dropped_probe_is_followed_by_another_probe() {
    let (store, guard) = guarded();
    store.set(Health::Failing);
    guard.get(&KEY).await;
    tokio::time::advance(PAUSE).await;
    store.set(Health::Hanging);
    assert!(guard.get(&KEY).now_or_never().is_none());
    store.set(Health::Healthy);
    guard.get(&KEY).await;
    assert!(guard.is_unavailable());
    tokio::time::advance(PAUSE).await;
    guard.get(&KEY).await;
    assert!(!guard.is_unavailable());
}

#[tokio::test(start_paused = true)]
async fn recovered_store_is_used_again_within_half_a_second() {
    let (store, guard) = guarded();
    store.set(Health::Hanging);
    let hung_for = Duration::from_secs(60);
    let started = Instant::now();
    while started.elapsed() < hung_for {
        guard.get(&KEY).await;
        tokio::time::advance(Duration::from_millis(7)).await;
    }
    // At most one probe per `PAUSE`.
    let most = hung_for.as_millis() / PAUSE.as_millis() + 1;
    assert!(store.take_accesses() as u128 <= most);

    store.set(Health::Healthy);
    let recovered = Instant::now();
    while guard.is_unavailable() {
        guard.get(&KEY).await;
        tokio::time::advance(Duration::from_millis(7)).await;
    }
    assert!(recovered.elapsed() < Duration::from_millis(500));
}
