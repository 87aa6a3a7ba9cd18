//! Blocks that plugins make, as a reader sees them: figures in every language, hostile texts as texts, and the reason in the
//! place of a widget that failed.

use crate::folder::Temp;
use crate::hostile::guest::component;
use std::path::Path;
use std::process::{Command, Output};

const HEAD: &str = "\
site: {title: Shop, languages: [en, zh, ja], timezone: Asia/Tokyo, currency: JPY, as_of: 2026-01-31}
sources: {sales: {files: data/*.csv, columns: {date: {}, store: {}, amount: {}}}}
";

struct Shop(Temp);

impl Shop {
    /// Three stores that sell 100, 300 and 50 a day, and one plugin.
    fn new(name: &str, plugin: &str, wasm: &[u8], block: &str) -> Shop {
        let shop = Shop(Temp::new(name));
        // Little fuel, so that on a slow machine it still ends before the clock.
        let entry = format!("{plugin}: {{file: plugins/{plugin}.wasm, limits: {{fuel: 100000000}}}}");
        shop.0.write("kpress.yaml", format!("{HEAD}plugins: {{{entry}}}\n"));
        shop.0.write("metrics/a.yaml", "metrics: {gmv: {source: sales, value: sum(amount), unit: JPY}}\n");
        shop.block(block);
        let mut rows = "date,store,amount\n".to_owned();
        for day in 1..=31 {
            for (store, amount) in [("jp1", 100), ("jp2", 300), ("jp3", 50)] {
                rows.push_str(&format!("2026-01-{day:02},{store},{amount}\n"));
            }
        }
        shop.0.write("data/sales.csv", rows);
        shop.0.write(format!("plugins/{plugin}.wasm").as_str(), wasm);
        let output = shop.kpress(&["plugin", "approve", plugin]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        shop
    }

    fn block(&self, block: &str) {
        self.0.write("dashboards/board.yaml", format!("title: Board\nblocks:\n  - {block}\n"));
    }

    fn kpress(&self, arguments: &[&str]) -> Output {
        let place = self.0.path();
        Command::new(env!("CARGO_BIN_EXE_kpress"))
            .args(arguments)
            .current_dir(place)
            .env_remove("CI")
            .env("HOME", place)
            .env("XDG_CACHE_HOME", place.join(".home/cache"))
            .env("XDG_STATE_HOME", place.join(".home/state"))
            .output()
            .expect("kpress runs")
    }

    fn build(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.kpress(&[&["build"], arguments].concat());
        (output.status.code(), text(&output.stderr))
    }

    fn page(&self, lang: &str) -> String {
        self.0.read(&format!("public/{lang}/dashboards/board/index.html"))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn ranking() -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/dist/ranking.wasm");
    std::fs::read(file).expect("a committed component")
}

#[test]
fn a_widget_shows_what_it_makes_of_figures_in_every_language() {
    let block = "{widget: ranking, by: store, grain: month, inputs: {rows: gmv}, config: {top: 2}}";
    let shop = Shop::new("widget-shown", "ranking", &ranking(), block);
    let (code, said) = shop.build(&[]);
    assert_eq!(code, Some(0), "{said}");
    let en = shop.page("en");
    // 300 a day and 100 a day over 31 days, of 450 a day in all; the third store is not among the first two.
    for shown in
        ["9300.00", "66.7 %", "3100.00", "22.2 %", "The first 2 make up <strong>88.9 %</strong> of all."]
    {
        assert!(en.contains(shown), "{shown} is not on the page");
    }
    assert!(!en.contains("1550.00"), "the smallest is on the page");
    assert!(en.contains("<svg"), "a chart without scripts");
    assert!(shop.page("zh").contains("前 2 名占全部的 <strong>88.9 %</strong>。"));
    assert!(shop.page("ja").contains("上位 2 件で全体の <strong>88.9 %</strong> を占めます。"));
    // The second build takes the blocks from the cache, and makes the same bytes.
    let (code, said) = shop.build(&[]);
    assert_eq!((code, shop.page("en") == en), (Some(0), true), "{said}");
    assert_eq!(shop.kpress(&["check"]).status.code(), Some(0));
}

#[test]
fn a_widget_wrongly_wired_is_found_at_its_line() {
    let shop = Shop::new("widget-wired", "ranking", &ranking(), "{widget: ranking, inputs: {rows: gmv}}");
    for (block, expected) in [
        (
            "{widget: ranking, inputs: {rows: gmv}, config: {top: 99}}",
            "error[plugin-params-invalid]: `top` does not fit plugin `ranking`: 99 is greater than the maximum of 50\n --> dashboards/board.yaml:3:58\n",
        ),
        (
            "{widget: ranking, inputs: {row: gmv}}",
            "error[plugin-input-missing]: plugin `ranking` has no input `row`\n --> dashboards/board.yaml:3:5\n",
        ),
        (
            "{widget: ranking, inputs: {rows: [gmv, gmv]}}",
            "error[plugin-input-missing]: the input `rows` of plugin `ranking` has 1 columns of numbers, and 2 metrics are named for it\n --> dashboards/board.yaml:3:5\n",
        ),
        (
            "{widget: ranking/rank, inputs: {rows: gmv}}",
            "error[unknown-name]: plugin `ranking` has no widget `rank`\n --> dashboards/board.yaml:3:5\n",
        ),
        (
            "{widget: rank, inputs: {rows: gmv}}",
            "error[unknown-name]: there is no plugin `rank`\n --> dashboards/board.yaml:3:5\n",
        ),
    ] {
        shop.block(block);
        let output = shop.kpress(&["check"]);
        let said = text(&output.stderr);
        assert!(said.contains(expected), "{block}\n{said}");
        assert_eq!(output.status.code(), Some(10), "{said}");
    }
}

/// A widget without inputs whose `render` is this code; `data` lies at 8192.
fn evil(render: &str, data: &str) -> Vec<u8> {
    // describe: one record at 1032 (id, title, inputs, schema, height), its id at 2048.
    let module = format!(
        "(module
  (import \"kpress:plugin/log@0.1.0\" \"log\" (func $log (param i32 i32 i32)))
  (memory (export \"memory\") 8)
  (global $heap (mut i32) (i32.const 131072))
  (data (i32.const 1024) \"\\08\\04\\00\\00\\01\\00\\00\\00\\00\\08\\00\\00\\04\\00\\00\\00\\00\\08\\00\\00\\04\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\")
  (data (i32.const 2048) \"evil\")
  (data (i32.const 8192) \"{data}\")
  (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32)
    (global.set $heap (i32.and (i32.add (global.get $heap) (i32.const 15)) (i32.const -16)))
    (global.get $heap) (global.set $heap (i32.add (global.get $heap) (local.get 3))))
  (func (export \"kpress:plugin/widget@0.1.0#describe\") (result i32) (i32.const 1024))
  (func (export \"kpress:plugin/widget@0.1.0#render\") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32) (result i32) {render}))"
    );
    component(&module, "widget-plugin")
}

/// Answers with blocks of 32 bytes at 4112, each a variant and the address and length of one text at 8192.
fn headings(kind: u32, count: u32, length: u32) -> String {
    format!(
        "(local $at i32)
         (loop $again
           (i32.store8 (i32.add (i32.const 4112) (local.get $at)) (i32.const {kind}))
           (i32.store (i32.add (i32.const 4116) (local.get $at)) (i32.const 8192))
           (i32.store (i32.add (i32.const 4120) (local.get $at)) (i32.const {length}))
           (local.set $at (i32.add (local.get $at) (i32.const 32)))
           (br_if $again (i32.lt_u (local.get $at) (i32.const {end}))))
         (i32.store8 (i32.const 4096) (i32.const 0))
         (i32.store (i32.const 4100) (i32.const 4112)) (i32.store (i32.const 4104) (i32.const {count}))
         (i32.const 4096)",
        end = count * 32
    )
}

#[test]
fn texts_of_a_widget_are_texts() {
    let harm = "</style><script>alert(1)</script>{{ 7*7 }}]]>\u{202e}";
    let bytes: String = harm.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    let length = u32::try_from(harm.len()).expect("short");
    for kind in [0, 1] {
        let shop =
            Shop::new("widget-texts", "evil", &evil(&headings(kind, 1, length), &bytes), "{widget: evil}");
        let (code, said) = shop.build(&[]);
        assert_eq!(code, Some(0), "{said}");
        let page = shop.page("en");
        assert!(!page.contains("<script>alert(1)"), "a script of the plugin is on the page");
        assert!(page.contains("{{ 7*7 }}"), "braces are not shown as they are");
        assert!(page.contains("\\u{202e}") && !page.contains('\u{202e}'), "a hidden character is hidden");
    }
}

#[test]
fn a_widget_that_fails_says_why_in_its_place() {
    for (render, expected, rule) in [
        (
            "(loop $again (br $again)) unreachable",
            "error[plugin-out-of-fuel]: plugin `evil` used up its fuel in `render`",
            "plugin-out-of-fuel",
        ),
        (
            "unreachable",
            "error[plugin-trapped]: plugin `evil` crashed (wasm `unreachable` instruction executed) in `render`",
            "plugin-trapped",
        ),
        (
            &*headings(0, 201, 4),
            "error[plugin-output-too-large]: plugin `evil` made too much to look at: 201 blocks; at most 200 are shown",
            "plugin-output-too-large",
        ),
        (
            &*headings(0, 1, 10_001),
            "error[plugin-output-invalid]: plugin `evil` returned no block 1: a text of 10,001 bytes; at most 10,000 are shown",
            "plugin-output-invalid",
        ),
    ] {
        let shop = Shop::new("widget-fails", "evil", &evil(render, "evil"), "{widget: evil}");
        let (code, said) = shop.build(&[]);
        assert!(code == Some(11) && said.contains(expected), "{code:?} {said}");
        let (code, said) = shop.build(&["--allow-failed-plugins"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            shop.page("en").contains(&format!("Plugin failed: {rule} (evil)")),
            "{rule} is not on the page"
        );
    }
}
