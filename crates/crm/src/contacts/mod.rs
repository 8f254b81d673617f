//! Contacts: the channel addresses of a customer.

pub mod model;
