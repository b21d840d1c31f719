//! Prepaid packs, both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use v1::packs_price::Beyond;

use super::charge::{count_to_wire, interval_to_wire, unless_one};
use super::found::Found;
use crate::charge::{BeyondPacks, MAX_PACKS, Pack, Packs};
use crate::document::path::Path;

pub(super) fn packs_to_wire(packs: &Packs) -> v1::PacksPrice {
    let pack = |pack: &Pack| v1::Pack {
        size: Some(decimal_to_wire(pack.size.get())),
        price: Some(interval_to_wire(pack.price)),
    };
    v1::PacksPrice {
        packs: packs.packs.iter().map(pack).collect(),
        beyond: Some(match &packs.beyond {
            BeyondPacks::Renewal => Beyond::Renewal(v1::PackRenewal {}),
            BeyondPacks::Overage { price, per } => Beyond::Overage(v1::UnitPrice {
                price: Some(interval_to_wire(*price)),
                per: unless_one(*per),
            }),
            BeyondPacks::Stop { most } => Beyond::StopAfterPacks(count_to_wire(*most)),
        }),
        validity_months: packs.validity_months.map(count_to_wire),
        recharge_below: packs.recharge_below.map(decimal_to_wire),
    }
}

pub(super) fn packs_from_wire(wire: &v1::PacksPrice, at: &Path<'_>, found: &mut Found) -> Option<Packs> {
    let before = found.count();
    let packs_at = at.key("packs");
    let mut packs = Vec::new();
    for (index, wire) in found.limited(&packs_at, &wire.packs, MAX_PACKS).iter().enumerate() {
        let at = packs_at.index(index);
        let size = found.positive(&at.key("size"), wire.size.as_ref());
        let price = found.interval(&at.key("price"), wire.price.as_ref());
        packs.extend(size.zip(price).map(|(size, price)| Pack { size, price }));
    }
    let beyond = match &wire.beyond {
        None => {
            found.add(&at.key("beyond"), "found nothing, expected renewal, overage or stop_after_packs");
            None
        }
        Some(Beyond::Renewal(_)) => Some(BeyondPacks::Renewal),
        Some(Beyond::Overage(unit)) => {
            let at = at.key("overage");
            let price = found.interval(&at.key("price"), unit.price.as_ref());
            let per = found.positive_or_one(&at.key("per"), unit.per.as_ref());
            price.zip(per).map(|(price, per)| BeyondPacks::Overage { price, per })
        }
        Some(Beyond::StopAfterPacks(most)) => {
            let most = found.whole(&at.key("stop_after_packs"), Some(*most), 1);
            most.map(|most| BeyondPacks::Stop { most })
        }
    };
    let validity_months = found.whole(&at.key("validity_months"), wire.validity_months, 1);
    let recharge_below = found.optional_decimal(&at.key("recharge_below"), wire.recharge_below.as_ref());
    // What cannot be read is not nothing.
    if found.count() > before {
        return None;
    }
    Some(Packs { packs, beyond: beyond?, validity_months, recharge_below })
}
