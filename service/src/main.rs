//! The `quotient` program.

use std::process::ExitCode;

// Half the work of an answer is building messages; this allocator makes it cheaper.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    quotient_service::cli::run(std::env::args_os())
}
