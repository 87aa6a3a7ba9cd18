//! Looks into a component before anything compiles or runs it: what it imports and exports, how large it is, and whether
//! it is one at all. What is built to be expensive is refused here, where it has cost nothing yet.

use crate::diag::{Family, Level, Rule, printable};
use crate::plan::failure::{Failure, grouped};
use crate::plan::plugin::PluginKind;
use crate::plugin::failure::PLUGIN_TOO_COMPLEX;
use crate::plugin::limits::{CORE_INSTANCES_MAX, MEMORIES_MAX};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentExternalKind, ComponentTypeRef, FunctionBody, Operator,
    Parser, Payload, Validator, WasmFeatures,
};

/// Something that is no component.
pub static PLUGIN_NOT_A_COMPONENT: Rule = Rule {
    name: "plugin-not-a-component",
    level: Level::Error,
    family: Family::Data,
    about: "a file of a plugin that is no WebAssembly component, or that cannot be read",
    why: "a core module, text, an archive or a damaged file says nothing of what it asks for, so nothing of it runs",
    example: "plugins/tacos.wasm is a core module; `kpress plugin build` makes a component of it",
};

/// A component that wants more of the world than there is.
pub static PLUGIN_IMPORT_REFUSED: Rule = Rule {
    name: "plugin-import-refused",
    level: Level::Error,
    family: Family::Data,
    about: "a component that imports what no plugin gets: WASI, an unknown interface, servers without being a source",
    why: "what a plugin cannot reach it cannot misuse, and a plugin that needs it could not work",
    example: "a component of `jco componentize` without `--backend-qjs-stub-wasi`; `kpress plugin build` sets it",
};

/// A component of another interface.
pub static PLUGIN_API_UNKNOWN: Rule = Rule {
    name: "plugin-api-unknown",
    level: Level::Error,
    family: Family::Data,
    about: "a component that exports no interface this kpress speaks, or one of another form",
    why: "a plugin is called only through an interface that both sides read in the same way",
    example: "a component that exports `kpress:plugin/metric@9.9.9`; this kpress speaks 0.1",
};

/// The package of the interface.
const PACKAGE: &str = "kpress:plugin/";
/// The versions this kpress speaks, as people read them.
pub const SPOKEN: &str = "0.1";

/// Core modules in a component; CPython has 38.
pub const MODULES_MAX: u64 = 128;
/// Components within a component; QuickJS has 24.
pub const COMPONENTS_MAX: u64 = 64;
/// Functions of all core modules; CPython has 13,482.
pub const FUNCTIONS_MAX: u64 = 50_000;
/// One function. What is compiled grows faster than it: a MiB takes about 15 s; CPython's largest has 427 KB.
pub const BODY_BYTES_MAX: u64 = 1 << 20;
/// Locals of one function; CPython has 271.
pub const LOCALS_MAX: u64 = 2_000;
/// Blocks within each other.
pub const NESTING_MAX: u64 = 1_000;
/// Custom sections: names for backtraces and what tools leave behind.
pub const CUSTOM_BYTES_MAX: u64 = 8 << 20;

/// What a component is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Interfaces it imports, as `kpress:plugin/log@0.1.0`, sorted.
    pub imports: Vec<String>,
    /// Interfaces of ours it exports, sorted.
    pub exports: Vec<String>,
    /// What it can be.
    pub kinds: BTreeSet<PluginKind>,
    /// How much of everything it holds.
    pub shape: Shape,
}

/// How much of everything a component holds, nested components and modules included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Core modules.
    pub modules: u64,
    /// Instances of core modules.
    pub core_instances: u64,
    /// Components within.
    pub components: u64,
    /// Functions of core modules.
    pub functions: u64,
    /// Memories of core modules.
    pub memories: u64,
    /// Bytes of all functions.
    pub code_bytes: u64,
    /// Bytes of the largest function.
    pub largest_body: u64,
    /// Locals of the function with most.
    pub locals: u64,
    /// Blocks within blocks of a function.
    pub nesting: u64,
    /// Bytes of custom sections.
    pub custom_bytes: u64,
}

/// What of a name we know.
enum Named {
    /// The part after the slash; the version is spoken.
    Ours(String),
    /// The version of it is not spoken.
    Other(String, String),
    /// Not of our package.
    Foreign,
}

/// Looks into a component.
///
/// # Errors
/// `plugin-not-a-component`, `plugin-import-refused`, `plugin-api-unknown`, `plugin-too-complex`.
pub fn scan(name: &str, bytes: &[u8]) -> Result<Outline, Failure> {
    let none = |why: String| not_a_component(name, &why);
    if bytes.get(4..8) == Some(&[1, 0, 0, 0]) && bytes.starts_with(b"\0asm") {
        return Err(none("attempted to parse a wasm module with a component parser".to_owned()));
    }
    if !bytes.starts_with(b"\0asm") {
        return Err(none("it does not begin like WebAssembly".to_owned()));
    }
    let mut seen = Seen::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| none(error.to_string()))?;
        seen.take(name, payload)?;
    }
    let outline = seen.outline(name)?;
    Validator::new_with_features(FEATURES).validate_all(bytes).map_err(|error| none(error.to_string()))?;
    Ok(outline)
}

/// What the engine takes (plugins.md §12); a test holds both together.
const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);

fn not_a_component(name: &str, why: &str) -> Failure {
    Failure::new(
        &PLUGIN_NOT_A_COMPONENT,
        format!("plugin `{name}` is no component: {}", printable(why)),
        "`kpress plugin build` makes one; `kpress plugin new` starts a folder for it",
    )
}

/// What was read so far.
#[derive(Default)]
struct Seen {
    shape: Shape,
    imports: BTreeMap<String, bool>,
    exports: BTreeMap<String, bool>,
    twice: Option<String>,
    utf16: bool,
    /// Components and modules around what is read.
    depth: usize,
}

impl Seen {
    fn take(&mut self, name: &str, payload: Payload<'_>) -> Result<(), Failure> {
        let damaged = |error: wasmparser::BinaryReaderError| not_a_component(name, &error.to_string());
        let shape = &mut self.shape;
        match payload {
            Payload::Version { .. } => self.depth += 1,
            Payload::End(_) => self.depth = self.depth.saturating_sub(1),
            Payload::ModuleSection { .. } => shape.modules += 1,
            Payload::ComponentSection { .. } => shape.components += 1,
            Payload::InstanceSection(section) => shape.core_instances += u64::from(section.count()),
            Payload::MemorySection(section) => shape.memories += u64::from(section.count()),
            Payload::FunctionSection(section) => shape.functions += u64::from(section.count()),
            Payload::CodeSectionEntry(body) => take_body(shape, &body).map_err(damaged)?,
            Payload::CustomSection(section) => shape.custom_bytes += section.data().len() as u64,
            Payload::ComponentCanonicalSection(section) => {
                for function in section {
                    self.utf16 |= is_utf16(&function.map_err(damaged)?);
                }
            }
            Payload::ComponentImportSection(section) if self.depth == 1 => {
                for import in section {
                    let import = import.map_err(damaged)?;
                    let instance = matches!(import.ty, ComponentTypeRef::Instance(_));
                    if self.imports.insert(import.name.name.to_owned(), instance).is_some() {
                        self.twice.get_or_insert(import.name.name.to_owned());
                    }
                }
            }
            Payload::ComponentExportSection(section) if self.depth == 1 => {
                for export in section {
                    let export = export.map_err(damaged)?;
                    let instance = export.kind == ComponentExternalKind::Instance;
                    self.exports.insert(export.name.name.to_owned(), instance);
                }
            }
            _ => {}
        }
        within(name, &self.shape)
    }

    fn outline(self, name: &str) -> Result<Outline, Failure> {
        let refused = |what: String, hint: &str| {
            Err(Failure::new(&PLUGIN_IMPORT_REFUSED, format!("plugin `{name}` imports {what}"), hint))
        };
        if let Some(twice) = &self.twice {
            return refused(format!("`{}` twice", printable(twice)), FAULTY);
        }
        let mut interfaces = BTreeSet::new();
        for (import, instance) in &self.imports {
            let shown = printable(import);
            match named(import) {
                Named::Ours(own) if *instance && IMPORTS.contains(&own.as_str()) => {
                    if !interfaces.insert(own.clone()) {
                        return refused(format!("`{PACKAGE}{own}` twice"), FAULTY);
                    }
                }
                Named::Other(own, version) if IMPORTS.contains(&own.as_str()) => {
                    return Err(version_unknown(name, "imports", &own, &version));
                }
                Named::Ours(_) | Named::Other(..) => {
                    return refused(format!("`{shown}`, which no plugin gets"), ALLOWED);
                }
                Named::Foreign if import.starts_with("wasi:") => {
                    return refused(format!("`{shown}`"), WITHOUT_WASI);
                }
                Named::Foreign => return refused(format!("`{shown}`, which no plugin gets"), ALLOWED),
            }
        }
        let (kinds, exports) = self.kinds(name)?;
        if !kinds.contains(&PluginKind::Source)
            && let Some(own) = SOURCES.iter().find(|own| interfaces.contains(**own))
        {
            return refused(format!("`{PACKAGE}{own}` and is no source"), ONLY_SOURCES);
        }
        if self.utf16 {
            return Err(Failure::new(
                &PLUGIN_API_UNKNOWN,
                format!("plugin `{name}` hands texts over as UTF-16"),
                "build it with a tool that takes UTF-8; those of `kpress plugin new` do",
            ));
        }
        let imports = self.imports.into_keys().collect();
        Ok(Outline { imports, exports, kinds, shape: self.shape })
    }

    /// What it can be, and the names of those exports.
    fn kinds(&self, name: &str) -> Result<(BTreeSet<PluginKind>, Vec<String>), Failure> {
        let (mut kinds, mut names) = (BTreeSet::new(), Vec::new());
        let mut other = None;
        for (export, instance) in &self.exports {
            match named(export) {
                Named::Ours(own) => {
                    let Some(kind) = PluginKind::parse(&own) else { continue };
                    if !*instance || !kinds.insert(kind) {
                        return Err(Failure::new(
                            &PLUGIN_API_UNKNOWN,
                            format!(
                                "plugin `{name}` exports `{}`, which is not that interface",
                                printable(export)
                            ),
                            FAULTY,
                        ));
                    }
                    names.push(export.clone());
                }
                Named::Other(own, version) if PluginKind::parse(&own).is_some() => {
                    other = Some((own, version))
                }
                Named::Other(..) | Named::Foreign => {}
            }
        }
        match (kinds.is_empty(), other) {
            (false, _) => Ok((kinds, names)),
            (true, Some((own, version))) => Err(version_unknown(name, "exports", &own, &version)),
            (true, None) => Err(Failure::new(
                &PLUGIN_API_UNKNOWN,
                format!("plugin `{name}` exports no interface of a plugin"),
                format!(
                    "it must export one of `metric`, `source`, `widget` and `rule` of `kpress:plugin@{SPOKEN}`; \
                     `kpress plugin new` starts with one"
                ),
            )),
        }
    }
}

/// What a plugin may import; all but `types` and `log` are for sources.
const IMPORTS: &[&str] = &["types", "log", "http", "files", "secrets"];
const SOURCES: &[&str] = &["http", "files", "secrets"];

const FAULTY: &str =
    "the tool that built it is faulty; build it again with the versions that `kpress plugin new` names";
const ALLOWED: &str =
    "a plugin may import `types` and `log` of `kpress:plugin`, a source also `http`, `files` and `secrets`";
const ONLY_SOURCES: &str = "only what exports `source` reaches servers, files and secrets";
const WITHOUT_WASI: &str = "plugins get no WASI: JavaScript needs `--backend-qjs-stub-wasi`, Python `--stub-wasi`, Rust and C \
                            a target without WASI; `kpress plugin build` sets it";

/// What of a name of an interface we know.
fn named(full: &str) -> Named {
    let Some(rest) = full.strip_prefix(PACKAGE) else { return Named::Foreign };
    let (own, version) = rest.split_once('@').unwrap_or((rest, ""));
    let spoken = version.strip_prefix(SPOKEN).and_then(|patch| patch.strip_prefix('.'));
    match spoken {
        Some(patch) if !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit()) => {
            Named::Ours(own.to_owned())
        }
        _ => Named::Other(own.to_owned(), version.to_owned()),
    }
}

/// What an export of this name makes of a component.
pub(super) fn kind_of(export: &str) -> Option<PluginKind> {
    match named(export) {
        Named::Ours(own) => PluginKind::parse(&own),
        Named::Other(..) | Named::Foreign => None,
    }
}

fn version_unknown(name: &str, does: &str, own: &str, version: &str) -> Failure {
    let version = if version.is_empty() {
        "without a version".to_owned()
    } else {
        format!("of version {}", printable(version))
    };
    Failure::new(
        &PLUGIN_API_UNKNOWN,
        format!("plugin `{name}` {does} `{PACKAGE}{}` {version}", printable(own)),
        format!(
            "this kpress speaks {SPOKEN}; build the plugin against the interface that `kpress plugin new` brings"
        ),
    )
}

fn is_utf16(function: &CanonicalFunction) -> bool {
    let (CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. }) = function
    else {
        return false;
    };
    options.iter().any(|option| matches!(option, CanonicalOption::UTF16 | CanonicalOption::CompactUTF16))
}

fn take_body(shape: &mut Shape, body: &FunctionBody<'_>) -> wasmparser::Result<()> {
    let bytes = body.range().len() as u64;
    shape.code_bytes += bytes;
    shape.largest_body = shape.largest_body.max(bytes);
    // A body that is too large is refused as such; nobody reads through it first.
    if bytes > BODY_BYTES_MAX {
        return Ok(());
    }
    let mut locals = 0_u64;
    for group in body.get_locals_reader()? {
        locals += u64::from(group?.0);
    }
    shape.locals = shape.locals.max(locals);
    let mut depth = 0_u64;
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                depth += 1;
                shape.nesting = shape.nesting.max(depth);
            }
            Operator::End => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Whether it is of a shape that a plugin needs (plugins.md §5).
fn within(name: &str, shape: &Shape) -> Result<(), Failure> {
    let limits: [(u64, u64, &str); 9] = [
        (shape.modules, MODULES_MAX, "core modules"),
        (shape.core_instances, CORE_INSTANCES_MAX as u64, "core instances"),
        (shape.components, COMPONENTS_MAX, "components within"),
        (shape.functions, FUNCTIONS_MAX, "functions"),
        (shape.memories, MEMORIES_MAX as u64, "memories"),
        (shape.largest_body, BODY_BYTES_MAX, "bytes in one function"),
        (shape.locals, LOCALS_MAX, "locals in one function"),
        (shape.nesting, NESTING_MAX, "blocks within each other"),
        (shape.custom_bytes, CUSTOM_BYTES_MAX, "bytes of custom sections"),
    ];
    for (is, limit, what) in limits {
        if is > limit {
            return Err(Failure::new(
                &PLUGIN_TOO_COMPLEX,
                format!(
                    "plugin `{name}` has {} {what}, and no plugin has more than {}",
                    grouped(is),
                    grouped(limit)
                ),
                "a component of this shape is not taken",
            ));
        }
    }
    Ok(())
}
