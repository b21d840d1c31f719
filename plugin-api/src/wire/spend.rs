//! A spend commitment, both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use v1::spend_commitment::Committed as WireCommitted;

use super::found::Found;
use crate::charge::{Committed, SpendCommitment};
use crate::document::path::Path;

pub(super) fn spend_to_wire(spend: SpendCommitment) -> v1::SpendCommitment {
    v1::SpendCommitment {
        committed: Some(match spend.committed {
            Committed::Amount(amount) => WireCommitted::Amount(decimal_to_wire(amount)),
            Committed::Quantity(quantity) => WireCommitted::Quantity(decimal_to_wire(quantity)),
        }),
        overage_factor: Some(decimal_to_wire(spend.overage_factor)),
        charges_shortfall: spend.charges_shortfall,
    }
}

pub(super) fn spend_from_wire(
    wire: &v1::SpendCommitment,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<SpendCommitment> {
    let committed = match &wire.committed {
        None => {
            found.add(&at.key("committed"), "found nothing, expected an amount or a quantity");
            None
        }
        Some(WireCommitted::Amount(amount)) => {
            found.decimal(&at.key("amount"), Some(amount)).map(Committed::Amount)
        }
        Some(WireCommitted::Quantity(quantity)) => {
            found.decimal(&at.key("quantity"), Some(quantity)).map(Committed::Quantity)
        }
    };
    let overage_factor = found.decimal(&at.key("overage_factor"), wire.overage_factor.as_ref());
    Some(SpendCommitment {
        committed: committed?,
        overage_factor: overage_factor?,
        charges_shortfall: wire.charges_shortfall,
    })
}
