//! Guesses for headers and contents as they come in exports of other programs.

use super::super::field::RecordKind;
use super::super::profile::Profile;
use super::super::reader::Row;
use super::*;

/// The guessed field of each column of a small table.
fn guessed(record: RecordKind, header: &[&str], rows: &[&[&str]]) -> Vec<Option<String>> {
    let names: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    let mut profile = Profile::new(&names);
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row.len(), header.len(), "row {index}");
        let cells = row.iter().map(|cell| (*cell).to_owned()).collect();
        profile.observe(&Row { number: index as u64 + 2, cells, broken: None });
    }
    guess(record, &profile)
        .into_iter()
        .map(|guess| {
            assert!((0.0..=1.0).contains(&guess.confidence));
            assert_eq!(guess.field.is_some(), guess.confidence > 0.0);
            guess.field
        })
        .collect()
}

fn expect(record: RecordKind, table: &[(&str, &str, &str)]) {
    let header: Vec<&str> = table.iter().map(|(name, _, _)| *name).collect();
    let row: Vec<&str> = table.iter().map(|(_, cell, _)| *cell).collect();
    let found = guessed(record, &header, &[&row, &row]);
    for ((name, _, expected), field) in table.iter().zip(found) {
        let expected = (!expected.is_empty()).then(|| (*expected).to_owned());
        assert_eq!(field, expected, "column {name:?}");
    }
}

#[test]
fn people_in_english() {
    expect(
        RecordKind::Customer,
        &[
            ("First Name", "Anna", "firstName"),
            ("Last Name", "Meyer", "lastName"),
            ("Email Address", "anna@example.com", "email"),
            ("Personal Email", "a@gmail.com", "email"),
            ("Mobile Phone", "+49 151 1234567", "phone"),
            ("Title", "CEO", "jobTitle"),
            ("Company Name", "Acme GmbH", "company.name"),
            ("Company Website", "https://acme.com", "company.domain"),
            ("LinkedIn Profile URL", "https://linkedin.com/in/anna", "linkedin"),
            ("Country/Region", "Germany", "country"),
            ("Preferred language", "German", "language"),
            ("Time Zone", "Europe/Berlin", "timezone"),
            ("Contact owner", "Bob Stone", "owner.name"),
            ("Create Date", "2024-03-05 10:00", "createdAt"),
            ("Tags", "vip;hot", "tags"),
            ("Segments", "VIP;Newsletter", "segment"),
            ("Record ID", "123456", ""),
            ("Email opt-out", "false", ""),
            ("Unsubscribed", "no", ""),
            ("Notes", "met at the fair", ""),
            ("Last Activity Date", "2024-03-05", ""),
            ("File Name", "x.csv", ""),
        ],
    );
}

#[test]
fn people_in_other_languages() {
    for table in [
        [
            ("Vorname", "firstName"),
            ("Nachname", "lastName"),
            ("E-Mail-Adresse", "email"),
            ("Telefonnummer", "phone"),
            ("Firma", "company.name"),
            ("Land", "country"),
            ("Berufsbezeichnung", "jobTitle"),
            ("Sprache", "language"),
        ],
        [
            ("Prénom", "firstName"),
            ("Nom", "lastName"),
            ("Courriel", "email"),
            ("Téléphone portable", "phone"),
            ("Société", "company.name"),
            ("Pays", "country"),
            ("Fonction", "jobTitle"),
            ("Langue", "language"),
        ],
        [
            ("Nombre de pila", "firstName"),
            ("Apellidos", "lastName"),
            ("Correo electrónico", "email"),
            ("Teléfono móvil", "phone"),
            ("Empresa", "company.name"),
            ("País", "country"),
            ("Cargo", "jobTitle"),
            ("Idioma", "language"),
        ],
        [
            ("Primeiro nome", "firstName"),
            ("Sobrenome", "lastName"),
            ("Endereço de e-mail", "email"),
            ("Celular", "phone"),
            ("Nome da empresa", "company.name"),
            ("País", "country"),
            ("Cargo", "jobTitle"),
            ("Idioma", "language"),
        ],
        [
            ("Prenome", "firstName"),
            ("Cognome", "lastName"),
            ("Indirizzo e-mail", "email"),
            ("Cellulare", "phone"),
            ("Azienda", "company.name"),
            ("Paese", "country"),
            ("Ruolo", "jobTitle"),
            ("Lingua", "language"),
        ],
        [
            ("Voornaam", "firstName"),
            ("Achternaam", "lastName"),
            ("E-mailadres", "email"),
            ("Telefoonnummer", "phone"),
            ("Bedrijfsnaam", "company.name"),
            ("Land", "country"),
            ("Functie", "jobTitle"),
            ("Taal", "language"),
        ],
        [
            ("Imię", "firstName"),
            ("Nazwisko", "lastName"),
            ("Adres e-mail", "email"),
            ("Numer telefonu", "phone"),
            ("Nazwa firmy", "company.name"),
            ("Kraj", "country"),
            ("Stanowisko", "jobTitle"),
            ("Język", "language"),
        ],
        [
            ("Имя", "firstName"),
            ("Фамилия", "lastName"),
            ("Электронная почта", "email"),
            ("Телефон", "phone"),
            ("Компания", "company.name"),
            ("Страна", "country"),
            ("Должность", "jobTitle"),
            ("Язык", "language"),
        ],
        [
            ("Tên đệm và tên", "firstName"),
            ("Họ tên", "fullName"),
            ("Địa chỉ email", "email"),
            ("Số điện thoại", "phone"),
            ("Công ty", "company.name"),
            ("Quốc gia", "country"),
            ("Chức vụ", "jobTitle"),
            ("Ngôn ngữ", "language"),
        ],
        [
            ("名字", "firstName"),
            ("姓氏", "lastName"),
            ("邮箱", "email"),
            ("手机号", "phone"),
            ("公司名称", "company.name"),
            ("国家", "country"),
            ("职位", "jobTitle"),
            ("语言", "language"),
        ],
        [
            ("名", "firstName"),
            ("姓", "lastName"),
            ("メールアドレス", "email"),
            ("電話番号", "phone"),
            ("会社名", "company.name"),
            ("国", "country"),
            ("役職", "jobTitle"),
            ("言語", "language"),
        ],
    ] {
        let cells = ["Anna", "Meyer", "anna@example.com", "+49 151 1234567", "Acme GmbH", "Germany", "CEO", "de"];
        let rows: Vec<(&str, &str, &str)> =
            table.iter().zip(cells).map(|((name, field), cell)| (*name, cell, *field)).collect();
        let rows: Vec<(&str, &str, &str)> = rows
            .into_iter()
            .map(|(name, cell, field)| (name, if field == "fullName" { "Meyer Anna" } else { cell }, field))
            .collect();
        expect(RecordKind::Customer, &rows);
    }
}

#[test]
fn segments_in_many_languages() {
    for name in [
        "Segment",
        "Customer segment",
        "List membership",
        "Lists",
        "Mailing list",
        "Kundensegment",
        "Segmente",
        "Liste",
        "Segments client",
        "Segmento",
        "Segmenti",
        "Klantsegment",
        "Segmenty",
        "Сегмент",
        "Phân khúc",
        "セグメント",
        "세그먼트",
        "Segmentit",
    ] {
        expect(RecordKind::Customer, &[("Name", "Anna Meyer", "fullName"), (name, "VIP, Newsletter", "segment")]);
    }
    // Of a company it is the branch.
    expect(RecordKind::Company, &[("Company", "Acme", "name"), ("Segment", "Software", "industry")]);
    expect(RecordKind::Customer, &[("Name", "Anna Meyer", "fullName"), ("Price list", "A", "")]);
}

#[test]
fn content_speaks_when_names_do_not() {
    expect(
        RecordKind::Customer,
        &[
            ("f1", "Anna Meyer", ""),
            ("f2", "anna@example.com", "email"),
            ("f3", "+49 151 1234567", "phone"),
            ("f4", "https://www.linkedin.com/in/anna", "linkedin"),
            ("f5", "Germany", "country"),
            ("f6", "Europe/Berlin", "timezone"),
            ("f7", "2024-03-05", ""),
            ("f8", "12.50", ""),
        ],
    );
}

#[test]
fn content_vetoes_and_chooses() {
    // `owner` is a name or an address.
    expect(RecordKind::Customer, &[("Name", "Anna Meyer", "fullName"), ("Owner", "bob@acme.com", "owner.email")]);
    expect(RecordKind::Customer, &[("Name", "Anna Meyer", "fullName"), ("Owner", "Bob Stone", "owner.name")]);
    // `Name` beside a first name is the last name, when it is one word.
    expect(RecordKind::Customer, &[("Vorname", "Anna", "firstName"), ("Name", "Meyer", "lastName")]);
    expect(RecordKind::Customer, &[("First name", "Anna", "firstName"), ("Name", "Anna Meyer", "fullName")]);
    // A location is a country or a city; a size is a band or a count.
    expect(RecordKind::Company, &[("Company", "Acme", "name"), ("Location", "Kenya", "country")]);
    expect(RecordKind::Company, &[("Company", "Acme", "name"), ("Location", "Lyon", "city")]);
    expect(RecordKind::Company, &[("Company", "Acme", "name"), ("Country", "Philipines", "country")]);
    expect(RecordKind::Company, &[("Company", "Acme", "name"), ("Country", "12", "")]);
    expect(RecordKind::Company, &[("Company", "Acme", "name"), ("Employees", "11-50", "sizeBand")]);
    expect(RecordKind::Company, &[("Company", "Acme", "name"), ("Employees", "47", "employeeCount")]);
    expect(RecordKind::Company, &[("Company", "Acme", "name"), ("Email", "yes", "")]);
    // Numbers that are called a name are none.
    expect(RecordKind::Customer, &[("Name", "Anna Meyer", "fullName"), ("Customer", "10023", "")]);
    // An empty column is guessed by name.
    expect(RecordKind::Customer, &[("Name", "Anna Meyer", "fullName"), ("Phone", "", "phone"), ("Foo", "", "")]);
}

#[test]
fn companies_of_an_unknown_source() {
    expect(
        RecordKind::Company,
        &[
            ("account", "Acme Corporation", "name"),
            ("sector", "technolgy", "industry"),
            ("year_established", "1996", ""),
            ("revenue", "1100.04", "annualRevenue"),
            ("employees", "2822", "employeeCount"),
            ("office_location", "United States", "country"),
            ("subsidiary_of", "Massive Dynamic", "parent.name"),
        ],
    );
    expect(
        RecordKind::Company,
        &[
            ("Unternehmen", "Acme", "name"),
            ("Handelsregistername", "Acme GmbH", "legalName"),
            ("Webseite", "https://acme.com", "website"),
            ("Domain", "acme.com", "domains"),
            ("LinkedIn", "https://www.linkedin.com/company/acme", "linkedinUrl"),
            ("Branche", "Maschinenbau", "industry"),
            ("Mitarbeiterzahl", "1.250", "employeeCount"),
            ("Jahresumsatz", "12.500.000,00 €", "annualRevenue"),
            ("Land", "Deutschland", "country"),
            ("Stadt", "Köln", "city"),
            ("Muttergesellschaft", "Acme Holding", "parent.name"),
            ("Kundenbetreuer", "Bob Stone", "owner.name"),
            ("Angelegt am", "05.03.2024", "createdAt"),
            ("Gründungsjahr", "1996", ""),
        ],
    );
    expect(
        RecordKind::Company,
        &[
            ("会社名", "株式会社日立", "name"),
            ("業種", "製造業", "industry"),
            ("従業員数", "1,200", "employeeCount"),
            ("国", "日本", "country"),
        ],
    );
}

#[test]
fn a_real_file_is_mapped_whole() {
    use super::super::reader;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/accounts.csv");
    let mut profile = None;
    let mut rows = Vec::new();
    reader::read::<reader::ReadError>(
        std::path::Path::new(path),
        &reader::Choice::default(),
        &reader::Limits::default(),
        |head| {
            profile = Some(Profile::new(&head.columns));
            Ok(())
        },
        |row| {
            rows.push(row);
            Ok(())
        },
    )
    .expect("a table");
    let mut profile = profile.expect("a head");
    rows.iter().for_each(|row| profile.observe(row));
    let fields: Vec<Option<String>> =
        guess(RecordKind::Company, &profile).into_iter().map(|guess| guess.field).collect();
    let expected = ["name", "industry", "", "annualRevenue", "employeeCount", "country", "parent.name"];
    let expected: Vec<Option<String>> =
        expected.iter().map(|name| (!name.is_empty()).then(|| (*name).to_owned())).collect();
    assert_eq!(fields, expected);
    assert_eq!(
        profile.columns[3].numbers.notation(),
        super::super::values::numbers::Notation::Mark(super::super::values::numbers::DecimalMark::Dot)
    );
    assert_eq!(profile.columns[6].filled, 15);
}

#[test]
fn each_field_once_but_contacts_often() {
    expect(
        RecordKind::Customer,
        &[
            ("Name", "Anna Meyer", "fullName"),
            ("Full name", "Anna Meyer", ""),
            ("Email", "a@example.com", "email"),
            ("Email 2", "b@example.com", "email"),
            ("Work e-mail", "c@example.com", "email"),
        ],
    );
}

#[test]
fn labels_come_from_names() {
    for (name, label) in [
        ("Work Email", Some(ContactLabel::Work)),
        ("E-Mail (privat)", Some(ContactLabel::Personal)),
        ("Téléphone professionnel", Some(ContactLabel::Work)),
        ("Home Phone", Some(ContactLabel::Personal)),
        ("個人メール", Some(ContactLabel::Personal)),
        ("Email", None),
        ("Work or home phone", None),
        ("homepage", None),
        ("Private mail", Some(ContactLabel::Personal)),
    ] {
        assert_eq!(label_of(name), label, "{name}");
    }
}

#[test]
fn the_words_read_as_they_are_written() {
    let header = words::Header::of("primaryEmail_1");
    assert!(header.matches(RecordKind::Customer, Field::Email) > 0.9);
    assert_eq!(words::Header::of("").matches(RecordKind::Customer, Field::Email), 0.0);
    // Every name in the table finds its own field; an id is none by its name alone.
    for record in [RecordKind::Customer, RecordKind::Company] {
        for field in record.fields().iter().filter(|field| **field != Field::Id) {
            let own = words::Header::of(field.as_str());
            assert!(own.matches(record, *field) > 0.9, "{} {}", record.as_str(), field.as_str());
        }
    }
}
