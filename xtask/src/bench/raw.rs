//! The same questions as hand-tuned SQL, straight through the drivers on the very same database: no server, no rules.
//! Both drivers are set as the product sets them; every row is fetched and decoded.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use db::Engine;
use futures_util::SinkExt;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

/// A parameter.
#[derive(Clone, Debug)]
pub enum Param {
    Id(Uuid),
    Int(i64),
    Text(String),
    Ids(Vec<Uuid>),
    /// A missing text.
    Null,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Int(i64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    pub fn id(&self) -> Result<Uuid> {
        match self {
            Cell::Bytes(bytes) => Ok(Uuid::from_slice(bytes)?),
            other => anyhow::bail!("not an id: {other:?}"),
        }
    }

    pub fn int(&self) -> i64 {
        match self {
            Cell::Int(value) => *value,
            _ => 0,
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Cell::Text(text) => text,
            _ => "",
        }
    }
}

/// One connection of either driver.
pub enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Postgres>),
}

pub struct Postgres {
    runtime: tokio::runtime::Runtime,
    client: tokio_postgres::Client,
    prepared: HashMap<String, tokio_postgres::Statement>,
}

impl Raw {
    /// Opens the database behind `url` beside the server.
    pub fn open(url: &str) -> Result<Raw> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let conn = rusqlite::Connection::open_with_flags(
                Path::new(path),
                rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?;
            conn.busy_timeout(std::time::Duration::from_secs(30))?;
            conn.set_prepared_statement_cache_capacity(64);
            conn.execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; \
                 PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;",
            )?;
            return Ok(Raw::Sqlite(conn));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut config: tokio_postgres::Config = url.parse()?;
        config.options("-c plan_cache_mode=force_custom_plan -c jit=off");
        let (client, connection) = runtime.block_on(config.connect(tokio_postgres::NoTls))?;
        runtime.spawn(connection);
        Ok(Raw::Postgres(Box::new(Postgres { runtime, client, prepared: HashMap::new() })))
    }

    pub fn engine(&self) -> Engine {
        match self {
            Raw::Sqlite(_) => Engine::Sqlite,
            Raw::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and fetches all its rows. The text has `$n` parameters and is prepared once.
    pub fn rows(&mut self, text: &str, params: &[Param]) -> Result<Vec<Vec<Cell>>> {
        match self {
            Raw::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(&text.replace('$', "?"))?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                let mut out = Vec::new();
                while let Some(row) = rows.next()? {
                    out.push((0..columns).map(|column| sqlite_cell(row, column)).collect::<Result<_>>()?);
                }
                Ok(out)
            }
            Raw::Postgres(postgres) => {
                let statement = postgres.prepare(text)?;
                let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(Param::as_sql).collect();
                let rows = postgres.runtime.block_on(postgres.client.query(&statement, &params))?;
                rows.iter().map(|row| (0..row.len()).map(|column| postgres_cell(row, column)).collect()).collect()
            }
        }
    }

    /// Runs statements without parameters or rows.
    pub fn batch(&mut self, text: &str) -> Result<()> {
        match self {
            Raw::Sqlite(conn) => Ok(conn.execute_batch(text)?),
            Raw::Postgres(postgres) => Ok(postgres.runtime.block_on(postgres.client.batch_execute(text))?),
        }
    }

    /// Sends `rows` in COPY's text form; PostgreSQL only.
    pub fn copy(&mut self, text: &str, rows: &str) -> Result<()> {
        let Raw::Postgres(postgres) = self else { anyhow::bail!("COPY is for PostgreSQL") };
        let Postgres { runtime, client, .. } = postgres.as_ref();
        runtime.block_on(async {
            let sink = client.copy_in::<_, bytes::Bytes>(text).await?;
            let mut sink = std::pin::pin!(sink);
            sink.send(bytes::Bytes::copy_from_slice(rows.as_bytes())).await?;
            sink.finish().await?;
            Ok(())
        })
    }

    /// One number.
    pub fn number(&mut self, text: &str, params: &[Param]) -> Result<i64> {
        let rows = self.rows(text, params)?;
        rows.first().and_then(|row| row.first()).map(Cell::int).context("no row")
    }
}

impl Postgres {
    fn prepare(&mut self, text: &str) -> Result<tokio_postgres::Statement> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(text))?;
        self.prepared.insert(text.to_string(), statement.clone());
        Ok(statement)
    }
}

impl Param {
    fn as_sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Param::Id(id) => id,
            Param::Int(value) => value,
            Param::Text(text) => text,
            Param::Ids(ids) => ids,
            Param::Null => &None::<String>,
        }
    }
}

impl rusqlite::ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        Ok(match self {
            Param::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
            Param::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Param::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            // As JSON of hex, for `unhex(value)` over `json_each`.
            Param::Ids(ids) => {
                let quoted: Vec<String> = ids.iter().map(|id| format!("\"{}\"", id.simple())).collect();
                ToSqlOutput::Owned(Value::Text(format!("[{}]", quoted.join(","))))
            }
            Param::Null => ToSqlOutput::Owned(Value::Null),
        })
    }
}

fn sqlite_cell(row: &rusqlite::Row<'_>, column: usize) -> Result<Cell> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Int(value),
        ValueRef::Real(value) => Cell::Text(value.to_string()),
        ValueRef::Text(text) => Cell::Text(String::from_utf8(text.to_vec())?),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
    })
}

fn postgres_cell(row: &tokio_postgres::Row, column: usize) -> Result<Cell> {
    let of = row.columns()[column].type_();
    Ok(match *of {
        Type::INT8 => row.try_get::<_, Option<i64>>(column)?.map_or(Cell::Null, Cell::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(column)?.map_or(Cell::Null, |value| Cell::Int(value.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(column)?.map_or(Cell::Null, Cell::Bool),
        Type::UUID => {
            row.try_get::<_, Option<Uuid>>(column)?.map_or(Cell::Null, |id| Cell::Bytes(id.as_bytes().to_vec()))
        }
        Type::JSONB | Type::JSON => row
            .try_get::<_, Option<serde_json::Value>>(column)?
            .map_or(Cell::Null, |value| Cell::Text(value.to_string())),
        _ => row.try_get::<_, Option<String>>(column)?.map_or(Cell::Null, Cell::Text),
    })
}
