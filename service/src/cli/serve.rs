//! `serve`: load, announce, serve, drain.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::runtime::Runtime;

use super::problem::Problem;
use super::target::road;
use crate::config::Config;
use crate::server::RunningServer;

pub(super) fn run(
    mut config: Config,
    adapters: Option<PathBuf>,
    listen: Option<SocketAddr>,
    out: &mut impl Write,
    runtime: &Runtime,
) -> Result<(), Problem> {
    config.listen = listen.or(config.listen);
    let road = road(&config, adapters)?;
    let server = RunningServer::start(&config, road)?;
    // The line that scripts wait for, and read the port from.
    writeln!(out, "listening on http://{}", server.address())?;
    out.flush()?;
    runtime.block_on(stop_signal())?;
    tracing::info!("stopping");
    Ok(server.stop()?)
}

/// Waits until the service is asked to stop.
async fn stop_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
