//! The command line: the same road as the server, in this process or through a running service.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use quotient_proto::v1;

use self::problem::Problem;
use self::sheet::SheetCommand;
use self::target::Target;
use crate::config::Config;
use crate::json;
use crate::requirement_file;
use crate::telemetry::{self, LogFormat};

mod adapter;
mod analysis;
mod charge;
mod charts;
mod compare;
mod comparison;
mod coverage;
mod explain;
mod markdown;
mod parts;
mod problem;
mod rank;
mod report;
mod rows;
mod serve;
mod sheet;
mod tables;
mod target;
mod words;

/// Quotes and compares customer-service software, exact to the cent.
#[derive(Debug, Parser)]
#[command(name = "quotient", version, about, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 ok, 1 failed, 2 wrong usage.")]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Configuration file (TOML); without it, defaults and the adapters beside the program.
    #[arg(long, global = true, env = "QUOTIENT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// Load the adapters in this directory, as just built: neither owners nor digests are checked.
    #[arg(long, global = true, env = "QUOTIENT_ADAPTERS", value_name = "DIR")]
    adapters: Option<PathBuf>,

    /// How log lines are written to standard error; QUOTIENT_LOG chooses which, such as `info`.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service until it is stopped.
    Serve {
        /// Address and port; port 0 takes a free one.
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<std::net::SocketAddr>,
    },
    /// Quote one product.
    Quote {
        #[command(flatten)]
        ask: ProductArgs,
        #[command(flatten)]
        way: WayArgs,
    },
    /// Compare products for one requirement.
    Compare(compare::CompareArgs),
    /// List what can be quoted.
    Vendors {
        #[command(flatten)]
        way: WayArgs,
    },
    /// Show how a quote came about, line by line, down to the price sheet.
    Explain {
        #[command(flatten)]
        ask: ProductArgs,
        #[command(flatten)]
        way: WayArgs,
    },
    /// Price one charge in the sheet language for a quantity: the tool to try a tier table with.
    ///
    /// The file is a charge of the sheet language, or a list of them under `charges`; `currency`,
    /// `conventions`, `terms`, `line_sets` and the charge's `id`, `name`, `category`, `meter`, `cycle` and `sources`
    /// may be left out. The answer is a quote of these charges alone.
    Charge(ChargeArgs),
    /// Work on price sheets of the sheet language, without installing them.
    #[command(subcommand)]
    Sheet(SheetCommand),
    /// Begin an adapter in Rust, or check a built library.
    #[command(subcommand)]
    Adapter(adapter::AdapterCommand),
    /// List the meters: what a requirement may state and a sheet may count.
    Meters,
    /// List the capabilities: what a requirement may need and a product can do.
    Capabilities,
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
struct ChargeArgs {
    /// Charge file, TOML or JSON.
    #[arg(value_name = "FILE", required_unless_present = "inline", conflicts_with = "inline")]
    file: Option<PathBuf>,
    /// The charge itself, as TOML or, where it starts with a brace, JSON.
    #[arg(long, value_name = "TEXT")]
    inline: Option<String>,
    /// The charge of this id, where the file is a whole price sheet.
    #[arg(long, value_name = "ID", requires = "file")]
    charge: Option<String>,
    /// The edition that the charge belongs to, where several charges have its id.
    #[arg(long, value_name = "ID", requires = "charge")]
    edition: Option<String>,
    #[command(flatten)]
    tried: TriedArgs,
    /// First day, such as 2026-03-15; 1 January 2026 where not said.
    #[arg(long, value_name = "DATE", conflicts_with = "input")]
    from: Option<String>,
    /// Day after the last one; as many months as there are quantities where not said.
    #[arg(long, value_name = "DATE", conflicts_with = "input")]
    to: Option<String>,
    /// How the answer is printed; `json` is a `quotient.v1.QuoteBody` as proto3 JSON.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What a charge is priced for: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct TriedArgs {
    /// Quantities of consecutive months, in the base unit of the charge's meter; with `--to` they repeat where
    /// there are more months.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', allow_hyphen_values = true)]
    quantity: Vec<String>,
    /// Single events of each month, such as the amounts of transactions or the quantities of days, in their
    /// order.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', allow_hyphen_values = true)]
    events: Vec<String>,
    /// File with readings of several meters, TOML or JSON: `readings` with `meter`, `attributes`, and
    /// `quantities` or `events`; `start` and `end`.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ProductArgs {
    /// Product id, as `vendors` lists it.
    #[arg(long, value_name = "ID")]
    product: String,
    #[command(flatten)]
    requirement: RequirementArgs,
}

#[derive(Debug, Args)]
struct RequirementArgs {
    /// Requirement file, JSON or TOML; without it, the bundled team of 80.
    #[arg(long, value_name = "FILE")]
    requirement: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct WayArgs {
    /// How the answer is printed; `json` is the answer's message as proto3 JSON.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    asked: ServerArgs,
}

/// Who answers.
#[derive(Debug, Args)]
struct ServerArgs {
    /// Ask a running service, such as http://127.0.0.1:50051, instead of this process.
    #[arg(long, value_name = "URL")]
    server: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person.
    Table,
    /// For a program.
    Json,
}

/// Runs the program: answers to standard output, everything else to standard error.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let failed = error.use_stderr();
            // Nothing is left to do where the terminal is gone.
            let _ = error.print();
            return if failed { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    // A command that answers once says what went wrong itself; a service tells its operator more.
    let serving = matches!(cli.command, Command::Serve { .. });
    telemetry::start(if serving { "info" } else { "error" }, cli.log_format);
    match execute(cli, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads us has seen enough.
        Err(Problem::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(problem) => {
            let _ = writeln!(io::stderr(), "error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli, out: &mut impl Write) -> Result<(), Problem> {
    if let Command::Completions { shell } = cli.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "quotient", &mut script);
        return Ok(out.write_all(&script)?);
    }
    if let Command::Charge(asked) = &cli.command {
        let body = charge::price(asked)?;
        return print(out, asked.format, "quotient.v1.QuoteBody", &body, || explain::charge(&body));
    }
    if let Command::Adapter(command) = &cli.command {
        return adapter::run(command, cli.config.as_deref(), out);
    }
    match &cli.command {
        Command::Sheet(command) => return sheet::run(command, out),
        Command::Meters => return Ok(writeln!(out, "{}", tables::meters())?),
        Command::Capabilities => return Ok(writeln!(out, "{}", tables::capabilities())?),
        _ => {}
    }
    let config = Config::load(cli.config.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let open = |by: &ServerArgs| Target::open(&config, cli.adapters.clone(), by.server.as_deref(), &runtime);
    match cli.command {
        Command::Serve { listen } => serve::run(config.clone(), cli.adapters.clone(), listen, out, &runtime),
        Command::Vendors { way } => {
            let answer = runtime.block_on(open(&way.asked)?.list_vendors())?;
            print(out, way.format, "quotient.v1.ListVendorsResponse", &answer, || tables::vendors(&answer))
        }
        Command::Quote { ask, way } => {
            let answer = quote(&ask, &runtime, open(&way.asked)?)?;
            print(out, way.format, "quotient.v1.QuoteResponse", &answer, || tables::quote(&answer))
        }
        Command::Explain { ask, way } => {
            let answer = quote(&ask, &runtime, open(&way.asked)?)?;
            print(out, way.format, "quotient.v1.QuoteResponse", &answer, || explain::tree(&answer))
        }
        Command::Compare(asked) => {
            compare::run(&asked, out, |by, request| Ok(runtime.block_on(open(by)?.compare(request))?))
        }
        // Answered above, without plugins.
        Command::Completions { .. }
        | Command::Charge(_)
        | Command::Sheet(_)
        | Command::Adapter(_)
        | Command::Meters
        | Command::Capabilities => Ok(()),
    }
}

fn quote(
    ask: &ProductArgs,
    runtime: &tokio::runtime::Runtime,
    mut target: Target,
) -> Result<v1::QuoteResponse, Problem> {
    let request = v1::QuoteRequest {
        product_id: ask.product.clone(),
        requirement: Some(requirement_file::read(ask.requirement.requirement.as_deref())?),
        view: v1::QuoteView::Full.into(),
    };
    Ok(runtime.block_on(target.quote(request))?)
}

fn print<M: prost::Message>(
    out: &mut impl Write,
    format: Format,
    name: &str,
    message: &M,
    table: impl Fn() -> String,
) -> Result<(), Problem> {
    let text = match format {
        Format::Json => json::write(name, message)?,
        Format::Table => table(),
    };
    Ok(writeln!(out, "{text}")?)
}
