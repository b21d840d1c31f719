//! The generated gRPC clients and servers.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::unwrap_used,
    clippy::panic,
    rustdoc::all,
    reason = "generated code: its style and its docs are the generator's"
)]

include!(concat!(env!("OUT_DIR"), "/quotient.v1.rs"));
