//! The program: command line, configuration, wiring, routes, the embedded web app and shutdown.

mod admin;
pub mod background;
mod bootstrap;
mod check;
pub mod cli;
pub mod config;
pub mod demo;
mod docs;
mod embed;
mod files;
mod front;
pub mod listen;
mod openapi;
mod router;
mod serve;
pub mod wiring;

pub use front::Front;
pub use openapi::openapi;
pub use router::router;
