//! The connection to the server.
//!
//! Not the crate's `ConnectionManager`: that one never connects again after the server has refused a connection in words
//! (wrong password, too many clients), nor after a network that lost the other end without a word.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ::redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, FromRedisValue, IntoConnectionInfo,
    RedisError, aio::MultiplexedConnection,
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use super::StoreError;
use crate::ConfigError;

/// Connecting may take longer than an answer: there may be a name to look up and TLS to begin. Those who wait for it
/// wait no longer for that.
const CONNECT: Duration = Duration::from_millis(500);

/// Commands under way before one has to wait its turn.
const UNDER_WAY: usize = 1024;

/// One connection for all, made when it is needed.
pub(super) struct Connection {
    client: Client,
    config: AsyncConnectionConfig,
    current: Mutex<Option<Connecting>>,
}

type Connecting = Shared<BoxFuture<'static, Result<MultiplexedConnection, Arc<str>>>>;

/// What the server says.
pub(super) enum Answer<V> {
    Value(V),
    /// The code of its refusal. Not its words: they may repeat what it was sent.
    Refused(String),
}

impl Connection {
    pub(super) fn new(url: &str, timeout: Duration) -> Result<Self, ConfigError> {
        // Nothing of what is wrong is shown: there may be a password in it.
        let wrong = || {
            ConfigError::new(
                "the address of redis cannot be read; help: write `redis://host:6379/0`, or `rediss://user:password@host:6379/0` with TLS",
            )
        };
        let info = url.into_connection_info().map_err(|_| wrong())?;
        if let ConnectionAddr::TcpTls { insecure, .. } = info.addr() {
            if *insecure {
                return Err(ConfigError::new(
                    "the address of redis turns the check of certificates off; help: take `#insecure` out, and name the authority's certificate with SSL_CERT_FILE",
                ));
            }
            choose_cryptography();
        }
        let settings = info.redis_settings().clone().set_skip_set_lib_name();
        let client = Client::open(info.set_redis_settings(settings)).map_err(|_| wrong())?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT.max(timeout)))
            .set_response_timeout(Some(timeout))
            .set_pipeline_buffer_size(UNDER_WAY);
        Ok(Self {
            client,
            config,
            current: Mutex::new(None),
        })
    }

    /// Sends a command.
    pub(super) async fn ask<V: FromRedisValue>(&self, cmd: &Cmd) -> Result<Answer<V>, StoreError> {
        let connecting = self.connecting();
        let mut connection = match connecting.clone().await {
            Ok(connection) => connection,
            Err(why) => {
                self.forget(&connecting);
                return Err(StoreError::new(&*why));
            }
        };
        match cmd.query_async(&mut connection).await {
            Ok(value) => Ok(Answer::Value(value)),
            Err(error) => match error.code() {
                Some(code) => Ok(Answer::Refused(code.to_owned())),
                // Neither the other end's silence nor its nonsense gets better by waiting for more of it.
                None => {
                    self.forget(&connecting);
                    Err(StoreError::new(in_words(&error)))
                }
            },
        }
    }

    fn connecting(&self) -> Connecting {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let connecting = current.get_or_insert_with(|| {
            let client = self.client.clone();
            let config = self.config.clone();
            let connecting = async move {
                client
                    .get_multiplexed_async_connection_with_config(&config)
                    .await
                    .map_err(|error| in_words(&error).into())
            }
            .boxed()
            .shared();
            // It goes on when those who wait for it have run out of time.
            tokio::spawn(connecting.clone().map(drop));
            connecting
        });
        connecting.clone()
    }

    /// The next command makes another connection, unless that has been done already.
    fn forget(&self, connecting: &Connecting) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current
            .as_ref()
            .is_some_and(|current| current.ptr_eq(connecting))
        {
            *current = None;
        }
    }
}

/// What went wrong, without anything that was sent.
fn in_words(error: &RedisError) -> String {
    match error.code() {
        Some(code) => format!("redis refuses the connection: it answers `{code}`"),
        None if error.is_timeout() => "redis did not answer in time".to_owned(),
        None if error.is_io_error() => format!("redis cannot be reached: {error}"),
        None => format!("redis cannot be used: {}", error.category()),
    }
}

/// The redis crate takes the program's default cryptography, and panics where there is none.
fn choose_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Somebody else may have been faster.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
}
