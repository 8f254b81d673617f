//! The records of the product: people, companies, tags and what happened to them.
//!
//! A folder may use only the folders listed above it.

pub mod fields;

pub mod activity;

pub mod tags;

pub mod contacts;

pub mod companies;

pub mod imports;

#[cfg(test)]
mod testing;
