//! The program: wiring of the parts below, commands, and made-up data.

pub mod demo;
