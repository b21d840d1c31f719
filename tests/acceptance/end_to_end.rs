//! The real server over the real plugins, through the generated client.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::collections::BTreeSet;

use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;
use quotient_service::grpc::status::DOMAIN;
use quotient_tests::{TestServer, bundled_requirement, quote_request, requirement};
use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic_types::StatusExt as _;

#[tokio::test]
async fn a_bad_request_names_every_violation_with_its_path() {
    let server = TestServer::start().await;
    let request = v1::CompareRequest {
        requirement: Some(requirement(
            "term_months = 400\n[[seats]]\nnamed = 1.5\n[[demand]]\nchannel = \"voice\"\ncontacts = -1\n",
        )),
        product_ids: vec!["nobody".to_owned()],
        view: 0,
        options: None,
    };
    let status = server.quoting().compare(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("INVALID_REQUIREMENT", DOMAIN));
    let fields: Vec<_> =
        details.bad_request().unwrap().field_violations.iter().map(|v| v.field.as_str()).collect();
    for expected in ["product_ids[0]", "term_months", "seats[0].named", "demand[0].contacts"] {
        assert!(fields.iter().any(|field| field.starts_with(expected)), "{expected} in {fields:?}");
    }
}

#[tokio::test]
async fn an_unknown_product_is_not_found() {
    let server = TestServer::start().await;
    let request = quote_request("nobody", "[[seats]]\nnamed = 1\n");
    let status = server.quoting().quote(request).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().reason, "UNKNOWN_PRODUCT");
    assert_eq!(details.resource_info().unwrap().resource_name, "nobody");
}

#[tokio::test]
async fn a_product_that_needs_a_field_costs_only_its_own_outcome() {
    let server = TestServer::start().await;
    let asked = "[[meters]]\nmeter_id = \"inquiries\"\nquantity = 5000\n";
    let status = server.quoting().quote(quote_request("tencent-qidian", asked)).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().reason, "NEEDS_INPUT");
    assert_eq!(details.precondition_failure().unwrap().violations[0].subject, "seats");

    let request = v1::CompareRequest {
        requirement: Some(requirement(asked)),
        product_ids: vec!["article-inquiries".to_owned(), "tencent-qidian".to_owned()],
        view: 0,
        options: None,
    };
    let comparison = server.quoting().compare(request).await.unwrap().into_inner().comparison.unwrap();
    assert!(matches!(comparison.outcomes[0].result, Some(Coded::Quoted(_))));
    assert!(matches!(comparison.outcomes[1].result, Some(Coded::NeedsInput(_))));
}

#[tokio::test]
async fn the_basic_view_keeps_the_sums_and_the_digest_of_the_whole() {
    let server = TestServer::start().await;
    let mut request =
        quote_request("aihecong", "[[seats]]\nnamed = 3\n[selection]\nedition_id = \"enterprise\"\n");
    let full = server.quoting().quote(request.clone()).await.unwrap().into_inner().quote.unwrap();
    request.view = v1::QuoteView::Basic.into();
    let basic = server.quoting().quote(request).await.unwrap().into_inner().quote.unwrap();
    assert_eq!(basic.body_sha256, full.body_sha256);
    let (basic, full) = (basic.body.unwrap(), full.body.unwrap());
    assert_eq!(basic.totals, full.totals);
    assert!(basic.invoices.is_empty() && basic.line_items[0].periods.is_empty());
    assert!(!full.invoices.is_empty() && !full.line_items[0].periods.is_empty());
}

#[tokio::test]
async fn the_catalog_lists_vendors_and_finds_one() {
    let server = TestServer::start().await;
    let vendors =
        server.catalog().list_vendors(v1::ListVendorsRequest {}).await.unwrap().into_inner().vendors;
    let listed: Vec<_> = vendors.iter().map(|vendor| vendor.id.as_str()).collect();
    assert!(listed.is_sorted() && listed.iter().collect::<BTreeSet<_>>().len() == listed.len(), "{listed:?}");
    for known in ["aihecong", "articles", "aws", "microsoft", "tencent-qidian"] {
        assert!(listed.contains(&known), "{listed:?}");
    }
    let microsoft = vendors.iter().find(|vendor| vendor.id == "microsoft").unwrap();
    assert!(microsoft.products.len() > 1, "a vendor of several libraries is one");
    let request = v1::GetVendorRequest { vendor_id: "articles".to_owned() };
    let vendor = server.catalog().get_vendor(request).await.unwrap().into_inner().vendor.unwrap();
    assert!(vendor.products.iter().all(|product| product.illustrative));
    let request = v1::GetVendorRequest { vendor_id: "nobody".to_owned() };
    let status = server.catalog().get_vendor(request).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(status.get_error_details().error_info().unwrap().reason, "UNKNOWN_VENDOR");
}

#[tokio::test]
async fn health_and_reflection_answer() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_check_response::ServingStatus;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

    let server = TestServer::start().await;
    let mut health = tonic_health::pb::health_client::HealthClient::new(server.channel());
    let request = HealthCheckRequest { service: "quotient.v1.QuotingService".to_owned() };
    let answer = health.check(request).await.unwrap().into_inner();
    assert_eq!(answer.status(), ServingStatus::Serving);

    let mut reflection = ServerReflectionClient::new(server.channel());
    let request = tonic_reflection::pb::v1::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut answers =
        reflection.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer = answers.next().await.unwrap().unwrap().message_response.unwrap();
    let MessageResponse::ListServicesResponse(services) = answer else { panic!("{answer:?}") };
    let names: Vec<_> = services.service.iter().map(|service| service.name.as_str()).collect();
    for expected in ["quotient.v1.QuotingService", "quotient.v1.CatalogService", "grpc.health.v1.Health"] {
        assert!(names.contains(&expected), "{expected} in {names:?}");
    }
}

/// The bytes of all bodies, asked for by many clients at once.
async fn bodies(threads: u16) -> Vec<Vec<u8>> {
    use prost::Message as _;

    let server = TestServer::with_threads(threads).await;
    let mut calls = tokio::task::JoinSet::new();
    for product in ["aihecong", "amazon-connect", "dynamics-365-contact-center", "tencent-qidian"] {
        for call in 0..16 {
            // All calls of one connection are answered by one thread.
            let mut client = server.another_quoting().await;
            let request = v1::QuoteRequest {
                product_id: product.to_owned(),
                requirement: Some(bundled_requirement()),
                view: v1::QuoteView::Full.into(),
            };
            calls.spawn(async move {
                let quote = client.quote(request).await.unwrap().into_inner().quote.unwrap();
                ((product, call), quote.body.unwrap().encode_to_vec())
            });
        }
    }
    let mut answers = calls.join_all().await;
    answers.sort();
    answers.into_iter().map(|(_, body)| body).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_requirement_gives_the_same_bytes_on_1_and_16_threads() {
    let (one, sixteen) = (bodies(1).await, bodies(16).await);
    assert_eq!(one.len(), 64);
    assert_eq!(one, sixteen);
    // All sixteen answers of a product are the same.
    assert!(one.chunks(16).all(|answers| answers.windows(2).all(|pair| pair[0] == pair[1])));
}
