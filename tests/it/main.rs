//! The one test binary: cases, commands, goldens, and the rules of the house.

mod cases;
mod cli;
mod console;
mod example;
mod faults;
mod folder;
mod generated;
mod goldens;
mod order;
mod starts;
mod tidy;
