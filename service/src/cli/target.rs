//! Whom a command asks: the road in this process, or a running service.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use jiff::Zoned;
use jiff::civil::Date;
use quotient_proto::v1;
use tokio::runtime::Runtime;
use tonic::Status;
use tonic::transport::Channel;

use super::problem::Problem;
use crate::catalog;
use crate::config::Config;
use crate::grpc::status::status;
use crate::plugins::{PluginConfig, Registry};
use crate::quoting::Quoting;
use crate::stubs::catalog_service_client::CatalogServiceClient;
use crate::stubs::quoting_service_client::QuotingServiceClient;

/// Whom a command asks.
pub(super) enum Target {
    Here(Arc<Quoting>),
    Service(Box<Clients>),
}

/// Clients of a running service.
pub(super) struct Clients {
    quoting: QuotingServiceClient<Channel>,
    catalog: CatalogServiceClient<Channel>,
}

/// The road over the configured plugins.
pub(super) fn road(config: &Config, adapters: Option<PathBuf>) -> Result<Arc<Quoting>, Problem> {
    road_over(config, &config.plugins(adapters)?)
}

/// The road over these plugins.
pub(super) fn road_over(config: &Config, plugins: &PluginConfig) -> Result<Arc<Quoting>, Problem> {
    let registry = Registry::load(plugins)?;
    Ok(Arc::new(Quoting::new(Arc::new(registry), config.ground_tables()?, config.road_limits(), today)))
}

fn today() -> Date {
    Zoned::now().date()
}

impl Target {
    pub(super) fn open(
        config: &Config,
        adapters: Option<PathBuf>,
        server: Option<&str>,
        runtime: &Runtime,
    ) -> Result<Self, Problem> {
        let Some(server) = server else {
            let road = road(config, adapters)?;
            let nothing = road.registry().snapshot().products().len() == 0;
            return if nothing { Err(Problem::NoProducts) } else { Ok(Self::Here(road)) };
        };
        let refused = |cause| Problem::Server { server: server.to_owned(), cause };
        let endpoint = Channel::from_shared(server.to_owned()).ok();
        // Anything else connects to nowhere; there is no TLS.
        let endpoint = endpoint.filter(|endpoint| endpoint.uri().scheme_str() == Some("http"));
        let endpoint = endpoint.ok_or_else(|| Problem::Url(server.to_owned()))?;
        let channel = runtime.block_on(endpoint.connect()).map_err(refused)?;
        let limit = config.limits.reply_bytes as usize;
        Ok(Self::Service(Box::new(Clients {
            quoting: QuotingServiceClient::new(channel.clone()).max_decoding_message_size(limit),
            catalog: CatalogServiceClient::new(channel).max_decoding_message_size(limit),
        })))
    }

    pub(super) async fn quote(&mut self, request: v1::QuoteRequest) -> Result<v1::QuoteResponse, Status> {
        match self {
            Self::Here(road) => {
                let deadline = road.budget(Instant::now(), None);
                let quote = road.quote(request, deadline).await.map_err(|failure| status(&failure))?;
                Ok(v1::QuoteResponse { quote: Some(quote) })
            }
            Self::Service(clients) => Ok(clients.quoting.quote(request).await?.into_inner()),
        }
    }

    pub(super) async fn compare(
        &mut self,
        request: v1::CompareRequest,
    ) -> Result<v1::CompareResponse, Status> {
        match self {
            Self::Here(road) => {
                let deadline = road.budget(Instant::now(), None);
                let comparison = Arc::clone(road).compare(request, deadline).await;
                Ok(v1::CompareResponse { comparison: Some(comparison.map_err(|failure| status(&failure))?) })
            }
            Self::Service(clients) => Ok(clients.quoting.compare(request).await?.into_inner()),
        }
    }

    pub(super) async fn list_vendors(&mut self) -> Result<v1::ListVendorsResponse, Status> {
        match self {
            Self::Here(road) => Ok(catalog::all(&road.registry().snapshot())),
            Self::Service(clients) => {
                Ok(clients.catalog.list_vendors(v1::ListVendorsRequest {}).await?.into_inner())
            }
        }
    }
}
