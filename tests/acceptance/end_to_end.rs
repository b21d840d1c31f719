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
use quotient_service::config::Config;
use quotient_service::grpc::status::DOMAIN;
use quotient_service::plugins::Inline;
use quotient_tests::{
    TestServer, adapter_library, bundled_requirement, plugins, quote_request, requirement, road_over,
};
use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic_types::StatusExt as _;

fn compare_request(product_ids: &[&str]) -> v1::CompareRequest {
    v1::CompareRequest {
        requirement: Some(bundled_requirement()),
        product_ids: product_ids.iter().map(|id| (*id).to_owned()).collect(),
        view: v1::QuoteView::Full.into(),
        options: None,
    }
}

fn ids(comparison: &v1::Comparison) -> Vec<&str> {
    comparison.outcomes.iter().map(|outcome| outcome.product_id.as_str()).collect()
}

#[tokio::test]
async fn compare_answers_for_every_product_that_is_no_illustration() {
    let server = TestServer::start().await;
    let answer = server.quoting().compare(compare_request(&[])).await.unwrap().into_inner();
    let comparison = answer.comparison.unwrap();
    let vendors =
        server.catalog().list_vendors(v1::ListVendorsRequest {}).await.unwrap().into_inner().vendors;
    let products = vendors.iter().flat_map(|vendor| &vendor.products);
    let mut expected: Vec<_> =
        products.filter(|product| !product.illustrative).map(|product| product.id.as_str()).collect();
    expected.sort_unstable();
    assert_eq!(ids(&comparison), expected);
    let served = ["aihecong", "amazon-connect", "dynamics-365-contact-center", "tencent-qidian"];
    assert!(served.iter().all(|id| expected.contains(id)), "{expected:?}");
    for outcome in &comparison.outcomes {
        let Some(Coded::Quoted(quote) | Coded::PartiallyQuoted(quote)) = &outcome.result else {
            // Some sell nothing of what is asked, or want to know more; none fails.
            let answered = matches!(&outcome.result, Some(Coded::NoMatchingOffer(_) | Coded::NeedsInput(_)));
            let id = &outcome.product_id;
            assert!(answered && !served.contains(&id.as_str()), "{id}: {:?}", outcome.result);
            continue;
        };
        let body = quote.body.as_ref().unwrap();
        let plugin = body.reproducibility.as_ref().unwrap();
        assert_eq!(plugin.plugin_sha256.len(), 64, "every product comes from a library");
        assert_eq!(body.conversion.as_ref().unwrap().currency_code, "USD");
    }
}

#[tokio::test]
async fn an_illustration_is_compared_when_it_is_named() {
    let server = TestServer::start().await;
    let answer = server.quoting().compare(compare_request(&["article-seats"])).await.unwrap().into_inner();
    assert_eq!(ids(&answer.comparison.unwrap()), ["article-seats"]);
}

#[tokio::test]
async fn a_stream_sends_each_outcome_once_and_then_the_same_comparison() {
    use v1::stream_compare_response::Piece;

    let server = TestServer::start().await;
    let whole =
        server.quoting().compare(compare_request(&[])).await.unwrap().into_inner().comparison.unwrap();
    let asked = compare_request(&[]);
    let request = v1::StreamCompareRequest {
        requirement: asked.requirement,
        product_ids: asked.product_ids,
        view: asked.view,
        options: None,
    };
    let mut stream = server.quoting().stream_compare(request).await.unwrap().into_inner();
    let mut pieces = Vec::new();
    while let Some(piece) = stream.next().await {
        pieces.push(piece.unwrap().piece.unwrap());
    }
    let last = pieces.pop().unwrap();
    assert_eq!(last, Piece::Comparison(whole.clone()));
    let mut arrived: Vec<_> = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Outcome(outcome) => outcome,
            Piece::Comparison(_) => panic!("the comparison comes last"),
        })
        .collect();
    arrived.sort_by(|a, b| a.product_id.cmp(&b.product_id));
    assert_eq!(arrived, whole.outcomes);
}

/// The bundled requirement, with everything that a comparison can look at.
async fn analysed(threads: u16) -> v1::Comparison {
    let server = TestServer::with_threads(threads).await;
    let options = v1::ComparisonOptions {
        break_even: true,
        uncertainty: Some(v1::UncertaintyOptions { draws: Some(10), ..v1::UncertaintyOptions::default() }),
        ..v1::ComparisonOptions::default()
    };
    let request = v1::CompareRequest { options: Some(options), ..compare_request(&[]) };
    server.quoting().compare(request).await.unwrap().into_inner().comparison.unwrap()
}

#[tokio::test]
async fn a_comparison_ranks_explains_and_is_the_same_on_any_number_of_threads() {
    let comparison = analysed(1).await;
    assert_eq!(comparison, analysed(16).await);
    // Who is ranked has a cost, a place and a reason; who is not has a reason.
    for one in &comparison.assessments {
        let ranked = comparison.ranking.contains(&one.product_id);
        assert_eq!(ranked, one.rank > 0, "{one:?}");
        assert!(!one.reasons.is_empty(), "{one:?}");
    }
    let recommended = comparison.recommendation.unwrap().product_id;
    assert!(comparison.ranking.contains(&recommended));
    let analysis = comparison.analysis.unwrap();
    assert_eq!(analysis.spreads.len(), comparison.ranking.len());
    assert!(analysis.curves.iter().any(|curve| curve.subject.as_ref().unwrap().product_id == recommended));
}

#[tokio::test]
async fn bad_options_are_named_by_their_paths() {
    let server = TestServer::start().await;
    let bad = quotient_proto::google::r#type::Decimal { value: "2".to_owned() };
    let options = v1::ComparisonOptions {
        thresholds: Some(v1::Thresholds { min_trial_days: Some(-1), ..v1::Thresholds::default() }),
        yearly_discount: Some(bad),
        uncertainty: Some(v1::UncertaintyOptions { draws: Some(9), ..v1::UncertaintyOptions::default() }),
        ..v1::ComparisonOptions::default()
    };
    let request = v1::CompareRequest { options: Some(options), ..compare_request(&[]) };
    let status = server.quoting().compare(request).await.unwrap_err();
    let details = status.get_error_details();
    let fields: Vec<_> =
        details.bad_request().unwrap().field_violations.iter().map(|v| v.field.as_str()).collect();
    let expected =
        ["options.yearly_discount", "options.uncertainty.draws", "options.thresholds.min_trial_days"];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_score_is_named() {
    let server = TestServer::start().await;
    let decimal = |value: &str| Some(quotient_proto::google::r#type::Decimal { value: value.to_owned() });
    let criterion = |kind: v1::CriterionKind, weight: &str, best: &str, worst: &str| v1::ScoreCriterion {
        kind: kind.into(),
        weight: decimal(weight),
        best: decimal(best).filter(|best| !best.value.is_empty()),
        worst: decimal(worst).filter(|worst| !worst.value.is_empty()),
    };
    let fields = async |order: v1::RankingOrder, criteria: Vec<v1::ScoreCriterion>| {
        let ranking = Some(v1::RankingOptions { order: order.into(), criteria });
        let options = Some(v1::ComparisonOptions { ranking, ..v1::ComparisonOptions::default() });
        let request = v1::CompareRequest { options, ..compare_request(&[]) };
        let status = server.quoting().compare(request).await.unwrap_err();
        let details = status.get_error_details();
        let violations = &details.bad_request().unwrap().field_violations;
        violations.iter().map(|violation| violation.field.clone()).collect::<Vec<_>>()
    };
    use v1::{CriterionKind as Kind, RankingOrder as Order};
    let at = |index: usize, field: &str| format!("options.ranking.criteria[{index}].{field}");
    let wrong = vec![
        // No bounds; less is not the worst of a cost, and more not that of a share.
        criterion(Kind::Cost, "1", "", ""),
        criterion(Kind::Risk, "1", "100", "100"),
        criterion(Kind::Capabilities, "0", "0", "1"),
        criterion(Kind::Confidence, "1", "", "7"),
        criterion(Kind::Thresholds, "1", "", ""),
        criterion(Kind::Thresholds, "1", "", ""),
        criterion(Kind::Unspecified, "1", "", ""),
    ];
    assert_eq!(
        fields(Order::Score, wrong.clone()).await,
        [
            at(0, "best"),
            at(0, "worst"),
            at(1, "worst"),
            at(2, "weight"),
            at(2, "worst"),
            at(3, "worst"),
            at(5, "kind"),
            at(6, "kind"),
        ]
    );
    assert_eq!(fields(Order::Score, Vec::new()).await, ["options.ranking.criteria"]);
    assert_eq!(fields(Order::Risk, wrong).await, ["options.ranking.criteria"]);
}

#[tokio::test]
async fn a_ranking_by_risk_draws_by_the_defaults_where_none_are_asked_for() {
    let server = TestServer::start().await;
    let by = async |order: v1::RankingOrder| {
        let ranking = Some(v1::RankingOptions { order: order.into(), criteria: Vec::new() });
        let options = Some(v1::ComparisonOptions { ranking, ..v1::ComparisonOptions::default() });
        let request = v1::CompareRequest { options, ..compare_request(&[]) };
        server.quoting().compare(request).await.unwrap().into_inner().comparison.unwrap()
    };
    let by_risk = by(v1::RankingOrder::Risk).await;
    assert_eq!(by_risk.ranking_order(), v1::RankingOrder::Risk);
    let spreads = &by_risk.analysis.as_ref().unwrap().spreads;
    assert_eq!(spreads.len(), by_risk.ranking.len());
    let cost = |id: &String| {
        let one = by_risk.assessments.iter().find(|one| one.product_id == *id).unwrap();
        let own = spreads.iter().find(|spread| spread.product_id == *id).unwrap();
        assert_eq!(own.risk_adjusted, one.risk_adjusted);
        assert!(one.reasons.iter().any(|reason| reason.code == "rank_by_risk"), "{one:?}");
        let money = one.risk_adjusted.as_ref().unwrap();
        (money.units, money.nanos)
    };
    let costs: Vec<_> = by_risk.ranking.iter().map(cost).collect();
    assert!(costs.is_sorted() && costs.len() > 1, "{costs:?}");
    let by_cost = by(v1::RankingOrder::Unspecified).await;
    assert_eq!((by_cost.ranking_order(), by_cost.analysis), (v1::RankingOrder::Cost, None));
}

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

#[tokio::test]
async fn a_plugin_that_fails_is_late_or_declines_costs_its_own_outcome_only() {
    let state = tempfile::tempdir().unwrap();
    let rogue = std::env::current_exe().unwrap().with_file_name("libquotient_rogue.so");
    let mut plugins = plugins(vec![adapter_library("declarative"), rogue], state.path());
    // The rogue gets threads of its own: a plugin that is late must not hold up the others.
    plugins.inline = Inline::Only(vec!["declarative".to_owned()]);
    let config = Config { listen: Some(([127, 0, 0, 1], 0).into()), threads: Some(1), ..Config::default() };
    let server = TestServer::over(&config, road_over(&config, &plugins), state).await;

    let asked = ["aihecong", "declines", "fails", "panics", "waits"];
    let mut request = tonic::Request::new(compare_request(&asked));
    request.set_timeout(std::time::Duration::from_secs(4));
    let comparison = server.quoting().compare(request).await.unwrap().into_inner().comparison.unwrap();
    let coded = |id: &str| {
        let outcome = comparison.outcomes.iter().find(|outcome| outcome.product_id == id).unwrap();
        outcome.result.clone().unwrap()
    };
    assert!(matches!(coded("aihecong"), Coded::PartiallyQuoted(_)));
    assert!(matches!(coded("declines"), Coded::ContactSales(_)));
    assert!(matches!(coded("fails"), Coded::AdapterFailed(_)));
    assert!(matches!(coded("panics"), Coded::AdapterFailed(_)));
    assert!(matches!(coded("waits"), Coded::TimedOut(_)));
    assert!(comparison.notes.iter().any(|note| note.code == "provisional"));
    // What went wrong inside is for the operator's log.
    let Coded::AdapterFailed(refusal) = coded("panics") else { unreachable!() };
    assert_eq!(refusal.text, "the adapter failed");

    let mut late = tonic::Request::new(quote_request("waits", "[[seats]]\nnamed = 1\n"));
    late.set_timeout(std::time::Duration::from_secs(2));
    let status = server.quoting().quote(late).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(status.get_error_details().error_info().unwrap().reason, "TIMED_OUT");
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
