//! Path parameters.

use super::App;
use crate::error::{Error, Result};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Path parameters; what is no id is nobody's id, so it is a 404 like an unknown one.
pub struct Id<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Id<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Id<T>> {
        Path::<T>::from_request_parts(parts, app).await.map(|path| Id(path.0)).map_err(|_| Error::NotFound("record"))
    }
}
