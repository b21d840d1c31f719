//! The generated gRPC clients and servers.

// Generated code: its style and its docs are the generator's.
#![allow(missing_docs, unreachable_pub, clippy::all, clippy::unwrap_used, clippy::panic, rustdoc::all)]

include!(concat!(env!("OUT_DIR"), "/quotient.v1.rs"));
