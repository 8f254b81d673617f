//! Amounts, counts and size bands as people write them.

use super::{Bad, Parsed};
use crate::companies::SizeBand;

/// The character before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    Dot,
    Comma,
}

/// How many cells of a column prove which mark is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NumberStats {
    /// Cells that are numbers at all.
    pub numbers: u64,
    /// Cells whose decimals can only stand behind a dot.
    pub dot: u64,
    /// Cells whose decimals can only stand behind a comma.
    pub comma: u64,
}

impl NumberStats {
    /// Takes one cell into account.
    pub fn observe(&mut self, cell: &str) {
        let Some(number) = Written::of(cell) else {
            return;
        };
        self.numbers += 1;
        match number.proves() {
            Some(DecimalMark::Dot) => self.dot += 1,
            Some(DecimalMark::Comma) => self.comma += 1,
            None => {}
        }
    }

    /// What the column uses.
    pub fn notation(&self) -> Notation {
        match (self.dot, self.comma) {
            (0, 0) => Notation::Unknown,
            (_, 0) => Notation::Mark(DecimalMark::Dot),
            (0, _) => Notation::Mark(DecimalMark::Comma),
            // A slip in a hundred rows does not make a column undecided.
            (dot, comma) if dot >= comma.saturating_mul(100) => Notation::Mark(DecimalMark::Dot),
            (dot, comma) if comma >= dot.saturating_mul(100) => Notation::Mark(DecimalMark::Comma),
            _ => Notation::Mixed,
        }
    }
}

/// How the numbers of a column are to be read. Only numbers like `1.234`, which could be both, depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notation {
    /// All others prove this mark.
    Mark(DecimalMark),
    /// Nothing is proven: three digits behind one mark are a group of thousands.
    #[default]
    Unknown,
    /// Both marks are proven, so such a number stays unreadable.
    Mixed,
}

/// An amount of money in minor units of `currency` (ISO 4217). Thousands marks of any kind, `k`, `M`, `Mio.` and the
/// like are understood; a sign of another currency is refused rather than ignored.
pub fn amount_minor(text: &str, notation: Notation, currency: &str) -> Parsed<i64> {
    let number = Written::of(text).ok_or_else(|| Bad::new("is not an amount; write it like 1234.56"))?;
    if number.is_negative {
        return Err(Bad::new("is negative; write an amount of zero or more"));
    }
    if let Some(sign) = &number.currency
        && !sign_fits(sign, currency)
    {
        return Err(Bad::new(format!("is in {sign}, but amounts here are in {currency}; convert it first")));
    }
    let (mantissa, scale) = number.value(notation)?;
    let exponent = crate::fields::minor_digits(currency);
    scaled(mantissa, exponent as i32 - scale)
        .filter(|minor| *minor <= AMOUNT_MINOR_MAX)
        .and_then(|minor| i64::try_from(minor).ok())
        .ok_or_else(|| Bad::new("is larger than any amount that can be kept"))
}

/// Any number, also as programs write them (`0.3333333333333333`, `5e-324`). Where nothing tells how the column writes
/// them, `1.234` is read as programs do, too.
pub fn number(text: &str, notation: Notation) -> Parsed<f64> {
    let is_bad = || Bad::new("is not a number; write it like 1234.56");
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    // Three digits behind the point, and nothing else, may be a group of thousands.
    let is_open = text.split_once('.').is_some_and(|(_, rest)| rest.len() == 3 && !rest.contains(['e', 'E']));
    let is_dot = matches!(notation, Notation::Unknown | Notation::Mark(DecimalMark::Dot));
    if is_plain
        && (is_dot || !is_open)
        && let Ok(number) = text.parse::<f64>()
        && number.is_finite()
    {
        return Ok(number);
    }
    let number = Written::of(text).ok_or_else(is_bad)?;
    if number.currency.is_some() {
        return Err(is_bad());
    }
    let (mantissa, scale) = number.value(notation)?;
    let value: f64 = format!("{mantissa}e{}", -scale).parse().map_err(|_| is_bad())?;
    Ok(if number.is_negative { -value } else { value })
}

/// Largest amount, in minor units: beyond it JSON clients lose digits.
const AMOUNT_MINOR_MAX: i128 = (1 << 53) - 1;

/// A whole number from 0 to ten million: people of a company.
pub fn head_count(text: &str, notation: Notation) -> Parsed<i64> {
    let is_bad = || Bad::new("is not a number of people; write a whole number like 250");
    let text = text.trim().trim_start_matches(['~', '≈']).trim_end_matches('+').trim();
    let number = Written::of(text).ok_or_else(is_bad)?;
    if number.is_negative || number.currency.is_some() {
        return Err(is_bad());
    }
    let (mantissa, scale) = number.value(notation)?;
    let whole = scaled(mantissa, -scale).ok_or_else(is_bad)?;
    if scaled(whole, scale) != Some(mantissa) && scale > 0 {
        return Err(is_bad());
    }
    match i64::try_from(whole) {
        Ok(count) if count <= 10_000_000 => Ok(count),
        _ => Err(is_bad()),
    }
}

/// A size band from `11-50`, `11 to 50 employees`, `1,001–5,000`, `10001+` or a plain count.
pub fn size_band(text: &str) -> Parsed<SizeBand> {
    let is_bad =
        || Bad::new("is not a company size; write one of 1-10, 11-50, 51-200, 201-500, 501-1000, 1001-5000, 5001+");
    let mut numbers: Vec<i64> = Vec::new();
    let mut digits = String::new();
    let mut rest = text.trim().chars().peekable();
    while let Some(c) = rest.next() {
        let next_is_digit = rest.peek().is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() {
            digits.push(c);
        }
        // A mark between digits groups thousands; a dash does not.
        let goes_on =
            (c.is_ascii_digit() || matches!(c, ',' | '.' | '\'' | '\u{a0}' | '\u{202f}')) && !digits.is_empty();
        if !(goes_on
            && (next_is_digit || rest.peek().is_some_and(|c| matches!(c, ',' | '.' | '\'' | '\u{a0}' | '\u{202f}'))))
            && !digits.is_empty()
        {
            numbers.push(digits.parse().map_err(|_| is_bad())?);
            digits.clear();
        }
    }
    let is_open = text.contains('+') || text.contains('>');
    match numbers[..] {
        [from] if is_open && from >= 5_000 => Ok(SizeBand::Over5000),
        [count] if !is_open => Ok(SizeBand::of(count)),
        [from, to] if from <= to => {
            let band = SizeBand::of(to);
            // Other sources cut at slightly different places (0-10, 2-10, 5001-10000), never across a band.
            let is_inside = SizeBand::of(from) == band;
            if is_inside { Ok(band) } else { Err(is_bad()) }
        }
        _ => Err(is_bad()),
    }
}

/// `mantissa · 10^shift`, rounded half away from zero; nothing on overflow.
fn scaled(mantissa: i128, shift: i32) -> Option<i128> {
    let factor = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 { mantissa.checked_mul(factor) } else { Some((mantissa + factor / 2) / factor) }
}

/// A number taken apart, before its marks are understood.
struct Written {
    is_negative: bool,
    /// Sign or code of a currency, upper-case.
    currency: Option<String>,
    /// Digits and the marks `.` and `,`; spaces and apostrophes between digits are dropped.
    body: String,
    /// Whether white space or an apostrophe groups thousands, so that no other mark does.
    has_spaces: bool,
    /// Power of ten of a word like `k` or `Mio.`.
    power: i32,
}

impl Written {
    fn of(cell: &str) -> Option<Written> {
        let cell = cell.trim();
        if cell.len() > 64 || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let first = cell.find(|c: char| c.is_ascii_digit())?;
        let last = cell.rfind(|c: char| c.is_ascii_digit())?;
        let first = match cell[..first].chars().next_back() {
            // `.5`, but not `Rs.500`: only a mark after nothing or a sign belongs to the number.
            Some(mark @ ('.' | ',')) if !cell[..first - 1].ends_with(char::is_alphanumeric) => first - mark.len_utf8(),
            _ => first,
        };
        let (before, number, after) = (&cell[..first], &cell[first..=last], &cell[last + 1..]);
        let mut written =
            Written { is_negative: false, currency: None, body: String::new(), has_spaces: false, power: 0 };
        for c in number.chars() {
            match c {
                '0'..='9' | '.' | ',' => written.body.push(c),
                ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' => written.has_spaces = true,
                _ => return None,
            }
        }
        let is_bracketed = before.contains('(') && after.contains(')');
        written.is_negative = is_bracketed;
        for part in [before, after] {
            let mut part = part.replace(['(', ')'], " ");
            for minus in ['-', '−', '–'] {
                if part.contains(minus) {
                    // `1,234.-` and `1234,--` mean no cents.
                    written.is_negative |= !part.trim_start().starts_with([',', '.', '-']) || part.trim() == "-";
                    part = part.replace(minus, " ");
                }
            }
            for word in part.replace('+', " ").split_whitespace() {
                written.take_word(word)?;
            }
        }
        Some(written)
    }

    /// Understands a word beside the number.
    fn take_word(&mut self, word: &str) -> Option<()> {
        if word.chars().all(|c| matches!(c, '.' | ',')) {
            return Some(());
        }
        let folded = platform::text::fold(word);
        let bare = folded.trim_matches(['.', ',']);
        if let Some(power) = power_of(bare) {
            self.power += power;
            return (self.power <= 15).then_some(());
        }
        // `$1.2M`, `M€`, `USD1.2bn` stick together: split off a currency.
        let upper = word.trim_matches(['.', ',']).to_uppercase();
        if is_currency(&upper) && self.currency.is_none() {
            self.currency = Some(upper);
            return Some(());
        }
        let stuck = CURRENCY_SIGNS.iter().flat_map(|(sign, _)| {
            [upper.strip_prefix(sign).map(|rest| (*sign, rest)), upper.strip_suffix(sign).map(|rest| (*sign, rest))]
        });
        for (sign, rest) in stuck.flatten() {
            if !rest.is_empty() && self.currency.is_none() {
                self.currency = Some(sign.to_owned());
                return self.take_word(rest);
            }
        }
        None
    }

    /// The mark that must be the decimal one, if this number alone shows it.
    fn proves(&self) -> Option<DecimalMark> {
        let (dots, commas) = self.marks();
        let is_thousands = |mark: char| {
            let mut groups = self.body.split(mark);
            groups.next().is_some_and(|group| (1..=3).contains(&group.len()) && group != "0")
                && groups.all(|group| group.len() == 3)
        };
        match (dots, commas) {
            (0, 0) => None,
            // Two kinds of marks: the last one is decimal.
            (1.., 1..) if self.body.rfind('.') > self.body.rfind(',') => Some(DecimalMark::Dot),
            (1.., 1..) => Some(DecimalMark::Comma),
            // Several of one kind group thousands, so the decimals stand behind the other.
            (2.., 0) => Some(DecimalMark::Comma),
            (0, 2..) => Some(DecimalMark::Dot),
            (1, 0) if self.has_spaces || !is_thousands('.') => Some(DecimalMark::Dot),
            (0, 1) if self.has_spaces || !is_thousands(',') => Some(DecimalMark::Comma),
            _ => None,
        }
    }

    /// Mantissa and number of decimals; words are taken into account by a negative number of decimals.
    fn value(&self, notation: Notation) -> Parsed<(i128, i32)> {
        let is_bad = || Bad::new("is not a number; write it like 1234.56");
        let mark = match (self.proves(), self.marks(), notation) {
            (Some(mark), _, _) => Some(mark),
            (None, (0, 0), _) => None,
            (None, _, Notation::Mark(mark)) => Some(mark),
            // One mark and three digits behind it: a group.
            (None, (1, 0), Notation::Unknown) => Some(DecimalMark::Comma),
            (None, _, Notation::Unknown) => Some(DecimalMark::Dot),
            (None, _, Notation::Mixed) => {
                return Err(Bad::new("can be read in two ways, and the column uses both; write it like 1234.56"));
            }
        };
        let (decimal, group) = match mark {
            Some(DecimalMark::Dot) => ('.', ','),
            Some(DecimalMark::Comma) | None => (',', '.'),
        };
        let (whole, decimals) = self.body.split_once(decimal).unwrap_or((&self.body, ""));
        let mut groups = whole.split(group);
        let first = groups.next().unwrap_or_default();
        // Indian notation groups by two before the last three.
        let is_grouped = whole.contains(group);
        let are_sound = groups.clone().all(|part| matches!(part.len(), 2 | 3))
            && groups.clone().next_back().is_none_or(|part| part.len() == 3)
            && (!is_grouped || (1..=3).contains(&first.len()));
        if !are_sound || decimals.contains([',', '.']) || decimals.len() > 12 {
            return Err(is_bad());
        }
        let digits: String = whole.chars().filter(char::is_ascii_digit).chain(decimals.chars()).collect();
        if digits.is_empty() || digits.len() > 30 {
            return Err(is_bad());
        }
        let mantissa = digits.parse::<i128>().map_err(|_| is_bad())?;
        Ok((mantissa, decimals.len() as i32 - self.power))
    }

    fn marks(&self) -> (usize, usize) {
        (self.body.matches('.').count(), self.body.matches(',').count())
    }
}

/// Powers of ten of the words for them, folded, in the languages of the column names. `mil` and `m` alone mean
/// thousand to some and million to others; `m` is used for millions in business everywhere, `mil` is refused.
fn power_of(word: &str) -> Option<i32> {
    Some(match word {
        "k" | "tsd" | "tausend" | "thousand" | "thousands" | "mille" | "mila" | "tys" | "тыс" | "nghin" | "ngan"
        | "千" => 3,
        "万" | "萬" => 4,
        "lakh" | "lakhs" | "lac" => 5,
        "m" | "mm" | "mn" | "mln" | "mio" | "mil.l" | "million" | "millions" | "millionen" | "millon" | "millones"
        | "milhao" | "milhoes" | "milione" | "milioni" | "miljoen" | "milion" | "miliony" | "milionow" | "млн"
        | "trieu" | "百万" => 6,
        "crore" | "crores" | "cr" => 7,
        "億" | "亿" => 8,
        "b" | "bn" | "billion" | "billions" | "mrd" | "md" | "mds" | "mld" | "milliard" | "milliards" | "milliarde"
        | "milliarden" | "miliardo" | "miliardi" | "miljard" | "miliard" | "miliardow" | "mlrd" | "млрд" | "ty" => {
            9
        }
        _ => return None,
    })
}

/// Signs of currencies, upper-case, with the codes they stand for.
const CURRENCY_SIGNS: [(&str, &[&str]); 26] = [
    ("US$", &["USD"]),
    ("A$", &["AUD"]),
    ("C$", &["CAD"]),
    ("NZ$", &["NZD"]),
    ("HK$", &["HKD"]),
    ("S$", &["SGD"]),
    ("NT$", &["TWD"]),
    ("R$", &["BRL"]),
    ("MX$", &["MXN"]),
    (
        "$",
        &[
            "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD", "UYU", "BBD", "BSD", "BZD",
            "FJD", "JMD", "NAD", "TTD",
        ],
    ),
    ("€", &["EUR"]),
    ("£", &["GBP", "EGP", "GIP", "FKP", "SHP"]),
    ("¥", &["JPY", "CNY"]),
    ("￥", &["JPY", "CNY"]),
    ("円", &["JPY"]),
    ("元", &["CNY", "TWD"]),
    ("₫", &["VND"]),
    ("₹", &["INR"]),
    ("₩", &["KRW"]),
    ("₽", &["RUB"]),
    ("₺", &["TRY"]),
    ("₴", &["UAH"]),
    ("₪", &["ILS"]),
    ("฿", &["THB"]),
    ("₱", &["PHP"]),
    ("ZŁ", &["PLN"]),
];

/// Words for currencies that are not codes.
const CURRENCY_WORDS: [(&str, &[&str]); 16] = [
    ("KR", &["SEK", "NOK", "DKK", "ISK"]),
    ("KČ", &["CZK"]),
    ("FT", &["HUF"]),
    ("FR", &["CHF"]),
    ("SFR", &["CHF"]),
    ("RS", &["INR", "PKR", "LKR", "NPR", "MUR"]),
    ("RM", &["MYR"]),
    ("RP", &["IDR"]),
    ("LEI", &["RON", "MDL"]),
    ("ЛВ", &["BGN"]),
    ("РУБ", &["RUB"]),
    ("EURO", &["EUR"]),
    ("EUROS", &["EUR"]),
    ("DOLLAR", &["USD", "CAD", "AUD"]),
    ("DOLLARS", &["USD", "CAD", "AUD"]),
    ("ĐỒNG", &["VND"]),
];

/// Codes that stand beside amounts often enough to be told from any other three letters.
const CURRENCY_CODES: [&str; 50] = [
    "AED", "ARS", "AUD", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP",
    "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES", "KRW", "KWD", "MAD", "MXN", "MYR", "NGN", "NOK",
    "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD",
    "UAH", "USD",
];

fn is_currency(upper: &str) -> bool {
    CURRENCY_CODES.contains(&upper)
        || matches!(upper, "VND" | "ZAR" | "UYU" | "RMB" | "TND" | "LKR")
        || CURRENCY_SIGNS.iter().chain(&CURRENCY_WORDS).any(|(sign, _)| *sign == upper)
}

fn sign_fits(sign: &str, currency: &str) -> bool {
    sign == currency
        || (sign == "RMB" && currency == "CNY")
        || CURRENCY_SIGNS
            .iter()
            .chain(&CURRENCY_WORDS)
            .any(|(known, codes)| *known == sign && codes.contains(&currency))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(text: &str) -> Option<i64> {
        amount_minor(text, Notation::Unknown, "USD").ok()
    }

    #[test]
    fn amounts_in_many_notations() {
        for (text, minor) in [
            ("1234.56", 123_456),
            ("1,234.56", 123_456),
            ("1.234,56", 123_456),
            ("1 234,56", 123_456),
            ("1\u{202f}234,5", 123_450),
            ("1'234.50", 123_450),
            ("1’234’567", 123_456_700),
            ("1,234,567", 123_456_700),
            ("1.234.567", 123_456_700),
            ("12,34,567.89", 123_456_789),
            ("1234", 123_400),
            ("1,234", 123_400),
            ("1.234", 123_400),
            ("0.123", 12),
            ("0,5", 50),
            (".5", 50),
            ("1,5", 150),
            ("$1.2M", 120_000_000),
            ("US$ 1.2 million", 120_000_000),
            ("USD 1,200", 120_000),
            ("1200 USD", 120_000),
            ("1.2k", 120_000),
            ("3,5 Mio.", 350_000_000),
            ("2 Mrd.", 200_000_000_000),
            ("1.100,04", 110_004),
            ("1100.04", 110_004),
            ("1200.-", 120_000),
            ("1.234.-", 123_400),
            ("3万", 3_000_000),
            ("0", 0),
            ("1.005", 100_500),
        ] {
            assert_eq!(usd(text), Some(minor), "{text}");
        }
        for text in [
            "",
            "abc",
            "12x",
            "1.2.3,4,5",
            "1,23,45",
            "-5",
            "(5)",
            "5-",
            "12 or 13",
            "€5",
            "5 EUR",
            "10%",
            "1..5",
            "1 mil",
            "99999999999999999999",
            "1e5",
            "#N/A",
            "$",
            "1,2345,678",
        ] {
            assert_eq!(usd(text), None, "{text}");
        }
        let refused = amount_minor("€5", Notation::Unknown, "USD").expect_err("another currency");
        assert!(refused.reason.contains('€') && refused.reason.contains("USD"));
        assert_eq!(amount_minor("5 €", Notation::Unknown, "EUR"), Ok(500));
        assert_eq!(amount_minor("1.234", Notation::Unknown, "JPY"), Ok(1_234));
        assert_eq!(amount_minor("1.5", Notation::Unknown, "KWD"), Ok(1_500));
        assert_eq!(amount_minor("¥1,234", Notation::Unknown, "JPY"), Ok(1_234));
        assert_eq!(amount_minor("1234 kr", Notation::Unknown, "SEK"), Ok(123_400));
        assert_eq!(amount_minor("5 zł", Notation::Unknown, "PLN"), Ok(500));
    }

    #[test]
    fn the_column_decides_what_one_cell_cannot() {
        let decide = |cells: &[&str]| {
            let mut stats = NumberStats::default();
            cells.iter().for_each(|cell| stats.observe(cell));
            stats.notation()
        };
        assert_eq!(decide(&["1100.04", "4618", "251.41"]), Notation::Mark(DecimalMark::Dot));
        assert_eq!(decide(&["1.100,04", "4.618"]), Notation::Mark(DecimalMark::Comma));
        assert_eq!(decide(&["1,234", "5,678,901"]), Notation::Mark(DecimalMark::Dot));
        assert_eq!(decide(&["1.234", "2"]), Notation::Unknown);
        assert_eq!(decide(&["1.5", "1,5"]), Notation::Mixed);
        assert_eq!(decide(&["text", ""]), Notation::Unknown);

        let dot = Notation::Mark(DecimalMark::Dot);
        let comma = Notation::Mark(DecimalMark::Comma);
        assert_eq!(amount_minor("1.234", dot, "USD"), Ok(123));
        assert_eq!(amount_minor("1.234", comma, "USD"), Ok(123_400));
        assert_eq!(amount_minor("1,234", comma, "USD"), Ok(123));
        // A number that speaks for itself is never overruled.
        assert_eq!(amount_minor("1.234,56", dot, "USD"), Ok(123_456));
        assert!(amount_minor("1.234", Notation::Mixed, "USD").is_err());
        assert_eq!(amount_minor("1.5", Notation::Mixed, "USD"), Ok(150));
    }

    #[test]
    fn head_counts() {
        for (text, count) in [
            ("2822", 2_822),
            ("2,822", 2_822),
            ("2.822", 2_822),
            ("500+", 500),
            ("~50", 50),
            ("12.0", 12),
            ("1 200", 1_200),
            ("3k", 3_000),
        ] {
            assert_eq!(head_count(text, Notation::Unknown), Ok(count), "{text}");
        }
        for text in ["11-50", "many", "1.5", "-3", "$5", "99999999999"] {
            assert!(head_count(text, Notation::Unknown).is_err(), "{text}");
        }
    }

    #[test]
    fn size_bands() {
        for (text, band) in [
            ("1-10", "1-10"),
            ("2-10", "1-10"),
            ("0 - 10", "1-10"),
            ("11–50", "11-50"),
            ("11 to 50 employees", "11-50"),
            ("1,001-5,000", "1001-5000"),
            ("501 – 1.000", "501-1000"),
            ("5001-10,000", "5001+"),
            ("10001+", "5001+"),
            ("5,001+", "5001+"),
            ("> 5000", "5001+"),
            ("250", "201-500"),
            ("1", "1-10"),
        ] {
            assert_eq!(size_band(text).map(SizeBand::as_str), Ok(band), "{text}");
        }
        for text in ["", "big", "10-500", "1-2-3", "50-11", "100+"] {
            assert!(size_band(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_notation_of_a_number_gives_the_number(minor in 0_i64..9_000_000_000) {
            let (whole, cents) = (minor / 100, minor % 100);
            let group = |mark: &str| {
                let digits = whole.to_string();
                let bytes: Vec<String> = digits.as_bytes().rchunks(3).rev().map(|chunk| String::from_utf8_lossy(chunk).into_owned()).collect();
                bytes.join(mark)
            };
            for text in [
                format!("{whole}.{cents:02}"),
                format!("{whole},{cents:02}"),
                format!("{}.{cents:02}", group(",")),
                format!("{},{cents:02}", group(".")),
                format!("{},{cents:02} $", group(" ")),
                format!("USD {}.{cents:02}", group("'")),
            ] {
                prop_assert_eq!(usd(&text), Some(minor), "{}", text);
            }
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,30}") {
            let _ = (usd(&text), head_count(&text, Notation::Mixed), size_band(&text));
            NumberStats::default().observe(&text);
        }
    }
}
