//! The disk store: persistence across restarts, and limits.

use std::{path::Path, time::Duration};

use inference_runtime::cache::{DiskStore, Store};
use inference_tests::logs::Logs;
use tokio::time::Instant;

use super::Replica;
use crate::configuration::{RunningService, start_error};

fn replica(path: &Path) -> Replica {
    Replica::new(DiskStore::open(path).expect("the store should open"))
}

#[tokio::test]
async fn entries_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("made/on/the/way.redb");
    let first = replica(&path);
    assert_eq!(first.post("good").await, "POSITIVE model");
    // Before and after the entry is written to disk.
    for _ in 0..100 {
        assert_eq!(first.post("good").await, "POSITIVE cache");
    }
    drop(first);
    let second = replica(&path);
    assert_eq!(second.post("good").await, "POSITIVE cache");
    assert_eq!(second.post("bad").await, "NEGATIVE model");
    assert_eq!(second.calls.count(), 1);
}

#[tokio::test]
async fn expired_entry_is_removed() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    let store = DiskStore::open(&path).expect("the store should open");
    let replica = Replica::new(store);
    replica.post_to("/cached_briefly", "good").await;
    let stored = Instant::now();
    while replica.post_to("/cached_briefly", "good").await != "POSITIVE model" {
        tokio::task::yield_now().await;
    }
    assert!(stored.elapsed() >= Duration::from_millis(395));
    let renewed = Instant::now();
    while renewed.elapsed() < Duration::from_millis(450) {
        replica.post_to("/cached_briefly", "good").await;
        tokio::task::yield_now().await;
    }
    replica.post("bad").await;
    drop(replica);
    let store = DiskStore::open(&path).expect("the store should open");
    // The long-lived entry, and at most the last short-lived one.
    let entries = store.entries().expect("the entries should be counted");
    assert!((1..=2).contains(&entries), "{entries}");
}

#[tokio::test]
async fn max_entries_evicts_the_oldest_entries() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    let open = || {
        let builder = DiskStore::builder(&path).max_entries(50);
        builder.open().expect("the store should open")
    };
    let replica = Replica::new(open());
    for number in 0..500 {
        replica.post(&format!("good {number}")).await;
    }
    drop(replica);
    let store = open();
    assert_eq!(store.entries(), Some(50));
    // The oldest entries were removed.
    let replica = Replica::new(store);
    assert_eq!(replica.post("good 499").await, "POSITIVE cache");
    assert_eq!(replica.post("good 0").await, "POSITIVE model");
}

#[tokio::test]
async fn max_bytes_limits_the_file() {
    const LIMIT: u64 = 64 * 1024;
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    let replica = Replica::new(
        DiskStore::builder(&path)
            .max_bytes(LIMIT)
            .open()
            .expect("the store should open"),
    );
    let mut sizes = Vec::new();
    for round in 0..5 {
        for number in 0..600 {
            replica.post(&format!("good {round} {number}")).await;
        }
        sizes.push(
            std::fs::metadata(&path)
                .expect("the file should be readable")
                .len(),
        );
    }
    // The file stops growing: the space of removed entries is reused.
    assert!(sizes[4] <= sizes[1] * 2, "{sizes:?}");
    assert!(sizes[4] < 60 * LIMIT, "{sizes:?}");
    drop(replica);
    let store = DiskStore::open(&path).expect("the store should open");
    let entries = store.entries().expect("the entries should be counted") as u64;
    // An entry takes about 300 bytes.
    assert!((LIMIT / 1_000..LIMIT / 200).contains(&entries), "{entries}");
}

#[tokio::test]
async fn entry_above_max_entry_bytes_is_not_stored() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    let builder = DiskStore::builder(&path).max_entry_bytes(20);
    let replica = Replica::new(builder.open().expect("the store should open"));
    replica.post("good").await;
    assert_eq!(replica.post("good").await, "POSITIVE model");
}

/// Returns the variables of a service that stores its entries in this file only.
fn variables(path: &str) -> [(&str, &str); 5] {
    [
        ("INFERENCE_CACHE", "1h"),
        ("INFERENCE_CACHE_STORE", "disk"),
        ("INFERENCE_CACHE_PATH", path),
        ("INFERENCE_CACHE_MEMORY_IN_FRONT", "false"),
        ("INFERENCE_CACHE_TIMEOUT", "10s"),
    ]
}

const LOCAL: &str = "[operations.sentiment]\nmodel = \"local::sentiment\"\n";

#[tokio::test]
async fn entries_survive_kill_9() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    let path = path.to_str().expect("the path should be UTF-8");
    let service = RunningService::start(LOCAL, &variables(path));
    let started = Instant::now();
    let mut requests = Vec::new();
    // Entries of the last second may be lost, so the service writes for longer and is killed meanwhile.
    while started.elapsed() < Duration::from_millis(2_500) {
        let number = format!("A good film, number {}.", requests.len());
        let answer = service.post(number.clone()).await;
        assert!(answer.ends_with(" model local::sentiment"), "{answer}");
        requests.push((number, started.elapsed()));
    }
    service.kill();
    let service = RunningService::start(LOCAL, &variables(path));
    let mut checked = 0;
    for (number, at) in requests {
        if at > Duration::from_secs(1) {
            break;
        }
        let answer = service.post(number).await;
        assert!(answer.ends_with(" cache local::sentiment"), "{answer}");
        checked += 1;
    }
    assert!(checked > 5, "{checked}");
}

#[tokio::test]
async fn second_process_with_the_same_file_does_not_start() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    let path = path.to_str().expect("the path should be UTF-8");
    let service = RunningService::start(LOCAL, &variables(path));
    let stderr = start_error(LOCAL, &variables(path));
    assert!(
        stderr.contains("INFERENCE_CACHE_PATH: the cache file `"),
        "{stderr}"
    );
    assert!(
        stderr.contains("help: give each process its own file"),
        "{stderr}"
    );
    service.kill();
    RunningService::start(LOCAL, &variables(path));
}

#[test]
fn folder_as_path_is_rejected() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let error = DiskStore::open(folder.path()).expect_err("a folder should be rejected");
    assert!(error.to_string().contains("is a folder; help:"), "{error}");
}

#[tokio::test]
async fn flush_succeeds_while_the_file_is_open() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    let logs = Logs::capture();
    let store = DiskStore::open(&path).expect("the store should open");
    store.flush().await.expect("the flush should succeed");
    assert_eq!(store.entries(), Some(0));
    assert_eq!(logs.text(), "");
}
