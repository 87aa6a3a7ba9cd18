//! Checks of a plan, one file per rule.
