//! Guessing which column is which field.
//!
//! Two witnesses are heard: the name of a column ([`words`]: several languages) and what stands in it
//! ([`super::profile`]). The name proposes; the content confirms, chooses between fields that share a word (`location`
//! may be a country or a city, `owner` a name or an address), vetoes (a column `Email opt-in` full of yes and no is no
//! address), and speaks alone where the name says nothing.

mod words;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::field::{Field, RecordKind};
use super::profile::{Column, Profile};
use crate::contacts::model::ContactLabel;
use crate::custom_fields::CustomField;
use platform::text::fold;

/// Guesses below this are not made.
const CONFIDENCE_MIN: f64 = 0.5;

/// What a column is taken for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportGuess)]
pub struct Guess {
    /// Name of the column.
    pub column: String,
    /// API name of the field; null when the column is left out.
    pub field: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
}

/// One guess per column, in file order. Only contact fields are guessed more than once.
pub fn guess(record: RecordKind, profile: &Profile) -> Vec<Guess> {
    let columns = &profile.columns;
    let mut candidates: Vec<(f64, usize, Field)> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let header = words::Header::of(&column.name);
        for field in record.fields() {
            let confidence = confidence(record, *field, &header, column);
            if confidence >= CONFIDENCE_MIN {
                candidates.push((confidence, index, *field));
            }
        }
    }
    // Best first; among equals the first column of the file and the first field of the list.
    candidates.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    let mut chosen: HashMap<usize, (Field, f64)> = HashMap::new();
    for (confidence, index, field) in candidates {
        let is_taken = !is_guessed_again(field) && chosen.values().any(|(taken, _)| *taken == field);
        if !is_taken {
            chosen.entry(index).or_insert((field, confidence));
        }
    }
    tell_halves(&mut chosen, columns);
    columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let found = chosen.get(&index);
            Guess {
                column: column.name.clone(),
                field: found.map(|(field, _)| field.as_str().to_owned()),
                confidence: found.map_or(0.0, |(_, confidence)| (confidence * 100.0).round() / 100.0),
            }
        })
        .collect()
}

/// As [`guess`], where columns are custom fields that have their name: as exports write it, whatever stands there, or as
/// people do, unless they surely are something else.
pub fn guess_with(record: RecordKind, profile: &Profile, fields: &[CustomField]) -> Vec<Guess> {
    let mut guesses = guess(record, profile);
    for field in fields {
        let (label, name) = (fold(&field.label), field.name());
        let exported = guesses.iter().position(|guess| guess.column.trim() == name);
        let named = || guesses.iter().position(|guess| guess.confidence < OWN && fold(guess.column.trim()) == label);
        if let Some(guess) = exported.or_else(named).and_then(|place| guesses.get_mut(place)) {
            guess.field = Some(name);
            guess.confidence = OWN;
        }
    }
    guesses
}

/// Confidence in a column that has the very name of a custom field.
const OWN: f64 = 0.95;

fn is_guessed_again(field: Field) -> bool {
    field.channel().is_some()
}

/// Work or personal, when the name of a contact column says so.
pub fn label_of(column: &str) -> Option<ContactLabel> {
    words::Header::of(column).label()
}

/// Lists of people often have "First name" and "Name", or "Name" and "Surname"; one word there is the other half.
fn tell_halves(chosen: &mut HashMap<usize, (Field, f64)>, columns: &[Column]) {
    let has = |field| chosen.values().any(|(taken, _)| *taken == field);
    let missing = match (has(Field::FirstName), has(Field::LastName)) {
        (true, false) => Field::LastName,
        (false, true) => Field::FirstName,
        _ => return,
    };
    let full = chosen.iter().find(|(_, (field, _))| *field == Field::FullName).map(|(index, _)| *index);
    if let Some(index) = full {
        let column = &columns[index];
        let is_one_word = column.looked > 0 && column.words as f64 / (column.looked as f64) < 1.4;
        if is_one_word && let Some(found) = chosen.get_mut(&index) {
            *found = (missing, found.1 * 0.9);
        }
    }
}

/// How likely a column is a field, from its name and its content.
fn confidence(record: RecordKind, field: Field, header: &words::Header, column: &Column) -> f64 {
    if field == Field::Id {
        // Other programs have ids, too; ours are in our own exports, under their own name.
        let is_ours = column.name.trim() == Field::Id.as_str()
            && !column.samples.is_empty()
            && column.samples.iter().all(|sample| uuid::Uuid::try_parse(sample).is_ok());
        return if is_ours { 0.98 } else { 0.0 };
    }
    let mut named = header.matches(record, field);
    if record == RecordKind::Deal && field == Field::Name && header.is_number() {
        // Better than no name; where there is one, it is that.
        named *= 0.7;
    }
    let fit = fit(field, column);
    if column.looked == 0 {
        // Nothing contradicts an empty column, nothing confirms it either.
        return named * 0.85;
    }
    match fit {
        Fit::Sure => (named * 0.98).max(alone(record, field)),
        Fit::Possible => named * 0.95,
        // The name says one thing and the content another: exact names are kept low, vague ones dropped.
        Fit::Doubtful => named * 0.6,
        Fit::Impossible => 0.0,
    }
}

/// Confidence by content alone, for content that nothing else looks like.
fn alone(record: RecordKind, field: Field) -> f64 {
    match (record, field) {
        (RecordKind::Customer, Field::Email) => 0.8,
        (RecordKind::Customer, Field::Linkedin) => 0.85,
        (RecordKind::Customer, Field::Phone) => 0.65,
        (RecordKind::Company, Field::LinkedinUrl) => 0.7,
        (RecordKind::Company, Field::Website | Field::Domains) => 0.6,
        (_, Field::Timezone) => 0.75,
        (_, Field::Country) => 0.55,
        _ => 0.0,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Sure,
    Possible,
    Doubtful,
    Impossible,
}

/// Whether the content of a column can be a field.
fn fit(field: Field, column: &Column) -> Fit {
    let share = |count: u64| column.share(count);
    let graded = |sure: f64, possible: f64| match () {
        () if sure >= 0.8 => Fit::Sure,
        () if possible >= 0.5 => Fit::Possible,
        () if possible >= 0.2 => Fit::Doubtful,
        () => Fit::Impossible,
    };
    let numeric = share(column.numbers.numbers.min(column.looked));
    let dated = share(column.dates.dates.min(column.looked));
    let is_texty = share(column.emails) < 0.5 && share(column.urls) < 0.5 && share(column.booleans) < 0.8;
    match field {
        Field::Email | Field::OwnerEmail | Field::CustomerEmail => graded(share(column.emails), share(column.emails)),
        Field::Phone => graded(share(column.phones), share(column.dialable)),
        Field::Linkedin => graded(share(column.linkedin), share(column.linkedin)),
        Field::Telegram => graded(share(column.handles), share(column.telegram)),
        Field::Language => graded(share(column.languages), share(column.languages)),
        Field::Timezone => graded(share(column.zones), share(column.zones)),
        // Misspelt names are not counted, so a column that is called country and holds words may be one.
        Field::Country => match graded(share(column.countries), share(column.countries)) {
            Fit::Impossible if is_texty && numeric < 0.5 && dated < 0.5 => Fit::Doubtful,
            fit => fit,
        },
        Field::Website => graded(share(column.urls), share(column.hosts)),
        Field::LinkedinUrl => {
            let is_page = column.samples.iter().any(|sample| sample.to_lowercase().contains("linkedin.com/"));
            if is_page { graded(share(column.urls), share(column.hosts)) } else { Fit::Impossible }
        }
        Field::Domains | Field::CompanyDomain => {
            let bare = column.hosts.saturating_sub(column.urls);
            graded(share(bare), share(column.hosts))
        }
        Field::SizeBand => graded(share(column.bands), share(column.bands)),
        Field::EmployeeCount => {
            if share(column.bands) >= 0.5 {
                Fit::Impossible
            } else {
                graded(numeric, numeric)
            }
        }
        Field::Probability if column.samples.iter().all(|sample| sample.ends_with('%')) => Fit::Sure,
        Field::AnnualRevenue | Field::Amount | Field::Price | Field::Probability | Field::Quantity => {
            graded(numeric, numeric)
        }
        Field::CreatedAt | Field::ClosedAt | Field::ExpectedCloseDate => graded(dated, dated),
        Field::City => {
            // A column of countries is called location, too.
            if share(column.countries) >= 0.5 || numeric >= 0.5 || !is_texty { Fit::Impossible } else { Fit::Possible }
        }
        Field::Tags
        | Field::Industry
        | Field::Stage
        | Field::PipelineName
        | Field::ProductName
        | Field::Description
        | Field::LostReason
        | Field::Source
        | Field::Currency => {
            if is_texty && dated < 0.5 && numeric < 0.9 {
                Fit::Possible
            } else {
                Fit::Doubtful
            }
        }
        Field::Id => Fit::Impossible,
        Field::FullName
        | Field::FirstName
        | Field::LastName
        | Field::JobTitle
        | Field::CompanyName
        | Field::Name
        | Field::LegalName
        | Field::ParentName
        | Field::OwnerName => {
            if is_texty && dated < 0.5 && share(column.digits_only) < 0.9 && share(column.phones) < 0.5 {
                Fit::Possible
            } else {
                Fit::Impossible
            }
        }
    }
}

#[cfg(test)]
mod tests;
