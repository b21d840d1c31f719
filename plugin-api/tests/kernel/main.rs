//! The pricing kernel as a whole: an offer and a requirement go in, a quote comes out. The arithmetic of
//! every expectation stands beside it.
#![cfg(test)]
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a test may panic, so its decimals may use plain operators"
)]
#![allow(missing_docs, unreachable_pub, reason = "nothing outside sees a test's modules")]

mod adjustment_amounts;
mod adjustments;
mod allowances;
mod any;
mod any_rule;
mod any_sets;
mod any_time;
mod bounds;
mod calendar;
mod commitments;
mod computed;
mod counting;
mod expansions;
mod faulty_files;
mod holdings;
mod invariants;
mod invoices;
mod line_sets;
mod models;
mod monotone;
mod over_lines;
mod packs;
mod properties;
mod properties_time;
mod readings;
mod readings_properties;
mod set_properties;
mod split_properties;
mod support;
mod terms;
mod totals_alone;
mod uplifts;
