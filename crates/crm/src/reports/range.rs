//! Periods of days in the organisation's time zone, as people name them, and the one before each.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Days that a period of one's own has at most.
const DAYS_MAX: i32 = 36_600;

/// A named period, or one from a day to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// So many days up to today.
    Last(i32),
    /// So many days from today on.
    Next(i32),
    /// The unit that today is in.
    This(Unit),
    /// The one before.
    Previous(Unit),
    /// This month and the eleven before.
    Last12Months,
    /// Both included.
    Between(Date, Date),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Week,
    Month,
    Quarter,
    Year,
}

/// Days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub from: Date,
    pub to: Date,
}

const NAMED: [(&str, Range); 17] = [
    ("today", Range::Last(1)),
    ("last_7_days", Range::Last(7)),
    ("last_30_days", Range::Last(30)),
    ("last_90_days", Range::Last(90)),
    ("last_365_days", Range::Last(365)),
    ("next_7_days", Range::Next(7)),
    ("next_30_days", Range::Next(30)),
    ("next_90_days", Range::Next(90)),
    ("this_week", Range::This(Unit::Week)),
    ("this_month", Range::This(Unit::Month)),
    ("this_quarter", Range::This(Unit::Quarter)),
    ("this_year", Range::This(Unit::Year)),
    ("last_week", Range::Previous(Unit::Week)),
    ("last_month", Range::Previous(Unit::Month)),
    ("last_quarter", Range::Previous(Unit::Quarter)),
    ("last_year", Range::Previous(Unit::Year)),
    ("last_12_months", Range::Last12Months),
];

impl Range {
    /// What a range may be, for refusals.
    pub fn allowed() -> String {
        let names: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
        format!("{}, or two days as 2026-01-01..2026-03-31, at most a hundred years", names.join(", "))
    }

    pub fn parse(text: &str) -> Option<Range> {
        if let Some((_, range)) = NAMED.iter().find(|(name, _)| *name == text) {
            return Some(*range);
        }
        let (from, to) = text.split_once("..")?;
        let day = |text: &str| -> Option<Date> { (text.len() == 10).then(|| text.parse().ok()).flatten() };
        let (from, to) = (day(from)?, day(to)?);
        let sound = from <= to && from.year() >= 1 && (to - from).get_days() <= DAYS_MAX;
        sound.then_some(Range::Between(from, to))
    }

    /// The days of it when it is `today`.
    pub fn days(self, today: Date) -> Days {
        match self {
            Range::Last(days) => Days { from: plus_days(today, 1 - days), to: today },
            Range::Next(days) => Days { from: today, to: plus_days(today, days - 1) },
            Range::This(unit) => unit.around(today),
            Range::Previous(unit) => unit.around(plus_days(unit.around(today).from, -1)),
            Range::Last12Months => {
                let month = Unit::Month.around(today);
                Days { from: plus_months(month.from, -11), to: month.to }
            }
            Range::Between(from, to) => Days { from, to },
        }
    }

    /// The days before it, as many or the same unit. Of a unit that is not over, only as much as has passed of this one,
    /// so that what has happened until today is compared with what had happened until then; `whole` compares all of it.
    pub fn previous(self, today: Date, whole: bool) -> Days {
        let days = self.days(today);
        let before = plus_days(days.from, -1);
        let cut = |all: Days| {
            let passed = (today - days.from).get_days();
            if whole { all } else { Days { from: all.from, to: all.to.min(plus_days(all.from, passed)) } }
        };
        match self {
            Range::This(unit) => cut(unit.around(before)),
            Range::Previous(unit) => unit.around(before),
            Range::Last12Months => {
                let all = Days { from: plus_months(days.from, -12), to: before };
                if whole { all } else { Days { from: all.from, to: all.to.min(plus_months(today, -12)) } }
            }
            _ => Days { from: plus_days(days.from, -((days.to - days.from).get_days() + 1)), to: before },
        }
    }
}

impl Unit {
    /// The unit that a day is in. Weeks begin on Monday.
    pub fn around(self, day: Date) -> Days {
        let first = self.first(day);
        Days { from: first, to: plus_days(self.after(first), -1) }
    }

    /// Its first day.
    fn first(self, day: Date) -> Date {
        match self {
            Unit::Week => plus_days(day, -i32::from(day.weekday().since(Weekday::Monday))),
            Unit::Month => day.first_of_month(),
            Unit::Quarter => plus_months(day.first_of_month(), -i32::from((day.month() - 1) % 3)),
            Unit::Year => day.first_of_year(),
        }
    }

    /// The first day of the next one after that which begins on `first`.
    fn after(self, first: Date) -> Date {
        match self {
            Unit::Week => plus_days(first, 7),
            Unit::Month => plus_months(first, 1),
            Unit::Quarter => plus_months(first, 3),
            Unit::Year => plus_months(first, 12),
        }
    }
}

/// How fine a series is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    Day,
    Of(Unit),
}

impl Grain {
    pub fn parse(text: &str) -> Option<Grain> {
        match text {
            "day" => Some(Grain::Day),
            "week" => Some(Grain::Of(Unit::Week)),
            "month" => Some(Grain::Of(Unit::Month)),
            "quarter" => Some(Grain::Of(Unit::Quarter)),
            "year" => Some(Grain::Of(Unit::Year)),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Of(Unit::Week) => "week",
            Grain::Of(Unit::Month) => "month",
            Grain::Of(Unit::Quarter) => "quarter",
            Grain::Of(Unit::Year) => "year",
        }
    }

    /// What shows these days in a number of points that one can look at.
    pub fn fitting(days: Days) -> Grain {
        match (days.to - days.from).get_days() + 1 {
            ..=31 => Grain::Day,
            32..=184 => Grain::Of(Unit::Week),
            185..=1_100 => Grain::Of(Unit::Month),
            1_101..=3_700 => Grain::Of(Unit::Quarter),
            _ => Grain::Of(Unit::Year),
        }
    }

    /// The days cut into units of this grain, the first and the last as far as they lie within; none when there are more
    /// than `most`.
    pub fn cut(self, days: Days, most: usize) -> Option<Vec<Days>> {
        let mut parts = Vec::new();
        let mut from = days.from;
        while from <= days.to {
            if parts.len() == most {
                return None;
            }
            let end = match self {
                Grain::Day => from,
                Grain::Of(unit) => unit.around(from).to,
            };
            parts.push(Days { from, to: end.min(days.to) });
            from = plus_days(end, 1);
        }
        Some(parts)
    }
}

pub(super) fn plus_days(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

fn plus_months(day: Date, months: i32) -> Date {
    day.saturating_add(months.months())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn told(days: Days) -> String {
        format!("{}..{}", days.from, days.to)
    }

    #[test]
    fn periods_and_those_before_them() {
        // A Monday.
        let today = date(2026, 11, 23);
        for (name, days, before) in [
            ("today", "2026-11-23..2026-11-23", "2026-11-22..2026-11-22"),
            ("last_7_days", "2026-11-17..2026-11-23", "2026-11-10..2026-11-16"),
            ("next_7_days", "2026-11-23..2026-11-29", "2026-11-16..2026-11-22"),
            ("this_week", "2026-11-23..2026-11-29", "2026-11-16..2026-11-16"),
            ("this_month", "2026-11-01..2026-11-30", "2026-10-01..2026-10-23"),
            ("this_quarter", "2026-10-01..2026-12-31", "2026-07-01..2026-08-23"),
            ("this_year", "2026-01-01..2026-12-31", "2025-01-01..2025-11-23"),
            ("last_week", "2026-11-16..2026-11-22", "2026-11-09..2026-11-15"),
            ("last_month", "2026-10-01..2026-10-31", "2026-09-01..2026-09-30"),
            ("last_quarter", "2026-07-01..2026-09-30", "2026-04-01..2026-06-30"),
            ("last_year", "2025-01-01..2025-12-31", "2024-01-01..2024-12-31"),
            ("last_12_months", "2025-12-01..2026-11-30", "2024-12-01..2025-11-23"),
            ("2024-02-28..2024-03-01", "2024-02-28..2024-03-01", "2024-02-25..2024-02-27"),
        ] {
            let range = Range::parse(name).unwrap();
            assert_eq!(
                (told(range.days(today)).as_str(), told(range.previous(today, false)).as_str()),
                (days, before),
                "{name}"
            );
        }
        let month = Range::parse("this_month").unwrap();
        assert_eq!(told(month.previous(today, true)), "2026-10-01..2026-10-31");
        // A month that is shorter than what has passed of this one.
        assert_eq!(told(month.previous(date(2026, 3, 31), false)), "2026-02-01..2026-02-28");
        for wrong in [
            "",
            "last_8_days",
            "2026-02-30..2026-03-01",
            "2026-03-01..2026-02-01",
            "2026-1-1..2026-2-2",
            "1800-01-01..2026-01-01",
        ] {
            assert_eq!(Range::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn units_cover_every_day_once() {
        let days = Days { from: date(2026, 1, 14), to: date(2026, 4, 2) };
        for grain in ["day", "week", "month", "quarter", "year"].map(|name| Grain::parse(name).unwrap()) {
            let parts = grain.cut(days, 100).unwrap();
            assert_eq!((parts[0].from, parts[parts.len() - 1].to), (days.from, days.to));
            assert!(parts.windows(2).all(|pair| plus_days(pair[0].to, 1) == pair[1].from));
        }
        assert_eq!(Grain::Of(Unit::Month).cut(days, 100).unwrap().len(), 4);
        assert_eq!(Grain::Day.cut(days, 78), None);
        assert_eq!(Grain::fitting(days), Grain::Of(Unit::Week));
    }
}
