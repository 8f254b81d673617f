//! Companies: legal entities that customers belong to.

pub mod domain;
