//! One product of an opened library, with the sheets that it is given: create, ask for the catalog, test.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use prost::{DecodeError, Message};
use quotient_plugin_api::adapter::KERNEL_LEVEL;
use quotient_proto::plugin_v1::{Catalog, Health, InstanceConfig, ProductTimeline};

use super::call::{Instance, Shared};
use super::library::{Fault, OpenProduct, Running};
use super::log::clean;
use super::refusal::Refusal;

/// Most bytes of an id.
const ID_BYTES_MAX: usize = 64;
/// Most bytes of what a failed self-test says.
const SELF_TEST_TEXT_BYTES_MAX: usize = 1024;

/// What an instance is made of, as it crosses.
pub(super) fn config(product: ProductTimeline) -> Vec<u8> {
    InstanceConfig { kernel_level: KERNEL_LEVEL, product: Some(product) }.encode_to_vec()
}

/// Opens a product. `path` is what messages name.
pub(super) fn open_product(
    path: &Path,
    shared: &Arc<Shared>,
    product: ProductTimeline,
    deadline: Option<Instant>,
) -> Result<Arc<Instance>, Refusal> {
    let checks = Checks(path);
    let product_id = product.product_id.clone();
    let config = config(product);
    let open = shared.library.create(&config, &Running::until(deadline)).map_err(checks.slot("create"))?;
    let bytes = open.catalog(&Running::until(deadline)).map_err(checks.slot("catalog"))?;
    let catalog = Catalog::decode(&*bytes).map_err(checks.decode("catalog"))?;
    checks.id("a vendor id", &catalog.vendor_id)?;
    if catalog.product_id != product_id {
        let expected = format!("that of `{product_id}`, as it was asked");
        return Err(checks.value("the catalog of product", quoted(&catalog.product_id), expected));
    }
    self_test(&checks, &open, &product_id, deadline)?;
    Ok(Arc::new(Instance::new(Arc::clone(shared), catalog, config, open)))
}

fn self_test(
    checks: &Checks<'_>,
    open: &OpenProduct,
    product: &str,
    deadline: Option<Instant>,
) -> Result<(), Refusal> {
    let Some(tested) = open.self_test(&Running::self_test_until(deadline)) else { return Ok(()) };
    let failed = |text| Refusal::SelfTest { path: checks.0.into(), product: product.into(), text };
    let bytes = tested.map_err(|fault| failed(fault.to_string()))?;
    let health = Health::decode(&*bytes).map_err(checks.decode("self_test"))?;
    match health.ok {
        true => Ok(()),
        false if health.text.is_empty() => Err(failed("it answered that it does not work".into())),
        false => Err(failed(clean(health.text.as_bytes(), SELF_TEST_TEXT_BYTES_MAX))),
    }
}

/// Foreign text in a message: short, and without control characters.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", clean(text.as_bytes(), ID_BYTES_MAX))
}

/// Whether a text is an id: 1 to 64 lower-case letters, digits and `-`.
pub(super) fn is_id(id: &str) -> bool {
    let is_id_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !id.is_empty() && id.len() <= ID_BYTES_MAX && id.bytes().all(is_id_byte)
}

/// Checks of what comes from the library that was found as this file.
pub(super) struct Checks<'a>(pub(super) &'a Path);

impl Checks<'_> {
    pub(super) fn id(&self, what: &'static str, id: &str) -> Result<(), Refusal> {
        match is_id(id) {
            true => Ok(()),
            false => Err(self.value(what, quoted(id), "1 to 64 of a-z, 0-9 and `-`")),
        }
    }

    pub(super) fn value(
        &self,
        what: &'static str,
        found: impl ToString,
        expected: impl Into<String>,
    ) -> Refusal {
        Refusal::Value { path: self.0.into(), what, found: found.to_string(), expected: expected.into() }
    }

    pub(super) fn slot(&self, slot: &'static str) -> impl FnOnce(Fault) -> Refusal + use<> {
        let path = self.0.to_owned();
        move |source| Refusal::Slot { path, slot, source }
    }

    pub(super) fn decode(&self, slot: &'static str) -> impl FnOnce(DecodeError) -> Refusal + use<> {
        let path = self.0.to_owned();
        move |source| Refusal::Decode { path, slot, source }
    }
}
