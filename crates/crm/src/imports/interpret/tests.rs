use platform::actor::Role;
use platform::text::fold;

use super::super::reader::Row;
use super::*;
use crate::custom_fields::{FieldOption, Record, model};
use crate::export::Cell;
use crate::fields::formula_safe;
use crate::testing::actor;
use platform::clock::Timestamp;
use platform::ids::CustomFieldId;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

const MEMBER: &str = "bo@example.com";

fn members(own: UserId) -> Vec<Member> {
    let member = |id, name: &str, email: &str, disabled| Member {
        id,
        name: name.to_owned(),
        email: email.to_owned(),
        role: Role::Member,
        disabled,
    };
    vec![
        member(own, "Ada Example", "ada@example.com", false),
        member(UserId(Uuid::from_u128(7)), "Bo Example", MEMBER, false),
        member(UserId(Uuid::from_u128(8)), "Cy Gone", "cy@example.com", true),
        member(UserId(Uuid::from_u128(9)), "Twin", "twin1@example.com", false),
        member(UserId(Uuid::from_u128(10)), "Twin", "twin2@example.com", false),
    ]
}

fn reader_for(record: RecordKind, columns: &[(&str, &str)], rows: &[&[&str]], role: Role) -> Interpreter {
    reader_with(record, columns, rows, role, Vec::new())
}

fn reader_with(
    record: RecordKind,
    columns: &[(&str, &str)],
    rows: &[&[&str]],
    role: Role,
    fields: Vec<CustomField>,
) -> Interpreter {
    let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut profile = Profile::new(&names);
    for row in rows {
        profile.observe(&Row { number: 2, cells: cells(row), broken: None });
    }
    let actor = actor(role);
    let own = actor.user_id.expect("a person");
    let mapping: Vec<ColumnMapping> = columns
        .iter()
        .map(|(name, field)| ColumnMapping {
            column: (*name).to_owned(),
            field: (!field.is_empty()).then(|| (*field).to_owned()),
            values: std::collections::BTreeMap::new(),
        })
        .collect();
    let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
    let around = Surroundings {
        members: members(own),
        zone,
        currency: "USD".to_owned(),
        fields,
        pipelines: Vec::new(),
        products: Vec::new(),
    };
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

// ---- Custom fields -------------------------------------------------------------------------------

/// Every second option is archived; equal labels are told apart by that.
fn custom_field(kind: Kind, labels: &[String]) -> CustomField {
    let option = |(n, label): (usize, &String)| FieldOption {
        id: Uuid::from_u128(100 + n as u128),
        label: label.clone(),
        archived: n % 2 == 0,
    };
    let id = CustomFieldId(Uuid::from_u128(50));
    CustomField {
        id,
        record: Record::Customer,
        key: "x".into(),
        label: "X".into(),
        kind,
        options: labels.iter().enumerate().map(option).collect(),
        required: false,
        position: 0,
        archived_at: None,
        info: model::info(Record::Customer, kind, "x", id, "X"),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        version: 1,
    }
}

/// The cells of a column as an export writes them, and what an import reads of each.
fn exported(field: &CustomField, values: &[Value]) -> Vec<(String, Result<Person, Fault>)> {
    let members = members(UserId(Uuid::from_u128(1)));
    let options = crate::export::option_texts(std::slice::from_ref(field));
    let cell = |value: &Value| match Cell::custom(field, Some(value), &options, &members) {
        Cell::Text(text) => formula_safe(&text).into_owned(),
        Cell::Number(digits) => digits,
    };
    let cells: Vec<String> = values.iter().map(cell).collect();
    let rows: Vec<[&str; 2]> = cells.iter().map(|cell| ["Anna", cell.as_str()]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
    let columns = [("name", "fullName"), ("X", "custom.x")];
    let mut reader = reader_with(RecordKind::Customer, &columns, &rows, Role::Admin, vec![field.clone()]);
    cells.iter().map(|cell| (cell.clone(), reader.person(&["Anna".to_owned(), cell.clone()]))).collect()
}

/// What is wrong with importing an export again into the records that it came from.
fn changed_by_import(field: &CustomField, values: &[Value]) -> Option<String> {
    let read = exported(field, values).into_iter().zip(values);
    let wrong = read.filter_map(|((cell, person), value)| {
        let current = Values::from([("x".to_owned(), value.clone())]);
        let person = match person {
            Ok(person) => person,
            Err(fault) => return Some(format!("{cell:?}: {fault:?}")),
        };
        let is_same = person.custom.get("x").is_none_or(|read| read == value);
        let fault = Retired::fault(&person.retired, &current);
        (!is_same || fault.is_some()).then(|| format!("{cell:?} of {value}: {:?} {fault:?}", person.custom))
    });
    wrong.into_iter().next()
}

fn a_label() -> impl Strategy<Value = String> {
    const ODD: [&str; 13] = ["-", "n/a", "=1", "'x", "a, b", "a;b|c", "\"q\"", "Straße", "STRASSE", "x", "X", "é", "e"];
    let label = prop_oneof![prop::sample::select(&ODD).prop_map(str::to_owned), "[a-c,;|\"'=+@. -]{1,8}"];
    label.prop_filter_map("a label", |text| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    })
}

/// A field and values of it, as the API would have stored them.
fn a_column() -> impl Strategy<Value = (CustomField, Vec<Value>)> {
    let number = prop_oneof![
        any::<f64>().prop_map(Value::from),
        (-1_000_000_i64..1_000_000, 0..8_u32).prop_map(|(n, digits)| json!(n as f64 / 10_f64.powi(digits as i32))),
        prop::sample::select(vec![json!(5e-324), json!(1e3), json!(1e15), json!(0.3333333333333333), json!(-0.0)]),
    ];
    let date = (1_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| json!(format!("{y:04}-{m:02}-{d:02}")));
    let text = "[a-c0-9 ,;'\"=+@./-]{1,20}".prop_map(Value::from);
    let labels = prop::collection::vec(a_label(), 1..8);
    let member = (7..=10_u128).prop_map(|id| json!(UserId(Uuid::from_u128(id))));
    let ids = |labels: &[String]| -> Vec<String> {
        (0..labels.len()).map(|n| Uuid::from_u128(100 + n as u128).to_string()).collect()
    };
    let chosen = labels.prop_flat_map(move |labels| {
        let all = ids(&labels);
        let one = prop::sample::select(all.clone()).prop_map(Value::from);
        let some = prop::sample::subsequence(all.clone(), 1..=all.len()).prop_map(Value::from);
        let (select, multi) = (custom_field(Kind::Select, &labels), custom_field(Kind::MultiSelect, &labels));
        prop_oneof![
            prop::collection::vec(one, 1..5).prop_map(move |values| (select.clone(), values)),
            prop::collection::vec(some, 1..5).prop_map(move |values| (multi.clone(), values)),
        ]
    });
    let of = |kind: Kind, values: BoxedStrategy<Value>| {
        prop::collection::vec(values, 1..5).prop_map(move |values| (custom_field(kind, &[]), values))
    };
    let column = prop_oneof![
        chosen,
        of(Kind::Number, number.boxed()),
        of(Kind::Date, prop_oneof![9 => date, 1 => Just(json!("9999-12-31"))].boxed()),
        of(Kind::Text, text.boxed()),
        of(Kind::Boolean, any::<bool>().prop_map(Value::from).boxed()),
        of(Kind::User, member.boxed()),
    ];
    column.prop_map(|(field, given)| {
        let stored = given.iter().filter_map(|value| field.parse(value, Some(value), "").ok().flatten());
        (field.clone(), stored.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Importing an export again changes nothing.
    #[test]
    fn an_export_of_custom_fields_is_read_as_what_it_was((field, values) in a_column()) {
        prop_assert_eq!(changed_by_import(&field, &values), None);
    }
}

#[test]
fn what_is_exported_comes_back() {
    let numbers = [json!(0.3333333333333333), json!(1000), json!(5e-324), json!(1.5), json!(-12.345)];
    assert_eq!(changed_by_import(&custom_field(Kind::Number, &[]), &numbers), None);
    assert_eq!(changed_by_import(&custom_field(Kind::Date, &[]), &[json!("9999-12-31"), json!("0001-01-01")]), None);
    // The first and third are archived, and labels of living ones.
    let labels = ["Hot", "hot", "Köln, Bonn", "Köln, Bonn", "a;b"].map(str::to_owned);
    let ids: Vec<String> = (100..105).map(|n| Uuid::from_u128(n).to_string()).collect();
    let select = custom_field(Kind::Select, &labels);
    let all: Vec<Value> = ids.iter().cloned().map(Value::from).collect();
    assert_eq!(changed_by_import(&select, &all), None);
    assert_eq!(changed_by_import(&custom_field(Kind::MultiSelect, &labels), &[json!(ids)]), None);
    let written: Vec<String> = exported(&select, &all).into_iter().map(|(cell, _)| cell).collect();
    assert_eq!(written, [ids[0].as_str(), "hot", &ids[2], "Köln, Bonn", "a;b"], "labels, where they are clear");
    // As programs write numbers.
    let number = custom_field(Kind::Number, &[]);
    let columns = [("name", "fullName"), ("X", "custom.x")];
    for (cell, value) in [("1e3", json!(1000)), ("2.5E-3", json!(0.0025)), ("1.234,5", json!(1234.5))] {
        let row = ["Anna", cell];
        let mut reader = reader_with(RecordKind::Customer, &columns, &[&row], Role::Admin, vec![number.clone()]);
        assert_eq!(reader.person(&cells(&row)).expect(cell).custom["x"], value, "{cell}");
    }
}

#[test]
fn nobody_is_given_what_was_put_aside() {
    let labels = ["Old".to_owned(), "New".to_owned()];
    let [old, new] = [100, 101].map(|n| json!(Uuid::from_u128(n).to_string()));
    let gone = json!(UserId(Uuid::from_u128(8)));
    for (kind, cell, id, other) in [
        (Kind::Select, "old", old.clone(), new.clone()),
        (Kind::MultiSelect, "new, old", old.clone(), new.clone()),
        (Kind::User, "cy@example.com", gone.clone(), json!(UserId(Uuid::from_u128(7)))),
        (Kind::User, "Cy Gone", gone.clone(), json!(UserId(Uuid::from_u128(7)))),
    ] {
        let (columns, row) = ([("name", "fullName"), ("X", "custom.x")], ["Anna", cell]);
        let field = custom_field(kind, &labels);
        let mut reader = reader_with(RecordKind::Customer, &columns, &[&row], Role::Admin, vec![field]);
        let person = reader.person(&cells(&row)).expect(cell);
        let with = |value: Value| Values::from([("x".to_owned(), value)]);
        for current in [Values::new(), with(other.clone()), with(json!([other]))] {
            let fault = Retired::fault(&person.retired, &current).expect(cell);
            assert_eq!((fault.column.as_deref(), fault.value.as_deref()), (Some("X"), Some(cell)));
        }
        for current in [with(id.clone()), with(json!([other, id]))] {
            assert_eq!(Retired::fault(&person.retired, &current), None, "{cell}");
        }
    }
}
