//! `adapter`: begin an adapter in Rust, and check a built library as a service would meet it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use quotient_plugin_api::conformance::Golden;
use quotient_plugin_api::conformance::asked::{Asked, standard};

use super::problem::Problem;
use super::tables::new_table;
use crate::config::Config;
use crate::plugins::check_library;
use crate::requirement_file;

/// The files of a new adapter. `{{…}}` is filled in.
const FILES: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("../../templates/adapter/Cargo.toml.txt")),
    ("src/lib.rs", include_str!("../../templates/adapter/lib.rs.txt")),
    ("sheets/{{name}}.toml", include_str!("../../templates/adapter/sheet.toml.txt")),
    ("golden/{{name}}/ten-seats.toml", include_str!("../../templates/adapter/golden.toml.txt")),
];

/// What can be done with adapters.
#[derive(Debug, Subcommand)]
pub(super) enum AdapterCommand {
    /// Write a crate that builds, passes the suite and quotes; its prices are invented.
    New {
        /// Id of the product and of the plugin, such as acme-desk.
        #[arg(value_name = "NAME")]
        name: String,
        /// Where it is made; a directory of its name where not said.
        #[arg(long, value_name = "DIR")]
        directory: Option<PathBuf>,
        /// The folder plugin-api of a checkout; the one around here where not said.
        #[arg(long, value_name = "DIR")]
        plugin_api: Option<PathBuf>,
    },
    /// Run the conformance suite over a library, which is loaded and trusted.
    Check {
        /// The library.
        #[arg(value_name = "LIB")]
        library: PathBuf,
        /// Requirements that are asked besides, TOML or JSON.
        #[arg(long, value_name = "FILE")]
        requirement: Vec<PathBuf>,
        /// A folder of quotes that are right, DIR/<product>/<case>.toml.
        #[arg(long, value_name = "DIR")]
        golden: Option<PathBuf>,
    },
}

pub(super) fn run(
    command: &AdapterCommand,
    config: Option<&Path>,
    out: &mut impl Write,
) -> Result<(), Problem> {
    match command {
        AdapterCommand::New { name, directory, plugin_api } => {
            Ok(writeln!(out, "{}", new(name, directory.clone(), plugin_api.clone())?)?)
        }
        AdapterCommand::Check { library, requirement, golden } => {
            let (table, passed) = check(library, requirement, golden.as_deref(), &Config::load(config)?)?;
            writeln!(out, "{table}")?;
            if passed { Ok(()) } else { Err(Problem::DoesNotConform(library.display().to_string())) }
        }
    }
}

/// Writes a new adapter, and says what comes next.
fn new(name: &str, directory: Option<PathBuf>, api: Option<PathBuf>) -> Result<String, Problem> {
    let is_word = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && word.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
    };
    if name.len() > 64 || !name.split('-').all(is_word) {
        let expected = "expected words of a-z and 0-9 with `-` between them, such as acme-desk";
        return Err(Problem::Adapter(format!("found the name {name:?}, {expected}")));
    }
    let api = match api {
        Some(api) => fs::canonicalize(&api).ok().filter(|api| is_plugin_api(api)).ok_or_else(|| {
            let expected = "expected the folder plugin-api of a checkout of Quotient";
            Problem::Adapter(format!("--plugin-api {}: {expected}", api.display()))
        })?,
        None => plugin_api().ok_or_else(|| {
            let expected = "expected --plugin-api with its folder plugin-api";
            Problem::Adapter(format!("found no checkout of Quotient around here, {expected}"))
        })?,
    };
    let directory = directory.unwrap_or_else(|| PathBuf::from(name));
    let failed =
        |path: &Path, error: std::io::Error| Problem::Adapter(format!("{}: {error}", path.display()));
    if directory.exists() {
        let expected = "found something there, expected a directory to make";
        return Err(Problem::Adapter(format!("{}: {expected}", directory.display())));
    }
    let filled = |text: &str| {
        // Between quotation marks of TOML.
        let api = api.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
        text.replace("{{name}}", name).replace("{{Type}}", &type_name(name)).replace("{{plugin_api}}", &api)
    };
    for (path, content) in FILES {
        let path = directory.join(filled(path));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        }
        fs::write(&path, filled(content)).map_err(|error| failed(&path, error))?;
    }
    let library = library_name(name);
    Ok(format!(
        "{0}: write the prices into sheets/{name}.toml and what they mean into src/lib.rs, then\n  \
         cd {0}\n  cargo test\n  cargo build --release\n  quotient adapter check target/release/{library}",
        directory.display()
    ))
}

/// `acme-desk` as `AcmeDesk`.
fn type_name(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}

fn library_name(name: &str) -> String {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    format!("{prefix}quotient_adapter_{}{suffix}", name.replace('-', "_"))
}

/// The folder of a checkout that this is run in, or that the program was built in.
fn plugin_api() -> Option<PathBuf> {
    let places = [std::env::current_dir(), std::env::current_exe()];
    let above = places.iter().flatten().flat_map(|place| place.ancestors());
    above.map(|folder| folder.join("plugin-api")).find(|folder| is_plugin_api(folder))
}

fn is_plugin_api(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"));
    manifest.is_ok_and(|manifest| manifest.contains("name = \"quotient-plugin-api\""))
}

/// What the suite found, and whether all of it is well.
fn check(
    library: &Path,
    requirements: &[PathBuf],
    golden: Option<&Path>,
    config: &Config,
) -> Result<(String, bool), Problem> {
    let goldens = golden.map(Golden::read).transpose().map_err(Problem::Adapter)?.unwrap_or_default();
    let mut asked = standard();
    for file in requirements {
        let (name, requirement) = (file.display().to_string(), requirement_file::read(Some(file))?);
        asked.push(Asked { name, requirement });
    }
    let report =
        check_library(library, &config.plugins(None)?, &asked, &goldens).map_err(Problem::Adapter)?;
    let mut table = new_table(&["about", "check", "", "found"]);
    for check in &report.0 {
        let (verdict, text) = match &check.result {
            Ok(found) => ("pass", found),
            Err(wrong) => ("FAIL", wrong),
        };
        table.add_row([check.about.as_str(), check.name.as_str(), verdict, text.as_str()]);
    }
    let failed = report.0.iter().filter(|check| check.result.is_err()).count();
    let sum = format!("{} checks, {failed} failed", report.0.len());
    Ok((format!("{table}\n{sum}"), report.passed()))
}
