//! All that talks to the outside. Nothing else opens a socket outwards.

pub mod egress;
pub mod llm;
pub mod object_store;

pub use egress::Egress;
