//! Cases 35 to 39: files that are no components, bombs for the compiler, poisoned caches, changed plugins.

use super::guest::{Guest, component};
use super::{folder, goes_on, load, program, refused, told, with_loader};
use kpress::inputs::{Bytes, Disk};
use kpress::plugin::engine::Engine;
use kpress::plugin::load::Loader;
use kpress::plugin::load::compile::{Bounds, Compiler};
use kpress::plugin::load::store::{self, Stored};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

fn parse(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn case_35_only_components_are_components() {
    let none = |what: &str| format!("plugin-not-a-component: plugin `evil` is no component: {what}");
    let good = Guest::default().component();
    refused("35 cut", &good[..good.len() / 2], &none("unexpected end-of-file (at offset 0xaf1)"));
    let mut corrupt = good[..8].to_vec();
    corrupt.extend_from_slice(&[0xee, 0x02, 0x00, 0x00]);
    refused("35 corrupt", &corrupt, &none("malformed section id (at offset 0x8)"));
    let core = parse("(module)");
    refused("35 module", &core, &none("attempted to parse a wasm module with a component parser"));
    refused("35 text", b"(component)", &none("it does not begin like WebAssembly"));
    refused("35 zip", b"PK\x03\x04abcdefgh", &none("it does not begin like WebAssembly"));
    refused("35 empty", b"", &none("it does not begin like WebAssembly"));
    let mut gzip = flate(&[0; 1 << 20]);
    gzip.truncate(2_000);
    refused("35 gzip", &gzip, &none("it does not begin like WebAssembly"));
}

/// A stored gzip stream; kpress never looks into it.
fn flate(bytes: &[u8]) -> Vec<u8> {
    [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".as_slice(), bytes].concat()
}

#[test]
fn case_35_files_are_read_once_and_only_if_they_are_files() {
    let place = folder("files");
    place.write("plugins/large.wasm", "");
    let large =
        fs::OpenOptions::new().write(true).open(place.path().join("plugins/large.wasm")).expect("a file");
    // A file with a hole takes no space on the disk.
    large.set_len(4 << 30).expect("a sparse file");
    fs::create_dir_all(place.path().join("plugins/folder.wasm")).expect("a folder");
    symlink("/dev/zero", place.path().join("plugins/zero.wasm")).expect("a link");
    place.write("outside.wasm", Guest::default().component());
    symlink("../outside.wasm", place.path().join("plugins/link.wasm")).expect("a link");
    let fifo = std::process::Command::new("mkfifo").arg(place.path().join("plugins/pipe.wasm")).status();
    assert!(fifo.is_ok_and(|status| status.success()), "mkfifo is a tool of every system");
    let disk = Disk::open(place.path()).expect("the folder");
    let cases = [
        (
            "large",
            "plugin-not-a-component: plugin `evil`: `plugins/large.wasm` has 4 GiB, and no component has more than 32 MiB",
        ),
        ("folder", "path-refused: plugin `evil`: `plugins/folder.wasm`: it is not a regular file"),
        ("pipe", "path-refused: plugin `evil`: `plugins/pipe.wasm`: it is not a regular file"),
        ("zero", "path-refused: plugin `evil`: `plugins/zero.wasm`: it lies behind a link"),
        ("link", "path-refused: plugin `evil`: `plugins/link.wasm`: it lies behind a link"),
        ("none", "plugin-not-a-component: plugin `evil`: there is no file `plugins/none.wasm`"),
    ];
    for (name, expected) in cases {
        let begun = Instant::now();
        let failure = store::read("evil", &format!("plugins/{name}.wasm"), &disk).expect_err(name);
        assert_eq!(told(&failure), expected);
        assert!(begun.elapsed() < Duration::from_secs(5), "case 35 {name}: it hangs");
    }
    let outside = store::read("evil", "../outside.wasm", &disk).expect_err("outside");
    assert_eq!(outside.rule.family.exit_code(), 12);
}

#[test]
fn case_35_what_is_hashed_is_what_is_compiled() {
    let place = folder("swap");
    place.write("plugins/evil.wasm", Guest::default().component());
    let disk = Disk::open(place.path()).expect("the folder");
    let stored = store::read("evil", "plugins/evil.wasm", &disk).expect("a file");
    // Between hash and compiling the file becomes another one.
    place.write("plugins/evil.wasm", "not a component");
    let loaded = with_loader(|loader| loader.load("evil", &stored, &mut Vec::new()))
        .expect("the bytes that were hashed");
    assert_eq!(*loaded.sha256, *stored.sha256);
}

#[test]
fn case_36_bombs_for_the_compiler() {
    let complex = |what: &str| format!("plugin-too-complex: plugin `evil` has {what}");
    let module = |fields: &str| component_of(&format!("(module {fields})"));
    refused(
        "36 functions",
        &module(&"(func)".repeat(60_000)),
        &complex("60,000 functions, and no plugin has more than 50,000"),
    );
    let locals = format!("(func (local {}))", "i64 ".repeat(3_000));
    refused(
        "36 locals",
        &module(&locals),
        &complex("3,000 locals in one function, and no plugin has more than 2,000"),
    );
    let nested = format!("(func {}{})", "block ".repeat(1_500), "end ".repeat(1_500));
    refused(
        "36 nesting",
        &module(&nested),
        &complex("1,500 blocks within each other, and no plugin has more than 1,000"),
    );
    let table = format!("(func (param i32) (block (br_table {} (local.get 0))))", "0 ".repeat(1_100_000));
    refused(
        "36 br_table",
        &module(&table),
        &complex("1,100,011 bytes in one function, and no plugin has more than 1,048,576"),
    );
    let mut names = Guest::default().component();
    // A custom section, as large as it may not be.
    let body = [b"\x04name".as_slice(), &vec![0; 9 << 20]].concat();
    names.push(0);
    let mut length = body.len();
    while length >= 0x80 {
        names.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    names.push(length as u8);
    names.extend_from_slice(&body);
    let failure = load(&names).expect_err("too large");
    assert!(
        told(&failure).contains("bytes of custom sections, and no plugin has more than 8,388,608"),
        "{failure:?}"
    );
    goes_on("36 names");
}

/// A core module inside a component that exports nothing.
fn component_of(module: &str) -> Vec<u8> {
    let module = parse(module);
    let mut bytes = b"\0asm\x0d\0\x01\0\x01".to_vec();
    let mut length = module.len();
    while length >= 0x80 {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend_from_slice(&module);
    bytes
}

#[test]
fn case_36_types_nested_ten_thousand_deep_end_nothing() {
    // A list of a list of a list …, each a type of its own that names the one before it.
    let types: String = (1..10_000).map(|at| format!("(type $t{at} (list $t{}))", at - 1)).collect();
    let text = format!("(component (type $t0 (list u8)) {types})");
    let bytes = match wat::parse_str(&text) {
        Ok(bytes) => bytes,
        Err(error) => panic!("{error}"),
    };
    let failure = load(&bytes).expect_err("it exports nothing");
    assert_eq!(told(&failure), "plugin-api-unknown: plugin `evil` exports no interface of a plugin");
    goes_on("36 types");
}

fn stored(wasm: &[u8]) -> Stored {
    Stored::of(Bytes::from(wasm))
}

/// What comes of compiling within bounds, by another program if need be.
fn compiled(program: &Path, bounds: Bounds, wasm: &[u8]) -> Result<(), String> {
    let loader = Loader {
        engine: Engine::shared(),
        compiler: Compiler::of(program).within(bounds),
        cache: None,
        stop: &|| false,
        compiling: &|_| {},
    };
    let result = loader.load("evil", &stored(wasm), &mut Vec::new());
    result.map(|_| ()).map_err(|failure| told(&failure))
}

/// A function that takes the compiler seconds: hundreds of locals, each of hundreds of branches writes all of them.
fn blow_up() -> Vec<u8> {
    let locals = 300;
    let sets: String = (0..locals)
        .map(|at| {
            format!("(local.set $l{at} (i32.add (local.get $l{at}) (local.get $l{})))", (at + 1) % locals)
        })
        .collect();
    let names: String = (0..locals).map(|at| format!("(local $l{at} i32)")).collect();
    let branches = format!("(if (local.get $l0) (then {sets}))").repeat(120);
    let more = format!("(func $blow (export \"blow\") (result i32) {names} {branches} (local.get $l0))");
    Guest { more, ..Guest::default() }.component()
}

#[test]
fn case_36_a_compiler_that_does_not_come_to_an_end_is_ended() {
    let wasm = blow_up();
    let place = folder("blow");
    let cpu = Bounds { cpu: Duration::from_secs(1), ..Bounds::USUAL };
    assert_eq!(
        compiled(program(), cpu, &wasm),
        Err("plugin-compile-failed: plugin `evil` cannot be compiled: it takes more than 1 s of processor time".to_owned())
    );
    let wall = Bounds { wall: Duration::from_secs(1), ..Bounds::USUAL };
    let begun = Instant::now();
    assert_eq!(
        compiled(program(), wall, &wasm),
        Err("plugin-compile-failed: plugin `evil` cannot be compiled: it takes longer than 1 s".to_owned())
    );
    assert!(begun.elapsed() < Duration::from_secs(15), "the child lives on");
    let memory = Bounds { memory: 200 << 20, ..Bounds::USUAL };
    let result = compiled(program(), memory, &wasm).expect_err("200 MiB are too few");
    assert!(result.starts_with("plugin-compile-failed: plugin `evil` cannot be compiled: "), "{result}");
    assert_eq!(fs::read_dir(place.path()).map(Iterator::count).ok(), Some(0), "nothing is left behind");
    goes_on("36");
}

#[test]
fn case_36_a_compiler_that_panics_costs_only_its_child() {
    let place = folder("panic");
    let write = |name: &str, text: &str| {
        place.write(name, text);
        let path = place.path().join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("ours");
        path
    };
    let wasm = Guest::default().component();
    let failed = |what: &str| Err(format!("plugin-compile-failed: plugin `evil` cannot be compiled: {what}"));
    let panics = write(
        "panics",
        "#!/bin/sh\ncat > /dev/null\necho 'thread main panicked at adapt.rs' >&2\nexit 101\n",
    );
    assert_eq!(compiled(&panics, Bounds::USUAL, &wasm), failed("the compiler crashed (exit code 101)"));
    let aborts = write("aborts", "#!/bin/sh\nkill -ABRT $$\n");
    assert_eq!(compiled(&aborts, Bounds::USUAL, &wasm), failed("the compiler crashed (signal 6)"));
    let says = write("says", "#!/bin/sh\ncat > /dev/null\necho 'this is beyond me' >&2\nexit 3\n");
    assert_eq!(compiled(&says, Bounds::USUAL, &wasm), failed("this is beyond me"));
    // One that answers with something else is found out when its answer is loaded.
    let lies = write("lies", "#!/bin/sh\ncat\n");
    let result = compiled(&lies, Bounds::USUAL, &wasm).expect_err("no machine code");
    assert!(result.starts_with("plugin-compile-failed: plugin `evil` cannot be compiled: "), "{result}");
    let none = place.path().join("none");
    let result = compiled(&none, Bounds::USUAL, &wasm).expect_err("no program");
    assert!(
        result.starts_with(
            "plugin-compile-failed: plugin `evil` cannot be compiled: the compiler does not start"
        ),
        "{result}"
    );
    goes_on("36 panic");
}

#[test]
fn the_child_gets_nothing_of_its_parent() {
    let place = folder("child");
    let told = place.path().join("told");
    place.write(
        "spy",
        format!("#!/bin/sh\n{{ pwd; env | grep -v '^_=' | grep -v '^PWD=' | grep -v '^SHLVL='; ls /proc/$$/fd; }} > {}\nexit 3\n", told.display()),
    );
    let spy = place.path().join("spy");
    fs::set_permissions(&spy, fs::Permissions::from_mode(0o755)).expect("ours");
    assert!(compiled(&spy, Bounds::USUAL, &Guest::default().component()).is_err());
    let lines = fs::read_to_string(told).expect("it told");
    // Its folder, and the three streams; the shell keeps one or two of its own.
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[0], "/");
    assert!(
        lines[1..].iter().all(|line| line.parse::<u32>().is_ok_and(|fd| !(3..10).contains(&fd))),
        "{lines:?}"
    );
}

#[test]
fn case_39_imports_that_nobody_grants() {
    let importing = |imports: &str| parse(&format!("(component {imports})"));
    let twice =
        "(import \"kpress:plugin/log@0.1.0\" (instance)) (import \"kpress:plugin/log@0.1.1\" (instance))";
    refused(
        "39 twice",
        &importing(twice),
        "plugin-import-refused: plugin `evil` imports `kpress:plugin/log` twice",
    );
    refused(
        "39 wasi",
        &importing("(import \"wasi:filesystem/types@0.2.0\" (instance))"),
        "plugin-import-refused: plugin `evil` imports `wasi:filesystem/types@0.2.0`",
    );
    refused(
        "39 admin",
        &importing("(import \"kpress:plugin/admin@0.1.0\" (instance))"),
        "plugin-import-refused: plugin `evil` imports `kpress:plugin/admin@0.1.0`, which no plugin gets",
    );
    refused(
        "39 version",
        &importing("(import \"kpress:plugin/http@9.9.9\" (instance))"),
        "plugin-api-unknown: plugin `evil` imports `kpress:plugin/http` of version 9.9.9",
    );
    // `http` in a component that is a metric: the world of the interface has none, so it is written by hand.
    let http = "(import \"kpress:plugin/http@0.1.0\" (instance)) (instance $x) (export \"kpress:plugin/metric@0.1.0\" (instance $x))";
    refused(
        "39 http",
        &importing(http),
        "plugin-import-refused: plugin `evil` imports `kpress:plugin/http` and is no source",
    );
}

#[test]
fn a_core_module_of_each_world_becomes_a_component() {
    // The builder of these tests makes what `kpress plugin build` makes.
    let wasm = component(&Guest::default().text(), "metric-plugin");
    assert!(load(&wasm).is_ok());
}
