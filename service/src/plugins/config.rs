//! What an operator says about plugins: where they are, which may be loaded, and how far each may go.

use std::path::PathBuf;
use std::time::Duration;

/// What an operator says about plugins.
#[derive(Clone, Debug)]
pub struct PluginConfig {
    /// Libraries by their paths.
    pub files: Vec<PathBuf>,
    /// A directory whose libraries are loaded if their names have the fixed prefix and suffix.
    pub directory: Option<PathBuf>,
    /// True: neither owners nor the allow-list are checked. For libraries that were just built.
    pub dev: bool,
    /// Where private copies of the libraries are kept; made if it is missing, mode 0700.
    pub state_dir: PathBuf,
    /// The libraries that may be loaded. `None`: all that are found.
    pub allowed: Option<Vec<Allowed>>,
    /// Which plugins are called on the caller's own thread.
    pub inline: Inline,
    /// How far they may go.
    pub limits: Limits,
    /// The operator's own price sheets.
    pub sheets: Option<SheetDirectory>,
}

/// A directory of price sheets, named `<product>.toml` or `<product>@<revision>.toml`. They join the sheets that
/// the plugin bundles for the product; one of the same name takes the bundled one's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetDirectory {
    /// The directory.
    pub directory: PathBuf,
    /// Id of the plugin that reads such sheets.
    pub plugin_id: String,
}

impl PluginConfig {
    /// No plugin, and private copies below `state_dir`.
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        Self {
            files: Vec::new(),
            directory: None,
            dev: false,
            state_dir: state_dir.into(),
            allowed: None,
            inline: Inline::default(),
            limits: Limits::default(),
            sheets: None,
        }
    }

    /// Whether a library of this id and content may be loaded.
    pub(super) fn allows(&self, plugin_id: &str, sha256: &str) -> bool {
        let is_it = |allowed: &Allowed| allowed.plugin_id == plugin_id && allowed.sha256 == sha256;
        self.dev || self.allowed.as_ref().is_none_or(|list| list.iter().any(is_it))
    }
}

/// A library that may be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Id that the plugin must have.
    pub plugin_id: String,
    /// SHA-256 of its file, lower-case hexadecimal.
    pub sha256: String,
}

/// Which plugins are called on the caller's own thread: the operator trusts them to compute for
/// microseconds and never to wait. The others are called on threads of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Inline {
    /// None.
    #[default]
    None,
    /// These, by plugin id.
    Only(Vec<String>),
    /// All that state that they only compute.
    All,
}

impl Inline {
    pub(super) fn covers(&self, plugin_id: &str) -> bool {
        match self {
            Self::None => false,
            Self::Only(ids) => ids.iter().any(|id| id == plugin_id),
            Self::All => true,
        }
    }
}

/// How far plugins may go. Output of a slot is capped at
/// [`quotient_plugin_api::abi::SINK_BYTES_MAX`], which is a part of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most libraries.
    pub libraries_max: usize,
    /// Most bytes of a library's file.
    pub library_bytes_max: u64,
    /// Most products of a library.
    pub products_max: usize,
    /// The longest that a library may take from being opened to its last self-test.
    pub load_time_max: Duration,
    /// Most calls that are in one plugin at once, unless it is called inline.
    pub calls_at_once_max: usize,
    /// Most callers that wait for one plugin.
    pub calls_waiting_max: usize,
    /// Most sheets in the operator's directory.
    pub sheets_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            libraries_max: 32,
            library_bytes_max: 64 << 20,
            products_max: 500,
            load_time_max: Duration::from_secs(5),
            calls_at_once_max: 4,
            calls_waiting_max: 64,
            sheets_max: 1024,
        }
    }
}
