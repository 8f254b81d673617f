//! The programs that are measured: the release binary, and a throwaway PostgreSQL for it.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::http::Client;

/// A server that has not answered by then will not.
const START_MAX: Duration = Duration::from_secs(60);

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Runs this very command again as a release build.
pub fn as_release() -> Result<()> {
    let done = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--package", "xtask", "--"])
        .args(std::env::args_os().skip(1))
        .status()
        .context("cargo does not start")?;
    ensure!(done.success(), "the measurement failed");
    Ok(())
}

/// Builds `entente` in release mode and answers where it is.
pub fn release_binary() -> Result<PathBuf> {
    let done = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--package", "server", "--bin", "entente"])
        .current_dir(root())
        .status()
        .context("cargo does not start")?;
    ensure!(done.success(), "the release build failed");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release/entente"))
}

/// A running `entente serve`; stopped when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts the server on a free loopback port and waits for its first answer of 200; tells how long that took.
    pub fn start(binary: &Path, database: &str, folder: &Path) -> Result<(Server, Duration)> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = std::fs::File::create(folder.join("server.log"))?;
        let start = Instant::now();
        let child = Command::new(binary)
            .args(["serve", "--listen", &address.to_string(), "--database", database, "--rate-limit", "off"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", binary.display()))?;
        let mut server = Server { child, address };
        loop {
            let answer = Client::connect(address, "").and_then(|mut client| client.get("/readyz"));
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok((server, start.elapsed()));
            }
            if let Some(status) = server.child.try_wait()? {
                let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
                bail!("the server ended with {status}:\n{log}");
            }
            ensure!(start.elapsed() < START_MAX, "the server did not answer within a minute");
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Politely first, so that the write-ahead log is folded in and the next start is a normal one.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A throwaway PostgreSQL with `fsync` on, from `scripts/with-postgres`; it ends with this value.
pub struct Cluster {
    child: Child,
    /// The cluster lives as long as this pipe is open, so it also goes away when the bench is killed.
    input: Option<ChildStdin>,
    /// URL of its superuser database.
    pub url: String,
}

impl Cluster {
    pub fn start() -> Result<Cluster> {
        let mut child = Command::new(root().join("scripts/with-postgres"))
            .args(["sh", "-c", "echo \"$ENTENTE_TEST_POSTGRES\"; exec cat"])
            .env("ENTENTE_POSTGRES_DURABLE", "1")
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("scripts/with-postgres does not start")?;
        let input = child.stdin.take();
        let mut url = String::new();
        let output = child.stdout.take().context("no output")?;
        BufReader::new(output.take(1_000)).read_line(&mut url)?;
        ensure!(url.starts_with("postgres://"), "PostgreSQL did not start");
        Ok(Cluster { child, input, url: url.trim().to_string() })
    }

    /// The URL of the database `name` on this server.
    pub fn database(&self, name: &str) -> String {
        let base = self.url.rsplit_once('/').map_or(self.url.as_str(), |(base, _)| base);
        format!("{base}/{name}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
