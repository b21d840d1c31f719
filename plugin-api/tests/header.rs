//! The header compiles clean for C and C++, and states the layout that the Rust table has.

use std::path::Path;
use std::process::Command;

use quotient_plugin_api::abi;

/// Compiles the header alone, warnings as errors; `None` if there is no such compiler.
fn compile(compiler: &str, arguments: &[&str]) -> Option<Result<(), String>> {
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/quotient_plugin.h");
    let output = Command::new(compiler)
        .args(arguments)
        .args(["-pedantic", "-Werror", "-Wall", "-Wextra", "-fsyntax-only"])
        // Included, as an author does: compiled by itself, a header is warned about its own guard.
        .arg("-include")
        .arg(header)
        .arg("/dev/null")
        .output()
        .ok()?;
    Some(match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    })
}

#[test]
fn the_header_compiles_as_c11() {
    compile("cc", &["-std=c11", "-x", "c"]).expect("a C compiler named cc").unwrap();
}

#[test]
fn the_header_compiles_as_cpp17_where_there_is_a_compiler() {
    if let Some(result) = compile("c++", &["-std=c++17", "-x", "c++"]) {
        result.unwrap();
    }
}

#[test]
fn the_header_names_the_numbers_of_the_table() {
    let header = include_str!("../include/quotient_plugin.h");
    for line in [
        format!("#define QP_ABI_MAJOR {}", abi::ABI_MAJOR),
        format!("#define QP_ABI_MINOR {}", abi::ABI_MINOR),
        format!("#define QP_SCHEMA {}", abi::SCHEMA),
        format!("#define QP_TABLE_MAGIC UINT32_C({:#010x})", abi::TABLE_MAGIC),
        format!("*{}(const qp_host *host);", abi::ENTRY_SYMBOL),
        format!("QP_ASSERT_SIZE(qp_call, {});", size_of::<abi::QpCall>()),
        format!("QP_ASSERT_SIZE(qp_host, {});", size_of::<abi::QpHost>()),
        format!("QP_ASSERT_SIZE(qp_plugin, {});", size_of::<abi::QpPlugin>()),
        format!("QP_ASSERT_SIZE(qp_note, {});", size_of::<abi::QpNote>()),
    ] {
        assert!(header.contains(&line), "the header has no `{line}`");
    }
}
