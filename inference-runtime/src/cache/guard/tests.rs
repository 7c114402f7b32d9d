use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::future::{join_all, pending, ready};

use super::*;

/// A store that does as it is told, and counts what it is asked.
#[derive(Default)]
struct Moody {
    mood: Mutex<Mood>,
    asked: AtomicUsize,
}

#[derive(Clone, Copy, Default)]
enum Mood {
    #[default]
    Well,
    Failing,
    Hanging,
}

impl Moody {
    fn be(&self, mood: Mood) {
        *self.mood.lock().expect("no panic") = mood;
    }

    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }

    fn answer<V: Send + 'static>(&self, value: V) -> BoxFuture<'_, Result<V, StoreError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match *self.mood.lock().expect("no panic") {
            Mood::Well => ready(Ok(value)).boxed(),
            Mood::Failing => ready(Err(StoreError::new("out of order"))).boxed(),
            Mood::Hanging => pending().boxed(),
        }
    }
}

impl Store for Moody {
    fn get<'a>(&'a self, _: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        self.answer(None)
    }

    fn put(&self, _: Key, _: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        self.answer(())
    }
}

fn guarded() -> (Arc<Moody>, Guard) {
    let store = Arc::new(Moody::default());
    let guard = Guard::new(store.clone(), TIMEOUT);
    (store, guard)
}

const KEY: Key = Key::from_bytes([1; 32]);

#[tokio::test(start_paused = true)]
async fn a_failure_leaves_the_store_out_for_a_moment() {
    let (store, guard) = guarded();
    store.be(Mood::Failing);
    guard.get(&KEY).await;
    assert!(guard.is_unavailable());
    for _ in 0..100 {
        guard.get(&KEY).await;
    }
    assert_eq!(store.asked(), 1);

    store.be(Mood::Well);
    tokio::time::advance(PAUSE - Duration::from_millis(1)).await;
    guard.get(&KEY).await;
    assert_eq!(store.asked(), 0);
    tokio::time::advance(Duration::from_millis(1)).await;
    guard.get(&KEY).await;
    assert!(!guard.is_unavailable());
    guard.get(&KEY).await;
    assert_eq!(store.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_costs_its_time_once_for_each_probe() {
    let (store, guard) = guarded();
    store.be(Mood::Hanging);
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
    assert_eq!(store.asked(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_probe_whose_caller_goes_away_is_followed_by_another() {
    let (store, guard) = guarded();
    store.be(Mood::Failing);
    guard.get(&KEY).await;
    tokio::time::advance(PAUSE).await;
    store.be(Mood::Hanging);
    assert!(guard.get(&KEY).now_or_never().is_none());
    store.be(Mood::Well);
    guard.get(&KEY).await;
    assert!(guard.is_unavailable());
    tokio::time::advance(PAUSE).await;
    guard.get(&KEY).await;
    assert!(!guard.is_unavailable());
}

#[tokio::test(start_paused = true)]
async fn it_is_back_within_a_second() {
    let (store, guard) = guarded();
    store.be(Mood::Hanging);
    let hung_for = Duration::from_secs(60);
    let started = Instant::now();
    while started.elapsed() < hung_for {
        guard.get(&KEY).await;
        tokio::time::advance(Duration::from_millis(7)).await;
    }
    // Once in `PAUSE`, and each took its time.
    let most = hung_for.as_millis() / PAUSE.as_millis() + 1;
    assert!(store.asked() as u128 <= most);

    store.be(Mood::Well);
    let returned = Instant::now();
    while guard.is_unavailable() {
        guard.get(&KEY).await;
        tokio::time::advance(Duration::from_millis(7)).await;
    }
    assert!(returned.elapsed() < Duration::from_millis(500));
}
