//! The published numbers, in the vendor's own shape.

use std::collections::BTreeMap;

use quotient_plugin_api::document::{Document, DocumentError, Figure};
use quotient_plugin_api::language::price::Price;
use quotient_plugin_api::provenance::{Page, Provenance, Published};
use serde::Deserialize;

/// The price sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    pub(crate) as_of: String,
    pub(crate) default_region: String,
    pub(crate) pages: BTreeMap<String, Page>,
    pub(crate) minimum: Minimums,
    pub(crate) editions: Vec<Edition>,
    pub(crate) lines: Vec<Line>,
    pub(crate) outbound: Vec<Outbound>,
}

/// What each call counts at least.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Minimums {
    pub(crate) service: Minimum,
    pub(crate) telephony: Minimum,
    pub(crate) robot: Minimum,
}

/// Seconds that a call counts at least; above that, each second counts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Minimum {
    pub(crate) seconds: Figure,
    pub(crate) page: String,
}

/// One of the vendor's two price lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edition {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) voice_minute: Published,
    /// On top of `voice_minute`.
    pub(crate) web_calling_minute: Published,
    pub(crate) chat_message: Published,
    pub(crate) email: Part,
    pub(crate) message: Part,
    pub(crate) analytics_minute: Part,
    pub(crate) robot_message: Part,
    pub(crate) robot_minute: Part,
    pub(crate) text_request: Part,
}

/// What a list does with a feature.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// Part of the channel's price.
    Included,
    /// The list has no figure for it.
    NotOffered,
    /// At a price of its own.
    Charged(Published),
}

impl Part {
    pub(crate) const fn published(&self) -> Option<&Published> {
        match self {
            Self::Charged(published) => Some(published),
            Self::Included | Self::NotOffered => None,
        }
    }

    pub(crate) const fn is_included(&self) -> bool {
        matches!(self, Self::Included)
    }
}

/// Numbers of one kind, and calls received on them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) region: String,
    pub(crate) country: String,
    pub(crate) number_type: String,
    pub(crate) number_day: Price,
    pub(crate) inbound_minute: Price,
    pub(crate) page: String,
    #[serde(default)]
    pub(crate) rounded_to_cents: bool,
}

/// Calls made to one country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outbound {
    pub(crate) region: String,
    pub(crate) country: String,
    pub(crate) minute: Price,
    pub(crate) page: String,
}

impl Sheet {
    /// Checks every price, and that its page is there.
    pub(crate) fn check(&self, provenance: &Provenance, document: &Document) -> Result<(), DocumentError> {
        let minimum = &self.minimum;
        for minimum in [&minimum.service, &minimum.telephony, &minimum.robot] {
            provenance.require(&minimum.page, document)?;
        }
        for (index, edition) in self.editions.iter().enumerate() {
            for (name, published) in edition.prices() {
                let path = format!("editions[{index}].{name}");
                provenance.check(&published.price, &published.page, &path, document)?;
            }
        }
        for (index, line) in self.lines.iter().enumerate() {
            for (name, price) in [("number_day", &line.number_day), ("inbound_minute", &line.inbound_minute)]
            {
                provenance.check(price, &line.page, &format!("lines[{index}].{name}"), document)?;
            }
        }
        for (index, outbound) in self.outbound.iter().enumerate() {
            let path = format!("outbound[{index}].minute");
            provenance.check(&outbound.minute, &outbound.page, &path, document)?;
        }
        if !self.regions().contains(&self.default_region.as_str()) {
            let known = self.regions().join(", ");
            let text = format!("found {:?}, expected a region of `lines`: {known}", self.default_region);
            return Err(document.error_at("default_region", text));
        }
        Ok(())
    }

    /// Regions that there are figures for, in order, each once.
    pub(crate) fn regions(&self) -> Vec<&str> {
        let lines = self.lines.iter().map(|line| line.region.as_str());
        let mut regions: Vec<_> =
            lines.chain(self.outbound.iter().map(|outbound| outbound.region.as_str())).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }
}

impl Edition {
    fn prices(&self) -> impl Iterator<Item = (&'static str, &Published)> {
        let always = [
            ("voice_minute", &self.voice_minute),
            ("web_calling_minute", &self.web_calling_minute),
            ("chat_message", &self.chat_message),
        ];
        let parts = [
            ("email.charged", &self.email),
            ("message.charged", &self.message),
            ("analytics_minute.charged", &self.analytics_minute),
            ("robot_message.charged", &self.robot_message),
            ("robot_minute.charged", &self.robot_minute),
            ("text_request.charged", &self.text_request),
        ];
        let charged = parts.into_iter().filter_map(|(name, part)| Some((name, part.published()?)));
        always.into_iter().chain(charged)
    }
}
