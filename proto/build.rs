//! Compiles the `.proto` files without `protoc`, and keeps the descriptor bytes for reflection.

use std::{env, fs, path::PathBuf};

use prost::Message as _;

/// The files that are compiled; what they import comes along.
const FILES: [&str; 4] = [
    "quotient/v1/quoting_service.proto",
    "quotient/v1/catalog_service.proto",
    "quotient/v1/error_reason.proto",
    "quotient/plugin/v1/plugin.proto",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=quotient");
    println!("cargo:rerun-if-changed=third_party");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new([".", "third_party"])?;
    compiler.include_imports(true).include_source_info(true).open_files(FILES)?;
    fs::write(out.join("descriptors.binpb"), compiler.encode_file_descriptor_set())?;

    let mut config = prost_build::Config::new();
    config.btree_map(["."]);
    config.include_file("quotient.rs");
    // The comments of Google's files hold indented text that rustdoc would run as code.
    config.disable_comments([".google"]);
    let descriptors = compiler.file_descriptor_set();
    let mut without_services = descriptors.clone();
    for file in &mut without_services.file {
        file.service.clear();
    }
    debug_assert!(descriptors.encoded_len() > 0);
    config.compile_fds(without_services)?;
    Ok(())
}
