//! What holds for every requirement and every offer.
