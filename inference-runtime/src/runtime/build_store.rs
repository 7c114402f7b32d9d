//! Builds the store of `[cache]`.

use std::sync::Arc;

#[cfg(feature = "redis")]
use secrecy::ExposeSecret;

#[cfg(feature = "disk")]
use crate::cache::DiskStore;
#[cfg(feature = "redis")]
use crate::cache::RedisStore;
#[cfg(any(feature = "disk", feature = "redis"))]
use crate::cache::{TIMEOUT, Tiered};
use crate::{
    cache::{MemoryStore, Store},
    config::{CacheSection, ConfigError, StoreKind},
};

/// Builds the store of the section.
///
/// # Errors
///
/// Returns [`ConfigError`] with the section's position if a setting is invalid.
pub(super) fn build_store(section: &CacheSection) -> Result<Arc<dyn Store>, ConfigError> {
    match section.kind()? {
        StoreKind::Memory => Ok(Arc::new(memory(section))),
        #[cfg(feature = "redis")]
        StoreKind::Redis => {
            let mut builder = RedisStore::builder(section.address()?.expose_secret())
                .timeout(section.timeout.unwrap_or(TIMEOUT));
            if let Some(prefix) = &section.prefix {
                builder = builder.prefix(prefix);
            }
            if let Some(bytes) = section.max_entry_size {
                builder = builder.max_entry_bytes(bytes);
            }
            let store = builder.build();
            let store = store.map_err(|error| section.error("url", error))?;
            Ok(behind_memory(section, StoreKind::Redis, Arc::new(store)))
        }
        #[cfg(feature = "disk")]
        StoreKind::Disk => {
            let mut builder = DiskStore::builder(section.path()?);
            if let Some(bytes) = section.max_size {
                builder = builder.max_bytes(bytes as u64);
            }
            if let Some(bytes) = section.max_entry_size {
                builder = builder.max_entry_bytes(bytes);
            }
            let store = builder.open();
            let store = store.map_err(|error| section.error("path", error))?;
            Ok(behind_memory(section, StoreKind::Disk, Arc::new(store)))
        }
        #[allow(
            unreachable_patterns,
            reason = "with all features enabled, all kinds are matched"
        )]
        missing => {
            let name = missing.name();
            Err(section.error(
                "store",
                format_args!(
                    "the store `{name}` is not available: built without the cargo feature `{name}`; help: enable this feature of inference-runtime"
                ),
            ))
        }
    }
}

fn memory(section: &CacheSection) -> MemoryStore {
    MemoryStore::new(
        section
            .max_entries
            .unwrap_or(MemoryStore::DEFAULT_MAX_ENTRIES),
        section
            .max_entry_size
            .unwrap_or(MemoryStore::DEFAULT_MAX_ENTRY_BYTES),
    )
}

#[cfg(any(feature = "disk", feature = "redis"))]
fn behind_memory(section: &CacheSection, kind: StoreKind, back: Arc<dyn Store>) -> Arc<dyn Store> {
    if !section.has_memory(kind) {
        return back;
    }
    Arc::new(Tiered::with_timeout(
        memory(section),
        back,
        section.timeout.unwrap_or(TIMEOUT),
    ))
}
