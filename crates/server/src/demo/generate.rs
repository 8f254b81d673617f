//! The generator: from a size and a seed to a whole workspace, record by record.

use std::collections::HashMap;

use uuid::Uuid;

use super::history::{self, Event};
use super::names::{Name, People, Person, parse_list, slug};
use super::places::{COUNTRIES, Country};
use super::random::{Random, Weighted, fingerprint};
use super::words;

/// Microseconds of one day.
pub const DAY: i64 = 86_400_000_000;
/// How far back activity reaches.
pub const SPAN: i64 = 730 * DAY;
/// What a data set takes for the present unless told otherwise: 30 June 2026, noon UTC, in microseconds.
pub const PRESENT: i64 = 1_782_820_800_000_000;
/// More customers than this are refused: the largest size that is ever measured, with room.
pub const CUSTOMERS_MAX: u64 = 5_000_000;

/// Where private mail addresses live. Every domain made here ends in `.example`, which nobody can own (RFC 2606).
const MAIL_HOSTS: &[&str] =
    &["postbox.example", "letterbox.example", "homemail.example", "inbox.example", "freemail.example"];
/// `(smallest, largest)` staff of each size band, and how many companies of 100 have it.
const BANDS: &[(&str, i64, i64, u64)] = &[
    ("1-10", 2, 10, 30),
    ("11-50", 11, 50, 32),
    ("51-200", 51, 200, 19),
    ("201-500", 201, 500, 9),
    ("501-1000", 501, 1_000, 5),
    ("1001-5000", 1_001, 5_000, 4),
    ("5001+", 5_001, 40_000, 1),
];

/// The kinds of records; each draws from its own stream of random numbers.
pub(super) mod stream {
    pub const USER: u64 = 1;
    pub const COMPANY: u64 = 2;
    pub const CUSTOMER: u64 = 3;
    pub const HISTORY: u64 = 4;
    pub const TAG: u64 = 5;
    pub const EVENT: u64 = 6;
    pub const COMPANY_EVENT: u64 = 7;
    pub const PRODUCT: u64 = 8;
    pub const DEAL: u64 = 9;
    pub const TASK: u64 = 10;
    pub const SELLING_EVENT: u64 = 11;
}

/// A member of the workspace. The first is its owner, the second an administrator, the others members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: Uuid,
    pub full_name: String,
    pub email: String,
    pub role: &'static str,
    pub created_at: i64,
}

/// A tag of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub id: Uuid,
    pub name: String,
    pub color: &'static str,
    pub description: String,
    pub created_at: i64,
}

/// A company. `parent` is an index of an earlier company, `owner` one of [`Generator::users`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    pub id: Uuid,
    pub name: String,
    pub legal_name: String,
    pub domains: Vec<String>,
    pub website: Option<String>,
    pub linkedin_url: Option<String>,
    pub industry: &'static str,
    pub size_band: &'static str,
    pub employee_count: i64,
    /// Minor units of the organisation's currency.
    pub annual_revenue: Option<i64>,
    pub country: &'static str,
    pub city: &'static str,
    pub parent: Option<usize>,
    pub owner: Option<usize>,
    pub created_at: i64,
    timezone: &'static str,
    place: usize,
    industry_index: usize,
    /// How this company forms its mail addresses.
    pattern: u64,
}

/// One way to reach a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub id: Uuid,
    /// `email`, `phone`, `linkedin` or `telegram`.
    pub channel: &'static str,
    pub value: String,
    pub canonical: String,
    /// `work`, `personal` or `other`.
    pub label: &'static str,
    /// First of its channel.
    pub primary: bool,
    /// `active`, `bounced` or `unreachable`.
    pub status: &'static str,
    pub created_at: i64,
}

/// A tag on a customer: an index of [`Generator::tags`] and when it was put there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagging {
    pub tag: usize,
    pub at: i64,
}

/// A person with everything that hangs on them. The fields are the state after the last of `events`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub full_name: String,
    pub job_title: Option<String>,
    pub language: &'static str,
    pub timezone: &'static str,
    pub country: &'static str,
    /// Index of [`Generator::companies`].
    pub company: Option<usize>,
    /// Index of [`Generator::users`].
    pub owner: Option<usize>,
    pub claimed_at: Option<i64>,
    /// `manual`, `import` or `api`.
    pub source: &'static str,
    pub do_not_contact: bool,
    pub archived_at: Option<i64>,
    pub created_at: i64,
    /// Time of the last change of the record itself.
    pub updated_at: i64,
    /// 1 + the number of changes.
    pub version: i64,
    pub contacts: Vec<Contact>,
    pub tags: Vec<Tagging>,
    /// Oldest first; never empty.
    pub events: Vec<Event>,
}

impl Customer {
    /// Time of the newest event.
    pub fn last_activity_at(&self) -> i64 {
        self.events.last().map_or(self.created_at, |event| event.at)
    }
}

/// What a draw from the tag law means.
#[derive(Clone, Copy, Debug)]
enum Slot {
    Plain(usize),
    /// The tag of the customer's region.
    Region,
    /// The tag of the company's industry.
    Industry,
}

/// A deterministic workspace of a given size. Users, tags and companies are made at once (companies are a tenth of the
/// customers); customers are made one by one, so that a million of them need no memory.
pub struct Generator {
    seed: u64,
    customers: u64,
    present: i64,
    people: Vec<People>,
    titles: Vec<Name>,
    local_titles: HashMap<&'static str, Vec<Name>>,
    countries: Weighted,
    company_law: Weighted,
    tag_law: Weighted,
    slots: Vec<Slot>,
    region_tags: HashMap<&'static str, usize>,
    industry_tags: Vec<usize>,
    users: Vec<User>,
    tags: Vec<Tag>,
    companies: Vec<Company>,
}

impl Generator {
    /// A workspace whose present is [`PRESENT`]: the same seed and size give the same bytes everywhere.
    pub fn new(customers: u64, seed: u64) -> Generator {
        Generator::at(customers, seed, PRESENT)
    }

    /// The same with another present (microseconds UTC), for a workspace that should look lived-in today.
    pub fn at(customers: u64, seed: u64, present: i64) -> Generator {
        let customers = customers.min(CUSTOMERS_MAX);
        let mut generator = Generator {
            seed,
            customers,
            present,
            people: People::all(),
            titles: parse_list(words::TITLES),
            local_titles: words::LOCAL_TITLES.iter().map(|(culture, list)| (*culture, parse_list(list))).collect(),
            countries: Weighted::new(COUNTRIES.iter().map(|country| country.weight)),
            company_law: Weighted::root((customers / 10) as usize),
            tag_law: Weighted::zipf(0),
            slots: Vec::new(),
            region_tags: HashMap::new(),
            industry_tags: Vec::new(),
            users: Vec::new(),
            tags: Vec::new(),
            companies: Vec::new(),
        };
        generator.make_users();
        generator.make_tags();
        generator.make_companies();
        generator
    }

    pub fn users(&self) -> &[User] {
        &self.users
    }

    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    pub fn companies(&self) -> &[Company] {
        &self.companies
    }

    /// Number of customers.
    pub fn len(&self) -> u64 {
        self.customers
    }

    pub fn is_empty(&self) -> bool {
        self.customers == 0
    }

    /// What this data set takes for now, in microseconds UTC.
    pub fn present(&self) -> i64 {
        self.present
    }

    /// All customers in the order in which they were created.
    pub fn customers(&self) -> Customers<'_> {
        Customers { generator: self, next: 0, addresses: HashMap::new() }
    }

    pub(super) fn random(&self, stream: u64, index: u64) -> Random {
        Random::new(self.seed, stream, index)
    }

    /// The first moment of the recorded past.
    pub(super) fn start(&self) -> i64 {
        self.present - SPAN
    }

    fn people(&self, key: &str) -> &People {
        self.people.iter().find(|people| people.key == key).unwrap_or(&self.people[0])
    }

    fn make_users(&mut self) {
        let count = (self.customers / 2_500).clamp(3, 40);
        let cultures = ["en", "de", "es", "fr", "vi", "pl", "hi", "it", "pt", "tr"];
        let mut taken = HashMap::new();
        for index in 0..count {
            let random = &mut self.random(stream::USER, index);
            // Colleagues write their names in Latin letters; the list of cultures has only such.
            let person = self.people(cultures[index as usize % cultures.len()]).person(random);
            let local = unique(&mut taken, format!("{}.{}", person.first_address, person.last_address), "");
            let created_at = self.start() - 30 * DAY + index as i64 * 60_000_000;
            self.users.push(User {
                id: id(created_at, random),
                full_name: person.full,
                email: format!("{local}@entente.example"),
                role: ["owner", "admin", "member"][index.min(2) as usize],
                created_at,
            });
        }
    }

    fn make_tags(&mut self) {
        let mut regions: Vec<&'static str> = COUNTRIES.iter().map(|country| country.region).collect();
        regions.sort_unstable();
        regions.dedup();
        let mut library: Vec<(String, &'static str, String)> = Vec::new();
        let mut plain = Vec::new();
        for word in words::TAGS {
            plain.push(library.len());
            library.push((word.name.to_string(), word.color, word.description.to_string()));
        }
        for region in regions {
            self.region_tags.insert(region, library.len());
            library.push((format!("region:{region}"), "teal", "Where the customer is".to_string()));
        }
        for industry in words::INDUSTRIES {
            self.industry_tags.push(library.len());
            let name = if *industry == "Software" { "b2b-saas".to_string() } else { slug(industry, "en") };
            library.push((format!("industry:{name}"), "gray", format!("The company's trade: {industry}")));
        }
        // A small workspace has the tags people use daily; a large one has grown a long tail.
        let tail = (self.customers.saturating_sub(1_000) / 50) as usize;
        let families = words::TAG_FAMILIES.iter().flat_map(|(prefix, color, names)| {
            names.split_whitespace().map(move |name| (format!("{prefix}:{name}"), *color))
        });
        for (name, color) in families.take(tail) {
            if library.len() < 200 && !library.iter().any(|(other, ..)| *other == name) {
                plain.push(library.len());
                library.push((name, color, String::new()));
            }
        }

        self.slots = plain.into_iter().map(Slot::Plain).collect();
        // Region and industry are among the most given.
        self.slots.insert(1, Slot::Region);
        self.slots.insert(3, Slot::Industry);
        self.tag_law = Weighted::zipf(self.slots.len());
        for (index, (name, color, description)) in library.into_iter().enumerate() {
            let random = &mut self.random(stream::TAG, index as u64);
            let created_at = self.start() - 20 * DAY + index as i64 * 1_000_000;
            self.tags.push(Tag { id: id(created_at, random), name, color, description, created_at });
        }
    }

    fn make_companies(&mut self) {
        let count = self.customers / 10;
        let roots = parse_list(words::ROOTS);
        let law = CompanyWords {
            root_law: Weighted::zipf(roots.len()),
            roots,
            endings: parse_list(words::ENDINGS),
            landmarks: parse_list(words::LANDMARKS),
            trades: words::TRADES
                .iter()
                .map(|(culture, list)| {
                    let trades = list.iter().filter_map(|entry| {
                        let (industry, name) = entry.split_once('|')?;
                        Some((industry.parse().ok()?, Name::parse(name)))
                    });
                    (*culture, trades.collect())
                })
                .collect(),
            industries: Weighted::new(words::INDUSTRY_WEIGHTS.iter().copied()),
            bands: Weighted::new(BANDS.iter().map(|band| band.3)),
        };
        let mut names = HashMap::new();
        let mut domains: HashMap<u64, u32> = MAIL_HOSTS.iter().map(|host| (fingerprint(host), 1)).collect();
        for index in 0..count {
            let company = self.make_company(index, count, &law, &mut names, &mut domains);
            self.companies.push(company);
        }
    }

    fn make_company(
        &self,
        index: u64,
        count: u64,
        law: &CompanyWords,
        names: &mut HashMap<u64, u32>,
        domains: &mut HashMap<u64, u32>,
    ) -> Company {
        let random = &mut self.random(stream::COMPANY, index);
        // Half of them are there from the start, the rest come evenly.
        let age = (2 * index).saturating_sub(count);
        let created_at = self.start() - DAY + (SPAN as i128 * i128::from(age) / i128::from(count.max(1))) as i64;
        let id = id(created_at, random);
        let place = self.countries.draw(random);
        let country = &COUNTRIES[place];
        let (city, timezone) = split_city(random.word(country.cities));
        let culture = self.people(country.cultures[0].0);

        let coined = law.coin(random, culture);
        let (mut name, mut latin) = (coined.name, coined.latin);
        // Namesakes are told apart by their town, then by a number.
        if names.contains_key(&fingerprint(&name)) {
            name = format!("{name} {city}");
            latin = format!("{latin} {}", slug(city, culture.key));
        }
        let again = names.entry(fingerprint(&name)).or_insert(0);
        *again += 1;
        if *again > 1 {
            name = format!("{name} {again}");
        }
        let legal_form = random.word(country.legal);
        // Chinese, Japanese and Korean forms are written without a space next to a name in their script.
        let is_cjk = name.chars().next().is_some_and(|c| c >= '\u{3000}');
        let space = if is_cjk && !legal_form.is_ascii() { "" } else { " " };
        let legal_name = match legal_form.strip_prefix('~') {
            Some(form) => format!("{form}{space}{name}"),
            None => format!("{name}{space}{legal_form}"),
        };
        let site = unique(domains, slug(&latin, culture.key), ".example");
        let mut owned = vec![format!("{site}.example")];
        if random.chance(12) {
            owned.push(format!("{}.example", unique(domains, format!("{site}-group"), ".example")));
        }

        let (size_band, low, high, _) = BANDS[law.bands.draw(random)];
        // Inside a band small companies are more frequent than large ones.
        let employee_count = random.between(low, high).min(random.between(low, high));
        let revenue = employee_count * random.between(60_000, 260_000) / 1_000 * 100_000;
        let earlier = self.companies.len();
        let parent = (earlier > 0 && random.chance(8))
            .then(|| random.below(earlier as u64) as usize)
            .filter(|&parent| self.companies[parent].parent.is_none());
        let users = self.users.len() as u64;
        Company {
            id,
            legal_name,
            website: random.chance(90).then(|| format!("https://www.{site}.example")),
            linkedin_url: random.chance(60).then(|| format!("https://www.linkedin.com/company/{site}-example")),
            name,
            domains: owned,
            industry: words::INDUSTRIES[coined.industry],
            size_band,
            employee_count,
            annual_revenue: random.chance(70).then_some(revenue),
            country: country.code,
            city,
            parent,
            owner: random.chance(55).then(|| random.below(users) as usize),
            created_at,
            timezone,
            place,
            industry_index: coined.industry,
            pattern: random.below(100),
        }
    }

    /// When the customer of this place in the order came: a third with the first import, the rest evenly over the
    /// years, in working hours of some time zone.
    fn arrival(&self, index: u64, random: &mut Random) -> (i64, bool) {
        let founding = self.customers * 35 / 100;
        if index < founding {
            return (self.start() + index as i64 * 2_000, true);
        }
        let (passed, total) = (i128::from(index - founding), i128::from(self.customers - founding));
        let even = self.start() + (i128::from(SPAN) * passed / total.max(1)) as i64;
        let midnight = even - even.rem_euclid(DAY);
        let at = midnight + random.between(6 * 3_600, 19 * 3_600) * 1_000_000 + random.between(0, 999_999);
        (at.clamp(self.start() + DAY / 24, self.present - 60_000_000), false)
    }

    fn make_customer(&self, index: u64, addresses: &mut HashMap<u64, u32>) -> Customer {
        let random = &mut self.random(stream::CUSTOMER, index);
        let (created_at, founding) = self.arrival(index, random);
        let id = id(created_at, random);
        let company = self.employer(created_at, random);
        let place = match company {
            Some(company) if random.chance(86) => self.companies[company].place,
            _ => self.countries.draw(random),
        };
        let country = &COUNTRIES[place];
        let culture = draw_culture(country, random);
        let people = self.people(culture);
        let person = people.person(random);
        let timezone = match company {
            Some(company) if self.companies[company].place == place => self.companies[company].timezone,
            _ => split_city(random.word(country.cities)).1,
        };
        let native_speaker = people.language != country.language && random.chance(25);
        let language = if native_speaker && !["yo", "sw", "zu", "ga"].contains(&people.key) {
            people.language
        } else {
            country.language
        };
        let local_title = self.local_titles.get(culture).filter(|_| random.chance(45));
        let titles = local_title.unwrap_or(&self.titles);
        let title = |random: &mut Random| random.pick(titles).native(person.feminine).to_string();
        let job_title = random.chance(92).then(|| title(random));
        let former_title = job_title.is_some().then(|| title(random));
        let source = match random.below(100) {
            _ if founding => "import",
            0..20 => "import",
            20..38 => "api",
            _ => "manual",
        };
        let newcomer = Newcomer { index, created_at, company, country, person: &person };
        let contacts = self.contacts(&newcomer, random, addresses);

        let mut customer = Customer {
            id,
            first_name: person.first,
            last_name: person.last,
            full_name: person.full,
            job_title,
            language,
            timezone,
            country: country.code,
            company,
            owner: None,
            claimed_at: None,
            source,
            do_not_contact: random.chance(2),
            archived_at: None,
            created_at,
            updated_at: created_at,
            version: 1,
            contacts,
            tags: Vec::new(),
            events: Vec::new(),
        };
        let tags = self.draw_tags(place, company, random);
        history::write(self, index, &mut customer, &tags, former_title);
        customer
    }

    /// Nine of ten work for a company that was known when they came.
    fn employer(&self, created_at: i64, random: &mut Random) -> Option<usize> {
        let count = self.companies.len() as u64;
        if count == 0 || random.chance(9) {
            return None;
        }
        let passed = i128::from((created_at - self.start()).clamp(0, SPAN));
        let known = (count / 2 + (i128::from(count / 2) * passed / i128::from(SPAN)) as u64).max(1);
        let drawn = self.company_law.draw(random);
        Some(if (drawn as u64) < known { drawn } else { random.below(known) as usize })
    }

    fn contacts(&self, who: &Newcomer, random: &mut Random, addresses: &mut HashMap<u64, u32>) -> Vec<Contact> {
        let Newcomer { index, created_at, company, country, person } = *who;
        let mut contacts: Vec<Contact> = Vec::new();
        let mut add = |random: &mut Random, channel, value: String, canonical: String, label, status| {
            let primary = !contacts.iter().any(|other: &Contact| other.channel == channel);
            contacts.push(Contact {
                id: id(created_at, random),
                channel,
                value,
                canonical,
                label,
                primary,
                status,
                created_at,
            });
        };
        // One, two or three, in this order of likelihood.
        let count = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3][random.below(10) as usize];
        let mut has_profile = false;
        for nth in 0..count {
            match (nth, random.below(100)) {
                (0, 0..94) => {
                    let (address, label) = match company {
                        Some(company) => (self.work_address(company, person, addresses), "work"),
                        None => (private_address(person, random, addresses), "personal"),
                    };
                    let status = if random.chance(3) { "bounced" } else { "active" };
                    // Some are typed with capitals; the canonical form has none.
                    let value = if random.chance(6) { capitalised(&address) } else { address.clone() };
                    add(random, "email", value, address, label, status);
                }
                (0, 94..98) | (1, 0..60) => {
                    let (value, canonical) = phone(country, random);
                    let status = if random.chance(2) { "unreachable" } else { "active" };
                    let label = if random.chance(80) { "work" } else { "personal" };
                    add(random, "phone", value, canonical, label, status);
                }
                (_, 0..70) if !has_profile => {
                    has_profile = true;
                    let slug =
                        format!("{}-{}-example-{}", person.first_address, person.last_address, base36(index * 4 + nth));
                    let value = format!("https://www.linkedin.com/in/{slug}");
                    add(random, "linkedin", value, format!("in/{slug}"), "work", "active");
                }
                (_, 60..85) => {
                    let short: String = person.first_address.chars().take(14).collect();
                    let value = format!("@{short}_ex{}", base36(index * 4 + nth));
                    add(random, "telegram", value.clone(), value, "personal", "active");
                }
                _ => {
                    let address = private_address(person, random, addresses);
                    add(random, "email", address.clone(), address, "personal", "active");
                }
            }
        }
        contacts
    }

    fn work_address(&self, company: usize, person: &Person, taken: &mut HashMap<u64, u32>) -> String {
        let company = &self.companies[company];
        let (first, last) = (&person.first_address, &person.last_address);
        let local = match company.pattern {
            0..55 => format!("{first}.{last}"),
            55..70 => format!("{}.{last}", &first[..1]),
            70..80 => format!("{}{last}", &first[..1]),
            80..88 => format!("{first}_{last}"),
            88..94 => format!("{last}.{first}"),
            _ => first.clone(),
        };
        let domain = format!("@{}", company.domains[0]);
        format!("{}{domain}", unique(taken, local, &domain))
    }

    /// None to five tags by Zipf's law, without doubles.
    fn draw_tags(&self, place: usize, company: Option<usize>, random: &mut Random) -> Vec<usize> {
        let mut tags = Vec::new();
        for _ in 0..random.below(6) {
            let tag = match self.slots[self.tag_law.draw(random)] {
                Slot::Plain(tag) => Some(tag),
                Slot::Region => self.region_tags.get(COUNTRIES[place].region).copied(),
                Slot::Industry => company.map(|company| self.industry_tags[self.companies[company].industry_index]),
            };
            if let Some(tag) = tag.filter(|tag| !tags.contains(tag)) {
                tags.push(tag);
            }
        }
        tags
    }
}

/// Customers one by one, oldest first. Remembers which addresses were given (about 20 bytes each).
pub struct Customers<'a> {
    generator: &'a Generator,
    next: u64,
    addresses: HashMap<u64, u32>,
}

impl Iterator for Customers<'_> {
    type Item = Customer;

    fn next(&mut self) -> Option<Customer> {
        let index = self.next;
        if index >= self.generator.customers {
            return None;
        }
        self.next += 1;
        Some(self.generator.make_customer(index, &mut self.addresses))
    }
}

/// What the addresses of a new customer depend on.
#[derive(Clone, Copy)]
struct Newcomer<'a> {
    index: u64,
    created_at: i64,
    company: Option<usize>,
    country: &'static Country,
    person: &'a Person,
}

/// Words from which company names are made.
struct CompanyWords {
    roots: Vec<Name>,
    root_law: Weighted,
    endings: Vec<Name>,
    landmarks: Vec<Name>,
    trades: HashMap<&'static str, Vec<(usize, Name)>>,
    industries: Weighted,
    bands: Weighted,
}

struct Coined {
    name: String,
    /// The same in Latin letters, for the domain.
    latin: String,
    industry: usize,
}

impl CompanyWords {
    fn coin(&self, random: &mut Random, culture: &People) -> Coined {
        let industry = self.industries.draw(random);
        let (trades, local) = match self.trades.get(culture.key) {
            Some(list) => (list, true),
            None => (&self.trades["en"], false),
        };
        let joined = matches!(culture.key, "zh" | "ja" | "ko");
        let english = self.trade(&self.trades["en"], industry, random).native(false);
        let trade = self.trade(trades, industry, random);
        let family = random.pick(&culture.family);
        let other = random.pick(&culture.family);
        let root = self.roots[self.root_law.draw(random)].native(false);
        let coined = format!("{root}{}", random.pick(&self.endings).native(false));
        let landmark = random.pick(&self.landmarks).native(false);
        // Where there is no list of trades in the local script, the whole name is written in Latin letters.
        let write = |name: &Name| if local { name.native(false) } else { name.latin(false) }.to_string();

        let (name, latin) = match random.below(100) {
            // A coined word, alone or with what it does.
            0..14 => (coined.clone(), coined),
            14..34 => (format!("{coined} {english}"), format!("{coined} {english}")),
            // A family and its trade, in the language and script of the country.
            34..70 => (
                format!("{}{}{}", write(family), if joined { "" } else { " " }, write(trade)),
                format!("{} {}", family.latin(false), trade.latin(false)),
            ),
            70..80 if !joined && family != other => (
                format!("{} & {}", write(family), write(other)),
                format!("{} {}", family.latin(false), other.latin(false)),
            ),
            _ => (format!("{landmark} {english}"), format!("{landmark} {english}")),
        };
        Coined { name, latin, industry }
    }

    /// A trade of this industry, or of any when the list has none.
    fn trade<'a>(&self, list: &'a [(usize, Name)], industry: usize, random: &mut Random) -> &'a Name {
        let fitting: Vec<&Name> = list.iter().filter(|(of, _)| *of == industry).map(|(_, name)| name).collect();
        if fitting.is_empty() { &random.pick(list).1 } else { fitting[random.below(fitting.len() as u64) as usize] }
    }
}

/// A UUIDv7 with the given time (microseconds) and random bits from the stream.
pub(super) fn id(at: i64, random: &mut Random) -> Uuid {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&random.bits().to_le_bytes());
    bytes[8..].copy_from_slice(&random.bits().to_le_bytes()[..2]);
    uuid::Builder::from_unix_timestamp_millis((at / 1_000).max(0) as u64, &bytes).into_uuid()
}

/// The text itself the first time, then with 2, 3, … behind it. `context` takes part in the comparison only.
fn unique(taken: &mut HashMap<u64, u32>, text: String, context: &str) -> String {
    let count = taken.entry(fingerprint(&format!("{text}{context}"))).or_insert(0);
    *count += 1;
    match *count {
        1 => text,
        again => format!("{text}{again}"),
    }
}

fn private_address(person: &Person, random: &mut Random, taken: &mut HashMap<u64, u32>) -> String {
    let (first, last) = (&person.first_address, &person.last_address);
    let local = match random.below(3) {
        0 => format!("{first}.{last}"),
        1 => format!("{first}{last}"),
        _ => format!("{}.{last}", &first[..1]),
    };
    let host = format!("@{}", random.word(MAIL_HOSTS));
    format!("{}{host}", unique(taken, local, &host))
}

/// `anna.mueller@x.example` as some people type it: `Anna.Mueller@x.example`.
fn capitalised(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut start = true;
    let mut local = true;
    for c in address.chars() {
        local &= c != '@';
        out.push(if start && local { c.to_ascii_uppercase() } else { c });
        start = c == '.' || c == '_';
    }
    out
}

/// A number of the country as people write it, and in E.164.
fn phone(country: &Country, random: &mut Random) -> (String, String) {
    let pattern = random.word(country.phones);
    let national: String =
        pattern.chars().map(|c| if c == '#' { char::from(b'0' + random.below(10) as u8) } else { c }).collect();
    let value = format!("{} {national}", country.dial);
    let digits = value.chars().filter(|c| *c != ' ').collect();
    (value, digits)
}

fn draw_culture(country: &Country, random: &mut Random) -> &'static str {
    let total = country.cultures.iter().map(|(_, weight)| weight).sum();
    let mut at = random.below(total);
    for (key, weight) in country.cultures {
        if at < *weight {
            return key;
        }
        at -= weight;
    }
    country.cultures[0].0
}

fn split_city(entry: &'static str) -> (&'static str, &'static str) {
    entry.split_once('|').unwrap_or((entry, "UTC"))
}

fn base36(mut n: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[(n % 36) as usize]);
        n /= 36;
        if n == 0 {
            break;
        }
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}
