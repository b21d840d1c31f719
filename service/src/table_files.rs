//! The operator's own tables: exchange rates, taxes, hidden costs. They are read again while the service runs, checked
//! together aside, and used from the next call on; a wrong one is refused, and what was used goes on.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use quotient_plugin_api::document::DocumentError;

use crate::comparison::fx::FxTable;
use crate::comparison::hidden::HiddenCosts;
use crate::comparison::tax::TaxTable;
use crate::config::{Config, ConfigError};
use crate::quoting::{GroundTables, Quoting};

/// The bundled exchange rates.
const BUNDLED_FX: (&str, &str) = ("ecb-2026-07-31.toml", include_str!("../fx/ecb-2026-07-31.toml"));
/// The bundled taxes on sales.
const BUNDLED_TAXES: (&str, &str) = ("taxes.toml", include_str!("../comparison/taxes.toml"));
/// The bundled profile of hidden costs.
const BUNDLED_HIDDEN: (&str, &str) = ("hidden-costs.toml", include_str!("../comparison/hidden-costs.toml"));

/// Milliseconds between two looks, where nothing is said.
const POLL_MS: u32 = 2_000;

/// A file and its text, or why it cannot be read; `None`: the bundled one.
type File = Option<(PathBuf, Result<String, String>)>;

/// What stood in the configured files when they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableFiles {
    fx: File,
    taxes: File,
    hidden: File,
}

impl TableFiles {
    pub(crate) fn read(config: &Config) -> Self {
        let read = |file: &Option<PathBuf>| {
            let text = |file: &Path| std::fs::read_to_string(file).map_err(|error| error.to_string());
            file.as_ref().map(|file| (file.clone(), text(file)))
        };
        Self {
            fx: read(&config.fx_file),
            taxes: read(&config.taxes_file),
            hidden: read(&config.hidden_costs_file),
        }
    }

    /// All tables, checked.
    pub(crate) fn tables(&self) -> Result<GroundTables, ConfigError> {
        let fx = table(&self.fx, BUNDLED_FX, FxTable::parse)?;
        let taxes = table(&self.taxes, BUNDLED_TAXES, TaxTable::parse)?;
        let hidden = table(&self.hidden, BUNDLED_HIDDEN, HiddenCosts::parse)?;
        if fx.rate(hidden.currency, hidden.currency).is_none() {
            return Err(ConfigError::NoRate {
                hidden: name(&self.hidden, BUNDLED_HIDDEN),
                currency: hidden.currency.code(),
                fx: name(&self.fx, BUNDLED_FX),
            });
        }
        Ok(GroundTables { fx, taxes, hidden })
    }

    /// Whether anything is configured that could change.
    const fn is_any(&self) -> bool {
        self.fx.is_some() || self.taxes.is_some() || self.hidden.is_some()
    }
}

fn name(file: &File, bundled: (&str, &str)) -> String {
    file.as_ref().map_or_else(|| bundled.0.to_owned(), |(file, _)| file.display().to_string())
}

fn table<T>(
    file: &File,
    bundled: (&str, &str),
    parse: fn(&str, &str) -> Result<T, DocumentError>,
) -> Result<T, ConfigError> {
    match file {
        None => Ok(parse(bundled.0, bundled.1)?),
        Some((file, Ok(text))) => Ok(parse(&file.display().to_string(), text)?),
        Some((file, Err(cause))) => {
            Err(ConfigError::Read { file: file.clone(), cause: io::Error::other(cause.clone()) })
        }
    }
}

/// Looks for changes of the tables. Time is its caller's: each look is a tick of whatever clock.
#[derive(Debug)]
pub struct TableWatch {
    config: Config,
    /// Found by the last look, and not tried yet.
    seen: Option<TableFiles>,
    /// Used, or refused.
    tried: Option<TableFiles>,
}

impl TableWatch {
    /// A watch over the files of this configuration.
    #[must_use]
    pub const fn new(config: Config) -> Self {
        Self { config, seen: None, tried: None }
    }

    /// How often to look; `None`: there is nothing to look at, or only on demand.
    #[must_use]
    pub fn every(&self) -> Option<Duration> {
        let every = self.config.tables_poll_ms.unwrap_or(POLL_MS);
        let any = TableFiles::read(&self.config).is_any();
        (any && every > 0).then(|| Duration::from_millis(every.into()))
    }

    /// Reads the files, and uses them if they are not what is in use and have not changed since the last look: a file
    /// that is being written may be read half. Says whether they were used. Blocks.
    ///
    /// # Errors
    /// [`ConfigError`] when a file is wrong, once for each change; what is in use stays.
    pub fn look(&mut self, road: &Quoting) -> Result<bool, ConfigError> {
        let files = TableFiles::read(&self.config);
        if self.tried.as_ref() == Some(&files) {
            self.seen = None;
            return Ok(false);
        }
        if self.seen.as_ref() != Some(&files) {
            self.seen = Some(files);
            return Ok(false);
        }
        self.take(files, road)
    }

    /// Reads the files and uses them at once, whatever the looks found. Says whether they differ from what was in use.
    ///
    /// # Errors
    /// [`ConfigError`] when a file is wrong; what is in use stays.
    pub fn reload(&mut self, road: &Quoting) -> Result<bool, ConfigError> {
        self.take(TableFiles::read(&self.config), road)
    }

    fn take(&mut self, files: TableFiles, road: &Quoting) -> Result<bool, ConfigError> {
        let tables = files.tables();
        (self.seen, self.tried) = (None, Some(files));
        let tables = tables?;
        let is_new = *road.tables() != tables;
        if is_new {
            road.use_tables(tables);
        }
        Ok(is_new)
    }
}
