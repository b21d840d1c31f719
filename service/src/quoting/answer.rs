//! From a plugin's answer to the finished quote: validate, price, choose, convert, sign.

use jiff::civil::Date;
use prost::Message as _;
use quotient_plugin_api::adapter::Answer;
use quotient_plugin_api::digest::sha256_hex;
use quotient_plugin_api::offer::Note;
use quotient_plugin_api::pricing::{self, KERNEL_VERSION};
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::wire;
use quotient_proto::convert::{date_to_wire, decimal_to_wire};
use quotient_proto::google::r#type::Date as WireDate;
use quotient_proto::{plugin_v1, v1};
use tracing::warn;

use super::Prepared;
use super::failure::Refused;
use crate::comparison::Candidate;
use crate::comparison::convert::{Converted, convert};
use crate::plugins::Instance;

/// A quote, and what it can be compared by.
pub(super) struct Answered {
    pub(super) quote: v1::Quote,
    pub(super) candidate: Candidate,
}

/// The best offer of an answer, as a quote.
pub(super) fn quote(
    instance: &Instance,
    prepared: &Prepared,
    response: plugin_v1::OffersResponse,
    view: v1::QuoteView,
) -> Result<Answered, Refused> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        warn!(plugin = instance.plugin().id, product = instance.catalog().product_id, %error, "{what}");
        Refused::AdapterFailed
    };
    // Nothing from a plugin is trusted: the author's constructors check it again.
    let answer = wire::answer_from_wire(response).map_err(|e| failed("the answer is not valid", &e))?;
    let offers = match answer {
        Answer::Offers(offers) => offers,
        Answer::Decline(decline) => return Err(Refused::Declined(decline)),
    };
    let priced = pricing::price_offers(&prepared.requirement, &offers)
        .map_err(|error| failed("an offer cannot be priced", &error))?;
    let mut quotes = priced.quotes.into_iter();
    let Some(best) = quotes.next() else {
        let paths = pricing::demand_paths(&prepared.requirement);
        return Err(Refused::no_matching_offer(priced.refused.join("; "), paths));
    };
    let others: Vec<_> = quotes.collect();
    let (best, quote) = finish(instance, prepared, best, &others, view)
        .map_err(|error| failed("the quote cannot be written", &error))?;
    let catalog = instance.catalog();
    let candidate = Candidate {
        product_id: catalog.product_id.clone(),
        product_name: catalog.product_name.clone(),
        component: catalog.component,
        quote: best,
        others,
        offers: offers.into(),
    };
    Ok(Answered { quote, candidate })
}

/// The quote's document, with everything that the kernel does not know.
fn finish(
    instance: &Instance,
    prepared: &Prepared,
    mut best: Quote,
    others: &[Quote],
    view: v1::QuoteView,
) -> Result<(Quote, v1::Quote), Box<dyn std::error::Error>> {
    best.assumptions.splice(0..0, prepared.assumptions.iter().cloned());
    let mut conversion = None;
    if let Some(asked) = prepared.requirement.currency {
        conversion = convert(&best.totals, best.currency, asked, &prepared.tables.fx)?;
        if conversion.is_none() {
            let text = format!("there is no rate from {} to {}", best.currency.code(), asked.code());
            best.warnings.push(Note::new("no_exchange_rate", text, "currency_code"));
        }
    }
    let catalog = instance.catalog();
    let plugin = instance.plugin();
    let mut body = wire::quote_to_wire(&best)?;
    body.vendor_id.clone_from(&catalog.vendor_id);
    body.product_id.clone_from(&catalog.product_id);
    body.product_name.clone_from(&catalog.product_name);
    body.requirement_sha256.clone_from(&prepared.sha256);
    body.requirement = Some(prepared.resolved.clone());
    body.conversion = conversion.map(conversion_to_wire).transpose()?;
    body.alternatives = others.iter().map(alternative).collect::<Result<_, _>>()?;
    body.reproducibility = Some(v1::Reproducibility {
        plugin_id: plugin.id.clone(),
        plugin_version: plugin.version.clone(),
        plugin_sha256: plugin.sha256.clone(),
        kernel_version: KERNEL_VERSION.to_owned(),
        sheet_sha256: in_force(&catalog.revisions, prepared.requirement.pricing_date),
    });
    // The digest names the whole answer, however much of it is returned.
    let body_sha256 = sha256_hex(&body.encode_to_vec());
    if view == v1::QuoteView::Basic {
        wire::trim_to_basic(&mut body);
    }
    Ok((best, v1::Quote { body: Some(body), body_sha256 }))
}

/// The digests of the sheets that hold on a day. One without an end holds until another one begins.
fn in_force(revisions: &[v1::SheetRevision], day: Date) -> Vec<String> {
    let day = date_to_wire(day);
    let key = |date: &WireDate| (date.year, date.month, date.day);
    let begun = |one: &&v1::SheetRevision| one.valid_from.as_ref().is_none_or(|from| key(from) <= key(&day));
    let latest = revisions.iter().filter(begun).map(|one| one.valid_from.as_ref().map(key)).max();
    let holds = |one: &&v1::SheetRevision| {
        Some(one.valid_from.as_ref().map(key)) == latest
            && one.valid_to.as_ref().is_none_or(|to| key(&day) <= key(to))
    };
    revisions.iter().filter(holds).map(|one| one.sha256.clone()).collect()
}

fn alternative(quote: &Quote) -> Result<v1::Alternative, Box<dyn std::error::Error>> {
    let label = |label: &quotient_plugin_api::offer::Label| {
        Some(v1::Label { id: label.id.clone(), display_name: label.name.clone() })
    };
    Ok(v1::Alternative {
        edition: label(&quote.edition),
        purchase_option: label(&quote.purchase_option),
        term: Some(wire::money_range(quote.currency, quote.totals.term)?),
        horizon: Some(wire::money_range(quote.currency, quote.totals.horizon)?),
        uncovered: i32::try_from(quote.uncovered())?,
    })
}

fn conversion_to_wire(converted: Converted) -> Result<v1::Conversion, Box<dyn std::error::Error>> {
    let currency = converted.currency;
    Ok(v1::Conversion {
        currency_code: currency.code().to_owned(),
        rate: Some(decimal_to_wire(converted.rate.value)),
        rate_source: converted.rate.source,
        rate_date: Some(date_to_wire(converted.rate.date)),
        term: Some(wire::money_range(currency, converted.term)?),
        horizon: Some(wire::money_range(currency, converted.horizon)?),
        effective_monthly: Some(wire::money_range(currency, converted.effective_monthly)?),
    })
}
