//! `kpress plugin build`: runs the documented commands of a plugin's language, and makes a component of what they give.

use crate::cli::Trouble;
use crate::cli::terminal::Terminal;
use crate::diag::printable;
use crate::inputs::{Disk, Inputs, ProjectPath};
use crate::plugin::component;
use crate::plugin::starter::{self, Language};
use crate::site::{Failed, Folder};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The folder of the plugin
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// No component is larger than this.
const LARGEST: u64 = 64 << 20;

/// Where Debian's packages put the source of the standard library; with it a target can be built that was never downloaded.
const DEBIAN_STD: &str = "/usr/lib/rustlib/src/rust/library";
/// Debian's linkers for WebAssembly, the newest first.
const DEBIAN_LINKERS: [&str; 3] = ["/usr/bin/wasm-ld-21", "/usr/bin/wasm-ld-20", "/usr/bin/wasm-ld-19"];

/// Builds.
pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<u8, Trouble> {
    let folder = &arguments.folder;
    let shown = printable(&folder.to_string_lossy());
    let absolute = folder
        .canonicalize()
        .map_err(|error| Trouble::usage(format!("cannot open the folder `{shown}`: {error}")))?;
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let disk = Disk::open(&absolute)
        .map_err(|error| Trouble::usage(format!("cannot open the folder `{shown}`: {error}")))?;
    let has = |path: &str| ProjectPath::parse(path).is_ok_and(|path| disk.stamp(&path).is_some());
    let language = Language::of(has).ok_or_else(|| {
        Trouble::usage(format!("`{shown}` is no folder of a plugin")).hint(
            "it holds no Cargo.toml, package.json or requirements.txt; start one with `kpress plugin new`",
        )
    })?;
    let out = format!("{name}.wasm");
    let bytes = match language {
        Language::Rust => rust(&absolute, &disk, terminal)?,
        language => {
            let kind = starter::kind_of(has).ok_or_else(|| {
                Trouble::usage(format!("`{shown}` has no interface"))
                    .hint("one of `wit/metric.wit`, `wit/source.wit`, `wit/widget.wit` and `wit/rule.wit` must be there")
            })?;
            for line in starter::commands(language, kind, &out) {
                call(&absolute, &line, &[], terminal)?;
            }
            read(&disk, &out)?
        }
    };
    let bytes = if component::is_core_module(&bytes) {
        component::of_core_module(&bytes).map_err(|why| failed(format!("cannot make a component: {why}")))?
    } else {
        bytes
    };
    let path = ProjectPath::parse(&out).map_err(|refused| Trouble::usage(refused.0))?;
    let place = Folder::open(&absolute).map_err(|error| Failed::of("open", &shown, &error))?;
    place.put(&path, &bytes)?;
    let size = bytes.len();
    let below = if shown == "." { out } else { format!("{}/{out}", shown.trim_end_matches('/')) };
    terminal.say(&format!("built {below}: {size} bytes\n"));
    Ok(0)
}

/// A tool that did not do its work.
fn failed(text: String) -> Trouble {
    Trouble { code: 31, text, hint: None }
}

fn read(disk: &Disk, path: &str) -> Result<Vec<u8>, Trouble> {
    let parsed = ProjectPath::parse(path).map_err(|refused| Trouble::usage(refused.0))?;
    let bytes = disk.read(&parsed, LARGEST);
    bytes.map(|bytes| bytes.to_vec()).map_err(|why| failed(format!("the build left no `{path}`: {why}")))
}

/// Builds with the target that rustup downloads, or else with Debian's compiler and the standard library from source.
fn rust(folder: &Path, disk: &Disk, terminal: &Terminal) -> Result<Vec<u8>, Trouble> {
    let target = "wasm32-unknown-unknown";
    let flags = ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Ctarget-feature=+simd128");
    // Where the artefacts go is asked for, so that a setting of the user does not lead elsewhere.
    let into = ("CARGO_TARGET_DIR", "target");
    if has_target(folder, target) {
        let line = words(&["cargo", "build", "--release", "--target", target]);
        call(folder, &line, &[flags, into], terminal)?;
    } else {
        let linker = DEBIAN_LINKERS.into_iter().find(|path| Path::new(path).is_file());
        let (Some(linker), true) = (linker, Path::new(DEBIAN_STD).is_dir()) else {
            return Err(failed(format!("there is no Rust for {target} here"))
                .hint("run `rustup target add wasm32-unknown-unknown`, or install Debian's rustc-web, cargo-web, rust-web-src and lld-19"));
        };
        let line = words(&[
            "/usr/bin/cargo",
            "build",
            "--release",
            "-Zbuild-std=std,panic_abort",
            "--target",
            target,
        ]);
        let own = [
            flags,
            into,
            ("RUSTC", "/usr/bin/rustc"),
            // Building the standard library is not stable yet; nothing else of nightly is used.
            ("RUSTC_BOOTSTRAP", "1"),
            ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker),
        ];
        call(folder, &line, &own, terminal)?;
    }
    let manifest = String::from_utf8(read(disk, Language::Rust.mark())?).unwrap_or_default();
    let package = manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let package = package.ok_or_else(|| failed("Cargo.toml has no line `name = \"…\"`".to_owned()))?;
    read(disk, &format!("target/{target}/release/{}.wasm", package.replace('-', "_")))
}

/// Whether the toolchain that cargo takes in this folder has the target.
fn has_target(folder: &Path, target: &str) -> bool {
    let mut asked = Command::new("rustc");
    asked.current_dir(folder).args(["--print", "target-libdir", "--target", target]);
    let Ok(told) = asked.output() else { return false };
    let place = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    told.status.success() && Path::new(&place).is_dir()
}

fn words(line: &[&str]) -> Vec<String> {
    line.iter().map(|&word| word.to_owned()).collect()
}

/// Runs one command in the plugin's folder; what it prints goes to stderr.
fn call(folder: &Path, line: &[String], own: &[(&str, &str)], terminal: &Terminal) -> Result<(), Trouble> {
    let shown = line.join(" ");
    terminal.say(&format!("$ {shown}\n"));
    let Some((program, arguments)) = line.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments).envs(own.iter().copied()).stdout(std::io::stderr());
    let status = command.status().map_err(|error| {
        failed(format!("cannot run `{program}`: {error}")).hint("the plugin's README.md says what it needs")
    })?;
    if status.success() { Ok(()) } else { Err(failed(format!("`{shown}` failed: {status}"))) }
}
