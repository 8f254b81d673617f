//! What each work has to reach. Up to 100,000 customers the figures of the first release hold, above that those for a
//! million.

use db::Engine;

use super::report::Target;
use super::report::Target::{MemoryMib, Milliseconds, P50, P99, PerSecond, Ratio, ShareOfRaw};

pub struct Targets {
    pub customers: u64,
}

impl Targets {
    fn million(&self) -> bool {
        self.customers > 100_000
    }

    pub fn page(&self, engine: Engine) -> Vec<Target> {
        match (self.million(), engine) {
            (false, Engine::Sqlite) => vec![P50(2.0), P99(10.0)],
            (false, Engine::Postgres) => vec![P50(4.0), P99(20.0)],
            (true, Engine::Sqlite) => vec![P50(4.0), P99(25.0), Ratio(2.0)],
            (true, Engine::Postgres) => vec![P50(4.0), P99(40.0), Ratio(2.0)],
        }
    }

    pub fn search(&self) -> Vec<Target> {
        if self.million() { vec![P50(3.0), P99(15.0), Ratio(2.0)] } else { vec![P50(2.0), P99(12.0)] }
    }

    pub fn ranked_search(&self) -> Vec<Target> {
        if self.million() { vec![P99(60.0), Ratio(2.0)] } else { vec![P99(20.0)] }
    }

    pub fn timeline(&self) -> Vec<Target> {
        if self.million() { vec![P50(0.3), P99(2.0)] } else { vec![P99(2.0)] }
    }

    /// Of the count, and of the first page.
    pub fn segment(&self) -> (Vec<Target>, Vec<Target>) {
        if self.million() {
            (vec![P50(100.0), P99(250.0), Ratio(2.0)], vec![P99(50.0), Ratio(2.0)])
        } else {
            (vec![P99(100.0), Ratio(2.0)], vec![P99(30.0), Ratio(2.0)])
        }
    }

    pub fn create_one(&self) -> Vec<Target> {
        vec![P50(0.6)]
    }

    pub fn create_many(&self, engine: Engine) -> Vec<Target> {
        let rate = match engine {
            Engine::Sqlite => PerSecond(5_000.0),
            Engine::Postgres => PerSecond(2_500.0),
        };
        if self.million() { vec![rate, P99(10.0)] } else { vec![rate] }
    }

    pub fn append(&self) -> Vec<Target> {
        vec![ShareOfRaw(0.5)]
    }

    pub fn import(&self, engine: Engine) -> Vec<Target> {
        let time = match (self.million(), engine) {
            (_, Engine::Sqlite) => Milliseconds(10_000.0),
            (false, Engine::Postgres) => Milliseconds(20_000.0),
            (true, Engine::Postgres) => Milliseconds(25_000.0),
        };
        // Above that size memory has to be flat, which one figure cannot tell; the bound is the same.
        vec![time, MemoryMib(200.0)]
    }

    pub fn start(&self) -> Vec<Target> {
        vec![Milliseconds(if self.million() { 1_000.0 } else { 100.0 })]
    }

    pub fn idle(&self) -> Vec<Target> {
        vec![MemoryMib(if self.million() { 350.0 } else { 40.0 })]
    }
}
