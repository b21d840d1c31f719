//! The pricing kernel as a whole: an offer and a requirement go in, a quote comes out. The arithmetic of
//! every expectation stands beside it.
#![cfg(test)]
// A test may panic, so its decimals may use plain operators.
#![allow(clippy::arithmetic_side_effects, missing_docs, unreachable_pub)]

mod adjustment_amounts;
mod adjustments;
mod any;
mod any_sets;
mod bounds;
mod calendar;
mod commitments;
mod computed;
mod expansions;
mod invariants;
mod invoices;
mod line_sets;
mod models;
mod over_lines;
mod packs;
mod properties;
mod readings;
mod set_properties;
mod support;
mod terms;
mod uplifts;
