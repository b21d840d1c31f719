//! `serve`: load, announce, serve, drain; and load again what has changed.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::problem::Problem;
use super::target::road_over;
use crate::config::{Config, ConfigError};
use crate::plugins::{PluginConfig, Registry, SheetWatch};
use crate::quoting::Quoting;
use crate::server::RunningServer;
use crate::table_files::TableWatch;

pub(super) fn run(
    mut config: Config,
    adapters: Option<PathBuf>,
    listen: Option<SocketAddr>,
    out: &mut impl Write,
    runtime: &Runtime,
) -> Result<(), Problem> {
    config.listen = listen.or(config.listen);
    let plugins = config.plugins(adapters)?;
    let road = road_over(&config, &plugins)?;
    let server = RunningServer::start(&config, Arc::clone(&road))?;
    let signals = runtime.block_on(async { Signals::new() })?;
    // The line that scripts wait for, and read the port from.
    writeln!(out, "listening on http://{}", server.address())?;
    out.flush()?;
    let poll_ms = config.sheets.poll_ms;
    runtime.block_on(until_stopped(signals, &road, plugins, poll_ms, TableWatch::new(config)));
    tracing::info!("stopping");
    Ok(server.stop()?)
}

/// A clock of looks; `None`: never.
type Looks = Option<Interval>;

fn looks(every: Option<Duration>) -> Looks {
    every.map(|every| {
        let mut looks = interval(every);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        looks
    })
}

async fn tick(looks: &mut Looks) {
    match looks {
        Some(looks) => drop(looks.tick().await),
        None => std::future::pending().await,
    }
}

/// Loads again what has changed, whenever it is time to or an operator asks, until the service is to stop.
async fn until_stopped(
    mut signals: Signals,
    road: &Quoting,
    plugins: PluginConfig,
    poll_ms: u32,
    mut tables: TableWatch,
) {
    let watched = plugins.sheets.is_some() && poll_ms > 0;
    let mut of_sheets = looks(watched.then(|| Duration::from_millis(poll_ms.into())));
    let mut of_tables = looks(tables.every());
    let mut sheets = SheetWatch::new(plugins.clone());
    loop {
        tokio::select! {
            asked = signals.next() => match asked {
                Asked::Stop => return,
                Asked::Reload => {
                    told(tables.reload(road));
                    reload(road.registry(), &plugins);
                }
            },
            () = tick(&mut of_sheets) => look(&mut sheets, road.registry()),
            () = tick(&mut of_tables) => told(tables.look(road)),
        }
    }
}

/// Exchange rates, taxes, hidden costs.
fn told(used: Result<bool, ConfigError>) {
    match used {
        Ok(true) => tracing::info!("other exchange rates, taxes or hidden costs are used"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "a table refused; what was used goes on"),
    }
}

/// Libraries and sheets. This thread serves nobody, so it may wait.
fn reload(registry: &Registry, plugins: &PluginConfig) {
    match registry.reload(plugins) {
        Ok(()) => tracing::info!(products = registry.snapshot().products().len(), "loaded again"),
        Err(error) => tracing::error!(%error, "not loaded again; what was loaded stays"),
    }
}

fn look(watch: &mut SheetWatch, registry: &Registry) {
    match watch.look(registry) {
        Ok(true) => tracing::info!(products = registry.snapshot().products().len(), "sheets loaded again"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "sheets not looked at; what was loaded stays"),
    }
}

/// What a signal asks for.
enum Asked {
    Stop,
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is no such signal"))]
    Reload,
}

/// The signals that the service listens to, from the moment that this is made.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, hang_up: signal(SignalKind::hangup())? })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "as where there are signals")]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::Stop,
            _ = self.hang_up.recv() => Asked::Reload,
            _ = tokio::signal::ctrl_c() => Asked::Stop,
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Asked {
        // Without a way to be told, it is better to end than to go on for ever.
        let _ = tokio::signal::ctrl_c().await;
        Asked::Stop
    }
}
