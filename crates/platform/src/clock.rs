//! Time, new ids and secrets come from here alone, so that tests own the first two.

use jiff::fmt::strtime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::{ContextV7, Uuid};

/// A point in time: microseconds since the Unix epoch, UTC. In JSON it is RFC 3339 with microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
#[schema(value_type = String, format = "date-time")]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub fn micros(self) -> i64 {
        self.0
    }

    /// The day of the calendar that it is in a zone.
    pub fn date_in(self, zone: &jiff::tz::TimeZone) -> jiff::civil::Date {
        let instant = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        instant.to_zoned(zone.clone()).date()
    }

    /// This time moved by `seconds`, forwards or back.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = jiff::Timestamp::from_microsecond(self.0).map_err(|_| std::fmt::Error)?;
        let text = strtime::format("%Y-%m-%dT%H:%M:%S%.6fZ", time).map_err(|_| std::fmt::Error)?;
        f.write_str(&text)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Timestamp, jiff::Error> {
        Ok(Timestamp(text.parse::<jiff::Timestamp>()?.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| {
            serde::de::Error::custom("expected a time such as 2026-01-31T09:30:00Z (RFC 3339, with its offset)")
        })
    }
}

impl db::Newtype for Timestamp {
    fn to_value(time: Option<Timestamp>) -> db::Value {
        time.map(|time| time.0).into()
    }

    fn from_row(row: &db::Row<'_>, index: usize) -> db::Result<Option<Timestamp>> {
        Ok(row.get::<Option<i64>>(index)?.map(Timestamp))
    }
}

/// A day of the calendar, wherever it is: days since 1970-01-01. In JSON it is `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
#[schema(value_type = String, format = "date")]
pub struct Day(pub i64);

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::filter::date_of(self.0).ok_or(std::fmt::Error)?.fmt(f)
    }
}

impl std::str::FromStr for Day {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Day, jiff::Error> {
        Ok(Day(crate::filter::day_of(strtime::parse("%Y-%m-%d", text)?.to_date()?)))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_plain = text.len() == 10;
        let day = is_plain.then(|| text.parse().ok()).flatten();
        day.ok_or_else(|| serde::de::Error::custom("expected a day such as 2026-01-31"))
    }
}

impl db::Newtype for Day {
    fn to_value(day: Option<Day>) -> db::Value {
        day.map(|day| day.0).into()
    }

    fn from_row(row: &db::Row<'_>, index: usize) -> db::Result<Option<Day>> {
        Ok(row.get::<Option<i64>>(index)?.map(Day))
    }
}

/// Tells the time and makes ids. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Clock {
    /// Microseconds of a clock that stands still; negative while the system's clock is used.
    fixed: Arc<AtomicI64>,
    ids: Arc<Mutex<ContextV7>>,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock { fixed: Arc::new(AtomicI64::new(-1)), ids: Arc::new(Mutex::new(ContextV7::new())) }
    }

    /// A clock that shows `now` until [`Clock::set`] moves it.
    pub fn fixed(now: Timestamp) -> Clock {
        let clock = Clock::system();
        clock.set(now);
        clock
    }

    /// This clock as it stands now, for one piece of work; ids go on in the same order.
    #[must_use]
    pub fn standing_still(&self) -> Clock {
        Clock { fixed: Arc::new(AtomicI64::new(self.now().0)), ids: Arc::clone(&self.ids) }
    }

    /// Moves a fixed clock (and stops a running one) to `now`.
    pub fn set(&self, now: Timestamp) {
        self.fixed.store(now.0, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        match self.fixed.load(Ordering::SeqCst) {
            fixed if fixed >= 0 => Timestamp(fixed),
            _ => Timestamp(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)),
            ),
        }
    }

    /// 256 bits that nobody can foresee, whatever the time is.
    pub fn new_secret(&self) -> [u8; 32] {
        rand::random()
    }

    /// A new UUIDv7, greater than all this clock made before.
    pub fn new_id(&self) -> Uuid {
        let now = self.now().0.max(0);
        let ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = (now / 1_000_000) as u64;
        let nanos = (now % 1_000_000) as u32 * 1_000;
        Uuid::new_v7(uuid::Timestamp::from_unix(&*ids, seconds, nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_microseconds() {
        let time: Timestamp = "2026-01-31T09:30:00+01:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-01-31T08:30:00.000000Z");
        assert_eq!(serde_json::from_str::<Timestamp>(&serde_json::to_string(&time).unwrap()).unwrap(), time);
    }

    #[test]
    fn ids_ascend_even_when_time_stands_still() {
        let clock = Clock::fixed(Timestamp(1_700_000_000_000_000));
        let ids: Vec<Uuid> = (0..1_000).map(|_| clock.new_id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
