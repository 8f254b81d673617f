//! Timings and what is said of them.

use std::time::{Duration, Instant};

/// A set of timings in milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Timings(Vec<f64>);

impl Timings {
    /// Runs `work` and keeps how long it took.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.push(start.elapsed());
        result
    }

    pub fn push(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1e3);
    }

    pub fn extend(&mut self, other: Timings) {
        self.0.extend(other.0);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The smallest timing that at least `percent` of all do not exceed (nearest rank), in milliseconds.
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied()
    }

    pub fn p50(&self) -> Option<f64> {
        self.percentile(50.0)
    }

    pub fn p99(&self) -> Option<f64> {
        self.percentile(99.0)
    }

    /// One after the other, how many fit into a second.
    pub fn per_second(&self) -> Option<f64> {
        let total: f64 = self.0.iter().sum();
        (total > 0.0).then(|| self.0.len() as f64 * 1e3 / total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let timings = Timings((1..=200).rev().map(f64::from).collect());
        assert_eq!((timings.p50(), timings.p99()), (Some(100.0), Some(198.0)));
        assert_eq!(Timings(vec![7.0]).p99(), Some(7.0));
        assert_eq!(Timings::default().p50(), None);
        assert_eq!(Timings(vec![10.0, 30.0]).per_second(), Some(50.0));
    }
}
