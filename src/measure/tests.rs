//! Measuring, on tables a seller could add up by hand.
