//! The problem answers that any operation may give, for its documentation.

use super::Problem;
use std::collections::BTreeMap;
use utoipa::openapi::response::Response;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

/// Use in `responses(…)` of each operation.
pub struct Problems;

const STATUSES: [(&str, &str); 12] = [
    ("400", "The request cannot be understood; `errors` names the place."),
    ("401", "Not signed in."),
    ("403", "Not allowed, with the reason."),
    ("404", "No such record, or one that may not be known about."),
    ("409", "Clashes with another record, which `existing` names."),
    ("412", "The record has changed since; `current` holds it."),
    ("413", "The body is too large."),
    ("415", "The body is of the wrong kind."),
    ("422", "A rule is broken; `errors` names the place."),
    ("429", "Too many requests; see Retry-After."),
    ("500", "Our mistake; quote the request id."),
    ("503", "Not possible right now; see Retry-After."),
];

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        STATUSES
            .iter()
            .map(|(status, text)| {
                let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
                let response =
                    ResponseBuilder::new().description(*text).content("application/problem+json", content).build();
                ((*status).to_string(), RefOr::T(response))
            })
            .collect()
    }
}

/// Makes sure that the document holds the schema which the answers above refer to.
pub fn problem_schema() -> (String, RefOr<utoipa::openapi::schema::Schema>) {
    (Problem::name().to_string(), Problem::schema())
}
