//! The quoting service, and the command line on the same road.
//!
//! - [`plugins`] finds, checks, loads and calls the adapters.
//! - [`quoting`] is the road: quote and compare.
//! - [`catalog`] is what can be quoted.
//! - [`comparison`] is what products have in common; pure.
//! - [`grpc`] is the edge that knows tonic and status codes; [`server`] holds its stack.
//! - [`cli`] is the other edge; [`requirement_file`] reads what a person writes.

pub mod catalog;
pub mod cli;
pub mod comparison;
pub mod config;
pub mod grpc;
pub mod plugins;
pub mod quoting;
pub mod requirement_file;
pub mod server;
pub mod stubs;
pub mod table_files;
pub mod telemetry;

pub use quotient_plugin_api::message_json as json;
