//! Moments and spans of the filter language: RFC 3339, dates, `today`, offsets from now.
//!
//! A rule keeps what was written (`-30d`); the clock and the organisation's time zone enter when the
//! rule is used. Hours, days and weeks are exact (24 hours a day); months and years are calendar
//! units of the organisation's time zone, clamped to the month's last day.

use crate::clock::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fmt;

/// In microseconds.
const HOUR: i64 = 3_600_000_000;

/// A distance from now such as `30d`: at most a hundred years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    /// How it is written, and how many make a hundred years.
    const ALL: [(Unit, &'static str, u32); 5] = [
        (Unit::Hour, "h", 876_600),
        (Unit::Day, "d", 36_525),
        (Unit::Week, "w", 5_218),
        (Unit::Month, "mo", 1_200),
        (Unit::Year, "y", 100),
    ];
}

impl Span {
    /// Reads `30d`, `2w`, `12h`, `6mo`, `1y`.
    pub fn parse(text: &str) -> Option<Span> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        if digits > 6 {
            return None;
        }
        let count = number.parse().ok()?;
        let (unit, _, most) = Unit::ALL.into_iter().find(|(_, name, _)| *name == unit)?;
        (count <= most).then_some(Span { count, unit })
    }

    /// The moment this far before `now`.
    pub fn before(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        self.from(now, zone, -1)
    }

    /// The moment this far after `now`.
    pub fn after(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        self.from(now, zone, 1)
    }

    fn from(self, now: Timestamp, zone: &TimeZone, sign: i64) -> Timestamp {
        let count = sign * i64::from(self.count);
        let span = match self.unit {
            Unit::Hour => return Timestamp(now.0.saturating_add(count * HOUR)),
            Unit::Day => return Timestamp(now.0.saturating_add(count * 24 * HOUR)),
            Unit::Week => return Timestamp(now.0.saturating_add(count * 7 * 24 * HOUR)),
            Unit::Month => count.months(),
            Unit::Year => count.years(),
        };
        Timestamp(instant(now).to_zoned(zone.clone()).saturating_add(span).timestamp().as_microsecond())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Unit::ALL.iter().find(|(unit, ..)| *unit == self.unit).map_or("", |(_, name, _)| name);
        write!(f, "{}{name}", self.count)
    }
}

/// A point in time as a rule names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// RFC 3339; digits finer than a microsecond are dropped.
    At(Timestamp),
    /// The first instant of a day in the organisation's time zone.
    Date(Date),
    /// The first instant of the current day in the organisation's time zone.
    Today,
    /// `-30d`
    Ago(Span),
    /// `+2w`
    Ahead(Span),
}

impl Moment {
    pub const ALLOWED: &str = "a time like \"2026-01-31T09:00:00Z\", a date like \"2026-01-31\", \"today\", or an offset like \"-30d\" or \
         \"+2w\" (units h, d, w, mo, y; at most 100 years)";

    pub fn parse(text: &str) -> Option<Moment> {
        if text.len() > 40 || !text.is_ascii() {
            return None;
        }
        match text.as_bytes() {
            b"today" => Some(Moment::Today),
            [b'-', ..] => Span::parse(&text[1..]).map(Moment::Ago),
            [b'+', ..] => Span::parse(&text[1..]).map(Moment::Ahead),
            bytes if matches(bytes, DATE) => text.parse().ok().map(Moment::Date),
            bytes if is_rfc3339(bytes) => {
                let time: jiff::Timestamp = text.to_ascii_uppercase().parse().ok()?;
                // as_microsecond cuts towards zero; before 1970 the microsecond a time lies in begins earlier.
                let cut = i64::from(time.as_nanosecond() < 0 && time.as_nanosecond() % 1000 != 0);
                Some(Moment::At(Timestamp(time.as_microsecond() - cut)))
            }
            _ => None,
        }
    }

    /// Whether it moves with the clock.
    pub const fn is_relative(self) -> bool {
        matches!(self, Moment::Today | Moment::Ago(_) | Moment::Ahead(_))
    }

    /// The instant that is meant when the rule is used at `now` in `zone`.
    pub fn resolve(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Moment::At(at) => at,
            Moment::Date(date) => first_instant(date, zone),
            Moment::Today => first_instant(instant(now).to_zoned(zone.clone()).date(), zone),
            Moment::Ago(span) => span.before(now, zone),
            Moment::Ahead(span) => span.after(now, zone),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::At(at) => write!(f, "{:.6}", instant(*at)),
            Moment::Date(date) => write!(f, "{date}"),
            Moment::Today => f.write_str("today"),
            Moment::Ago(span) => write!(f, "-{span}"),
            Moment::Ahead(span) => write!(f, "+{span}"),
        }
    }
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    let end = if at.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(at.0).unwrap_or(end)
}

/// Midnight, or the first instant after it where the clock skips midnight; the earlier one where it
/// strikes twice.
pub(super) fn first_instant(date: Date, zone: &TimeZone) -> Timestamp {
    let first = zone.to_ambiguous_zoned(date.at(0, 0, 0, 0)).compatible().map_or_else(
        // Only at the two ends of the calendar, where a zone's offset leads outside.
        |_| if date.year() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX },
        |zoned| zoned.timestamp(),
    );
    Timestamp(first.as_microsecond())
}

/// The day so many days after 1970-01-01.
pub fn date_of(day: i64) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(day.days()).ok()
}

/// How many days a day is after 1970-01-01.
pub fn day_of(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// The first day that begins at `at` or later; with `after`, that begins later.
pub(super) fn first_day_from(at: Timestamp, after: bool, zone: &TimeZone) -> i64 {
    let near = day_of(instant(at).to_zoned(zone.clone()).date());
    let is_there = |day: &i64| {
        let begin = date_of(*day).map(|date| first_instant(date, zone));
        begin.is_some_and(|begin| if after { begin > at } else { begin >= at })
    };
    // Where a zone has skipped a day, two days begin at one instant.
    (near - 2..near + 3).find(is_there).unwrap_or(near + 3)
}

const DATE: &[u8] = b"0000-00-00";
const TIME: &[u8] = b"0000-00-00T00:00:00";

/// Whether `text` has the shape of `pattern`, where `0` stands for any digit.
fn matches(text: &[u8], pattern: &[u8]) -> bool {
    text.len() == pattern.len()
        && text.iter().zip(pattern).all(|(c, p)| match p {
            b'0' => c.is_ascii_digit(),
            b'T' => c.eq_ignore_ascii_case(&b'T'),
            p => c == p,
        })
}

/// The shape alone; the ranges are left to the parser.
fn is_rfc3339(text: &[u8]) -> bool {
    let Some((time, rest)) = text.split_at_checked(TIME.len()) else { return false };
    let zone = match rest {
        [b'.', rest @ ..] => {
            let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &rest[digits..]
        }
        rest => rest,
    };
    matches(time, TIME)
        && match zone {
            [b'Z' | b'z'] => true,
            [b'+' | b'-', hours @ ..] => matches(hours, b"00:00"),
            _ => false,
        }
}
