//! The background work of the program: which jobs it can do, and who follows the activity log.

use crm::duplicates::Candidates;
use crm::news::Feed;
use crm::scoring::Scorer;
use crm::segments::membership::Membership;
use jobs::{Options, Registry, Runner, SetupError};
use platform::http::App;
use std::time::Duration;

/// Finished jobs are kept this long.
const KEEP_FINISHED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Those who follow the activity log, by the one who brings them the news.
pub fn feed(app: &App) -> Feed {
    let membership = Box::new(Membership::new(app.clock.clone()));
    let candidates = Box::new(Candidates::new(app.clock.clone()));
    let scorer = Box::new(Scorer::new(app.clock.clone()));
    Feed::new(app.db.clone(), app.clock.clone(), vec![membership, candidates, scorer])
}

/// A runner for all kinds of jobs.
///
/// # Errors
/// Two handlers for one kind: a mistake in the program.
pub fn runner(app: &App) -> Result<Runner, SetupError> {
    let mut registry = Registry::new();
    registry.keep_finished(KEEP_FINISHED);
    crm::imports::jobs::register(&mut registry, &app.clock, crm::imports::upload::folder(&app.settings.data_dir));
    let contents = crm::attachments::files::Contents::of(&app.settings);
    crm::notes::jobs::register(&mut registry, &app.clock, contents);
    crm::segments::jobs::register(&mut registry, &app.clock);
    platform::bulk::jobs::register(&mut registry, &app.clock, &crm::BULK_ACTS);
    crm::duplicates::jobs::register(&mut registry, &app.clock);
    crm::scoring::jobs::register(&mut registry, &app.clock, &platform::ai::Models::of(app));
    let clock = app.clock.clone();
    let clock = jobs::Clock::new(move || clock.now().micros());
    Runner::new(app.db.clone(), registry, clock, Options::default())
}
