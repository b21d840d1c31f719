//! Offers and declines, both ways.

use std::collections::BTreeSet;
use std::sync::Arc;

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::{plugin_v1, v1};

use super::WireError;
use super::capability::{offered_from_wire, statement_to_wire};
use super::charge::{
    charge_from_wire, charge_to_wire, count_to_wire, rounding_from_wire, rounding_to_wire, unless,
};
use super::enums::{WireEnum as _, optional_to_wire};
use super::found::{Found, Least, invalid_offer};
use super::line_set::{set_from_wire, set_to_wire};
use super::time::{uplift_from_wire, uplift_to_wire};
use crate::adapter::{Answer, Decline, MAX_OFFERS};
use crate::document::path::Path;
use crate::line_set::MAX_LINE_SETS;
use crate::money::currency;
use crate::offer::{
    Alignment, Conventions, CoverageStatement, InvalidOffer, Label, MAX_CHARGES, Note, Offer, OfferParts,
    OfferRange, OfferViolation, ServiceTerms, SourceRef, Tax, Terms,
};
use plugin_v1::offers_response::Result as Answered;

/// An answer as a message.
#[must_use]
pub fn answer_to_wire(answer: &Answer) -> plugin_v1::OffersResponse {
    let result = match answer {
        Answer::Offers(offers) => {
            Answered::Offers(plugin_v1::OfferList { offers: offers.iter().map(offer_to_wire).collect() })
        }
        Answer::Decline(decline) => Answered::Decline(plugin_v1::Decline {
            kind: decline.kind.to_wire(),
            text: decline.text.clone(),
            fields: decline.fields.clone(),
        }),
    };
    plugin_v1::OffersResponse { result: Some(result) }
}

/// An answer from a message: 1 to [`MAX_OFFERS`] offers of which no two share edition and purchase
/// option, or a decline.
///
/// # Errors
/// [`WireError::Offer`] lists every broken rule of all offers by places such as
/// `offers[1].charges[0].cycle`; [`WireError::Malformed`] for an answer that is neither.
pub fn answer_from_wire(wire: plugin_v1::OffersResponse) -> Result<Answer, WireError> {
    match wire.result {
        None => Err(WireError::Malformed("found no answer, expected offers or a decline".to_owned())),
        Some(Answered::Offers(list)) => Ok(Answer::Offers(offers_from_wire(&list.offers)?)),
        Some(Answered::Decline(decline)) => {
            let mut found = Found::default();
            let kind = found.kind(&Path::Root.key("decline").key("kind"), decline.kind);
            let malformed = |violations: Vec<super::Violation>| {
                let told: Vec<_> = violations.iter().map(ToString::to_string).collect();
                WireError::Malformed(told.join("; "))
            };
            let kind = found.finish(kind).map_err(malformed)?;
            Ok(Answer::Decline(Decline { kind, text: decline.text, fields: decline.fields }))
        }
    }
}

fn offers_from_wire(wire: &[plugin_v1::Offer]) -> Result<Vec<Offer>, WireError> {
    if wire.is_empty() || wire.len() > MAX_OFFERS {
        let text = format!("found {} offers, expected 1 to {MAX_OFFERS}", wire.len());
        return Err(WireError::Malformed(text));
    }
    let mut offers: Vec<Offer> = Vec::with_capacity(wire.len());
    let mut broken = Vec::new();
    let mut sold = BTreeSet::new();
    for (index, wire) in wire.iter().enumerate() {
        match offer_from_wire(wire) {
            Ok(offer) => offers.push(offer),
            Err(InvalidOffer(violations)) => broken.extend(violations.into_iter().map(|violation| {
                OfferViolation { place: format!("offers[{index}].{}", violation.place), ..violation }
            })),
        }
        let id =
            |label: &Option<v1::Label>| label.as_ref().map_or_else(String::new, |label| label.id.clone());
        let (edition, option) = (id(&wire.edition), id(&wire.purchase_option));
        let rule = format!("found the edition {edition:?} with the purchase option {option:?} twice");
        if !sold.insert((edition, option)) {
            broken.push(OfferViolation { place: format!("offers[{index}]"), rule });
        }
    }
    if broken.is_empty() { Ok(offers) } else { Err(InvalidOffer(broken).into()) }
}

/// An offer as a message.
#[must_use]
pub fn offer_to_wire(offer: &Offer) -> plugin_v1::Offer {
    let parts = offer.parts();
    plugin_v1::Offer {
        edition: Some(label_to_wire(&parts.edition)),
        purchase_option: Some(label_to_wire(&parts.purchase_option)),
        currency_code: parts.currency.code().to_owned(),
        charges: parts.charges.iter().map(|charge| charge_to_wire(charge)).collect(),
        terms: Some(terms_to_wire(&parts.terms)),
        conventions: Some(plugin_v1::Conventions {
            invoice_rounding: parts.conventions.invoice_rounding.map(rounding_to_wire),
            month_days: optional_to_wire(parts.conventions.month_days),
            tax: parts.conventions.tax.as_ref().map(tax_to_wire),
        }),
        coverage: parts.coverage.iter().map(coverage_to_wire).collect(),
        assumptions: notes_to_wire(&parts.assumptions),
        exclusions: notes_to_wire(&parts.exclusions),
        warnings: notes_to_wire(&parts.warnings),
        sources: parts.sources.iter().map(source_to_wire).collect(),
        line_sets: parts.line_sets.iter().map(set_to_wire).collect(),
        capabilities: parts.capabilities.iter().map(statement_to_wire).collect(),
        holds_for: range_to_wire(parts.holds_for),
    }
}

/// An offer from a message.
///
/// # Errors
/// [`InvalidOffer`] lists every rule that the message breaks, or else every rule that its parts break
/// together.
pub fn offer_from_wire(wire: &plugin_v1::Offer) -> Result<Offer, InvalidOffer> {
    let mut found = Found::default();
    let parts = parts_from_wire(wire, &mut found);
    Offer::new(found.finish(parts).map_err(invalid_offer)?)
}

fn parts_from_wire(wire: &plugin_v1::Offer, found: &mut Found) -> Option<OfferParts> {
    let at = &Path::Root;
    let currency = found.check(&at.key("currency_code"), currency(&wire.currency_code));
    let charges_at = at.key("charges");
    let charges: Vec<_> = found
        .limited(&charges_at, &wire.charges, MAX_CHARGES)
        .iter()
        .enumerate()
        .map(|(index, wire)| charge_from_wire(wire, &charges_at.index(index), found))
        .collect();
    let terms = terms_from_wire(wire.terms.as_ref(), &at.key("terms"), found);
    let conventions = wire.conventions.clone().unwrap_or_default();
    let conventions_at = at.key("conventions");
    let rounding_at = conventions_at.key("invoice_rounding");
    let conventions = Conventions {
        invoice_rounding: conventions
            .invoice_rounding
            .and_then(|wire| rounding_from_wire(&wire, &rounding_at, found)),
        month_days: found.optional_kind(&conventions_at.key("month_days"), conventions.month_days),
        tax: conventions.tax.as_ref().and_then(|wire| tax_from_wire(wire, &conventions_at.key("tax"), found)),
    };
    let coverage_at = at.key("coverage");
    let coverage: Vec<_> = wire
        .coverage
        .iter()
        .enumerate()
        .map(|(index, wire)| coverage_from_wire(wire, &coverage_at.index(index), found))
        .collect();
    let sources_at = at.key("sources");
    let sources: Vec<_> = wire
        .sources
        .iter()
        .enumerate()
        .map(|(index, wire)| source_from_wire(wire, &sources_at.index(index), found))
        .collect();
    let sets_at = at.key("line_sets");
    let line_sets: Vec<_> = found
        .limited(&sets_at, &wire.line_sets, MAX_LINE_SETS)
        .iter()
        .enumerate()
        .map(|(index, wire)| set_from_wire(wire, &sets_at.index(index), found))
        .collect();
    let capabilities = offered_from_wire(&wire.capabilities, &at.key("capabilities"), found);
    Some(OfferParts {
        edition: label_from_wire(wire.edition.as_ref()),
        purchase_option: label_from_wire(wire.purchase_option.as_ref()),
        currency: currency?,
        charges: charges.into_iter().map(|charge| charge.map(Arc::new)).collect::<Option<_>>()?,
        terms,
        conventions,
        coverage: coverage.into_iter().collect::<Option<_>>()?,
        assumptions: notes_from_wire(&wire.assumptions),
        exclusions: notes_from_wire(&wire.exclusions),
        warnings: notes_from_wire(&wire.warnings),
        sources: sources.into_iter().collect::<Option<_>>()?,
        line_sets: line_sets.into_iter().collect::<Option<_>>()?,
        capabilities,
        holds_for: range_from_wire(wire.holds_for.as_ref(), &at.key("holds_for"), found),
    })
}

fn range_to_wire(range: OfferRange) -> Option<plugin_v1::OfferRange> {
    let OfferRange { seats_from, seats_to, demand_to } = range;
    (range != OfferRange::default()).then(|| plugin_v1::OfferRange {
        seats_from: seats_from.map(decimal_to_wire),
        seats_to: seats_to.map(decimal_to_wire),
        demand_to: demand_to.map(decimal_to_wire),
    })
}

fn range_from_wire(wire: Option<&plugin_v1::OfferRange>, at: &Path<'_>, found: &mut Found) -> OfferRange {
    let Some(wire) = wire else { return OfferRange::default() };
    OfferRange {
        seats_from: found.optional_decimal(&at.key("seats_from"), wire.seats_from.as_ref()),
        seats_to: found.optional_decimal(&at.key("seats_to"), wire.seats_to.as_ref()),
        demand_to: found.optional_decimal(&at.key("demand_to"), wire.demand_to.as_ref()),
    }
}

pub(super) fn tax_to_wire(tax: &Tax) -> v1::Tax {
    v1::Tax { name: tax.name.clone(), rate: Some(decimal_to_wire(tax.rate)), included: tax.included }
}

fn tax_from_wire(wire: &v1::Tax, at: &Path<'_>, found: &mut Found) -> Option<Tax> {
    let name = found.name(&at.key("name"), &wire.name);
    let rate = found.number(&at.key("rate"), wire.rate.as_ref(), Least::From(0), 1)?;
    Some(Tax { name, rate, included: wire.included })
}

pub(super) fn label_to_wire(label: &Label) -> v1::Label {
    v1::Label { id: label.id.clone(), display_name: label.name.clone() }
}

/// An unset label is an empty one, which no check of an id lets pass.
pub(super) fn label_from_wire(wire: Option<&v1::Label>) -> Label {
    wire.map_or_else(|| Label::new("", ""), |wire| Label::new(&wire.id, &wire.display_name))
}

pub(super) fn notes_to_wire(notes: &[Note]) -> Vec<v1::Note> {
    let note = |note: &Note| v1::Note {
        code: note.code.clone(),
        text: note.text.clone(),
        subject: note.subject.clone(),
    };
    notes.iter().map(note).collect()
}

fn notes_from_wire(wire: &[v1::Note]) -> Vec<Note> {
    wire.iter().map(|note| Note::new(&note.code, &note.text, &note.subject)).collect()
}

fn terms_to_wire(terms: &Terms) -> plugin_v1::Terms {
    plugin_v1::Terms {
        minimum_months: Some(count_to_wire(terms.minimum_months)),
        multiple_of_months: Some(count_to_wire(terms.multiple_of_months)),
        renewal_months: terms.renewal_months.map(count_to_wire),
        billing_period_months: terms.billing_period_months.map(count_to_wire),
        recurring_in_arrears: terms.recurring_in_arrears,
        minimum_seats: terms.minimum_seats.map(decimal_to_wire),
        trial_days: terms.trial_days.map(count_to_wire),
        modules_addable: terms.modules_addable,
        modules_removable: terms.modules_removable,
        aligned_to: unless(terms.aligned_to, Alignment::Start),
        renewal_uplift: terms.renewal_uplift.map(uplift_to_wire),
        availability: terms.service.availability.map(decimal_to_wire),
        notice_days: terms.service.notice_days.map(count_to_wire),
        price_lock_months: terms.service.price_lock_months.map(count_to_wire),
        support_weekly_hours: terms.service.support_weekly_hours.map(count_to_wire),
    }
}

/// Unset terms say nothing, as a message without fields does.
fn terms_from_wire(wire: Option<&plugin_v1::Terms>, at: &Path<'_>, found: &mut Found) -> Terms {
    let nothing = plugin_v1::Terms::default();
    let wire = wire.unwrap_or(&nothing);
    let minimum_months = found.whole(&at.key("minimum_months"), wire.minimum_months, 1);
    let multiple_of_months = found.whole(&at.key("multiple_of_months"), wire.multiple_of_months, 1);
    Terms {
        minimum_months: minimum_months.unwrap_or(1),
        multiple_of_months: multiple_of_months.unwrap_or(1),
        renewal_months: found.whole(&at.key("renewal_months"), wire.renewal_months, 1),
        billing_period_months: found.whole(&at.key("billing_period_months"), wire.billing_period_months, 1),
        recurring_in_arrears: wire.recurring_in_arrears,
        minimum_seats: found.optional_decimal(&at.key("minimum_seats"), wire.minimum_seats.as_ref()),
        trial_days: found.whole(&at.key("trial_days"), wire.trial_days, 0),
        modules_addable: wire.modules_addable,
        modules_removable: wire.modules_removable,
        aligned_to: found.optional_kind(&at.key("aligned_to"), wire.aligned_to).unwrap_or(Alignment::Start),
        renewal_uplift: wire
            .renewal_uplift
            .as_ref()
            .and_then(|uplift| uplift_from_wire(uplift, &at.key("renewal_uplift"), found)),
        service: ServiceTerms {
            availability: wire
                .availability
                .as_ref()
                .and_then(|wire| found.number(&at.key("availability"), Some(wire), Least::Above(0), 1)),
            notice_days: found.whole(&at.key("notice_days"), wire.notice_days, 0),
            price_lock_months: found.whole(&at.key("price_lock_months"), wire.price_lock_months, 1),
            support_weekly_hours: found.whole_up_to(
                &at.key("support_weekly_hours"),
                wire.support_weekly_hours,
                168,
            ),
        },
    }
}

fn coverage_to_wire(statement: &CoverageStatement) -> v1::DemandCoverage {
    v1::DemandCoverage {
        requirement_path: statement.path.clone(),
        status: statement.status.to_wire(),
        line_ids: Vec::new(),
        note: statement.note.clone(),
    }
}

fn coverage_from_wire(
    wire: &v1::DemandCoverage,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<CoverageStatement> {
    if !wire.line_ids.is_empty() {
        found.add(&at.key("line_ids"), "found lines, expected none: only the kernel knows them");
    }
    let status = found.kind(&at.key("status"), wire.status)?;
    Some(CoverageStatement { path: wire.requirement_path.clone(), status, note: wire.note.clone() })
}

pub(super) fn source_to_wire(source: &SourceRef) -> v1::Source {
    v1::Source {
        sheet_id: source.sheet_id.clone(),
        as_of: source.as_of.clone(),
        sha256: source.sha256.clone(),
        path: source.path.clone(),
        uri: source.uri.clone(),
        confidence: source.confidence.to_wire(),
    }
}

fn source_from_wire(wire: &v1::Source, at: &Path<'_>, found: &mut Found) -> Option<SourceRef> {
    let confidence = found.kind(&at.key("confidence"), wire.confidence)?;
    Some(SourceRef {
        sheet_id: wire.sheet_id.clone(),
        as_of: wire.as_of.clone(),
        sha256: wire.sha256.clone(),
        path: wire.path.clone(),
        uri: wire.uri.clone(),
        confidence,
    })
}
