//! What was measured, as a table for people and as JSON for programs.

use serde::Serialize;

use super::stats::Timings;

/// Between these lines of the README stands the latest table.
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// A figure that must not be exceeded, or must be reached.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    P50(f64),
    P99(f64),
    PerSecond(f64),
    /// At most this many times the raw time.
    Ratio(f64),
    /// At least this share of the raw rate.
    ShareOfRaw(f64),
    MemoryMib(f64),
    /// Of the one value in `p50`, in milliseconds.
    Milliseconds(f64),
}

impl Target {
    fn words(self) -> String {
        match self {
            Target::P50(ms) => format!("p50 ≤ {ms} ms"),
            Target::P99(ms) => format!("p99 ≤ {ms} ms"),
            Target::PerSecond(rate) => format!("≥ {}/s", figure(rate)),
            Target::Ratio(factor) => format!("≤ {factor}x raw"),
            Target::ShareOfRaw(share) => format!("≥ {} % of raw", share * 100.0),
            Target::MemoryMib(mib) => format!("≤ {mib} MiB"),
            Target::Milliseconds(ms) if ms >= 1_000.0 => format!("≤ {} s", ms / 1_000.0),
            Target::Milliseconds(ms) => format!("≤ {ms} ms"),
        }
    }

    fn met(self, row: &Row) -> bool {
        let at_most = |value: Option<f64>, limit: f64| value.is_some_and(|value| value <= limit);
        match self {
            Target::P50(ms) | Target::Milliseconds(ms) => at_most(row.p50_ms, ms),
            Target::P99(ms) => at_most(row.p99_ms, ms),
            Target::PerSecond(rate) => row.per_second.is_some_and(|value| value >= rate),
            Target::Ratio(factor) => at_most(row.ratio_to_raw, factor),
            Target::ShareOfRaw(share) => row.ratio_to_raw.is_some_and(|ratio| ratio * share <= 1.0),
            Target::MemoryMib(mib) => at_most(row.memory_mib, mib),
        }
    }
}

/// One line of the report.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    pub work: String,
    pub engine: String,
    /// What it was measured on, such as `100k customers`.
    pub size: String,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    pub per_second: Option<f64>,
    /// Time of the product divided by the time of raw SQL, at the median.
    pub ratio_to_raw: Option<f64>,
    /// The targets in words; empty when there is none for this work.
    pub target: String,
    /// Whether all of them were met.
    pub met: Option<bool>,
    #[serde(rename = "memoryMiB", skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<f64>,
    /// What a reader must know to read the line right.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Row {
    pub fn new(work: &str) -> Row {
        Row { work: work.to_string(), ..Row::default() }
    }

    /// Percentiles and rate of `timings`, and the ratio of its median to that of `raw`.
    pub fn timed(mut self, timings: &Timings, raw: Option<&Timings>) -> Row {
        self.p50_ms = timings.p50();
        self.p99_ms = timings.p99();
        self.per_second = timings.per_second();
        self.ratio_to_raw = raw.and_then(Timings::p50).zip(timings.p50()).map(|(raw, ours)| ours / raw);
        if let Some(raw) = raw {
            let show = |value: Option<f64>| value.map_or_else(|| "–".to_string(), figure);
            self.note = format!("raw p50 {} / p99 {} ms", show(raw.p50()), show(raw.p99()));
        }
        self
    }

    /// Percentiles of `timings` of many clients at once, and the rate of all beside the raw rate.
    pub fn rated(self, timings: &Timings, per_second: f64, raw_per_second: f64) -> Row {
        let mut row = self.at_rate(timings, per_second);
        row.ratio_to_raw = Some(raw_per_second / per_second);
        row.note = format!("raw {}/s", figure(raw_per_second));
        row
    }

    /// The same with no raw rate to compare with.
    pub fn at_rate(mut self, timings: &Timings, per_second: f64) -> Row {
        self.p50_ms = timings.p50();
        self.p99_ms = timings.p99();
        self.per_second = Some(per_second);
        self
    }

    pub fn memory_kib(mut self, kib: u64) -> Row {
        self.memory_mib = Some(kib as f64 / 1_024.0);
        self
    }

    pub fn noted(mut self, note: impl Into<String>) -> Row {
        let note = note.into();
        self.note = if self.note.is_empty() { note } else { format!("{}; {note}", self.note) };
        self
    }

    /// Judges the row; call it last.
    pub fn against(mut self, targets: &[Target]) -> Row {
        self.target = targets.iter().map(|target| target.words()).collect::<Vec<_>>().join(", ");
        self.met = (!targets.is_empty()).then(|| targets.iter().all(|target| target.met(&self)));
        self
    }

    fn cells(&self) -> [String; 9] {
        let show = |value: Option<f64>| value.map_or_else(|| "–".to_string(), figure);
        let memory = self.memory_mib.map_or_else(|| "–".to_string(), |mib| format!("{} MiB", figure(mib)));
        let target = match self.met {
            Some(true) => format!("{}: met", self.target),
            Some(false) => format!("{}: **missed**", self.target),
            None => "–".to_string(),
        };
        [
            self.work.clone(),
            self.engine.clone(),
            self.size.clone(),
            show(self.p50_ms),
            show(self.p99_ms),
            show(self.per_second),
            self.ratio_to_raw.map_or_else(|| "–".to_string(), |ratio| format!("{ratio:.2}x")),
            memory,
            target,
        ]
    }
}

/// The rows as a Markdown table.
pub fn table(rows: &[Row]) -> String {
    let head = ["work", "engine", "size", "p50 ms", "p99 ms", "per second", "ratio to raw SQL", "memory", "target"]
        .map(String::from);
    let lines: Vec<[String; 9]> = std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..9).map(width).collect();
    let mut out = String::new();
    for (number, line) in lines.iter().enumerate() {
        for (cell, width) in line.iter().zip(&widths) {
            out.push_str(&format!("| {cell:width$} "));
        }
        out.push_str("|\n");
        if number == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            out.push_str(&format!("| {} |\n", rule.join(" | ")));
        }
    }
    out
}

/// The README with the part between the markers replaced by `text`; nothing when the markers are missing.
pub fn into_readme(readme: &str, text: &str) -> Option<String> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n{END}{after}", text.trim_end()))
}

/// Three significant digits, thousands apart.
pub fn figure(value: f64) -> String {
    if value >= 1_000.0 {
        let digits = format!("{value:.0}");
        let mut out = String::new();
        for (nth, digit) in digits.chars().enumerate() {
            if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    } else if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_target_says_so_in_table_and_json() {
        let mut timings = Timings::default();
        timings.push(std::time::Duration::from_millis(3));
        let mut raw = Timings::default();
        raw.push(std::time::Duration::from_millis(1));
        let row = Row::new("page").timed(&timings, Some(&raw));
        assert_eq!(row.clone().against(&[]).met, None);
        assert_eq!(row.clone().against(&[Target::P50(3.0), Target::P99(5.0)]).met, Some(true));
        let missed = row.against(&[Target::P50(2.0), Target::Ratio(3.0)]);
        assert_eq!(missed.met, Some(false));
        assert!(table(std::slice::from_ref(&missed)).contains("p50 ≤ 2 ms, ≤ 3x raw: **missed**"));
        let json = serde_json::to_value(&missed).expect("json");
        assert_eq!(json["met"], false);
        assert_eq!(json["p50Ms"], 3.0);
        assert_eq!(json["ratioToRaw"], 3.0);
        // A figure that could not be taken is never taken for a good one.
        assert_eq!(Row::new("idle").against(&[Target::MemoryMib(40.0)]).met, Some(false));
        assert_eq!(Row::new("append").against(&[Target::ShareOfRaw(0.5)]).met, Some(false));
    }

    #[test]
    fn the_readme_keeps_what_stands_around_the_table() {
        let readme = format!("# A\n{BEGIN}\nold\n{END}\nrest\n");
        let new = into_readme(&readme, "new\n").expect("markers");
        assert_eq!(new, format!("# A\n{BEGIN}\nnew\n{END}\nrest\n"));
        assert_eq!(into_readme("# A", "new"), None);
    }

    #[test]
    fn figures_have_three_digits() {
        let figures = [0.0123, 4.567, 45.67, 456.7, 4567.8, 1_234_567.0].map(figure);
        assert_eq!(figures, ["0.01", "4.57", "45.7", "457", "4,568", "1,234,567"]);
    }
}
