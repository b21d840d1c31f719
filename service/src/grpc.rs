//! The gRPC edge: the only room that knows tonic and status codes.

pub mod catalog;
pub mod deadline;
pub mod quoting;
pub mod status;
