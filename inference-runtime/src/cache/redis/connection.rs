//! The connection to the server.
//!
//! Not the crate's `ConnectionManager`: it does not reconnect after the server has rejected a connection (invalid password,
//! too many clients), nor after the network has dropped the connection silently.

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

/// The minimum time limit for connecting, which may include a DNS lookup and a TLS handshake. Commands still wait no
/// longer than their own timeout: connecting goes on in the background.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// The most commands in flight before further ones are queued.
const PIPELINE_SIZE: usize = 1024;

/// A multiplexed connection, opened on first use.
pub(super) struct Connection {
    client: Client,
    config: AsyncConnectionConfig,
    current: Mutex<Option<Connecting>>,
}

type Connecting = Shared<BoxFuture<'static, Result<MultiplexedConnection, Arc<str>>>>;

/// The server's reply.
pub(super) enum Reply<V> {
    Value(V),
    /// An error code, without its message, which may repeat the request.
    Error(String),
}

impl Connection {
    pub(super) fn new(url: &str, timeout: Duration) -> Result<Self, ConfigError> {
        // The URL is not part of the message: it may contain a password.
        let invalid = || {
            ConfigError::new(
                "invalid Redis URL; help: write `redis://host:6379/0`, or `rediss://user:password@host:6379/0` with TLS",
            )
        };
        let info = url.into_connection_info().map_err(|_| invalid())?;
        if let ConnectionAddr::TcpTls { insecure, .. } = info.addr() {
            if *insecure {
                return Err(ConfigError::new(
                    "the Redis URL disables certificate verification; help: remove `#insecure`, and set SSL_CERT_FILE to the certificate authority's file",
                ));
            }
            install_crypto_provider();
        }
        let settings = info.redis_settings().clone().set_skip_set_lib_name();
        let client = Client::open(info.set_redis_settings(settings)).map_err(|_| invalid())?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT.max(timeout)))
            .set_response_timeout(Some(timeout))
            .set_pipeline_buffer_size(PIPELINE_SIZE);
        Ok(Self {
            client,
            config,
            current: Mutex::new(None),
        })
    }

    /// Sends a command.
    pub(super) async fn query<V: FromRedisValue>(&self, cmd: &Cmd) -> Result<Reply<V>, StoreError> {
        let connecting = self.connecting();
        let mut connection = match connecting.clone().await {
            Ok(connection) => connection,
            Err(reason) => {
                self.discard(&connecting);
                return Err(StoreError::new(&*reason));
            }
        };
        match cmd.query_async(&mut connection).await {
            Ok(value) => Ok(Reply::Value(value)),
            Err(error) => match error.code() {
                Some(code) => Ok(Reply::Error(code.to_owned())),
                // After a timeout or a protocol error the connection cannot be used any more.
                None => {
                    self.discard(&connecting);
                    Err(StoreError::new(describe(&error)))
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
                    .map_err(|error| describe(&error).into())
            }
            .boxed()
            .shared();
            // Spawned, so that connecting goes on after the commands that wait for it have timed out.
            tokio::spawn(connecting.clone().map(drop));
            connecting
        });
        connecting.clone()
    }

    /// Discards the connection, unless it has been replaced already. The next command opens another one.
    fn discard(&self, connecting: &Connecting) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current
            .as_ref()
            .is_some_and(|current| current.ptr_eq(connecting))
        {
            *current = None;
        }
    }
}

/// Describes an error without anything that was sent.
fn describe(error: &RedisError) -> String {
    match error.code() {
        Some(code) => format!("redis rejected the connection with `{code}`"),
        None if error.is_timeout() => "redis timed out".to_owned(),
        None if error.is_io_error() => format!("redis is unreachable: {error}"),
        None => format!("redis failed: {}", error.category()),
    }
}

/// Installs rustls' default crypto provider if there is none: the redis crate would panic.
fn install_crypto_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have installed one first.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
}
