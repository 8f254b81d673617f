//! `entente admin`: what an operator does at the machine, through the same operations as the API.

use crate::config::Config;
use crate::{serve, wiring};
use anyhow::{Context as _, Result, bail};
use db::{Db, OpenError, Options};
use platform::Error;
use platform::accounts::{self, NewMember, PasswordHasher, SignUp};
use platform::actor::Role;
use platform::api_keys::{self, NewApiKey};
use platform::clock::Clock;
use std::io::{BufRead as _, IsTerminal as _};

/// What an operator reads of a refusal.
pub(crate) fn plain(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(fields) | Error::Malformed(fields) => {
            let lines: Vec<String> = fields
                .iter()
                .map(|field| format!("{}: {}", field.path.trim_start_matches('/'), field.message))
                .collect();
            anyhow::anyhow!("{}", lines.join("; "))
        }
        Error::Conflict(conflict) => anyhow::anyhow!("{}", conflict.detail),
        Error::NotFound(kind) => anyhow::anyhow!("there is no such {kind}"),
        other => anyhow::anyhow!("{other}"),
    }
}

/// The first line of standard input.
fn read_password() -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("Type the password and press Enter (it will be visible; a pipe keeps it off the screen):");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("cannot read the password from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("there is no password on standard input; for example: printf '%s' \"$PASSWORD\" | entente admin …");
    }
    Ok(password.to_string())
}

/// The first owner may come before the first start: what is not there yet is made, as the server would make it.
async fn open_or_make_database(config: &Config) -> Result<Db> {
    if db::sqlite_file(&config.database).is_none_or(|file| file.exists()) {
        match Db::open_current(&config.database, &Options::default()).await {
            Err(OpenError::Older { found: 0, .. }) => {}
            outcome => return Ok(outcome?),
        }
    }
    let _lock = serve::lock(config)?;
    wiring::open_database(config).await
}

/// Makes an owner, and the organisation when there is none of that name.
pub(crate) async fn create_owner(config: &Config, org: &str, email: &str, name: &str) -> Result<()> {
    let new = SignUp::check(name, email, org, &read_password()?).map_err(plain)?;
    let db = open_or_make_database(config).await?;
    let hash = PasswordHasher::new(1).hash(new.password).await.map_err(plain)?;
    let clock = Clock::system();
    let owner = NewMember { full_name: new.full_name, email: new.email, role: Role::Owner, password_hash: Some(hash) };
    let (email, org_name) = (owner.email.clone(), new.org_name.clone());
    let made = db.write(move |tx| match accounts::organisation_named(tx, &new.org_name)? {
        Some(org_id) => {
            accounts::add_member(tx, &accounts::operator(org_id, &clock), &owner)?;
            Ok(false)
        }
        None => {
            accounts::create_organisation(tx, &clock, &new.org_name, &owner, None)?;
            Ok::<bool, Error>(true)
        }
    });
    let what = if made.await.map_err(plain)? { "made the organisation" } else { "added to the organisation" };
    println!("{what} {org_name:?}: {email} owns it and can sign in");
    Ok(())
}

/// Makes an API key and prints it alone, so that a script can take it.
pub(crate) async fn create_api_key(config: &Config, org: &str, role: Role, name: &str) -> Result<()> {
    let db = wiring::open_existing_database(config).await?;
    let clock = Clock::system();
    let (org, new) = (org.to_string(), NewApiKey { name: name.to_string(), role, expires_at: None });
    let created = db.write(move |tx| {
        let org_id = accounts::organisation_named(tx, &org)?.ok_or(Error::NotFound("organisation"))?;
        api_keys::create(tx, &accounts::operator(org_id, &clock), &new)
    });
    println!("{}", created.await.map_err(plain)?.key);
    Ok(())
}

/// Sets a new password and ends all sessions.
pub(crate) async fn reset_password(config: &Config, email: &str) -> Result<()> {
    let password = read_password()?;
    let db = wiring::open_existing_database(config).await?;
    let Some(email) = accounts::normal_email(email) else { bail!("{email:?} is no e-mail address") };
    let address = email.clone();
    let password = accounts::Password::chosen(&password, &["Entente", &email])
        .map_err(|(_, message)| anyhow::anyhow!("password: {message}"))?;
    let hash = PasswordHasher::new(1).hash(password).await.map_err(plain)?;
    let clock = Clock::system();
    db.write(move |tx| accounts::reset_password(tx, &clock, &email, &hash)).await.map_err(plain)?;
    println!("{address} has a new password and is signed out everywhere");
    Ok(())
}
