//! Determinism, distributions, uniqueness and validity of what is generated.

use std::collections::{BTreeMap, BTreeSet};

use crm::contacts::model::{Channel, canonical};

use super::random::fingerprint;
use super::*;

/// Everything a generator makes, as text.
fn dump(generator: &Generator) -> String {
    let mut out = String::new();
    for user in generator.users() {
        out.push_str(&format!("{user:?}\n"));
    }
    for tag in generator.tags() {
        out.push_str(&format!("{tag:?}\n"));
    }
    for company in generator.companies() {
        out.push_str(&format!("{company:?}\n"));
    }
    for customer in generator.customers() {
        out.push_str(&format!("{customer:?}\n"));
    }
    out
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let bytes = dump(&Generator::new(400, 7));
    assert_eq!(bytes, dump(&Generator::new(400, 7)));
    assert_ne!(bytes, dump(&Generator::new(400, 8)));
    // Changes when a list or a rule changes: then every cached data set is another one too.
    assert_eq!(fingerprint(&bytes), 0xe065_0a54_4e30_4e8c, "{:#x}", fingerprint(&bytes));
}

#[test]
fn addresses_and_domains_are_unique_and_valid() {
    let generator = Generator::new(20_000, 3);
    let mut seen = BTreeSet::new();
    let mut domains = BTreeSet::new();
    for company in generator.companies() {
        assert!(!company.domains.is_empty() && !company.name.trim().is_empty(), "{company:?}");
        for domain in &company.domains {
            assert!(domain.ends_with(".example"), "{domain}");
            assert_eq!(crm::companies::domain::registrable_domain(domain).as_ref(), Some(domain));
            assert!(domains.insert(domain.clone()), "{domain} twice");
        }
        assert!(company.name.chars().count() <= 100, "{}", company.name);
    }
    let mut names = BTreeSet::new();
    for company in generator.companies() {
        assert!(names.insert(&company.name), "{} twice", company.name);
    }
    for (nth, customer) in generator.customers().enumerate() {
        assert!(matches!(customer.contacts.len(), 1..=3), "{customer:?}");
        for contact in &customer.contacts {
            let channel = Channel::parse(contact.channel).expect("known channel");
            // The number parser is slow in a test build; a part of the phones is enough.
            if channel != Channel::Phone || nth % 10 == 0 {
                let expected = canonical(channel, &contact.value, Some(customer.country));
                assert_eq!(expected.as_deref(), Ok(contact.canonical.as_str()), "{contact:?}");
            }
            if channel.is_unique() {
                assert!(seen.insert((contact.channel, contact.canonical.clone())), "{contact:?} twice");
            }
            if channel == Channel::Email {
                assert!(contact.canonical.ends_with(".example"), "{contact:?}");
            }
        }
    }
}

#[test]
fn primary_contacts_are_one_per_channel() {
    for customer in Generator::new(3_000, 4).customers() {
        let mut channels: BTreeMap<&str, usize> = BTreeMap::new();
        for contact in &customer.contacts {
            *channels.entry(contact.channel).or_default() += usize::from(contact.primary);
        }
        assert!(channels.values().all(|count| *count == 1), "{customer:?}");
    }
}

#[test]
fn every_phone_range_is_a_number_of_its_country() {
    // Set aside for fiction by their regulators, so numbering plans do not list them.
    let fiction = ["+44 7700 900###", "+33 6 39 98 ## ##"];
    let mut wrong = Vec::new();
    for country in super::places::COUNTRIES {
        for pattern in country.phones {
            let pattern = format!("{} {pattern}", country.dial);
            let value = pattern.replace('#', "7");
            let number = phonenumber::parse(None, &value).expect(&value);
            let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
            assert_eq!(e164, value.replace(' ', ""), "{}", country.code);
            if !phonenumber::is_valid(&number) && !fiction.contains(&pattern.as_str()) {
                wrong.push(format!("{} {pattern}", country.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn places_are_complete() {
    let keys: BTreeSet<&str> = super::cultures::CULTURES.iter().map(|culture| culture.key).collect();
    let mut codes = BTreeSet::new();
    for country in super::places::COUNTRIES {
        assert!(codes.insert(country.code), "{} twice", country.code);
        assert!(country.cultures.iter().all(|(key, weight)| keys.contains(key) && *weight > 0), "{}", country.code);
        assert!(!country.cities.is_empty() && !country.phones.is_empty() && !country.legal.is_empty());
        for city in country.cities {
            let (_, zone) = city.split_once('|').expect(city);
            assert!(zone.contains('/'), "{zone}");
        }
    }
    assert!(super::words::TRADES.iter().all(|(key, _)| keys.contains(key)));
    assert!(super::words::LOCAL_TITLES.iter().all(|(key, _)| keys.contains(key)));
}

#[test]
fn sizes_follow_the_plan() {
    let generator = Generator::new(20_000, 5);
    assert_eq!(generator.companies().len(), 2_000);
    assert_eq!(generator.tags().len(), 200);
    let mut by_tag = vec![0_u64; generator.tags().len()];
    let mut by_company = vec![0_u64; generator.companies().len()];
    let (mut contacts, mut events, mut most, mut owned) = (0, 0, 0, 0);
    let mut scripts = BTreeSet::new();
    for customer in generator.customers() {
        contacts += customer.contacts.len();
        events += customer.events.len();
        most = most.max(customer.events.len());
        owned += usize::from(customer.owner.is_some());
        assert!(customer.tags.len() <= 5);
        customer.tags.iter().for_each(|tagging| by_tag[tagging.tag] += 1);
        customer.company.into_iter().for_each(|company| by_company[company] += 1);
        scripts.extend(customer.full_name.chars().filter(|c| c.is_alphabetic()).map(|c| c as u32 >> 8));
    }
    let mean = |sum: usize| sum as f64 / 20_000.0;
    assert!((1.8..2.3).contains(&mean(contacts)), "contacts {}", mean(contacts));
    assert!((8.0..13.0).contains(&mean(events)), "events {}", mean(events));
    assert!(most > 80, "the busiest customer has {most} events");
    assert!((0.5..0.75).contains(&mean(owned)), "owned {}", mean(owned));
    let (common, rare) = (by_tag[0], by_tag[199]);
    assert!(common > 5_000 && rare < 400, "common tag {common}, rare tag {rare}");
    assert!(by_company[..20].iter().sum::<u64>() > 5 * by_company[1_000..1_020].iter().sum::<u64>());
    // Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, Han, Hangul at least.
    for block in [0x00, 0x03, 0x04, 0x05, 0x06, 0x09, 0x0e, 0x67, 0xc7] {
        assert!(scripts.contains(&block), "no letter of U+{block:02x}xx");
    }
}

/// Replays the events: the record must be what they leave behind.
#[test]
fn records_are_what_their_events_leave_behind() {
    let generator = Generator::new(5_000, 6);
    let users = generator.users().len();
    let mut seen = BTreeSet::new();
    for customer in generator.customers() {
        let mut owner = None;
        let mut tags = BTreeSet::new();
        let mut archived = None;
        let mut before = i64::MIN;
        assert!(matches!(customer.events[0].what, What::Created));
        for event in &customer.events {
            assert!(event.at >= before.max(customer.created_at) && event.at <= generator.present());
            before = event.at;
            assert!(!matches!(event.who, Who::User(user) if user >= users));
            let kind = format!("{:?}", event.what);
            seen.insert(kind.split([' ', '{']).next().unwrap_or_default().to_string());
            match event.what {
                What::Claimed { user } => {
                    assert_eq!(owner, None);
                    owner = Some((user, event.at));
                }
                What::Released { user } => assert_eq!(owner.take().map(|(user, _)| user), Some(user)),
                What::Reassigned { from, to } => {
                    assert!(from != to && owner.map(|(user, _)| user) == Some(from));
                    assert!(matches!(event.who, Who::User(0 | 1)));
                    owner = Some((to, event.at));
                }
                What::TagAdded { tag } => assert!(tags.insert(tag)),
                What::TagRemoved { tag } => assert!(tags.remove(&tag)),
                What::Archived => archived = Some(event.at),
                What::Restored => assert!(archived.take().is_some()),
                What::ContactAdded { contact } => {
                    assert_eq!(customer.contacts[contact].created_at, event.at);
                }
                What::Retitled { ref new, .. } => assert_eq!(customer.job_title.as_ref(), Some(new)),
                What::Created | What::Called { .. } | What::Met { .. } => {}
            }
        }
        assert_eq!(owner, customer.owner.zip(customer.claimed_at));
        assert_eq!(archived, customer.archived_at);
        assert_eq!(tags, customer.tags.iter().map(|tagging| tagging.tag).collect());
        let company = customer.company.map(|company| &generator.companies()[company]);
        assert!(company.is_none_or(|company| company.created_at <= customer.created_at), "{customer:?}");
    }
    assert_eq!(seen.len(), 12, "{seen:?}");
}

#[test]
fn small_workspaces_are_whole() {
    for customers in [0, 1, 5, 9, 10, 11, 600] {
        let generator = Generator::new(customers, 1);
        assert_eq!(generator.customers().count() as u64, customers);
        assert_eq!(generator.users().len(), 3);
    }
}
