//! What the program is told: flags over environment over file over defaults.

use anyhow::{Context as _, Result, bail};
use clap::ArgMatches;
use clap::parser::ValueSource;
use gateways::object_store::{self, Bucket};
use platform::limits::RateLimits;
use serde::Deserialize;
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Read when it is there and no other file is named.
const FILE_DEFAULT: &str = "entente.toml";
const DATABASE_DEFAULT: &str = "sqlite:data/entente.db";
/// What most services other than Amazon's take, too.
const S3_REGION_DEFAULT: &str = "us-east-1";

/// One declaration of every setting: a flag, an `ENTENTE_*` variable and a key of the file each.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "ENTENTE_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// sqlite:PATH or postgres://USER@HOST/NAME [default: sqlite:data/entente.db]
    #[arg(long, global = true, env = "ENTENTE_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Where people reach the product, such as https://crm.example.com [default: http://localhost:PORT]
    #[arg(long, global = true, env = "ENTENTE_PUBLIC_URL", value_name = "URL")]
    #[serde(alias = "public-url")]
    pub public_url: Option<String>,
    /// Fill an empty database with a believable workspace
    #[arg(long, global = true, env = "ENTENTE_DEMO", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL",
        require_equals = true)]
    pub demo: Option<bool>,
    /// Requests per minute of an API key and of a session: default, off, or N,M
    #[arg(long, global = true, env = "ENTENTE_RATE_LIMIT", value_name = "LIMIT")]
    #[serde(alias = "rate-limit")]
    pub rate_limit: Option<RateLimit>,
    /// Addresses of proxies whose X-Forwarded-For is believed
    #[arg(long, global = true, env = "ENTENTE_TRUSTED_PROXY", value_name = "ADDRESS", value_delimiter = ',')]
    #[serde(alias = "trusted-proxy")]
    pub trusted_proxy: Option<Vec<IpAddr>>,
    /// Folder for uploads under way and attachments [default: the folder of the database file, or data]
    #[arg(long, global = true, env = "ENTENTE_DATA_DIR", value_name = "FOLDER")]
    #[serde(alias = "data-dir")]
    pub data_dir: Option<PathBuf>,
    /// Bucket of an S3-compatible service for attachments, instead of the folder
    #[arg(long, global = true, env = "ENTENTE_S3_BUCKET", value_name = "NAME")]
    #[serde(alias = "s3-bucket")]
    pub s3_bucket: Option<String>,
    /// Address of that service [default: the one of Amazon for the region]
    #[arg(long, global = true, env = "ENTENTE_S3_ENDPOINT", value_name = "URL")]
    #[serde(alias = "s3-endpoint")]
    pub s3_endpoint: Option<String>,
    /// Region of the bucket [default: us-east-1]
    #[arg(long, global = true, env = "ENTENTE_S3_REGION", value_name = "REGION")]
    #[serde(alias = "s3-region")]
    pub s3_region: Option<String>,
    /// What names in the bucket begin with, such as crm/ [default: nothing]
    #[arg(long, global = true, env = "ENTENTE_S3_PREFIX", value_name = "PREFIX")]
    #[serde(alias = "s3-prefix")]
    pub s3_prefix: Option<String>,
    /// Whose access to the bucket it is
    #[arg(long, global = true, env = "ENTENTE_S3_ACCESS_KEY_ID", value_name = "ID")]
    #[serde(alias = "s3-access-key-id")]
    pub s3_access_key_id: Option<String>,
    /// The secret of that access; put it into the environment or the file rather than here
    #[arg(long, global = true, env = "ENTENTE_S3_SECRET_ACCESS_KEY", value_name = "SECRET", hide_env_values = true)]
    #[serde(alias = "s3-secret-access-key")]
    pub s3_secret_access_key: Option<String>,
    /// File of the key that closes stored secrets; made at first use [default: master.key in the data folder]
    #[arg(long, global = true, env = "ENTENTE_MASTER_KEY_FILE", value_name = "FILE")]
    #[serde(alias = "master-key-file")]
    pub master_key_file: Option<PathBuf>,
    /// Let addresses that admins give, such as a model server's, be of this machine and of private networks
    #[arg(long, global = true, env = "ENTENTE_ALLOW_PRIVATE_NETWORKS", num_args = 0..=1, default_missing_value = "true",
        value_name = "BOOL", require_equals = true)]
    #[serde(alias = "allow-private-networks")]
    pub allow_private_networks: Option<bool>,
    /// What is logged: error, warn, info, debug, or a filter such as info,db=debug [default: info]
    #[arg(long, global = true, env = "ENTENTE_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How it is written [default: text]
    #[arg(long, global = true, env = "ENTENTE_LOG_FORMAT", value_name = "FORMAT")]
    #[serde(alias = "log-format")]
    pub log_format: Option<LogFormat>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// How many requests are allowed; `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RateLimit(pub Option<RateLimits>);

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<RateLimit, String> {
        match text {
            "default" => Ok(RateLimit(Some(RateLimits::default()))),
            "off" => Ok(RateLimit(None)),
            _ => {
                let limits = text.split_once(',').and_then(|(keys, sessions)| {
                    Some(RateLimits {
                        per_api_key: keys.trim().parse::<NonZeroU32>().ok()?,
                        per_session: sessions.trim().parse::<NonZeroU32>().ok()?,
                    })
                });
                let limits =
                    limits.ok_or("write default, off, or N,M: requests per minute of an API key and a session");
                Ok(RateLimit(Some(limits?)))
            }
        }
    }
}

impl TryFrom<String> for RateLimit {
    type Error = String;

    fn try_from(text: String) -> Result<RateLimit, String> {
        text.parse()
    }
}

impl Display for RateLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            None => f.write_str("off"),
            Some(limits) => write!(f, "{},{}", limits.per_api_key, limits.per_session),
        }
    }
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub database: String,
    /// The folder of the default database is made when it is missing; a named one must be there.
    pub database_is_default: bool,
    pub public_url: String,
    /// Requests for other hosts are refused only when the host was told.
    pub public_url_is_told: bool,
    pub demo: bool,
    pub rate_limit: RateLimit,
    pub trusted_proxy: Vec<IpAddr>,
    pub data_dir: PathBuf,
    /// Where attachments are, if not in the folder.
    pub bucket: Option<Bucket>,
    pub master_key_file: PathBuf,
    pub allow_private_networks: bool,
    pub log: String,
    pub log_format: LogFormat,
    shown: Vec<Shown>,
}

/// A line of `entente config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    name: &'static str,
    value: String,
    origin: String,
}

/// Collects the settings one by one, noting where each came from.
struct Picker<'a> {
    matches: &'a ArgMatches,
    file: String,
    shown: Vec<Shown>,
}

impl Picker<'_> {
    fn pick<T>(
        &mut self,
        name: &'static str,
        told: Option<T>,
        file: Option<T>,
        default: impl FnOnce() -> T,
        show: impl Fn(&T) -> String,
    ) -> T {
        let (value, origin) = match (told, file) {
            (Some(value), _) if self.matches.value_source(name) == Some(ValueSource::EnvVariable) => {
                (value, format!("environment ENTENTE_{}", name.to_uppercase()))
            }
            (Some(value), _) => (value, format!("flag --{}", name.replace('_', "-"))),
            (None, Some(value)) => (value, format!("file {}", self.file)),
            (None, None) => (default(), "default".to_string()),
        };
        self.shown.push(Shown { name, value: show(&value), origin });
        value
    }
}

impl Config {
    /// Puts the settings together. `told` are flags and environment, as `matches` knows apart; `path` is
    /// the file that was named, if one was.
    ///
    /// # Errors
    /// A file that is named but missing, an unknown key in it, a value that cannot be used.
    pub fn load(told: Options, matches: &ArgMatches, path: Option<&Path>) -> Result<Config> {
        let (file, file_name) = read_file(path)?;
        let mut picker = Picker { matches, file: file_name, shown: Vec::new() };
        let listen_default = || SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let listen = picker.pick("listen", told.listen, file.listen, listen_default, ToString::to_string);
        let database_is_default = told.database.is_none() && file.database.is_none();
        let database =
            picker.pick("database", told.database, file.database, || DATABASE_DEFAULT.into(), |url| db::redact(url));
        let public_url_is_told = told.public_url.is_some() || file.public_url.is_some();
        let local = || format!("http://localhost:{}", listen.port());
        let public_url = picker.pick("public_url", told.public_url, file.public_url, local, Clone::clone);
        let demo = picker.pick("demo", told.demo, file.demo, || false, ToString::to_string);
        let limits = || RateLimit(Some(RateLimits::default()));
        let rate_limit = picker.pick("rate_limit", told.rate_limit, file.rate_limit, limits, ToString::to_string);
        let proxies = |list: &Vec<IpAddr>| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let trusted_proxy = picker.pick("trusted_proxy", told.trusted_proxy, file.trusted_proxy, Vec::new, proxies);
        let beside = || folder_of(&database);
        let data_dir = picker.pick("data_dir", told.data_dir, file.data_dir, beside, |path| path.display().to_string());
        let plain = Clone::clone;
        let hidden = |text: &String| if text.is_empty() { String::new() } else { "***".to_string() };
        let s3 = object_store::Settings {
            bucket: picker.pick("s3_bucket", told.s3_bucket, file.s3_bucket, String::new, plain),
            endpoint: picker.pick("s3_endpoint", told.s3_endpoint, file.s3_endpoint, String::new, plain),
            region: picker.pick("s3_region", told.s3_region, file.s3_region, || S3_REGION_DEFAULT.into(), plain),
            prefix: picker.pick("s3_prefix", told.s3_prefix, file.s3_prefix, String::new, plain),
            access_key_id: picker.pick(
                "s3_access_key_id",
                told.s3_access_key_id,
                file.s3_access_key_id,
                String::new,
                plain,
            ),
            secret_access_key: picker.pick(
                "s3_secret_access_key",
                told.s3_secret_access_key,
                file.s3_secret_access_key,
                String::new,
                hidden,
            ),
        };
        let in_data = || data_dir.join("master.key");
        let shown = |path: &PathBuf| path.display().to_string();
        let master_key_file =
            picker.pick("master_key_file", told.master_key_file, file.master_key_file, in_data, shown);
        let allow_private_networks = picker.pick(
            "allow_private_networks",
            told.allow_private_networks,
            file.allow_private_networks,
            || false,
            ToString::to_string,
        );
        let log = picker.pick("log", told.log, file.log, || "info".into(), Clone::clone);
        let format = |format: &LogFormat| format!("{format:?}").to_lowercase();
        let log_format = picker.pick("log_format", told.log_format, file.log_format, LogFormat::default, format);
        Ok(Config {
            listen,
            database,
            database_is_default,
            public_url: valid_public_url(&public_url)?,
            public_url_is_told,
            demo,
            rate_limit,
            trusted_proxy,
            data_dir,
            bucket: bucket(s3)?,
            master_key_file,
            allow_private_networks,
            log,
            log_format,
            shown: picker.shown,
        })
    }

    /// Variables of the environment that look like settings and are none: a typing error, most likely.
    pub fn unknown_variables(&self, names: impl Iterator<Item = String>) -> Vec<String> {
        // Those of the tests and tools around the program.
        const OTHERS: [&str; 4] = ["ENTENTE_CONFIG", "ENTENTE_TEST_", "ENTENTE_DEV_", "ENTENTE_POSTGRES_"];
        let known = |name: &str| {
            self.shown.iter().any(|shown| name == format!("ENTENTE_{}", shown.name.to_uppercase()))
                || OTHERS.iter().any(|other| name.starts_with(other))
        };
        names.filter(|name| name.starts_with("ENTENTE_") && !known(name)).collect()
    }

    /// Every setting with its value and where that came from; passwords are hidden.
    pub fn show(&self) -> String {
        let width = self.shown.iter().map(|line| line.name.len() + line.value.len() + 3).max().unwrap_or(0);
        let line = |shown: &Shown| {
            let setting = format!("{} = {}", shown.name, shown.value);
            format!("{setting:width$}  # {}\n", shown.origin)
        };
        self.shown.iter().map(line).collect()
    }
}

fn read_file(path: Option<&Path>) -> Result<(Options, String)> {
    let named = path.is_some();
    let path = path.unwrap_or(Path::new(FILE_DEFAULT));
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((toml::from_str(&text).with_context(|| format!("cannot use the file {name}"))?, name)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => Ok((Options::default(), name)),
        Err(error) => Err(error).with_context(|| format!("cannot read the file {name}")),
    }
}

fn folder_of(database: &str) -> PathBuf {
    match db::sqlite_file(database).as_deref().and_then(Path::parent) {
        Some(folder) if folder.as_os_str().is_empty() => PathBuf::from("."),
        Some(folder) => folder.to_path_buf(),
        None => PathBuf::from("data"),
    }
}

/// The bucket that settings name, if they do.
fn bucket(mut s3: object_store::Settings) -> Result<Option<Bucket>> {
    if s3.bucket.is_empty() {
        if !s3.endpoint.is_empty() || !s3.access_key_id.is_empty() || !s3.secret_access_key.is_empty() {
            bail!("there are settings of a bucket and none says which; set s3_bucket too, or leave the others out");
        }
        return Ok(None);
    }
    if s3.access_key_id.is_empty() || s3.secret_access_key.is_empty() {
        bail!("set s3_access_key_id and s3_secret_access_key for the bucket {:?}", s3.bucket);
    }
    if s3.endpoint.is_empty() {
        s3.endpoint = format!("https://s3.{}.amazonaws.com", s3.region);
    }
    Ok(Some(Bucket::new(&s3).with_context(|| format!("s3_endpoint {:?}", s3.endpoint))?))
}

/// Scheme, host and port without a path.
fn valid_public_url(text: &str) -> Result<String> {
    let url = text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            let url = url.to_lowercase();
            // Browsers leave the usual port out.
            let usual = if url.starts_with("https:") { ":443" } else { ":80" };
            Ok(url.strip_suffix(usual).unwrap_or(&url).to_string())
        }
        _ => bail!("the public URL {text:?} cannot be used; write scheme and host, such as https://crm.example.com"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args as _, FromArgMatches as _};

    fn load(args: &[&str], file: Option<&str>) -> Result<Config> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("test.toml");
        if let Some(text) = file {
            std::fs::write(&path, text)?;
        }
        let command = Options::augment_args(clap::Command::new("entente"));
        let matches = command.try_get_matches_from(std::iter::once(&"entente").chain(args))?;
        let told = Options::from_arg_matches(&matches)?;
        Config::load(told, &matches, file.map(|_| path.as_path()))
    }

    fn origin(config: &Config, name: &str) -> String {
        config.shown.iter().find(|shown| shown.name == name).map(|shown| shown.origin.clone()).unwrap_or_default()
    }

    #[test]
    fn flags_go_over_the_file_and_the_file_over_defaults() {
        let config =
            load(&["--listen", "0.0.0.0:9000"], Some("listen = '127.0.0.1:1'\ndatabase = 'sqlite:x/y.db'")).unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(origin(&config, "listen"), "flag --listen");
        assert_eq!(config.database, "sqlite:x/y.db");
        assert!(origin(&config, "database").starts_with("file "), "{:?}", config.shown);
        assert!(!config.database_is_default);
        assert_eq!(config.data_dir, Path::new("x"));
        assert_eq!((config.public_url.as_str(), config.public_url_is_told), ("http://localhost:9000", false));
        assert_eq!(origin(&config, "rate_limit"), "default");
    }

    #[test]
    fn unknown_keys_and_missing_files_are_errors() {
        let error = format!("{:#}", load(&[], Some("listn = 'x'")).unwrap_err());
        assert!(error.contains("unknown field `listn`"), "{error}");
        let matches = Options::augment_args(clap::Command::new("x")).get_matches_from(["x"]);
        let error = Config::load(Options::default(), &matches, Some(Path::new("/nowhere/entente.toml"))).unwrap_err();
        assert!(format!("{error:#}").contains("/nowhere/entente.toml"), "{error:#}");
    }

    #[test]
    fn mistyped_variables_are_found() {
        let names = ["ENTENTE_DATABSE", "ENTENTE_DATABASE", "ENTENTE_RATE_LIMIT", "ENTENTE_TEST_ENGINES", "HOME"];
        let unknown = load(&[], None).unwrap().unknown_variables(names.map(str::to_string).into_iter());
        assert_eq!(unknown, ["ENTENTE_DATABSE"]);
    }

    #[test]
    fn a_bucket_is_named_whole_and_its_secret_hidden() {
        assert!(load(&[], None).unwrap().bucket.is_none());
        let whole = ["--s3-bucket", "files", "--s3-access-key-id", "who", "--s3-secret-access-key", "hunter2"];
        let config = load(&whole, None).unwrap();
        assert_eq!(
            format!("{:?}", config.bucket.as_ref().unwrap()),
            "Bucket(https://s3.us-east-1.amazonaws.com/files/)"
        );
        assert!(!config.show().contains("hunter2") && !format!("{config:?}").contains("hunter2"), "{config:?}");
        let file = "s3_bucket = 'files'\ns3_endpoint = 'http://localhost:9000'\ns3_prefix = 'crm/'\n\
                    s3_access_key_id = 'who'\ns3_secret_access_key = 'x'";
        let config = load(&[], Some(file)).unwrap();
        assert_eq!(format!("{:?}", config.bucket.unwrap()), "Bucket(http://localhost:9000/files/crm/)");
        for (wrong, named) in [
            (&whole[..2], "s3_access_key_id"),
            (&whole[2..], "s3_bucket"),
            (&[&whole[..], &["--s3-endpoint", "nowhere"]].concat()[..], "s3_endpoint"),
        ] {
            let error = format!("{:#}", load(wrong, None).map(drop).unwrap_err());
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        let config = load(&["--database", "postgres://crm:hunter2@db.example/crm"], None).unwrap();
        assert!(!config.show().contains("hunter2"), "{}", config.show());
        assert!(config.show().contains("postgres://crm:***@db.example/crm"), "{}", config.show());
    }

    #[test]
    fn rate_limits_have_three_forms() {
        let parse = |text: &str| text.parse::<RateLimit>();
        assert_eq!(parse("off").unwrap().0, None);
        assert_eq!(parse("default").unwrap().0, Some(RateLimits::default()));
        assert_eq!(parse("10, 20").unwrap().0.unwrap().per_session.get(), 20);
        for bad in ["", "10", "0,5", "a,b"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_public_url_has_no_path() {
        assert_eq!(valid_public_url("https://CRM.example.com/").unwrap(), "https://crm.example.com");
        assert_eq!(valid_public_url("https://crm.example.com:443").unwrap(), "https://crm.example.com");
        assert_eq!(valid_public_url("http://crm.example.com:8080").unwrap(), "http://crm.example.com:8080");
        for bad in ["crm.example.com", "https://", "https://x/crm", "ftp://x", "https://a@b"] {
            assert!(valid_public_url(bad).is_err(), "{bad}");
        }
    }
}
