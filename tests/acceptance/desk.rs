//! The program as it was just built, over the adapters of this build.

use std::fs;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The adapters of this workspace.
const ADAPTERS: [&str; 4] = ["amazon_connect", "declarative", "dynamics_365", "tencent_qidian"];

/// Ten people, with the day of the prices, so that every run answers the same.
pub(crate) const TEN: &str = "pricing_date = 2026-11-22\nstart_date = 2026-12-01\n[[seats]]\nnamed = 10\n";

/// A directory with the adapters of this build, the program's state, and files for it.
pub(crate) struct Desk {
    pub(crate) directory: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let adapters = directory.path().join("adapters");
        fs::create_dir(&adapters).unwrap();
        // A build puts them beside the test, where those of an older build may lie too.
        let built = std::env::current_exe().unwrap();
        for name in ADAPTERS {
            let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
            let file = format!("{prefix}quotient_adapter_{name}{suffix}");
            fs::hard_link(built.with_file_name(&file), adapters.join(file)).unwrap();
        }
        Self { directory }
    }

    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.directory.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quotient"));
        for name in ["QUOTIENT_CONFIG", "QUOTIENT_ADAPTERS", "QUOTIENT_LOG"] {
            command.env_remove(name);
        }
        command.env("XDG_STATE_HOME", self.directory.path().join("state")).stdin(Stdio::null());
        command.arg("--adapters").arg(self.directory.path().join("adapters")).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command that succeeds prints.
    pub(crate) fn answer(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
        text(&output.stdout)
    }

    /// What a command that fails says.
    pub(crate) fn complaint(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        text(&output.stderr)
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
