//! The background work of the program: which jobs it can do.

use jobs::{Options, Registry, Runner, SetupError};
use platform::http::App;
use std::time::Duration;

/// Finished jobs are kept this long.
const KEEP_FINISHED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A runner for all kinds of jobs.
///
/// # Errors
/// Two handlers for one kind: a mistake in the program.
pub fn runner(app: &App) -> Result<Runner, SetupError> {
    let mut registry = Registry::new();
    registry.keep_finished(KEEP_FINISHED);
    crm::imports::jobs::register(&mut registry, &app.clock, crm::imports::upload::folder(&app.settings.data_dir));
    crm::duplicates::jobs::register(&mut registry, &app.clock);
    let clock = app.clock.clone();
    let clock = jobs::Clock::new(move || clock.now().micros());
    Runner::new(app.db.clone(), registry, clock, Options::default())
}
