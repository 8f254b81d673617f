//! What developers run that is not the product itself: `cargo xtask COMMAND`.

mod bench;
mod data;
mod tidy;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Tasks around the product")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the invariants of ARCHITECTURE.md that a program can check
    Tidy,
    /// Write the API's description, from which the web app's types are made
    Openapi {
        /// Where to
        #[arg(default_value = "web/tools/openapi/openapi.json")]
        file: std::path::PathBuf,
    },
    /// Make a data set: the same size and seed give the same one everywhere
    Data(data::Arguments),
    /// Measure the release build against its targets and against raw SQL
    Bench(bench::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Tidy => tidy::run(),
        Command::Openapi { file } => Ok(std::fs::write(file, server::openapi().to_pretty_json()?)?),
        Command::Data(arguments) => data::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    }
}
