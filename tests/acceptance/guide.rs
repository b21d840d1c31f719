//! The guide for authors, done as it says: its files written, its commands run in order in an empty folder, and what
//! it shows of their output found there.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

const GUIDE: &str = include_str!("../../adapters/README.md");

/// A fenced block: its language, what stands behind that, and its lines.
struct Block {
    language: String,
    file: String,
    text: String,
}

fn blocks(guide: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in guide.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                let (language, file) = info.split_once(' ').unwrap_or((info, ""));
                let (language, file) = (language.to_owned(), file.to_owned());
                open = Some(Block { language, file, text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    blocks
}

/// Does what a part of the guide says.
fn follow(heading: &str, desk: &Path) -> usize {
    let (_, part) = GUIDE.split_once(&format!("\n## {heading}\n")).unwrap();
    let part = part.split("\n## ").next().unwrap();
    let bin = desk.join("bin");
    fs::create_dir(&bin).unwrap();
    symlink(env!("CARGO_BIN_EXE_quotient"), bin.join("quotient")).unwrap();
    let adapters = desk.join("adapters");
    fs::create_dir(&adapters).unwrap();
    let built = std::env::current_exe().unwrap();
    for name in ["amazon_connect", "declarative"] {
        let file = format!("libquotient_adapter_{name}.so");
        fs::hard_link(built.with_file_name(&file), adapters.join(file)).unwrap();
    }
    let work = desk.join("work");
    fs::create_dir_all(&work).unwrap();
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let (mut printed, mut commands) = (String::new(), 0);
    for block in blocks(part) {
        match block.language.as_str() {
            "toml" => {
                let file = work.join(&block.file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, &block.text).unwrap();
            }
            "sh" => {
                let mut command = Command::new("sh");
                // What cargo says to a test is not for the crate that the guide builds.
                for (name, _) in std::env::vars() {
                    if name.starts_with("CARGO") && name != "CARGO_HOME" || name.starts_with("QUOTIENT") {
                        command.env_remove(name);
                    }
                }
                let output = command
                    .args(["-euc", &block.text])
                    .current_dir(&work)
                    .env("PATH", format!("{}:{path}", bin.display()))
                    .env("QUOTIENT", checkout)
                    .env("QUOTIENT_ADAPTERS", &adapters)
                    .env("XDG_STATE_HOME", desk.join("state"))
                    // What this builds is kept for the next time, where cargo knows how.
                    .env("CARGO_BUILD_BUILD_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide-build"))
                    .stdin(Stdio::null())
                    .output()
                    .unwrap();
                let told = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{}\n{told}", block.text);
                printed = String::from_utf8(output.stdout).unwrap();
                commands += 1;
            }
            "text" => {
                for line in block.text.lines() {
                    assert!(printed.contains(line), "{line:?} in\n{printed}");
                }
            }
            other => panic!("a block in {other:?}"),
        }
    }
    commands
}

#[test]
fn a_vendor_by_a_sheet() {
    let desk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    assert_eq!(follow("A sheet: ten minutes", desk.path()), 4);
}

/// The sections on code ask for the team of the first one.
fn team(desk: &Path) {
    let team = blocks(GUIDE).into_iter().find(|block| block.file == "team.toml").unwrap();
    fs::create_dir(desk.join("work")).unwrap();
    fs::write(desk.join("work/team.toml"), team.text).unwrap();
}

#[test]
fn a_vendor_in_rust() {
    let desk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    team(desk.path());
    assert_eq!(follow("Rust", desk.path()), 4);
}

#[test]
fn a_vendor_in_c() {
    let desk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    team(desk.path());
    assert_eq!(follow("C", desk.path()), 1);
}
