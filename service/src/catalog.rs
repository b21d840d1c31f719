//! What can be quoted, as the catalog messages.

use std::collections::BTreeMap;

use quotient_proto::v1;

use crate::plugins::{CallMode, Instance, RefusedSheet, Snapshot};

/// All vendors, and the operator's sheets that are not used.
#[must_use]
pub fn all(snapshot: &Snapshot) -> v1::ListVendorsResponse {
    let refused_sheets = snapshot.refused_sheets().iter().map(refused_sheet).collect();
    v1::ListVendorsResponse { vendors: vendors(snapshot), refused_sheets }
}

/// All vendors with their products, both ordered by id.
#[must_use]
pub fn vendors(snapshot: &Snapshot) -> Vec<v1::Vendor> {
    let mut vendors: BTreeMap<String, v1::Vendor> = BTreeMap::new();
    for instance in snapshot.products() {
        let catalog = instance.catalog();
        let vendor = vendors.entry(catalog.vendor_id.clone()).or_insert_with(|| v1::Vendor {
            id: catalog.vendor_id.clone(),
            display_name: catalog.vendor_name.clone(),
            products: Vec::new(),
        });
        vendor.products.push(product(instance, snapshot));
    }
    vendors.into_values().collect()
}

fn refused_sheet(refused: &RefusedSheet) -> v1::RefusedSheet {
    v1::RefusedSheet { product_id: refused.product_id.clone(), reason: refused.reason.clone() }
}

fn product(instance: &Instance, snapshot: &Snapshot) -> v1::Product {
    let catalog = instance.catalog().clone();
    let plugin = instance.plugin();
    let refused = snapshot.refused_sheets().iter();
    let refused = refused.filter(|refused| refused.product_id == catalog.product_id);
    let refused_sheets = refused.map(refused_sheet).collect();
    v1::Product {
        id: catalog.product_id,
        display_name: catalog.product_name,
        component: catalog.component,
        illustrative: catalog.illustrative,
        editions: catalog.editions,
        purchase_options: catalog.purchase_options,
        currency_codes: catalog.currency_codes,
        charging_models: catalog.charging_models,
        revisions: catalog.revisions,
        capabilities: catalog.capabilities,
        monotone_in: catalog.monotone_in,
        refused_sheets,
        plugin: Some(v1::Plugin {
            id: plugin.id.clone(),
            version: plugin.version.clone(),
            build: plugin.build.clone(),
            sha256: plugin.sha256.clone(),
            call_mode: match plugin.call_mode {
                CallMode::Inline => v1::CallMode::Inline,
                CallMode::Pool => v1::CallMode::Pool,
            }
            .into(),
            health: v1::PluginHealth::Serving.into(),
            health_detail: String::new(),
        }),
    }
}
