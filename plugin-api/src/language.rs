//! The sheet language: one TOML file states what a product costs, and no code is needed.
//!
//! [`sheet`] holds the form of a whole file, [`charge`] the form of one priced thing with its [`model`],
//! [`compile`] turns them into offers, and [`trial`] prices a charge by itself. What a field means is said at the field; decimals are read from
//! their text.

pub mod charge;
pub mod compile;
pub mod model;
pub mod price;
pub mod sheet;
pub mod trial;
