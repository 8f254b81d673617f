//! Names of columns in several languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::field::{Field, RecordKind};
use crate::contacts::model::ContactLabel;

/// The name of a column, taken apart.
pub(super) struct Header {
    /// Folded words: `primaryEmail_1` → `primary email 1`.
    words: Vec<String>,
    joined: String,
}

/// Words that say nothing about the field: whose it is, or which of several.
const NOISE: [&str; 42] = [
    "customer",
    "customers",
    "contact",
    "contacts",
    "client",
    "lead",
    "person",
    "people",
    "prospect",
    "record",
    "crm",
    "primary",
    "main",
    "default",
    "your",
    "the",
    "of",
    "a",
    "kunde",
    "kunden",
    "kontakt",
    "kontakte",
    "haupt",
    "client",
    "principal",
    "cliente",
    "contacto",
    "contato",
    "contatto",
    "klant",
    "klient",
    "клиент",
    "контакт",
    "address",
    "adresse",
    "number",
    "no",
    "nr",
    "value",
    "1",
    "2",
    "3",
];

/// Words for addresses at work and at home.
const WORK: [&str; 36] = [
    "work",
    "business",
    "office",
    "corporate",
    "company",
    "professional",
    "dienstlich",
    "geschaftlich",
    "geschaft",
    "arbeit",
    "firma",
    "buro",
    "beruflich",
    "professionnel",
    "professionnelle",
    "pro",
    "bureau",
    "travail",
    "trabajo",
    "laboral",
    "empresa",
    "oficina",
    "trabalho",
    "comercial",
    "lavoro",
    "ufficio",
    "aziendale",
    "werk",
    "zakelijk",
    "praca",
    "sluzbowy",
    "рабочии",
    "служебныи",
    "工作",
    "会社",
    "勤務先",
];
const PERSONAL: [&str; 29] = [
    "personal",
    "private",
    "home",
    "privat",
    "private",
    "prive",
    "privee",
    "perso",
    "personnel",
    "personnelle",
    "domicile",
    "maison",
    "particular",
    "privado",
    "casa",
    "pessoal",
    "privato",
    "personale",
    "thuis",
    "prive",
    "prywatny",
    "domowy",
    "личныи",
    "домашнии",
    "ca nhan",
    "个人",
    "私人",
    "個人",
    "自宅",
];

impl Header {
    pub(super) fn of(name: &str) -> Header {
        let mut spaced = String::with_capacity(name.len() + 8);
        let mut previous: Option<char> = None;
        for c in name.chars() {
            let starts_word = match previous {
                Some(before) => {
                    (before.is_lowercase() && c.is_uppercase()) || (before.is_alphabetic() && c.is_ascii_digit())
                }
                None => false,
            };
            if starts_word {
                spaced.push(' ');
            }
            spaced.push(if c.is_alphanumeric() || is_mark(c) { c } else { ' ' });
            previous = Some(c);
        }
        let folded = platform::text::fold(&spaced);
        let mut words: Vec<String> = Vec::new();
        for word in folded.split_whitespace() {
            // `E-Mail` and `e-post` are one word in every language that has them.
            match words.last_mut() {
                Some(last) if last == "e" && matches!(word, "mail" | "mails" | "post") => last.push_str(word),
                _ => words.push(word.to_owned()),
            }
        }
        Header { joined: words.join(" "), words }
    }

    /// How well the name fits a field, 0 to 1.
    pub(super) fn matches(&self, record: RecordKind, field: Field) -> f64 {
        PHRASES
            .get(&(record, field))
            .map_or(0.0, |phrases| phrases.iter().map(|phrase| self.score(phrase)).fold(0.0, f64::max))
    }

    /// Whether it is the number of a record, not its name.
    pub(super) fn is_number(&self) -> bool {
        self.words.iter().any(|word| matches!(word.as_str(), "id" | "number" | "no" | "nr" | "reference"))
    }

    pub(super) fn label(&self) -> Option<ContactLabel> {
        let names = |list: &[&str]| list.iter().any(|word| self.contains(word));
        match (names(&PERSONAL), names(&WORK)) {
            (true, false) => Some(ContactLabel::Personal),
            (false, true) => Some(ContactLabel::Work),
            _ => None,
        }
    }

    fn score(&self, phrase: &Phrase) -> f64 {
        if self.joined == phrase.text {
            return 1.0;
        }
        if !self.contains(&phrase.text) {
            return 0.0;
        }
        let used = phrase.text.split(' ').count();
        let is_noise = |word: &String| {
            NOISE.contains(&word.as_str())
                || (phrase.is_contact && (WORK.contains(&word.as_str()) || PERSONAL.contains(&word.as_str())))
        };
        let mut parts = phrase.text.split(' ');
        let mut next = parts.next();
        let others: Vec<&String> = self
            .words
            .iter()
            .filter(|word| {
                let is_part = next == Some(word.as_str());
                if is_part {
                    next = parts.next();
                }
                !is_part
            })
            .collect();
        if others.iter().all(|word| is_noise(word)) {
            return 0.94;
        }
        if phrase.is_strict {
            return 0.0;
        }
        // The more of the name is explained, the better.
        0.5 + 0.4 * used as f64 / self.words.len().max(1) as f64
    }

    /// Whether the phrase stands in the name as whole words; scripts without spaces are searched as text.
    fn contains(&self, phrase: &str) -> bool {
        if phrase.chars().any(is_unspaced) {
            return self.joined.contains(phrase);
        }
        format!(" {} ", self.joined).contains(&format!(" {phrase} "))
    }
}

fn is_mark(c: char) -> bool {
    // Combining marks belong to their letter until folding drops them.
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Chinese, Japanese, Thai: words are not divided by spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

struct Phrase {
    text: String,
    /// Must be all there is beside noise: "name" alone is a name, "file name" is not.
    is_strict: bool,
    is_contact: bool,
}

static PHRASES: LazyLock<HashMap<(RecordKind, Field), Vec<Phrase>>> = LazyLock::new(|| {
    let mut map: HashMap<(RecordKind, Field), Vec<Phrase>> = HashMap::new();
    for (record, field, strict, loose) in NAMES {
        let entry = map.entry((*record, *field)).or_default();
        for (list, is_strict) in [(strict, true), (loose, false)] {
            // Written as people write them, compared as headers are.
            entry.extend(list.split(',').map(str::trim).filter(|text| !text.is_empty()).map(|text| Phrase {
                text: Header::of(text).joined,
                is_strict,
                is_contact: field.channel().is_some(),
            }));
        }
    }
    map
});

use Field::*;
use RecordKind::{Company as Co, Customer as Cu, Deal as De, Product as Pr};

/// Record, field, names that must be the whole name, names that may be part of it.
#[rustfmt::skip]
const NAMES: &[(RecordKind, Field, &str, &str)] = &[
    (Cu, FullName,
        "name, person, contact, customer, client, lead, display name, kunde, nom, nombre, nome, naam, imię i nazwisko, имя, фио, tên, 名前, 姓名, 氏名, お名前, 客户, 联系人, 이름, 성명, namn, navn, nimi, ad soyad",
        "full name, fullname, contact name, customer name, client name, person name, lead name, vollständiger name, kontaktname, kundenname, ansprechpartner, nom complet, nom et prénom, prénom et nom, nombre completo, nombre y apellidos, nome completo, nome e cognome, nominativo, volledige naam, contactpersoon, nazwa kontaktu, полное имя, имя клиента, họ và tên, họ tên, tên khách hàng, 客户姓名, 联系人姓名, 担当者名, 顧客名"),
    (Cu, FirstName,
        "first, given, forename, nombre de pila, имя, 名",
        "first name, firstname, fname, given name, givenname, forename, vorname, rufname, prénom, primer nombre, primeiro nome, prenome, voornaam, imię, tên đệm và tên, 名字, 이름, förnamn, fornavn, etunimi, jméno, prenume, keresztnév"),
    (Cu, LastName,
        "last, surname, nom, cognome, apellido, apellidos, 姓, 성",
        "last name, lastname, lname, family name, familyname, surname, nachname, familienname, zuname, nom de famille, primer apellido, sobrenome, apelido, último nome, achternaam, nazwisko, фамилия, 姓氏, 苗字, efternamn, etternavn, efternavn, sukunimi, příjmení, soyad, vezetéknév"),
    (Cu, JobTitle,
        "title, titel, role, rolle, function, occupation, profession, puesto, fonction, poste, funktion, functie, position, роль",
        "job title, jobtitle, job role, job position, job function, position title, berufsbezeichnung, stellenbezeichnung, jobtitel, berufstitel, intitulé du poste, titre du poste, cargo, título del puesto, posizione lavorativa, mansione, qualifica, ruolo, functietitel, functiebenaming, stanowisko, должность, chức vụ, chức danh, 职位, 职务, 職位, 役職, 肩書, 肩書き, 직함, 직책, yrkestitel, stilling"),
    (Cu, Email,
        "mail, epost",
        "email, emails, email address, emailadresse, mail address, mailadresse, courriel, adresse email, adresse mail, correo, correo electrónico, dirección de correo, endereço de email, posta elettronica, indirizzo email, mailadres, adres email, poczta, электронная почта, эл почта, почта, имейл, thư điện tử, địa chỉ email, 邮箱, 电子邮件, 電子郵件, 邮件, メール, メールアドレス, 이메일, epostadress, sähköposti, e posta"),
    (Cu, Phone,
        "tel, mob, fon, cell, direct",
        "phone, phone number, phonenumber, telephone, tel no, mobile, mobile phone, cell phone, cellphone, mobile number, direct line, telefon, telefonnummer, rufnummer, mobil, handy, mobiltelefon, handynummer, festnetz, durchwahl, téléphone, tél, portable, mobile phone, numéro de téléphone, teléfono, móvil, celular, telefone, telemóvel, telefono, cellulare, telefoon, telefoonnummer, mobiel, gsm, komórka, numer telefonu, телефон, номер телефона, мобильный, điện thoại, số điện thoại, di động, 电话, 电话号码, 手机, 手机号, 電話, 電話番号, 携帯, 携帯電話, 전화, 전화번호, 휴대폰, puhelin, whatsapp"),
    (Cu, Linkedin,
        "",
        "linkedin, linked in, linkedin url, linkedin profile, linkedin profil, person linkedin url, perfil de linkedin, profil linkedin, li profile"),
    (Cu, Telegram,
        "tg",
        "telegram, telegram username, telegram handle, telegram id, телеграм"),
    (Cu, CompanyName,
        "company, account, organization, organisation, employer, business, firma, firm, société, empresa, azienda, ditta, bedrijf, spółka, компания, фирма, công ty, 公司, 会社, 会社名, 企業, 회사, företag, yritys, şirket, unternehmen, entreprise, société, società, organisatie, организация, tổ chức, 単位, 单位, 勤務先",
        "company name, account name, organization name, organisation name, employer name, business name, current company, firmenname, unternehmensname, name der firma, nom de la société, nom de l'entreprise, raison sociale, nombre de la empresa, nombre de empresa, nome da empresa, nome azienda, nome della società, ragione sociale, bedrijfsnaam, naam bedrijf, nazwa firmy, название компании, tên công ty, 公司名称, 企业名称, 会社名称, 회사명, company account"),
    (Cu, CompanyDomain,
        "domain, website, web, url, site, webseite, homepage, web site",
        "company domain, company website, company url, domain name, account domain, organization domain, firmenwebseite, site web, sitio web, página web, sito web, bedrijfswebsite, strona www, сайт компании, сайт, trang web, 公司网站, 网站, 网址, ウェブサイト, 홈페이지"),
    (Cu, Tags,
        "tag, category, categories, groups, kategorie, keywords, étiquette",
        "tags, labels, contact tags, customer tags, schlagworte, schlagwörter, stichworte, étiquettes, etiquetas, etichette, tagi, etykiety, теги, метки, thẻ, nhãn, 标签, 標籤, タグ, ラベル, 태그, taggar"),
    (Cu, Language,
        "lang, locale",
        "language, preferred language, sprache, korrespondenzsprache, langue, idioma, língua, lingua, taal, voorkeurstaal, język, язык, ngôn ngữ, 语言, 語言, 言語, 언어, språk, sprog, kieli, jazyk, dil"),
    (Cu, Timezone,
        "tz",
        "time zone, timezone, zeitzone, fuseau horaire, zona horaria, huso horario, fuso horário, fuso orario, tijdzone, strefa czasowa, часовой пояс, múi giờ, 时区, タイムゾーン, 시간대, tidszon, tidssone"),
    (Cu, Country,
        "land, nation, location, region, nationality, standort, wohnort, lieu, ubicación",
        "country, country code, countrycode, country name, country region, ländercode, staat, pays, code pays, país, código de país, paese, nazione, landcode, kraj, страна, quốc gia, đất nước, nước, 国家, 國家, 国, 国名, 국가, 나라, maa, země, ülke, location country, person country"),
    (Cu, OwnerName,
        "owner, agent, assignee, rep, betreuer, verantwortlicher, responsable, propriétaire, propietario, responsável, proprietario, responsabile, eigenaar, opiekun, ответственный, менеджер, người phụ trách, 负责人, 担当, 담당자",
        "owner name, contact owner, customer owner, account owner, lead owner, record owner, owned by, assigned to, assigned user, assigned rep, sales rep, sales representative, sales agent, sales owner, salesperson, account manager, account executive, kundenbetreuer, vertriebsmitarbeiter, zuständig, inhaber des kontakts, commercial en charge, propriétaire du contact, propietario del contacto, vendedor, proprietário do contato, commerciale, contacteigenaar, accountmanager, handlowiec, ответственный менеджер, nhân viên phụ trách, 销售负责人, 営業担当"),
    (Cu, OwnerEmail,
        "owner, agent, assignee, rep",
        "owner email, contact owner email, account owner email, assigned to email, sales rep email, assigned to, account owner, contact owner, betreuer email, owner mail"),
    (Cu, CreatedAt,
        "created, date, added, erstellt, angelegt, créé, creado, criado, creato, aangemaakt, utworzono, создан",
        "created at, createdat, created on, created date, create date, creation date, date created, date added, added on, customer since, signup date, signed up, registered at, registration date, erstellt am, erstelldatum, angelegt am, anlagedatum, erfasst am, date de création, créé le, date d'ajout, fecha de creación, creado el, fecha de alta, data de criação, criado em, data creazione, data di creazione, creato il, aangemaakt op, aanmaakdatum, datum aangemaakt, data utworzenia, utworzono dnia, дата создания, создано, ngày tạo, 创建时间, 创建日期, 作成日, 登録日, 생성일, skapad, oprettet"),

    (Co, Name,
        "name, company, account, organization, organisation, business, employer, client, customer, firma, unternehmen, kunde, nom, société, entreprise, nombre, empresa, compañía, nome, azienda, ditta, società, naam, bedrijf, organisatie, nazwa, spółka, название, компания, фирма, организация, tên, công ty, doanh nghiệp, 名称, 公司, 企业, 会社, 企業, 顧客, 회사, 名前, företag, yritys, şirket, virksomhed",
        "company name, account name, organization name, organisation name, business name, customer name, client name, firmenname, unternehmensname, name der firma, nom de la société, nom de l'entreprise, nombre de la empresa, nombre de empresa, nombre comercial, nome da empresa, nome fantasia, nome azienda, nome della società, bedrijfsnaam, naam bedrijf, nazwa firmy, название компании, tên công ty, tên doanh nghiệp, 公司名称, 企业名称, 客户名称, 会社名, 企業名, 회사명, trading name"),
    (Co, LegalName,
        "legal",
        "legal name, legal entity, legal entity name, registered name, company legal name, juristischer name, handelsregistername, offizieller name, raison sociale, dénomination sociale, razón social, denominación social, razão social, ragione sociale, denominazione sociale, statutaire naam, juridische naam, nazwa prawna, pełna nazwa, юридическое название, полное наименование, tên pháp lý, 法定名称, 注册名称, 法人名, 正式名称"),
    (Co, Domains,
        "domain, domains, url, site, web",
        "company domain, domain name, email domain, web domain, account domain, internetdomain, domaine, dominio, domínio, domein, domena, домен, tên miền, 域名, ドメイン, 도메인"),
    (Co, Website,
        "url, site, web, www, homepage, internet",
        "website, web site, company website, website url, web page, webseite, internetseite, homepage url, site web, site internet, sitio web, página web, site da empresa, sito web, sito internet, strona internetowa, strona www, сайт, веб сайт, trang web, 网站, 网址, ウェブサイト, ホームページ, 웹사이트, 홈페이지, hemsida, hjemmeside"),
    (Co, LinkedinUrl,
        "",
        "linkedin, linked in, linkedin url, linkedin page, linkedin company page, company linkedin url, company linkedin"),
    (Co, Industry,
        "sector, vertical, branch, category, segment, branche, activity, activité, ramo, rubro, settore, bedrijfstak",
        "industry, industries, industry sector, business sector, market segment, wirtschaftszweig, industriezweig, secteur, secteur d'activité, sector de actividad, industria, indústria, setor, setor de atividade, settore di attività, industrie, branża, sektor, отрасль, сфера деятельности, ngành, ngành nghề, lĩnh vực, 行业, 產業, 业种, 業界, 業種, 산업, 업종, bransch, bransje, toimiala, obor, sektör"),
    (Co, SizeBand,
        "size, größe, taille, tamaño, tamanho, dimensione, grootte, wielkość, employees, headcount, mitarbeiter, effectif, empleados, funcionários, dipendenti, medewerkers, staff, 규모, 规模, 規模",
        "size band, company size, size range, employee range, employees range, employee band, number of employees, headcount range, firmengröße, unternehmensgröße, mitarbeiterklasse, größenklasse, taille de l'entreprise, tranche d'effectif, tamaño de la empresa, porte da empresa, dimensione azienda, bedrijfsgrootte, wielkość firmy, размер компании, quy mô, quy mô công ty, 公司规模, 企业规模, 会社規模, 従業員規模"),
    (Co, EmployeeCount,
        "employees, headcount, staff, workforce, size, personnel, mitarbeiter, beschäftigte, effectif, effectifs, salariés, empleados, plantilla, funcionários, colaboradores, dipendenti, addetti, medewerkers, werknemers, personeel, pracownicy, zatrudnienie, сотрудники, nhân viên, nhân sự, 员工, 人数, 従業員, 社員数, 직원수, anställda, ansatte",
        "employee count, employees count, number of employees, no of employees, num employees, total employees, full time employees, mitarbeiterzahl, anzahl mitarbeiter, mitarbeiteranzahl, nombre d'employés, nombre de salariés, nombre d'effectifs, número de empleados, n empleados, número de funcionários, numero dipendenti, numero di dipendenti, aantal medewerkers, aantal werknemers, liczba pracowników, число сотрудников, количество сотрудников, численность, số nhân viên, số lượng nhân viên, 员工人数, 员工数, 员工数量, 従業員数, 직원 수, antal anställda, antall ansatte"),
    (Co, AnnualRevenue,
        "revenue, turnover, sales, umsatz, erlöse, chiffre d'affaires, ca, ingresos, facturación, ventas, faturamento, receita, fatturato, ricavi, omzet, przychód, przychody, obrót, выручка, оборот, doanh thu, 营收, 收入, 营业额, 売上, 売上高, 매출, 매출액, omsättning, omsetning, liikevaihto, obrat, ciro",
        "annual revenue, yearly revenue, revenue usd, revenue eur, annual turnover, annual sales, yearly sales, total revenue, jahresumsatz, umsatz pro jahr, chiffre d'affaires annuel, revenu annuel, ingresos anuales, facturación anual, ventas anuales, receita anual, faturamento anual, fatturato annuo, fatturato annuale, jaaromzet, roczny przychód, годовая выручка, годовой оборот, doanh thu hàng năm, doanh thu năm, 年营收, 年收入, 年营业额, 年間売上, 年商, 연매출"),
    (Co, Country,
        "land, nation, location, region, office location, hq, headquarters, standort, sitz, siège, sede, lieu, ubicación, localização, locatie, lokalizacja",
        "country, country code, countrycode, country name, country region, company country, headquarters country, hq country, headquarters location, hq location, office location, ländercode, staat, sitzland, pays, code pays, país, código de país, paese, nazione, landcode, land van vestiging, kraj, страна, quốc gia, đất nước, nước, 国家, 國家, 国, 国名, 국가, maa, země, ülke, billing country, shipping country"),
    (Co, City,
        "town, place, ort, location, office location, hq, headquarters, standort, sitz, siège, sede, locality, plaats, lieu, ubicación, localização, locatie",
        "city, company city, headquarters city, hq city, headquarters location, hq location, office location, city name, billing city, shipping city, stadt, ville, commune, ciudad, localidad, municipio, cidade, município, città, comune, woonplaats, vestigingsplaats, miasto, miejscowość, город, thành phố, tỉnh thành, 城市, 市, 都市, 市区町村, 도시, stad, kaupunki, město, oraș, şehir"),
    (Co, ParentName,
        "parent, group, holding, konzern, mutter, groupe, grupo, gruppo, matriz, мать, groep, koncern",
        "parent company, parent account, parent name, parent company name, parent organization, parent organisation, subsidiary of, owned by company, part of, belongs to, ultimate parent, muttergesellschaft, mutterkonzern, mutterunternehmen, konzernmutter, tochter von, tochtergesellschaft von, maison mère, société mère, filiale de, entreprise mère, empresa matriz, sociedad matriz, filial de, empresa controladora, empresa mãe, casa madre, società madre, capogruppo, controllata da, moederbedrijf, moedermaatschappij, dochter van, spółka matka, firma matka, spółka dominująca, материнская компания, головная компания, công ty mẹ, 母公司, 总公司, 集团, 親会社, 모회사, moderbolag, morselskap"),
    (Co, OwnerName,
        "owner, agent, assignee, rep, betreuer, verantwortlicher, responsable, propriétaire, propietario, responsável, proprietario, responsabile, eigenaar, opiekun, ответственный, менеджер, người phụ trách, 负责人, 担当, 担当者, 담당자",
        "owner name, account owner, company owner, record owner, assigned to, assigned user, sales rep, sales representative, sales agent, sales owner, salesperson, account manager, account executive, kundenbetreuer, vertriebsmitarbeiter, zuständig, commercial en charge, vendedor, commerciale, accountmanager, handlowiec, ответственный менеджер, nhân viên phụ trách, 销售负责人, 営業担当"),
    (Co, OwnerEmail,
        "owner, agent, assignee, rep",
        "owner email, account owner email, company owner email, assigned to email, sales rep email, assigned to, account owner, betreuer email, owner mail"),
    (Co, CreatedAt,
        "created, added, erstellt, angelegt, créé, creado, criado, creato, aangemaakt, utworzono, создан",
        "created at, createdat, created on, created date, create date, creation date, date created, date added, added on, customer since, client since, erstellt am, erstelldatum, angelegt am, anlagedatum, kunde seit, date de création de la fiche, créé le, date d'ajout, fecha de alta, creado el, criado em, data di inserimento, creato il, aangemaakt op, aanmaakdatum, klant sinds, utworzono dnia, дата создания, создано, ngày tạo, 创建时间, 创建日期, 作成日, 登録日, 생성일, skapad, oprettet"),

    (Pr, Name,
        "name, product, item, article, title, produkt, artikel, produit, article, producto, artículo, produto, prodotto, articolo, продукт, товар, sản phẩm, 产品, 商品, 製品, 제품",
        "product name, item name, article name, product title, produktname, artikelname, produktbezeichnung, artikelbezeichnung, nom du produit, nombre del producto, nome do produto, nome prodotto, productnaam, nazwa produktu, название продукта, tên sản phẩm, 产品名称, 商品名, 상품명"),
    (Pr, Description,
        "description, details, text, beschreibung, descripción, descrição, descrizione, omschrijving, opis, описание, mô tả, 描述, 説明, 설명",
        "product description, item description, produktbeschreibung, artikelbeschreibung, long description, short description"),
    (Pr, Price,
        "price, amount, cost, preis, prix, tarif, precio, preço, prezzo, prijs, cena, цена, giá, 价格, 単価, 価格, 가격",
        "unit price, list price, sales price, sale price, selling price, retail price, net price, price per unit, einzelpreis, listenpreis, verkaufspreis, nettopreis, stückpreis, prix unitaire, prix de vente, precio unitario, precio de venta, preço unitário, prezzo unitario, stuksprijs, verkoopprijs, cena jednostkowa"),
    (Pr, Currency, CURRENCY_STRICT, CURRENCY),
    (Pr, OwnerName,
        "owner, betreuer, verantwortlicher, responsable, responsável, responsabile, eigenaar, ответственный, 负责人, 担当",
        "owner name, product owner, product manager, produktmanager, record owner, assigned to"),
    (Pr, OwnerEmail, "owner", "owner email, product owner email, owner mail"),

    (De, Name,
        "name, deal, opportunity, title, subject, topic, betreff, chance, geschäft, opportunité, affaire, oportunidad, negocio, oportunidade, negócio, opportunità, trattativa, szansa, сделка, cơ hội, 商机, 案件, 거래",
        "deal name, opportunity name, deal title, opportunity title, deal subject, auftragsname, verkaufschance, nom de l'affaire, nombre del negocio, nome do negócio, nome trattativa, naam deal, nazwa szansy, название сделки, tên cơ hội, 商机名称, 案件名, 거래명, opportunity id, deal id, opportunity number, deal number, opportunity no, deal no, deal reference"),
    (De, CompanyName,
        "company, account, organization, organisation, customer, client, business, firma, unternehmen, kunde, société, entreprise, empresa, azienda, società, bedrijf, spółka, компания, công ty, 公司, 会社, 企業, 회사",
        "company name, account name, organization name, organisation name, customer company, client company, firmenname, nom de la société, nombre de la empresa, nome da empresa, nome azienda, bedrijfsnaam, nazwa firmy, название компании, tên công ty, 公司名称, 会社名, associated company"),
    (De, CompanyDomain,
        "domain, website, web, url",
        "company domain, company website, account domain, account website"),
    (De, CustomerEmail,
        "email, mail, contact",
        "customer email, contact email, email address, primary contact email, primary contact, associated contact email, kontakt email, email du contact, correo del contacto"),
    (De, PipelineName,
        "pipeline, funnel, process, verkaufsprozess",
        "pipeline name, deal pipeline, sales pipeline, sales process, vertriebspipeline"),
    (De, Stage,
        "stage, status, phase, state, step, étape, etapa, fase, stadium, etap, стадия, этап, giai đoạn, 阶段, ステージ, フェーズ, 단계",
        "deal stage, opportunity stage, sales stage, pipeline stage, deal status, opportunity status, stage name, verkaufsphase, dealphase, étape de l'affaire, etapa del negocio, etapa do negócio, fase trattativa, стадия сделки, 销售阶段, 営業フェーズ"),
    (De, Amount,
        "amount, value, size, price, revenue, total, sum, wert, betrag, summe, umsatz, montant, valeur, importe, valor, monto, importo, valore, bedrag, waarde, kwota, wartość, сумма, giá trị, 金额, 金額, 금액",
        "deal amount, deal value, close value, opportunity amount, opportunity value, contract value, deal size, total value, total amount, expected revenue, order value, auftragswert, dealwert, montant de l'affaire, valor del negocio, valor do negócio, valore trattativa, сумма сделки, 成交金额, 受注金額"),
    (De, Currency, CURRENCY_STRICT, CURRENCY),
    (De, Probability,
        "probability, confidence, chance, likelihood, wahrscheinlichkeit, probabilité, probabilidad, probabilidade, probabilità, kans, prawdopodobieństwo, вероятность, xác suất, 概率, 確度, 확률",
        "win probability, deal probability, close probability, probability percent, abschlusswahrscheinlichkeit"),
    (De, ProductName,
        "product, item, article, service, produkt, artikel, produit, producto, produto, prodotto, продукт, sản phẩm, 产品, 商品, 製品, 제품",
        "product name, item name, product title, produktname, nom du produit, nombre del producto, nome do produto, 产品名称, 商品名"),
    (De, Quantity,
        "quantity, qty, units, seats, menge, anzahl, stück, quantité, cantidad, quantidade, quantità, aantal, ilość, количество, số lượng, 数量, 수량",
        "number of units, number of seats, order quantity"),
    (De, ExpectedCloseDate,
        "expected, forecast, due",
        "expected close date, expected close, expected closing date, estimated close date, estimated close, forecast date, target date, target close date, anticipated close date, erwarteter abschluss, voraussichtlicher abschluss, abschlussdatum geplant, date de clôture prévue, fecha de cierre prevista, data prevista de fechamento, data chiusura prevista, verwachte sluitingsdatum, 预计成交日期, 受注予定日"),
    (De, ClosedAt,
        "closed, ended, abschluss, abgeschlossen, clôture, cierre, fechamento, chiusura",
        "closed at, closed on, closed date, close date, closing date, date closed, actual close date, won date, won at, won time, lost time, end date, abschlussdatum, abgeschlossen am, date de clôture, fecha de cierre, data de fechamento, data di chiusura, sluitingsdatum, data zamknięcia, дата закрытия, ngày đóng, 成交日期, 成約日, 受注日"),
    (De, LostReason,
        "reason, loss, verlustgrund, grund",
        "lost reason, loss reason, closed lost reason, reason lost, reason for loss, reason for losing, motif de perte, motivo de pérdida, motivo de perda, motivo perdita, reden verlies, причина проигрыша, 丢单原因, 失注理由"),
    (De, Source,
        "source, origin, channel, campaign, quelle, herkunft, origine, fuente, origen, origem, fonte, bron, źródło, источник, nguồn, 来源, 流入元, 출처",
        "lead source, deal source, opportunity source, original source, lead origin, leadquelle, source du lead, fuente del lead, origem do lead"),
    (De, OwnerName,
        "owner, agent, assignee, rep, seller, betreuer, verantwortlicher, responsable, propriétaire, propietario, responsável, responsabile, eigenaar, opiekun, ответственный, менеджер, người phụ trách, 负责人, 担当, 担当者, 담당자",
        "owner name, deal owner, opportunity owner, account owner, record owner, assigned to, assigned user, sales rep, sales representative, sales agent, sales owner, salesperson, account manager, account executive, kundenbetreuer, vertriebsmitarbeiter, zuständig, commercial en charge, vendedor, commerciale, accountmanager, handlowiec, ответственный менеджер, nhân viên phụ trách, 销售负责人, 営業担当"),
    (De, OwnerEmail,
        "owner, agent, assignee, rep",
        "owner email, deal owner email, opportunity owner email, assigned to email, sales rep email, assigned to, betreuer email, owner mail"),
    (De, CreatedAt,
        "created, opened, started, begun, engaged, date, erstellt, angelegt, eröffnet, créé, creado, criado, creato, aangemaakt, utworzono, создан",
        "created at, createdat, created on, created date, create date, creation date, date created, added on, opened at, opened on, open date, start date, begin date, engage date, engagement date, first contact date, erstellt am, erstelldatum, angelegt am, startdatum, date de création, créé le, date de début, fecha de creación, fecha de inicio, creado el, data de criação, criado em, data di creazione, creato il, aangemaakt op, data utworzenia, дата создания, ngày tạo, 创建时间, 创建日期, 作成日, 개시일"),
];

/// The same for all records with money.
const CURRENCY_STRICT: &str = "currency, curr, ccy, währung, devise, monnaie, moneda, divisa, moeda, valuta, waluta, валюта, tiền tệ, 货币, 幣別, 通貨, 통화";
const CURRENCY: &str =
    "currency code, deal currency, currency iso code, währungscode, code devise, código de moneda, código da moeda";
