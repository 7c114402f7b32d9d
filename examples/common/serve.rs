//! The server that every example uses.

use std::{env, io::IsTerminal, net::Ipv4Addr, time::Duration};

use axum::Router;
use inference_runtime::Inference;
use tokio::{net::TcpListener, signal};
use tracing_subscriber::EnvFilter;

/// Logs warnings and errors, or according to `RUST_LOG`, to standard error.
pub fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

/// The time for background work to end at shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves on 127.0.0.1, port 3000 or `PORT`, until Ctrl-C or a termination signal. Then open requests are answered and
/// the runtime is shut down.
pub async fn until_ctrl_c(
    app: Router,
    inference: &Inference,
) -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = match env::var("PORT") {
        Ok(port) => port.parse().map_err(|_| {
            format!("invalid port `{port}` in `PORT`; help: set a number up to 65535")
        })?,
        Err(_) => 3000,
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| {
            format!("port {port} cannot be used: {error}; help: set `PORT` to another port")
        })?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(stop_signal())
        .await?;
    if let Err(unfinished) = inference.shutdown(SHUTDOWN_TIMEOUT).await {
        eprintln!("{unfinished}");
    }
    println!("stopped");
    Ok(())
}

async fn stop_signal() {
    let ctrl_c = async {
        // If no handler can be installed, this signal never arrives.
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = ctrl_c => {}
        () = terminate => {}
    }
}
