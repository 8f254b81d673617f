//! The product over HTTP: requests through the whole router, on both engines, as each kind of caller. Every
//! answer is held against the OpenAPI document.

mod access;
mod accounts;
mod api_keys;
mod audit;
mod backtest;
mod bulk;
mod custom_fields;
mod customers;
mod dashboards;
mod deals;
mod document;
mod exports;
mod faults;
mod http;
mod imports;
mod kit;
mod leads;
mod merging;
mod models;
mod notes;
mod program;
mod scoring;
mod search;
mod segments;
mod tags;
mod talks;
mod tasks;
