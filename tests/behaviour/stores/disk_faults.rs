//! A file that makes no sense, a disk that is full or not there: requests never fail for it.

use std::{path::Path, process::Command, time::Duration};

use inference_runtime::cache::DiskStore;
use inference_tests::logs::Logs;
use tokio::time::Instant;

use super::Replica;
use crate::configuration::{Running, SERVICE};

fn replica(path: &Path) -> Replica {
    Replica::new(DiskStore::open(path).expect("a store"))
}

#[tokio::test]
async fn a_file_of_rubbish_is_moved_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    for rubbish in ["rubbish".to_owned(), "rubbish ".repeat(100_000)] {
        std::fs::write(&path, &rubbish).expect("written");
        let logs = Logs::capture();
        let replica = replica(&path);
        replica.ask("good").await;
        assert_eq!(replica.ask("good").await, "POSITIVE cache");
        let log = logs.text();
        assert_eq!(
            log.matches("is corrupt and was replaced").count(),
            1,
            "{log}"
        );
        let aside = folder.path().join("answers.redb.broken");
        assert_eq!(std::fs::read_to_string(aside).expect("a file"), rubbish);
        drop(replica);
        assert_eq!(self::replica(&path).ask("good").await, "POSITIVE cache");
    }
}

#[tokio::test]
async fn no_damage_makes_a_wrong_answer_or_a_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    let first = replica(&path);
    let questions: Vec<_> = (0..60)
        .map(|number| format!("{} {number}", if number % 2 == 0 { "good" } else { "bad" }))
        .collect();
    for question in &questions {
        first.ask(question).await;
    }
    drop(first);
    let whole = std::fs::read(&path).expect("a file");
    // Every part of the file is hit by one of them.
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
        std::fs::write(&path, damaged).expect("written");
        let replica = replica(&path);
        for question in &questions {
            let expected = if question.starts_with("good") {
                "POSITIVE "
            } else {
                "NEGATIVE "
            };
            let answer = replica.ask(question).await;
            assert!(answer.starts_with(expected), "part {part}: {answer}");
        }
        // And it keeps answers again.
        let asked = Instant::now();
        while replica.ask("good once more").await != "POSITIVE cache" {
            tokio::task::yield_now().await;
            assert!(asked.elapsed() < Duration::from_secs(2), "part {part}");
        }
    }
}

#[tokio::test]
async fn a_disk_that_is_not_there_is_used_when_it_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let blocked = folder.path().join("not-a-folder");
    std::fs::write(&blocked, "").expect("written");
    let logs = Logs::capture();
    let replica = replica(&blocked.join("answers.redb"));
    for _ in 0..10 {
        assert_eq!(replica.ask("good").await, "POSITIVE model");
    }
    std::fs::remove_file(&blocked).expect("removed");
    let returned = Instant::now();
    while replica.ask("good").await != "POSITIVE cache" {
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
async fn a_full_disk_keeps_nothing_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.redb");
    // No file of the process may grow beyond this: writing fails as on a full disk.
    let mut limited = Command::new("bash");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 1600; exec \"$0\"", SERVICE]);
    let service = Running::start_by(
        limited,
        "[operations.sentiment]\nmodel = \"local::sentiment\"\n",
        &[
            ("INFERENCE_CACHE", "1h"),
            ("INFERENCE_CACHE_STORE", "disk"),
            ("INFERENCE_CACHE_PATH", path.to_str().expect("text")),
            ("INFERENCE_CACHE_MEMORY_IN_FRONT", "false"),
        ],
    );
    for question in 0..1_000 {
        let answer = service
            .ask(format!("A good film, number {question}."))
            .await;
        assert!(answer.starts_with("POSITIVE "), "{answer}");
    }
    let bytes = std::fs::metadata(&path).expect("a file").len();
    assert!(bytes <= 1600 * 1024, "{bytes}");
}
