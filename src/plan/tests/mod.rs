//! Small workspaces in memory: what they become, and what is found in them.

mod calendars;
mod hostile;
mod plugins;
mod random;
mod targets;
mod tree;

use super::*;
use crate::diag::{Checked, Finding, Level};
use crate::inputs::{Bytes, Inputs, Listing, Memory, ProjectPath, Stamp, Unreadable};
use crate::unit::{Currency, Decimal, Lang};

const HEAD: &str = "site: {title: Shop, languages: [en, ja], timezone: Asia/Tokyo, currency: JPY, fiscal_year: {starts: april}}
sources:
  sales: {files: \"data/sales/*.csv\", date: date, dimension: [category]}
";
const PEOPLE: &str = "people: {ceo: {name: Boss}, li.na: {name: Li Na, covers: {store: [jp1]}}}\n";
const STORES: &str = "stores: {jp1: {name: JP1, currency: JPY}, jp2: {}}\n";
const METRICS: &str = "metrics:
  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, owner: ceo, level: core}
  spend: {source: sales, value: sum(spend), unit: JPY, better: neutral}
  acos: {value: spend / gmv, unit: percent, better: lower, owner: ceo, level: guardrail}
";

/// A workspace with the usual files and some more; a file of the same name replaces the usual one.
fn workspace(more: &[(&str, &str)]) -> Checked<Plan> {
    let usual = [
        ("kpress.yaml", HEAD),
        ("people.yaml", PEOPLE),
        ("stores.yaml", STORES),
        ("metrics/a.yaml", METRICS),
    ];
    let files = usual.iter().chain(more).map(|(name, text)| (*name, text.as_bytes()));
    load(&Memory::of(files))
}

/// All findings but advice on who answers for what and what is used.
fn seen(found: &[Finding]) -> Vec<String> {
    let advice = ["no-owner", "metric-unused"];
    let found = found.iter().filter(|finding| !advice.contains(&finding.rule.name));
    found.map(|finding| format!("{} {}: {}", finding.rule.name, finding.place, finding.message)).collect()
}

#[test]
fn keys_and_names_are_corrected() {
    check(
        "targets/a.yaml",
        "targets: [{metric: gvm, period: 2026, value: 1}]\n",
        &["unknown-name targets/a.yaml:1:20: there is no metric `gvm`"],
    );
}

#[test]
fn a_folder_without_a_workspace_says_so() {
    let found = load(&Memory::default()).found;
    assert_eq!(seen(&found)[0], "no-workspace : there is no `kpress.yaml` in this folder");
    assert!(found[0].hint.as_deref().is_some_and(|hint| hint.contains("kpress init")));
}

/// A disk that does not give one file away.
struct Closed(Memory, &'static str);

impl Inputs for Closed {
    fn list(&self, folder: &ProjectPath) -> Listing {
        self.0.list(folder)
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        match path.as_str() == self.1 {
            true => Err(Unreadable::Failed("permission denied".to_owned())),
            false => self.0.read(path, limit),
        }
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        self.0.stamp(path)
    }
}

#[test]
fn a_file_that_is_there_and_cannot_be_read_is_an_error_and_not_nothing() {
    let files = [("kpress.yaml", HEAD.as_bytes()), ("metrics/a.yaml", METRICS.as_bytes())];
    let found = load(&Closed(Memory::of(files), "metrics/a.yaml")).found;
    let errors: Vec<String> = found
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .map(|finding| format!("{} {}: {}", finding.rule.name, finding.place, finding.message))
        .collect();
    assert_eq!(errors, ["not-readable metrics/a.yaml: `metrics/a.yaml` cannot be read: permission denied"]);
}

/// The findings of a workspace in which one file was added or replaced.
fn check(name: &str, text: &str, expected: &[&str]) {
    assert_eq!(seen(&workspace(&[(name, text)]).found), expected, "{name}: {text}");
}

#[test]
fn a_small_workspace_has_nothing_to_say() {
    let plan = workspace(&[(
        "targets/a.yaml",
        "targets:
  - {id: gmv-2026, metric: gmv, period: 2026-04..2027-03, value: 120_000_001, stretch: 138_000_000, owner: ceo, split: {by: store, share: {jp1: 0.6, jp2: 0.4}}}
  - {metric: acos, scope: {store: jp1}, period: 2026-Q4, value: 22%, red: 30%}
  - {for_each: store, metric: acos, period: 2026-Q3, value: 12%, overrides: {jp2: {value: 0.14, note: bags}}}
",
    )]);
    assert_eq!(seen(&plan.found), Vec::<String>::new());
    let plan = plan.value;
    let targets: Vec<(String, String, String)> = plan
        .targets
        .iter()
        .map(|target| {
            let Some(TargetValue::Of(value)) = target.value.stated() else { panic!("a value") };
            (target.id.to_string(), target.scope.to_string(), value.to_string())
        })
        .collect();
    let expected = [
        ("gmv-2026", "company", "120000001"),
        ("gmv-2026/jp1", "store:jp1", "72000001"),
        ("gmv-2026/jp2", "store:jp2", "48000000"),
        ("acos-FY2026-Q3-jp1", "store:jp1", "0.22"),
        ("acos-FY2026-Q2-jp1", "store:jp1", "0.12"),
        ("acos-FY2026-Q2-jp2", "store:jp2", "0.14"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
    assert_eq!(targets, expected);
    assert_eq!(plan.targets[1].stretch, Some(Decimal::from(82_800_000)));
    assert_eq!(plan.targets[0].period.grain, Some(crate::time::Grain::Year));
}

#[test]
fn a_workspace_of_one_source_guesses_the_rest() {
    let head =
        "site: {title: Shop}\nsources: {sales: {files: \"data/*.csv\", date: date, store: {column: shop}}}\n";
    let Checked { value: mut plan, found } = load(&Memory::of([("kpress.yaml", head.as_bytes())]));
    assert_eq!(seen(&found), Vec::<String>::new());
    assert!(plan.guess_metrics && plan.metrics.is_empty() && plan.dashboards.is_empty());
    assert!(plan.sources["sales"].tables[0].open, "columns nobody named are taken as they are");
    assert_eq!(plan.sources["sales"].store, StoreOf::Column("shop".into()));
    let column = |name: &str| ("sales".into(), "rows".into(), name.into());
    guess::metrics(&mut plan, &[column("売上 (円)"), column("orders"), column("order_id")]);
    assert_eq!(plan.metrics.keys().map(|id| &**id).collect::<Vec<_>>(), ["orders", "売上_円"]);
    assert_eq!(plan.dashboards["overview"].blocks.len(), 5);
}

#[test]
fn what_a_later_version_reads_says_so() {
    check(
        "metrics/b.yaml",
        "metrics:\n  m: {source: sales, value: sum(a), external: true}\n",
        &["not-yet metrics/b.yaml:2:37: `external` is not built yet; it is ignored"],
    );
    check(
        "reviews/2026.yaml",
        "reviews: []\n",
        &["unknown-file reviews/2026.yaml: `reviews/2026.yaml` is not read"],
    );
    check(
        "dashboards/x.yaml",
        "order: 3\nblocks: [{block: heatmap, series: [{metric: gmv}]}]\n",
        &["not-yet dashboards/x.yaml:2:18: the block `heatmap` is not built yet; it is ignored"],
    );
}

#[test]
fn what_keeps_something_back_is_never_ignored() {
    check(
        "content/pay.md",
        "---\ntitle: Pay\naudience: lead\n---\nSecret.\n",
        &["unfit-value content/pay.md:3:11: there is no audience `lead`"],
    );
    let text = "site: {title: Shop}\nsources: {sales: {files: \"data/*.csv\", date: date}}\naudiences: {team: {sees: all}}\n\
                publish: {host: {to: {folder: web}, audiences: [teams]}}\n";
    let found = load(&Memory::of([("kpress.yaml", text.as_bytes())])).found;
    let errors: Vec<&str> =
        found.iter().filter(|one| one.rule.name == "unfit-value").map(|one| &*one.message).collect();
    assert_eq!(errors, ["there is no audience `teams`"]);
    for lowered in ["off", "note", "warning"] {
        let text = format!("{text}rules: {{unfit-value: {lowered}}}\n");
        let found = load(&Memory::of([("kpress.yaml", text.as_bytes())])).found;
        let kept = found.iter().filter(|one| one.rule.name == "unfit-value" && one.level == Level::Error);
        assert_eq!(kept.count(), 1, "{lowered}");
    }
}

#[test]
fn a_broken_entry_costs_only_itself() {
    let text = "metrics:\n  good: {source: sales, value: sum(a), better: higher}\n  bad: {source: sales, value: sum(b), were: x}\n";
    let targets =
        "targets: [{metric: bad, period: 2026, value: 1}, {metric: good, period: 2026, value: 1}]\n";
    let page =
        "blocks: [{block: card, metric: bad}, {block: card, metric: good}, {block: card, metrik: good}]\n";
    let Checked { value: plan, found } =
        workspace(&[("metrics/b.yaml", text), ("targets/a.yaml", targets), ("dashboards/x.yaml", page)]);
    assert_eq!(
        seen(&found),
        [
            "unknown-key dashboards/x.yaml:1:81: `metrik` is no key of a card",
            "unknown-key metrics/b.yaml:3:39: `were` is no key of a metric",
        ]
    );
    assert_eq!(
        plan.broken.iter().map(|(id, why)| format!("{id}: {why}")).collect::<Vec<_>>(),
        ["bad: `were` is no key of a metric"]
    );
    assert!(plan.metrics.contains_key("good") && !plan.metrics.contains_key("bad"));
    assert_eq!(plan.targets.len(), 1);
    assert_eq!(plan.dashboards["x"].blocks.len(), 2, "the card of a broken metric stays, to say so");
}

#[test]
fn a_comma_does_not_cut_a_formula_in_silence() {
    for (text, mended) in [
        (
            "  m: {value: coalesce(gmv, 0), unit: JPY}",
            "put it in quotes: m: {value: \"coalesce(gmv, 0)\", unit: JPY}",
        ),
        (
            "  m: {source: sales, value: sum(a), where: s in ('x', 'y')}",
            "put it in quotes: m: {source: sales, value: sum(a), where: \"s in ('x', 'y')\"}",
        ),
    ] {
        let found = workspace(&[("metrics/b.yaml", &format!("metrics:\n{text}\n"))]).found;
        assert_eq!(found.len(), 1, "{:?}", seen(&found));
        assert_eq!((found[0].rule.name, found[0].place.line), ("formula-cut", 2));
        assert_eq!(found[0].hint.as_deref(), Some(mended));
    }
}

#[test]
fn a_written_target_replaces_a_generated_one() {
    let text = "targets:
  - {id: y, metric: gmv, period: 2026, value: 100, split: {by: store, share: {jp1: 1, jp2: 1}}}
  - {id: own, metric: gmv, period: 2026, scope: {store: jp2}, value: 70, parent: y}
";
    let plan = workspace(&[("targets/a.yaml", text)]).value;
    assert_eq!(plan.targets.iter().map(|target| &*target.id).collect::<Vec<_>>(), ["y", "y/jp1", "own"]);
}

#[test]
fn articles_have_a_language_and_a_title() {
    let files = [
        ("content/sop/bids.zh.md", "---\ntitle: 竞价\n---\n正文\n"),
        ("content/sop/bids.en.md", "# Bids\n\ntext\n"),
        ("content/sop/bids.ja.md", "---\ntitel: 入札\n---\n本文\n"),
    ];
    let Checked { value: plan, found } = workspace(&files);
    assert_eq!(
        seen(&found),
        ["unknown-key content/sop/bids.ja.md:2:1: `titel` is no key of the head of an article"]
    );
    let article = &plan.articles["sop/bids"];
    assert_eq!((article.title.in_lang(Lang::Zh), article.title.in_lang(Lang::En)), ("竞价", "Bids"));
    assert_eq!(article.body[&Lang::Zh].1.line, 4);
}

#[test]
fn rules_change_levels_but_not_what_protects_the_machine() {
    let head = format!("{HEAD}rules: {{weights-not-whole: off, unknown-file: error, path-refused: off}}\n");
    let targets =
        "targets: [{metric: gmv, period: 2026, value: 1, split: {by: store, share: {jp1: 1, jp2: 1}}}]\n";
    let found =
        workspace(&[("kpress.yaml", &head), ("targets/a.yaml", targets), ("metric/x.yaml", "a: 1\n")]).found;
    let levels: Vec<_> = found.iter().map(|finding| (finding.rule.name, finding.level)).collect();
    assert_eq!(levels, [("unknown-file", Level::Error)]);
    let plan = workspace(&[("kpress.yaml", &head)]).value;
    let all: Vec<&crate::diag::Rule> = rules::all().collect();
    let unknown = rules::levels::unknown(&plan, &all);
    assert_eq!(
        seen(&unknown),
        ["unknown-rule kpress.yaml:4:54: there is no rule `path-refused`"],
        "that one is listed by `inputs`"
    );
}

#[test]
fn the_schema_knows_every_key() {
    let schema = yaml::schema::schema();
    let metric = &schema["$defs"]["metrics"]["properties"]["metrics"]["additionalProperties"];
    assert_eq!(metric["additionalProperties"], false);
    // A metric of a plugin has no formula: the reader asks for one of the two.
    assert_eq!(metric["required"], serde_json::json!([]));
    assert_eq!(
        metric["properties"]["better"]["enum"],
        serde_json::json!(["higher", "lower", "range", "neutral"])
    );
    assert_eq!(
        schema["$defs"]["kpress"]["properties"]["site"]["properties"]["currency"]["pattern"],
        "^[A-Z]{3}$"
    );
}

#[test]
fn rules_are_listed_once_and_explained() {
    let mut names: Vec<&str> = rules::all().map(|rule| rule.name).collect();
    let listed = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), listed);
    for rule in rules::all() {
        assert!(!rule.about.is_empty() && !rule.why.is_empty() && !rule.example.is_empty(), "{}", rule.name);
    }
}

#[test]
fn units_follow_from_the_parts() {
    let text = "metrics:
  n: {source: sales, value: count(*)}
  sum: {value: gmv - spend}
  each: {value: gmv / n}
  times: {value: gmv / spend}
  half: {value: sum / 2}
";
    let Checked { value: plan, found } = workspace(&[("metrics/b.yaml", text)]);
    assert_eq!(seen(&found), Vec::<String>::new());
    let units: Vec<String> =
        ["n", "sum", "each", "times", "half"].iter().map(|id| plan.metrics[*id].unit.to_string()).collect();
    assert_eq!(units, ["count", "JPY", "JPY", "ratio", "JPY"]);
}
#[test]
fn every_preset_speaks_the_language_of_sources() {
    for preset in packs::PRESETS {
        let head = format!(
            "sources:\n  s: {{preset: {}, files: \"data/*\", columns: {{own: {{column: Own, unit: CNY}}}}}}\n",
            preset.name
        );
        let Checked { value: plan, found } = load(&Memory::of([("kpress.yaml", head.as_bytes())]));
        assert_eq!(seen(&found), Vec::<String>::new(), "{}", preset.name);
        let source = &plan.sources["s"];
        let table = &source.tables[0];
        assert!(table.columns.len() > 1, "{}: the preset knows columns", preset.name);
        let own = table.columns.last().expect("not empty");
        assert_eq!(
            (&*own.name, own.currency.map(|c| c.to_string())),
            ("own", Some("CNY".to_owned())),
            "{}",
            preset.name
        );
        for name in table
            .date
            .iter()
            .chain(&table.key)
            .chain(&table.fill_down)
            .chain(&table.order)
            .chain(table.skip.keys())
        {
            assert!(
                table.columns.iter().any(|column| column.name == *name),
                "{}: no column `{name}`",
                preset.name
            );
        }
    }
}

#[test]
fn foreign_amounts_are_never_added_as_they_are() {
    let head = |columns: &str, fx: &str| {
        format!(
            "sources:\n  cost: {{files: \"data/c.csv\", key: [sku], columns: {{sku: SKU, cost: {columns}}}}}\n  sales: {{files: \"data/s.csv\", date: date}}\n{fx}"
        )
    };
    let rates = "  fx: {files: \"data/fx.csv\", key: [currency], valid_from: date}\n";
    let metric = |fx: &str| {
        format!(
            "metrics:\n  cogs: {{source: sales, lookup: {{c: {{in: cost, by: {{sku: sku}}}}}}, value: sum(n * c.cost), unit: JPY{fx}}}\n"
        )
    };
    let found = |head: &str, metric: &str| {
        let files = [("kpress.yaml", head.as_bytes()), ("metrics/a.yaml", metric.as_bytes())];
        let Checked { value: plan, found } = load(&Memory::of(files));
        let convert = plan.metrics.get("cogs").map(|metric| match &metric.definition {
            Definition::Source(measured) => measured.convert.clone(),
            Definition::Derived(_) => None,
        });
        (seen(&found), convert)
    };
    let cny = head("{column: 采购成本, unit: CNY}", rates);
    let expected = Conversion {
        rates: "fx".into(),
        from: Currency::parse("CNY").expect("a code"),
        mode: FxMode::MonthAvg,
    };
    assert_eq!(found(&cny, &metric(", fx: month_avg")), (vec![], Some(Some(expected))));
    let (told, none) = found(&cny, &metric(""));
    assert_eq!(
        (told, none),
        (vec!["unfit-value metrics/a.yaml:2:73: the formula adds up amounts in CNY".to_owned()], None)
    );
    let (told, _) = found(&head("采购成本", rates), &metric(", fx: month_avg"));
    assert_eq!(
        told,
        [
            "unfit-value metrics/a.yaml:2:105: `fx` has nothing to convert: no column of the formula is in another currency"
        ]
    );
    let (told, _) = found(&head("{unit: CNY}", ""), &metric(", fx: month_avg"));
    assert_eq!(told, ["unfit-value metrics/a.yaml:2:105: there is no table of exchange rates"]);
}

#[test]
fn columns_a_source_does_not_have() {
    let head = "sources:\n  s: {files: \"data/s.csv\", open: false, date: day, columns: {day: Day, cost: Cost, kind: Kind}}\n";
    let metrics = "metrics:\n  a: {source: s, value: sum(costs) / count(*), where: \"knd = 'x'\"}\n  b: {source: s, value: sum(cost)}\n";
    let Checked { value: plan, found } =
        load(&Memory::of([("kpress.yaml", head.as_bytes()), ("metrics/a.yaml", metrics.as_bytes())]));
    assert_eq!(
        seen(&found),
        [
            "unknown-column metrics/a.yaml:2:3: `s` has no column `knd`",
            "unknown-column metrics/a.yaml:2:29: `s` has no column `costs`"
        ]
    );
    let unknown = found.iter().find(|finding| finding.rule.name == "unknown-column");
    assert_eq!(unknown.and_then(|finding| finding.hint.as_deref()), Some("did you mean `kind`?"));
    assert_eq!(plan.metrics.keys().map(|id| &**id).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn parts_add_up_to_the_whole() {
    let text = |part: u32| {
        format!(
            "targets:
  - {{id: y, metric: gmv, period: 2026, value: 100, split: {{by: store, share: {{jp1: 0.5, jp2: 0.5}}}}}}
  - {{id: own, metric: gmv, period: 2026, scope: {{store: jp2}}, value: {part}, parent: y}}
"
        )
    };
    check("targets/a.yaml", &text(50), &[]);
    check(
        "targets/a.yaml",
        &text(70),
        &[
            "children-differ-from-parent targets/a.yaml:2:10: the parts of `y` by store add up to 120, not to 100",
        ],
    );
}

#[test]
fn two_people_for_the_same_rows() {
    let people = |first: &str, second: &str| {
        format!("people:\n  ceo: {{}}\n  a: {{covers: {first}}}\n  b: {{covers: {second}}}\n")
    };
    check("people.yaml", &people("{store: [jp1]}", "{store: [jp2]}"), &[]);
    check("people.yaml", &people("{store: jp1, source: [sales]}", "{store: jp2, source: [sales]}"), &[]);
    check(
        "people.yaml",
        &people("{store: [jp1]}", "{source: [sales]}"),
        &["scopes-overlap people.yaml:4:3: `a` and `b` answer for the same rows"],
    );
}

#[test]
fn one_mistake_is_one_finding() {
    // A person, a store and a source that cannot be read: what refers to them says nothing more.
    let head = HEAD.replace("date: date,", "dat: date,");
    let found = workspace(&[
        ("kpress.yaml", &head),
        ("people.yaml", "people: {ceo: {nmae: Boss}, li.na: {team: adz, covers: {store: [jp1]}}}\n"),
        ("stores.yaml", "stores: {jp1: {currency: yen}, jp2: {}}\n"),
        (
            "targets/a.yaml",
            "targets: [{metric: gmv, period: 2026, value: 1, owner: ceo, scope: {store: jp1}}]\n",
        ),
    ]);
    assert_eq!(
        seen(&found.found),
        [
            "unknown-key kpress.yaml:3:38: `dat` is no key of a source",
            "unknown-key people.yaml:1:16: `nmae` is no key of a person",
            "unknown-name people.yaml:1:43: there is no team `adz`",
            "unfit-value stores.yaml:1:26: `yen` is not a currency",
        ]
    );
    assert!(found.value.people.contains_key("li.na") && found.value.people["li.na"].team.is_none());
}

#[test]
fn columns_that_a_source_names() {
    let head =
        "sources:\n  s: {files: \"data/s.csv\", open: false, date: dya, columns: {day: Day, cost: Cost}}\n";
    let found = load(&Memory::of([("kpress.yaml", head.as_bytes())])).found;
    assert_eq!(seen(&found), ["unknown-column kpress.yaml:2:3: `s` has no column `dya`"]);
}

#[test]
fn files_in_the_wrong_place_are_named() {
    check(
        "targets/2026.csv",
        "metric,value\n",
        &["target-table targets/2026.csv:1:1: the column `period` is missing"],
    );
    check(
        "metrics/old.yml",
        "metrics: {}\n",
        &["unknown-file metrics/old.yml: `metrics/old.yml` is not read"],
    );
}

#[test]
fn an_article_never_takes_the_place_of_a_page_of_the_site() {
    check(
        "content/metrics/gmv.en.md",
        "# Sales\n",
        &["page-name-taken content/metrics/gmv.en.md:1:1: the site itself has a page at `metrics/gmv`"],
    );
    check("content/handbook/gmv.en.md", "# Sales\n", &[]);
    let both = [("content/overview.md", "# Overview\n"), ("dashboards/overview.yaml", "blocks: []\n")];
    assert_eq!(seen(&workspace(&both).found), Vec::<String>::new());
}
