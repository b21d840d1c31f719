//! Comparisons through the real server over the real plugins: every outcome, orders, options, and products that hang
//! or fail.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use prost::Message as _;
use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;
use quotient_service::config::{Config, LimitSection};
use quotient_service::plugins::{Inline, SheetDirectory};
use quotient_service::table_files::TableWatch;
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
    assert_eq!(comparison.encode_to_vec(), analysed(16).await.encode_to_vec());
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

/// A service whose plugins all have threads of their own, four for each, and a road that asks four products of each at
/// a time; five products of the rogue hang, and five fail.
async fn with_rogues() -> TestServer {
    let state = tempfile::tempdir().unwrap();
    let sheets = state.path().join("sheets");
    std::fs::create_dir(&sheets).unwrap();
    for index in 1..=5 {
        for what in ["waits", "fails"] {
            std::fs::write(sheets.join(format!("{what}-{index}.toml")), "of the rogue's own").unwrap();
        }
    }
    let rogue = std::env::current_exe().unwrap().with_file_name("libquotient_rogue.so");
    let mut plugins = plugins(vec![adapter_library("declarative"), rogue], state.path());
    plugins.inline = Inline::Only(Vec::new());
    plugins.limits.calls_at_once_max = 4;
    plugins.sheets = Some(SheetDirectory { directory: sheets, plugin_id: "rogue".to_owned() });
    let limits = LimitSection { products: 4, plugin_calls: 4, ..LimitSection::default() };
    let listen = Some(([127, 0, 0, 1], 0).into());
    let config = Config { listen, threads: Some(1), limits, ..Config::default() };
    TestServer::over(&config, road_over(&config, &plugins), state).await
}

#[tokio::test]
async fn forty_outcomes_arrive_in_time_when_five_products_hang_and_five_fail() {
    use v1::stream_compare_response::Piece;

    const CLIENT: Duration = Duration::from_secs(10);

    let server = with_rogues().await;
    let vendors =
        server.catalog().list_vendors(v1::ListVendorsRequest {}).await.unwrap().into_inner().vendors;
    let products = vendors.iter().flat_map(|vendor| &vendor.products);
    let of_sheets = |product: &&v1::Product| {
        !product.illustrative && product.plugin.as_ref().is_some_and(|plugin| plugin.id == "declarative")
    };
    let thirty: Vec<&str> = products.filter(of_sheets).map(|product| product.id.as_str()).take(30).collect();
    assert_eq!(thirty.len(), 30);
    let rogues: Vec<String> = ["fails", "waits"]
        .iter()
        .flat_map(|what| (1..=5).map(move |index| format!("{what}-{index}")))
        .collect();
    // Those that hang are asked before all others.
    let forty: Vec<&str> = rogues.iter().map(String::as_str).chain(thirty.iter().copied()).collect();
    let basic = |ids: &[&str]| v1::CompareRequest {
        requirement: Some(requirement(
            "[[seats]]
named = 10
",
        )),
        view: v1::QuoteView::Basic.into(),
        ..compare_request(ids)
    };
    let timed = |request: v1::CompareRequest| {
        let mut request = tonic::Request::new(request);
        request.set_timeout(CLIENT);
        request
    };
    let whole = async {
        let answer = server.quoting().compare(timed(basic(&forty))).await;
        answer.unwrap().into_inner().comparison.unwrap()
    };
    let streamed = async {
        let v1::CompareRequest { requirement, product_ids, view, options } = basic(&forty);
        let asked = v1::StreamCompareRequest { requirement, product_ids, view, options };
        let mut request = tonic::Request::new(asked);
        request.set_timeout(CLIENT);
        let mut stream = server.quoting().stream_compare(request).await.unwrap().into_inner();
        let mut pieces = Vec::new();
        while let Some(piece) = stream.next().await {
            pieces.push(piece.unwrap().piece.unwrap());
        }
        pieces
    };
    let started = Instant::now();
    let comparison = whole.await;
    let took = started.elapsed();
    assert!(took < CLIENT, "{took:?}");

    assert_eq!(comparison.outcomes.len(), 40);
    for outcome in &comparison.outcomes {
        let result = outcome.result.as_ref().unwrap();
        let as_expected = match outcome.product_id.split('-').next() {
            Some("waits") => matches!(result, Coded::TimedOut(_)),
            Some("fails") => matches!(result, Coded::AdapterFailed(_)),
            _ => !matches!(result, Coded::TimedOut(_) | Coded::AdapterFailed(_)),
        };
        assert!(as_expected, "{outcome:?}");
    }
    assert!(comparison.provisional);
    // Who hangs and who fails changes nothing for the others.
    let calm = server.quoting().compare(basic(&thirty)).await.unwrap().into_inner().comparison.unwrap();
    assert!(calm.ranking.len() > 5 && !calm.provisional);
    assert_eq!(comparison.ranking, calm.ranking);
    assert_eq!(comparison.assessments, calm.assessments);

    // As they come: 35 before any that hangs is given up, and the comparison at the end.
    let mut pieces = streamed.await;
    assert_eq!(pieces.pop(), Some(Piece::Comparison(comparison)));
    let ids = pieces.iter().map(|piece| match piece {
        Piece::Outcome(outcome) => outcome.product_id.as_str(),
        Piece::Comparison(_) => panic!("the comparison comes last"),
    });
    let ids: Vec<_> = ids.collect();
    assert_eq!(ids.len(), 40);
    assert!(ids[..35].iter().all(|id| !id.starts_with("waits")), "{ids:?}");
}

/// A table of one currency besides the euro.
fn rates(yuan: &str) -> String {
    format!("source = \"a bank\"\ndate = 2026-11-20\nbase = \"EUR\"\n[rates]\nUSD = 1.25\nCNY = {yuan}\n")
}

#[tokio::test]
async fn other_tables_are_used_when_two_looks_find_the_same_and_a_wrong_one_is_refused() {
    let state = tempfile::tempdir().unwrap();
    let file = |name: &str| state.path().join(name);
    let (fx, hidden) = (file("rates.toml"), file("hidden.toml"));
    std::fs::write(&fx, rates("7.5")).unwrap();
    let none = "currency = \"USD\"\nsource = \"none\"\nreserve = 0.2\nrevenue_share = 0.05\n";
    std::fs::write(&hidden, none).unwrap();
    let config = Config {
        listen: Some(([127, 0, 0, 1], 0).into()),
        threads: Some(1),
        fx_file: Some(fx.clone()),
        hidden_costs_file: Some(hidden.clone()),
        ..Config::default()
    };
    let road = road_over(&config, &plugins(vec![adapter_library("declarative")], state.path()));
    let mut watch = TableWatch::new(config.clone());
    let server = TestServer::over(&config, Arc::clone(&road), tempfile::tempdir().unwrap()).await;
    let cost = async || {
        let request = v1::CompareRequest {
            requirement: Some(requirement("term_months = 36\n[[seats]]\nnamed = 10\n")),
            ..compare_request(&["article-seats"])
        };
        let comparison = server.quoting().compare(request).await.unwrap().into_inner().comparison.unwrap();
        let tco = comparison.assessments[0].tco.clone().unwrap();
        (tco.total.unwrap().high.unwrap().units, tco.rate.unwrap().value)
    };
    // 500 yuan × 10 seats × 36 months are 180,000 yuan, at 1.25 ÷ 7.5 dollars each, 12 places of it.
    assert_eq!(cost().await, (30_000, "0.166666666667".to_owned()));
    assert!(!watch.look(&road).unwrap() && !watch.look(&road).unwrap(), "in use");

    std::fs::write(&fx, rates("10")).unwrap();
    assert!(!watch.look(&road).unwrap(), "seen once");
    assert_eq!(cost().await.0, 30_000);
    assert!(watch.look(&road).unwrap(), "seen twice");
    // At 1.25 ÷ 10.
    assert_eq!(cost().await, (22_500, "0.125".to_owned()));

    // A rate that is none: refused with its place, told once, and what was used goes on.
    std::fs::write(&fx, rates("0")).unwrap();
    assert!(!watch.look(&road).unwrap(), "seen once");
    let told = watch.look(&road).unwrap_err().to_string();
    assert!(told.contains("rates.toml:6:") && told.contains("found the rate 0"), "{told}");
    assert!(!watch.look(&road).unwrap() && !watch.look(&road).unwrap(), "told already");
    assert_eq!(cost().await.0, 22_500);

    // A good table beside a wrong one is not used either, until both are good.
    std::fs::write(&fx, rates("5")).unwrap();
    std::fs::write(&hidden, none.replace("USD", "JPY")).unwrap();
    let told = watch.reload(&road).unwrap_err().to_string();
    assert!(told.contains("hidden.toml: found the currency JPY"), "{told}");
    assert_eq!(cost().await.0, 22_500);
    let training = "[[items]]\ncode = \"h\"\nenglish = \"H\"\nchinese = \"H\"\nper = \"once\"\namount = 7\n";
    std::fs::write(&hidden, format!("{none}{training}")).unwrap();
    assert!(watch.reload(&road).unwrap());
    // 180,000 × 1.25 ÷ 5, and 7 dollars.
    assert_eq!(cost().await, (45_007, "0.25".to_owned()));
    std::fs::remove_file(&fx).unwrap();
    let told = watch.reload(&road).unwrap_err().to_string();
    assert!(told.contains("rates.toml: "), "{told}");
    assert_eq!(cost().await.0, 45_007);
}
