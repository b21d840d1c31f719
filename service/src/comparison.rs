//! What products have in common: currencies now; pure code without clock, I/O or async.

pub mod convert;
pub mod fx;
