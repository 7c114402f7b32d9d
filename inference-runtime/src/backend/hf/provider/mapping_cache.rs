//! A cache of the Hub's responses about models.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::mapping::MappingEntry;
use crate::{ErrorKind, InferenceError};

/// How long a mapping is cached: providers start and stop serving models within hours.
const TTL: Duration = Duration::from_secs(10 * 60);
/// How long an absent model is cached: its name may be misspelt, or it may be published soon.
const NOT_FOUND_TTL: Duration = Duration::from_secs(60);
const MAX_MODELS: usize = 1000;

pub(super) type Entries = Arc<[MappingEntry]>;
type LookupResult = Result<Entries, InferenceError>;

/// Caches the mappings of models. Lookups of one model are made one at a time, so that all waiting callers share one.
#[derive(Default)]
pub(super) struct MappingCache {
    models: Mutex<HashMap<String, Arc<Slot>>>,
    /// The end of the Hub's rate limit.
    blocked_until: Mutex<Option<Instant>>,
}

/// The cached result of one model.
#[derive(Default)]
struct Slot {
    cached: tokio::sync::Mutex<Option<CachedLookup>>,
}

#[derive(Clone)]
struct CachedLookup {
    result: LookupResult,
    expires_at: Instant,
}

/// The outcome of a lookup.
pub(super) struct LookupOutcome {
    pub(super) result: LookupResult,
    /// How long the Hub's rate limit lasts.
    pub(super) retry_after: Option<Duration>,
}

impl MappingCache {
    /// Returns the cached mapping of a model, or looks it up. If that fails temporarily, an expired mapping is returned
    /// if there is one.
    pub(super) async fn get<F>(&self, model: &str, lookup: impl FnOnce() -> F) -> LookupResult
    where
        F: Future<Output = LookupOutcome>,
    {
        let slot = self.slot(model);
        let mut cached = slot.cached.lock().await;
        if let Some(cached) = cached.as_ref()
            && cached.expires_at > Instant::now()
        {
            return cached.result.clone();
        }
        let result = match self.blocked_for() {
            Some(wait) => Err(InferenceError::new(
                ErrorKind::RateLimited,
                "the Hub limits the request rate; help: set `HF_TOKEN`, which raises the limit",
            )
            .with_retry_after(wait)),
            None => {
                let LookupOutcome {
                    result,
                    retry_after,
                } = lookup().await;
                if let Some(retry_after) = retry_after {
                    *lock(&self.blocked_until) = Instant::now().checked_add(retry_after);
                }
                result
            }
        };
        match (&result, cached.as_ref()) {
            (Err(error), expired) if is_temporary(error) => {
                // Temporary failures are not cached.
                return match expired {
                    Some(CachedLookup {
                        result: Ok(expired),
                        ..
                    }) => Ok(Arc::clone(expired)),
                    _ => result,
                };
            }
            _ => {}
        }
        let ttl = match &result {
            Ok(entries) if !entries.is_empty() => TTL,
            _ => NOT_FOUND_TTL,
        };
        *cached = Some(CachedLookup {
            result: result.clone(),
            expires_at: Instant::now() + ttl,
        });
        result
    }

    fn slot(&self, model: &str) -> Arc<Slot> {
        let mut models = lock(&self.models);
        if let Some(slot) = models.get(model) {
            return Arc::clone(slot);
        }
        if models.len() >= MAX_MODELS {
            evict(&mut models);
        }
        Arc::clone(models.entry(model.to_owned()).or_default())
    }

    fn blocked_for(&self) -> Option<Duration> {
        let blocked_until = (*lock(&self.blocked_until))?;
        let wait = blocked_until.saturating_duration_since(Instant::now());
        (!wait.is_zero()).then_some(wait)
    }
}

/// Returns whether the next lookup may succeed: the error is not about the model.
fn is_temporary(error: &InferenceError) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::ModelNotFound | ErrorKind::Unauthorized
    )
}

/// Removes expired mappings, or otherwise the one that expires first. Mappings that are being looked up stay.
fn evict(models: &mut HashMap<String, Arc<Slot>>) {
    let now = Instant::now();
    let mut soonest = None;
    models.retain(|name, model| {
        let Ok(cached) = model.cached.try_lock() else {
            return true;
        };
        let expires_at = cached.as_ref().map_or(now, |cached| cached.expires_at);
        if soonest
            .as_ref()
            .is_none_or(|(_, earliest)| expires_at < *earliest)
        {
            soonest = Some((name.clone(), expires_at));
        }
        expires_at > now
    });
    if models.len() >= MAX_MODELS
        && let Some((name, _)) = soonest
    {
        models.remove(&name);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use futures_util::future::join_all;

    use super::{
        Entries, ErrorKind, InferenceError, LookupOutcome, MAX_MODELS, MappingCache, lock,
    };
    use crate::backend::hf::provider::mapping;

    fn entries() -> Entries {
        let body = br#"{"inferenceProviderMapping":{"p":{"providerId":"i","task":"t"}}}"#;
        mapping::read(body).expect("a mapping").into()
    }

    fn mapped() -> LookupOutcome {
        LookupOutcome {
            result: Ok(entries()),
            retry_after: None,
        }
    }

    fn failed(kind: ErrorKind, retry_after: Option<u64>) -> LookupOutcome {
        LookupOutcome {
            result: Err(InferenceError::new(kind, "no")),
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    /// Gets a mapping, and returns whether it was looked up.
    async fn get(
        cache: &MappingCache,
        model: &str,
        outcome: LookupOutcome,
    ) -> (Result<Entries, ErrorKind>, bool) {
        let mut looked_up = false;
        let result = cache
            .get(model, || {
                looked_up = true;
                async { outcome }
            })
            .await;
        (result.map_err(|error| error.kind()), looked_up)
    }

    async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn mappings_are_cached_for_ten_minutes() {
        let cache = MappingCache::default();
        assert_eq!(get(&cache, "m", mapped()).await, (Ok(entries()), true));
        pass(599).await;
        assert_eq!(get(&cache, "m", mapped()).await, (Ok(entries()), false));
        assert_eq!(get(&cache, "other", mapped()).await, (Ok(entries()), true));
        pass(2).await;
        assert_eq!(get(&cache, "m", mapped()).await, (Ok(entries()), true));
    }

    #[tokio::test(start_paused = true)]
    async fn absent_models_are_looked_up_again_sooner() {
        let cache = MappingCache::default();
        let absent = || failed(ErrorKind::ModelNotFound, None);
        let none = Err(ErrorKind::ModelNotFound);
        assert_eq!(get(&cache, "m", absent()).await, (none, true));
        pass(59).await;
        assert_eq!(
            get(&cache, "m", mapped()).await,
            (Err(ErrorKind::ModelNotFound), false)
        );
        pass(2).await;
        assert_eq!(get(&cache, "m", mapped()).await, (Ok(entries()), true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_temporary_failure_is_not_cached_and_keeps_the_old_mapping() {
        let cache = MappingCache::default();
        let down = || failed(ErrorKind::Unreachable, None);
        assert_eq!(
            get(&cache, "m", down()).await,
            (Err(ErrorKind::Unreachable), true)
        );
        assert_eq!(get(&cache, "m", mapped()).await, (Ok(entries()), true));
        pass(601).await;
        assert_eq!(get(&cache, "m", down()).await, (Ok(entries()), true));
    }

    #[tokio::test(start_paused = true)]
    async fn no_lookups_are_made_while_the_hub_limits_the_rate() {
        let cache = MappingCache::default();
        let limited = failed(ErrorKind::RateLimited, Some(55));
        assert_eq!(
            get(&cache, "m", limited).await,
            (Err(ErrorKind::RateLimited), true)
        );
        assert_eq!(
            get(&cache, "other", mapped()).await,
            (Err(ErrorKind::RateLimited), false)
        );
        let error = cache
            .get("m", || async { mapped() })
            .await
            .expect_err("limited");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(55)));
        pass(56).await;
        assert_eq!(get(&cache, "m", mapped()).await, (Ok(entries()), true));
    }

    #[tokio::test]
    async fn waiting_callers_share_one_lookup() {
        let cache = MappingCache::default();
        let count = AtomicUsize::new(0);
        let result = join_all((0..50).map(|_| {
            cache.get("m", || async {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                mapped()
            })
        }))
        .await;
        assert!(result.into_iter().all(|result| result.is_ok()));
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_models_is_bounded() {
        let cache = MappingCache::default();
        for index in 0..MAX_MODELS + 10 {
            assert!(get(&cache, &index.to_string(), mapped()).await.1);
            pass(0).await;
        }
        assert_eq!(lock(&cache.models).len(), MAX_MODELS);
        let last = (MAX_MODELS + 9).to_string();
        assert!(
            !get(&cache, &last, mapped()).await.1,
            "the last mapping is cached"
        );
    }
}
