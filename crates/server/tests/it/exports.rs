//! Exports: what is in the files, that nothing in them is a formula, and that importing one again changes nothing.

use crate::imports::{Part, id, plan_of, send};
use crate::kit::{Answer, Client, TestApp, each_engine};
use serde_json::{Value, json};

/// Texts that a spreadsheet would run or an import could take for something else.
const ODD: [&str; 12] = [
    "=1+1",
    "+49 30",
    "-2",
    "@SUM(A1)",
    "'=quoted",
    "'s-Hertogenbosch",
    "a, b; c|d",
    "\"in quotes\"",
    " two  blanks ",
    "\u{ff1d}1",
    "-",
    "n/a",
];

async fn customer(client: &Client, body: Value) -> Value {
    client.post("/customers", body).await.created()
}

/// People of every kind, with companies and owners.
async fn people(app: &TestApp) {
    let owner = &app.owner;
    let house = owner.post("/companies", json!({"name": "=Acme, Inc", "domains": ["acme.example"]})).await.created();
    owner.post("/companies", json!({"name": "=Acme, Inc", "country": "DE"})).await.created();
    for (n, odd) in ODD.iter().enumerate() {
        let tag = odd.replace(',', " ");
        customer(owner, json!({
            "fullName": odd, "firstName": odd, "jobTitle": odd, "companyId": house["id"],
            "tags": if tag.trim().is_empty() { json!([]) } else { json!([tag, "=tag", "semi;colon"]) },
            "contacts": [{"channel": "email", "value": format!("=p{n}+tag@x.example")},
                {"channel": "email", "value": format!("second{n}@x.example")},
                {"channel": "linkedin", "value": format!("https://de.linkedin.com/in/P{n}/?x=1")},
                {"channel": "telegram", "value": if n % 2 == 0 { format!("@p{n}_telegram") } else { format!("{}", 700_000 + n) }}],
        })).await;
    }
    // A local number of a customer who has moved since, and people whom no address tells apart.
    let moved =
        json!({"fullName": "Moved", "country": "DE", "contacts": [{"channel": "phone", "value": "030 901820"}]});
    let moved = customer(owner, moved).await;
    owner.patch(&format!("/customers/{}", moved["id"].as_str().unwrap()), json!({"country": "FR"})).await.ok();
    for _ in 0..2 {
        customer(owner, json!({"fullName": "No Address", "language": "zh-Hant-TW", "timezone": "Asia/Ho_Chi_Minh"}))
            .await;
    }
    customer(owner, json!({"fullName": "Owned", "claimedById": app.member.id(), "country": "GB", "language": "pt-BR"}))
        .await;
    customer(owner, json!({"fullName": "Left", "claimedById": app.colleague.id()})).await;
    let many: Vec<String> = (0..80).map(|n| format!("tag {n}")).collect();
    customer(owner, json!({"fullName": "Tagged", "tags": many})).await;
}

async fn firms(app: &TestApp) {
    let owner = &app.owner;
    for odd in ODD {
        owner.post("/companies", json!({"name": odd, "legalName": odd, "industry": odd, "city": odd})).await.created();
    }
    let parent =
        json!({"name": "Parent", "annualRevenue": 123_456_789, "employeeCount": 1_200, "sizeBand": "1001-5000"});
    let parent = owner.post("/companies", parent).await.created();
    for _ in 0..2 {
        let child = json!({"name": "Child", "parentId": parent["id"], "ownerId": app.colleague.id(), "country": "GB",
            "website": "https://child.example/=x", "linkedinUrl": "https://www.linkedin.com/company/child"});
        owner.post("/companies", child).await.created();
    }
    let domains = json!({"name": "Domains", "domains": ["a.example", "b.example"], "annualRevenue": 5});
    owner.post("/companies", domains).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_a_selection_holds_exactly_that() {
    each_engine(|app| async move {
        let mut ids = Vec::new();
        for name in ["Ada", "Bea", "Cleo", "Dora"] {
            let made = customer(&app.owner, json!({"fullName": name, "country": "DE"})).await;
            ids.push(made["id"].as_str().unwrap().to_string());
        }
        app.owner.act(&format!("/customers/{}/archive", ids[3])).await.ok();
        let file = async |client: &Client, select: Value| {
            let body = json!({"select": select, "format": "csv", "sort": "-fullName", "columns": ["fullName"]});
            client.post("/customers/export", body).await
        };
        let lines = |text: String| -> Vec<String> {
            text.trim_start_matches('\u{feff}').lines().skip(1).map(str::to_string).collect()
        };
        let named = file(&app.member, json!({"ids": [ids[0], ids[3], ids[2]]})).await.text();
        assert_eq!(lines(named), ["Dora", "Cleo", "Ada"], "those on the screen, archived ones too");
        let german = json!({"field": "country", "op": "eq", "value": "DE"});
        let but = file(&app.member, json!({"filter": german, "except": [ids[1]]})).await.text();
        assert_eq!(lines(but), ["Cleo", "Ada"]);
        let searched = file(&app.member, json!({"q": "bea"})).await.text();
        assert_eq!(lines(searched), ["Bea"]);
        let theirs = file(&app.stranger, json!({"ids": [ids[0]]})).await.text();
        assert!(lines(theirs).is_empty());
        let both = json!({"ids": [ids[0]], "filter": german});
        file(&app.member, both).await.refused_at(400, "/select", "ambiguous");
        file(&app.member, json!({})).await.refused_at(400, "/select", "required");
        for (field, value, path, code) in [
            ("sort", json!("-nope"), "/sort", "unknown_field"),
            ("columns", json!(["fullName", "nope"]), "/columns", "unknown_column"),
            ("columns", json!(["fullName", "email,phone"]), "/columns/1", "unknown_column"),
            ("select", json!({"q": "x".repeat(201)}), "/select/q", "too_long"),
        ] {
            let mut body = json!({"select": {"ids": [ids[0]]}, "format": "csv"});
            body[field] = value;
            app.member.post("/customers/export", body).await.refused_at(400, path, code);
        }
        let firm = app.owner.post("/companies", json!({"name": "Acme"})).await.created();
        let body = json!({"select": {"ids": [firm["id"]]}, "format": "xlsx"});
        let book = app.member.post("/companies/export", body.clone()).await;
        assert!(book.body.starts_with(b"PK"), "a workbook");
        app.anonymous.post("/companies/export", body).await.refused(401, "unauthenticated");
    })
    .await;
}

/// Uploads a file, plans it as an update with the guessed mapping, and runs it.
async fn again(app: &TestApp, record: &str, name: &str, file: &Answer) -> Value {
    let parts: [Part<'_>; 2] = [("record", None, record.as_bytes()), ("file", Some(name), &file.body)];
    let uploaded = send(&app.owner, &parts, &[]).await.created();
    let path = format!("/imports/{}", id(&uploaded));
    app.owner.post(&format!("{path}/plan"), plan_of(&uploaded, "update")).await.accepted();
    app.run_jobs().await;
    let planned = app.owner.get(&path).await.ok();
    assert_eq!(
        (&planned["unchanged"], &planned["problems"]),
        (&planned["rows"], &json!([])),
        "{name}: {} created, {} updated\n{:#}",
        planned["created"],
        planned["updated"],
        uploaded["mapping"]
    );
    app.owner.act(&format!("{path}/run")).await.accepted();
    app.run_jobs().await;
    let done = app.owner.get(&path).await.ok();
    assert_eq!((&done["state"], &done["unchanged"]), (&json!("completed"), &planned["rows"]), "{name}");
    done
}

/// All customers or companies as the API shows them.
async fn everything(app: &TestApp, records: &str) -> Value {
    app.owner.get(&format!("/{records}?limit=200&sort=createdAt")).await.ok()["items"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_an_export_again_changes_nothing() {
    each_engine(|app| async move {
        people(&app).await;
        firms(&app).await;
        // An owner who is no longer active stays the owner of what they have.
        let colleague = app.colleague.id();
        app.owner.patch(&format!("/members/{colleague}"), json!({"disabled": true})).await.ok();
        for records in ["customers", "companies"] {
            let before = everything(&app, records).await;
            for kind in ["csv", "xlsx"] {
                let file = app.owner.get(&format!("/{records}/export.{kind}")).await;
                assert_eq!(file.status, 200);
                let name = format!("{records}.{kind}");
                assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{name}\""));
                let done = again(&app, records, &name, &file).await;
                assert_eq!(done["rows"], before.as_array().unwrap().len());
            }
            assert_eq!(everything(&app, records).await, before, "{records}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_an_export_again_changes_no_custom_field() {
    each_engine(|app| async move {
        let owner = &app.owner;
        let made = |label: &str, kind: &str| json!({"record": "customer", "label": label, "kind": kind});
        for kind in ["number", "date", "boolean", "text", "user"] {
            owner.post("/custom-fields", made(kind, kind)).await.created();
        }
        let mut select = made("select", "select");
        select["options"] = json!([{"label": "Hot"}, {"label": "Cold"}]);
        let mut many = made("many", "multi_select");
        many["options"] = json!([{"label": "Köln, Bonn"}, {"label": "a;b|c"}, {"label": "\"q\""}]);
        let (select, many) =
            (owner.post("/custom-fields", select).await.created(), owner.post("/custom-fields", many).await.created());
        let option = |field: &Value, n: usize| field["options"][n]["id"].clone();
        for (n, number) in [json!(0.3333333333333333), json!(1e3), json!(5e-324), json!(-12.345)].iter().enumerate() {
            customer(owner, json!({"fullName": format!("P {n}"), "custom": {
                "number": number, "date": "9999-12-31", "boolean": n % 2 == 0, "text": "=1, 'x'", "user": app.colleague.id(),
                "select": option(&select, n % 2), "many": [option(&many, 0), option(&many, 1), option(&many, 2)],
            }})).await;
        }
        // The option is put aside for another one of the same name, and the member leaves.
        let fresh = json!({"options": [{"label": "Hot"}, {"id": option(&select, 1), "label": "Cold"}]});
        owner.patch(&format!("/custom-fields/{}", id(&select)), fresh).await.ok();
        owner.patch(&format!("/members/{}", app.colleague.id()), json!({"disabled": true})).await.ok();
        let before = everything(&app, "customers").await;
        for kind in ["csv", "xlsx"] {
            let file = owner.get(&format!("/customers/export.{kind}")).await;
            again(&app, "customers", &format!("customers.{kind}"), &file).await;
        }
        assert_eq!(everything(&app, "customers").await, before);
        // Who does not have them is not given them.
        let file = format!("fullName,custom.select\nNew,{}\n", option(&select, 0).as_str().unwrap());
        let parts: [Part<'_>; 2] = [("record", None, b"customer"), ("file", Some("x.csv"), file.as_bytes())];
        let uploaded = send(owner, &parts, &[]).await.created();
        let path = format!("/imports/{}", id(&uploaded));
        owner.post(&format!("{path}/plan"), plan_of(&uploaded, "update")).await.accepted();
        app.run_jobs().await;
        assert_eq!(owner.get(&path).await.ok()["failed"], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_is_a_formula_and_columns_are_chosen() {
    each_engine(|app| async move {
        people(&app).await;
        let csv =
            app.member.get("/customers/export.csv?columns=fullName,tags,company.industry,archived&sort=fullName").await;
        let text = csv.text();
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        assert_eq!(lines.next(), Some("fullName,tags,company.industry,archived"));
        for line in lines {
            let first = line.trim_start_matches('"').trim_start().chars().next().unwrap();
            assert!(!"=+-@\u{ff1d}".contains(first), "{line}");
        }
        let xlsx = app.member.get("/customers/export.xlsx?columns=fullName,email").await;
        assert_eq!(xlsx.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        let mut book = zip::ZipArchive::new(std::io::Cursor::new(xlsx.body.to_vec())).expect("a workbook");
        let mut sheet = String::new();
        let mut part = book.by_name("xl/worksheets/sheet1.xml").expect("a sheet");
        std::io::Read::read_to_string(&mut part, &mut sheet).expect("its text");
        assert!(sheet.contains("=1+1") && !sheet.contains("<f>") && !sheet.contains("<f "), "{sheet}");

        // A filter and a search narrow it; an archived one is there when it is asked for.
        let found = app.member.get("/customers/export.csv?columns=fullName&q=moved").await.text();
        assert_eq!(found, "\u{feff}fullName\r\nMoved\r\n");
        let firms = app.member.get("/companies/export.csv?columns=name,country,customerCount").await;
        firms.refused(400, "malformed");
        for bad in [
            "/customers/export.xlsx?columns=nothing",
            "/companies/export.xlsx?filter=x",
            "/companies/export.csv?sort=-",
        ] {
            app.member.get(bad).await.refused(400, "malformed");
            app.anonymous.get(bad).await.refused(401, "unauthenticated");
        }
        let theirs = app.stranger.get("/customers/export.csv?columns=fullName").await.text();
        assert_eq!(theirs, "\u{feff}fullName\r\n");
        let left: Vec<_> = std::fs::read_dir(app.app.settings.data_dir.join("exports")).expect("a folder").collect();
        assert!(left.is_empty(), "{left:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_leads_to_its_record_and_to_no_other() {
    each_engine(|app| async move {
        let made = |email: &str| json!({"fullName": "X", "contacts": [{"channel": "email", "value": email}]});
        let one = customer(&app.owner, made("one@x.example")).await;
        let two = customer(&app.owner, made("two@x.example")).await;
        let gone = customer(&app.owner, made("gone@x.example")).await;
        let foreign = customer(&app.stranger, made("one@x.example")).await;
        let ids = [&one, &two, &gone, &foreign].map(|one| one["id"].as_str().unwrap().to_string());
        app.owner.act(&format!("/customers/{}/archive", ids[2])).await.ok();
        let file = format!(
            "id,fullName,email\n{},Renamed,one@x.example\n{},Mixed up,one@x.example\n{},Gone,gone@x.example\n{},Foreign,new@x.example\n",
            ids[0], ids[1], ids[2], ids[3]
        );
        let parts: [Part<'_>; 2] = [("record", None, b"customer"), ("file", Some("x.csv"), file.as_bytes())];
        let uploaded = send(&app.owner, &parts, &[]).await.created();
        let path = format!("/imports/{}", id(&uploaded));
        app.owner.post(&format!("{path}/plan"), plan_of(&uploaded, "update")).await.accepted();
        app.run_jobs().await;
        app.owner.act(&format!("{path}/run")).await.accepted();
        app.run_jobs().await;
        let done = app.owner.get(&path).await.ok();
        let counts = ["updated", "failed", "skipped", "created"].map(|name| done[name].as_i64().unwrap());
        assert_eq!(counts, [1, 1, 1, 1], "{done:#}");
        assert_eq!(app.owner.get(&format!("/customers/{}", ids[0])).await.ok()["fullName"], "Renamed");
        assert_eq!(app.owner.get(&format!("/customers/{}", ids[1])).await.ok()["fullName"], "X");
        assert_eq!(app.stranger.get(&format!("/customers/{}", ids[3])).await.ok()["fullName"], "X");
    })
    .await;
}
