//! Inputs to begin with: the sheets and requirements that are bundled, and other engines' cases.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use prost::Message as _;
use quotient_adapter_amazon_connect::AmazonConnect;
use quotient_plugin_api::adapter::{Answer, Call, Library, ProductTimeline, SheetFile, VendorAdapter as _};
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::wire;
use quotient_service::requirement_file;

use crate::tree::Tree;

/// The folder of this crate.
#[must_use]
pub fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The inputs of a target's folder in the corpus, by name.
#[must_use]
pub fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(files) = std::fs::read_dir(here().join("corpus").join(target)) else { return Vec::new() };
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn of_corpus(target: &str) -> impl Iterator<Item = Vec<u8>> {
    corpus(target).into_iter().map(|(_, bytes)| bytes)
}

/// The files of a folder of the repository.
fn files(folder: &str) -> Vec<Vec<u8>> {
    let folder = here().join("../..").join(folder);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Charge files: those of other engines' cases, each once.
pub(crate) fn charges() -> Vec<Vec<u8>> {
    let cases = std::fs::read(here().join("../conformance/cases.json")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&cases).unwrap();
    let mut files: Vec<_> =
        cases.iter().filter_map(|case| Some(case.get("file")?.to_string().into_bytes())).collect();
    files.sort();
    files.dedup();
    files.extend(of_corpus("charge"));
    files
}

/// Sheets: the bundled ones, and the charge files in a frame.
pub(crate) fn sheets() -> Vec<Vec<u8>> {
    let mut sheets = Vec::new();
    for adapter in ["amazon-connect", "declarative", "dynamics-365", "tencent-qidian"] {
        sheets.extend(files(&format!("adapters/{adapter}/sheets")));
    }
    sheets.extend(charges().iter().filter_map(|file| framed(file)));
    sheets.extend(of_corpus("sheet"));
    sheets
}

/// A charge file as a sheet, with what only a sheet needs.
fn framed(file: &[u8]) -> Option<Vec<u8>> {
    let Tree::Table(mut entries) = Tree::read(file)? else { return None };
    let text = |text: &str| Tree::Text(text.to_owned());
    let table = |entries: &[(&str, Tree)]| {
        Tree::Table(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    };
    let mut take = |key: &str| {
        let at = entries.iter().position(|(name, _)| name == key)?;
        Some(entries.remove(at).1)
    };
    let currency = take("currency").unwrap_or_else(|| text("USD"));
    let rounding = take("invoice_rounding");
    let mut option = match take("terms") {
        Some(Tree::Table(entries)) => entries,
        _ => vec![("billing_period_months".to_owned(), Tree::Bare("1".to_owned()))],
    };
    for (key, value) in [("id", "option"), ("name", "Option")] {
        if option.iter().all(|(name, _)| name != key) {
            option.push((key.to_owned(), text(value)));
        }
    }
    let sets = take("line_sets");
    let Some(Tree::List(mut charges)) = take("charges") else { return None };
    for (index, charge) in charges.iter_mut().enumerate() {
        let Tree::Table(charge) = charge else { return None };
        let over = charge.iter().any(|(key, _)| key == "share_of_lines" || key == "shortfall");
        let id = format!("charge-{}", index.saturating_add(1));
        for (key, value) in [
            ("id", text(&id)),
            ("name", text("Charge")),
            ("category", text("usage")),
            ("meter", text(if over { "flat" } else { "units" })),
            ("cycle", text("month")),
            ("sources", Tree::List(vec![text("page")])),
        ] {
            if charge.iter().all(|(name, _)| name != key) {
                charge.push((key.to_owned(), value));
            }
        }
    }
    let label = [("id", text("a")), ("name", text("A"))];
    let product = [
        ("id", text("product")),
        ("name", text("Product")),
        ("vendor", table(&label)),
        ("currency", currency),
        ("as_of", text("2026-01-01")),
    ];
    let page = [("uri", text("https://example.com/")), ("confidence", text("list"))];
    let mut sheet = vec![
        ("product".to_owned(), table(&product)),
        ("sources".to_owned(), table(&[("page", table(&page))])),
        ("editions".to_owned(), Tree::List(vec![table(&label)])),
        ("purchase_options".to_owned(), Tree::List(vec![Tree::Table(option)])),
        ("charges".to_owned(), Tree::List(charges)),
    ];
    if let Some(rounding) = rounding {
        sheet.push(("conventions".to_owned(), table(&[("invoice_rounding", rounding)])));
    }
    sheet.extend(sets.map(|sets| ("line_sets".to_owned(), sets)));
    Some(Tree::Table(sheet).toml().into_bytes())
}

/// Requirements as files.
pub(crate) fn requirement_files() -> Vec<Vec<u8>> {
    let mut all = files("service/requirements");
    all.extend(of_corpus("requirement_file"));
    all
}

/// The same as messages.
pub(crate) fn requirements() -> Vec<Vec<u8>> {
    let files = requirement_files();
    let read = |file: &Vec<u8>| requirement_file::parse(crate::tree::name_of(file, "seed"), file).ok();
    let mut all: Vec<_> = files.iter().filter_map(read).map(|wire| wire.encode_to_vec()).collect();
    all.extend(of_corpus("requirement"));
    all
}

/// Answers of all sheets to the bundled requirement.
pub(crate) fn offers() -> Vec<Vec<u8>> {
    let requirement = bundled();
    let sheets = sheets();
    let texts = sheets.iter().filter_map(|sheet| std::str::from_utf8(sheet).ok());
    let parsed = texts.filter_map(|text| PriceSheet::parse("seed.toml", text).ok());
    let mut all: Vec<_> = parsed.filter_map(|sheet| sheet.offers(&requirement).ok()).collect();
    all.push(AMAZON.offers(&requirement, &Call::unlimited()).unwrap());
    let mut all: Vec<_> = all.iter().map(|answer| wire::answer_to_wire(answer).encode_to_vec()).collect();
    all.extend(of_corpus("offers"));
    all
}

/// The products that are bundled.
pub(crate) fn configs() -> Vec<Vec<u8>> {
    let products = LIBRARIES.iter().flat_map(|library| &library.products);
    let mut all: Vec<_> = products.map(|product| wire::config_to_wire(product).encode_to_vec()).collect();
    all.extend(of_corpus("config"));
    all
}

/// The libraries that are bundled.
pub(crate) fn libraries() -> Vec<Vec<u8>> {
    let mut all: Vec<_> =
        LIBRARIES.iter().map(|library| wire::library_to_wire(library).encode_to_vec()).collect();
    all.extend(of_corpus("library"));
    all
}

fn bundled() -> Requirement {
    let mut wire = requirement_file::read(None).unwrap();
    wire::resolve(&mut wire, jiff::civil::date(2026, 11, 22));
    wire::requirement_from_wire(&wire).unwrap()
}

static LIBRARIES: LazyLock<Vec<Library>> = LazyLock::new(|| {
    let product = |content: Vec<u8>| {
        let sheet = PriceSheet::parse("bundled.toml", std::str::from_utf8(&content).unwrap()).unwrap();
        let sheets = vec![SheetFile { name: "bundled.toml".to_owned(), content }];
        ProductTimeline { product_id: sheet.catalog().product.id.clone(), sheets }
    };
    let products = files(DECLARATIVE).into_iter().map(product).collect();
    let declarative = Library { id: "declarative".to_owned(), version: "1.0.0".to_owned(), products };
    vec![AmazonConnect::library(), declarative]
});

const DECLARATIVE: &str = "adapters/declarative/sheets";

static AMAZON: LazyLock<AmazonConnect> =
    LazyLock::new(|| AmazonConnect::open(AmazonConnect::library().products.first().unwrap()).unwrap());

static SHEETS: LazyLock<Vec<PriceSheet>> = LazyLock::new(|| {
    let parse =
        |bytes: Vec<u8>| PriceSheet::parse("bundled.toml", std::str::from_utf8(&bytes).unwrap()).unwrap();
    files(DECLARATIVE).into_iter().map(parse).collect()
});

/// What bundled products answer.
pub(crate) fn answers(requirement: &Requirement) -> Vec<Answer> {
    let mut all: Vec<_> = SHEETS.iter().map(|sheet| sheet.offers(requirement).unwrap()).collect();
    all.push(AMAZON.offers(requirement, &Call::unlimited()).unwrap());
    all
}

/// Opens a product as an operator's own sheets are.
pub(crate) fn open(product: &ProductTimeline) -> String {
    let opened = AmazonConnect::open(product).map_or_else(|error| error.text, |_| "opened".to_owned());
    let sheets = product.sheets.iter().take(20).filter_map(|file| std::str::from_utf8(&file.content).ok());
    let told = sheets.map(|text| match PriceSheet::parse("sheet.toml", text) {
        Ok(_) => "parsed".to_owned(),
        Err(invalid) => invalid.to_string(),
    });
    told.chain([opened]).collect::<Vec<_>>().join("; ")
}
