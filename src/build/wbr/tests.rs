//! Decks of the other dialect, small enough to be read.
