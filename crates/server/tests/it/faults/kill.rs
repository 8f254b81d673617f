//! kill -9 while people write and a file is imported. After each restart every acknowledged write is
//! looked for, every unacknowledged one is sent again under its idempotency key, and the rules between
//! rows are asked. `ENTENTE_KILL_ROUNDS` sets how often (20 unless said).

use super::client::Client;
use super::program::{Program, run};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const WRITERS: usize = 4;
const IMPORT_ROWS: usize = 3_000;

/// What the server has acknowledged of a customer.
#[derive(Clone, Debug, Default)]
struct Expected {
    job_title: Option<String>,
    tags: Vec<String>,
    archived: bool,
}

/// A write after the creation: method, path, body, and what it changes.
type Step = (&'static str, String, Option<Value>, fn(&mut Expected));

/// What the writers know, kept outside the program.
#[derive(Default)]
struct Ledger {
    /// By id.
    acknowledged: BTreeMap<String, Expected>,
    /// Sent, not answered: (idempotency key, body).
    open: Vec<(String, Value)>,
    /// Writes to a known customer that were not answered: both states are right.
    uncertain: BTreeMap<String, Expected>,
}

fn body(round: usize, writer: usize, number: usize) -> Value {
    let name = format!("r{round}w{writer}n{number}");
    json!({
        "fullName": name,
        "contacts": [{"channel": "email", "value": format!("{name}@kill.example")}, {"channel": "phone", "value": "+49 30 901820"}],
        "tags": [format!("writer-{writer}"), "kill"],
    })
}

/// Writes until the server goes away.
fn write(mut client: Client, ledger: &Mutex<Ledger>, stop: &AtomicBool, round: usize, writer: usize) -> usize {
    let mut writes = 0;
    for number in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let (new, key) = (body(round, writer, number), format!("key-{round}-{writer}-{number}"));
        let Ok(answer) = client.send("POST", "/customers", Some(&new), &[("Idempotency-Key", &key)]) else {
            ledger.lock().unwrap().open.push((key, new));
            break;
        };
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.json()["id"].as_str().expect("an id").to_string();
        let mut state = Expected { tags: vec!["kill".into(), format!("writer-{writer}")], ..Expected::default() };
        ledger.lock().unwrap().acknowledged.insert(id.clone(), state.clone());
        writes += 1;
        let steps: [Step; 3] = [
            ("PATCH", format!("/customers/{id}"), Some(json!({"jobTitle": "Changed"})), |state| {
                state.job_title = Some("Changed".into());
            }),
            ("PUT", format!("/customers/{id}/tags/later"), None, |state| state.tags.push("later".into())),
            ("POST", format!("/customers/{id}/archive"), None, |state| state.archived = true),
        ];
        for (method, path, change, apply) in steps.into_iter().take(number % 4) {
            let mut after = state.clone();
            apply(&mut after);
            let Ok(answer) = client.send(method, &path, change.as_ref(), &[]) else {
                ledger.lock().unwrap().uncertain.insert(id, after);
                return writes;
            };
            assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
            state = after;
            ledger.lock().unwrap().acknowledged.insert(id.clone(), state.clone());
            writes += 1;
        }
    }
    writes
}

/// Uploads a file and starts its import; its id once the server has acknowledged the start.
fn import(mut client: Client, round: usize) -> Option<String> {
    let mut file = String::from("Name,E-Mail,Company,Tags\r\n");
    for row in 0..IMPORT_ROWS {
        file.push_str(&format!("Row {row},i{round}r{row}@import.example,Company {},imported\r\n", row % 50));
    }
    let part = |name: &str, extra: &str, value: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n\r\n{value}\r\n")
    };
    let upload = part("record", "", "customers") + &part("file", "; filename=\"people.csv\"", &file) + "--cut--\r\n";
    let answer = client
        .send_bytes("POST", "/imports", Some("multipart/form-data; boundary=cut"), upload.as_bytes(), &[])
        .ok()?;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let uploaded = answer.json();
    let id = uploaded["id"].as_str().expect("an id").to_string();
    let mapping: Vec<Value> = uploaded["mapping"]
        .as_array()
        .expect("a mapping")
        .iter()
        .map(|guess| json!({"column": guess["column"], "field": guess["field"]}))
        .collect();
    let plan = json!({"mapping": mapping, "onDuplicate": "skip", "overwriteOwner": false});
    let answer = client.send("POST", &format!("/imports/{id}/plan"), Some(&plan), &[]).ok()?;
    assert!(answer.status < 300, "{}", answer.body);
    let planned = wait_for(&mut client, &id, &["planned"]).ok()?;
    assert_eq!(planned["created"], IMPORT_ROWS, "{planned}");
    let answer = client.send("POST", &format!("/imports/{id}/run"), None, &[]).ok()?;
    assert!(answer.status < 300, "{}", answer.body);
    Some(id)
}

/// Asks for the import until it is in one of `states`.
fn wait_for(client: &mut Client, id: &str, states: &[&str]) -> std::io::Result<Value> {
    let start = Instant::now();
    loop {
        let import = client.send("GET", &format!("/imports/{id}"), None, &[])?.json();
        let state = import["state"].as_str().unwrap_or_default();
        if states.contains(&state) {
            return Ok(import);
        }
        assert_ne!(state, "failed", "{import}");
        assert!(start.elapsed() < Duration::from_secs(60), "still {state}: {import}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// How a customer differs from what is expected, if it does.
fn difference(found: &Value, expected: &Expected) -> Option<String> {
    let mut tags: Vec<&str> = found["tags"].as_array()?.iter().filter_map(Value::as_str).collect();
    tags.sort_unstable();
    let mut wanted: Vec<&str> = expected.tags.iter().map(String::as_str).collect();
    wanted.sort_unstable();
    let same = found["jobTitle"].as_str() == expected.job_title.as_deref()
        && tags == wanted
        && found["archivedAt"].is_null() != expected.archived;
    (!same).then(|| format!("{found} is not {expected:?}"))
}

/// Acknowledged writes that are not there.
fn lost(client: &mut Client, ledger: &Ledger) -> Vec<String> {
    let mut lost = Vec::new();
    for (id, expected) in &ledger.acknowledged {
        let answer = client.send("GET", &format!("/customers/{id}"), None, &[]).expect("an answer");
        let found = answer.json();
        let wrong = if answer.status == 200 { difference(&found, expected) } else { Some(answer.body.clone()) };
        let done = ledger.uncertain.get(id).is_some_and(|after| difference(&found, after).is_none());
        if let Some(wrong) = wrong.filter(|_| !done) {
            lost.push(format!("{id}: {wrong}"));
        }
    }
    lost
}

fn prepare(folder: &Path) -> String {
    run(
        folder,
        &["admin", "create-owner", "--org", "Kill", "--email", "kill@kill.example", "--name", "Kill"],
        "a long enough passphrase here\n",
    )
    .expect("an owner");
    run(folder, &["admin", "create-api-key", "--org", "Kill", "--role", "owner"], "").expect("a key")
}

#[test]
fn a_killed_server_loses_and_repeats_nothing() {
    let rounds: usize = std::env::var("ENTENTE_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let folder = tempfile::tempdir().expect("a folder");
    let key = prepare(folder.path());
    let (mut writes, mut reopened, mut imported) = (0, 0, 0);
    let mut program = Program::start(folder.path());
    for round in 0..rounds {
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (client, ledger, stop) = (program.client(&key), Arc::clone(&ledger), Arc::clone(&stop));
                thread::spawn(move || write(client, &ledger, &stop, round, writer))
            })
            .collect();
        let importer = (round % 2 == 0).then(|| {
            let client = program.client(&key);
            thread::spawn(move || import(client, round))
        });
        // The moment of death differs from round to round, over the whole life of an import.
        thread::sleep(Duration::from_millis(60 + (round as u64 * 97) % 900));
        program.kill();
        stop.store(true, Ordering::SeqCst);
        writes += writers.into_iter().map(|writer| writer.join().expect("a writer")).sum::<usize>();
        let started = importer.and_then(|importer| importer.join().expect("the importer"));

        program = Program::start(folder.path());
        let mut client = program.client(&key);
        let ledger = Arc::into_inner(ledger).expect("the writers are gone").into_inner().expect("a ledger");
        assert_eq!(lost(&mut client, &ledger), Vec::<String>::new(), "round {round}");
        for (key, new) in &ledger.open {
            // Whether it was done before the kill or is done now, it is done once.
            let answer = client.send("POST", "/customers", Some(new), &[("Idempotency-Key", key)]).expect("an answer");
            assert_eq!(answer.status, 201, "round {round}: {}", answer.body);
            let filter = json!({"field": "fullName", "op": "eq", "value": new["fullName"]});
            let count =
                client.send("POST", "/customers/count", Some(&json!({"filter": filter})), &[]).expect("an answer");
            assert_eq!(count.json()["count"], 1, "round {round}: {new}");
            reopened += 1;
        }
        if let Some(id) = started {
            let ended = wait_for(&mut client, &id, &["completed"]).expect("an answer");
            assert_eq!(ended["created"], IMPORT_ROWS, "round {round}: {ended}");
            let filter = json!({"field": "email", "op": "starts_with", "value": format!("i{round}r")});
            let count = client
                .send("POST", "/customers/count", Some(&json!({"filter": filter, "exact": true})), &[])
                .expect("an answer");
            assert_eq!(count.json()["count"], IMPORT_ROWS, "round {round}");
            imported += IMPORT_ROWS;
        }
    }
    program.kill();
    let verdict = run(folder.path(), &["check"], "").unwrap_or_else(|problems| panic!("broken rules:\n{problems}"));
    assert!(verdict.contains("sound"), "{verdict}");
    println!(
        "kill campaign: {rounds} rounds, {writes} acknowledged writes, {reopened} sent again, {imported} rows imported, 0 lost, 0 broken"
    );
}

/// The campaign must notice a write that was acknowledged and is not there.
#[test]
fn the_campaign_notices_a_lost_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = prepare(folder.path());
    let program = Program::start(folder.path());
    let mut client = program.client(&key);
    let made = client.send("POST", "/customers", Some(&body(0, 0, 0)), &[]).expect("an answer");
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.json()["id"].as_str().expect("an id").to_string();
    let state = Expected { tags: vec!["kill".into(), "writer-0".into()], ..Expected::default() };
    let mut ledger = Ledger::default();
    ledger.acknowledged.insert(id.clone(), state.clone());
    assert_eq!(lost(&mut client, &ledger), Vec::<String>::new());
    ledger.acknowledged.insert(id, Expected { archived: true, ..state });
    ledger.acknowledged.insert("01900000-0000-7000-8000-000000000000".into(), Expected::default());
    assert_eq!(lost(&mut client, &ledger).len(), 2);
}
