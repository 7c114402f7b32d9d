//! Entries in Redis or Valkey, shared by all processes that use the same one.

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
use connection::{Answer, Connection};

pub use builder::RedisStoreBuilder;

/// Stands in the names of all keys, so that no version meets what another one wrote in another form.
const VERSION: &str = "1";

/// Longer than this nothing is kept: the server counts the end of an entry in a signed number.
const LONGEST: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 10);

/// Takes the lease if nobody has it, keeps it if this holder has.
const LEASE: &str = "\
local holder = redis.call('GET', KEYS[1])
if not holder then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return 1
end
if holder ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1";

/// Gives the lease back if this holder has it.
const RELEASE: &str = "\
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1";

/// A store in Redis 6 or later, or in Valkey. Needs the feature `redis`.
///
/// All processes that use the same server, database and prefix share their answers. Each entry has its own time, after
/// which the server drops it. Where the server is not there, or does not answer in time, the store fails, and is
/// connected to again as soon as it is asked again; it need not be there at the start.
///
/// One server, without Sentinel or Cluster.
pub struct RedisStore {
    connection: Connection,
    prefix: String,
    max_entry_bytes: usize,
    refused: AtomicBool,
}

impl RedisStore {
    /// What the keys begin with where nobody says otherwise.
    pub const DEFAULT_PREFIX: &str = "inference";
    /// The size in bytes of the largest entry kept where nobody says otherwise.
    pub const DEFAULT_MAX_ENTRY_BYTES: usize = 1024 * 1024;

    /// A store at this address: `redis://host:6379/0`, `rediss://user:password@host` with TLS, `redis+unix:///path`.
    /// Nothing is connected to yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the address cannot be read.
    pub fn new(url: impl AsRef<str>) -> Result<Self, ConfigError> {
        Self::builder(url).build()
    }

    /// A store at this address, with settings of its own.
    #[must_use]
    pub fn builder(url: impl AsRef<str>) -> RedisStoreBuilder {
        RedisStoreBuilder::new(url.as_ref())
    }

    /// The name of what belongs to this key.
    fn name(&self, kind: &str, key: &Key) -> String {
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
        let get = Cmd::get(self.name("entry", key));
        match self.connection.ask::<Option<Vec<u8>>>(&get).await? {
            Answer::Value(bytes) => Ok(bytes.and_then(|bytes| Entry::decode(key, &bytes))),
            // Somebody else keeps a thing of another type under this name.
            Answer::Refused(code) if code == "WRONGTYPE" => Ok(None),
            Answer::Refused(code) => Err(StoreError::new(format!("redis answers `{code}`"))),
        }
    }

    async fn write(&self, key: Key, entry: Entry, keep: Duration) -> Result<(), StoreError> {
        let mut set = Cmd::set(self.name("entry", &key), entry.encode(&key));
        set.arg("PX").arg(time(keep));
        match self.connection.ask::<()>(&set).await? {
            Answer::Value(()) => self.refused.store(false, Ordering::Relaxed),
            // It is full, or a replica: what it has can still be read.
            Answer::Refused(code) => {
                if !self.refused.swap(true, Ordering::Relaxed) {
                    tracing::warn!("redis keeps no more entries: it answers `{code}`");
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
        time: Option<u64>,
    ) -> Result<Answer<V>, StoreError> {
        let mut eval = cmd("EVAL");
        eval.arg(script)
            .arg(1)
            .arg(self.name("lease", key))
            .arg(holder.as_bytes())
            .arg(time);
        self.connection.ask(&eval).await
    }
}

impl Store for RedisStore {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        self.read(key).boxed()
    }

    fn put(&self, key: Key, entry: Entry, keep: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        if entry.size() > self.max_entry_bytes {
            return ready(Ok(())).boxed();
        }
        self.write(key, entry, keep).boxed()
    }

    fn lease<'a>(
        &'a self,
        key: &'a Key,
        holder: LeaseToken,
        lasts: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        async move {
            match self.script(LEASE, key, holder, Some(time(lasts))).await? {
                Answer::Value(given) => Ok(given),
                // A server that gives no leases: everybody may ask.
                Answer::Refused(_) => Ok(true),
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
            // Refused, it ends by itself.
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

/// In milliseconds, as the server takes it: above zero.
fn time(keep: Duration) -> u64 {
    millis(keep.min(LONGEST)).max(1)
}
