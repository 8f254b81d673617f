//! What the columns of a file hold: samples to show, and counts to guess and decide by.

use serde::{Deserialize, Serialize};

use super::reader::Row;
use super::values::{self, dates, numbers, places};
use crate::companies::domain::host_of;
use crate::contacts::model as contacts;

/// Rows whose cells are all classified; enough to know a column.
const CLASSIFIED_ROWS: u64 = 1_000;
const SAMPLES: usize = 5;
const SAMPLE_CHARS: usize = 80;
/// First rows that are kept to be shown.
const SAMPLE_ROWS: usize = 8;

/// Counts over one column. Shares are of the filled cells among the classified rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// First distinct values, shortened.
    pub samples: Vec<String>,
    /// Filled cells of the whole file.
    pub filled: u64,
    /// Filled cells that were classified.
    pub looked: u64,
    pub emails: u64,
    /// Numbers that can only be phone numbers.
    pub phones: u64,
    /// Cells that may be phone numbers.
    pub dialable: u64,
    pub linkedin: u64,
    pub telegram: u64,
    /// `@name` or a `t.me` address: surely Telegram or the like.
    pub handles: u64,
    pub hosts: u64,
    pub urls: u64,
    pub countries: u64,
    pub languages: u64,
    pub zones: u64,
    pub bands: u64,
    pub booleans: u64,
    pub digits_only: u64,
    pub words: u64,
    /// Evidence over the whole file, not only over the classified rows.
    pub numbers: numbers::NumberStats,
    pub dates: dates::DateStats,
}

impl Column {
    /// Share of the classified cells that a count stands for, 0 when the column is empty.
    pub fn share(&self, count: u64) -> f64 {
        if self.looked == 0 { 0.0 } else { count as f64 / self.looked as f64 }
    }

    fn observe(&mut self, cell: &str, classify: bool) {
        let content = values::content(cell);
        if content.is_empty() {
            return;
        }
        self.filled += 1;
        if self.samples.len() < SAMPLES {
            let sample: String = content.chars().take(SAMPLE_CHARS).collect();
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
        if classify {
            self.classify(content);
        }
        // Later rows only serve the decisions that one column needs as a whole.
        if classify || self.share(self.numbers.numbers.min(self.looked)) >= 0.5 {
            self.numbers.observe(content);
        }
        if classify || self.share(self.dates.dates.min(self.looked)) >= 0.5 {
            self.dates.observe(content);
        }
    }

    fn classify(&mut self, content: &str) {
        self.looked += 1;
        self.words += content.split_whitespace().count() as u64;
        if content.len() > contacts::VALUE_BYTES_MAX {
            return;
        }
        let digits = content.bytes().filter(u8::is_ascii_digit).count();
        let letters = content.chars().filter(|c| c.is_alphabetic()).count();
        self.digits_only += u64::from(digits == content.len());
        let is_boolean = matches!(
            content.to_ascii_lowercase().as_str(),
            "true"
                | "false"
                | "yes"
                | "no"
                | "y"
                | "n"
                | "0"
                | "1"
                | "x"
                | "ja"
                | "nein"
                | "oui"
                | "non"
                | "да"
                | "нет"
        );
        self.booleans += u64::from(is_boolean);
        if content.contains('@') && digits + letters > 2 {
            self.emails += u64::from(
                values::addresses(contacts::Channel::Email, content, None).is_ok_and(|found| !found.is_empty()),
            );
        }
        let is_dialable = letters <= 4
            && (6..=20).contains(&digits)
            && content.chars().all(|c| !c.is_alphabetic() || "extEXT".contains(c))
            && !content.contains([':', '@'])
            && !dates::is_date(content);
        self.dialable += u64::from(is_dialable);
        let looks_dialled =
            content.starts_with(['+', '(']) || content.starts_with("00") || content.contains([' ', '-', '/']);
        self.phones += u64::from(is_dialable && looks_dialled && digits >= 7);
        if letters > 0 {
            let lower = content.to_ascii_lowercase();
            self.linkedin += u64::from(lower.contains("linkedin") && contacts::canonical_linkedin(content).is_ok());
            let is_handle = content.starts_with('@') || lower.contains("t.me/") || lower.contains("telegram.me/");
            self.handles += u64::from(is_handle && contacts::canonical_telegram(content).is_ok());
            let is_url = lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.");
            self.urls += u64::from(is_url && host_of(content).is_some());
            self.hosts += u64::from(!content.contains(['@', ' ']) && host_of(content).is_some());
            self.countries += u64::from(places::known_country(content).is_some());
            self.languages += u64::from(
                places::is_known_language(content) || (content.len() <= 10 && places::language(content).is_ok()),
            );
            self.zones += u64::from(content.contains('/') && places::timezone(content).is_ok());
        }
        self.telegram += u64::from(contacts::canonical_telegram(content).is_ok());
        let is_range = digits > 0 && content.contains(['-', '–', '+', '>']) || content.contains(" to ");
        self.bands += u64::from(is_range && numbers::size_band(content).is_ok());
    }
}

/// All columns of a file, filled row by row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub columns: Vec<Column>,
    /// The first sound rows, cells shortened.
    #[serde(default)]
    pub sample: Vec<Vec<String>>,
    classified: u64,
}

impl Profile {
    /// An empty profile of these columns.
    pub fn new(names: &[String]) -> Profile {
        let columns = names.iter().map(|name| Column { name: name.clone(), ..Column::default() }).collect();
        Profile { columns, sample: Vec::new(), classified: 0 }
    }

    /// Takes one sound row into account; broken ones say nothing about columns.
    pub fn observe(&mut self, row: &Row) {
        if row.broken.is_some() {
            return;
        }
        if self.sample.len() < SAMPLE_ROWS {
            self.sample.push(row.cells.iter().map(|cell| cell.chars().take(SAMPLE_CHARS).collect()).collect());
        }
        let classify = self.classified < CLASSIFIED_ROWS;
        self.classified += u64::from(classify);
        for (column, cell) in self.columns.iter_mut().zip(&row.cells) {
            column.observe(cell, classify);
        }
    }
}
