//! Imports over HTTP: the form, the steps, who sees what, and what is refused.

use crate::kit::{Answer, Client, TestApp, each_engine};
use axum::http::Method;
use serde_json::{Value, json};

const PEOPLE: &str = "Name,E-Mail,Title,Formula\r\nAnna Meyer,anna@acme.example,CEO,=1+1\r\nBob,not an address,,\r\n";

/// Parts of a form: name, file name, content.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file_name, content) in parts {
        let file = file_name.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    body
}

pub async fn send(client: &Client, parts: &[Part<'_>], headers: &[(&str, &str)]) -> Answer {
    let mut request =
        client.request(Method::POST, "/imports").header("content-type", "multipart/form-data; boundary=cut");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.bytes(form(parts)).send().await
}

pub async fn upload(client: &Client, record: &str, text: &str) -> Value {
    let parts: [Part<'_>; 2] = [("record", None, record.as_bytes()), ("file", Some("people.csv"), text.as_bytes())];
    send(client, &parts, &[]).await.created()
}

pub fn id(import: &Value) -> String {
    import["id"].as_str().expect("an id").to_string()
}

/// The answered mapping as the body of a plan.
pub fn plan_of(import: &Value, on_duplicate: &str) -> Value {
    let mapping: Vec<Value> = import["mapping"]
        .as_array()
        .expect("a mapping")
        .iter()
        .map(|mapped| json!({"column": mapped["column"], "field": mapped["field"]}))
        .collect();
    json!({"mapping": mapping, "onDuplicate": on_duplicate, "overwriteOwner": false})
}

/// Plans and runs, with the jobs done in between.
async fn import(app: &TestApp, client: &Client, record: &str, text: &str) -> Value {
    let uploaded = upload(client, record, text).await;
    let path = format!("/imports/{}", id(&uploaded));
    client.post(&format!("{path}/plan"), plan_of(&uploaded, "skip")).await.accepted();
    app.run_jobs().await;
    assert_eq!(client.get(&path).await.ok()["state"], "planned");
    client.act(&format!("{path}/run")).await.accepted();
    app.run_jobs().await;
    client.get(&path).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_all_the_way_and_back() {
    each_engine(|app| async move {
        let uploaded = upload(&app.member, "customer", PEOPLE).await;
        assert_eq!(
            (&uploaded["state"], &uploaded["rows"], &uploaded["kind"]),
            (&json!("uploaded"), &json!(2), &json!("csv"))
        );
        assert_eq!(uploaded["columns"][0]["samples"], json!(["Anna Meyer", "Bob"]));
        assert_eq!(uploaded["sample"][1], json!(["Bob", "not an address", "", ""]));
        let fields: Vec<&Value> = uploaded["mapping"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
        assert_eq!(fields, [&json!("fullName"), &json!("email"), &json!("jobTitle"), &Value::Null]);
        let done = import(&app, &app.member, "customer", PEOPLE).await;
        assert_eq!((&done["state"], &done["created"], &done["failed"]), (&json!("completed"), &json!(1), &json!(1)));
        let problem = &done["problems"][0];
        assert_eq!(
            (&problem["row"], &problem["column"], &problem["value"]),
            (&json!(3), &json!("E-Mail"), &json!("not an address"))
        );

        let path = format!("/imports/{}", id(&done));
        let rows = app.member.get(&format!("{path}/rows.csv")).await;
        let lines: Vec<String> = rows.text().trim_start_matches('\u{feff}').lines().map(str::to_string).collect();
        assert_eq!(lines[0], "row,result,recordId,reason,Name,E-Mail,Title,Formula");
        assert!(
            lines[1].starts_with("2,created,") && lines[1].ends_with(",Anna Meyer,anna@acme.example,CEO,'=1+1"),
            "{}",
            lines[1]
        );
        assert!(lines[2].starts_with("3,failed,,") && lines[2].contains("not an email address"), "{}", lines[2]);
        assert_eq!(lines.len(), 3);
        let failed = app.member.get(&format!("{path}/rows.csv?result=failed")).await;
        assert_eq!(failed.text().lines().skip(1).collect::<Vec<_>>(), [lines[2].as_str()]);
        app.member.get(&format!("{path}/rows.csv?result=broken")).await.refused(400, "malformed");

        let found = app.member.get("/customers?q=anna").await.ok();
        let customer = &found["items"][0];
        assert_eq!((&customer["fullName"], &customer["source"]), (&json!("Anna Meyer"), &json!("import")));
        let timeline = app.member.get(&format!("/customers/{}/activity", customer["id"].as_str().unwrap())).await.ok();
        let imported =
            timeline["items"].as_array().unwrap().iter().find(|one| one["type"] == "customer.imported").unwrap();
        assert_eq!(
            imported["detail"],
            json!({"importId": done["id"], "fileName": "people.csv", "row": 2, "result": "created"})
        );
        assert_eq!((&imported["actor"]["kind"], &imported["actor"]["id"]), (&json!("import"), &done["id"]));

        app.member.act(&format!("{path}/undo")).await.accepted();
        app.run_jobs().await;
        let undone = app.member.get(&path).await.ok();
        assert_eq!((&undone["state"], &undone["undone"]["archived"]), (&json!("undone"), &json!(1)));
        assert_eq!(app.member.get("/customers?q=anna").await.ok()["items"], json!([]));
        app.member.act(&format!("{path}/undo")).await.refused(409, "import_state");

        app.member.delete(&path).await.refused(409, "import_state");
        let dropped = upload(&app.member, "customer", PEOPLE).await;
        app.member.delete(&format!("/imports/{}", id(&dropped))).await.no_content();
        app.member.get(&format!("/imports/{}", id(&dropped))).await.refused(404, "not_found");

        let list = app.member.get("/imports?limit=1").await.ok();
        assert_eq!(list["items"][0]["id"], done["id"]);
        let next = list["nextCursor"].as_str().expect("a second page");
        let second = app.member.get(&format!("/imports?limit=1&cursor={next}")).await.ok();
        assert_eq!((&second["items"][0]["id"], &second["nextCursor"]), (&uploaded["id"], &Value::Null));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_answers_at_once_when_a_runner_is_at_work() {
    each_engine(|app| async move {
        let runner = server::background::runner(&app.app).expect("a runner").start();
        let uploaded = upload(&app.owner, "companies", "Company,Country\nAcme,Philipines\nBeta,Atlantis\n").await;
        let planned =
            app.owner.post(&format!("/imports/{}/plan", id(&uploaded)), plan_of(&uploaded, "update")).await.ok();
        assert_eq!(
            (&planned["state"], &planned["created"], &planned["failed"]),
            (&json!("planned"), &json!(1), &json!(1))
        );
        let offer =
            json!({"column": "Country", "value": "Philipines", "meaning": "PH", "name": "Philippines", "rows": 1});
        assert_eq!(planned["offers"], json!([offer]));
        runner.shutdown(std::time::Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_between_its_starter_and_the_admins() {
    each_engine(|app| async move {
        let done = import(&app, &app.member, "customer", PEOPLE).await;
        let path = format!("/imports/{}", id(&done));
        let routes = [
            ("GET", ""),
            ("DELETE", ""),
            ("GET", "/rows.csv"),
            ("POST", "/run"),
            ("POST", "/cancel"),
            ("POST", "/undo"),
        ];
        let before = app.digest().await;
        for (method, rest) in routes {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let path = format!("{path}{rest}");
            for stranger in [&app.colleague, &app.stranger] {
                stranger.request(method.clone(), &path).send().await.refused(404, "not_found");
            }
            app.anonymous.request(method, &path).send().await.refused(401, "unauthenticated");
        }
        let plan = plan_of(&done, "skip");
        app.colleague.post(&format!("{path}/plan"), plan.clone()).await.refused(404, "not_found");
        app.stranger.post(&format!("{path}/plan"), plan).await.refused(404, "not_found");
        let parts: [Part<'_>; 2] = [("record", None, b"customer"), ("file", Some("a.csv"), PEOPLE.as_bytes())];
        send(&app.anonymous, &parts, &[]).await.refused(401, "unauthenticated");
        assert!(app.digest().await == before, "a refusal changed something");
        assert_eq!(app.colleague.get("/imports").await.ok()["items"], json!([]));
        assert_eq!(app.admin.get("/imports").await.ok()["items"].as_array().map(Vec::len), Some(1));
        app.admin.get(&path).await.ok();
        app.admin.act(&format!("{path}/undo")).await.accepted();

        // Overwriting owners is for admins.
        let uploaded = upload(&app.member, "customer", PEOPLE).await;
        let mut plan = plan_of(&uploaded, "update");
        plan["overwriteOwner"] = json!(true);
        app.member.post(&format!("/imports/{}/plan", id(&uploaded)), plan).await.refused(403, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_is_refused_with_its_place() {
    each_engine(|app| async move {
        let owner = &app.owner;
        let path = |answer: &Answer| answer.json()["errors"][0]["path"].as_str().unwrap_or_default().to_string();
        owner.post("/imports", json!({})).await.refused(415, "unsupported_media_type");
        let file: Part<'_> = ("file", Some("x.csv"), b"Name\nAnna\n");
        let record: Part<'_> = ("record", None, b"customer");
        let task: Part<'_> = ("record", None, b"task");
        let extra: Part<'_> = ("orgId", None, b"1");
        for (parts, place) in [
            (vec![file], "/record"),
            (vec![record], "/file"),
            (vec![task, file], "/record"),
            (vec![record, extra, file], "/orgId"),
            (vec![record, ("delimiter", None, b"--"), file], "/delimiter"),
            (vec![record, ("header", None, b"maybe"), file], "/header"),
        ] {
            let answer = send(owner, &parts, &[]).await;
            assert_eq!((answer.status.as_u16(), path(&answer)), (400, place.to_string()), "{}", answer.text());
        }
        let broken = owner
            .request(Method::POST, "/imports")
            .header("content-type", "multipart/form-data; boundary=cut")
            .bytes("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nname\nAn")
            .send()
            .await;
        broken.refused(400, "malformed");

        let wide: String = (0..201).map(|column| format!("c{column},")).collect();
        for (content, code) in [
            (b"".to_vec(), "file_empty"),
            (b"name,email\n".to_vec(), "file_without_rows"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "not_a_table"),
            (format!("{wide}x\n1,2\n").into_bytes(), "too_many_columns"),
            (b"PK\x03\x04 no archive".to_vec(), "workbook_broken"),
            (b"a,\"b\nc,d\n".to_vec(), "header_broken"),
        ] {
            let answer = send(owner, &[record, ("file", Some("people.csv"), &content)], &[]).await;
            assert_eq!(answer.status.as_u16(), 422, "{}", answer.text());
            let problem = answer.json();
            assert_eq!((&problem["errors"][0]["path"], &problem["errors"][0]["code"]), (&json!("/file"), &json!(code)));
        }
        assert_eq!(owner.get("/imports").await.ok()["items"], json!([]));

        let uploaded = upload(owner, "customer", "Email,email,\nanna@x.example,b@x.example,c\n").await;
        let names: Vec<&Value> = uploaded["columns"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["Email", "email (2)", "Column 3"]);
        assert_eq!(uploaded["notes"].as_array().map(Vec::len), Some(2));
        let path = format!("/imports/{}/plan", id(&uploaded));
        let bad = json!({"mapping": [{"column": "Email", "field": "orgId"}, {"column": "Nope", "field": "email"}]});
        let answer = owner.post(&path, bad).await;
        answer.refused(422, "invalid");
        let paths: Vec<Value> =
            answer.json()["errors"].as_array().unwrap().iter().map(|error| error["path"].clone()).collect();
        assert_eq!(paths, ["/mapping/0/field", "/mapping/1/column"]);
        owner.post(&path, json!({"mapping": [], "extra": 1})).await.refused(400, "malformed");
        let run = format!("/imports/{}/run", id(&uploaded));
        owner.act(&run).await.refused(409, "import_state");
        owner.get("/imports?limit=0").await.refused(400, "malformed");
        owner.get("/imports?cursor=x").await.refused(400, "malformed");
        owner.get("/imports/template.csv?record=task").await.refused(400, "malformed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_corrected_and_repeated_safely() {
    each_engine(|app| async move {
        // The form says what detection would get wrong.
        let bytes = "Name|Ort\nJ\u{e9}|K\u{f6}ln\n".chars().map(|c| c as u32 as u8).collect::<Vec<u8>>();
        let parts: [Part<'_>; 5] = [
            ("file", Some("C:\\data\\leute.csv"), &bytes),
            ("encoding", None, b"windows-1252"),
            ("delimiter", None, b"|"),
            ("header", None, b"true"),
            ("record", None, b"customer"),
        ];
        let key = [("idempotency-key", "upload-1")];
        let first = send(&app.owner, &parts, &key).await.created();
        assert_eq!(
            (&first["fileName"], &first["encoding"], &first["delimiter"]),
            (&json!("leute.csv"), &json!("windows-1252"), &json!("|"))
        );
        assert_eq!(first["columns"][1]["samples"], json!(["Köln"]));
        let again = send(&app.owner, &parts, &key).await.created();
        assert_eq!(again["id"], first["id"], "the same request is the same import");
        assert_eq!(app.owner.get("/imports").await.ok()["items"].as_array().map(Vec::len), Some(1));
        let other: [Part<'_>; 2] = [("record", None, b"customer"), ("file", Some("x.csv"), b"Name\nBob\n")];
        send(&app.owner, &other, &key).await.refused(422, "invalid");

        let template = app.member.get("/imports/template.csv?record=company").await;
        assert!(template.text().starts_with("\u{feff}name,legalName,domains,"), "{}", template.text());
        // What the template says can be imported.
        let filled = template.text().trim_start_matches('\u{feff}').to_string();
        let done = import(&app, &app.owner, "company", &filled).await;
        assert_eq!((&done["created"], &done["failed"]), (&json!(1), &json!(0)), "{done:#}");
    })
    .await;
}
