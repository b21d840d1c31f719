//! The operator's own sheets, through the real plugin and a real server: added, changed, refused, taken away, and
//! of a later day, while the service runs.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use quotient_plugin_api::digest::sha256_hex;
use quotient_proto::v1;
use quotient_service::config::Config;
use quotient_service::plugins::{PluginConfig, SheetDirectory, SheetWatch};
use quotient_service::quoting::Quoting;
use quotient_tests::{TestServer, adapter_library, plugins, quote_request, road_over};
use tonic::Code;

/// Ten seats for twelve months, priced on a day.
const TEN: &str = "pricing_date = 2026-11-22\nstart_date = 2026-12-01\n[[seats]]\nnamed = 10\n";
const TEN_IN_2027: &str = "pricing_date = 2027-03-01\nstart_date = 2027-04-01\n[[seats]]\nnamed = 10\n";

/// A sheet of one seat price by the month.
fn sheet(product: &str, price: &str, valid: &str) -> String {
    format!(
        r#"
[product]
id = "{product}"
name = "Acme Desk"
vendor = {{ id = "acme", name = "Acme" }}
currency = "USD"
as_of = "2026-11"
{valid}

[sources.pricing]
uri = "https://example.com/pricing"
confidence = "list"

[[editions]]
id = "team"
name = "Team"

[[purchase_options]]
id = "monthly"
name = "by the month"
billing_period_months = 1

[[charges]]
id = "seat"
name = "Seat"
category = "recurring"
meter = "seats_named"
count = {{ seats = {{ basis = "named" }} }}
cycle = "month"
per_unit = {{ price = {price} }}
sources = ["pricing"]
"#
    )
}

/// A running service with a directory of sheets.
struct Desk {
    sheets: PathBuf,
    config: PluginConfig,
    road: Arc<Quoting>,
    server: TestServer,
}

impl Desk {
    async fn new() -> Self {
        let state = tempfile::tempdir().unwrap();
        let sheets = state.path().join("sheets");
        fs::create_dir(&sheets).unwrap();
        let libraries = ["amazon_connect", "declarative"].map(adapter_library).to_vec();
        let mut config = plugins(libraries, state.path());
        let plugin_id = "declarative".to_owned();
        config.sheets = Some(SheetDirectory { directory: sheets.clone(), plugin_id });
        let service =
            Config { listen: Some(([127, 0, 0, 1], 0).into()), threads: Some(1), ..Config::default() };
        let road = road_over(&service, &config);
        let server = TestServer::over(&service, Arc::clone(&road), state).await;
        Self { sheets, config, road, server }
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.sheets.join(name), content).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.sheets.join(name)).unwrap();
    }

    fn reload(&self) {
        self.road.registry().reload(&self.config).unwrap();
    }

    /// The amount of the first line over the sold term, and the digests of the sheets.
    async fn price(&self, product: &str, requirement: &str) -> (String, Vec<String>) {
        let body = self.server.quote(product, requirement).await;
        let amount = body.line_items[0].amount.clone().unwrap().low.unwrap().value;
        (amount, body.reproducibility.unwrap().sheet_sha256)
    }

    async fn is_unknown(&self, product: &str) -> bool {
        let answer = self.server.quoting().quote(quote_request(product, TEN)).await;
        matches!(answer, Err(status) if status.code() == Code::NotFound)
    }

    async fn product(&self, vendor: &str, product: &str) -> v1::Product {
        let request = v1::GetVendorRequest { vendor_id: vendor.to_owned() };
        let vendor = self.server.catalog().get_vendor(request).await.unwrap().into_inner().vendor.unwrap();
        vendor.products.into_iter().find(|one| one.id == product).unwrap()
    }

    async fn refused(&self) -> Vec<v1::RefusedSheet> {
        let all = self.server.catalog().list_vendors(v1::ListVendorsRequest {}).await;
        all.unwrap().into_inner().refused_sheets
    }
}

#[tokio::test]
async fn a_product_is_added_changed_and_taken_away_while_the_service_runs() {
    let desk = Desk::new().await;
    assert!(desk.is_unknown("acme-desk").await);

    let first = sheet("acme-desk", "5", "");
    desk.write("acme-desk.toml", &first);
    desk.reload();
    // 10 seats × 5 × 12 months.
    assert_eq!(desk.price("acme-desk", TEN).await, ("600".to_owned(), vec![sha256_hex(first.as_bytes())]));
    let held = desk.road.registry().snapshot().product("acme-desk").unwrap();

    let second = sheet("acme-desk", "6.5", "");
    desk.write("acme-desk.toml", &second);
    desk.reload();
    // 10 × 6.5 × 12.
    assert_eq!(desk.price("acme-desk", TEN).await, ("780".to_owned(), vec![sha256_hex(second.as_bytes())]));
    assert_eq!(desk.product("acme", "acme-desk").await.revisions[0].sha256, sha256_hex(second.as_bytes()));
    let revisions = &held.catalog().revisions;
    assert_eq!(revisions[0].sha256, sha256_hex(first.as_bytes()), "who holds the old instance still has it");

    desk.remove("acme-desk.toml");
    desk.reload();
    assert!(desk.is_unknown("acme-desk").await);
}

#[tokio::test]
async fn a_bad_sheet_is_refused_with_its_place_and_the_old_one_goes_on() {
    let desk = Desk::new().await;
    let good = sheet("acme-desk", "5", "");
    desk.write("acme-desk.toml", &good);
    desk.reload();
    desk.write("acme-desk.toml", &good.replace("price = 5", "prize = 6"));
    desk.write("zeta.toml", "no sheet at all");
    desk.reload();
    assert_eq!(desk.price("acme-desk", TEN).await.0, "600");
    let product = desk.product("acme", "acme-desk").await;
    let [refused] = product.refused_sheets.as_slice() else { panic!("{:?}", product.refused_sheets) };
    let place =
        format!("acme-desk.toml:{}:", 1 + good[..good.find("price = 5").unwrap()].matches('\n').count());
    assert!(refused.reason.contains(&place) && refused.reason.contains("prize"), "{}", refused.reason);
    // A product that is not there is told of as well.
    let ids: Vec<_> = desk.refused().await.into_iter().map(|one| one.product_id).collect();
    assert_eq!(ids, ["acme-desk", "zeta"]);

    desk.write("acme-desk.toml", &sheet("acme-desk", "7", ""));
    desk.remove("zeta.toml");
    desk.reload();
    // 10 × 7 × 12.
    assert_eq!(desk.price("acme-desk", TEN).await.0, "840");
    assert_eq!(desk.refused().await, []);
    assert_eq!(desk.product("acme", "acme-desk").await.refused_sheets, []);
}

#[tokio::test]
async fn a_later_revision_is_quoted_today_by_the_pricing_date() {
    let desk = Desk::new().await;
    let now = sheet("acme-desk", "5", "");
    let next = sheet("acme-desk", "8", "valid_from = 2027-01-01");
    desk.write("acme-desk.toml", &now);
    desk.write("acme-desk@2027.toml", &next);
    desk.reload();
    assert_eq!(desk.price("acme-desk", TEN).await, ("600".to_owned(), vec![sha256_hex(now.as_bytes())]));
    // 10 × 8 × 12.
    assert_eq!(
        desk.price("acme-desk", TEN_IN_2027).await,
        ("960".to_owned(), vec![sha256_hex(next.as_bytes())])
    );
    let body = desk.server.quote("acme-desk", TEN_IN_2027).await;
    let sources: Vec<_> = body.sources.iter().map(|source| source.sheet_id.as_str()).collect();
    assert_eq!(sources, ["acme-desk@2027.toml"]);
    // Two that overlap are no timeline; what was there goes on.
    desk.write("acme-desk.toml", &sheet("acme-desk", "5", "valid_to = 2027-06-30"));
    desk.reload();
    assert_eq!(desk.refused().await.len(), 1);
    assert_eq!(desk.price("acme-desk", TEN_IN_2027).await.0, "960");
}

#[tokio::test]
async fn a_sheet_joins_the_bundled_ones_or_takes_the_place_of_one() {
    let desk = Desk::new().await;
    let bundled = desk.road.registry().snapshot().product("article-seats").unwrap();
    let text = include_str!("../../adapters/declarative/sheets/article-seats.toml");
    let later = text.replacen("as_of = ", "valid_from = 2027-01-01\nas_of = ", 1).replacen(
        "price = 500",
        "price = 600",
        1,
    );
    desk.write("article-seats@2027.toml", &later);
    desk.reload();
    // 10 × 500 × 12, and 10 × 600 × 12 from the next year on.
    assert_eq!(desk.price("article-seats", TEN).await.0, "60000");
    assert_eq!(desk.price("article-seats", TEN_IN_2027).await.0, "72000");

    desk.write("article-seats.toml", &text.replacen("price = 500", "price = 450", 1));
    desk.reload();
    // 10 × 450 × 12.
    assert_eq!(desk.price("article-seats", TEN).await.0, "54000");

    desk.remove("article-seats.toml");
    desk.remove("article-seats@2027.toml");
    desk.reload();
    let again = desk.road.registry().snapshot().product("article-seats").unwrap();
    assert!(Arc::ptr_eq(&bundled, &again), "the bundled instance was never gone");
}

#[tokio::test]
async fn a_sheet_of_another_plugins_product_is_refused_and_touches_nothing() {
    let desk = Desk::new().await;
    let before = desk.road.registry().snapshot().product("amazon-connect").unwrap();
    desk.write("amazon-connect.toml", &sheet("amazon-connect", "1", ""));
    desk.write("Acme.toml", &sheet("Acme", "1", ""));
    desk.reload();
    let told = desk.refused().await;
    assert!(told[0].reason.contains("expected the id of its product"), "{told:?}");
    assert!(told[1].reason.contains("found product id `amazon-connect`"), "{told:?}");
    let after = desk.road.registry().snapshot().product("amazon-connect").unwrap();
    assert!(Arc::ptr_eq(&before, &after));
}

#[tokio::test]
async fn a_change_is_used_when_two_looks_find_the_same() {
    let desk = Desk::new().await;
    let registry = desk.road.registry();
    let mut watch = SheetWatch::new(desk.config.clone());
    assert!(!watch.look(registry).unwrap(), "nothing there, nothing in use");
    let whole = sheet("acme-desk", "5", "");
    // As a writer leaves it that is not done.
    let (half, _) = whole.split_once("sources = [\"pricing\"]").unwrap();
    desk.write("acme-desk.toml", half);
    assert!(!watch.look(registry).unwrap(), "seen once");
    desk.write("acme-desk.toml", &whole);
    desk.write(".acme-desk.toml", "an editor's");
    desk.write("notes.txt", "not a sheet");
    assert!(!watch.look(registry).unwrap(), "seen once, and not as before");
    assert!(desk.is_unknown("acme-desk").await);
    assert!(watch.look(registry).unwrap(), "seen twice");
    assert_eq!(desk.price("acme-desk", TEN).await.0, "600");
    let instance = registry.snapshot().product("acme-desk").unwrap();
    assert!(!watch.look(registry).unwrap() && !watch.look(registry).unwrap(), "in use");
    desk.reload();
    let same = registry.snapshot().product("acme-desk").unwrap();
    assert!(Arc::ptr_eq(&instance, &same), "what did not change keeps its instance");
}

#[tokio::test]
async fn a_directory_that_cannot_be_listed_changes_nothing() {
    let desk = Desk::new().await;
    desk.write("acme-desk.toml", &sheet("acme-desk", "5", ""));
    desk.reload();
    fs::rename(&desk.sheets, desk.sheets.with_extension("gone")).unwrap();
    let error = desk.road.registry().reload(&desk.config).unwrap_err().to_string();
    assert!(error.contains("cannot list the directory of sheets"), "{error}");
    assert_eq!(desk.price("acme-desk", TEN).await.0, "600");
}
