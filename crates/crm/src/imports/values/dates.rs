//! Dates and times as people and programs write them.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};

use super::{Bad, Parsed};

/// Which of two small numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayMonth {
    DayFirst,
    MonthFirst,
}

/// How many cells of a column prove which number is the day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DateStats {
    /// Cells that are dates at all.
    pub dates: u64,
    /// Cells whose first number cannot be a month.
    pub day_first: u64,
    /// Cells whose second number cannot be a month.
    pub month_first: u64,
    /// Cells that could be both.
    pub open: u64,
    /// Those of them that are written with slashes: the only notation in which the month may come first.
    pub open_slashes: u64,
}

impl DateStats {
    /// Takes one cell into account.
    pub fn observe(&mut self, cell: &str) {
        let Some(written) = Written::of(cell) else {
            return;
        };
        self.dates += 1;
        if let Day::Numbers { first, second, has_slash, .. } = written.day {
            match (first > 12, second > 12) {
                (true, false) => self.day_first += 1,
                (false, true) => self.month_first += 1,
                (false, false) if first != second => {
                    self.open += 1;
                    self.open_slashes += u64::from(has_slash);
                }
                _ => {}
            }
        }
    }

    /// What the column uses. `zone` is the organisation's time zone: where nothing in the file tells, people in the
    /// United States write the month first, others the day.
    pub fn order(&self, zone: &str) -> Order {
        match (self.day_first, self.month_first) {
            (0, 0) if self.open_slashes > 0 && super::places::country_of_zone(zone) == Some("US") => {
                Order::Assumed(DayMonth::MonthFirst)
            }
            (0, 0) => Order::Assumed(DayMonth::DayFirst),
            (_, 0) => Order::Proven(DayMonth::DayFirst),
            (0, _) => Order::Proven(DayMonth::MonthFirst),
            (day, month) if day >= month.saturating_mul(100) => Order::Proven(DayMonth::DayFirst),
            (day, month) if month >= day.saturating_mul(100) => Order::Proven(DayMonth::MonthFirst),
            _ => Order::Mixed,
        }
    }
}

/// How dates like `03/04/2024` in a column are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Other cells prove it.
    Proven(DayMonth),
    /// No cell proves anything.
    Assumed(DayMonth),
    /// Cells prove both, so such a date stays unreadable.
    Mixed,
}

impl Default for Order {
    fn default() -> Order {
        Order::Assumed(DayMonth::DayFirst)
    }
}

/// An instant in microseconds UTC. A date without a time is its first instant in `zone`, a time without an offset is
/// one in `zone`.
pub fn instant_us(cell: &str, order: Order, zone: &TimeZone) -> Parsed<i64> {
    let instant = match moment(cell, order)? {
        Moment::Instant(timestamp) => return Ok(timestamp.as_microsecond()),
        Moment::Local(local) => zone.to_ambiguous_timestamp(local).compatible(),
    };
    Ok(instant.map_err(|_| is_bad())?.as_microsecond())
}

/// The day of a cell; of a time with an offset, the day in UTC.
pub fn day(cell: &str, order: Order) -> Parsed<Date> {
    Ok(match moment(cell, order)? {
        Moment::Instant(timestamp) => Offset::UTC.to_datetime(timestamp).date(),
        Moment::Local(local) => local.date(),
    })
}

enum Moment {
    Instant(Timestamp),
    Local(DateTime),
}

fn is_bad() -> Bad {
    Bad::new("is not a date; write it like 2024-03-05")
}

fn moment(cell: &str, order: Order) -> Parsed<Moment> {
    let written = Written::of(cell).ok_or_else(is_bad)?;
    let date = match written.day {
        Day::Instant(timestamp) => return Ok(Moment::Instant(timestamp)),
        Day::Date(date) => date,
        Day::Numbers { first, second, year, .. } => {
            let day_first = match (first > 12, second > 12, order) {
                (true, false, _) => true,
                (false, true, _) => false,
                (_, _, _) if first == second => true,
                (_, _, Order::Proven(order) | Order::Assumed(order)) => order == DayMonth::DayFirst,
                (_, _, Order::Mixed) => {
                    return Err(Bad::new(
                        "can be read in two ways, and the column uses both; write it like 2024-03-05",
                    ));
                }
            };
            let (day, month) = if day_first { (first, second) } else { (second, first) };
            Date::new(year, month, day).map_err(|_| Bad::new("is a day that does not exist"))?
        }
    };
    let local = DateTime::from_parts(date, written.time);
    Ok(match written.offset {
        Some(offset) => Moment::Instant(offset.to_timestamp(local).map_err(|_| is_bad())?),
        None => Moment::Local(local),
    })
}

/// Whether a cell looks like a date, for guessing what a column holds.
pub fn is_date(cell: &str) -> bool {
    Written::of(cell).is_some()
}

/// A date taken apart, before the order of its numbers is known.
struct Written {
    day: Day,
    time: Time,
    offset: Option<Offset>,
}

enum Day {
    /// Seconds or milliseconds since 1970.
    Instant(Timestamp),
    Date(Date),
    /// `first/second/year`.
    Numbers {
        first: i8,
        second: i8,
        year: i16,
        has_slash: bool,
    },
}

impl Written {
    fn of(cell: &str) -> Option<Written> {
        let cell = cell.trim();
        // The longest honest one: "Wednesday, 25 September 2024 at 10:00:00.123456 +02:00".
        if !(4..=64).contains(&cell.len()) || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if let Some(day) = Day::of_plain_number(cell) {
            return Some(Written { day, time: Time::midnight(), offset: None });
        }
        let (date, time) = split_time(cell);
        let (time, offset) = match time {
            Some(time) => parse_time(time)?,
            None => (Time::midnight(), None),
        };
        Some(Written { day: Day::of(date)?, time, offset })
    }
}

impl Day {
    /// `20240305`, a count of seconds or milliseconds, or the day number of a spreadsheet that lost its format.
    fn of_plain_number(cell: &str) -> Option<Day> {
        if !cell.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: i64 = cell.parse().ok()?;
        match cell.len() {
            5 if (20_000..80_000).contains(&number) => {
                // Day 25,569 of a spreadsheet is 1970-01-01.
                let date = Date::constant(1970, 1, 1).checked_add(Span::new().days(number - 25_569)).ok()?;
                Some(Day::Date(date))
            }
            8 => {
                let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
                (1900..2200)
                    .contains(&year)
                    .then(|| Date::new(year as i16, month as i8, day as i8).ok())
                    .flatten()
                    .map(Day::Date)
            }
            10 if number >= 315_532_800 => Timestamp::from_second(number).ok().map(Day::Instant),
            13 if number >= 315_532_800_000 => Timestamp::from_millisecond(number).ok().map(Day::Instant),
            _ => None,
        }
    }

    fn of(text: &str) -> Option<Day> {
        let mut numbers: Vec<(i64, usize)> = Vec::new();
        let mut month = None;
        let is_mark = |c: char| {
            c.is_whitespace()
                || matches!(c, '.' | ',' | '-' | '/' | '年' | '月' | '日' | '년' | '월' | '일' | '–' | '‑')
        };
        for word in text.split(is_mark).filter(|word| !word.is_empty()) {
            let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
            let suffix = &word[digits.len()..];
            if digits.is_empty() {
                let folded: String = platform::text::fold(word).chars().filter(|c| c.is_alphabetic()).collect();
                match MONTHS.get(folded.as_str()) {
                    Some(number) if month.is_none() => month = Some(*number),
                    _ if FILLERS.contains(&folded.as_str()) => {}
                    _ => return None,
                }
            } else {
                let is_ordinal =
                    matches!(suffix.to_ascii_lowercase().as_str(), "" | "st" | "nd" | "rd" | "th" | "er" | "º" | "ª");
                if !is_ordinal || digits.len() > 4 || numbers.len() == 3 {
                    return None;
                }
                numbers.push((digits.parse().ok()?, digits.len()));
            }
        }
        match (month, &numbers[..]) {
            (Some(month), [(year, 4), (day, 1 | 2)] | [(day, 1 | 2), (year, 4)]) => {
                Date::new(*year as i16, month, *day as i8).ok().map(Day::Date)
            }
            (Some(month), [(day, 1 | 2), (year, 2)]) => {
                Date::new(full_year(*year), month, *day as i8).ok().map(Day::Date)
            }
            (None, [(year, 4), (month, 1 | 2), (day, 1 | 2)]) => {
                Date::new(*year as i16, *month as i8, *day as i8).ok().map(Day::Date)
            }
            (None, [(first, 1 | 2), (second, 1 | 2), (year, length @ (2 | 4))]) => {
                let year = if *length == 2 { full_year(*year) } else { *year as i16 };
                let (low, high) = (first.min(second), first.max(second));
                let is_possible = *low >= 1 && *low <= 12 && *high <= 31 && (1800..2200).contains(&year);
                is_possible.then(|| Day::Numbers {
                    first: *first as i8,
                    second: *second as i8,
                    year,
                    has_slash: text.contains('/'),
                })
            }
            _ => None,
        }
    }
}

/// Two digits of a year: 70 to 99 are of the last century.
fn full_year(two_digits: i64) -> i16 {
    let century = if two_digits >= 70 { 1900 } else { 2000 };
    (century + two_digits) as i16
}

/// Splits `2024-03-05T10:00:00Z` or `5 March 2024 at 10 pm` before the time, if there is one.
fn split_time(cell: &str) -> (&str, Option<&str>) {
    let Some(colon) = cell.find(':') else {
        return (cell, None);
    };
    let hour = cell[..colon].trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let date = cell[..hour].trim_end();
    // ISO 8601 puts a T between them, English the word "at".
    let date = match date.chars().next_back() {
        Some('T' | 't') if date[..date.len() - 1].ends_with(|c: char| c.is_ascii_digit()) => &date[..date.len() - 1],
        _ => date.strip_suffix(" at").unwrap_or(date),
    };
    (date, Some(&cell[hour..]))
}

/// `10:00`, `10:00:00.123`, `10:00 PM`, each with `Z`, `UTC`, `+02:00` or nothing behind it.
fn parse_time(text: &str) -> Option<(Time, Option<Offset>)> {
    let clock_end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(text.len());
    let (clock, rest) = text.split_at(clock_end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':').map(|part| if part.len() <= 2 { part.parse::<i8>().ok() } else { None });
    let (mut hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    if parts.next().is_some() || fraction.len() > 9 {
        return None;
    }
    let nanos: i32 = format!("{fraction:0<9}").parse().ok()?;
    let mut rest = rest.trim().to_ascii_uppercase().replace(['\u{202f}', '\u{a0}'], " ");
    for (mark, is_afternoon) in [("AM", false), ("A.M.", false), ("PM", true), ("P.M.", true)] {
        if let Some(behind) = rest.strip_prefix(mark) {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if is_afternoon { 12 } else { 0 };
            rest = behind.trim().to_owned();
            break;
        }
    }
    // A leap second is the last second of its minute here.
    let time = Time::new(hour, minute, second.min(59), nanos).ok().filter(|_| second <= 60)?;
    let rest = rest.trim_start_matches("UTC").trim_start_matches("GMT").trim();
    let offset = match rest {
        "" if text.trim_end().len() == clock_end || !text.to_ascii_uppercase().contains(['U', 'G']) => None,
        "" | "Z" => Some(Offset::UTC),
        _ => {
            let sign = if rest.starts_with('-') { -1 } else { 1 };
            let digits: String = rest.strip_prefix(['+', '-'])?.chars().filter(|c| *c != ':').collect();
            let number: i32 = digits.parse().ok()?;
            let (hours, minutes) = match digits.len() {
                1 | 2 => (number, 0),
                4 => (number / 100, number % 100),
                _ => return None,
            };
            Some(
                Offset::from_seconds(sign * (hours * 3_600 + minutes * 60))
                    .ok()
                    .filter(|_| hours <= 14 && minutes < 60)?,
            )
        }
    };
    Some((time, offset))
}

/// Words around a date that say nothing: prepositions and days of the week in a few languages.
const FILLERS: [&str; 40] = [
    "de",
    "of",
    "the",
    "den",
    "am",
    "le",
    "el",
    "del",
    "ngay",
    "thang",
    "nam",
    "г",
    "года",
    "mon",
    "monday",
    "tue",
    "tues",
    "tuesday",
    "wed",
    "wednesday",
    "thu",
    "thur",
    "thurs",
    "thursday",
    "fri",
    "friday",
    "sat",
    "saturday",
    "sun",
    "sunday",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "montag",
    "dienstag",
    "t",
];

static MONTHS: LazyLock<HashMap<&'static str, i8>> = LazyLock::new(|| {
    let lines = include_str!("months.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.zip(1..).flat_map(|(line, month)| line.split('\t').map(move |name| (name, month))).collect()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(cell: &str, order: Order) -> Option<String> {
        let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
        instant_us(cell, order, &zone).ok().map(|us| Timestamp::from_microsecond(us).expect("in range").to_string())
    }

    #[test]
    fn dates_in_many_notations() {
        for cell in [
            "2024-03-05",
            "2024/3/5",
            "20240305",
            "05.03.2024",
            "5.3.24",
            "5/3/2024",
            "5-3-2024",
            "March 5, 2024",
            "5 March 2024",
            "Tue, 5 Mar 2024",
            "5th March 2024",
            "5. März 2024",
            "05-Mar-2024",
            "05-MAR-24",
            "5 mars 2024",
            "5 de marzo de 2024",
            "5 марта 2024 г.",
            "5 marca 2024",
            "2024年3月5日",
            "2024 Mar 5",
            "45356",
            "2024-03-05 00:00",
            "2024-03-05T00:00:00+01:00",
            "2024-03-04T23:00:00Z",
            "2024-03-04 23:00:00 UTC",
            "1709593200",
            "1709593200000",
            "5/3/2024 12:00 AM",
        ] {
            assert_eq!(read(cell, Order::default()).as_deref(), Some("2024-03-04T23:00:00Z"), "{cell}");
        }
        assert_eq!(
            read("3/5/2024 2:30 PM", Order::Proven(DayMonth::MonthFirst)).as_deref(),
            Some("2024-03-05T13:30:00Z")
        );
        assert_eq!(read("2024-07-05T10:00:00.25", Order::default()).as_deref(), Some("2024-07-05T08:00:00.25Z"));
        assert_eq!(read("March 5, 2024 at 10:15", Order::default()).as_deref(), Some("2024-03-05T09:15:00Z"));
        assert_eq!(read("13/05/2024", Order::Mixed).as_deref(), Some("2024-05-12T22:00:00Z"));
        for cell in [
            "",
            "1996",
            "n/a",
            "2024-13-05",
            "31.02.2024",
            "32.01.2024",
            "2024-02-30",
            "5 Foo 2024",
            "12:30",
            "2024",
            "1.5",
            "2024-03-05 25:00",
            "2024-03-05 10:00 CET",
            "03/2024",
            "1/2/3/4",
            "5.3",
            "123456",
            "99/99/2024",
            "+49 30 901820",
            "2024-03-05 10:00:00 +99:00",
            "0000-00-00",
        ] {
            assert_eq!(read(cell, Order::default()), None, "{cell}");
        }
        assert_eq!(read("03/04/2024", Order::Mixed), None);
    }

    #[test]
    fn the_column_decides_the_order() {
        let decide = |cells: &[&str], zone: &str| {
            let mut stats = DateStats::default();
            cells.iter().for_each(|cell| stats.observe(cell));
            stats.order(zone)
        };
        let (day, month) = (DayMonth::DayFirst, DayMonth::MonthFirst);
        assert_eq!(decide(&["03/04/2024", "25/04/2024"], "America/New_York"), Order::Proven(day));
        assert_eq!(decide(&["03/04/2024", "04/25/2024"], "Europe/Berlin"), Order::Proven(month));
        assert_eq!(decide(&["03/04/2024"], "Europe/Berlin"), Order::Assumed(day));
        assert_eq!(decide(&["03/04/2024"], "America/New_York"), Order::Assumed(month));
        assert_eq!(decide(&["03.04.2024"], "America/New_York"), Order::Assumed(day));
        assert_eq!(decide(&["03/25/2024", "25/03/2024"], "UTC"), Order::Mixed);
        assert_eq!(decide(&["2024-03-04", "x"], "UTC"), Order::Assumed(day));
    }

    proptest! {
        #[test]
        fn every_day_reads_back(days in 0_i64..40_000, order in any::<bool>()) {
            let date = Date::constant(1950, 1, 1).checked_add(Span::new().days(days)).expect("in range");
            let expected = DateTime::from_parts(date, Time::midnight());
            let (y, m, d) = (date.year(), date.month(), date.day());
            let (first, second, order) = if order { (d, m, DayMonth::DayFirst) } else { (m, d, DayMonth::MonthFirst) };
            for cell in [format!("{y}-{m:02}-{d:02}"), format!("{first}/{second}/{y}"), format!("{first:02}.{second:02}.{y}"), format!("{date}T00:00:00Z")] {
                let us = instant_us(&cell, Order::Proven(order), &TimeZone::UTC);
                prop_assert_eq!(us.map(|us| us / 1_000_000), Ok(TimeZone::UTC.to_timestamp(expected).expect("in range").as_second()), "{}", cell);
            }
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            let _ = read(&text, Order::Mixed);
            DateStats::default().observe(&text);
        }

        #[test]
        fn no_numbers_break_it(text in "[0-9./: TZ+-]{0,30}") {
            let _ = read(&text, Order::default());
        }
    }
}
