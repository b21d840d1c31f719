//! Files that people write, read with exact numbers and with places.

pub(crate) mod path;
pub(crate) mod suggest;
