//! What a library bundles, what an instance is made of, and what it sells, both ways.

use std::collections::BTreeSet;

use prost::Message as _;
use quotient_proto::convert::date_to_wire;
use quotient_proto::{plugin_v1, v1};

use super::WireError;
use super::capability::{listed_from_wire, statement_to_wire};
use super::enums::WireEnum as _;
use super::found::{Found, Violation};
use super::offer::{label_from_wire, label_to_wire};
use crate::adapter::{Catalog, KERNEL_LEVEL, Library, MonotoneIn, ProductTimeline, Revision, SheetFile};
use crate::document::path::Path;
use crate::document::suggest::shown;
use crate::money::currency;
use crate::offer::{Label, MAX_ID};

/// Longest id of a plugin, a vendor or a product.
const MAX_CATALOG_ID: usize = 64;
/// Most products of a library, sheets of a product, and entries of a list of the catalogue.
const MAX_ENTRIES: usize = 1_000;

/// A library as a message.
#[must_use]
pub fn library_to_wire(library: &Library) -> plugin_v1::Description {
    plugin_v1::Description {
        plugin_id: library.id.clone(),
        version: library.version.clone(),
        kernel_level: KERNEL_LEVEL,
        products: library.products.iter().map(timeline_to_wire).collect(),
    }
}

/// A library from a message.
///
/// # Errors
/// [`WireError::Malformed`] names every rule that is broken.
pub fn library_from_wire(wire: &plugin_v1::Description) -> Result<Library, WireError> {
    let mut found = Found::default();
    let at = &Path::Root;
    catalog_id(&mut found, &at.key("plugin_id"), &wire.plugin_id, "");
    if !is_version(&wire.version) {
        let rule = format!("found {}, expected a version such as \"1.2.3\"", shown(&wire.version));
        found.add(&at.key("version"), rule);
    }
    check_speaks(&mut found, wire.kernel_level);
    let products_at = at.key("products");
    let mut ids = BTreeSet::new();
    let mut products = Vec::new();
    for (index, wire) in found.limited(&products_at, &wire.products, MAX_ENTRIES).iter().enumerate() {
        let at = products_at.index(index);
        unique(&mut found, &at, &mut ids, &wire.product_id);
        products.push(timeline_from_wire(wire, &at, &mut found));
    }
    let library = Library { id: wire.plugin_id.clone(), version: wire.version.clone(), products };
    finish(found, library)
}

/// What an instance is made of, as a message.
#[must_use]
pub fn config_to_wire(product: &ProductTimeline) -> plugin_v1::InstanceConfig {
    plugin_v1::InstanceConfig { kernel_level: KERNEL_LEVEL, product: Some(timeline_to_wire(product)) }
}

/// What an instance is made of, from an encoded message.
///
/// # Errors
/// [`WireError`] for bytes that are no such message and for a broken rule.
pub fn config_from_wire(bytes: &[u8]) -> Result<ProductTimeline, WireError> {
    let wire = plugin_v1::InstanceConfig::decode(bytes)?;
    let mut found = Found::default();
    check_speaks(&mut found, wire.kernel_level);
    let product = wire.product.unwrap_or_default();
    let timeline = timeline_from_wire(&product, &Path::Root.key("product"), &mut found);
    finish(found, timeline)
}

/// A catalogue as a message.
#[must_use]
pub fn catalog_to_wire(catalog: &Catalog) -> plugin_v1::Catalog {
    let revision = |revision: &Revision| v1::SheetRevision {
        sheet_id: revision.sheet_id.clone(),
        as_of: revision.as_of.clone(),
        sha256: revision.sha256.clone(),
        uris: revision.uris.clone(),
        valid_from: revision.valid_from.map(date_to_wire),
        valid_to: revision.valid_to.map(date_to_wire),
    };
    plugin_v1::Catalog {
        vendor_id: catalog.vendor.id.clone(),
        vendor_name: catalog.vendor.name.clone(),
        product_id: catalog.product.id.clone(),
        product_name: catalog.product.name.clone(),
        component: catalog.component,
        illustrative: catalog.illustrative,
        editions: catalog.editions.iter().map(label_to_wire).collect(),
        purchase_options: catalog.purchase_options.iter().map(label_to_wire).collect(),
        currency_codes: catalog.currencies.clone(),
        revisions: catalog.revisions.iter().map(revision).collect(),
        charging_models: catalog.charging_models.clone(),
        capabilities: catalog.capabilities.iter().map(statement_to_wire).collect(),
        monotone_in: catalog.monotone_in.iter().map(|one| one.to_wire()).collect(),
    }
}

/// A catalogue from a message.
///
/// # Errors
/// [`WireError::Malformed`] names every rule that is broken.
pub fn catalog_from_wire(wire: &plugin_v1::Catalog) -> Result<Catalog, WireError> {
    let mut found = Found::default();
    let catalog = read_catalog(wire, &mut found);
    finish(found, catalog)
}

/// All rules that a catalogue breaks, by the names of the proto file.
pub(crate) fn catalog_violations(catalog: &Catalog) -> Vec<Violation> {
    let mut found = Found::default();
    read_catalog(&catalog_to_wire(catalog), &mut found);
    found.finish(Some(())).err().unwrap_or_default()
}

fn read_catalog(wire: &plugin_v1::Catalog, found: &mut Found) -> Catalog {
    let at = &Path::Root;
    catalog_id(found, &at.key("vendor_id"), &wire.vendor_id, ".");
    found.name(&at.key("vendor_name"), &wire.vendor_name);
    catalog_id(found, &at.key("product_id"), &wire.product_id, ".");
    found.name(&at.key("product_name"), &wire.product_name);
    let editions = labels(&wire.editions, &at.key("editions"), found);
    let purchase_options = labels(&wire.purchase_options, &at.key("purchase_options"), found);
    let codes_at = at.key("currency_codes");
    for (index, code) in found.limited(&codes_at, &wire.currency_codes, MAX_ENTRIES).iter().enumerate() {
        found.check(&codes_at.index(index), currency(code));
    }
    let revisions = found.limited(&at.key("revisions"), &wire.revisions, MAX_ENTRIES);
    let revisions_at = at.key("revisions");
    let mut read = Vec::new();
    for (index, wire) in revisions.iter().enumerate() {
        let at = revisions_at.index(index);
        read.push(Revision {
            sheet_id: wire.sheet_id.clone(),
            as_of: wire.as_of.clone(),
            sha256: wire.sha256.clone(),
            uris: wire.uris.clone(),
            valid_from: found.optional_date(&at.key("valid_from"), wire.valid_from.as_ref()),
            valid_to: found.optional_date(&at.key("valid_to"), wire.valid_to.as_ref()),
        });
    }
    let capabilities = listed_from_wire(&wire.capabilities, &at.key("capabilities"), found);
    let models = found.limited(&at.key("charging_models"), &wire.charging_models, MAX_ENTRIES);
    Catalog {
        vendor: Label::new(&wire.vendor_id, &wire.vendor_name),
        product: Label::new(&wire.product_id, &wire.product_name),
        component: wire.component,
        illustrative: wire.illustrative,
        editions,
        purchase_options,
        currencies: wire.currency_codes.clone(),
        revisions: read,
        charging_models: models.to_vec(),
        capabilities,
        monotone_in: monotone_in(&wire.monotone_in, &at.key("monotone_in"), found),
    }
}

fn monotone_in(wire: &[i32], at: &Path<'_>, found: &mut Found) -> Vec<MonotoneIn> {
    let mut read = Vec::new();
    for (index, number) in wire.iter().enumerate() {
        let at = at.index(index);
        let Some(one) = found.kind::<MonotoneIn>(&at, *number) else { continue };
        if read.contains(&one) {
            found.add(&at, format!("found {} twice, expected each once", one.id()));
        }
        read.push(one);
    }
    read
}

fn finish<T>(found: Found, value: T) -> Result<T, WireError> {
    found.finish(Some(value)).map_err(|violations| {
        let told: Vec<_> = violations.iter().map(ToString::to_string).collect();
        WireError::Malformed(told.join("; "))
    })
}

/// The other side says what it speaks, from level 1; more than this side knows does no harm here.
fn check_speaks(found: &mut Found, level: u32) {
    if level == 0 {
        found.add(&Path::Root.key("kernel_level"), "found 0, expected 1 or more");
    }
}

fn timeline_to_wire(product: &ProductTimeline) -> plugin_v1::ProductTimeline {
    let sheet =
        |sheet: &SheetFile| plugin_v1::Sheet { name: sheet.name.clone(), content: sheet.content.clone() };
    plugin_v1::ProductTimeline {
        product_id: product.product_id.clone(),
        sheets: product.sheets.iter().map(sheet).collect(),
    }
}

fn timeline_from_wire(
    wire: &plugin_v1::ProductTimeline,
    at: &Path<'_>,
    found: &mut Found,
) -> ProductTimeline {
    catalog_id(found, &at.key("product_id"), &wire.product_id, ".");
    let sheets_at = at.key("sheets");
    let mut names = BTreeSet::new();
    let mut sheets = Vec::new();
    for (index, sheet) in found.limited(&sheets_at, &wire.sheets, MAX_ENTRIES).iter().enumerate() {
        let at = sheets_at.index(index);
        let name = found.name(&at.key("name"), &sheet.name);
        unique(found, &at, &mut names, &sheet.name);
        sheets.push(SheetFile { name, content: sheet.content.clone() });
    }
    ProductTimeline { product_id: wire.product_id.clone(), sheets }
}

fn labels(wire: &[v1::Label], at: &Path<'_>, found: &mut Found) -> Vec<Label> {
    let mut ids = BTreeSet::new();
    let mut labels = Vec::new();
    for (index, label) in found.limited(at, wire, MAX_ENTRIES).iter().enumerate() {
        let at = at.index(index);
        // An offer's rule for the same ids.
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if label.id.is_empty() || label.id.len() > MAX_ID || !label.id.chars().all(legal) {
            let expected = format!("1 to {MAX_ID} letters, digits, '-', '_' or '.'");
            found.add(&at.key("id"), format!("found {}, expected {expected}", shown(&label.id)));
        }
        unique(found, &at, &mut ids, &label.id);
        labels.push(label_from_wire(Some(label)));
    }
    labels
}

fn unique<'a>(found: &mut Found, at: &Path<'_>, seen: &mut BTreeSet<&'a str>, id: &'a str) {
    if !seen.insert(id) {
        found.add(at, format!("found {} twice, expected each once", shown(id)));
    }
}

fn catalog_id(found: &mut Found, at: &Path<'_>, id: &str, also: &str) {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || also.contains(c);
    if id.is_empty() || id.len() > MAX_CATALOG_ID || !id.chars().all(legal) {
        let dot = if also.is_empty() { "" } else { " or '.'" };
        let expected = format!("1 to {MAX_CATALOG_ID} lower-case letters, digits, '-'{dot}");
        found.add(at, format!("found the id {}, expected {expected}", shown(id)));
    }
}

/// Three numbers, then what semver allows after them.
fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let number = |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
    text.len() <= MAX_CATALOG_ID
        && text.chars().all(legal)
        && core.split('.').count() == 3
        && core.split('.').all(number)
}
