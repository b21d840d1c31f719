//! `quotient.v1.CatalogService` over the loaded plugins.

use std::sync::Arc;

use quotient_proto::v1;
use tonic::{Request, Response, Status};

use super::status::status;
use crate::catalog;
use crate::quoting::{Failure, Quoting};
use crate::stubs::catalog_service_server::CatalogService;

/// Answers `CatalogService`.
pub struct CatalogEdge {
    road: Arc<Quoting>,
}

impl CatalogEdge {
    /// An edge over a road.
    #[must_use]
    pub const fn new(road: Arc<Quoting>) -> Self {
        Self { road }
    }
}

#[tonic::async_trait]
impl CatalogService for CatalogEdge {
    async fn list_vendors(
        &self,
        _: Request<v1::ListVendorsRequest>,
    ) -> Result<Response<v1::ListVendorsResponse>, Status> {
        Ok(Response::new(catalog::all(&self.road.registry().snapshot())))
    }

    async fn get_vendor(
        &self,
        request: Request<v1::GetVendorRequest>,
    ) -> Result<Response<v1::GetVendorResponse>, Status> {
        let vendor_id = request.into_inner().vendor_id;
        let vendors = catalog::vendors(&self.road.registry().snapshot());
        let vendor = vendors.into_iter().find(|vendor| vendor.id == vendor_id);
        let vendor = vendor.ok_or_else(|| status(&Failure::UnknownVendor { vendor_id }))?;
        Ok(Response::new(v1::GetVendorResponse { vendor: Some(vendor) }))
    }
}
