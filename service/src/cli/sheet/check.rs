//! `sheet check`: what sheets sell, and what was found in them, for a person or for a program.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use jiff::Zoned;
use jiff::civil::Date;
use quotient_plugin_api::language::review::{Ages, Finding, OLD_AFTER_MONTHS, Reviewed, Severity, review};
use serde_json::{Value, json};

use super::text_of;
use crate::cli::Format;
use crate::cli::problem::Problem;

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArgs {
    /// Sheets, TOML.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Fail on warnings as on errors.
    #[arg(long)]
    deny_warnings: bool,
    /// The day that ages of prices are counted to, such as 2026-03-15; today where not said.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
    /// Months after which prices are old.
    #[arg(long, value_name = "MONTHS", default_value_t = OLD_AFTER_MONTHS)]
    old_after: u32,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "expected a day such as 2026-03-15".to_owned())
}

pub(super) fn run(asked: &CheckArgs, out: &mut impl Write) -> Result<(), Problem> {
    let files = asked.files.iter().map(|file| text_of(file)).collect::<Result<Vec<_>, _>>()?;
    let today = asked.today.unwrap_or_else(|| Zoned::now().date());
    let reviewed = review(&files, Ages { today, old_after_months: asked.old_after });
    let count = |severity| reviewed.iter().map(|one| one.count(severity)).sum::<usize>();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let failed = errors > 0 || asked.deny_warnings && warnings > 0;
    let counted = format!("found {} and {}", many(errors, "error"), many(warnings, "warning"));
    match asked.format {
        Format::Json => {
            let files: Vec<_> = reviewed.iter().map(for_a_program).collect();
            writeln!(out, "{:#}", json!({ "files": files, "errors": errors, "warnings": warnings }))?;
            if failed { Err(Problem::Sheet(counted)) } else { Ok(()) }
        }
        Format::Table => {
            let findings = reviewed.iter().flat_map(|one| &one.findings).map(told);
            if failed {
                let lines: Vec<_> = [counted].into_iter().chain(findings).collect();
                return Err(Problem::Sheet(lines.join("\n")));
            }
            let lines: Vec<_> = reviewed.iter().filter_map(summary).chain(findings).collect();
            Ok(writeln!(out, "{}", lines.join("\n"))?)
        }
    }
}

fn many(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn told(finding: &Finding) -> String {
    match finding.severity {
        Severity::Error => finding.at.to_string(),
        Severity::Warning => format!("warning: {} [{}]", finding.at, finding.code),
    }
}

fn summary(one: &Reviewed) -> Option<String> {
    let catalog = one.sheet.as_ref()?.catalog();
    let as_of = catalog.revisions.first().map_or("unknown", |revision| revision.as_of.as_str());
    Some(format!(
        "{}: {} of {}, as of {as_of}: {} editions, {} purchase options; {}",
        one.file,
        catalog.product.name,
        catalog.vendor.name,
        catalog.editions.len(),
        catalog.purchase_options.len(),
        catalog.charging_models.join(", "),
    ))
}

fn for_a_program(one: &Reviewed) -> Value {
    let finding = |finding: &Finding| {
        let at = &finding.at;
        json!({
            "severity": finding.severity.id(), "code": finding.code, "line": at.line, "column": at.column,
            "path": at.path, "text": at.text,
        })
    };
    let product = one.sheet.as_ref().map(|sheet| sheet.catalog().product.id.clone());
    let findings: Vec<_> = one.findings.iter().map(finding).collect();
    json!({ "file": one.file, "product": product, "findings": findings })
}
