//! Imports: customers and companies from a file.

pub mod reader;
