//! All that talks to the outside.

pub mod object_store;
