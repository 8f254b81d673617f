//! Typed identifiers: UUIDv7 (RFC 9562, section 5.7), made by the program from its [`Clock`](crate::clock::Clock).

/// Declares newtypes over [`uuid::Uuid`], so that the id of one record cannot stand in for another's.
#[macro_export]
macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub uuid::Uuid);

        impl db::Newtype for $name {
            fn to_value(id: Option<$name>) -> db::Value {
                id.map(|id| id.0).into()
            }

            fn from_row(row: &db::Row<'_>, index: usize) -> db::Result<Option<$name>> {
                Ok(row.get::<Option<uuid::Uuid>>(index)?.map($name))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<$name, uuid::Error> {
                text.parse().map($name)
            }
        }
    )*};
}

id_type! {
    /// An organisation: one workspace.
    OrgId,
    /// A person who signs in.
    UserId,
    /// A signed-in browser.
    SessionId,
    ApiKeyId,
    /// A row of the audit log.
    AuditId,
    CustomerId,
    ContactId,
    CompanyId,
    DealId,
    ProductId,
    PipelineId,
    StageId,
    TaskId,
    NoteId,
    /// An uploaded file.
    AttachmentId,
    NotificationId,
    TagId,
    ActivityId,
    ImportId,
    SegmentId,
    ViewId,
    DashboardId,
    CustomFieldId,
    /// What a product's fit is made of.
    CriterionId,
    AssessmentId,
    /// What a person has said of a lead.
    ReviewId,
    SignalId,
    /// An endpoint with language models.
    AiProviderId,
    /// A pair of customers that may be one person.
    DuplicateId,
}
