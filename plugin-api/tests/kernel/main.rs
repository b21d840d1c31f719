//! The pricing kernel as a whole: an offer and a requirement go in, a quote comes out. The arithmetic of
//! every expectation stands beside it.
#![cfg(test)]
// A test may panic, so its decimals may use plain operators.
#![allow(clippy::arithmetic_side_effects, missing_docs, unreachable_pub)]

mod adjustments;
mod allowances;
mod any;
mod any_time;
mod bounds;
mod calendar;
mod commitments;
mod expansions;
mod holdings;
mod invariants;
mod invoices;
mod models;
mod properties;
mod properties_time;
mod support;
mod terms;
mod uplifts;
