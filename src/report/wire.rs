//! `report.json`: what a page says, for machines.
