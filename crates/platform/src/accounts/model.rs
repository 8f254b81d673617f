//! Shapes and pure rules of organisations and people.

use super::password::Password;
use crate::actor::Role;
use crate::clock::Timestamp;
use crate::error::{Error, FieldError, Result};
use crate::filter::catalogue::{Catalogue, column, text, time};
use crate::http::Record;
use crate::ids::{OrgId, UserId};
use crate::money::valid_currency;
use crate::patch::Patch;
use crate::text::{is_seen, turns_direction};
use serde::Serialize;
use utoipa::ToSchema;

/// Longest name of a person or an organisation, in characters.
pub const NAME_MAX: usize = 200;
/// Longest address (RFC 5321, section 4.5.3.1.3, less the brackets), in bytes.
pub const EMAIL_MAX: usize = 254;

/// What members are paged by.
pub(super) static MEMBER_FIELDS: Catalogue = Catalogue {
    record: "member",
    id: "m.user_id",
    activities: None,
    deals: None,
    fields: &[
        text("fullName", "member.fullName", column("u.full_name")).sortable().required(),
        time("createdAt", "member.createdAt", column("m.created_at")).sortable().required(),
    ],
};

/// The organisation as it stands beside a person.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgBrief {
    pub id: OrgId,
    pub name: String,
    /// IANA name.
    pub timezone: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// The person who asks.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: UserId,
    pub full_name: String,
    pub email: String,
    pub role: Role,
    pub org: OrgBrief,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Me {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some("/api/v1/me".into())
    }
}

/// A workspace.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    pub id: OrgId,
    pub name: String,
    /// IANA name; days of filters and schedules start in it.
    pub timezone: String,
    /// ISO 4217 code of amounts without their own.
    pub currency: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Organisation {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

/// A person with a role in the organisation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    pub id: UserId,
    pub full_name: String,
    pub email: String,
    pub role: Role,
    /// A disabled member cannot sign in; their records stay.
    pub disabled: bool,
    /// Of the membership.
    pub version: i64,
}

impl Record for Member {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

/// A change of a membership: what is none stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberChange {
    pub role: Option<Role>,
    pub disabled: Option<bool>,
}

impl MemberChange {
    /// # Errors
    /// [`Error::Invalid`] with every field that cannot be empty.
    pub fn check(role: Patch<Role>, disabled: Patch<bool>) -> Result<MemberChange> {
        let mut errors = Vec::new();
        let change = MemberChange {
            role: given("/role", role, &mut errors),
            disabled: given("/disabled", disabled, &mut errors),
        };
        if errors.is_empty() { Ok(change) } else { Err(Error::Invalid(errors)) }
    }
}

/// What a field that cannot be cleared is set to.
fn given<T>(path: &str, patch: Patch<T>, errors: &mut Vec<FieldError>) -> Option<T> {
    match patch {
        Patch::Absent => None,
        Patch::Set(value) => Some(value),
        Patch::Null => {
            errors.push(FieldError::new(path, "required", "this cannot be empty; leave it out to keep it"));
            None
        }
    }
}

/// A person to be added.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub full_name: String,
    /// As [`normal_email`] gives it.
    pub email: String,
    pub role: Role,
    /// PHC string; without one the person cannot sign in by password.
    pub password_hash: Option<String>,
}

/// What sign-up asks for, checked.
pub struct SignUp {
    pub full_name: String,
    pub email: String,
    pub org_name: String,
    pub password: Password,
}

impl SignUp {
    /// # Errors
    /// [`Error::Invalid`] with every broken rule.
    pub fn check(full_name: &str, email: &str, org_name: &str, password: &str) -> Result<SignUp> {
        let mut errors = Vec::new();
        let mut note = |outcome: Result<String, FieldError>| outcome.map_err(|error| errors.push(error)).ok();
        let full_name = note(valid_name("/fullName", full_name));
        let org_name = note(valid_name("/orgName", org_name));
        let normal = note(normal_email(email).ok_or_else(|| invalid_email("/email")));
        let about = [full_name.as_deref(), org_name.as_deref(), normal.as_deref()].map(Option::unwrap_or_default);
        let password = chosen_password("/password", password, &about).map_err(|error| errors.push(error)).ok();
        match (full_name, org_name, normal, password) {
            (Some(full_name), Some(org_name), Some(email), Some(password)) => {
                Ok(SignUp { full_name, email, org_name, password })
            }
            _ => Err(Error::Invalid(errors)),
        }
    }
}

/// A new password, checked against the rules and the names around it.
pub(super) fn chosen_password(path: &str, text: &str, about: &[&str]) -> Result<Password, FieldError> {
    let about: Vec<&str> = about.iter().copied().chain(["Entente"]).collect();
    Password::chosen(text, &about).map_err(|(code, message)| FieldError::new(path, code, message))
}

fn invalid_email(path: &str) -> FieldError {
    FieldError::new(path, "invalid_email", "write an e-mail address such as ada@example.com")
}

/// The form in which an address signs in: trimmed, lower-cased, its domain as DNS knows it. None when it is
/// no address.
pub fn normal_email(text: &str) -> Option<String> {
    let (local, domain) = text.trim().rsplit_once('@')?;
    let domain = idna::domain_to_ascii(domain).ok()?;
    let email = format!("{}@{domain}", local.to_lowercase());
    (email.len() <= EMAIL_MAX && email_address::EmailAddress::is_valid(&email) && !email.contains(char::is_whitespace))
        .then_some(email)
}

/// A name of a person or an organisation: trimmed, on one line.
pub(super) fn valid_name(path: &str, text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    let fault = |code: &str, message: &str| Err(FieldError::new(path, code, message));
    if !is_seen(name) {
        return fault("required", "write a name");
    }
    if name.chars().count() > NAME_MAX {
        return fault("too_long", "a name has at most 200 characters");
    }
    if name.chars().any(char::is_control) {
        return fault("invalid", "a name is one line without control characters");
    }
    if turns_direction(name) {
        return fault("invalid", "leave out the invisible characters that change the direction of writing");
    }
    Ok(name.to_string())
}

/// A change of the organisation: what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrgChange {
    pub name: Option<String>,
    pub timezone: Option<String>,
    pub currency: Option<String>,
}

impl OrgChange {
    /// # Errors
    /// [`Error::Invalid`] with every broken rule.
    pub fn check(name: Patch<String>, timezone: Patch<String>, currency: Patch<String>) -> Result<OrgChange> {
        let mut errors = Vec::new();
        let mut field = |path: &str, patch: Patch<String>, rule: fn(&str, &str) -> Result<String, FieldError>| {
            let outcome = match patch {
                Patch::Absent => return None,
                Patch::Null => Err(FieldError::new(path, "required", "this cannot be empty")),
                Patch::Set(text) => rule(path, &text),
            };
            outcome.map_err(|error| errors.push(error)).ok()
        };
        let change = OrgChange {
            name: field("/name", name, valid_name),
            timezone: field("/timezone", timezone, valid_timezone),
            currency: field("/currency", currency, valid_currency),
        };
        if errors.is_empty() { Ok(change) } else { Err(Error::Invalid(errors)) }
    }
}

/// A change of one's own account: what is none stays.
#[derive(Clone, Debug, Default)]
pub struct MeChange {
    pub full_name: Option<String>,
    pub password: Option<PasswordChange>,
}

/// A new password, with the one it replaces.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    pub current: Password,
    pub new: String,
}

fn valid_timezone(path: &str, text: &str) -> Result<String, FieldError> {
    let zone = jiff::tz::TimeZone::get(text).ok();
    zone.and_then(|zone| zone.iana_name().map(str::to_string)).ok_or_else(|| {
        FieldError::new(path, "invalid_timezone", "write an IANA time zone such as Europe/Prague or UTC")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_seen_and_reads_in_its_own_direction() {
        let code = |name: &str| valid_name("/orgName", name).map_err(|fault| fault.code);
        for nothing in ["\u{200b}", "\u{2800}", "\u{3164}\u{ad} \u{2060}", "\u{e0041}"] {
            assert_eq!(code(nothing), Err("required".into()), "{nothing:?}");
        }
        for turned in ["Acme\u{202e}gpj", "\u{2066}Acme\u{2069}"] {
            assert_eq!(code(turned), Err("invalid".into()), "{turned:?}");
        }
        for name in ["👩\u{200d}👧", "می\u{200c}خواهم"] {
            assert_eq!(code(name), Ok(name.into()));
        }
    }

    #[test]
    fn addresses_have_one_form() {
        let normal = |text| normal_email(text);
        assert_eq!(normal(" Ada@Example.COM "), Some("ada@example.com".into()));
        assert_eq!(normal("ada@BÜCHER.example"), Some("ada@xn--bcher-kva.example".into()));
        assert_eq!(normal("ada+crm@example.com"), Some("ada+crm@example.com".into()));
        for bad in ["", "ada", "ada@", "@example.com", "a b@example.com", "ada@exa mple.com", "ada\n@example.com"] {
            assert_eq!(normal(bad), None, "{bad:?}");
        }
        assert_eq!(normal(&format!("{}@example.com", "a".repeat(300))), None);
    }

    #[test]
    fn sign_up_names_every_broken_rule() {
        let Err(Error::Invalid(errors)) = SignUp::check(" ", "nobody", "x\u{7}", "short") else { panic!() };
        let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, ["/fullName", "/orgName", "/email", "/password"]);
    }

    #[test]
    fn a_password_may_not_be_made_of_the_names_around_it() {
        let Err(Error::Invalid(errors)) =
            SignUp::check("Ada Lovelace", "ada@engines.example", "Difference Engines", "lovelace engines ada")
        else {
            panic!()
        };
        assert_eq!((errors.len(), errors[0].code.as_str()), (1, "too_guessable"));
    }

    #[test]
    fn the_organisation_keeps_valid_values() {
        let set = |text: &str| Patch::Set(text.to_string());
        let change = OrgChange::check(set(" Engines "), set("Europe/Prague"), set("CZK")).unwrap();
        assert_eq!(change.name.as_deref(), Some("Engines"));
        let Err(Error::Invalid(errors)) = OrgChange::check(Patch::Null, set("Mars/Olympus"), set("czk")) else {
            panic!()
        };
        let codes: Vec<&str> = errors.iter().map(|error| error.code.as_str()).collect();
        assert_eq!(codes, ["required", "invalid_timezone", "invalid_currency"]);
        assert_eq!(OrgChange::check(Patch::Absent, Patch::Absent, Patch::Absent).unwrap(), OrgChange::default());
    }
}
