//! Answers in a file: there after a restart, and never more than may be.

use std::{path::Path, time::Duration};

use inference_runtime::cache::{DiskStore, Store};
use inference_tests::logs::Logs;
use tokio::time::Instant;

use super::Replica;
use crate::configuration::{Running, refusal};

fn replica(path: &Path) -> Replica {
    Replica::new(DiskStore::open(path).expect("a store"))
}

#[tokio::test]
async fn answers_are_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made/on/the/way.redb");
    let first = replica(&path);
    assert_eq!(first.ask("good").await, "POSITIVE model");
    // While it waits to be written, and after.
    for _ in 0..100 {
        assert_eq!(first.ask("good").await, "POSITIVE cache");
    }
    drop(first);
    let second = replica(&path);
    assert_eq!(second.ask("good").await, "POSITIVE cache");
    assert_eq!(second.ask("bad").await, "NEGATIVE model");
    assert_eq!(second.calls.count(), 1);
}

#[tokio::test]
async fn an_answer_goes_when_its_time_is_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    let store = DiskStore::open(&path).expect("a store");
    let replica = Replica::new(store);
    replica.ask_at("/kept_briefly", "good").await;
    let kept = Instant::now();
    while replica.ask_at("/kept_briefly", "good").await != "POSITIVE model" {
        tokio::task::yield_now().await;
    }
    assert!(kept.elapsed() >= Duration::from_millis(395));
    let renewed = Instant::now();
    while renewed.elapsed() < Duration::from_millis(450) {
        replica.ask_at("/kept_briefly", "good").await;
        tokio::task::yield_now().await;
    }
    replica.ask("bad").await;
    drop(replica);
    let store = DiskStore::open(&path).expect("a store");
    // The one that lasts, and of the other kind at most the last.
    let entries = store.entries().expect("counted");
    assert!((1..=2).contains(&entries), "{entries}");
}

#[tokio::test]
async fn the_number_of_entries_is_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    let open = || {
        let builder = DiskStore::builder(&path).max_entries(50);
        builder.open().expect("a store")
    };
    let replica = Replica::new(open());
    for question in 0..500 {
        replica.ask(&format!("good {question}")).await;
    }
    drop(replica);
    let store = open();
    assert_eq!(store.entries(), Some(50));
    // The oldest have gone.
    let replica = Replica::new(store);
    assert_eq!(replica.ask("good 499").await, "POSITIVE cache");
    assert_eq!(replica.ask("good 0").await, "POSITIVE model");
}

#[tokio::test]
async fn the_file_is_bounded() {
    const BOUND: u64 = 64 * 1024;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    let replica = Replica::new(
        DiskStore::builder(&path)
            .max_bytes(BOUND)
            .open()
            .expect("a store"),
    );
    let mut sizes = Vec::new();
    for round in 0..5 {
        for question in 0..600 {
            replica.ask(&format!("good {round} {question}")).await;
        }
        sizes.push(std::fs::metadata(&path).expect("a file").len());
    }
    // It stops growing: what is written takes the room of what has gone.
    assert!(sizes[4] <= sizes[1] * 2, "{sizes:?}");
    assert!(sizes[4] < 60 * BOUND, "{sizes:?}");
    drop(replica);
    let store = DiskStore::open(&path).expect("a store");
    let entries = store.entries().expect("counted") as u64;
    // An entry takes some 300 bytes.
    assert!((BOUND / 1_000..BOUND / 200).contains(&entries), "{entries}");
}

#[tokio::test]
async fn a_large_entry_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    let builder = DiskStore::builder(&path).max_entry_bytes(20);
    let replica = Replica::new(builder.open().expect("a store"));
    replica.ask("good").await;
    assert_eq!(replica.ask("good").await, "POSITIVE model");
}

/// A service that keeps its answers in this file, and nowhere else.
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
async fn answers_are_there_after_kill_9() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    let path = path.to_str().expect("text");
    let service = Running::start(LOCAL, &variables(path));
    let started = Instant::now();
    let mut asked = Vec::new();
    // What was kept in the last second may be lost: so it writes for longer, and is killed while it does.
    while started.elapsed() < Duration::from_millis(2_500) {
        let question = format!("A good film, number {}.", asked.len());
        let answer = service.ask(question.clone()).await;
        assert!(answer.ends_with(" model local::sentiment"), "{answer}");
        asked.push((question, started.elapsed()));
    }
    service.kill();
    let service = Running::start(LOCAL, &variables(path));
    let mut checked = 0;
    for (question, at) in asked {
        if at > Duration::from_secs(1) {
            break;
        }
        let answer = service.ask(question).await;
        assert!(answer.ends_with(" cache local::sentiment"), "{answer}");
        checked += 1;
    }
    assert!(checked > 5, "{checked}");
}

#[tokio::test]
async fn one_process_at_a_time_has_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    let path = path.to_str().expect("text");
    let service = Running::start(LOCAL, &variables(path));
    let said = refusal(LOCAL, &variables(path));
    assert!(
        said.contains("INFERENCE_CACHE_PATH: the cache file `"),
        "{said}"
    );
    assert!(said.contains("help: give each process its own file"), "{said}");
    service.kill();
    Running::start(LOCAL, &variables(path));
}

#[test]
fn a_folder_is_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = DiskStore::open(folder.path()).expect_err("a folder");
    assert!(error.to_string().contains("is a folder; help:"), "{error}");
}

#[tokio::test]
async fn what_is_flushed_is_there_while_the_file_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    let logs = Logs::capture();
    let store = DiskStore::open(&path).expect("a store");
    store.flush().await.expect("written");
    assert_eq!(store.entries(), Some(0));
    assert_eq!(logs.text(), "");
}
