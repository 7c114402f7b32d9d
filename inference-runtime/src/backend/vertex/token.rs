//! Access tokens, which are valid for an hour.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use futures_util::future::{BoxFuture, FutureExt};
use secrecy::SecretString;
use tokio::{sync::Mutex, time::Instant};

use crate::{ErrorKind, InferenceError, backend::http::Credential};

/// Below the hour that Google's tokens are valid.
pub(super) const TTL: Duration = Duration::from_secs(50 * 60);

type Cause = Box<dyn std::error::Error + Send + Sync>;
type Provider = dyn Fn() -> BoxFuture<'static, Result<SecretString, Cause>> + Send + Sync;

/// A source of tokens, and the last token.
pub(super) struct Tokens {
    provider: Arc<Provider>,
    ttl: Duration,
    /// Locked while a new token is fetched: concurrent callers wait for it.
    current: Mutex<Option<(Credential, Instant)>>,
}

impl Tokens {
    pub(super) fn new<F, Fut, E>(provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<SecretString, E>> + Send + 'static,
        E: Into<Cause>,
    {
        Self {
            provider: Arc::new(move || {
                let token = provider();
                async move { token.await.map_err(Into::into) }.boxed()
            }),
            ttl: TTL,
            current: Mutex::default(),
        }
    }

    /// Creates a source that reads a file, which another process updates.
    pub(super) fn from_file(path: PathBuf) -> Self {
        Self::new(move || {
            // One line on a local disk: a blocking thread would cost more than the read.
            let token = std::fs::read_to_string(&path).map(SecretString::from);
            std::future::ready(token)
        })
    }

    pub(super) fn with_ttl(self, ttl: Duration) -> Self {
        Self { ttl, ..self }
    }

    pub(super) async fn get(&self) -> Result<Credential, InferenceError> {
        let mut current = self.current.lock().await;
        if let Some((token, at)) = &*current
            && at.elapsed() < self.ttl
        {
            return Ok(token.clone());
        }
        let token = self.fetch().await?;
        *current = Some((token.clone(), Instant::now()));
        Ok(token)
    }

    /// Returns a new token in place of a refused one; `None` if the provider returns the same one again.
    pub(super) async fn replace(
        &self,
        refused: &Credential,
    ) -> Result<Option<Credential>, InferenceError> {
        {
            let mut current = self.current.lock().await;
            if current
                .as_ref()
                .is_some_and(|(token, _)| token.header() == refused.header())
            {
                *current = None;
            }
        }
        let token = self.get().await?;
        Ok((token.header() != refused.header()).then_some(token))
    }

    async fn fetch(&self) -> Result<Credential, InferenceError> {
        let raw = (self.provider)().await.map_err(|cause| {
            InferenceError::new(
                ErrorKind::Unreachable,
                "the provider of the access token for Vertex AI failed",
            )
            .with_source(cause)
        })?;
        match Credential::bearer(&raw) {
            Ok(token) if !token.is_none() => Ok(token),
            _ => Err(InferenceError::new(
                ErrorKind::NotConfigured,
                "the provider of the access token for Vertex AI returned an invalid token; help: it must return only the token, without `Bearer`",
            )),
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("ttl", &self.ttl)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use super::Tokens;

    fn counting() -> (Tokens, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let usage = Arc::clone(&count);
        let tokens = Tokens::new(move || {
            let number = usage.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(format!("token-{number}").into())
            }
        });
        (tokens, count)
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_fetched_once_and_again_before_it_expires() {
        let (tokens, count) = counting();
        let (one, two) = tokio::join!(tokens.get(), tokens.get());
        let (one, two) = (one.expect("a token"), two.expect("a token"));
        assert_eq!(one.header(), two.header());
        assert_eq!(count.load(Ordering::SeqCst), 1);
        tokio::time::advance(Duration::from_secs(51 * 60)).await;
        let later = tokens.get().await.expect("a token");
        assert_eq!(later.header().expect("a header"), "Bearer token-1");
    }

    #[tokio::test]
    async fn a_refused_token_is_replaced_once() {
        let (tokens, count) = counting();
        let refused = tokens.get().await.expect("a token");
        let (one, two) = tokio::join!(tokens.replace(&refused), tokens.replace(&refused));
        for new in [one, two] {
            let new = new.expect("a result").expect("another token");
            assert_eq!(new.header().expect("a header"), "Bearer token-1");
        }
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn the_same_token_again_is_not_a_replacement() {
        let tokens = Tokens::new(|| async { Ok::<_, Infallible>("always-this".into()) });
        let refused = tokens.get().await.expect("a token");
        assert!(tokens.replace(&refused).await.expect("a result").is_none());
        let empty = Tokens::new(|| async { Ok::<_, Infallible>(" ".into()) });
        empty.get().await.expect_err("no token");
    }
}
