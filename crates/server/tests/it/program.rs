//! The program itself: what an operator types, reads and sends signals to.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse battery staple";

/// The program in a folder of its own, without settings of whoever runs the tests.
fn entente(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entente"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ENTENTE_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = entente(folder, arguments).stdin(Stdio::piped()).spawn().expect("the program");
    let mut stdin = child.stdin.take().expect("its input");
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("its end")
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn fails(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("entente: "), "{text}");
    text
}

/// A running server; it is ended with the value.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path, arguments: &[&str]) -> Server {
        let all = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = entente(folder, &all).spawn().expect("the program");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.split_whitespace().find_map(|word| word.strip_suffix(';')).unwrap_or_default().to_string();
        assert!(address.starts_with("127.0.0.1:"), "{line}");
        Server { child, address }
    }

    /// Sends a request and reads the whole answer: status and body.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n{headers}\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_string()).unwrap_or_default())
    }

    fn log_in(&self, email: &str, password: &str) -> u16 {
        let body = serde_json::json!({"email": email, "password": password}).to_string();
        self.ask("POST", "/api/v1/auth/login", "", &body).0
    }

    /// Asks it to stop; the exit code and how long that took.
    fn stop(mut self, signal: &str) -> (Option<i32>, Duration) {
        let started = Instant::now();
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill").success());
        let status = self.child.wait().expect("its end");
        (status.code(), started.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_starts_answers_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-TERM", "-INT"] {
        let server = Server::start(folder.path(), &[]);
        assert_eq!(server.ask("GET", "/healthz", "", ""), (200, r#"{"status":"ok"}"#.into()));
        assert_eq!(server.ask("GET", "/readyz", "", "").0, 200);
        // A connection that says nothing does not hold the program up.
        let _idle = TcpStream::connect(&server.address).unwrap();
        let (code, took) = server.stop(signal);
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(12), "{took:?}");
    }
}

#[test]
fn once_it_has_stopped_the_file_alone_is_the_database() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = folder.path().join("data/entente.db-wal");
    let exported = |folder: &Path| {
        let order = ["export", "--org", "Brightwater Supplies", "--record", "customers"];
        succeeds(&run(folder, &order, "")).lines().count()
    };
    let server = Server::start(folder.path(), &["--demo"]);
    assert!(std::fs::metadata(&log).unwrap().len() > 1_000_000, "there is something to bring in");
    assert_eq!(server.stop("-TERM").0, Some(0));
    assert_eq!(std::fs::metadata(&log).map_or(0, |log| log.len()), 0);
    std::fs::create_dir(elsewhere.path().join("data")).unwrap();
    std::fs::copy(folder.path().join("data/entente.db"), elsewhere.path().join("data/entente.db")).unwrap();
    let all = exported(elsewhere.path());
    assert!(all > 100, "{all} lines");
    assert_eq!(exported(folder.path()), all);
}

#[test]
fn a_second_server_on_the_file_is_refused_and_the_file_is_free_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let refused = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"], "");
    assert!(fails(&refused).contains("another entente is running on sqlite:data/entente.db"));
    assert!(fails(&run(folder.path(), &["migrate"], "")).contains("another entente is running"));
    assert_eq!(server.ask("GET", "/readyz", "", "").0, 200);
    assert_eq!(server.stop("-KILL").0, None);
    Server::start(folder.path(), &[]);
}

#[test]
fn an_operator_makes_accounts_and_keys() {
    let folder = tempfile::tempdir().unwrap();
    let owner = ["admin", "create-owner", "--org", "Engines", "--email", "Ada@Example.com", "--name", "Ada"];
    assert!(fails(&run(folder.path(), &owner, "short\n")).contains("password: use at least 15 characters"));
    assert!(fails(&run(folder.path(), &owner, "")).contains("there is no password on standard input"));
    assert!(!folder.path().join("data").exists(), "a refusal makes no database");
    let said = succeeds(&run(folder.path(), &owner, &format!("{PASSWORD}\n")));
    assert!(said.contains("made the organisation \"Engines\": ada@example.com"), "{said}");
    assert!(fails(&run(folder.path(), &owner, PASSWORD)).contains("there is an account with this address"));
    let second = ["admin", "create-owner", "--org", "Engines", "--email", "bo@example.com", "--name", "Bo"];
    assert!(succeeds(&run(folder.path(), &second, PASSWORD)).contains("added to the organisation"));

    let server = Server::start(folder.path(), &[]);
    assert_eq!(server.log_in("ada@example.com", PASSWORD), 200);
    let key = succeeds(&run(folder.path(), &["admin", "create-api-key", "--org", "Engines", "--role", "admin"], ""));
    let bearer = format!("authorization: Bearer {}\r\n", key.trim());
    let (status, body) = server.ask("GET", "/api/v1/members", &bearer, "");
    assert_eq!(status, 200, "{body}");
    let members: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(members["items"].as_array().map(Vec::len), Some(2));
    let unknown = run(folder.path(), &["admin", "create-api-key", "--org", "Looms", "--role", "admin"], "");
    assert!(fails(&unknown).contains("there is no such organisation"));

    let reset = ["admin", "reset-password", "--email", "ada@example.com"];
    succeeds(&run(folder.path(), &reset, "purple anvils sing at dawn\n"));
    assert_eq!(server.log_in("ada@example.com", PASSWORD), 401);
    assert_eq!(server.log_in("ada@example.com", "purple anvils sing at dawn"), 200);
    let nobody = run(folder.path(), &["admin", "reset-password", "--email", "no@example.com"], PASSWORD);
    assert!(fails(&nobody).contains("there is no such account"));
}

#[test]
fn settings_come_from_flags_environment_file_and_defaults() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("entente.toml"), "rate_limit = \"off\"\npublic-url = \"https://file.example\"\n")
        .unwrap();
    let mut command = entente(folder.path(), &["config", "show", "--listen", "127.0.0.1:9000"]);
    command.env("ENTENTE_DATABASE", "postgres://crm:hunter2@db.example/crm");
    command.env("ENTENTE_PUBLIC_URL", "https://env.example");
    let said = succeeds(&command.output().unwrap());
    let line = |name: &str| said.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_string();
    assert!(line("listen").contains("= 127.0.0.1:9000") && line("listen").ends_with("# flag --listen"), "{said}");
    assert!(line("database").contains("postgres://crm:***@db.example/crm"), "{said}");
    assert!(line("database").ends_with("# environment ENTENTE_DATABASE"), "{said}");
    assert!(line("public_url").contains("https://env.example"), "{said}");
    assert!(line("rate_limit").contains("= off") && line("rate_limit").ends_with("# file entente.toml"), "{said}");
    assert!(line("demo").ends_with("# default"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");

    std::fs::write(folder.path().join("entente.toml"), "databse = \"sqlite:x.db\"\n").unwrap();
    let said = fails(&run(folder.path(), &["config", "show"], ""));
    assert!(said.contains("entente.toml") && said.contains("unknown field `databse`"), "{said}");
    let said = fails(&run(folder.path(), &["config", "show", "--config", "other.toml"], ""));
    assert!(said.contains("other.toml"), "{said}");
}

/// What is in a folder: names and content.
fn listing(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> =
        entries.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap_or_default())).collect();
    all.sort();
    all
}

#[test]
fn a_wrong_database_is_named_and_nothing_is_made_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "these are my notes, not a database, and they shall stay").unwrap();
    let foreign = rusqlite::Connection::open(folder.path().join("songs.db")).unwrap();
    foreign.execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
    drop(foreign);
    let before = listing(folder.path());
    for (database, expected) in [
        ("sqlite:missing/entente.db", "the folder missing of the database does not exist"),
        ("sqlite:notes.txt", "notes.txt"),
        ("sqlite:songs.db", "another program"),
        ("mysql://localhost/crm", "is not a database URL"),
        ("sqlite:", "names no file"),
        ("sqlite::memory:", "names no file"),
        ("postgres://crm:hunter2@127.0.0.1:1/crm", "postgres://crm:***@127.0.0.1:1/crm"),
    ] {
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["check"], &["backup", "copy.db"]] {
            if database.starts_with("postgres:") && command[0] == "backup" {
                continue;
            }
            let said = fails(&run(folder.path(), &[command, &["--database", database]].concat(), ""));
            let expected = if said.contains("there is no database") { "missing/entente.db" } else { expected };
            assert!(said.contains(expected), "{command:?} {database}: {said}");
            assert!(!said.contains("hunter2"), "{said}");
            assert!(listing(folder.path()) == before, "{command:?} {database} left something");
        }
    }
    let said = fails(&run(folder.path(), &["check", "--database", "sqlite:mistyped.db"], ""));
    assert!(said.contains("there is no database mistyped.db"), "{said}");
    assert!(listing(folder.path()) == before);
}

#[test]
fn only_serve_and_migrate_change_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let owner = ["admin", "create-owner", "--org", "Engines", "--email", "ada@example.com", "--name", "Ada"];
    succeeds(&run(folder.path(), &owner, PASSWORD));
    let version = |change: &str| -> i64 {
        let file = rusqlite::Connection::open(folder.path().join("data/entente.db")).unwrap();
        file.execute_batch(change).unwrap();
        file.query_row("SELECT max(version) FROM schema_migrations", [], |row| row.get(0)).unwrap()
    };
    let last = "(SELECT max(version) FROM schema_migrations)";
    let old = version(&format!("DELETE FROM schema_migrations WHERE version = {last}"));
    let second = ["admin", "create-owner", "--org", "Engines", "--email", "bo@example.com", "--name", "Bo"];
    for arguments in [
        &["check"][..],
        &["admin", "create-api-key", "--org", "Engines", "--role", "admin"],
        &["admin", "reset-password", "--email", "ada@example.com"],
        &second,
    ] {
        let said = fails(&run(folder.path(), arguments, PASSWORD));
        assert!(said.contains(&format!("has schema version {old}")) && said.contains("entente migrate"), "{said}");
    }
    // Before an upgrade is when a copy is wanted most.
    succeeds(&run(folder.path(), &["backup", "copy.db"], ""));
    assert_eq!(version(""), old);
}

#[test]
fn a_taken_port_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = fails(&run(folder.path(), &["serve", "--listen", &address], ""));
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
}

#[test]
fn a_backup_is_whole_and_a_check_finds_what_was_tampered_with() {
    let folder = tempfile::tempdir().unwrap();
    let owner = ["admin", "create-owner", "--org", "Engines", "--email", "ada@example.com", "--name", "Ada"];
    succeeds(&run(folder.path(), &owner, PASSWORD));
    let server = Server::start(folder.path(), &[]);
    let said = succeeds(&run(folder.path(), &["backup", "copy.db"], ""));
    assert!(said.contains("wrote copy.db"), "{said}");
    assert!(fails(&run(folder.path(), &["backup", "copy.db"], "")).contains("copy.db is there already"));
    drop(server);
    let said = succeeds(&run(folder.path(), &["check", "--database", "sqlite:copy.db"], ""));
    assert!(said.contains("audit of \"Engines\": 1 rows, head ") && said.contains("no problems found"), "{said}");

    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite:{}", folder.path().join("copy.db").display());
        let db = db::Db::open(&url, &db::Options::default()).await.unwrap();
        let changed = db.write(|tx| tx.execute("UPDATE audit_log SET actor_name = 'Eve'")).await.unwrap();
        assert_eq!(changed, 1);
        db.write(|tx| tx.execute("UPDATE memberships SET role = 'member'")).await.unwrap();
    });
    let output = run(folder.path(), &["check", "--database", "sqlite:copy.db"], "");
    assert!(fails(&output).contains("2 problems found"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("audit of \"Engines\": row 1") && said.contains("the row was changed"), "{said}");
    assert!(said.contains("every organisation has an owner: broken by 1 rows"), "{said}");
}

#[test]
fn files_come_in_and_go_out_by_commands() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let owner = ["admin", "create-owner", "--org", "Engines", "--email", "ada@engines.example", "--name", "Ada"];
    succeeds(&run(folder, &owner, PASSWORD));
    let people = "Name,Email,Country,Shoe size\nAda Byron,ada@one.example,Germany,38\nBo Ek,bo@one.example,SE,41\n\
        Cleo,no address,DE,40\n";
    std::fs::write(folder.join("people.csv"), people).unwrap();
    let import = |more: &[&str]| {
        let all = ["import", "people.csv", "--record", "customers", "--org", "Engines", "--as", "ada@engines.example"];
        run(folder, &[&all, more].concat(), "")
    };
    let tried = import(&["--dry-run"]);
    assert_eq!(succeeds(&tried), "would have created 2, updated 0, unchanged 0, skipped 0, failed 1\n");
    let told = String::from_utf8_lossy(&tried.stderr).into_owned();
    assert!(told.contains("Name → fullName") && told.contains("Shoe size → (left out)"), "{told}");
    assert!(told.contains("row 4, Email:"), "{told}");
    let export =
        |more: &[&str]| run(folder, &[&["export", "--record", "customers", "--org", "Engines"], more].concat(), "");
    assert_eq!(succeeds(&export(&["--columns", "fullName"])), "\u{feff}fullName\r\n", "nothing was written");

    let done = succeeds(&import(&["--results", "results.csv"]));
    assert!(done.ends_with("created 2, updated 0, unchanged 0, skipped 0, failed 1\n"), "{done}");
    let results = std::fs::read_to_string(folder.join("results.csv")).unwrap();
    assert_eq!(results.lines().filter(|line| line.contains(",created,")).count(), 2, "{results}");
    // Again, beside a running server, which does the work.
    let server = Server::start(folder, &[]);
    assert!(succeeds(&import(&[])).contains("created 0, updated 0, unchanged 0, skipped 2, failed 1"));
    let for_all = ["--on-duplicate", "update", "--tag", "fair", "--tag", "new", "--segment", "Fair"];
    assert!(succeeds(&import(&for_all)).contains("created 0, updated 2, unchanged 0, skipped 0, failed 1"));
    assert!(succeeds(&import(&for_all)).contains("created 0, updated 0, unchanged 2, skipped 0, failed 1"));
    assert!(fails(&import(&["--tag", "bot:x"])).contains("reserved"));
    server.stop("-TERM");

    let csv = succeeds(&export(&["--columns", "fullName,country", "--sort", "-fullName"]));
    assert_eq!(
        csv.trim_start_matches('\u{feff}').lines().collect::<Vec<_>>(),
        ["fullName,country", "Bo Ek,SE", "Ada Byron,DE"]
    );
    let one = r#"{"field": "country", "op": "eq", "value": "SE"}"#;
    assert_eq!(succeeds(&export(&["--columns", "fullName", "--filter", one])).lines().count(), 2);
    assert!(succeeds(&export(&["--format", "xlsx", "--output", "all.xlsx"])).contains("wrote all.xlsx"));
    assert!(std::fs::read(folder.join("all.xlsx")).unwrap().starts_with(b"PK"));

    assert!(fails(&export(&["--output", "all.xlsx"])).contains("all.xlsx is there already"));
    assert!(fails(&export(&["--columns", "shoeSize"])).contains("shoeSize is none of"));
    assert!(fails(&export(&["--filter", "{"])).contains("filter"));
    let lost = run(folder, &["export", "--record", "companies", "--org", "Nobody"], "");
    assert!(fails(&lost).contains("there is no such organisation"));
    let import = |file: &str, email: &str| {
        let all = ["import", file, "--record", "customers", "--org", "Engines", "--as", email];
        fails(&run(folder, &all, ""))
    };
    assert!(import("none.csv", "ada@engines.example").contains("there is no file none.csv"));
    assert!(import("people.csv", "bo@engines.example").contains("there is no such member"));
    std::fs::write(folder.join("empty.csv"), "").unwrap();
    assert!(import("empty.csv", "ada@engines.example").contains("file: "));
}
