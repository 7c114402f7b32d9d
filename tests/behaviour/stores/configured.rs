//! The `[cache]` section of the configuration.

use inference_tests::redis::Redis;

use crate::configuration::{RunningService, start_error};

const LOCAL: &str = "[operations.sentiment]\nmodel = \"local::sentiment\"\n";

#[tokio::test]
async fn processes_with_one_redis_share_entries() {
    let Some(redis) = Redis::start() else { return };
    let url = redis.url();
    let file = format!(
        "{LOCAL}[cache]\nstore = \"redis\"\nurl = \"{url}\"\nprefix = \"shop\"\ntimeout = \"10s\"\n"
    );
    let one = RunningService::start(&file, &[("INFERENCE_CACHE", "1h")]);
    // The variables alone have the same effect.
    let variables = [
        ("INFERENCE_CACHE", "1h"),
        ("INFERENCE_CACHE_STORE", "redis"),
        ("INFERENCE_CACHE_URL_ENV", "WHERE_REDIS_IS"),
        ("WHERE_REDIS_IS", url.as_str()),
        ("INFERENCE_CACHE_PREFIX", "shop"),
        ("INFERENCE_CACHE_TIMEOUT", "10s"),
        ("INFERENCE_CACHE_MAX_ENTRIES", "10"),
        ("INFERENCE_CACHE_MAX_ENTRY_SIZE", "1KiB"),
    ];
    let other = RunningService::start(LOCAL, &variables);
    assert_eq!(
        one.post("A dull film.").await,
        "NEGATIVE model local::sentiment"
    );
    assert_eq!(
        other.post("A dull film.").await,
        "NEGATIVE cache local::sentiment"
    );
    let keys = redis.keys();
    assert!(keys[0].starts_with("shop:1:entry:"), "{keys:?}");
}

#[tokio::test]
async fn memory_is_in_front_of_redis_unless_disabled() {
    for (in_front, after) in [("true", "cache"), ("false", "model")] {
        let Some(mut redis) = Redis::start() else {
            return;
        };
        let file = format!(
            "{LOCAL}[cache]\nstore = \"redis\"\nurl = \"{}\"\nmemory_in_front = {in_front}\n",
            redis.url()
        );
        let service = RunningService::start(&file, &[("INFERENCE_CACHE", "1h")]);
        service.post("A dull film.").await;
        redis.kill();
        assert_eq!(
            service.post("A dull film.").await,
            format!("NEGATIVE {after} local::sentiment")
        );
    }
}

#[test]
fn invalid_cache_setting_stops_the_start() {
    for (cache, expected) in [
        (
            "store = \"reddis\"",
            "inference.toml:2: unknown store `reddis`; help: did you mean `redis`?",
        ),
        (
            "store = \"redis\"",
            "inference.toml:2: the store `redis` has no address; help: set `url",
        ),
        (
            "store = \"disk\"",
            "inference.toml:2: the store `disk` has no file; help: set `path",
        ),
        (
            "store = \"redis\"\nurl = \"redis://localhost\"\npath = \"a\"",
            "inference.toml:4: the store `redis` has no `path`; help: remove it, or set `store` to `disk`",
        ),
        (
            "prefix = \"a\"",
            "inference.toml:2: the store `memory` has no `prefix`",
        ),
        (
            "timeout = \"1s\"",
            "inference.toml:2: the store `memory` has no `timeout`; help: remove it, or set `store` to `disk` or `redis`",
        ),
        (
            "store = \"disk\"\npath = \"a\"\nmemory_in_front = false\nmax_entries = 7",
            "inference.toml:5: `max_entries` is the number of entries in memory",
        ),
        (
            "store = \"redis\"\nurl = \"redis://localhost\"\nurl_env = \"A\"",
            "inference.toml:4: `url` and `url_env` cannot be combined",
        ),
        (
            "store = \"redis\"\nurl_env = \"NOT_SET\"",
            "inference.toml:3: `NOT_SET` is not set; help:",
        ),
        (
            "store = \"redis\"\nurl = \"nottobeseen\"",
            "inference.toml:3: invalid Redis URL; help: write `redis://",
        ),
        (
            "store = \"redis\"\nurl = \"redis://:nottobeseen@localhost\"",
            "inference.toml:3: the file cannot contain a password; help:",
        ),
        ("urll = \"redis://localhost\"", "unknown field `urll`"),
    ] {
        let stderr = start_error(&format!("[cache]\n{cache}\n"), &[]);
        assert!(stderr.contains(expected), "{cache}: {stderr}");
        assert!(!stderr.contains("nottobeseen"), "{stderr}");
    }
    for (variables, expected) in [
        (
            &[("INFERENCE_CACHE_PATH", "a")][..],
            "INFERENCE_CACHE_PATH: the store `memory` has no `path`",
        ),
        (
            &[
                ("INFERENCE_CACHE_STORE", "redis"),
                ("INFERENCE_CACHE_URL", "redis://:nottobeseen@localhost/x"),
            ],
            "INFERENCE_CACHE_URL: invalid Redis URL",
        ),
        (
            &[("INFERENCE_CACHE_MEMORY_IN_FRONT", "perhaps")],
            "INFERENCE_CACHE_MEMORY_IN_FRONT: `perhaps` is neither `true` nor `false`",
        ),
        (
            &[("INFERENCE_CACHE_STOR", "redis")],
            "help: did you mean `INFERENCE_CACHE_STORE`?",
        ),
    ] {
        let stderr = start_error("", variables);
        assert!(stderr.contains(expected), "{stderr}");
        assert!(!stderr.contains("nottobeseen"), "{stderr}");
    }
}
