//! The sheet language: one TOML file states what a product costs, and no code is needed.
//!
//! [`sheet`] holds the form of a whole file and [`charge`] the form of one priced thing, with its [`model`],
//! its [`metering`], its [`adjustment`]s and what it does over [`time`]; [`forms`] are the words that name one
//! of a few choices. [`over_lines`] are prices over other lines, and [`line_set`]s what lines mean to each
//! other. [`compile`] turns them into offers, which a [`price_sheet`] answers with, and [`trial`] prices a charge
//! by itself. What a field means is said at the field; decimals are read from their text.
//!
//! For authors, [`review`] finds what should be looked at again, [`difference`] tells what changed, [`starter`]
//! begins a sheet, [`import`] reads a table, and `schema` describes the form to an editor.

pub mod adjustment;
pub mod allowance;
pub mod capability;
pub mod charge;
pub mod chosen;
pub mod compile;
pub mod computed;
pub mod conventions;
mod coverage;
pub mod difference;
pub mod forms;
pub mod import;
pub mod line_set;
pub mod matrix;
mod meant;
pub mod metering;
pub mod model;
pub mod over_lines;
pub mod packs;
pub mod percentage;
pub mod price;
pub mod price_sheet;
pub mod ramp;
pub mod reading;
pub mod review;
mod robots;
#[cfg(feature = "schema")]
pub mod schema;
pub mod sheet;
pub mod spend;
pub mod starter;
pub mod time;
pub mod timeline;
pub mod trial;
mod trial_input;
pub mod when;
mod written;
