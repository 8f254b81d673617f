//! Imports: customers and companies from a file.
