//! Components that mean harm, made in the test: a metric plugin written as text, of which each case replaces one part.
//! Nothing of it is ever loaded as text by kpress itself.

use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where the answer of `describe` lies.
const DESCRIBED: u32 = 1024;
/// Where the answers of other calls lie.
pub(crate) const ANSWER: u32 = 4096;
/// Where a column of zeros begins.
pub(crate) const ZEROS: u32 = 16384;

/// A metric plugin; a part left alone is well behaved.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    /// Pages that its memory begins with, and the most of them: `2` or `2 100`.
    pub(crate) memory: String,
    /// Further definitions of the module.
    pub(crate) more: String,
    /// The body of the start function, if it has one.
    pub(crate) start: Option<String>,
    /// Body of `cabi_realloc` (old, old size, align, new size) → address.
    pub(crate) realloc: String,
    /// Body of `describe` → address of the answer.
    pub(crate) describe: String,
    /// Body of what is called once the answer of `describe` was read, if anything.
    pub(crate) described: Option<String>,
    /// Body of `begin` → address of the answer.
    pub(crate) begin: String,
    /// Body of `update` → address of the answer.
    pub(crate) update: String,
    /// Body of `export-state` → address of the answer.
    pub(crate) export_state: String,
    /// Body of `merge-state` → address of the answer.
    pub(crate) merge_state: String,
    /// Body of `finish` → address of the answer.
    pub(crate) finish: String,
    /// The metrics that it describes.
    pub(crate) metrics: Vec<Metric>,
}

/// A metric as it is described.
#[derive(Clone, Debug)]
pub(crate) struct Metric {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) schema: String,
    pub(crate) mergeable: bool,
}

impl Default for Metric {
    fn default() -> Metric {
        let own = |text: &str| text.to_owned();
        Metric { id: own("evil"), title: own("Evil"), unit: own(""), schema: own(""), mergeable: true }
    }
}

/// Grows as a program without an allocator does: it takes more and never gives back.
const BUMP: &str = "
  (local $at i32)
  (local.set $at (i32.and
    (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
    (i32.sub (i32.const 0) (local.get $align))))
  (global.set $heap (i32.add (local.get $at) (local.get $size)))
  (if (i32.gt_u (global.get $heap) (i32.shl (memory.size) (i32.const 16)))
    (then (if (i32.eq (i32.const -1) (memory.grow (i32.add (i32.const 1)
        (i32.shr_u (i32.sub (global.get $heap) (i32.shl (memory.size) (i32.const 16))) (i32.const 16)))))
      (then unreachable))))
  (local.get $at)";

impl Default for Guest {
    fn default() -> Guest {
        let answer = format!("(i32.const {ANSWER})");
        Guest {
            memory: "8".to_owned(),
            more: String::new(),
            start: None,
            realloc: BUMP.to_owned(),
            describe: format!("(i32.const {DESCRIBED})"),
            described: None,
            begin: format!("(global.set $groups (local.get 12)) {answer}"),
            update: answer.clone(),
            export_state: answer.clone(),
            merge_state: answer,
            // A column called `value` of floats, one for each group, which are zero.
            finish: column(1, 8, 0, ZEROS)
                .replace("(i32.const 8))", "(i32.shl (global.get $groups) (i32.const 3)))"),
            metrics: vec![Metric::default()],
        }
    }
}

/// Code that answers with a column: its rows' type, bytes of values, bytes of validity, and where both lie.
pub(crate) fn column(ty_is_float: u32, values: u32, validity: u32, at: u32) -> String {
    // result: tag, column at 4: name, type at 12, values at 16, offsets at 24, dict at 32, validity at 52.
    let base = ANSWER + 64;
    let ty = if ty_is_float == 1 { 0 } else { ty_is_float };
    format!(
        "(i32.store8 (i32.const {base}) (i32.const 0))
         (i32.store (i32.const {name}) (i32.const 64)) (i32.store (i32.const {len}) (i32.const 5))
         (i32.store8 (i32.const {ty_at}) (i32.const {ty}))
         (i32.store (i32.const {v}) (i32.const {at})) (i32.store (i32.const {vl}) (i32.const {values}))
         (i32.store (i32.const {m}) (i32.const {at})) (i32.store (i32.const {ml}) (i32.const {validity}))
         (i32.const {base})",
        name = base + 4,
        len = base + 8,
        ty_at = base + 12,
        v = base + 16,
        vl = base + 20,
        m = base + 52,
        ml = base + 56,
    )
}

impl Guest {
    /// The text of the core module.
    pub(crate) fn text(&self) -> String {
        let (table, texts) = self.described();
        let start = self.start.as_ref().map(|body| format!("(func $start {body}) (start $start)"));
        let post = self.described.as_ref().map(|body| {
            format!("(func (export \"cabi_post_kpress:plugin/metric@0.1.0#describe\") (param i32) {body})")
        });
        let list: String = [DESCRIBED + 8, u32::try_from(self.metrics.len()).expect("few")].map(le).concat();
        format!(
            "(module
  (import \"kpress:plugin/log@0.1.0\" \"log\" (func $log (param i32 i32 i32)))
  (memory (export \"memory\") {memory})
  (global $heap (mut i32) (i32.const 131072))
  (global $groups (mut i32) (i32.const 0))
  (data (i32.const 64) \"value\")
  (data (i32.const {DESCRIBED}) \"{list}{table}\")
  (data (i32.const {TEXTS}) \"{texts}\")
  {more}
  {start}
  {post}
  (func (export \"cabi_realloc\") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32) {realloc})
  (func (export \"kpress:plugin/metric@0.1.0#describe\") (result i32) {describe})
  (func (export \"kpress:plugin/metric@0.1.0#begin\") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32) (result i32) {begin})
  (func (export \"kpress:plugin/metric@0.1.0#update\") (param i32 i32 i32 i32 i32) (result i32) {update})
  (func (export \"kpress:plugin/metric@0.1.0#export-state\") (result i32) {export_state})
  (func (export \"kpress:plugin/metric@0.1.0#merge-state\") (param i32 i32) (result i32) {merge_state})
  (func (export \"kpress:plugin/metric@0.1.0#finish\") (result i32) {finish}))",
            memory = self.memory,
            more = self.more,
            start = start.unwrap_or_default(),
            post = post.unwrap_or_default(),
            realloc = self.realloc,
            describe = self.describe,
            begin = self.begin,
            update = self.update,
            export_state = self.export_state,
            merge_state = self.merge_state,
            finish = self.finish,
        )
    }

    /// The records of the metrics, and the texts in them.
    fn described(&self) -> (String, String) {
        let (mut table, mut texts) = (String::new(), Vec::new());
        for metric in &self.metrics {
            let mut text = |text: &str| {
                let at = TEXTS + u32::try_from(texts.len()).expect("short");
                texts.extend_from_slice(text.as_bytes());
                [at, u32::try_from(text.len()).expect("short")].map(le).concat()
            };
            table += &text(&metric.id);
            table += &text(&metric.title);
            table += &text(&metric.unit);
            table += &[0, 0].map(le).concat();
            table += &text(&metric.schema);
            table += &le(u32::from(metric.mergeable));
        }
        (table, texts.iter().map(|byte| format!("\\{byte:02x}")).collect())
    }

    /// The component.
    pub(crate) fn component(&self) -> Vec<u8> {
        component(&self.text(), "metric-plugin")
    }
}

/// Where the texts of descriptions lie.
const TEXTS: u32 = 32768;

fn le(number: u32) -> String {
    number.to_le_bytes().iter().map(|byte| format!("\\{byte:02x}")).collect()
}

/// A core module in text, as a component of a world of the interface.
pub(crate) fn component(text: &str, world: &str) -> Vec<u8> {
    let mut module = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/wit/v1/plugin.wit");
    let text = std::fs::read_to_string(wit).expect("the interface is a file of the checkout");
    let package = resolve.push_str("plugin.wit", &text).expect("the interface is WIT");
    let world = resolve.select_world(&[package], Some(world)).expect("the world is there");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("it fits in");
    // The encoder refuses a good part of what is tried here; kpress must do without its help.
    ComponentEncoder::default()
        .validate(false)
        .module(&module)
        .expect("a module")
        .encode()
        .expect("a component")
}
