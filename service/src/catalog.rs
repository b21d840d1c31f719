//! What can be quoted, as the catalog messages.

use std::collections::BTreeMap;

use quotient_proto::v1;

use crate::plugins::{CallMode, Instance, Snapshot};

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
        vendor.products.push(product(instance));
    }
    vendors.into_values().collect()
}

fn product(instance: &Instance) -> v1::Product {
    let catalog = instance.catalog().clone();
    let plugin = instance.plugin();
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
