//! The Quotient service.

pub mod plugins;
