//! `cargo xtask data`: a made-up workspace as CSV files or straight into an empty database.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use server::demo::selling::Deal;
use server::demo::{Customer, Generator, Loaded, What, Who};

#[derive(clap::Args)]
pub struct Arguments {
    /// How many customers; companies are a tenth of that
    #[arg(long, default_value_t = 10_000)]
    customers: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder for CSV files; companies.csv, customers.csv, products.csv and deals.csv can be imported as they are
    #[arg(long, conflicts_with = "database", required_unless_present = "database")]
    out: Option<PathBuf>,
    /// URL of an empty database to fill: sqlite:PATH or postgres://…
    #[arg(long)]
    database: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    ensure!(
        arguments.customers <= server::demo::CUSTOMERS_MAX,
        "at most {} customers can be made",
        server::demo::CUSTOMERS_MAX
    );
    if let Some(folder) = &arguments.out {
        let generator = Generator::new(arguments.customers, arguments.seed);
        return write_files(&generator, folder);
    }
    let url = arguments.database.as_deref().context("--out or --database")?;
    let loaded = fill(url, arguments.customers, arguments.seed)?;
    println!(
        "{} customers with {} activities; sign in as {} with the password {:?}",
        loaded.customers, loaded.activities, loaded.email, loaded.password
    );
    Ok(())
}

/// Fills the empty database at `url`.
pub fn fill(url: &str, customers: u64, seed: u64) -> Result<Loaded> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let options = db::Options {
            // Loading is done once; a plan or an index build may take its time.
            read_timeout: std::time::Duration::from_secs(3_600),
            ..db::Options::default()
        };
        let db = db::Db::open(url, &options).await?;
        server::demo::load(&db, &Generator::new(customers, seed)).await
    })
}

/// Writes the workspace as CSV. `customers.csv` holds the first address of each channel, `contacts.csv` all of them.
fn write_files(generator: &Generator, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let open = |name: &str, head: &[&str]| -> Result<csv::Writer<std::fs::File>> {
        let path = folder.join(name);
        let mut writer = csv::Writer::from_path(&path).with_context(|| format!("cannot write {}", path.display()))?;
        writer.write_record(head)?;
        Ok(writer)
    };

    let mut file = open("users.csv", &["fullName", "email", "role"])?;
    for user in generator.users() {
        file.write_record([&user.full_name, &user.email, user.role])?;
    }
    file.flush()?;

    let mut file = open("tags.csv", &["name", "color", "description"])?;
    for tag in generator.tags() {
        file.write_record([&tag.name, tag.color, &tag.description])?;
    }
    file.flush()?;

    let head = [
        "name",
        "legalName",
        "domains",
        "website",
        "linkedinUrl",
        "industry",
        "sizeBand",
        "employeeCount",
        "country",
        "city",
        "parent.name",
        "owner.email",
    ];
    let mut file = open("companies.csv", &head)?;
    for company in generator.companies() {
        file.write_record([
            company.name.as_str(),
            &company.legal_name,
            &company.domains.join(" "),
            company.website.as_deref().unwrap_or(""),
            company.linkedin_url.as_deref().unwrap_or(""),
            company.industry,
            company.size_band,
            &company.employee_count.to_string(),
            company.country,
            company.city,
            company.parent.map_or("", |parent| generator.companies()[parent].name.as_str()),
            company.owner.map_or("", |owner| generator.users()[owner].email.as_str()),
        ])?;
    }
    file.flush()?;

    let mut file = open("products.csv", &["name", "price", "currency"])?;
    for product in generator.products() {
        file.write_record([product.name, &major(product.price), CURRENCY])?;
    }
    file.flush()?;

    let head = [
        "firstName",
        "lastName",
        "fullName",
        "jobTitle",
        "email",
        "phone",
        "linkedin",
        "telegram",
        "company.name",
        "company.domain",
        "country",
        "language",
        "timezone",
        "owner.email",
        "tags",
    ];
    let mut customers = open("customers.csv", &head)?;
    let mut contacts = open("contacts.csv", &["customerId", "channel", "value", "canonical", "label", "status"])?;
    let mut activities = open("activities.csv", &["customerId", "occurredAt", "actor", "type"])?;
    let head = ["customerId", "subject", "assignee.email", "createdAt", "dueAt", "completedAt"];
    let mut tasks = open("tasks.csv", &head)?;
    let mut deals = open("deals.csv", &DEAL_COLUMNS)?;
    for (index, customer) in (0..).zip(generator.customers()) {
        let id = customer.id.to_string();
        if let Some(deal) = generator.deal(index, &customer) {
            deals.write_record(deal_line(generator, &customer, &deal))?;
        }
        if let Some(task) = generator.task(index, &customer) {
            let assignee = task.assignee.map_or("", |user| generator.users()[user].email.as_str());
            let (created_at, due_at) = (time(task.created_at), time(task.due_at));
            let done_at = task.done_at.map(time).unwrap_or_default();
            tasks.write_record([id.as_str(), task.subject, assignee, &created_at, &due_at, &done_at])?;
        }
        customers.write_record(customer_line(generator, &customer))?;
        for contact in &customer.contacts {
            contacts.write_record([
                &id,
                contact.channel,
                &contact.value,
                &contact.canonical,
                contact.label,
                contact.status,
            ])?;
        }
        for event in &customer.events {
            let actor = match event.who {
                Who::User(user) => &generator.users()[user].full_name,
                Who::Import => "import",
                Who::ApiKey => "api",
            };
            activities.write_record([&id, &event.at.to_string(), actor, kind(&event.what)])?;
        }
    }
    customers.flush()?;
    deals.flush()?;
    tasks.flush()?;
    contacts.flush()?;
    activities.flush()?;
    Ok(())
}

const CURRENCY: &str = "EUR";

const DEAL_COLUMNS: [&str; 14] = [
    "name",
    "customer.email",
    "company.name",
    "stage",
    "amount",
    "currency",
    "product.name",
    "quantity",
    "owner.email",
    "source",
    "createdAt",
    "closedAt",
    "expectedCloseDate",
    "lostReason",
];

fn deal_line(generator: &Generator, customer: &Customer, deal: &Deal) -> [String; 14] {
    let email = customer.contacts.iter().find(|contact| contact.channel == "email" && contact.primary);
    let stage = ["open", "negotiating", "won", "lost"][deal.stage()];
    let is_closed = deal.stage() >= 2;
    [
        deal.name.clone(),
        email.map(|contact| contact.value.clone()).unwrap_or_default(),
        customer.company.map(|at| generator.companies()[at].name.clone()).unwrap_or_default(),
        stage.to_string(),
        major(deal.amount),
        CURRENCY.to_string(),
        generator.products()[deal.product].name.to_string(),
        deal.quantity.to_string(),
        generator.users()[deal.owner].email.clone(),
        deal.source.to_string(),
        time(deal.created_at()),
        if is_closed { time(deal.changed_at()) } else { String::new() },
        deal.expected.map(|at| time(at)[..10].to_string()).unwrap_or_default(),
        deal.lost_reason.unwrap_or_default().to_string(),
    ]
}

/// Cents as an amount.
fn major(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn time(micros: i64) -> String {
    platform::clock::Timestamp(micros).to_string()
}

fn customer_line(generator: &Generator, customer: &Customer) -> [String; 15] {
    let first = |channel: &str| {
        let contact = customer.contacts.iter().find(|contact| contact.channel == channel && contact.primary);
        contact.map_or("", |contact| contact.value.as_str())
    };
    let company = customer.company.map(|company| &generator.companies()[company]);
    let tags: Vec<&str> = customer.tags.iter().map(|tagging| generator.tags()[tagging.tag].name.as_str()).collect();
    [
        customer.first_name.as_str(),
        &customer.last_name,
        &customer.full_name,
        customer.job_title.as_deref().unwrap_or(""),
        first("email"),
        first("phone"),
        first("linkedin"),
        first("telegram"),
        company.map_or("", |company| company.name.as_str()),
        company.map_or("", |company| company.domains[0].as_str()),
        customer.country,
        customer.language,
        customer.timezone,
        customer.owner.map_or("", |owner| generator.users()[owner].email.as_str()),
        &tags.join(", "),
    ]
    .map(str::to_string)
}

fn kind(what: &What) -> &'static str {
    match what {
        What::Created => "customer.created",
        What::Retitled { .. } => "customer.updated",
        What::ContactAdded { .. } => "contact.added",
        What::TagAdded { .. } => "tag.added",
        What::TagRemoved { .. } => "tag.removed",
        What::Claimed { .. } => "owner.claimed",
        What::Released { .. } => "owner.released",
        What::Reassigned { .. } => "owner.reassigned",
        What::Called { .. } => "call.logged",
        What::Met { .. } => "meeting.logged",
        What::Archived => "customer.archived",
        What::Restored => "customer.restored",
    }
}
