//! Who may do what: every route of the document with every kind of caller. A route without a line here fails
//! the test, and a refusal that changes a single stored row does too.

use crate::kit::{Client, Operation, TestApp, each_engine, operations};
use axum::http::Method;
use platform::actor::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Nobody needs to be signed in.
    Public,
    /// Every member and key.
    Members,
    /// Every member, but no key: it is about their own account.
    People,
    /// Admins and owners.
    Admins,
    /// Whoever may write the record: its owner (the first member, in these tests), admins and owners.
    Owned,
}

use Access::{Admins, Members, Owned, People, Public};

/// Method, path, access, and a body that gets past the reading of it.
type Line = (&'static str, &'static str, Access, fn(&Fixture) -> Value);

const NONE: fn(&Fixture) -> Value = |_| Value::Null;
const EMPTY: fn(&Fixture) -> Value = |_| json!({});

#[rustfmt::skip]
const ROUTES: &[Line] = &[
    // Accounts
    ("POST", "/auth/signup", Public, |f| json!({"fullName": "New", "email": format!("{}@new.example", f.unique), "orgName": "New", "password": crate::kit::PASSWORD})),
    ("POST", "/auth/login", Public, |_| json!({"email": "mia@engines.example", "password": crate::kit::PASSWORD})),
    ("GET", "/me", People, NONE),
    ("PATCH", "/me", People, |_| json!({"fullName": "Renamed"})),
    ("GET", "/me/sessions", People, NONE),
    ("DELETE", "/me/sessions", People, NONE),
    ("DELETE", "/me/sessions/{id}", People, NONE),
    ("GET", "/bootstrap", People, NONE),
    ("GET", "/org", Members, NONE),
    ("PATCH", "/org", Admins, |f| json!({"name": format!("Engines {}", f.unique)})),
    ("GET", "/members", Members, NONE),
    ("PATCH", "/members/{id}", Admins, EMPTY),
    ("GET", "/audit", Admins, NONE),
    ("GET", "/api-keys", Admins, NONE),
    ("POST", "/api-keys", Admins, |_| json!({"name": "Key", "role": "member"})),
    ("DELETE", "/api-keys/{id}", Admins, NONE),
    ("GET", "/ai/providers", Admins, NONE),
    ("POST", "/ai/providers", Admins, |_| model()),
    ("POST", "/ai/providers/test", Admins, |_| json!({"baseUrl": "http://127.0.0.1:9/v1", "chatModel": "small"})),
    ("PATCH", "/ai/providers/{id}", Admins, |_| json!({"name": "Renamed"})),
    ("DELETE", "/ai/providers/{id}", Admins, NONE),
    ("GET", "/ai/usage", Admins, NONE),
    // Background work
    ("GET", "/jobs/{id}", Members, NONE),
    ("POST", "/jobs/{id}/cancel", Members, NONE),
    ("POST", "/jobs/{id}/undo", Members, NONE),
    // Tags
    ("GET", "/tags", Members, NONE),
    ("POST", "/tags", Members, |f| json!({"name": format!("tag-{}", f.unique)})),
    ("POST", "/tags/query", Members, EMPTY),
    ("POST", "/tags/count", Members, EMPTY),
    ("POST", "/tags/merge", Admins, |f| json!({"primaryId": f.tag, "ids": [f.other_tag]})),
    ("POST", "/tags/merge/preview", Admins, |f| json!({"primaryId": f.tag, "ids": [f.other_tag]})),
    ("GET", "/tags/{id}", Members, NONE),
    ("PATCH", "/tags/{id}", Members, |_| json!({"description": "Changed"})),
    ("DELETE", "/tags/{id}", Admins, NONE),
    // Custom fields
    ("GET", "/custom-fields", Members, NONE),
    ("POST", "/custom-fields", Admins, |f| json!({"record": "customer", "label": format!("F {}", f.unique), "kind": "text"})),
    ("GET", "/custom-fields/{id}", Members, NONE),
    ("PATCH", "/custom-fields/{id}", Admins, |f| json!({"label": format!("G {}", f.unique)})),
    ("POST", "/custom-fields/{id}/archive", Admins, NONE),
    ("POST", "/custom-fields/{id}/restore", Admins, NONE),
    // Segments
    ("GET", "/segments", Members, NONE),
    ("POST", "/segments/query", Members, EMPTY),
    ("POST", "/segments/count", Members, EMPTY),
    ("POST", "/segments", Members, |f| json!({"name": format!("Segment {}", f.unique), "kind": "static"})),
    ("POST", "/segments/preview", Members, |_| json!({"rule": {"and": []}})),
    ("PUT", "/segments/by-name", Members, |f| json!({"names": [format!("Named {}", f.unique)]})),
    ("GET", "/segments/{id}", Members, NONE),
    ("PATCH", "/segments/{id}", Owned, |_| json!({"description": "Changed"})),
    ("POST", "/segments/{id}/archive", Owned, NONE),
    ("POST", "/segments/{id}/restore", Owned, NONE),
    ("POST", "/segments/{id}/recompute", Owned, NONE),
    ("GET", "/segments/{id}/members", Members, NONE),
    // Whoever may write the customer.
    ("POST", "/segments/{id}/members", Owned, |f| json!({"add": [f.customer]})),
    ("GET", "/segments/{id}/explain/{customerId}", Members, NONE),
    ("GET", "/segments/{id}/used-by", Members, NONE),
    // Notes
    ("GET", "/notes", Members, NONE),
    ("POST", "/notes/query", Members, EMPTY),
    ("POST", "/notes/count", Members, EMPTY),
    ("POST", "/notes", Owned, |f| json!({"body": "Note", "anchor": {"kind": "customer", "id": f.customer}})),
    ("GET", "/notes/{id}", Members, NONE),
    ("PATCH", "/notes/{id}", Owned, |_| json!({"body": "Changed"})),
    ("DELETE", "/notes/{id}", Owned, NONE),
    ("POST", "/notes/{id}/restore", Owned, NONE),
    ("POST", "/notes/{id}/pin", Owned, NONE),
    ("POST", "/notes/{id}/unpin", Owned, NONE),
    ("GET", "/notes/{id}/revisions", Members, NONE),
    // Notifications
    ("GET", "/notifications", People, NONE),
    ("GET", "/notifications/count", People, NONE),
    ("POST", "/notifications/read", People, |f| json!({"until": f.customer})),
    // Views
    ("GET", "/views", Members, NONE),
    ("POST", "/views/query", Members, EMPTY),
    ("POST", "/views/count", Members, EMPTY),
    ("GET", "/me/views", People, NONE),
    ("PUT", "/me/views/{record}", People, EMPTY),
    ("POST", "/views", Members, |f| json!({"name": format!("View {}", f.unique), "record": "customer", "visibility": "org"})),
    ("GET", "/views/{id}", Members, NONE),
    ("PATCH", "/views/{id}", Owned, |_| json!({"layout": "board"})),
    ("DELETE", "/views/{id}", Owned, NONE),
    // Dashboards
    ("GET", "/dashboards", Members, NONE),
    ("POST", "/dashboards", Members, |f| json!({"name": format!("Dashboard {}", f.unique), "visibility": "org"})),
    ("GET", "/dashboards/{id}", Members, NONE),
    ("PATCH", "/dashboards/{id}", Owned, |f| json!({"name": format!("Board {}", f.unique)})),
    ("DELETE", "/dashboards/{id}", Owned, NONE),
    ("PUT", "/me/dashboard", People, EMPTY),
    ("GET", "/activity", Members, NONE),
    ("POST", "/reports/query", Members, |_| json!({"source": "deal"})),
    // Search
    ("GET", "/search", Members, NONE),
    // Companies
    ("GET", "/companies", Members, NONE),
    ("POST", "/companies/query", Members, EMPTY),
    ("POST", "/companies/count", Members, EMPTY),
    ("POST", "/companies/facets", Members, |_| json!({"fields": ["country"]})),
    ("POST", "/companies/export", Members, |_| json!({"select": {"ids": []}, "format": "csv"})),
    ("POST", "/companies", Members, |f| json!({"name": format!("Company {}", f.unique)})),
    ("GET", "/companies/export.csv", Members, NONE),
    ("GET", "/companies/export.xlsx", Members, NONE),
    ("POST", "/companies/bulk", Members, |_| json!({"select": {"ids": []}, "action": {"kind": "archive"}})),
    ("GET", "/companies/match", Members, NONE),
    ("GET", "/companies/{id}", Members, NONE),
    ("PATCH", "/companies/{id}", Owned, |_| json!({"city": "Prague"})),
    ("POST", "/companies/{id}/archive", Owned, NONE),
    ("POST", "/companies/{id}/restore", Owned, NONE),
    ("GET", "/companies/{id}/customers", Members, NONE),
    ("GET", "/companies/{id}/activity", Members, NONE),
    ("GET", "/companies/{id}/deals", Members, NONE),
    ("GET", "/companies/{id}/duplicates", Members, NONE),
    ("POST", "/companies/merge", Admins, |f| json!({"primaryId": f.company, "ids": [f.other_company]})),
    ("POST", "/companies/merge/preview", Admins, |f| json!({"primaryId": f.company, "ids": [f.other_company]})),
    ("POST", "/companies/{id}/unmerge", Admins, NONE),
    // Products
    ("GET", "/products", Members, NONE),
    ("POST", "/products/query", Members, EMPTY),
    ("POST", "/products/count", Members, EMPTY),
    ("POST", "/products", Members, |f| json!({"name": format!("Product {}", f.unique)})),
    ("GET", "/products/{id}", Members, NONE),
    ("PATCH", "/products/{id}", Owned, |_| json!({"price": 5})),
    ("POST", "/products/{id}/archive", Owned, NONE),
    ("POST", "/products/{id}/restore", Owned, NONE),
    // Scoring
    ("GET", "/products/{id}/criteria", Members, NONE),
    ("POST", "/products/{id}/criteria", Admins, |_| heat()),
    ("GET", "/criteria/{id}", Members, NONE),
    ("PATCH", "/criteria/{id}", Admins, |_| json!({"weight": 0.5})),
    ("DELETE", "/criteria/{id}", Admins, NONE),
    ("GET", "/criteria/{id}/readings", Members, NONE),
    ("POST", "/criteria/{id}/backtest", Admins, |_| json!({"weight": 0.5})),
    ("POST", "/criteria/{id}/try", Admins, |f| json!({"customerId": f.customer, "weight": 0.5})),
    ("POST", "/products/{id}/criteria/backtest", Admins, |_| heat()),
    ("POST", "/products/{id}/criteria/try", Admins, |f| with(heat(), "customerId", &f.customer)),
    ("GET", "/products/{id}/calibration", Members, NONE),
    ("POST", "/criteria/{id}/assess", Owned, |f| json!({"customerId": f.customer, "score": 0.5, "reason": "Met"})),
    ("POST", "/criteria/{id}/adjust", Owned, |f| json!({"customerId": f.customer, "delta": 0.5})),
    ("GET", "/customers/{id}/fit", Members, NONE),
    ("GET", "/customers/{id}/fit/history", Members, NONE),
    ("POST", "/customers/{id}/rescore", Owned, NONE),
    ("POST", "/intent-signals", Owned, |f| json!({"customerId": f.customer, "name": "Visit", "strength": 0.5})),
    ("GET", "/leads", Members, NONE),
    ("POST", "/leads/review", Owned, |f| json!({"customerId": f.customer, "productId": f.product, "decision": "nurture"})),
    // Pipelines
    ("GET", "/pipelines", Members, NONE),
    ("POST", "/pipelines", Admins, |f| pipeline(&format!("Q {}", f.unique))),
    ("GET", "/pipelines/{id}", Members, NONE),
    ("PATCH", "/pipelines/{id}", Admins, |f| json!({"name": format!("R {}", f.unique)})),
    ("POST", "/pipelines/{id}/archive", Admins, NONE),
    ("POST", "/pipelines/{id}/restore", Admins, NONE),
    // Deals
    ("GET", "/deals", Members, NONE),
    ("POST", "/deals/query", Members, EMPTY),
    ("POST", "/deals/count", Members, EMPTY),
    ("POST", "/deals", Members, |f| json!({"name": format!("Deal {}", f.unique)})),
    ("POST", "/deals/bulk", Members, |_| json!({"select": {"ids": []}, "action": {"kind": "archive"}})),
    ("POST", "/deals/export", Members, |_| json!({"select": {"ids": []}, "format": "csv"})),
    ("GET", "/deals/export.csv", Members, NONE),
    ("GET", "/deals/export.xlsx", Members, NONE),
    ("GET", "/deals/board", Members, NONE),
    ("GET", "/deals/stats", Members, NONE),
    ("GET", "/deals/forecast", Members, NONE),
    ("GET", "/deals/{id}", Members, NONE),
    ("PATCH", "/deals/{id}", Owned, |_| json!({"amount": 5})),
    ("POST", "/deals/{id}/move", Owned, |f| json!({"stageId": f.stage})),
    ("POST", "/deals/{id}/archive", Owned, NONE),
    ("POST", "/deals/{id}/restore", Owned, NONE),
    ("GET", "/deals/{id}/stages", Members, NONE),
    ("GET", "/deals/{id}/activity", Members, NONE),
    // Tasks
    ("GET", "/tasks", Members, NONE),
    ("POST", "/tasks/query", Members, EMPTY),
    ("POST", "/tasks/count", Members, EMPTY),
    ("GET", "/tasks/counts", People, NONE),
    ("POST", "/tasks", Members, |f| json!({"subject": format!("Task {}", f.unique)})),
    ("GET", "/tasks/{id}", Members, NONE),
    ("PATCH", "/tasks/{id}", Owned, |_| json!({"description": "Changed"})),
    // Imports
    ("GET", "/imports", Members, NONE),
    ("GET", "/imports/template.csv", Members, NONE),
    // Customers
    ("GET", "/customers", Members, NONE),
    ("POST", "/customers/query", Members, EMPTY),
    ("POST", "/customers/count", Members, EMPTY),
    ("POST", "/customers/facets", Members, |_| json!({"fields": ["country"]})),
    ("POST", "/customers/export", Members, |_| json!({"select": {"ids": []}, "format": "csv"})),
    ("GET", "/customers/export.csv", Members, NONE),
    ("GET", "/customers/export.xlsx", Members, NONE),
    ("POST", "/customers/bulk", Members, |_| json!({"select": {"ids": []}, "action": {"kind": "archive"}})),
    ("POST", "/customers", Members, |f| json!({"fullName": format!("Customer {}", f.unique)})),
    ("GET", "/customers/{id}", Members, NONE),
    ("GET", "/customers/{id}/segments", Members, NONE),
    ("PATCH", "/customers/{id}", Owned, |_| json!({"jobTitle": "Admiral"})),
    ("POST", "/customers/{id}/archive", Owned, NONE),
    ("POST", "/customers/{id}/restore", Owned, NONE),
    ("POST", "/customers/{id}/release", Admins, NONE),
    ("POST", "/customers/{id}/reassign", Admins, |f| json!({"userId": f.admin_id})),
    ("GET", "/duplicates", Members, NONE),
    ("GET", "/duplicates/counts", Members, NONE),
    ("GET", "/customers/{id}/duplicates", Members, NONE),
    ("POST", "/duplicates/{id}/decide", Owned, |_| json!({"decision": "different"})),
    ("POST", "/customers/merge", Admins, |f| json!({"primaryId": f.customer, "ids": [f.other_customer]})),
    ("POST", "/customers/merge/preview", Admins, |f| json!({"primaryId": f.customer, "ids": [f.other_customer]})),
    ("POST", "/customers/{id}/unmerge", Admins, NONE),
    ("GET", "/customers/{id}/activity", Members, NONE),
    ("POST", "/customers/{id}/activities", Owned, |_| json!({"type": "call.logged", "occurredAt": "2026-01-01T09:00:00Z", "detail": {"subject": "Hello"}})),
    ("GET", "/customers/{id}/contacts", Members, NONE),
    ("POST", "/customers/{id}/contacts", Owned, |f| json!({"channel": "email", "value": format!("{}@mail.example", f.unique)})),
    ("PUT", "/customers/{id}/tags/{name}", Owned, NONE),
    ("DELETE", "/customers/{id}/tags/{name}", Owned, NONE),
    ("PATCH", "/contacts/{id}", Owned, |_| json!({"label": "work"})),
    ("DELETE", "/contacts/{id}", Owned, NONE),
];

/// Routes whose answer depends on more than the role, with the test that covers them.
const ELSEWHERE: &[(&str, &str)] = &[
    // It takes away somebody whom the test still asks as: see the tests of accounts.
    ("DELETE", "/members/{id}"),
    // It ends the caller's own session, which the test still needs: see the tests of accounts.
    ("POST", "/auth/logout"),
    // A claim is refused with 409 and the owner's name, not with 403: see the tests of customers.
    ("POST", "/customers/{id}/claim"),
    // Whoever does not own the customer, an admin too, has nothing to give back.
    ("POST", "/customers/{id}/unclaim"),
    // As that of a customer: see the tests of tasks.
    ("POST", "/tasks/{id}/claim"),
    // Its body is a form, and an upload is its uploader's alone: see the tests of notes.
    ("POST", "/attachments"),
    ("GET", "/attachments/{id}"),
    ("GET", "/attachments/{id}/content"),
    ("DELETE", "/attachments/{id}"),
    // One person's own: see the tests of notes.
    ("POST", "/notifications/{id}/read"),
    // Its body is a form, and an import is a secret between its starter and the admins: see the tests of imports.
    ("POST", "/imports"),
    ("GET", "/imports/{id}"),
    ("DELETE", "/imports/{id}"),
    ("GET", "/imports/{id}/rows.csv"),
    ("POST", "/imports/{id}/plan"),
    ("POST", "/imports/{id}/run"),
    ("POST", "/imports/{id}/cancel"),
    ("POST", "/imports/{id}/undo"),
];

/// One record of each kind in `Engines`, owned by the first member where records have owners.
pub struct Fixture {
    unique: String,
    admin_id: String,
    member_id: String,
    customer: String,
    other_customer: String,
    pair: String,
    contact: String,
    company: String,
    other_company: String,
    tag: String,
    other_tag: String,
    /// A static one, made by the first member like the view.
    segment: String,
    note: String,
    view: String,
    dashboard: String,
    model: String,
    field: String,
    product: String,
    /// Of the product.
    criterion: String,
    pipeline: String,
    deal: String,
    /// The deal's.
    stage: String,
    task: String,
    key: String,
    session: String,
    job: String,
}

fn pipeline(name: &str) -> Value {
    let stages = ["open", "won", "lost"].map(|stage| json!({"name": stage, "stage": stage}));
    json!({"name": name, "stages": stages})
}

fn heat() -> Value {
    let weights = [json!({"type": "call.logged", "weight": 1})];
    let params = json!({"windowDays": 30, "halfLifeDays": 7, "scale": 5, "weights": weights});
    json!({"name": "Heat", "type": "behavioral", "weight": 1, "params": params})
}

fn model() -> Value {
    json!({"name": "Model", "baseUrl": "https://models.example/v1", "chatModel": "small"})
}

fn with(mut body: Value, key: &str, value: &str) -> Value {
    body[key] = json!(value);
    body
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value:#}")).to_string()
}

/// A pair for people to decide, as if it had been found.
async fn pair(app: &TestApp, first: &str, second: &str) -> String {
    let (org_id, id, now) = (app.org_id, app.clock.new_id(), app.clock.now());
    let customer = |id: &str| -> uuid::Uuid { id.parse().expect("an id") };
    let (first, second) = (customer(first), customer(second));
    let written: db::Result<u64> = app
        .db()
        .write(move |tx| {
            tx.execute((
                "INSERT INTO duplicate_pairs (org_id, id, first_customer_id, second_customer_id, score, evidence, state,
                   created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
                db::params![org_id, id, first, second, 500_i64, json!([]), "open", now, 1_i64],
            ))
        })
        .await;
    written.expect("a pair");
    id.to_string()
}

impl Fixture {
    pub async fn new(app: &TestApp, path: &str) -> Fixture {
        let unique = app.clock.new_id().simple().to_string();
        let customer = json!({"fullName": "Grace Hopper", "contacts": [{"channel": "email", "value": format!("{unique}@navy.example")}]});
        let customer = app.member.post("/customers", customer).await.created();
        let customer_id = text(&customer, "id");
        app.member.act(&format!("/customers/{customer_id}/claim")).await.ok();
        let other = app.owner.post("/customers", json!({"fullName": format!("Hopper {unique}")})).await.created();
        let company = json!({"name": format!("Navy {unique}"), "ownerId": app.member.id()});
        let company = app.member.post("/companies", company).await.created();
        let other_company = json!({"name": format!("Old Navy {unique}")});
        let other_company = app.owner.post("/companies", other_company).await.created();
        let tag = app.owner.post("/tags", json!({"name": format!("t-{unique}")})).await.created();
        let other_tag = app.owner.post("/tags", json!({"name": format!("u-{unique}")})).await.created();
        let segment = json!({"name": format!("S {unique}"), "kind": "static"});
        let segment = app.member.post("/segments", segment).await.created();
        let note = json!({"body": "Note", "anchor": {"kind": "customer", "id": customer_id}});
        let note = app.member.post("/notes", note).await.created();
        // Only where it is needed: a record has so many and no more.
        let field = if path.is_empty() || path.starts_with("/custom-fields/") {
            let body = json!({"record": "company", "label": format!("F {unique}"), "kind": "text"});
            text(&app.owner.post("/custom-fields", body).await.created(), "id")
        } else {
            String::new()
        };
        // Only where they are needed, for an organisation has so many of them and no more.
        let is_needed = |of: &str| path.is_empty() || path.contains("sessions") || path.starts_with(of);
        let (mut view, mut dashboard) = (String::new(), String::new());
        if is_needed("/views/") {
            let body = json!({"name": format!("V {unique}"), "record": "customer", "visibility": "org"});
            view = text(&app.member.post("/views", body).await.created(), "id");
        }
        if is_needed("/dashboards/") {
            let body = json!({"name": format!("D {unique}"), "visibility": "org"});
            dashboard = text(&app.member.post("/dashboards", body).await.created(), "id");
        }
        let mut record = Value::Null;
        if is_needed("/pipelines/") {
            record = app.owner.post("/pipelines", pipeline(&format!("P {unique}"))).await.created();
        }
        let pipeline = record["id"].as_str().unwrap_or_default().to_string();
        let mut product = String::new();
        if is_needed("/products/") || is_needed("/criteria/") || is_needed("/leads/") {
            let body = json!({"name": format!("Pr {unique}")});
            product = text(&app.member.post("/products", body).await.created(), "id");
        }
        let mut criterion = String::new();
        if is_needed("/criteria/") {
            let path = format!("/products/{product}/criteria");
            criterion = text(&app.owner.post(&path, heat()).await.created(), "id");
        }
        let mut endpoint = String::new();
        if is_needed("/ai/providers/") {
            // There are only so many: one that is there will do.
            let there = app.owner.get("/ai/providers").await.ok()["items"][0].clone();
            let there = if there.is_null() { app.owner.post("/ai/providers", model()).await.created() } else { there };
            endpoint = text(&there, "id");
        }
        let (mut deal, mut stage) = (String::new(), String::new());
        if is_needed("/deals/") {
            let made = app.member.post("/deals", json!({"name": format!("D {unique}")})).await.created();
            (deal, stage) = (text(&made, "id"), text(&made, "stageId"));
        }
        let mut task = String::new();
        if is_needed("/tasks/") {
            let body = json!({"subject": format!("T {unique}"), "assigneeId": app.member.id()});
            task = text(&app.owner.post("/tasks", body).await.created(), "id");
        }
        let mut key = String::new();
        if is_needed("/api-keys/") {
            key = text(&app.owner.post("/api-keys", json!({"name": "Key", "role": "member"})).await.created(), "id");
        }
        // Only where it is needed: the newest sessions push the oldest out.
        let session = if path.contains("sessions/{id}") {
            let phone = app.log_in("max@engines.example").await;
            let sessions = phone.get("/me/sessions").await.ok();
            let current = sessions["items"].as_array().unwrap().iter().find(|one| one["current"] == true).cloned();
            text(&current.unwrap(), "id")
        } else {
            String::new()
        };
        let (org_id, now) = (app.org_id.0, app.clock.now().micros());
        let job = jobs::NewJob::new("test.nothing", json!({})).for_org(org_id).at(i64::MAX);
        let job = app.db().write(move |tx| jobs::enqueue(tx, job.clone(), now)).await.expect("a job");
        Fixture {
            unique,
            admin_id: app.admin.id(),
            member_id: app.member.id(),
            customer: customer_id.clone(),
            pair: pair(app, &customer_id, &text(&other, "id")).await,
            other_customer: text(&other, "id"),
            contact: text(&customer["contacts"][0], "id"),
            company: text(&company, "id"),
            other_company: text(&other_company, "id"),
            tag: text(&tag, "id"),
            other_tag: text(&other_tag, "id"),
            segment: text(&segment, "id"),
            note: text(&note, "id"),
            view,
            dashboard,
            model: endpoint,
            field,
            product,
            criterion,
            pipeline,
            deal,
            stage,
            task,
            key,
            session,
            job: job.to_string(),
        }
    }

    /// The route's path with the ids of this fixture.
    pub fn path(&self, template: &str) -> String {
        let id = match template.split('/').nth(1) {
            Some("customers") => &self.customer,
            Some("contacts") => &self.contact,
            Some("companies") => &self.company,
            Some("tags") => &self.tag,
            Some("duplicates") => &self.pair,
            Some("segments") => &self.segment,
            Some("notes") => &self.note,
            Some("views") => &self.view,
            Some("dashboards") => &self.dashboard,
            Some("ai") if template.contains("{id}") => &self.model,
            Some("custom-fields") => &self.field,
            Some("products") => &self.product,
            Some("criteria") => &self.criterion,
            Some("pipelines") => &self.pipeline,
            Some("deals") => &self.deal,
            Some("tasks") => &self.task,
            Some("api-keys") => &self.key,
            Some("members") => &self.member_id,
            Some("me") => &self.session,
            Some("jobs") => &self.job,
            _ if !template.contains("{id}") => "",
            other => panic!("no record for {other:?}: give the fixture one"),
        };
        let path = template
            .replace("{id}", id)
            .replace("{name}", "some-tag")
            .replace("{record}", "customer")
            .replace("{customerId}", &self.customer);
        match path.as_str() {
            "/companies/match" => format!("{path}?domain=navy.example"),
            "/imports/template.csv" => format!("{path}?record=customer"),
            _ => path,
        }
    }
}

async fn call(client: &Client, line: &Line, fixture: &Fixture) -> crate::kit::Answer {
    let (method, path, _, body) = line;
    let request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), &fixture.path(path));
    match body(fixture) {
        Value::Null => request.send().await,
        body => request.json(&body).send().await,
    }
}

#[test]
fn every_route_has_a_line() {
    let known: BTreeSet<Operation> = ROUTES
        .iter()
        .map(|(method, path, ..)| (*method, *path))
        .chain(ELSEWHERE.iter().copied())
        .map(|(method, path)| Operation { method: method.into(), path: path.into() })
        .collect();
    let documented: BTreeSet<Operation> = operations().into_iter().collect();
    let missing: Vec<_> = documented.difference(&known).collect();
    let gone: Vec<_> = known.difference(&documented).collect();
    assert!(missing.is_empty(), "say in access.rs who may use: {missing:#?}");
    assert!(gone.is_empty(), "not in the document: {gone:#?}");
}

/// The refusal that `line` must give to a caller, if it must give one.
fn refusal(access: Access, who: &str) -> Option<u16> {
    let (is_key, is_member) = (who.contains("key"), who.contains("member") || who == "colleague");
    match (access, who) {
        (Public, _) => None,
        (_, "nobody") => Some(401),
        (Members, _) => None,
        (People, _) => is_key.then_some(403),
        (Admins, _) => is_member.then_some(403),
        // The member owns the records; a key of a member is nobody's.
        (Owned, _) => (is_member && who != "member").then_some(403),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_caller_gets_what_the_policy_says_and_a_refusal_changes_nothing() {
    // The whole database is looked at after each line: a new one now and then keeps it small.
    for lines in ROUTES.chunks(30) {
        each_engine(|app| every_caller(app, lines)).await;
    }
}

async fn every_caller(app: TestApp, lines: &[Line]) {
    let keys = [Role::Owner, Role::Admin, Role::Member].map(|role| app.api_key(role));
    let [owner_key, admin_key, member_key] = keys;
    let (owner_key, admin_key, member_key) = (owner_key.await, admin_key.await, member_key.await);
    // The first use of a key is noted; the digests below are taken after it.
    for key in [&owner_key, &admin_key, &member_key] {
        key.get("/org").await.ok();
    }
    let callers = [
        ("nobody", &app.anonymous),
        ("member key", &member_key),
        ("colleague", &app.colleague),
        ("member", &app.member),
        ("admin key", &admin_key),
        ("owner key", &owner_key),
        ("admin", &app.admin),
        ("owner", &app.owner),
    ];
    for line in lines {
        let fixture = Fixture::new(&app, line.1).await;
        let before = app.digest().await;
        let (denied, allowed): (Vec<_>, Vec<_>) = callers.iter().partition(|(who, _)| refusal(line.2, who).is_some());
        for &(who, client) in denied {
            let answer = call(client, line, &fixture).await;
            assert_eq!(
                Some(answer.status.as_u16()),
                refusal(line.2, who),
                "{} by {who}: {}",
                answer.what,
                answer.text()
            );
        }
        assert!(app.digest().await == before, "{} {}: a refusal changed something", line.0, line.1);
        for &(who, client) in allowed {
            // A record may be gone after the caller before.
            let fixture =
                if line.0 != "GET" && line.1.contains('{') { &Fixture::new(&app, line.1).await } else { &fixture };
            let answer = call(client, line, fixture).await;
            // One's own sessions are one's own.
            let own = line.1 != "/me/sessions/{id}" || who == "colleague";
            let status = answer.status.as_u16();
            assert!(
                ![401, 403].contains(&status) && (status != 404 || !own),
                "{} by {who}: {}",
                answer.what,
                answer.text()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisation_finds_nothing_and_changes_nothing() {
    each_engine(|app| async move {
        let fixture = Fixture::new(&app, "/me/sessions/{id}").await;
        let key = app.stranger.post("/api-keys", json!({"name": "Key", "role": "owner"})).await.created();
        let key = app.with_key(&text(&key, "key"));
        key.get("/org").await.ok();
        let before = app.digest().await;
        for line in ROUTES.iter().filter(|line| line.1.contains("{id}")) {
            for client in [&app.stranger, &key] {
                let answer = call(client, line, &fixture).await;
                let status = answer.status.as_u16();
                // A key is refused before its record is looked for where it is about somebody's own account.
                let expected = if line.2 == People && client.credentials().starts_with("Bearer") { 403 } else { 404 };
                assert_eq!(status, expected, "{}: {}", answer.what, answer.text());
            }
        }
        assert!(app.digest().await == before, "something changed");
        for line in ROUTES.iter().filter(|line| line.0 == "GET" && !line.1.contains('{') && line.2 != Public) {
            let text = call(&app.stranger, line, &fixture).await.text();
            assert!(!text.contains("Engines") && !text.contains("engines.example"), "{}: {text}", line.1);
            assert!(!text.contains(&fixture.unique), "{}: {text}", line.1);
        }
    })
    .await;
}

/// What no body may set: columns and fields of other bodies that are the server's to write.
const FOREIGN: &[&str] = &[
    "id",
    "orgId",
    "org_id",
    "organisationId",
    "userId",
    "user_id",
    "role",
    "claimedAt",
    "claimed_by_id",
    "createdAt",
    "updatedAt",
    "version",
    "archivedAt",
    "mergedIntoId",
    "mergedById",
    "source",
    "custom",
    "passwordHash",
    "password_hash",
    "tokenHash",
    "token_hash",
    "key",
    "prefix",
    "isSystem",
    "isAdmin",
    "actor",
    "disabled",
    "email",
    "canonical",
    "matchKey",
    "verifiedAt",
    "customerId",
    "lastActivityAt",
    "nameKey",
    "__proto__",
    "constructor",
    "",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_body_sets_what_is_not_its_own() {
    each_engine(|app| async move {
        let fixture = Fixture::new(&app, "").await;
        let document = serde_json::to_value(server::openapi()).unwrap();
        let mut tried = 0;
        for line in ROUTES {
            let Value::Object(body) = line.3(&fixture) else { continue };
            let operation = &document["paths"][format!("/api/v1{}", line.1)][line.0.to_lowercase()];
            let reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
            let own = document.pointer(&format!("{}/properties", reference.trim_start_matches('#'))).unwrap();
            let before = app.digest().await;
            for field in FOREIGN.iter().filter(|field| own.get(**field).is_none()) {
                let mut body = body.clone();
                body.insert((*field).to_string(), json!("x"));
                let path = if line.1.contains('{') { fixture.path(line.1) } else { line.1.to_string() };
                let request = app.owner.request(Method::from_bytes(line.0.as_bytes()).unwrap(), &path);
                let problem = request.json(&Value::Object(body)).send().await.refused(400, "malformed");
                assert_eq!(problem["errors"][0]["code"], "unknown_field", "{} {}: {problem:#}", line.0, line.1);
                tried += 1;
            }
            assert!(app.digest().await == before, "{} {}", line.0, line.1);
        }
        assert!(tried > 300, "{tried}");
    })
    .await;
}
