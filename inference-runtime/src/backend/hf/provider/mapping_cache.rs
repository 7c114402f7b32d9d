//! What was found out about models, for a while.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::mapping::Entry;
use crate::{ErrorKind, InferenceError};

/// Providers come and go within hours.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// A model that is not there may have been misspelt, or is just being published.
const FRESH_ABSENCE: Duration = Duration::from_secs(60);
const MAX_MODELS: usize = 1000;

pub(super) type Entries = Arc<[Entry]>;
type Found = Result<Entries, InferenceError>;

/// Remembers what lookups have found. Those for one model are made one at a time, so that all who wait share one.
#[derive(Default)]
pub(super) struct Lookups {
    models: Mutex<HashMap<String, Arc<Model>>>,
    /// The Hub has said that it will not answer before.
    quiet_until: Mutex<Option<Instant>>,
}

/// What is known of one model.
#[derive(Default)]
struct Model {
    known: tokio::sync::Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    found: Found,
    until: Instant,
}

/// What a lookup has brought.
pub(super) struct Looked {
    pub(super) found: Found,
    /// How long the Hub asks to be left alone.
    pub(super) quiet: Option<Duration>,
}

impl Lookups {
    /// What is known of a model, or else what this lookup finds. Where it fails for now, what was known before is
    /// better than nothing.
    pub(super) async fn get<F>(&self, model: &str, look: impl FnOnce() -> F) -> Found
    where
        F: Future<Output = Looked>,
    {
        let slot = self.slot(model);
        let mut known = slot.known.lock().await;
        if let Some(known) = known.as_ref()
            && known.until > Instant::now()
        {
            return known.found.clone();
        }
        let found = match self.quiet() {
            Some(wait) => Err(InferenceError::new(
                ErrorKind::RateLimited,
                "the Hub limits our rate; help: set `HF_TOKEN`, which raises the limit",
            )
            .with_retry_after(wait)),
            None => {
                let Looked { found, quiet } = look().await;
                if let Some(quiet) = quiet {
                    *locked(&self.quiet_until) = Instant::now().checked_add(quiet);
                }
                found
            }
        };
        match (&found, known.as_ref()) {
            (Err(error), before) if is_for_now(error) => {
                // It is asked again with the next question.
                return match before {
                    Some(Known {
                        found: Ok(before), ..
                    }) => Ok(Arc::clone(before)),
                    _ => found,
                };
            }
            _ => {}
        }
        let fresh = match &found {
            Ok(entries) if !entries.is_empty() => FRESH,
            _ => FRESH_ABSENCE,
        };
        *known = Some(Known {
            found: found.clone(),
            until: Instant::now() + fresh,
        });
        found
    }

    fn slot(&self, model: &str) -> Arc<Model> {
        let mut models = locked(&self.models);
        if let Some(slot) = models.get(model) {
            return Arc::clone(slot);
        }
        if models.len() >= MAX_MODELS {
            make_room(&mut models);
        }
        Arc::clone(models.entry(model.to_owned()).or_default())
    }

    fn quiet(&self) -> Option<Duration> {
        let until = (*locked(&self.quiet_until))?;
        let wait = until.saturating_duration_since(Instant::now());
        (!wait.is_zero()).then_some(wait)
    }
}

/// Whether the next lookup may go better: nothing has been found out about the model.
fn is_for_now(error: &InferenceError) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::ModelNotFound | ErrorKind::Unauthorized
    )
}

/// Forgets what is no longer fresh, and if that is nothing, one model. What is being looked up stays.
fn make_room(models: &mut HashMap<String, Arc<Model>>) {
    let now = Instant::now();
    let mut next = None;
    models.retain(|name, model| {
        let Ok(known) = model.known.try_lock() else {
            return true;
        };
        let until = known.as_ref().map_or(now, |known| known.until);
        if next.as_ref().is_none_or(|(_, soonest)| until < *soonest) {
            next = Some((name.clone(), until));
        }
        until > now
    });
    if models.len() >= MAX_MODELS
        && let Some((name, _)) = next
    {
        models.remove(&name);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use futures_util::future::join_all;

    use super::{Entries, ErrorKind, InferenceError, Looked, Lookups, MAX_MODELS, locked};
    use crate::backend::hf::provider::mapping;

    fn entries() -> Entries {
        let body = br#"{"inferenceProviderMapping":{"p":{"providerId":"i","task":"t"}}}"#;
        mapping::read(body).expect("a mapping").into()
    }

    fn good() -> Looked {
        Looked {
            found: Ok(entries()),
            quiet: None,
        }
    }

    fn bad(kind: ErrorKind, quiet: Option<u64>) -> Looked {
        Looked {
            found: Err(InferenceError::new(kind, "no")),
            quiet: quiet.map(Duration::from_secs),
        }
    }

    /// Asks, and says whether the Hub was asked.
    async fn ask(
        lookups: &Lookups,
        model: &str,
        looked: Looked,
    ) -> (Result<Entries, ErrorKind>, bool) {
        let mut asked = false;
        let found = lookups
            .get(model, || {
                asked = true;
                async { looked }
            })
            .await;
        (found.map_err(|error| error.kind()), asked)
    }

    async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_known_is_known_for_ten_minutes() {
        let lookups = Lookups::default();
        assert_eq!(ask(&lookups, "m", good()).await, (Ok(entries()), true));
        pass(599).await;
        assert_eq!(ask(&lookups, "m", good()).await, (Ok(entries()), false));
        assert_eq!(ask(&lookups, "other", good()).await, (Ok(entries()), true));
        pass(2).await;
        assert_eq!(ask(&lookups, "m", good()).await, (Ok(entries()), true));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_there_is_asked_about_again_sooner() {
        let lookups = Lookups::default();
        let absent = || bad(ErrorKind::ModelNotFound, None);
        let none = Err(ErrorKind::ModelNotFound);
        assert_eq!(ask(&lookups, "m", absent()).await, (none, true));
        pass(59).await;
        assert_eq!(
            ask(&lookups, "m", good()).await,
            (Err(ErrorKind::ModelNotFound), false)
        );
        pass(2).await;
        assert_eq!(ask(&lookups, "m", good()).await, (Ok(entries()), true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_not_kept_and_does_not_forget() {
        let lookups = Lookups::default();
        let down = || bad(ErrorKind::Unreachable, None);
        assert_eq!(
            ask(&lookups, "m", down()).await,
            (Err(ErrorKind::Unreachable), true)
        );
        assert_eq!(ask(&lookups, "m", good()).await, (Ok(entries()), true));
        pass(601).await;
        assert_eq!(ask(&lookups, "m", down()).await, (Ok(entries()), true));
    }

    #[tokio::test(start_paused = true)]
    async fn the_hub_is_left_alone_when_it_says_so() {
        let lookups = Lookups::default();
        let limited = bad(ErrorKind::RateLimited, Some(55));
        assert_eq!(
            ask(&lookups, "m", limited).await,
            (Err(ErrorKind::RateLimited), true)
        );
        assert_eq!(
            ask(&lookups, "other", good()).await,
            (Err(ErrorKind::RateLimited), false)
        );
        let error = lookups
            .get("m", || async { good() })
            .await
            .expect_err("limited");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(55)));
        pass(56).await;
        assert_eq!(ask(&lookups, "m", good()).await, (Ok(entries()), true));
    }

    #[tokio::test]
    async fn all_who_wait_share_one_lookup() {
        let lookups = Lookups::default();
        let count = AtomicUsize::new(0);
        let found = join_all((0..50).map(|_| {
            lookups.get("m", || async {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                good()
            })
        }))
        .await;
        assert!(found.into_iter().all(|found| found.is_ok()));
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_a_bound() {
        let lookups = Lookups::default();
        for index in 0..MAX_MODELS + 10 {
            assert!(ask(&lookups, &index.to_string(), good()).await.1);
            pass(0).await;
        }
        assert_eq!(locked(&lookups.models).len(), MAX_MODELS);
        let last = (MAX_MODELS + 9).to_string();
        assert!(
            !ask(&lookups, &last, good()).await.1,
            "the last one is known"
        );
    }
}
