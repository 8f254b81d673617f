use super::{
    Me, MeChange, Member, MemberChange, OrgChange, Organisation, Password, PasswordChange, Session, SessionToken,
    SignUp,
};
use crate::actor::Role;
use crate::error::{Error, Result};
use crate::http::{App, Body, Created, Ctx, Form, Guest, Id, IfMatch, Maybe, NoContent, Page, Problems, Versioned};
use crate::ids::{SessionId, UserId};
use crate::patch::Patch;
use axum::Json;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(log_in))
        .routes(routes!(log_out))
        .routes(routes!(me, change_me))
        .routes(routes!(sessions, end_other_sessions))
        .routes(routes!(end_session))
        .routes(routes!(organisation, change_organisation))
        .routes(routes!(members))
        .routes(routes!(change_member, remove_member))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignUpBody {
    #[schema(max_length = 200)]
    full_name: String,
    #[schema(max_length = 254)]
    email: String,
    #[schema(max_length = 200)]
    org_name: String,
    /// At least 15 characters, not made of common words, names or patterns.
    #[schema(format = Password, min_length = 15, max_length = 1000)]
    password: String,
}

/// Makes an organisation with its owner and signs them in. A repeated request finds the address taken:
/// sign in then. `Idempotency-Key` has no use here.
#[utoipa::path(post, path = "/auth/signup", tag = "account", operation_id = "signUp", request_body = SignUpBody,
    responses((status = 201, body = Me), Problems), security(()))]
async fn sign_up(guest: Guest, Body { value: body, .. }: Body<SignUpBody>) -> Result<impl IntoResponse> {
    let new = SignUp::check(&body.full_name, &body.email, &body.org_name, &body.password)?;
    let (me, token) = super::sign_up(&guest, new).await?;
    Ok(([(SET_COOKIE, token.cookie(guest.app.over_https()))], Created(me)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogInBody {
    #[schema(max_length = 1000)]
    email: String,
    #[schema(format = Password, max_length = 1000)]
    password: String,
}

/// Signs a person in: a new session each time.
#[utoipa::path(post, path = "/auth/login", tag = "account", operation_id = "logIn", request_body = LogInBody,
    responses((status = 200, body = Me), Problems), security(()))]
async fn log_in(guest: Guest, Body { value: body, .. }: Body<LogInBody>) -> Result<impl IntoResponse> {
    let too_long = |text: &str| text.chars().count() > super::LENGTH_MAX;
    if too_long(&body.email) || too_long(&body.password) {
        return Err(super::WRONG_LOGIN);
    }
    let (me, token) = super::log_in(&guest, &body.email, Password::given(&body.password)).await?;
    Ok(([(SET_COOKIE, token.cookie(guest.app.over_https()))], Versioned(me)))
}

/// Ends the session that the cookie names, if there is one.
#[utoipa::path(post, path = "/auth/logout", tag = "account", operation_id = "logOut",
    responses((status = 204), Problems), security(()))]
async fn log_out(guest: Guest, Maybe(ctx): Maybe) -> Result<impl IntoResponse> {
    if let Some(ctx) = ctx
        && let (Some(user_id), Some(session)) = (ctx.actor.user_id, ctx.session)
    {
        ctx.write(move |tx, actor| super::sessions::log_out(tx, actor, user_id, session)).await?;
    }
    Ok(([(SET_COOKIE, SessionToken::removal(guest.app.over_https()))], NoContent))
}

/// The person who asks. An API key is nobody's account.
#[utoipa::path(get, path = "/me", tag = "account", operation_id = "getMe",
    responses((status = 200, body = Me), Problems))]
async fn me(ctx: Ctx) -> Result<Versioned<Me>> {
    ctx.read(super::me).await.map(Versioned)
}

/// A change of one's own account; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MePatch {
    #[serde(default)]
    #[schema(value_type = String, max_length = 200, required = false)]
    full_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = PasswordChangeBody, required = false)]
    password: Patch<PasswordChangeBody>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChangeBody {
    #[schema(format = Password, max_length = 1000)]
    current: String,
    /// At least 15 characters, not made of common words, names or patterns.
    #[schema(format = Password, min_length = 15, max_length = 1000)]
    new: String,
}

impl MePatch {
    fn check(self) -> Result<MeChange> {
        let empty = |path: &str| Error::invalid(path, "required", "this cannot be empty; leave it out to keep it");
        let full_name = match self.full_name {
            Patch::Absent => None,
            Patch::Null => return Err(empty("/fullName")),
            Patch::Set(name) => {
                Some(super::model::valid_name("/fullName", &name).map_err(|error| Error::Invalid(vec![error]))?)
            }
        };
        let password = match self.password {
            Patch::Absent => None,
            Patch::Null => return Err(empty("/password")),
            Patch::Set(PasswordChangeBody { current, new }) if current.chars().count() <= super::LENGTH_MAX => {
                Some(PasswordChange { current: Password::given(&current), new })
            }
            Patch::Set(_) => return Err(Error::invalid("/password/current", "too_long", "this is too long")),
        };
        Ok(MeChange { full_name, password })
    }
}

/// Changes one's own name or password. A new password needs the current one and ends all other sessions.
#[utoipa::path(patch, path = "/me", tag = "account", operation_id = "updateMe", request_body = MePatch,
    responses((status = 200, body = Me), Problems))]
async fn change_me(ctx: Ctx, expected: IfMatch, body: Body<MePatch>) -> Result<Versioned<Me>> {
    super::change_me(&ctx, expected, body.value.check()?).await.map(Versioned)
}

/// The browsers that one is signed in with, newest first.
#[utoipa::path(get, path = "/me/sessions", tag = "account", operation_id = "listSessions",
    responses((status = 200, body = Page<Session>), Problems))]
async fn sessions(ctx: Ctx) -> Result<Json<Page<Session>>> {
    let current = ctx.session;
    let work =
        move |c: &db::Conn<'_>, actor: &crate::Actor| super::sessions::list(c, actor, super::person(actor)?, current);
    let items = ctx.read(work).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "account", operation_id = "endSession",
    params(("id" = SessionId, Path)), responses((status = 204), Problems))]
async fn end_session(ctx: Ctx, Id(id): Id<SessionId>) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::sessions::end(tx, actor, super::person(actor)?, id)).await
}

/// Ends all of one's own sessions but the one that asks.
#[utoipa::path(delete, path = "/me/sessions", tag = "account", operation_id = "endOtherSessions",
    responses((status = 204), Problems))]
async fn end_other_sessions(ctx: Ctx) -> Result<NoContent> {
    let current = ctx.session;
    ctx.remove(move |tx, actor| super::sessions::end_others(tx, actor, super::person(actor)?, current).map(|_| ()))
        .await
}

/// The organisation.
#[utoipa::path(get, path = "/org", tag = "organisation", operation_id = "getOrganisation",
    responses((status = 200, body = Organisation), Problems))]
async fn organisation(ctx: Ctx) -> Result<Versioned<Organisation>> {
    ctx.read(super::organisation).await.map(Versioned)
}

/// A change of the organisation; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OrgPatch {
    #[serde(default)]
    #[schema(value_type = String, max_length = 200, required = false)]
    name: Patch<String>,
    /// IANA name, such as `Europe/Prague`.
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    timezone: Patch<String>,
    /// ISO 4217 code, such as `EUR`.
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    currency: Patch<String>,
}

/// Changes the organisation's name, time zone or currency. For admins and owners.
#[utoipa::path(patch, path = "/org", tag = "organisation", operation_id = "updateOrganisation", request_body = OrgPatch,
    responses((status = 200, body = Organisation), Problems))]
async fn change_organisation(ctx: Ctx, expected: IfMatch, body: Body<OrgPatch>) -> Result<Versioned<Organisation>> {
    // Rights first: who may not write learns nothing about what would be valid.
    crate::policy::require(&ctx.actor, crate::policy::Action::EditOrganisation)?;
    let change = OrgChange::check(body.value.name, body.value.timezone, body.value.currency)?;
    ctx.write(move |tx, actor| super::change_organisation(tx, actor, expected, &change)).await.map(Versioned)
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MembersQuery {
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The people in the organisation, by name.
#[utoipa::path(get, path = "/members", tag = "organisation", operation_id = "listMembers", params(MembersQuery),
    responses((status = 200, body = Page<Member>), Problems))]
async fn members(ctx: Ctx, Form(query): Form<MembersQuery>) -> Result<Json<Page<Member>>> {
    let page = ctx.read(move |c, actor| super::members(c, actor, query.limit.as_deref(), query.cursor.as_deref()));
    page.await.map(Json)
}

/// A change of a membership; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberPatch {
    #[serde(default)]
    #[schema(value_type = Role, required = false)]
    role: Patch<Role>,
    /// A disabled member is signed out at once and cannot sign in.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    disabled: Patch<bool>,
}

/// Changes a member's role, or shuts them out or lets them in again. For admins and owners, up to their own role.
#[utoipa::path(patch, path = "/members/{id}", tag = "organisation", operation_id = "updateMember",
    params(("id" = UserId, Path)), request_body = MemberPatch, responses((status = 200, body = Member), Problems))]
async fn change_member(
    ctx: Ctx,
    Id(id): Id<UserId>,
    expected: IfMatch,
    body: Body<MemberPatch>,
) -> Result<Versioned<Member>> {
    crate::policy::require(&ctx.actor, crate::policy::Action::ManageMembers)?;
    let change = MemberChange::check(body.value.role, body.value.disabled)?;
    ctx.write(move |tx, actor| super::change_member(tx, actor, id, expected, change)).await.map(Versioned)
}

/// Takes a person out of the organisation: signed out at once, no longer able to sign in to it. Their records stay. For
/// admins and owners, up to their own role.
#[utoipa::path(delete, path = "/members/{id}", tag = "organisation", operation_id = "removeMember",
    params(("id" = UserId, Path)), responses((status = 204), Problems))]
async fn remove_member(ctx: Ctx, Id(id): Id<UserId>, expected: IfMatch) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::remove_member(tx, actor, id, expected)).await
}
