//! The real program as a child process on a SQLite file.

use super::client::Client;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entente"));
    command.current_dir(folder).env("ENTENTE_DATABASE", format!("sqlite:{}", folder.join("entente.db").display()));
    command.env_remove("RUST_LOG");
    command
}

/// Runs a command of the program to its end; answers what it printed.
pub fn run(folder: &Path, args: &[&str], input: &str) -> Result<String, String> {
    let mut child = command(folder)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(format!("{}\n{}", text(&output.stdout), text(&output.stderr)))
    }
}

impl Program {
    /// Starts the server on a free port and waits until it listens.
    pub fn start(folder: &Path) -> Program {
        let mut child = command(folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        while output.read_line(&mut line).expect("it prints") > 0 {
            if let Some(rest) = line.strip_prefix("Entente listens on ") {
                let address = rest.split(';').next().and_then(|text| text.parse().ok()).expect("its address");
                return Program { child, address };
            }
            line.clear();
        }
        panic!("the server ended before it listened: {:?}", child.wait());
    }

    pub fn client(&self, key: &str) -> Client {
        Client::connect(self.address, key).expect("the server accepts")
    }

    /// SIGKILL: nothing in the program gets to run again.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
