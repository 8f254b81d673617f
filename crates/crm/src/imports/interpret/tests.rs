use platform::actor::Role;
use platform::text::fold;

use super::super::reader::Row;
use super::*;
use crate::testing::actor;

const MEMBER: &str = "bo@example.com";

fn reader_for(record: RecordKind, columns: &[(&str, &str)], rows: &[&[&str]], role: Role) -> Interpreter {
    let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut profile = Profile::new(&names);
    for row in rows {
        profile.observe(&Row { number: 2, cells: cells(row), broken: None });
    }
    let actor = actor(role);
    let own = actor.user_id.expect("a person");
    let member = |id, name: &str, email: &str, disabled| Member {
        id,
        name: name.to_owned(),
        email: email.to_owned(),
        role: Role::Member,
        disabled,
    };
    let members = vec![
        member(own, "Ada Example", "ada@example.com", false),
        member(UserId(uuid::Uuid::from_u128(7)), "Bo Example", MEMBER, false),
        member(UserId(uuid::Uuid::from_u128(8)), "Cy Gone", "cy@example.com", true),
        member(UserId(uuid::Uuid::from_u128(9)), "Twin", "twin1@example.com", false),
        member(UserId(uuid::Uuid::from_u128(10)), "Twin", "twin2@example.com", false),
    ];
    let mapping: Vec<ColumnMapping> = columns
        .iter()
        .map(|(name, field)| ColumnMapping {
            column: (*name).to_owned(),
            field: (!field.is_empty()).then(|| (*field).to_owned()),
            values: std::collections::BTreeMap::new(),
        })
        .collect();
    let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
    let around = Surroundings { members, zone, currency: "USD".to_owned(), fields: Vec::new() };
    Interpreter::new(record, &profile, &mapping, actor, around)
}

fn cells(row: &[&str]) -> Vec<String> {
    row.iter().map(|cell| (*cell).to_owned()).collect()
}

fn person(columns: &[(&str, &str)], row: &[&str]) -> Result<Person, Fault> {
    reader_for(RecordKind::Customer, columns, &[row], Role::Admin).person(&cells(row))
}

fn firm(columns: &[(&str, &str)], row: &[&str]) -> Result<Firm, Fault> {
    reader_for(RecordKind::Company, columns, &[row], Role::Admin).firm(&cells(row))
}

#[test]
fn a_person_with_everything() {
    let columns = [
        ("Phone (home)", "phone"),
        ("Name", "fullName"),
        ("Mail", "email"),
        ("Private mail", "email"),
        ("Profile", "linkedin"),
        ("Country", "country"),
        ("Lang", "language"),
        ("Zone", "timezone"),
        ("Company", "company.name"),
        ("Domain", "company.domain"),
        ("Tags", "tags"),
        ("Owner", "owner.email"),
        ("Since", "createdAt"),
        ("Left out", ""),
    ];
    let row = [
        "030 901820",
        "  Anna   Meyer ",
        "ANNA@Example.com",
        "a@gmail.com; anna@example.com",
        "https://linkedin.com/in/Anna",
        "Deutschland",
        "German",
        "europe/berlin",
        "Acme GmbH",
        "www.acme.example/about",
        "vip, Hot Lead; VIP",
        "BO@example.com",
        "05.03.2020",
        "=1+1",
    ];
    let person = person(&columns, &row).expect("a person");
    assert_eq!(person.full_name.as_deref(), Some("Anna Meyer"));
    assert_eq!(person.country.as_deref(), Some("DE"));
    assert_eq!(person.language.as_deref(), Some("de"));
    assert_eq!(person.timezone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(person.company_domain.as_deref(), Some("acme.example"));
    assert_eq!(person.owner, Some(UserId(uuid::Uuid::from_u128(7))));
    assert_eq!(person.created_at, Some(1_583_362_800_000_000));
    let tags: Vec<&str> = person.tags.iter().map(TagName::as_str).collect();
    assert_eq!(tags, ["vip", "Hot Lead"]);
    let contacts: Vec<(&str, ContactLabel, bool)> =
        person.contacts.iter().map(|contact| (contact.canonical.as_str(), contact.label, contact.is_primary)).collect();
    assert_eq!(
        contacts,
        [
            ("+4930901820", ContactLabel::Personal, true),
            ("anna@example.com", ContactLabel::Work, true),
            ("a@gmail.com", ContactLabel::Personal, false),
            ("in/anna", ContactLabel::Work, true),
        ]
    );
}

#[test]
fn empty_cells_say_nothing() {
    let columns = [("Name", "fullName"), ("Mail", "email"), ("Country", "country"), ("Domain", "company.domain")];
    let found = person(&columns, &["Anna", " ", "n/a", "gmail.com"]).expect("a person");
    assert_eq!(found, Person { full_name: Some("Anna".to_owned()), ..Person::default() });
    let nobody = person(&columns, &["", "", "Germany", ""]).expect_err("nobody");
    assert!(nobody.column.is_none() && nobody.reason.contains("neither a name nor an address"));
}

#[test]
fn a_bad_cell_fails_the_row_with_its_place() {
    let base = [("Name", "fullName"), ("X", "")];
    for (field, value, hint) in [
        ("email", "nope", "email address"),
        ("email", "ok@example.com, nope", "email address"),
        ("phone", "call me", "phone number"),
        ("linkedin", "https://linkedin.com/company/acme", "LinkedIn profile"),
        ("telegram", "@x", "Telegram"),
        ("country", "Atlantis", "country"),
        ("language", "Klingon", "language"),
        ("timezone", "Moon", "time zone"),
        ("company.domain", "Acme", "domain"),
        ("tags", "vip, bot:disabled", "reserved"),
        ("tags", "BOT:x", "reserved"),
        ("owner.name", "Nobody", "no member"),
        ("owner.name", "Twin", "several members"),
        ("id", "4711", "no id"),
        ("createdAt", "soon", "date"),
        ("createdAt", "2999-01-01", "future"),
        ("jobTitle", &"x".repeat(5_000), "5000 characters"),
    ] {
        let columns = [base[0], ("X", field)];
        let fault = person(&columns, &["Anna", value]).expect_err(field);
        assert_eq!(fault.column.as_deref(), Some("X"), "{field}");
        assert!(fault.reason.contains(hint), "{field}: {}", fault.reason);
        assert!(fault.value.is_some_and(|shown| shown.chars().count() <= 121));
    }
    // Whoever has a disabled owner already keeps them, so that is for later to decide.
    let theirs = person(&[base[0], ("X", "owner.email")], &["Anna", "cy@example.com"]).expect("a person");
    assert!(theirs.owner_fault.is_some_and(|fault| fault.reason.contains("disabled")));
    let missing = person(&base, &["", "x"]).expect_err("nobody");
    assert!(missing.column.is_none());
}

#[test]
fn members_give_records_to_themselves_only() {
    let columns = [("Name", "fullName"), ("Owner", "owner.name")];
    let row = ["Anna", "Bo Example"];
    let mut reader = reader_for(RecordKind::Customer, &columns, &[&row], Role::Member);
    let fault = reader.person(&cells(&row)).expect_err("somebody else");
    assert!(fault.reason.contains("only admins"), "{}", fault.reason);
    assert!(reader.person(&cells(&["Anna", "ada example"])).is_ok());
}

#[test]
fn phones_without_a_country_are_of_the_row_or_the_organisation() {
    let columns = [("Phone", "phone"), ("Name", "fullName"), ("Country", "country")];
    let number = |country: &str| {
        person(&columns, &["020 7946 0958", "Anna", country]).map(|person| person.contacts[0].canonical.clone())
    };
    assert_eq!(number("United Kingdom").as_deref(), Ok("+442079460958"));
    assert_eq!(number("").as_deref(), Ok("+492079460958"));
}

#[test]
fn a_company_with_everything() {
    let columns = [
        ("Company", "name"),
        ("Legal", "legalName"),
        ("Domain", "domains"),
        ("More domains", "domains"),
        ("Web", "website"),
        ("Page", "linkedinUrl"),
        ("Sector", "industry"),
        ("Size", "sizeBand"),
        ("Staff", "employeeCount"),
        ("Revenue", "annualRevenue"),
        ("Location", "country"),
        ("Town", "city"),
        ("Parent", "parent.name"),
    ];
    let row = [
        "Acme",
        "Acme Corporation Inc",
        "acme.example",
        "acme.test, www.acme.example",
        "acme.example/home",
        "linkedin.com/company/acme",
        "technolgy",
        "1,001-5,000",
        "2.822",
        "1.234.567,89 $",
        "Philipines",
        "Manila",
        "Holding",
    ];
    let mut reader = reader_for(RecordKind::Company, &columns, &[&row], Role::Admin);
    let found = reader.firm(&cells(&row)).expect("a company");
    assert_eq!(found.domains, ["acme.example", "acme.test"]);
    assert_eq!(found.size_band.map(SizeBand::as_str), Some("1001-5000"));
    assert_eq!((found.employee_count, found.annual_revenue), (Some(2_822), Some(123_456_789)));
    assert_eq!(found.country.as_deref(), Some("PH"));
    let offers = reader.offers();
    assert_eq!((offers[0].value.as_str(), offers[0].name.as_str(), offers[0].rows), ("Philipines", "Philippines", 1));
    reader.firm(&cells(&row)).expect("a company");
    assert_eq!(reader.offers()[0].rows, 2);

    let short = [("Company", "name"), ("Parent", "parent.name"), ("Domain", "domains")];
    assert!(firm(&short, &["Acme", "ACME", ""]).expect_err("own parent").reason.contains("own parent"));
    assert!(firm(&short, &["", "x", ""]).is_err());
    assert!(firm(&short, &["", "", "acme.example"]).is_ok());
    let named = firm(&short, &["Acme", "", "gmail.com"]).expect_err("free mail");
    assert!(named.reason.contains("anybody"));
}

#[test]
fn the_person_may_say_what_values_mean() {
    let columns = [("Name", "fullName"), ("Country", "country")];
    let mut reader = reader_for(RecordKind::Customer, &columns, &[&["Anna", "Home"]], Role::Admin);
    for column in &mut reader.columns {
        if column.name == "Country" {
            column.meanings.insert(fold("Home"), "DE".to_owned());
            column.meanings.insert(fold("nowhere"), String::new());
        }
    }
    assert_eq!(reader.person(&cells(&["Anna", " HOME "])).expect("a person").country.as_deref(), Some("DE"));
    assert_eq!(reader.person(&cells(&["Anna", "nowhere"])).expect("a person").country, None);
}
