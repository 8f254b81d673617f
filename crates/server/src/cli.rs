//! The command line.

use crate::config::{Config, LogFormat, Options};
use crate::{admin, check, files, serve};
use anyhow::Result;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use platform::actor::Role;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Entente: a CRM for teams that own their data.
#[derive(Parser)]
#[command(name = "entente", version, propagate_version = true)]
struct Cli {
    /// Settings from this file instead of entente.toml
    #[arg(long, global = true, env = "ENTENTE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the product
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Examine the database, the audit log and what must always hold
    Check,
    /// Copy a SQLite database to FILE while it is in use
    Backup { file: PathBuf },
    /// Import customers, companies, products or deals from a file
    Import(files::ImportOrder),
    /// Write all records of a kind to a file
    Export(files::ExportOrder),
    /// Look after accounts and keys
    #[command(subcommand)]
    Admin(Admin),
    /// Settings
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Subcommand)]
enum Admin {
    /// Make an account that owns an organisation, and the organisation if there is none of that name; the password is
    /// read from standard input
    CreateOwner {
        /// Name of the organisation
        #[arg(long)]
        org: String,
        /// Address that signs in
        #[arg(long)]
        email: String,
        /// Name of the person
        #[arg(long)]
        name: String,
    },
    /// Make an API key and print it, once
    CreateApiKey {
        /// Name of the organisation
        #[arg(long)]
        org: String,
        /// What the key may do
        #[arg(long, value_enum)]
        role: RoleArgument,
        /// What the key is for
        #[arg(long, default_value = "Command line")]
        name: String,
    },
    /// Set a new password, read from standard input, and sign the person out everywhere
    ResetPassword {
        /// Address that signs in
        #[arg(long)]
        email: String,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum RoleArgument {
    Owner,
    Admin,
    Member,
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Role {
        match role {
            RoleArgument::Owner => Role::Owner,
            RoleArgument::Admin => Role::Admin,
            RoleArgument::Member => Role::Member,
        }
    }
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print every setting with its value and where it comes from
    Show,
}

/// Runs the program; the exit code is 1 when it failed.
pub fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let outcome = Cli::from_arg_matches(&matches).map_err(anyhow::Error::from).and_then(|cli| {
        let mut innermost = &matches;
        while let Some((_, inner)) = innermost.subcommand() {
            innermost = inner;
        }
        let config = Config::load(cli.options, innermost, cli.config.as_deref())?;
        let outcome = run(cli.command, &config);
        serve::fold(&config);
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("entente: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(command: Command, config: &Config) -> Result<()> {
    start_log(config)?;
    for name in config.unknown_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())) {
        tracing::warn!("{name} is no setting; `entente config show` lists them");
    }
    match command {
        Command::Serve => serve::serve(config).await,
        Command::Migrate => serve::migrate(config).await,
        Command::Check => check::check(config).await,
        Command::Backup { file } => check::backup(config, file).await,
        Command::Import(order) => files::import(config, order).await,
        Command::Export(order) => files::export(config, order).await,
        Command::Admin(Admin::CreateOwner { org, email, name }) => {
            admin::create_owner(config, &org, &email, &name).await
        }
        Command::Admin(Admin::CreateApiKey { org, role, name }) => {
            admin::create_api_key(config, &org, role.into(), &name).await
        }
        Command::Admin(Admin::ResetPassword { email }) => admin::reset_password(config, &email).await,
        Command::Config(ConfigCommand::Show) => {
            print!("{}", config.show());
            Ok(())
        }
    }
}

fn start_log(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| anyhow::anyhow!("the log filter {:?} cannot be used: {error}", config.log))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_may_stand_before_and_after_the_command() {
        for line in [
            ["entente", "--listen", "127.0.0.1:9", "serve", "--demo"],
            ["entente", "serve", "--demo", "--listen", "127.0.0.1:9"],
        ] {
            let cli = Cli::try_parse_from(line).unwrap();
            assert_eq!(cli.options.listen.map(|listen| listen.port()), Some(9));
            assert_eq!(cli.options.demo, Some(true));
        }
    }
}
