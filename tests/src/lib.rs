//! What the acceptance tests share: the adapters that this build made, and a real server over them.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that fails is a test that fails"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quotient_proto::v1;
use quotient_service::config::Config;
use quotient_service::plugins::{Inline, PluginConfig, Registry};
use quotient_service::quoting::Quoting;
use quotient_service::requirement_file;
use quotient_service::server::RunningServer;
use quotient_service::stubs::catalog_service_client::CatalogServiceClient;
use quotient_service::stubs::quoting_service_client::QuotingServiceClient;
use tempfile::TempDir;
use tonic::transport::Channel;

/// The adapters of this workspace.
pub const ADAPTERS: [&str; 4] = ["amazon_connect", "declarative", "dynamics_365", "tencent_qidian"];

/// The library of an adapter, by its exact name, where this build put it: beside the test itself.
#[must_use]
pub fn adapter_library(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    test.with_file_name(format!("{prefix}quotient_adapter_{name}{suffix}"))
}

/// Loads these libraries as just built, called inline, with private copies below `state`.
#[must_use]
pub fn plugins(libraries: Vec<PathBuf>, state: &Path) -> PluginConfig {
    let mut config = PluginConfig::new(state.join("plugins"));
    config.dev = true;
    config.inline = Inline::All;
    config.files = libraries;
    config
}

/// The road over all adapters of the workspace. A requirement without a pricing date is priced on
/// 2026-11-22.
#[must_use]
pub fn road(config: &Config, state: &Path) -> Arc<Quoting> {
    road_over(config, &plugins(ADAPTERS.map(adapter_library).to_vec(), state))
}

/// The road over chosen plugins.
#[must_use]
pub fn road_over(config: &Config, plugins: &PluginConfig) -> Arc<Quoting> {
    let registry = Registry::load(plugins).expect("the plugins load");
    let refused = registry.snapshot().refused().iter().map(|r| r.reason.clone()).collect::<Vec<_>>();
    assert!(refused.is_empty(), "refused: {refused:?}");
    let tables = config.ground_tables().expect("the bundled tables are right");
    let today = || "2026-11-22".parse().expect("a date");
    Arc::new(Quoting::new(Arc::new(registry), tables, config.road_limits(), today))
}

/// A real server over all adapters, on a free port, with a connected client.
pub struct TestServer {
    // Dropping it stops it.
    running: RunningServer,
    channel: Channel,
    _state: TempDir,
}

impl TestServer {
    /// Starts it with one thread.
    pub async fn start() -> Self {
        Self::with_threads(1).await
    }

    /// Starts it with several threads.
    pub async fn with_threads(threads: u16) -> Self {
        let state = tempfile::tempdir().expect("a temporary directory");
        let config =
            Config { listen: Some(([127, 0, 0, 1], 0).into()), threads: Some(threads), ..Config::default() };
        let road = road(&config, state.path());
        Self::over(&config, road, state).await
    }

    /// Starts it over a road.
    pub async fn over(config: &Config, road: Arc<Quoting>, state: TempDir) -> Self {
        let running = RunningServer::start(config, road).expect("a free port");
        let channel = connect(&running).await;
        Self { running, channel, _state: state }
    }

    /// A client of `QuotingService` with a connection of its own, which any of the threads may serve.
    pub async fn another_quoting(&self) -> QuotingServiceClient<Channel> {
        QuotingServiceClient::new(connect(&self.running).await).max_decoding_message_size(16 << 20)
    }

    /// A connection to it.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A client of `QuotingService`.
    #[must_use]
    pub fn quoting(&self) -> QuotingServiceClient<Channel> {
        QuotingServiceClient::new(self.channel()).max_decoding_message_size(16 << 20)
    }

    /// A client of `CatalogService`.
    #[must_use]
    pub fn catalog(&self) -> CatalogServiceClient<Channel> {
        CatalogServiceClient::new(self.channel())
    }

    /// The whole quote of a product for a requirement in TOML.
    pub async fn quote(&self, product_id: &str, requirement: &str) -> v1::QuoteBody {
        let request = quote_request(product_id, requirement);
        let answer = self.quoting().quote(request).await.unwrap_or_else(|status| panic!("{status:?}"));
        answer.into_inner().quote.and_then(|quote| quote.body).expect("a quote has a body")
    }
}

async fn connect(running: &RunningServer) -> Channel {
    let address = format!("http://{}", running.address());
    Channel::from_shared(address).expect("an address").connect().await.expect("a server")
}

/// A requirement in TOML.
#[must_use]
pub fn requirement(toml: &str) -> v1::Requirement {
    requirement_file::parse("requirement.toml", toml.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

/// Asks for the whole quote of a product for a requirement in TOML.
#[must_use]
pub fn quote_request(product_id: &str, toml: &str) -> v1::QuoteRequest {
    v1::QuoteRequest {
        product_id: product_id.to_owned(),
        requirement: Some(requirement(toml)),
        view: v1::QuoteView::Full.into(),
    }
}

/// The bundled requirement.
#[must_use]
pub fn bundled_requirement() -> v1::Requirement {
    requirement_file::read(None).expect("the bundled requirement is right")
}
