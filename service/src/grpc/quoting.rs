//! `quotient.v1.QuotingService` over the road.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::{Stream, StreamExt as _};
use quotient_proto::v1;
use tonic::{Request, Response, Status};

use super::deadline::client_timeout;
use super::status::status;
use crate::quoting::Quoting;
use crate::stubs::quoting_service_server::QuotingService;

/// Answers `QuotingService`.
pub struct QuotingEdge {
    road: Arc<Quoting>,
}

impl QuotingEdge {
    /// An edge over a road.
    #[must_use]
    pub const fn new(road: Arc<Quoting>) -> Self {
        Self { road }
    }

    fn deadline<T>(&self, request: &Request<T>) -> Instant {
        self.road.budget(Instant::now(), client_timeout(request.metadata()))
    }
}

#[tonic::async_trait]
impl QuotingService for QuotingEdge {
    async fn quote(&self, request: Request<v1::QuoteRequest>) -> Result<Response<v1::QuoteResponse>, Status> {
        let deadline = self.deadline(&request);
        let quote = self.road.quote(request.into_inner(), deadline).await.map_err(|f| status(&f))?;
        Ok(Response::new(v1::QuoteResponse { quote: Some(quote) }))
    }

    async fn compare(
        &self,
        request: Request<v1::CompareRequest>,
    ) -> Result<Response<v1::CompareResponse>, Status> {
        let deadline = self.deadline(&request);
        let road = Arc::clone(&self.road);
        let comparison = road.compare(request.into_inner(), deadline).await.map_err(|f| status(&f))?;
        Ok(Response::new(v1::CompareResponse { comparison: Some(comparison) }))
    }

    type StreamCompareStream = Pin<Box<dyn Stream<Item = Result<v1::StreamCompareResponse, Status>> + Send>>;

    async fn stream_compare(
        &self,
        request: Request<v1::StreamCompareRequest>,
    ) -> Result<Response<Self::StreamCompareStream>, Status> {
        let deadline = self.deadline(&request);
        let road = Arc::clone(&self.road);
        let pieces = road.stream_compare(request.into_inner(), deadline).map_err(|f| status(&f))?;
        Ok(Response::new(Box::pin(pieces.map(|piece| piece.map_err(|failure| status(&failure))))))
    }
}
