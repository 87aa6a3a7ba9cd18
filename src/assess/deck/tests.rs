//! Figures of decks, from rows a reader can add up by hand.
