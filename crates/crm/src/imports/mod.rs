//! Imports: customers and companies from a file.

pub mod field;
pub mod mapping;
pub mod profile;
pub mod reader;
pub mod values;
