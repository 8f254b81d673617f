//! `entente import` and `entente export`: files in and out at the machine, through the same operations as the API.

use crate::admin::plain;
use crate::config::Config;
use crate::{background, serve, wiring};
use anyhow::{Context as _, Result, bail};
use axum::response::Response;
use clap::{Args, ValueEnum};
use crm::imports::field::RecordKind;
use crm::imports::model::{ColumnMapping, OnDuplicate};
use crm::imports::{self, Import, PlanBody, State};
use crm::{ExportFormat, ExportQuery};
use futures_util::StreamExt as _;
use jobs::Runner;
use platform::accounts;
use platform::clock::Clock;
use platform::http::Ctx;
use platform::ids::ImportId;
use platform::{Actor, Error};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often an import that a running server works on is looked at…
const LOOK: Duration = Duration::from_millis(300);
/// …and how often in vain before nobody seems to work on it.
const LOOKS_IN_VAIN_MAX: u32 = 200;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Records {
    Customers,
    Companies,
    Products,
    Deals,
}

impl From<Records> for RecordKind {
    fn from(records: Records) -> RecordKind {
        match records {
            Records::Customers => RecordKind::Customer,
            Records::Companies => RecordKind::Company,
            Records::Products => RecordKind::Product,
            Records::Deals => RecordKind::Deal,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Duplicates {
    /// Known records are left alone
    Skip,
    /// Known records get the row's values
    Update,
    /// Known records get values only where they have none
    FillEmpty,
    /// Each row makes a record, without the addresses or domains that others have
    Create,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Csv,
    Xlsx,
}

#[derive(Args)]
pub(crate) struct ImportOrder {
    /// CSV or XLSX
    file: PathBuf,
    /// Name of the organisation
    #[arg(long)]
    org: String,
    /// Address of the member who imports: their rights count, and they can undo it in the web app
    #[arg(long = "as", value_name = "EMAIL")]
    email: String,
    /// What the rows are
    #[arg(long, value_enum)]
    record: Records,
    /// What is done with rows whose record is known
    #[arg(long, value_enum, default_value = "skip")]
    on_duplicate: Duplicates,
    /// Try the whole file and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the result of every row into this CSV file
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct ExportOrder {
    /// Name of the organisation
    #[arg(long)]
    org: String,
    /// What is exported
    #[arg(long, value_enum)]
    record: Records,
    /// A filter as JSON, as the API takes it
    #[arg(long, value_name = "JSON")]
    filter: Option<String>,
    /// Fields to sort by, - for descending
    #[arg(long, allow_hyphen_values = true)]
    sort: Option<String>,
    /// Columns with commas between; the usual ones unless said
    #[arg(long)]
    columns: Option<String>,
    /// Kind of the file
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A context at work in the organisation: as the member of that address, or as the operator.
async fn context(config: &Config, org: &str, email: Option<&str>) -> Result<Ctx> {
    let db = wiring::open_whole_database(config).await?;
    wiring::make_data_dir(config)?;
    let clock = Clock::system();
    let (org, email, at) = (org.to_string(), email.map(str::to_string), clock.clone());
    let actor = db.read(move |c| -> platform::Result<Actor> {
        let org_id = accounts::organisation_named(c, &org)?.ok_or(Error::NotFound("organisation"))?;
        match &email {
            Some(email) => accounts::member_at_work(c, org_id, email, &at),
            None => Ok(accounts::operator(org_id, &at)),
        }
    });
    let actor = actor.await.map_err(plain)?;
    Ok(Ctx::of_command(wiring::app(db, wiring::settings(config), None, clock), actor))
}

/// Tries a file and imports it, and says what became of its rows.
pub(crate) async fn import(config: &Config, order: ImportOrder) -> Result<()> {
    if !order.file.is_file() {
        bail!("there is no file {}", order.file.display());
    }
    refuse_present(order.results.as_deref())?;
    let ctx = context(config, &order.org, Some(&order.email)).await?;
    // Where a server runs on the file, it does the work.
    let lock = serve::lock(config).ok();
    let runner = lock.is_some().then(|| background::runner(&ctx.app)).transpose()?;
    let import = imports::take_file(&ctx, order.record.into(), &order.file).await.map_err(plain)?;
    let id = import.id;
    for mapped in &import.mapping {
        eprintln!("{} → {}", mapped.column, mapped.field.as_deref().unwrap_or("(left out)"));
    }
    let plan = PlanBody {
        mapping: import.mapping.iter().map(decided).collect(),
        on_duplicate: match order.on_duplicate {
            Duplicates::Skip => OnDuplicate::Skip,
            Duplicates::Update => OnDuplicate::Update,
            Duplicates::FillEmpty => OnDuplicate::FillEmpty,
            Duplicates::Create => OnDuplicate::Create,
        },
        overwrite_owner: false,
    };
    ctx.write(move |tx, actor| imports::plan(tx, actor, id, &plan)).await.map_err(plain)?;
    let mut ended = settled(&ctx, runner.as_ref(), id).await?;
    if ended.state == State::Planned && !order.dry_run {
        ctx.write(move |tx, actor| imports::run(tx, actor, id)).await.map_err(plain)?;
        ended = settled(&ctx, runner.as_ref(), id).await?;
    }
    for problem in &ended.problems {
        let column = problem.column.as_deref().map(|column| format!(", {column}")).unwrap_or_default();
        eprintln!("row {}{column}: {}", problem.row, problem.reason);
    }
    if let Some(file) = &order.results {
        write(imports::rows_csv(ctx.clone(), id, None).await.map_err(plain)?, Some(file)).await?;
    }
    match ended.state {
        State::Planned => {
            ctx.write(move |tx, actor| imports::delete(tx, actor, id)).await.map_err(plain)?;
            println!("would have {}", counts(&ended));
        }
        State::Completed => println!("{}", counts(&ended)),
        State::Canceled => bail!("somebody stopped the import: {}", counts(&ended)),
        _ => bail!("the import stopped: {}", ended.error.as_deref().unwrap_or("see the web app")),
    }
    Ok(())
}

fn decided(mapped: &imports::model::ImportMapped) -> ColumnMapping {
    ColumnMapping { column: mapped.column.clone(), field: mapped.field.clone(), values: mapped.values.clone() }
}

fn counts(import: &Import) -> String {
    format!(
        "created {}, updated {}, unchanged {}, skipped {}, failed {}",
        import.created, import.updated, import.unchanged, import.skipped, import.failed
    )
}

/// The import once nothing works on it any more.
async fn settled(ctx: &Ctx, runner: Option<&Runner>, id: ImportId) -> Result<Import> {
    let (mut seen, mut in_vain) = (-1, 0);
    loop {
        if let Some(runner) = runner {
            runner.run_until_idle().await?;
        }
        let import = ctx.read(move |c, actor| imports::get(c, actor, id)).await.map_err(plain)?;
        if !import.state.is_busy() {
            return Ok(import);
        }
        in_vain = if import.processed == seen { in_vain + 1 } else { 0 };
        seen = import.processed;
        if in_vain > LOOKS_IN_VAIN_MAX {
            bail!("nobody goes on with the import; it waits, and `entente serve` will");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Writes a whole list to a file or to standard output.
pub(crate) async fn export(config: &Config, order: ExportOrder) -> Result<()> {
    refuse_present(order.output.as_deref())?;
    let ctx = context(config, &order.org, None).await?;
    let asked = ExportQuery { filter: order.filter, sort: order.sort, q: None, columns: order.columns };
    let kind = match order.format {
        Format::Csv => ExportFormat::Csv,
        Format::Xlsx => ExportFormat::Xlsx,
    };
    let answer = crm::export(ctx, order.record.into(), &asked, kind).await.map_err(plain)?;
    write(answer, order.output.as_deref()).await
}

fn refuse_present(file: Option<&Path>) -> Result<()> {
    match file.filter(|file| file.exists()) {
        Some(file) => bail!("{} is there already; name a file that is not", file.display()),
        None => Ok(()),
    }
}

async fn write(answer: Response, file: Option<&Path>) -> Result<()> {
    let mut out: Box<dyn Write> = match file {
        Some(file) => Box::new(File::create_new(file).with_context(|| format!("cannot write {}", file.display()))?),
        None => Box::new(std::io::stdout()),
    };
    let mut body = answer.into_body().into_data_stream();
    while let Some(piece) = body.next().await {
        out.write_all(&piece?)?;
    }
    out.flush()?;
    if let Some(file) = file {
        println!("wrote {}", file.display());
    }
    Ok(())
}
