//! `adapters/PRODUCTS.md`: what can be quoted, made from the products themselves. The test fails when it is not current;
//! with `QUOTIENT_WRITE_PRODUCTS` set it writes it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;
use quotient_service::requirement_file;
use quotient_tests::TestServer;
use toml_edit::{DocumentMut, Item};

const HEAD: &str = "# Products

Made from the products themselves by

```sh
QUOTIENT_WRITE_PRODUCTS=1 cargo test -p quotient-tests --test products
```

*Confidence*: how much the figures of its quotes bind, for the requirements below. *Examples*: published examples that
tests reproduce, in `tests/vendors/` and `tests/acceptance/vendor_examples.rs`. The last columns say what becomes of each
bundled requirement (`service/requirements/`): `quoted` in whole or `partly`, or why there is no quote; and for a quote
that is not ranked the first reason that keeps it out, or `lower_bound`.
";

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The bundled requirements by name.
fn requirements() -> BTreeMap<String, v1::Requirement> {
    let files = fs::read_dir(checkout().join("service/requirements")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    paths
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, requirement_file::read(Some(&path)).unwrap())
        })
        .collect()
}

/// Published examples that tests reproduce.
fn examples(product: &str) -> usize {
    let tests = checkout().join("tests");
    let cases = fs::read_to_string(tests.join(format!("vendors/{product}.toml"))).unwrap_or_default();
    let cases: DocumentMut = cases.parse().unwrap();
    let of = |kind| cases.get(kind).and_then(Item::as_array_of_tables).into_iter().flatten();
    let published = of("case").chain(of("charge_case")).filter(|case| case.contains_key("published")).count();
    let code = fs::read_to_string(tests.join("acceptance/vendor_examples.rs")).unwrap();
    published + code.matches(&format!("check(\"{product}\",")).count()
}

/// What became of a product, and how much its figures bind.
fn outcome(comparison: &v1::Comparison, product: &str) -> (String, Option<String>) {
    let outcome = comparison.outcomes.iter().find(|one| one.product_id == product).unwrap();
    let assessment = comparison.assessments.iter().find(|one| one.product_id == product);
    let unranked = || {
        let assessment = assessment.filter(|one| one.rank == 0)?;
        let excludes = |one: &&v1::Reason| one.weight() == v1::ReasonWeight::Excludes;
        let reason = assessment.reasons.iter().find(excludes).map(|reason| reason.code.clone());
        let is_bound = assessment.comparability() == v1::Comparability::LowerBound;
        reason.or_else(|| is_bound.then(|| "lower_bound".to_owned()))
    };
    let word = match outcome.result.as_ref().unwrap() {
        Coded::Quoted(_) => "quoted",
        Coded::PartiallyQuoted(_) => "partly",
        Coded::ContactSales(_) => "contact_sales",
        Coded::NeedsInput(_) => "needs_input",
        Coded::NoMatchingOffer(_) => "no_matching_offer",
        Coded::TimedOut(_) | Coded::AdapterFailed(_) => panic!("{product} failed: {outcome:?}"),
    };
    let confidence = assessment.map(|one| {
        let name = one.confidence().as_str_name();
        name.strip_prefix("CONFIDENCE_").unwrap_or(name).to_lowercase()
    });
    (unranked().map_or_else(|| word.to_owned(), |reason| format!("{word}: {reason}")), confidence)
}

async fn table() -> String {
    let server = TestServer::start().await;
    let all = server.catalog().list_vendors(v1::ListVendorsRequest {}).await.unwrap().into_inner();
    let products = || all.vendors.iter().flat_map(|vendor| &vendor.products);
    let ids: Vec<_> = products().map(|product| product.id.clone()).collect();
    let mut comparisons = BTreeMap::new();
    for (name, requirement) in requirements() {
        let request = v1::CompareRequest {
            requirement: Some(requirement),
            product_ids: ids.clone(),
            ..Default::default()
        };
        let answer = server.quoting().compare(request).await.unwrap().into_inner();
        comparisons.insert(name, answer.comparison.unwrap());
    }
    let mut table = HEAD.to_owned();
    let names: Vec<_> = comparisons.keys().map(String::as_str).collect();
    let columns = ["vendor", "product", "kind", "as of", "currency", "confidence", "models", "examples"];
    let columns: Vec<_> = columns.into_iter().chain(names).collect();
    write!(table, "\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len())).unwrap();
    for vendor in &all.vendors {
        for product in &vendor.products {
            let outcomes = comparisons.values().map(|comparison| outcome(comparison, &product.id));
            let (outcomes, confidences): (Vec<_>, Vec<_>) = outcomes.unzip();
            let confidences: BTreeSet<_> = confidences.into_iter().flatten().collect();
            let as_of: BTreeSet<_> = product.revisions.iter().map(|one| one.as_of.as_str()).collect();
            let kind = match (product.illustrative, product.component) {
                (true, _) => "illustration",
                (false, true) => "component",
                (false, false) => "",
            };
            let join = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join(", ");
            let cells = [
                vendor.display_name.clone(),
                format!("{} (`{}`)", product.display_name, product.id),
                kind.to_owned(),
                as_of.into_iter().collect::<Vec<_>>().join("; "),
                product.currency_codes.join(", "),
                join(confidences),
                product.charging_models.join(", "),
                examples(&product.id).to_string(),
            ];
            let cells: Vec<_> =
                cells.into_iter().chain(outcomes).map(|cell| cell.replace('|', "\\|")).collect();
            writeln!(table, "| {} |", cells.join(" | ")).unwrap();
        }
    }
    let vendors = all.vendors.len();
    writeln!(table, "\n{} products of {vendors} vendors.", ids.len()).unwrap();
    table
}

#[tokio::test]
async fn the_table_of_products_is_current() {
    let file = checkout().join("adapters/PRODUCTS.md");
    let table = table().await;
    if std::env::var_os("QUOTIENT_WRITE_PRODUCTS").is_some() {
        fs::write(&file, &table).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    let differs = table.lines().zip(found.lines()).find(|(current, found)| current != found);
    let how = "QUOTIENT_WRITE_PRODUCTS=1 cargo test -p quotient-tests --test products";
    assert!(found == table, "adapters/PRODUCTS.md is not current; write it with\n{how}\n{differs:?}");
}
