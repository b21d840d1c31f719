//! Bundles every price sheet of `sheets/`: to add a product is to add its file.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=sheets");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("sheets");
    let mut files = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<PathBuf>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.file_name().and_then(|name| name.to_str()).ok_or("a sheet's name is not UTF-8")?;
        writeln!(list, "    ({name:?}, include_bytes!({file:?})),")?;
    }
    list.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("sheets.rs"), list)?;
    Ok(())
}
