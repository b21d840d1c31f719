//! What a comparison costs, without and with scenarios, as a ratio to the sum of the single quotes of the same
//! products, and how it grows from 1 to 200 products. The products are the bundled sheets and copies of them under
//! other names. All runs take the same road in this process, on one thread.

#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that fails must say so and end")]
#![allow(clippy::arithmetic_side_effects, clippy::float_arithmetic, reason = "times, no money")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use quotient_proto::v1;
use quotient_service::config::Config;
use quotient_service::plugins::SheetDirectory;
use quotient_service::quoting::{MAX_PRODUCTS, Quoting};
use quotient_service::requirement_file;
use quotient_tests::{adapter_library, plugins, road_over};
use toml_edit::{DocumentMut, Item, value};

// As the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BUYERS: [&str; 3] = ["shop-10", "shop-season-80", "bank-1200"];
const GROWTH: [usize; 7] = [1, 5, 20, 50, 100, 150, 200];
/// Fewest runs of each kind, and the time that they may fill beyond these.
const FEWEST: usize = 3;
const LONGEST: Duration = Duration::from_secs(2);

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the project").to_owned()
}

fn main() {
    let state = tempfile::tempdir().expect("a temporary directory");
    let copies = state.path().join("sheets");
    fs::create_dir(&copies).expect("a directory");
    let ids = copy_sheets(&copies);
    let mut loaded = plugins(vec![adapter_library("declarative")], state.path());
    loaded.sheets = Some(SheetDirectory { directory: copies, plugin_id: "declarative".to_owned() });
    let road = road_over(&Config::default(), &loaded);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let run = Run { road, runtime };
    println!("times in ms, least of at least {FEWEST} runs; ÷ is the ratio to the sum of single quotes");
    println!(
        "{:<16} {:>8} {:>8} {:>9} {:>6} {:>11} {:>6} {:>11} {:>7}",
        "buyer", "products", "quotes", "compare", "÷", "break-even", "÷", "200 draws", "÷"
    );
    for buyer in BUYERS {
        for products in GROWTH {
            run.row(buyer, ids.get(..products).expect("enough products"));
        }
    }
}

/// Bundled sheets under names of their own, again and again, until there are enough; the ids in their order.
fn copy_sheets(directory: &Path) -> Vec<String> {
    let files = fs::read_dir(checkout().join("adapters/declarative/sheets")).expect("the bundled sheets");
    let mut sheets: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    // One sheet for each product: a further revision needs the product's first.
    sheets.retain(|path| {
        path.extension().is_some_and(|end| end == "toml") && !path.display().to_string().contains('@')
    });
    sheets.sort();
    let mut ids = Vec::new();
    for (index, path) in sheets.iter().cycle().take(MAX_PRODUCTS).enumerate() {
        let text = fs::read_to_string(path).expect("a sheet");
        let mut sheet: DocumentMut = text.parse().expect("TOML");
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let id = format!("{name}-copy-{index}");
        let product = sheet.get_mut("product").and_then(Item::as_table_mut).expect("a product");
        product.insert("id", value(&id));
        fs::write(directory.join(format!("{id}.toml")), sheet.to_string()).expect("a copy");
        ids.push(id);
    }
    ids
}

struct Run {
    road: Arc<Quoting>,
    runtime: tokio::runtime::Runtime,
}

impl Run {
    fn row(&self, buyer: &str, ids: &[String]) {
        let file = checkout().join(format!("service/requirements/{buyer}.toml"));
        let requirement = requirement_file::read(Some(&file)).expect("a requirement");
        let quotes = least(|| self.quotes(&requirement, ids));
        let with = |break_even: bool, draws: Option<i32>| {
            let uncertainty =
                draws.map(|draws| v1::UncertaintyOptions { draws: Some(draws), ..Default::default() });
            let options = v1::ComparisonOptions { break_even, uncertainty, ..Default::default() };
            least(|| self.compare(&requirement, ids, options.clone()))
        };
        let (plain, break_even, draws) = (with(false, None), with(true, None), with(false, Some(200)));
        println!(
            "{buyer:<16} {:>8} {quotes:>8.2} {plain:>9.2} {:>6.2} {break_even:>11.2} {:>6.1} {draws:>11.2} {:>7.1}",
            ids.len(),
            plain / quotes,
            break_even / quotes,
            draws / quotes,
        );
    }

    /// Each product by a call of its own; one that has no quote is asked all the same.
    fn quotes(&self, requirement: &v1::Requirement, ids: &[String]) {
        for id in ids {
            let request = v1::QuoteRequest {
                product_id: id.clone(),
                requirement: Some(requirement.clone()),
                view: v1::QuoteView::Basic.into(),
            };
            drop(self.runtime.block_on(self.road.quote(request, deadline())));
        }
    }

    fn compare(&self, requirement: &v1::Requirement, ids: &[String], options: v1::ComparisonOptions) {
        let request = v1::CompareRequest {
            requirement: Some(requirement.clone()),
            product_ids: ids.to_vec(),
            view: v1::QuoteView::Basic.into(),
            options: Some(options),
        };
        let answer = self.runtime.block_on(Arc::clone(&self.road).compare(request, deadline()));
        let comparison = answer.unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_eq!(comparison.outcomes.len(), ids.len(), "an outcome for each product");
        assert!(!comparison.provisional, "no product was late");
    }
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(600)
}

/// The least time of some runs, in milliseconds.
fn least(run: impl Fn()) -> f64 {
    let begun = Instant::now();
    let mut least = f64::INFINITY;
    let mut runs = 0;
    while runs < FEWEST || (begun.elapsed() < LONGEST && runs < 50) {
        let start = Instant::now();
        run();
        least = least.min(start.elapsed().as_secs_f64() * 1e3);
        runs += 1;
    }
    least
}
