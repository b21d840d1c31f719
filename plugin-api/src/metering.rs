//! Business terms to billed quantity.
