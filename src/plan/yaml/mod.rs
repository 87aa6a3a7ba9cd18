//! Raw files to a checked plan.
