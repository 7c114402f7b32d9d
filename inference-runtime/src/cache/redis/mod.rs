//! A store in Redis or Valkey, shared by all processes that use the same server.

mod builder;
mod connection;

use std::{
    fmt,
    fmt::Write,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use ::redis::{Cmd, cmd};
use futures_util::future::{BoxFuture, FutureExt, ready};

use super::{Entry, Key, LeaseToken, Store, StoreError, encoding::millis};
use crate::ConfigError;
use connection::{Connection, Reply};

pub use builder::RedisStoreBuilder;

/// A part of all Redis keys, so that versions with different encodings do not read each other's entries.
const VERSION: &str = "1";

/// The longest lifetime of an entry: the server stores expiry times as signed numbers.
const MAX_TTL: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 10);

/// Acquires the lease if it is free, extends it if this holder has it.
const LEASE: &str = "\
local holder = redis.call('GET', KEYS[1])
if not holder then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return 1
end
if holder ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1";

/// Releases the lease if this holder has it.
const RELEASE: &str = "\
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1";

/// A store in Redis 6 or later, or in Valkey. Needs the feature `redis`.
///
/// All processes that use the same server, database and prefix share their entries. The server removes entries when they
/// expire. While the server is unreachable or too slow, accesses fail; the next access reconnects. It need not be
/// reachable at the start.
///
/// A single server: Sentinel and Cluster are not supported.
pub struct RedisStore {
    connection: Connection,
    prefix: String,
    max_entry_bytes: usize,
    /// Whether it has been logged that the server rejects writes.
    rejection_logged: AtomicBool,
}

impl RedisStore {
    /// The default prefix of the keys.
    pub const DEFAULT_PREFIX: &str = "inference";
    /// The default size limit of an entry, in bytes.
    pub const DEFAULT_MAX_ENTRY_BYTES: usize = 1024 * 1024;

    /// Creates a store at this URL: `redis://host:6379/0`, `rediss://user:password@host` with TLS, `redis+unix:///path`.
    /// It connects on first use.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the URL is invalid.
    pub fn new(url: impl AsRef<str>) -> Result<Self, ConfigError> {
        Self::builder(url).build()
    }

    /// Returns a builder for a store at this URL.
    #[must_use]
    pub fn builder(url: impl AsRef<str>) -> RedisStoreBuilder {
        RedisStoreBuilder::new(url.as_ref())
    }

    /// Returns the Redis key of this kind of value.
    fn redis_key(&self, kind: &str, key: &Key) -> String {
        let bytes = key.as_bytes();
        let mut name = String::with_capacity(self.prefix.len() + kind.len() + 2 * bytes.len() + 8);
        // Writing into a string does not fail.
        let _ = write!(name, "{}:{VERSION}:{kind}:", self.prefix);
        for byte in bytes {
            let _ = write!(name, "{byte:02x}");
        }
        name
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        let get = Cmd::get(self.redis_key("entry", key));
        match self.connection.query::<Option<Vec<u8>>>(&get).await? {
            Reply::Value(bytes) => Ok(bytes.and_then(|bytes| Entry::decode(key, &bytes))),
            // Another program uses this Redis key for another type of value.
            Reply::Error(code) if code == "WRONGTYPE" => Ok(None),
            Reply::Error(code) => Err(StoreError::new(format!("redis returned `{code}`"))),
        }
    }

    async fn write(&self, key: Key, entry: Entry, ttl: Duration) -> Result<(), StoreError> {
        let mut set = Cmd::set(self.redis_key("entry", &key), entry.encode(&key));
        set.arg("PX").arg(ttl_millis(ttl));
        match self.connection.query::<()>(&set).await? {
            Reply::Value(()) => self.rejection_logged.store(false, Ordering::Relaxed),
            // The server is full, or a replica: entries can still be read.
            Reply::Error(code) => {
                if !self.rejection_logged.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        "redis rejects writes with `{code}`: new entries are not stored"
                    );
                }
            }
        }
        Ok(())
    }

    async fn script<V: ::redis::FromRedisValue>(
        &self,
        script: &str,
        key: &Key,
        holder: LeaseToken,
        ttl: Option<u64>,
    ) -> Result<Reply<V>, StoreError> {
        let mut eval = cmd("EVAL");
        eval.arg(script)
            .arg(1)
            .arg(self.redis_key("lease", key))
            .arg(holder.as_bytes())
            .arg(ttl);
        self.connection.query(&eval).await
    }
}

impl Store for RedisStore {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        self.read(key).boxed()
    }

    fn put(&self, key: Key, entry: Entry, ttl: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        if entry.size() > self.max_entry_bytes {
            return ready(Ok(())).boxed();
        }
        self.write(key, entry, ttl).boxed()
    }

    fn lease<'a>(
        &'a self,
        key: &'a Key,
        holder: LeaseToken,
        time: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        async move {
            match self
                .script(LEASE, key, holder, Some(ttl_millis(time)))
                .await?
            {
                Reply::Value(held) => Ok(held),
                // The server rejects scripts: every process may call the model.
                Reply::Error(_) => Ok(true),
            }
        }
        .boxed()
    }

    fn release<'a>(
        &'a self,
        key: &'a Key,
        holder: LeaseToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            // If the server rejects it, the lease expires by itself.
            self.script::<()>(RELEASE, key, holder, None).await?;
            Ok(())
        }
        .boxed()
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// Converts a lifetime to milliseconds in the range that the server accepts.
fn ttl_millis(ttl: Duration) -> u64 {
    millis(ttl.min(MAX_TTL)).max(1)
}
