//! The published numbers, in the vendor's own shape.

use std::collections::BTreeMap;

use quotient_plugin_api::document::Figure;
use quotient_plugin_api::provenance::Page;
use serde::Deserialize;

/// The price sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    pub(crate) as_of: String,
    pub(crate) minimum_users: Figure,
    pub(crate) odd_months_of_a_year: Figure,
    pub(crate) pages: BTreeMap<String, Page>,
    pub(crate) editions: Vec<Edition>,
    pub(crate) robots: Vec<Robot>,
}

/// What a user buys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edition {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) per_user_year: Figure,
    pub(crate) channels: Vec<String>,
    #[serde(default)]
    pub(crate) calls_billed_elsewhere: bool,
    pub(crate) page: String,
    pub(crate) note: Option<String>,
}

/// A robot, bought besides.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Robot {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) per_robot_year: Figure,
    pub(crate) page: String,
}
