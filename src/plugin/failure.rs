//! What went wrong in a run: the error of the engine becomes one of the findings that a plugin can be, by the trap first
//! and by the text of the cause where the engine's own type is private. The hostile suite pins every text.

use super::limits::{MESSAGE_BYTES_MAX, STRING_BYTES_MAX};
use crate::diag::{Family, Level, Rule, printable};
use wasmtime::Trap;

pub use crate::measure::plugged::run::{
    PLUGIN_INPUT_MISSING, PLUGIN_OUTPUT_INVALID, PLUGIN_OUTPUT_TOO_LARGE,
};
pub use crate::plan::failure::{Account, Failure};

/// A rule of a failing plugin.
macro_rules! rule {
    ($id:ident, $name:literal, $family:ident, $about:literal, $why:literal, $example:literal) => {
        #[doc = concat!("`", $name, "`: ", $about, ".")]
        pub static $id: Rule = Rule {
            name: $name,
            level: Level::Error,
            family: Family::$family,
            about: $about,
            why: $why,
            example: $example,
        };
    };
}

rule!(
    PLUGIN_PARAMS_INVALID,
    "plugin-params-invalid",
    Config,
    "a `config:` that the plugin does not take",
    "a parameter that is not understood is one that is not followed",
    "config: {top: many}    # the schema of the plugin wants a whole number"
);
rule!(
    PLUGIN_DATA_REJECTED,
    "plugin-data-rejected",
    Data,
    "rows that a plugin refuses, in its own words",
    "the plugin knows what its inputs mean, and says that these do not mean it",
    "plugin `concentration`: the sum is too large"
);
rule!(
    PLUGIN_UNSUPPORTED,
    "plugin-unsupported",
    Data,
    "something that a plugin was asked for and does not do, in its own words",
    "a figure that is not computed is a dash, and the reason belongs beside it",
    "plugin `tacos`: grains longer than a month"
);
rule!(
    PLUGIN_CAPABILITY_MISSING,
    "plugin-capability-missing",
    Data,
    "a plugin that says which grant it misses",
    "without the grant it has nothing to read",
    "grant: {http: {spapi: {}}}    # the plugin asks for `lwa` as well"
);
rule!(
    PLUGIN_RETRY_LATER,
    "plugin-retry-later",
    Data,
    "a source that is to be asked again later",
    "servers limit how often they answer; the cursor is kept, so the next pull goes on from here",
    "kpress data pull returns    # again, after the time it names"
);
rule!(
    PLUGIN_FAILED,
    "plugin-failed",
    Data,
    "a plugin that gave up, in its own words",
    "a figure that is not computed is a dash, and the reason belongs beside it",
    "plugin `forward-cover` failed: the forecast has a gap"
);
rule!(
    PLUGIN_OUT_OF_FUEL,
    "plugin-out-of-fuel",
    Data,
    "a plugin that computed for longer than it may; the same on every machine",
    "a plugin that loops must not hold a build up",
    "limits: {fuel: 5e9}    # where the plugin is right and the rows are many"
);
rule!(
    PLUGIN_TIMEOUT,
    "plugin-timeout",
    Data,
    "a plugin that took longer on the clock than it may",
    "this machine was too slow; the result of a faster one would be right, so nothing is kept of this run",
    "limits: {wall: 600s}"
);
rule!(
    PLUGIN_CANCELLED,
    "plugin-cancelled",
    Data,
    "a run that was stopped because nobody waits for it any more",
    "an edit made its result old before it came",
    "an edit in the preview while a plugin computes"
);
rule!(
    PLUGIN_OUT_OF_MEMORY,
    "plugin-out-of-memory",
    Data,
    "a plugin that wanted more memory than it may have and did not go on without it",
    "the memory of the machine is for all pages",
    "limits: {memory: 512MiB}"
);
rule!(
    PLUGIN_STACK_OVERFLOW,
    "plugin-stack-overflow",
    Data,
    "a plugin whose functions called each other too deeply",
    "a recursion without an end is a mistake of the plugin",
    "a function of the plugin that calls itself"
);
rule!(
    PLUGIN_TRAPPED,
    "plugin-trapped",
    Data,
    "a plugin that crashed",
    "what it had computed by then means nothing",
    "a panic in Rust, an uncaught error in JavaScript or Python"
);
rule!(
    PLUGIN_ABI_BROKEN,
    "plugin-abi-broken",
    Data,
    "a plugin whose answer is no value of the interface: a list outside its memory, text that is not UTF-8",
    "the tool that built it is faulty, so nothing of the answer can be believed",
    "build the plugin again with the versions that `kpress plugin new` names"
);
rule!(
    PLUGIN_TOO_COMPLEX,
    "plugin-too-complex",
    Data,
    "a component of a shape that no plugin needs: memories, tables, instances, functions",
    "what is built to be expensive is refused before it costs anything",
    "a component with 600 core instances; 512 are taken"
);
rule!(
    PLUGIN_NOT_DETERMINISTIC,
    "plugin-not-deterministic",
    Data,
    "a plugin that gives another answer to the same question",
    "the same inputs must give the same site",
    "kpress plugin run tacos --verify-determinism"
);
rule!(
    PLUGIN_BUDGET_EXHAUSTED,
    "plugin-budget-exhausted",
    Data,
    "a plugin that called the host, or moved bytes, more often than it may",
    "a page of a source is small; many pages are fine",
    "limits: {http_bytes: 200MiB}"
);

/// Rules of failing runs.
pub static RULES: &[&Rule] = &[
    &PLUGIN_PARAMS_INVALID,
    &PLUGIN_DATA_REJECTED,
    &PLUGIN_UNSUPPORTED,
    &PLUGIN_CAPABILITY_MISSING,
    &PLUGIN_RETRY_LATER,
    &PLUGIN_FAILED,
    &PLUGIN_OUT_OF_FUEL,
    &PLUGIN_TIMEOUT,
    &PLUGIN_CANCELLED,
    &PLUGIN_OUT_OF_MEMORY,
    &PLUGIN_STACK_OVERFLOW,
    &PLUGIN_TRAPPED,
    &PLUGIN_ABI_BROKEN,
    &PLUGIN_TOO_COMPLEX,
    &PLUGIN_NOT_DETERMINISTIC,
    &PLUGIN_BUDGET_EXHAUSTED,
];

/// Where a run was when it ended.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// Key under `plugins:`.
    pub plugin: &'a str,
    /// The call: `update`.
    pub call: &'static str,
    /// Rows handed over before this call; `None` where there are none.
    pub row: Option<u64>,
    /// Somebody asked the run to stop.
    pub cancelled: bool,
    /// More memory was asked for than there may be.
    pub refused_memory: bool,
    /// Bytes that it may have.
    pub memory: u64,
    /// What was used.
    pub account: Account,
}

/// What an error of the engine means.
pub fn of_error(error: &wasmtime::Error, at: Moment<'_>) -> Failure {
    let (rule, happened, hint) = meaning(error, &at);
    let row = at.row.map(|row| format!(", at row {}", crate::plan::failure::grouped(row)));
    let message = format!("plugin `{}` {happened} in `{}`{}", at.plugin, at.call, row.unwrap_or_default());
    let hint = hint.replace("{plugin}", at.plugin);
    Failure { rule, message, hint, account: Some(Box::new(at.account)) }
}

fn meaning(error: &wasmtime::Error, at: &Moment<'_>) -> (&'static Rule, String, String) {
    let said = |rule, happened: &str, hint: &str| (rule, happened.to_owned(), hint.to_owned());
    let faulty =
        "the tool that built it is faulty; build it again with the versions that `kpress plugin new` names";
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => said(
            &PLUGIN_OUT_OF_FUEL,
            "used up its fuel",
            "it may loop; try `kpress plugin run {plugin} --input rows.csv`",
        ),
        Some(Trap::Interrupt) if at.cancelled => said(&PLUGIN_CANCELLED, "was stopped", ""),
        Some(Trap::Interrupt) => said(
            &PLUGIN_TIMEOUT,
            "took too long",
            "this machine may be too slow for it; raise `wall:` below `limits:`",
        ),
        Some(Trap::StackOverflow) => {
            said(&PLUGIN_STACK_OVERFLOW, "ran out of stack", "look for a function that calls itself")
        }
        Some(_) | None if at.refused_memory => (
            &PLUGIN_OUT_OF_MEMORY,
            format!("ran out of memory ({})", crate::plan::failure::bytes(at.memory)),
            "raise `memory:` below `limits:`, or have it keep less".to_owned(),
        ),
        Some(
            Trap::StringOutOfBounds
            | Trap::ListOutOfBounds
            | Trap::InvalidDiscriminant
            | Trap::UnalignedPointer
            | Trap::InvalidChar,
        ) => (&PLUGIN_ABI_BROKEN, format!("broke its interface ({})", cause(error)), faulty.to_owned()),
        Some(_) => {
            let crashed = format!("crashed ({}){}", cause(error), functions(error));
            (&PLUGIN_TRAPPED, crashed, "what it computed by then is not used".to_owned())
        }
        None => by_text(error, faulty),
    }
}

/// Errors whose type is the engine's own.
fn by_text(error: &wasmtime::Error, faulty: &str) -> (&'static Rule, String, String) {
    let cause = cause(error);
    if cause.contains("fuel allocated for hostcalls has been exhausted") {
        let hint = "raise `hostcall_bytes:` below `limits:`, or have it give less";
        return (&PLUGIN_OUTPUT_TOO_LARGE, "gave more than it may".to_owned(), hint.to_owned());
    }
    if cause.contains("is not there in a build") {
        let hint = "only a source reaches outside, and only in `kpress data pull`";
        return (
            &PLUGIN_CAPABILITY_MISSING,
            format!("asked for what no build has ({cause})"),
            hint.to_owned(),
        );
    }
    let shape = ["exceeds memory limits", "exceeds table limits", "resource limit exceeded"];
    if shape.iter().any(|text| cause.contains(text)) {
        let hint = "a component of this shape is not taken";
        return (&PLUGIN_TOO_COMPLEX, format!("asks for too much ({cause})"), hint.to_owned());
    }
    let entering = ["cannot leave component instance", "cannot enter component instance"];
    if entering.iter().any(|text| cause.contains(text)) {
        return (
            &PLUGIN_TRAPPED,
            format!("crashed ({cause})"),
            "what it computed by then is not used".to_owned(),
        );
    }
    (&PLUGIN_ABI_BROKEN, format!("broke its interface ({cause})"), faulty.to_owned())
}

/// The innermost cause, in one line.
fn cause(error: &wasmtime::Error) -> String {
    let text = error.root_cause().to_string();
    let line = text.lines().next().unwrap_or_default();
    printable(&cut(line, STRING_BYTES_MAX)).replace("wasm trap: ", "")
}

/// The functions a crash happened in, the innermost first, as the component calls them.
fn functions(error: &wasmtime::Error) -> String {
    let Some(trace) = error.downcast_ref::<wasmtime::WasmBacktrace>() else { return String::new() };
    let named: Vec<String> = trace
        .frames()
        .iter()
        .filter_map(|frame| frame.func_name())
        .take(3)
        .map(|name| format!("`{}`", printable(&cut(name, 80)).replace('`', "'")))
        .collect();
    if named.is_empty() { String::new() } else { format!(" in {}", named.join(" called by ")) }
}

/// A text of a plugin as it can stand in a message: of bounded length, in one line, without hidden characters.
pub fn said(text: &str) -> String {
    printable(&cut(text, MESSAGE_BYTES_MAX)).replace('`', "'")
}

/// At most so many bytes of a text, between two characters.
pub fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = (0..=bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}
