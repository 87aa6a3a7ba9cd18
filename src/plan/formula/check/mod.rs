//! Checks over resolved metrics: names, cycles, units and bases.
