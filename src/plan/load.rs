//! Reads a workspace: every file, then every name across files, then what is left is the plan.

use super::audience::Audience;
use super::formula;
use super::handbook;
use super::rules;
use super::yaml::format::{
    Item, Reader, alert, annotation, article, audience, calendar, dashboard, diagnosis, launch, metric,
    objective, people, plugin, pulled, reconcile, review, scorecard, site, source, target,
};
use super::yaml::shape::Known;
use super::yaml::{self, File};
use super::{
    Acknowledged, Alert, Annotation, Id, Launch, Memo, Metric, Objective, Partial, Person, Plan, Reconcile,
    Scorecard, Season, Source, Store, Team, plugin::Plugin,
};
use crate::diag::{Checked, Family, Finding, Level as Grave, Place, Rule};
use crate::inputs::{Inputs, ProjectPath};
use crate::time::Align;
use crate::time::Grain;
use crate::unit::{Currency, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rules raised while files are gathered.
pub(super) static RULES: &[&Rule] = &[&NO_WORKSPACE, &EMPTY_FILE, &UNKNOWN_FILE];

/// No `kpress.yaml`.
pub(super) static NO_WORKSPACE: Rule = Rule {
    name: "no-workspace",
    level: Grave::Error,
    family: Family::Config,
    about: "a folder without `kpress.yaml`",
    why: "the file marks the workspace; without it nothing says what the site is",
    example: "kpress build ~/Downloads        # go to the folder with kpress.yaml, or run `kpress init`",
};

/// A file that says nothing.
pub(super) static EMPTY_FILE: Rule = Rule {
    name: "empty-file",
    level: Grave::Error,
    family: Family::Config,
    about: "a definition file that is empty or holds only comments",
    why: "something was meant to be there",
    example: "metrics/sales.yaml: 0 bytes        # remove the file, or define a metric in it",
};

/// A file nobody reads.
pub(super) static UNKNOWN_FILE: Rule = Rule {
    name: "unknown-file",
    level: Grave::Warning,
    family: Family::Config,
    about: "a YAML file in a place where none is read",
    why: "what stands in it has no effect, and nobody would notice",
    example: "metric/sales.yaml        # did you mean `metrics/`?",
};

/// Folders with definitions, and single files.
pub(super) const FOLDERS: &[&str] = &[
    "metrics",
    "targets",
    "calendar",
    "dashboards",
    "annotations",
    "objectives",
    "launches",
    "scorecards",
    "alerts",
    "reviews",
];
const FILES: &[&str] = &["kpress.yaml", "people.yaml", "stores.yaml", "diagnosis.yaml"];
/// Folders whose YAML files are not definitions.
const ELSEWHERE: &[&str] = &["data", "content", "themes", "plugins", "public"];

/// Everything read, before names are resolved.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) audiences: Option<Vec<Item<Audience>>>,
    pub(super) plugins: Vec<Item<Plugin>>,
    pub(super) sources: Vec<Item<Source>>,
    pub(super) metrics: Vec<Item<Metric>>,
    pub(super) care: BTreeMap<Id, super::care::Care>,
    pub(super) broken: BTreeMap<Id, Arc<str>>,
    pub(super) targets: Vec<Item<target::Drafted>>,
    pub(super) people: Vec<Item<Person>>,
    pub(super) teams: Vec<Item<Team>>,
    pub(super) stores: Vec<Item<Store>>,
    pub(super) seasons: Vec<Item<Season>>,
    pub(super) dashboards: Vec<dashboard::Drafted>,
    pub(super) annotations: Vec<Item<Annotation>>,
    pub(super) objectives: Vec<Item<Objective>>,
    pub(super) launches: Vec<Item<Launch>>,
    pub(super) diagnosis: Option<super::diagnosis::Diagnosis>,
    pub(super) scorecards: Vec<Item<Scorecard>>,
    pub(super) alerts: Vec<Item<Alert>>,
    pub(super) reconciles: Vec<Item<Reconcile>>,
    /// Alerts of packs that are not wanted.
    pub(super) alerts_off: Vec<Id>,
    pub(super) acknowledged: Vec<Item<Acknowledged>>,
    pub(super) articles: BTreeMap<Id, super::Article>,
    pub(super) reviews: BTreeMap<Id, review::Drafted>,
    /// Metrics that name no unit.
    pub(super) unitless: BTreeSet<Id>,
    /// Sources, stores, people and teams that were written but cannot be read: what uses them needs no finding of
    /// its own.
    pub(super) lost: BTreeSet<(Known, Id)>,
}

impl Draft {
    /// Notes something that was written but cannot be read.
    pub(super) fn lose(&mut self, known: Known, id: &Id) {
        self.lost.insert((known, id.clone()));
    }
}

/// Reads a workspace. The plan holds everything that could be understood, and only names that exist.
pub fn load(inputs: &dyn Inputs) -> Checked<Plan> {
    load_with(inputs, &Memo::default())
}

/// The same; files that are as `memo` knows them are not parsed again.
#[expect(clippy::too_many_lines, reason = "one line for each kind of file")]
pub fn load_with(inputs: &dyn Inputs, memo: &Memo) -> Checked<Plan> {
    let mut found = Vec::new();
    let files = definition_files(inputs, &mut found);
    let workspace = files.get("kpress.yaml").and_then(|path| memo.open(inputs, path, &mut found));
    if !files.contains_key("kpress.yaml") {
        let told = Finding::new(&NO_WORKSPACE, Place::default(), "there is no `kpress.yaml` in this folder");
        found.push(told.hint("go to the folder that holds it, or make one with `kpress init`"));
    }
    let head = site::site(workspace.as_deref());
    let mut reader = Reader::new(head.calendar);
    let mut draft = Draft::default();
    let (mut deploys, mut audiences) = (Vec::new(), None::<Vec<Item<Audience>>>);
    if let Some(file) = &workspace {
        filled(file, &mut found);
        reader.file(file, &site::FILE);
        for (key, node) in people::entries(file, "sources") {
            match source::read(&mut reader, file, key, node) {
                Some(source) => draft.sources.push(source),
                None => draft.lose(Known::Source, &key.text),
            }
        }
        for (key, node) in people::entries(file, "publish") {
            deploys.extend(yaml::format::deploy::read(&mut reader, file, key, node).map(|item| item.value));
        }
        if let Some(node) = file.root.get("audiences") {
            let all = audiences.get_or_insert_with(Vec::new);
            for (key, node) in node.entries() {
                all.extend(audience::read(&mut reader, file, key, node));
            }
        }
        for (key, node) in people::entries(file, "plugins") {
            draft.plugins.extend(plugin::read(&mut reader, file, key, node));
        }
        pulled::check(&draft.sources, &draft.plugins, &mut reader.found);
    }
    let packs = yaml::format::ids(workspace.as_deref().and_then(|file| file.root.get("packs")));
    let comparing = (head.align, head.partial);
    read_files((inputs, memo), &files, &packs, comparing, &mut reader, &mut draft, &mut found);
    if let Some(file) = workspace.as_deref() {
        let metrics = draft.metrics.iter().map(|item| &item.value);
        let known = metrics.map(|metric| (metric.id.clone(), (metric.unit.clone(), metric.grain))).collect();
        reconcile::read(&mut reader, file, &known, &mut draft.reconciles);
    }
    read_diagnosis((inputs, memo), &files, head.currency, &mut reader, &mut draft, &mut found);
    read_articles((inputs, memo), head.languages[0], &mut reader, &mut draft, &mut found);
    read_handbooks(&packs, &head.languages, &mut reader, &mut draft);
    read_reviews(inputs, &files, head.languages[0], &mut reader, &mut draft);
    let levels = workspace.as_deref().map(|file| rules::levels::read(file, &mut found)).unwrap_or_default();
    let care = std::mem::take(&mut draft.care);
    draft.audiences = audiences;
    let mut plan = rules::known::resolve(head, reader, draft, &mut found);
    plan.guess_metrics = !files.keys().any(|path| path.starts_with("metrics/"));
    plan.plugin_host = plugin::host(workspace.as_deref());
    plan.care = care;
    plan.strategy = workspace.as_deref().map(super::care::strategy).unwrap_or_default();
    plan.deploys = deploys;
    rules::audiences::settle(&mut plan, &mut found);
    plan.levels = levels;
    plan.suppressions = workspace.as_deref().map(rules::suppress::read).unwrap_or_default();
    plan.options =
        workspace.as_deref().map(|file| rules::options::read(file, &mut found)).unwrap_or_default();
    found.extend(formula::check::settle(&mut plan));
    rules::known::owners(&mut plan);
    rules::columns::check(&mut plan, &mut found);
    rules::causes::settle(&mut plan, &mut found);
    super::guess::dashboard(&mut plan);
    found.extend(formula::check::settle(&mut plan));
    rules::known::owners(&mut plan);
    rules::check(&plan, &mut found);
    rules::levels::apply(&plan.levels, &mut found);
    crate::diag::sort(&mut found);
    Checked { value: plan, found }
}

/// Definition files by path. Findings: files nobody reads, links and unfit names.
fn definition_files(inputs: &dyn Inputs, found: &mut Vec<Finding>) -> BTreeMap<String, ProjectPath> {
    let listing = inputs.list(&ProjectPath::root());
    let mut files = BTreeMap::new();
    for path in listing.files {
        let name = path.as_str().to_owned();
        let (top, below) = name.split_once('/').unwrap_or((&name, ""));
        let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
        let is_definition = FOLDERS.contains(&top) && name.ends_with(".yaml") && top != "reviews";
        if FILES.contains(&name.as_str())
            || is_definition
            || (top == "targets" && name.ends_with(".csv"))
            || (top == "reviews" && name.ends_with(".md"))
        {
            files.insert(name.clone(), path);
        } else if (is_yaml && !ELSEWHERE.contains(&top)) || (FOLDERS.contains(&top) && !below.is_empty()) {
            found.push(unread(&name, top, below));
        }
    }
    for (name, why) in listing.refused {
        if !ELSEWHERE.contains(&name.split('/').next().unwrap_or("")) {
            found.push(Finding::new(&crate::inputs::PATH_REFUSED, Place::file(&name), why));
        }
    }
    files
}

fn unread(name: &str, top: &str, below: &str) -> Finding {
    let finding = Finding::new(&UNKNOWN_FILE, Place::file(name), format!("`{name}` is not read"));
    let known = FOLDERS.iter().chain(FILES).copied();
    if top == "reviews" {
        return finding.hint("a review is a Markdown file: `reviews/2026-W46.md`");
    }
    if name.ends_with(".yml") {
        return finding.hint("files of a workspace end in `.yaml`");
    }
    match crate::diag::nearest(top, known) {
        Some(near) if below.is_empty() => finding.hint(format!("did you mean `{near}`?")),
        Some(near) => finding.hint(format!("did you mean `{near}/{below}`?")),
        None => finding.hint("definitions lie in `metrics/`, `targets/`, `calendar/`, `dashboards/`, `annotations/`, `people.yaml` and `stores.yaml`"),
    }
}

fn read_files(
    (inputs, memo): (&dyn Inputs, &Memo),
    files: &BTreeMap<String, ProjectPath>,
    packs: &[Id],
    comparing: (Align, Partial),
    reader: &mut Reader,
    draft: &mut Draft,
    found: &mut Vec<Finding>,
) {
    let mut open = |top: &str| -> Vec<Arc<File>> {
        let here = files.iter().filter(|(name, _)| *name == top || name.starts_with(&format!("{top}/")));
        let yaml = here.filter(|(name, _)| name.ends_with(".yaml"));
        let opened: Vec<Arc<File>> = yaml.filter_map(|(_, path)| memo.open(inputs, path, found)).collect();
        opened.into_iter().filter(|file| filled(file, found)).collect()
    };
    for file in open("people.yaml") {
        people::people(reader, &file, draft);
    }
    for file in open("stores.yaml") {
        people::stores(reader, &file, draft);
    }
    let sources: BTreeMap<Id, Source> =
        draft.sources.iter().map(|item| (item.value.id.clone(), item.value.clone())).collect();
    let measured = open("metrics");
    for file in &measured {
        metric::read(reader, file, &sources, draft);
        draft.care.extend(super::care::of_metrics(file));
    }
    let units: BTreeMap<Id, Unit> =
        draft.metrics.iter().map(|item| (item.value.id.clone(), item.value.unit.clone())).collect();
    let members = BTreeMap::from([
        ("store", draft.stores.iter().map(|item| item.value.id.clone()).collect()),
        ("person", draft.people.iter().map(|item| item.value.id.clone()).collect()),
        ("team", draft.teams.iter().map(|item| item.value.id.clone()).collect()),
    ]);
    let around = target::Around { sources: &sources, units: &units, members: &members };
    for file in open("targets") {
        target::read(reader, &file, &around, &mut draft.targets);
    }
    for file in open("objectives") {
        objective::read(reader, &file, &units, &mut draft.objectives);
    }
    for file in open("launches") {
        launch::read(reader, &file, &named(&file, "launches/"), &units, &mut draft.launches);
    }
    for file in open("calendar") {
        read_season(reader, &file, draft);
    }
    for file in open("scorecards") {
        scorecard::read(reader, &file, &named(&file, "scorecards/"), &units, &mut draft.scorecards);
    }
    for (_, path) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        if let Some(text) = yaml::text(inputs, path, &mut reader.found) {
            target::table::read(reader, &path.shared(), &text, &around, &mut draft.targets);
        }
    }
    let about = alert::Metrics {
        by: draft.metrics.iter().map(|item| (item.value.id.clone(), known_of(&item.value))).collect(),
    };
    for pack in packs {
        alert::of_pack(reader, pack, &about, draft);
    }
    for file in &measured {
        for (key, node) in people::entries(file, "metrics") {
            alert::of_metric(reader, file, (&key.text, node), &about, draft);
        }
    }
    for file in open("alerts") {
        alert::read(reader, &file, &about, draft);
    }
    for file in open("annotations") {
        annotation::read(reader, &file, &mut draft.annotations);
    }
    for file in open("dashboards") {
        draft.dashboards.push(dashboard::read(reader, &file, &named(&file, "dashboards/"), comparing));
    }
}

/// The questionnaire, where there is one.
fn read_diagnosis(
    (inputs, memo): (&dyn Inputs, &Memo),
    files: &BTreeMap<String, ProjectPath>,
    currency: Currency,
    reader: &mut Reader,
    draft: &mut Draft,
    found: &mut Vec<Finding>,
) {
    let opened = files.get("diagnosis.yaml").and_then(|path| memo.open(inputs, path, found));
    if let Some(file) = opened.filter(|file| filled(file, found)) {
        draft.diagnosis = diagnosis::read(reader, &file, currency);
    }
}

fn read_season(reader: &mut Reader, file: &File, draft: &mut Draft) {
    let name = named(file, "calendar/");
    match calendar::read(reader, file, &name) {
        Ok(season) => draft.seasons.push(season),
        Err(_) => draft.lose(Known::Season, &name),
    }
}

/// Unit, shortest period, and the period of the limits.
fn known_of(metric: &Metric) -> (Unit, Grain, Grain) {
    let limits =
        metric.limits.as_ref().map_or(Grain::Week.max(metric.grain), |limits| limits.grain(metric.grain));
    (metric.unit.clone(), metric.grain, limits)
}

/// The name of a file below a folder, without its ending.
fn named(file: &File, folder: &str) -> Id {
    let name = file.path.strip_prefix(folder).unwrap_or(&file.path);
    name.strip_suffix(".yaml").unwrap_or(name).into()
}

/// Whether a file says anything; if not, that is a finding.
fn filled(file: &File, found: &mut Vec<Finding>) -> bool {
    let empty = file.root.content == yaml::tree::Content::Null;
    if empty {
        let what = match file.path.split_once('/') {
            Some((folder, _)) => folder,
            None => "definitions",
        };
        let told = format!("no {what} in `{}`", file.path);
        found.push(
            Finding::new(&EMPTY_FILE, Place::file(&file.path), told)
                .hint("remove the file, or write into it"),
        );
    }
    !empty
}

fn read_reviews(
    inputs: &dyn Inputs,
    files: &BTreeMap<String, ProjectPath>,
    default: crate::unit::Lang,
    reader: &mut Reader,
    draft: &mut Draft,
) {
    let measured = draft.metrics.iter().map(|item| (item.value.id.clone(), item.value.unit.clone()));
    let units: BTreeMap<Id, Unit> = measured.collect();
    // The file without a language comes first: it holds the head.
    let mut all: Vec<&ProjectPath> = files
        .iter()
        .filter(|(name, _)| name.starts_with("reviews/") && name.ends_with(".md"))
        .map(|(_, path)| path)
        .collect();
    all.sort_by_key(|path| (article::address(path.as_str()).1.is_some(), path.as_str().to_owned()));
    for path in all {
        if let Some(text) = yaml::text(inputs, path, &mut reader.found) {
            review::read(reader, &path.shared(), &text, (default, &units), &mut draft.reviews);
        }
    }
}

fn read_articles(
    (inputs, memo): (&dyn Inputs, &Memo),
    default: crate::unit::Lang,
    reader: &mut Reader,
    draft: &mut Draft,
    found: &mut Vec<Finding>,
) {
    let Ok(folder) = ProjectPath::parse("content") else { return };
    for path in inputs.list(&folder).files {
        if path.as_str().ends_with(".md")
            && let Some(one) = memo.text(inputs, &path, reader.calendar, found)
        {
            let (id, lang) = article::address(path.as_str());
            article::join((id, lang.unwrap_or(default)), &one, &mut draft.articles, found);
        }
    }
}

/// Articles of packs. One that the workspace writes itself takes the place of the pack's in all languages.
fn read_handbooks(packs: &[Id], langs: &[crate::unit::Lang], reader: &mut Reader, draft: &mut Draft) {
    let mut read = BTreeMap::new();
    for text in packs.iter().flat_map(|pack| handbook::of_pack(pack, langs)) {
        let name = (text.id.as_str().into(), text.lang);
        let one = article::one(&text.path.into(), &text.text.into(), reader.calendar, &mut reader.found);
        article::join(name, &one, &mut read, &mut reader.found);
    }
    for (id, article) in read {
        draft.articles.entry(id).or_insert(super::Article { from_pack: true, ..article });
    }
}
