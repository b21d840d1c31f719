//! The service's configuration: one TOML file, checked whole before anything is opened. Every count,
//! size and wait has a name and a default here.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use quotient_plugin_api::document::{Document, DocumentError};
use serde::Deserialize;

use crate::plugins::{Allowed, Inline, Limits as PluginLimits, PluginConfig, SheetDirectory};
use crate::quoting::{GroundTables, Limits};
use crate::table_files::TableFiles;

/// What an operator can say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port; port 0 takes a free one. Default `127.0.0.1:50051`.
    pub listen: Option<SocketAddr>,
    /// Threads that serve, each with its own listener. Default: one for each processor.
    pub threads: Option<u16>,
    /// What may be loaded, and how it is called.
    pub plugins: PluginSection,
    /// Price sheets of the operator's own.
    pub sheets: SheetSection,
    /// Bounds of the service.
    pub limits: LimitSection,
    /// A table of exchange rates instead of the bundled one: TOML, or the European Central Bank's daily XML.
    pub fx_file: Option<PathBuf>,
    /// Taxes on sales by country instead of the bundled ones.
    pub taxes_file: Option<PathBuf>,
    /// A profile of hidden costs instead of the bundled one.
    pub hidden_costs_file: Option<PathBuf>,
    /// Milliseconds between two looks at these three files; what is found twice the same is checked, and used unless it
    /// is wrong. 0: only on SIGHUP. Default 2000.
    pub tables_poll_ms: Option<u32>,
}

/// What may be loaded, and how it is called.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PluginSection {
    /// A directory of libraries. Default: the adapters that a build has put beside the program.
    pub directory: Option<PathBuf>,
    /// Libraries by path, besides.
    pub files: Vec<PathBuf>,
    /// Where private copies are kept, mode 0700. Default: a directory of the user's own.
    pub state_directory: Option<PathBuf>,
    /// Libraries that may be loaded, by plugin id and digest. Default: all in the directory.
    pub allowed: Option<Vec<AllowedSection>>,
    /// Plugin ids that are called on the calling thread; the others have a bounded pool. Default: the
    /// adapters that were built beside the program.
    pub inline: Option<Vec<String>>,
}

/// Price sheets of the operator's own, read again while the service runs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SheetSection {
    /// A directory of sheets, `<product>.toml` or `<product>@<revision>.toml`. They join the bundled sheets of the
    /// product, or make a product of their own; one of the same name takes the bundled one's place.
    pub directory: Option<PathBuf>,
    /// Id of the plugin that reads them. Default `declarative`.
    pub plugin: String,
    /// Milliseconds between two looks at the directory; what is found twice the same is used. 0: only on SIGHUP,
    /// which also loads changed libraries. Default 2000.
    pub poll_ms: u32,
}

impl Default for SheetSection {
    fn default() -> Self {
        Self { directory: None, plugin: "declarative".to_owned(), poll_ms: 2_000 }
    }
}

/// A library that may be loaded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedSection {
    /// Id of the plugin.
    pub id: String,
    /// SHA-256 of the library, lower-case hexadecimal.
    pub sha256: String,
}

/// Bounds of the service.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSection {
    /// Bytes of a request.
    pub request_bytes: u32,
    /// Bytes of a reply.
    pub reply_bytes: u32,
    /// Calls at the same time, for each thread.
    pub calls: u16,
    /// Calls at the same time on one connection.
    pub streams: u16,
    /// Products of one plugin that a comparison asks at the same time; never fewer than `plugin_calls`.
    pub products: u16,
    /// Milliseconds for a call that brings no deadline.
    pub deadline_ms: u32,
    /// Milliseconds that calls under way are given when the service stops.
    pub drain_ms: u32,
    /// Calls in one plugin at the same time, unless it is called inline.
    pub plugin_calls: u16,
    /// Calls that wait for one plugin.
    pub plugin_waiting: u16,
}

impl Default for LimitSection {
    fn default() -> Self {
        Self {
            request_bytes: 1 << 20,
            reply_bytes: 16 << 20,
            calls: 256,
            streams: 128,
            products: 16,
            deadline_ms: 10_000,
            drain_ms: 10_000,
            plugin_calls: 4,
            plugin_waiting: 64,
        }
    }
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {cause}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file says something wrong.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Hidden costs are in a currency that is not among the exchange rates, and would be left out.
    #[error("{hidden}: found the currency {currency}, expected one of the exchange rates in {fx}")]
    NoRate {
        /// The profile of hidden costs.
        hidden: String,
        /// Its currency.
        currency: &'static str,
        /// The exchange rates.
        fx: String,
    },
    /// There is no place for private copies.
    #[error("found no home directory, expected plugins.state_directory in the configuration")]
    NoStateDirectory,
}

fn read(file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file).map_err(|cause| ConfigError::Read { file: file.to_owned(), cause })
}

impl Config {
    /// Reads a file; without one, the defaults.
    ///
    /// # Errors
    /// [`ConfigError`] with the file, the place, what was found and what was expected.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(file) = file else { return Ok(Self::default()) };
        let document = Document::parse_toml(&file.display().to_string(), &read(file)?)?;
        let config: Self = document.read()?;
        let limits = config.limits;
        for (name, value) in [
            ("request_bytes", limits.request_bytes),
            ("reply_bytes", limits.reply_bytes),
            ("calls", limits.calls.into()),
            ("streams", limits.streams.into()),
            ("products", limits.products.into()),
            ("deadline_ms", limits.deadline_ms),
            ("plugin_calls", limits.plugin_calls.into()),
        ] {
            if value == 0 {
                let place = format!("limits.{name}");
                return Err(document.error_at(&place, "found 0, expected at least 1".to_owned()).into());
            }
        }
        if config.threads == Some(0) {
            return Err(document.error_at("threads", "found 0, expected at least 1".to_owned()).into());
        }
        Ok(config)
    }

    /// What all products are compared by: exchange rates, taxes, hidden costs.
    ///
    /// # Errors
    /// [`ConfigError`] when a file cannot be read or is wrong.
    pub fn ground_tables(&self) -> Result<GroundTables, ConfigError> {
        TableFiles::read(self).tables()
    }

    /// Bounds of the road.
    #[must_use]
    pub fn road_limits(&self) -> Limits {
        Limits {
            concurrent_products: usize::from(self.limits.products.max(self.limits.plugin_calls)),
            default_deadline: Duration::from_millis(self.limits.deadline_ms.into()),
        }
    }

    /// What may be loaded, and how it is called. `just_built` is a directory whose adapters whoever
    /// calls has just built, and trusts; without it, and without a directory or files in the
    /// configuration, that is the program's own directory.
    ///
    /// # Errors
    /// [`ConfigError::NoStateDirectory`] when there is no place for private copies.
    pub fn plugins(&self, just_built: Option<PathBuf>) -> Result<PluginConfig, ConfigError> {
        let section = &self.plugins;
        let state = match &section.state_directory {
            Some(directory) => directory.clone(),
            None => default_state_directory().ok_or(ConfigError::NoStateDirectory)?,
        };
        let mut plugins = PluginConfig::new(state);
        plugins.dev = just_built.is_some() || section.directory.is_none() && section.files.is_empty();
        plugins.files.clone_from(&section.files);
        plugins.directory = match (just_built, &section.directory) {
            (Some(directory), _) => Some(directory),
            (None, Some(directory)) => Some(directory.clone()),
            (None, None) if plugins.dev => program_directory(),
            (None, None) => None,
        };
        plugins.allowed = section.allowed.as_ref().map(|allowed| {
            let library =
                |one: &AllowedSection| Allowed { plugin_id: one.id.clone(), sha256: one.sha256.clone() };
            allowed.iter().map(library).collect()
        });
        plugins.inline = match &section.inline {
            Some(ids) => Inline::Only(ids.clone()),
            None if plugins.dev => Inline::All,
            None => Inline::None,
        };
        let directory = self.sheets.directory.clone();
        plugins.sheets =
            directory.map(|directory| SheetDirectory { directory, plugin_id: self.sheets.plugin.clone() });
        plugins.limits = PluginLimits {
            calls_at_once_max: usize::from(self.limits.plugin_calls),
            calls_waiting_max: usize::from(self.limits.plugin_waiting),
            ..PluginLimits::default()
        };
        Ok(plugins)
    }
}

fn program_directory() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Path::to_owned)
}

fn default_state_directory() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base =
        absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")))?;
    Some(base.join("quotient/plugins"))
}
