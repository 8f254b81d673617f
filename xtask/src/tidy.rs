//! Checks the invariants of ARCHITECTURE.md that a program can check.
//!
//! Rust files are read as tokens, so comments and strings never look like code, and items for tests alone are
//! left out. A line that must break a rule says so: `// tidy: allow(RULE) because …` on it or above it.

mod code;
mod rules;
#[cfg(test)]
mod tests;

use anyhow::{Context, Result, bail};
use code::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Problem {
    path: String,
    /// Counted from 1; 0 for the file as a whole.
    line: usize,
    rule: &'static str,
    text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.text)
    }
}

/// All files of the repository that are read.
struct Repo {
    /// Path from the root, with `/` → text.
    files: BTreeMap<String, String>,
    sources: Vec<Source>,
}

impl Repo {
    fn new(files: BTreeMap<String, String>) -> Result<Repo> {
        let mut sources = Vec::new();
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            sources.push(Source::parse(path, text).with_context(|| format!("{path} cannot be read as Rust"))?);
        }
        // Files that their parent declares under `#[cfg(test)]`, with all below them.
        let declared: BTreeSet<String> = sources.iter().flat_map(Source::test_modules).collect();
        for source in &mut sources {
            let stem = source.path.trim_end_matches(".rs").trim_end_matches("/mod").to_string();
            let below = |module: &String| stem == *module || stem.starts_with(&format!("{module}/"));
            source.only_tests |= declared.iter().any(below);
        }
        Ok(Repo { files, sources })
    }

    /// The files that belong to the repository or could be added to it, without what is ignored.
    fn read(root: &Path) -> Result<Repo> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("git is needed to list the repository's files")?;
        if !listed.status.success() {
            bail!("git ls-files failed: {}", String::from_utf8_lossy(&listed.stderr).trim());
        }
        let mut files = BTreeMap::new();
        for path in String::from_utf8(listed.stdout)?.split('\0') {
            let kind = Path::new(path).extension().and_then(|kind| kind.to_str()).unwrap_or_default();
            if !["rs", "sql", "ts", "tsx", "css", "mjs", "sh"].contains(&kind) {
                continue;
            }
            // A file may be listed and deleted.
            if let Ok(text) = std::fs::read_to_string(root.join(path)) {
                files.insert(path.to_string(), text);
            }
        }
        Repo::new(files)
    }

    /// Every rule's problems, but for the lines that say why they are allowed.
    fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = rules::ALL.iter().flat_map(|rule| rule(self)).collect();
        problems.retain(|problem| !self.is_allowed(problem));
        problems.sort();
        problems
    }

    fn is_allowed(&self, problem: &Problem) -> bool {
        let Some(text) = self.files.get(&problem.path) else { return false };
        let mark = format!("// tidy: allow({}) because ", problem.rule);
        let lines: Vec<&str> = text.lines().collect();
        // The line itself, or the comment right above it.
        let own = problem.line.checked_sub(1);
        let above = problem.line.checked_sub(2);
        own.and_then(|at| lines.get(at)).is_some_and(|line| line.contains(&mark))
            || above.and_then(|at| lines.get(at)).is_some_and(|line| line.trim_start().starts_with(&mark))
    }
}

/// `cargo xtask tidy`
pub fn run() -> Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let repo = Repo::read(&root)?;
    let problems = repo.problems();
    for problem in &problems {
        println!("{problem}");
    }
    println!("tidy: {} files, {} problems", repo.files.len(), problems.len());
    if !problems.is_empty() {
        std::process::exit(1);
    }
    Ok(())
}
