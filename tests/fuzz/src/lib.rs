//! Throws mutated sheets, charges, requirements and messages at whatever reads them.
//!
//! [`targets`] says what is read and what must hold of it, [`seeds`] what it begins with, and [`driver`] runs
//! it. It needs no nightly compiler and no other tool: `cargo test -p quotient-fuzz` reads some thousand
//! inputs, and `cargo run -p quotient-fuzz -- --seconds 600` as many as there is time for.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is what a target reports a fault with"
)]

pub mod driver;
#[allow(missing_docs, reason = "the kernel's tests have the same")]
#[path = "../../../plugin-api/tests/kernel/invariants.rs"]
pub mod invariants;
mod message;
mod numbers;
pub mod panics;
pub mod seeds;
pub mod targets;
mod text;
pub mod tree;
