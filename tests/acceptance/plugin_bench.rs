//! A place to compile plugins in C to, and to load them from.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use quotient_service::plugins::{PluginConfig, Registry, Snapshot};
use tempfile::TempDir;

/// A directory of libraries and the configuration that loads them.
pub(crate) struct Bench {
    pub(crate) directory: TempDir,
    pub(crate) config: PluginConfig,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = PluginConfig::new(directory.path().join("state"));
        config.dev = true;
        Self { directory, config }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Compiles the plugin in C with these arguments, and adds it to the configuration.
    pub(crate) fn c(&mut self, name: &str, arguments: &[&str]) -> PathBuf {
        let path = self.path(name);
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = Command::new("cc")
            .args([
                "-std=c11",
                "-shared",
                "-fPIC",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-Wno-unused",
                "-Wno-unused-parameter",
            ])
            .arg("-I")
            .arg(tests.join("../plugin-api/include"))
            .arg(tests.join("rogue/plugin.c"))
            .arg("-o")
            .arg(&path)
            .args(arguments)
            .output()
            .expect("a C compiler named cc");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.config.files.push(path.clone());
        path
    }

    /// Adds the plugin in Rust, which lies where cargo put it beside this test.
    pub(crate) fn rust(&mut self) {
        let test = std::env::current_exe().unwrap();
        self.config.files.push(test.with_file_name("libquotient_rogue.so"));
    }

    pub(crate) fn load(&self) -> Arc<Snapshot> {
        Registry::load(&self.config).unwrap().snapshot()
    }
}
