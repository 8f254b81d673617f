//! `entente check` and `entente backup`.

use crate::config::Config;
use crate::wiring;
use anyhow::{Result, bail};
use platform::Actor;
use platform::accounts;
use platform::audit;
use platform::clock::Clock;
use std::path::PathBuf;

/// Examines the file, the audit chains and the invariants; fails when anything is wrong.
pub(crate) async fn check(config: &Config) -> Result<()> {
    let db = wiring::open_whole_database(config).await?;
    let mut problems = db.integrity_problems().await?;
    println!("file: {}", if problems.is_empty() { "sound" } else { "damaged" });
    let broken = db.read(crm::checks::broken_rules).await?;
    println!(
        "rules between records: {} of {} hold",
        crm::checks::rules().count() - broken.len(),
        crm::checks::rules().count()
    );
    problems.extend(broken.iter().map(|broken| format!("{}: broken by {} rows", broken.rule, broken.rows)));
    for (follower, lag) in db.read(crm::news::lag).await? {
        println!("news that {follower} has not read yet: {lag}");
    }
    let contents = crm::attachments::files::Contents::of(&wiring::settings(config));
    let missing = crm::attachments::missing(&db, &contents).await?;
    println!("attachments: {}", if missing.is_empty() { "all there" } else { "incomplete" });
    problems.extend(missing.into_iter().map(|fault| format!("attachment: {fault}")));
    let organisations = db.read(accounts::organisations).await?;
    for (org_id, name) in organisations {
        let scope = Actor::system(org_id, Clock::system()).scope();
        let verdict = db.read(move |c| audit::verify(c, &scope)).await?;
        match &verdict.fault {
            None => println!("audit of {name:?}: {} rows, head {}", verdict.rows, hex::encode(&verdict.head)),
            Some(fault) => {
                let id = fault.id.map_or(String::new(), |id| format!(" ({id})"));
                problems.push(format!("audit of {name:?}: row {}{id}: {}", fault.position, fault.why));
            }
        }
    }
    for problem in &problems {
        println!("problem: {problem}");
    }
    if !problems.is_empty() {
        bail!("{} problems found", problems.len());
    }
    println!("no problems found");
    Ok(())
}

/// Copies a SQLite database while it is in use.
pub(crate) async fn backup(config: &Config, target: PathBuf) -> Result<()> {
    if config.database.starts_with("postgres") {
        bail!("this is for SQLite; use pg_dump on PostgreSQL");
    }
    if target.exists() {
        bail!("{} is there already; name a file that is not", target.display());
    }
    // Before an upgrade is when a copy is wanted most.
    let db = wiring::connect_existing_database(config).await?;
    db.snapshot(target.clone()).await?;
    println!("wrote {}", target.display());
    Ok(())
}
