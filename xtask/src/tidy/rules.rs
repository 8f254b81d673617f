//! The rules, each a function from the repository to what breaks it.

use super::code::{Kind, Source, Token};
use super::{Problem, Repo};
use std::collections::BTreeMap;

pub type Rule = fn(&Repo) -> Vec<Problem>;

pub const ALL: &[Rule] = &[sql, folder_order, rooms, clock, panics, sockets, unfinished, lengths, migrations];

/// The longest a file may be; a longer one is split into sub-concepts.
const LINES_MAX: usize = 1_500;
/// The longest a handler's body may be.
const HANDLER_LINES_MAX: usize = 10;

/// Crates whose folders are concepts and stand in an order.
const ORDERED: &[&str] = &["crm", "outreach"];
/// Crates whose folders are concepts.
const CONCEPTS: &[&str] = &["platform", "crm", "outreach"];

fn problem(source: &Source, line: usize, rule: &'static str, text: impl Into<String>) -> Problem {
    Problem { path: source.path.clone(), line, rule, text: text.into() }
}

/// Where the parts of SQL are made that all lists share.
const SHARED_SQL: &[&str] = &[
    "crates/platform/src/filter/compile.rs",
    "crates/platform/src/facets.rs",
    "crates/platform/src/filter/plan.rs",
    "crates/platform/src/paging.rs",
];

/// Only `store.rs` files and `db` contain SQL, and [`SHARED_SQL`]. The bench has the same work as hand-written
/// SQL to compare with.
fn sql(repo: &Repo) -> Vec<Problem> {
    let is_home = |path: &str| {
        path.ends_with("/store.rs")
            || path.contains("/store/")
            || path.starts_with("crates/db/")
            || path.starts_with("xtask/src/bench")
            || SHARED_SQL.contains(&path)
    };
    let mut problems = Vec::new();
    for source in repo.sources.iter().filter(|source| !is_home(&source.path)) {
        for token in source.tokens() {
            if matches!(&token.kind, Kind::Literal(text) if text.contains('"') && looks_like_sql(text)) {
                problems.push(problem(source, token.line, "sql", "SQL belongs in the concept's store.rs"));
            }
        }
    }
    problems
}

fn looks_like_sql(text: &str) -> bool {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    let has = |word: &str| words.contains(&word);
    let pair = |first: &str, second: &str| words.windows(2).any(|pair| pair == [first, second]);
    pair("INSERT", "INTO")
        || pair("DELETE", "FROM")
        || pair("ORDER", "BY")
        || pair("CREATE", "TABLE")
        || pair("ALTER", "TABLE")
        || pair("NOT", "EXISTS")
        || (has("UPDATE") && has("SET"))
        || (has("SELECT") && words.len() > 1)
        || (has("WHERE") && words.len() > 1)
}

/// In `crm` and `outreach` a folder uses only folders listed above it in `lib.rs`.
fn folder_order(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for name in ORDERED {
        let root = format!("crates/{name}/src");
        let Some(lib) = repo.sources.iter().find(|source| source.path == format!("{root}/lib.rs")) else { continue };
        let order: BTreeMap<String, usize> = lib
            .tokens()
            .windows(2)
            .filter(|pair| pair[0].is_ident("mod"))
            .filter_map(|pair| pair[1].ident())
            .zip(0..)
            .map(|(name, at)| (name.to_string(), at))
            .collect();
        for source in &repo.sources {
            let Some(inside) = source.path.strip_prefix(&format!("{root}/")) else { continue };
            let parts: Vec<&str> = inside.trim_end_matches(".rs").trim_end_matches("/mod").split('/').collect();
            let Some(own) = order.get(parts[0]) else { continue };
            for (line, used) in used_from_root(source.tokens(), parts.len()) {
                if order.get(&used).is_some_and(|at| at > own) {
                    let text = format!("{} uses {used}, which lib.rs lists below it", parts[0]);
                    problems.push(problem(source, line, "folder-order", text));
                }
            }
        }
    }
    problems
}

/// The names right below the crate's root that a file `depth` modules deep uses: by `crate::` or enough `super::`.
fn used_from_root(tokens: &[Token], depth: usize) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut next = at + 1;
        if tokens[at].is_ident("crate") {
            names_after(tokens, next, &mut used);
        } else if tokens[at].is_ident("super") && !follows_path(tokens, at) {
            let mut supers = 1;
            while is_path(tokens, next) && tokens.get(next + 2).is_some_and(|token| token.is_ident("super")) {
                supers += 1;
                next += 3;
            }
            if supers == depth {
                names_after(tokens, next, &mut used);
            }
        }
        at = next;
    }
    used
}

fn is_path(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.is_punct(':'))
        && tokens.get(at + 1).is_some_and(|token| token.is_punct(':'))
}

fn follows_path(tokens: &[Token], at: usize) -> bool {
    at >= 2 && is_path(tokens, at - 2)
}

/// The names that follow `::` at `at`: one, or the first of each branch in braces.
fn names_after(tokens: &[Token], at: usize, used: &mut Vec<(usize, String)>) {
    if !is_path(tokens, at) {
        return;
    }
    let Some(next) = tokens.get(at + 2) else { return };
    if let Some(name) = next.ident() {
        used.push((next.line, name.to_string()));
    } else if next.kind == Kind::Open('{') {
        let (mut depth, mut branch_starts) = (0, true);
        for token in &tokens[at + 2..] {
            match &token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth -= 1,
                Kind::Punct(',') if depth == 1 => branch_starts = true,
                Kind::Ident(name) if depth == 1 && branch_starts => {
                    used.push((token.line, name.clone()));
                    branch_starts = false;
                }
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }
}

/// A concept is a folder with the same rooms, each holding what its name says.
fn rooms(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    let inside = |source: &&Source| source.crate_name().is_some_and(|name| CONCEPTS.contains(&name));
    for source in repo.sources.iter().filter(inside) {
        let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
        let tokens = source.tokens();
        match file {
            "mod.rs" => {
                let published =
                    tokens.windows(3).filter(|three| three[1].is_ident("mod") && three[2].is_ident("store"));
                for three in published.filter(|three| three[0].is_ident("pub") || three[0].kind == Kind::Close(')')) {
                    problems.push(problem(
                        source,
                        three[1].line,
                        "rooms",
                        "store is private to its folder: `mod store;`",
                    ));
                }
                if !repo.files[&source.path].starts_with("//!") {
                    problems.push(problem(source, 1, "rooms", "mod.rs begins with the concept's story: `//! …`"));
                }
            }
            "store.rs" | "api.rs"
                if !repo.files.contains_key(&format!("{folder}/mod.rs")) && !folder.ends_with("/src") =>
            {
                problems.push(problem(source, 0, "rooms", "a concept's operations are in mod.rs, which is missing"));
            }
            "api.rs" => {
                for token in tokens.iter().filter(|token| token.is_ident("store")) {
                    problems.push(problem(
                        source,
                        token.line,
                        "rooms",
                        "routes call the operations in mod.rs, not the store",
                    ));
                }
                problems.extend(long_handlers(source));
            }
            "model.rs" => {
                let io = ["Tx", "Conn", "Db", "tokio", "fs", "net"];
                for token in tokens.iter().filter(|token| token.ident().is_some_and(|name| io.contains(&name))) {
                    let text = format!("model.rs is pure rules, without {}", token.ident().unwrap_or_default());
                    problems.push(problem(source, token.line, "rooms", text));
                }
            }
            _ => {}
        }
    }
    problems
}

/// Handlers only unpack, call one operation and answer.
fn long_handlers(source: &Source) -> Vec<Problem> {
    let tokens = source.tokens();
    let mut problems = Vec::new();
    for at in 0..tokens.len() {
        if !(tokens[at].is_ident("async") && tokens.get(at + 1).is_some_and(|token| token.is_ident("fn"))) {
            continue;
        }
        let Some(open) = (at..tokens.len()).find(|at| tokens[*at].kind == Kind::Open('{')) else { continue };
        let mut depth = 0;
        let close = tokens[open..].iter().find(|token| {
            depth += match token.kind {
                Kind::Open(_) => 1,
                Kind::Close(_) => -1,
                _ => 0,
            };
            depth == 0
        });
        let lines = close.map_or(0, |close| close.line.saturating_sub(tokens[open].line + 1));
        if lines > HANDLER_LINES_MAX {
            let text = format!(
                "a handler has at most {HANDLER_LINES_MAX} lines, this one {lines}: the work belongs in mod.rs"
            );
            problems.push(problem(source, tokens[at].line, "rooms", text));
        }
    }
    problems
}

/// Time and randomness come from `platform`'s clock. Below it, `db` and `jobs` have a place of their own; above
/// it, commands of `xtask` measure real time.
fn clock(repo: &Repo) -> Vec<Problem> {
    let is_home = |path: &str| {
        ["crates/platform/src/clock.rs", "crates/jobs/src/clock.rs"].contains(&path)
            || path.starts_with("crates/db/src/")
            || path.starts_with("xtask/")
    };
    let calls: &[(&str, &str)] = &[
        ("SystemTime", "now"),
        ("Uuid", "now_v7"),
        ("Uuid", "new_v4"),
        ("Uuid", "now_v1"),
        ("Timestamp", "now"),
        ("Zoned", "now"),
        ("Utc", "now"),
        ("Local", "now"),
        ("RandomState", "new"),
    ];
    let mut problems = Vec::new();
    for source in repo.sources.iter().filter(|source| !is_home(&source.path)) {
        let tokens = source.tokens();
        for (at, token) in tokens.iter().enumerate() {
            let Some(name) = token.ident() else { continue };
            let random = matches!(name, "rand" | "getrandom" | "fastrand") && (is_path(tokens, at + 1));
            let called = tokens.get(at + 3).and_then(Token::ident).filter(|_| is_path(tokens, at + 1));
            if random || calls.iter().any(|(on, call)| *on == name && Some(*call) == called) {
                let text = format!("{name} here cannot be held by a test: take time and ids from the clock");
                problems.push(problem(source, token.line, "clock", text));
            }
        }
    }
    problems
}

/// Requests and jobs answer with errors. Commands of `xtask` may stop.
fn panics(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for source in repo.sources.iter().filter(|source| source.path.starts_with("crates/")) {
        for three in source.tokens().windows(3) {
            let called = three[0].is_punct('.') && three[2].kind == Kind::Open('(');
            let method = called && (three[1].is_ident("unwrap") || three[1].is_ident("expect"));
            let stopping = ["panic", "unreachable", "assert", "assert_eq", "assert_ne"];
            let stops = three[1].is_punct('!')
                && matches!(three[2].kind, Kind::Open(_))
                && three[0].ident().is_some_and(|name| stopping.contains(&name));
            if method || stops {
                let name = three[usize::from(method)].ident().unwrap_or_default();
                let text = format!("{name} outside tests: answer with an error");
                problems.push(problem(source, three[0].line, "panics", text));
            }
        }
    }
    problems
}

/// Only `gateways` opens sockets outwards (`db`: to its database), only `server` listens.
fn sockets(repo: &Repo) -> Vec<Problem> {
    let names =
        ["TcpStream", "TcpListener", "TcpSocket", "UdpSocket", "UnixStream", "UnixListener", "lookup_host", "reqwest"];
    let mut problems = Vec::new();
    for source in &repo.sources {
        let own = source.crate_name();
        if matches!(own, None | Some("gateways" | "db")) {
            continue;
        }
        for token in source.tokens() {
            let Some(name) = token.ident().filter(|name| names.contains(name)) else { continue };
            if own != Some("server") || !name.ends_with("Listener") {
                let text = format!("{name}: only gateways opens sockets, only server listens");
                problems.push(problem(source, token.line, "sockets", text));
            }
        }
    }
    problems
}

/// Nothing is left for later.
fn unfinished(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for source in &repo.sources {
        for pair in source.tokens().windows(2) {
            let name = pair[0].ident().unwrap_or_default();
            if pair[1].is_punct('!') && ["todo", "unimplemented", "dbg"].contains(&name) {
                problems.push(problem(source, pair[0].line, "unfinished", format!("{name}!")));
            }
        }
    }
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    for (path, text) in &repo.files {
        for (line, content) in (1..).zip(text.lines()) {
            if let Some(mark) = marks.iter().find(|mark| content.contains(**mark)) {
                problems.push(Problem { path: path.clone(), line, rule: "unfinished", text: (*mark).to_string() });
            }
        }
    }
    problems
}

/// No file is too long to be read.
fn lengths(repo: &Repo) -> Vec<Problem> {
    let generated = |path: &str| path.ends_with(".gen.ts") || path.ends_with("/schema.d.ts");
    let long = |(path, text): (&String, &String)| {
        let lines = text.lines().count();
        (lines > LINES_MAX && !generated(path)).then(|| Problem {
            path: path.clone(),
            line: 0,
            rule: "lengths",
            text: format!("{lines} lines, at most {LINES_MAX}: split it into parts that have a name"),
        })
    };
    repo.files.iter().filter_map(long).collect()
}

/// Every file of `migrations/` is in the program's list, in the order of its number.
fn migrations(repo: &Repo) -> Vec<Problem> {
    const LIST: &str = "crates/db/src/migrate.rs";
    let Some(source) = repo.sources.iter().find(|source| source.path == LIST) else { return Vec::new() };
    let mut problems = Vec::new();
    // Each entry is ("NAME", include_str!("…/NAME.sql")).
    let entries: Vec<(usize, &str, &str)> = source
        .tokens()
        .windows(6)
        .filter(|six| six[2].is_ident("include_str"))
        .filter_map(|six| match (&six[0].kind, &six[5].kind) {
            (Kind::Literal(name), Kind::Literal(file)) => {
                Some((six[0].line, name.trim_matches('"'), file.trim_matches('"')))
            }
            _ => None,
        })
        .collect();
    for (number, (line, name, file)) in (1..).zip(&entries) {
        if !name.starts_with(&format!("{number:04}_")) {
            problems.push(problem(source, *line, "migrations", format!("{name} stands in place {number}")));
        }
        if !file.ends_with(&format!("/migrations/{name}.sql")) {
            problems.push(problem(source, *line, "migrations", format!("{name} includes {file}")));
        }
        if !repo.files.contains_key(&format!("migrations/{name}.sql")) {
            problems.push(problem(source, *line, "migrations", format!("migrations/{name}.sql is missing")));
        }
    }
    for path in repo.files.keys().filter(|path| path.starts_with("migrations/") && path.ends_with(".sql")) {
        let name = path.trim_start_matches("migrations/").trim_end_matches(".sql");
        if !entries.iter().any(|(_, listed, _)| *listed == name) {
            let text = format!("is not in the list of {LIST}");
            problems.push(Problem { path: path.clone(), line: 0, rule: "migrations", text });
        }
    }
    problems
}
