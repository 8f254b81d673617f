//! Faults, provoked on the real program: what was acknowledged must be there, and nothing twice.

mod client;
mod kill;
mod program;
