//! The published numbers, in the vendor's own shape.

use std::collections::BTreeMap;

use quotient_plugin_api::charge::Positive;
use quotient_plugin_api::document::{Day, Document, DocumentError, Figure};
use quotient_plugin_api::provenance::{Page, Provenance, Published};
use quotient_plugin_api::requirement::Channel;
use rust_decimal::Decimal;
use serde::Deserialize;

/// The price sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    pub(crate) as_of: String,
    pub(crate) pages: BTreeMap<String, Page>,
    pub(crate) editions: Vec<Edition>,
    pub(crate) add_ins: Vec<AddIn>,
    pub(crate) promotion: Promotion,
    pub(crate) pools: Pools,
    pub(crate) voice: Voice,
    pub(crate) credits: Credits,
}

/// What a named user buys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edition {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) user_month: Published,
    /// Served without an add-in.
    pub(crate) channels: Vec<String>,
    /// Whether the promotion names it.
    #[serde(default)]
    pub(crate) promoted: bool,
    /// Whether add-ins may be put on it.
    #[serde(default)]
    pub(crate) add_ins: bool,
    /// Whether it holds credits of a number that is not published.
    #[serde(default)]
    pub(crate) has_unstated_credits: bool,
}

/// Further channels for the users of an edition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddIn {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) user_month: Published,
    pub(crate) channels: Vec<String>,
}

impl AddIn {
    pub(crate) fn serves(&self, channel: Channel) -> bool {
        self.channels.iter().any(|id| id == channel.id())
    }
}

/// A discount for orders within some months.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Promotion {
    pub(crate) fraction: Figure,
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) sales_channels: String,
    pub(crate) page: String,
}

/// Quantities of each month that are part of the users' price.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pools {
    pub(crate) records_per_user: Figure,
    pub(crate) conversations_per_user: Figure,
    /// For the whole company.
    pub(crate) robot_minutes: Figure,
    pub(crate) page: String,
}

/// Calls and numbers, billed by the vendor's communication service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Voice {
    pub(crate) country: String,
    pub(crate) number_type: String,
    pub(crate) inbound_minute: Published,
    pub(crate) outbound_minute: Published,
    pub(crate) leg_minute: Published,
    pub(crate) recording_minute: Published,
    pub(crate) number_month: Published,
}

/// What a robot's turns consume.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credits {
    pub(crate) per_turn: Figure,
    pub(crate) pack: Figure,
    pub(crate) pack_month: Published,
}

impl Sheet {
    /// Checks every price, and that its page is there.
    pub(crate) fn check(&self, provenance: &Provenance, document: &Document) -> Result<(), DocumentError> {
        let check = |published: &Published, path: String| {
            provenance.check(&published.price, &published.page, &path, document)
        };
        for (index, edition) in self.editions.iter().enumerate() {
            check(&edition.user_month, format!("editions[{index}].user_month"))?;
        }
        for (index, add_in) in self.add_ins.iter().enumerate() {
            check(&add_in.user_month, format!("add_ins[{index}].user_month"))?;
        }
        let voice = &self.voice;
        for (name, published) in [
            ("voice.inbound_minute", &voice.inbound_minute),
            ("voice.outbound_minute", &voice.outbound_minute),
            ("voice.leg_minute", &voice.leg_minute),
            ("voice.recording_minute", &voice.recording_minute),
            ("voice.number_month", &voice.number_month),
            ("credits.pack_month", &self.credits.pack_month),
        ] {
            check(published, name.to_owned())?;
        }
        provenance.require(&self.promotion.page, document)?;
        provenance.require(&self.pools.page, document)?;
        let fraction = self.promotion.fraction.0;
        if !(Decimal::NEGATIVE_ONE..=Decimal::ZERO).contains(&fraction) {
            let text = format!("found {fraction}, expected a discount from -1 to 0");
            return Err(document.error_at("promotion.fraction", text));
        }
        for (name, figure) in
            [("credits.per_turn", self.credits.per_turn), ("credits.pack", self.credits.pack)]
        {
            Positive::new(figure.0).map_err(|error| document.error_at(name, error.to_string()))?;
        }
        Ok(())
    }
}
