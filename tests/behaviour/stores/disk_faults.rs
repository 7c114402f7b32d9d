//! Corrupt files, and a full or missing disk: requests never fail because of them.

use std::{path::Path, process::Command, time::Duration};

use inference_runtime::cache::DiskStore;
use inference_tests::logs::Logs;
use tokio::time::Instant;

use super::Replica;
use crate::configuration::{RunningService, SERVICE};

fn replica(path: &Path) -> Replica {
    Replica::new(DiskStore::open(path).expect("the store should open"))
}

#[tokio::test]
async fn file_that_is_not_a_database_is_moved_aside() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    for text in [
        "not a database".to_owned(),
        "not a database ".repeat(50_000),
    ] {
        std::fs::write(&path, &text).expect("the file should be written");
        let logs = Logs::capture();
        let replica = replica(&path);
        replica.post("good").await;
        assert_eq!(replica.post("good").await, "POSITIVE cache");
        let log = logs.text();
        assert_eq!(
            log.matches("is corrupt and was replaced").count(),
            1,
            "{log}"
        );
        let aside = folder.path().join("answers.redb.broken");
        assert_eq!(
            std::fs::read_to_string(aside).expect("the file should be readable"),
            text
        );
        drop(replica);
        assert_eq!(self::replica(&path).post("good").await, "POSITIVE cache");
    }
}

#[tokio::test]
async fn corrupt_file_causes_neither_wrong_answers_nor_failures() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    let first = replica(&path);
    let inputs: Vec<_> = (0..60)
        .map(|number| format!("{} {number}", if number % 2 == 0 { "good" } else { "bad" }))
        .collect();
    for input in &inputs {
        first.post(input).await;
    }
    drop(first);
    let whole = std::fs::read(&path).expect("the file should be readable");
    // Each iteration damages a different part of the file.
    const PARTS: usize = 30;
    for part in 0..PARTS {
        let mut damaged = whole.clone();
        let length = whole.len() / PARTS;
        let from = part * length;
        match part % 3 {
            0 => damaged[from..from + length].fill(0xa5),
            1 => damaged[from + length / 2] ^= 0x10,
            _ => damaged.truncate(from.max(1)),
        }
        std::fs::write(&path, damaged).expect("the file should be written");
        let replica = replica(&path);
        for input in &inputs {
            let expected = if input.starts_with("good") {
                "POSITIVE "
            } else {
                "NEGATIVE "
            };
            let answer = replica.post(input).await;
            assert!(answer.starts_with(expected), "part {part}: {answer}");
        }
        // The store works again.
        let started = Instant::now();
        while replica.post("good once more").await != "POSITIVE cache" {
            tokio::task::yield_now().await;
            assert!(started.elapsed() < Duration::from_secs(2), "part {part}");
        }
    }
}

#[tokio::test]
async fn disk_is_used_once_it_becomes_available() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let blocked = folder.path().join("not-a-folder");
    std::fs::write(&blocked, "").expect("the file should be written");
    let logs = Logs::capture();
    let replica = replica(&blocked.join("answers.redb"));
    for _ in 0..10 {
        assert_eq!(replica.post("good").await, "POSITIVE model");
    }
    std::fs::remove_file(&blocked).expect("the file should be removed");
    let returned = Instant::now();
    while replica.post("good").await != "POSITIVE cache" {
        tokio::task::yield_now().await;
        assert!(returned.elapsed() < Duration::from_secs(1));
    }
    let log = logs.text();
    assert_eq!(
        log.matches("cannot open the cache file").count(),
        1,
        "{log}"
    );
}

#[tokio::test]
async fn requests_succeed_on_a_full_disk() {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join("answers.redb");
    // No file of the process may grow beyond this limit: writes fail as on a full disk.
    let mut limited = Command::new("bash");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 1600; exec \"$0\"", SERVICE]);
    let service = RunningService::start_with(
        limited,
        "[operations.sentiment]\nmodel = \"local::sentiment\"\n",
        &[
            ("INFERENCE_CACHE", "1h"),
            ("INFERENCE_CACHE_STORE", "disk"),
            (
                "INFERENCE_CACHE_PATH",
                path.to_str().expect("the path should be UTF-8"),
            ),
            ("INFERENCE_CACHE_MEMORY_IN_FRONT", "false"),
        ],
    );
    for input in 0..1_000 {
        let answer = service.post(format!("A good film, number {input}.")).await;
        assert!(answer.starts_with("POSITIVE "), "{answer}");
    }
    let bytes = std::fs::metadata(&path)
        .expect("the file should be readable")
        .len();
    assert!(bytes <= 1600 * 1024, "{bytes}");
}
