//! Builds a site into a version in the making instead of a folder, and commits it if it says something new.
//! Nothing of it is seen before the commit; with an error nothing is published.

use super::Stage;
use super::told::{listed, metrics, snapshots};
use super::{Store, Survey, Watch, finish, narrow, pages, rules, stop, survey};
use crate::diag::{Finding, has_errors};
use crate::inputs::{Hash, Inputs, ProjectPath, Recorded};
use crate::plan;
use crate::plan::audience::Audience;
use crate::render::{self, Layout, Sink, Theme, Voice};
use crate::report::changes::{self, Before};
use crate::report::{self, Report, record};
use crate::time::{Date, Grain, Period};
use crate::versions::manifest::{MetricOf, Source, Span};
use crate::versions::people::People;
use crate::versions::sealed::{Sealing, Shell, audience_of, sealed};
use crate::versions::{
    About, Amount, Archive, Halt, Kind, Known, Manifest, Sign, Staging, Told, VERSION_SCRIPT, VersionId,
    VersionStore,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a version said, for later ones.
pub const RECORD: &str = "record.json";

/// The audience of a site that names none.
pub const EVERYBODY: &str = "all";

/// What the workspace is, as Git knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub id: Option<String>,
    /// When it was made, in seconds since 1970.
    pub seconds: Option<i64>,
    /// Files that differ from it.
    pub changed: Vec<String>,
}

/// What is to be published, and as what.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Data counts up to this day, whatever the workspace says.
    pub as_of: Option<Date>,
    /// The name; otherwise the next number of the period.
    pub id: Option<VersionId>,
    /// The period; otherwise the week of the last day of data.
    pub period: Option<Period>,
    /// Of a draft: when it may go, in UTC.
    pub draft_until: Option<String>,
    /// The commit of the workspace.
    pub commit: Commit,
    /// `SOURCE_DATE_EPOCH`.
    pub epoch: Option<i64>,
    /// Say what would happen; commit nothing.
    pub dry_run: bool,
    /// Who may read encrypted trees; only read where a deploy target asks for one.
    pub people: Option<People>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Published {
    /// Errors were found.
    Nothing,
    /// It says what a version says already.
    Unchanged(String),
    /// A new version, or what it would be.
    Version(Box<Plan>),
}

/// A version that was published, or would be.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Its name.
    pub id: String,
    /// Number of its log entry; `None` if it was not committed.
    pub seq: Option<u64>,
    /// Its audiences.
    pub audiences: Vec<String>,
    /// Pages, each counted once for all languages.
    pub pages: usize,
    /// New and reused bytes.
    pub amount: Amount,
    /// Files that the current version has and this one has not.
    pub removed: usize,
    /// Whether there was none before it.
    pub is_first: bool,
    /// Metrics whose definition, value, target or standing differ from the current version.
    pub metrics: Vec<String>,
}

/// Builds and publishes.
///
/// # Errors
/// What kept it from being published. Findings are no error here: with one of error level nothing is published.
pub fn publish(
    inputs: &dyn Inputs,
    versions: &mut VersionStore,
    store: &Store,
    wish: &Wish,
    sign: Option<Sign<'_>>,
    watch: &dyn Watch,
) -> Result<(Vec<Finding>, Published), Halt> {
    let record = crate::inputs::Record::of(inputs);
    let mut survey = survey(&record, store, wish.as_of, |_, _| {}, watch)?;
    super::tell(&mut survey, &record, store, watch)?;
    let read: BTreeMap<ProjectPath, Recorded> =
        record.seen().into_iter().chain(survey.read.clone()).collect();
    let checked = pages(&survey, watch)?;
    let said_of = rules::Said::of(&survey.plan, survey.snapshot.as_of);
    let about = about(&survey, versions, wish, &read);
    let mut found = survey.found.clone();
    let report = checked.into_value(&mut found);
    let theme = Theme::of(&record).into_value(&mut found);
    found = rules::levelled(found, &said_of);
    let audiences = narrow::chosen(&survey.plan, None, &mut found);
    let languages = report.languages.clone();
    if has_errors(&found) {
        return Ok((finish(found), Published::Nothing));
    }
    let about = about?;
    watch.begin(Stage::Render);
    let names = match &audiences {
        None => vec![EVERYBODY.to_owned()],
        Some(all) => all.iter().map(|audience| audience.id.to_string()).collect(),
    };
    let mut before = BTreeMap::new();
    let twin = wish.id.as_ref().and_then(|id| versions.archive.state.versions.get(id.as_str())).cloned();
    for name in &names {
        before.extend(before_of(&versions.archive, twin.as_ref(), name)?.map(|one| (name.clone(), one)));
    }
    let mut staging = Staging::begin(versions, &names)?;
    let pressing = Pressing { survey: &survey, theme: &theme, before: &before, about: Some(&about), watch };
    let (told, made) = match &audiences {
        None => pressing.everybody(report, &mut staging),
        Some(all) => pressing.each(all, &report, &mut staging)?,
    };
    found.extend(rules::levelled(made, &said_of));
    stop(watch)?;
    if has_errors(&found) {
        return Ok((finish(found), Published::Nothing));
    }
    if let Some(halt) = staging.failed() {
        return Err(halt.clone());
    }
    unchanged_since(inputs, &read)?;
    watch.begin(Stage::Site);
    let sealings = sealings(&survey, wish, &names, (&theme, &languages))?;
    let published = conclude(staging, &about, told, (wish, sealings), sign)?;
    Ok((finish(found), published))
}

/// What a name for a version would tell readers who may not know it: aliases stand in the list of versions of every audience.
pub fn named(inputs: &dyn Inputs, name: &str) -> Vec<Finding> {
    narrow::named(&plan::load(inputs).value, "versions.json", name)
}

/// What the trees are encrypted with of those audiences that an encrypted deploy target takes.
fn sealings(
    survey: &Survey,
    wish: &Wish,
    audiences: &[String],
    (theme, languages): (&Theme, &[crate::unit::Lang]),
) -> Result<BTreeMap<String, Sealing>, Halt> {
    let encrypted = || survey.plan.deploys.iter().filter(|deploy| deploy.protect.encrypt.is_some());
    let wanted = |audience: &&String| encrypted().any(|deploy| deploy.takes(audience));
    // A draft is copied nowhere.
    if !audiences.iter().any(|audience| wanted(&audience)) || wish.draft_until.is_some() {
        return Ok(BTreeMap::new());
    }
    let shell = shell(theme, languages)?;
    let nobody = People::nobody()?;
    let people = wish.people.as_ref().unwrap_or(&nobody);
    let sealing = |audience: &String| Ok((audience.clone(), Sealing::of(people, audience, shell.clone())?));
    audiences.iter().filter(wanted).map(sealing).collect()
}

/// The page that asks for a passphrase.
pub(super) fn shell(theme: &Theme, languages: &[crate::unit::Lang]) -> Result<Shell, Halt> {
    let made = render::reader(theme, languages);
    if has_errors(&made.found) {
        let text = "the page that asks for a passphrase cannot be made from the site's theme";
        return Err(Halt::new(Kind::Config, text).hint("look at its `templates/reader.html` and `i18n/`"));
    }
    Ok(Shell { page: made.value.html.into_bytes(), assets: made.value.assets })
}

/// Whether a version has every encrypted form that is asked for, for the same readers.
fn is_sealed(archive: &Archive, known: &Known, sealings: &BTreeMap<String, Sealing>) -> Result<bool, Halt> {
    for (audience, sealing) in sealings {
        let Some(digits) = known.manifests.get(&sealed(audience)) else { return Ok(false) };
        let (manifest, _) = archive.manifest(digits)?;
        if !archive.header(&manifest)?.is_some_and(|header| sealing.is_for_the_same(&header)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Takes the files of trees.
pub(super) trait Taking {
    fn take(&mut self, audience: &str, path: &str, bytes: &[u8]);

    /// What will stand beside the pages of an audience: see [`Staging::beside`]. Trees that go nowhere have nothing.
    fn beside(&self, _audience: &str, _about: &About, _told: &Told) -> Vec<(String, Vec<u8>)> {
        Vec::new()
    }
}

impl Taking for Staging<'_> {
    fn take(&mut self, audience: &str, path: &str, bytes: &[u8]) {
        Staging::take(self, audience, path, bytes);
    }

    fn beside(&self, audience: &str, about: &About, told: &Told) -> Vec<(String, Vec<u8>)> {
        Staging::beside(self, audience, about, told)
    }
}

/// Makes the trees of a version.
pub(super) struct Pressing<'a> {
    pub(super) survey: &'a Survey,
    pub(super) theme: &'a Theme,
    /// What the version before told each audience.
    pub(super) before: &'a BTreeMap<String, Before>,
    /// Name, period and time of the version, where it gets any.
    pub(super) about: Option<&'a About>,
    pub(super) watch: &'a dyn Watch,
}

type Tolds = BTreeMap<String, Told>;

impl Pressing<'_> {
    /// One tree for everybody.
    pub(super) fn everybody(&self, mut report: Report, staging: &mut dyn Taking) -> (Tolds, Vec<Finding>) {
        let (survey, mut found) = (self.survey, Vec::new());
        let model = (&survey.plan, &survey.facts, survey.judged.as_slice());
        let before = self.before.get(EVERYBODY);
        let titles = self.titles(&report);
        let files = &survey.snapshot.files;
        let said = changes::add(&mut report, model, (before, files), &titles, &mut found);
        let mut sink = Into { staging: &mut *staging, audience: EVERYBODY, watch: self.watch };
        found.extend(render::render_as(&report, self.theme, Layout::Versions, &mut sink).found);
        staging.take(EVERYBODY, RECORD, &said.bytes());
        let told = Told {
            snapshots: snapshots(survey),
            plugins: Vec::new(),
            metrics: metrics(model),
            pages: listed(&report, self.theme),
            is_part: false,
        };
        (BTreeMap::from([(EVERYBODY.to_owned(), told)]), found)
    }

    /// A tree for each audience, of what it may see.
    pub(super) fn each(
        &self,
        audiences: &[Audience],
        whole: &Report,
        staging: &mut dyn Taking,
    ) -> Result<(Tolds, Vec<Finding>), Halt> {
        let (base, mut told, mut found) = (narrow::Base::of(self.survey), Tolds::new(), Vec::new());
        let mut eyes = Vec::new();
        for audience in audiences {
            let mut narrow = base.narrow(audience).into_value(&mut found);
            told.insert(audience.id.to_string(), self.one(&mut narrow, whole, staging, &mut found));
            eyes.push(narrow.eyes);
            stop(self.watch)?;
        }
        found.extend(base.pooled(&eyes));
        Ok((told, found))
    }

    fn one(
        &self,
        narrow: &mut narrow::Narrow,
        whole: &Report,
        staging: &mut dyn Taking,
        found: &mut Vec<Finding>,
    ) -> Told {
        let (survey, name) = (self.survey, narrow.eyes.audience.id.to_string());
        let before = self.before.get(&name).map(|before| Before {
            version: before.version.clone(),
            on: before.on.clone(),
            files: before.files.clone(),
            record: narrow::before(before.record.clone(), &survey.plan, &whole.pages, narrow),
        });
        let titles = self.titles(&narrow.report);
        let model = (&narrow.plan, &narrow.facts, narrow.judged.as_slice());
        let files = &survey.snapshot.files;
        let said = changes::add(&mut narrow.report, model, (before.as_ref(), files), &titles, found);
        let is_part = !narrow.eyes.see_all();
        let told = Told {
            snapshots: if is_part { Vec::new() } else { snapshots(survey) },
            plugins: Vec::new(),
            metrics: metrics(model),
            pages: listed(&narrow.report, self.theme),
            is_part,
        };
        let mut sink = Into { staging: &mut *staging, audience: &name, watch: self.watch };
        found.extend(narrow::press(
            (&narrow.report, &narrow.hidden),
            self.theme,
            Layout::Versions,
            &mut sink,
        ));
        // The manifest is written later, and says this besides.
        let beside = serde_json::json!({ "pages": &told.pages, "metrics": &told.metrics });
        let of_hosts = survey.plan.deploys.iter().filter(|deploy| deploy.takes(&name));
        // The page for lost addresses says where the tree stands.
        let addresses: Vec<&str> = of_hosts.filter_map(|deploy| deploy.url.as_deref()).collect();
        let mut files = self.about.map_or_else(Vec::new, |about| staging.beside(&name, about, &told));
        files.push((RECORD.to_owned(), said.bytes()));
        files.push(("manifest.json".to_owned(), beside.to_string().into_bytes()));
        files.push(("404.html".to_owned(), addresses.join("\n").into_bytes()));
        found.extend(narrow::look(narrow, &files));
        staging.take(&name, RECORD, &said.bytes());
        told
    }

    /// Gives the title of a page in every language.
    fn titles(&self, report: &Report) -> impl Fn(&report::Page) -> record::Said + use<> {
        let voice = |lang: &crate::unit::Lang| Voice::of(self.theme, *lang, report.calendar);
        let voices: Vec<Voice> = report.languages.iter().map(voice).collect();
        move |page| {
            voices.iter().map(|voice| (voice.lang().code().to_owned(), voice.say(&page.title))).collect()
        }
    }
}

/// What the version before said: the one that readers see, or for a name that was given already the one it was compared
/// with then.
pub(super) fn before_of(
    archive: &Archive,
    twin: Option<&Known>,
    audience: &str,
) -> Result<Option<Before>, Halt> {
    let manifest =
        |known: &Known| known.manifests.get(audience).map(|digits| archive.manifest(digits)).transpose();
    let known = match twin {
        Some(twin) => {
            let then = manifest(twin)?.and_then(|(manifest, _)| manifest.against.clone());
            then.and_then(|id| archive.state.versions.get(&id)).filter(|known| known.pruned.is_none())
        }
        None => archive.state.current(),
    };
    let Some(known) = known else { return Ok(None) };
    let Some((manifest, _)) = manifest(known)? else { return Ok(None) };
    let bytes = archive.file(&manifest, RECORD)?;
    let record = bytes.as_deref().map(record::Record::read).transpose().map_err(Halt::damaged)?;
    let files = manifest.snapshots.iter().map(|file| (file.file.clone(), file.sha256.clone())).collect();
    let on = manifest.created.chars().take("2026-05-20".len()).collect();
    Ok(record.map(|record| Before { version: known.id.clone(), on, files, record }))
}

/// Compares with what is there, and commits.
fn conclude(
    mut staging: Staging<'_>,
    about: &About,
    told: Tolds,
    (wish, sealings): (&Wish, BTreeMap<String, Sealing>),
    sign: Option<Sign<'_>>,
) -> Result<Published, Halt> {
    let archive = &staging.store().archive;
    let twin = archive.state.versions.get(about.id.as_str());
    if twin.is_some_and(|known| !known.is_there()) {
        let text = format!("a version `{}` was published before and is gone; a name is given once", about.id);
        return Err(Halt::new(Kind::Exists, text).hint("publish without `--as`, or under another name"));
    }
    let against = twin.or(archive.state.current());
    let is_sealed = against.map_or(Ok(true), |known| is_sealed(archive, known, &sealings))?;
    let mut before: BTreeMap<String, Arc<Manifest>> = BTreeMap::new();
    for (audience, digits) in
        against.iter().flat_map(|known| &known.manifests).filter(|(tree, _)| !audience_of(tree).1)
    {
        before.insert(audience.clone(), archive.manifest(digits)?.0);
    }
    // Readers who came or went are a change, too.
    let same = is_sealed
        && against.is_some()
        && before.keys().eq(told.keys())
        && before.iter().all(|(audience, before)| says_the_same(before, &staging, audience));
    match (twin, same) {
        (Some(known), true) => return Ok(Published::Unchanged(known.id.clone())),
        (Some(known), false) => {
            let text = format!(
                "the version `{}` exists and says something else; what was published stays",
                known.id
            );
            return Err(
                Halt::new(Kind::Exists, text).hint("publish without `--as`: a correction is a new version")
            );
        }
        // A draft of what is published is still something to look at.
        (None, true) if wish.id.is_none() && wish.draft_until.is_none() => {
            let known = against.expect("it says the same as some version");
            return Ok(Published::Unchanged(known.id.clone()));
        }
        (None, _) => {}
    }
    let gone = |(audience, before): (&String, &Arc<Manifest>)| {
        let here: BTreeSet<&str> = staging.files(audience).iter().map(|file| file.p.as_str()).collect();
        let gone = |file: &&crate::versions::manifest::FileOf| {
            file.p != VERSION_SCRIPT && !here.contains(file.p.as_str())
        };
        before.files.iter().filter(gone).count()
    };
    let changed =
        |(audience, told): (&String, &Told)| moved(before.get(audience).map(Arc::as_ref), &told.metrics);
    let metrics: BTreeSet<String> = told.iter().flat_map(changed).collect();
    let mut plan = Plan {
        id: about.id.to_string(),
        seq: None,
        audiences: told.keys().cloned().collect(),
        pages: told.values().map(|told| told.pages.len()).sum(),
        amount: staging.amount(),
        removed: before.iter().map(gone).sum(),
        is_first: against.is_none(),
        metrics: metrics.into_iter().collect(),
    };
    if !wish.dry_run {
        for (audience, sealing) in sealings {
            staging.encrypt(&audience, sealing);
        }
        plan.seq = Some(staging.commit(about, &told, sign)?);
    }
    Ok(Published::Version(Box::new(plan)))
}

/// Whether a version holds the same files, those aside that say which version it is and what changed since another.
fn says_the_same(before: &Manifest, staging: &Staging<'_>, audience: &str) -> bool {
    let changes = |path: &str| path.split('/').nth(1) == Some(changes::PAGE);
    let counts = |path: &str| path != VERSION_SCRIPT && !changes(path);
    let then = before.files.iter().filter(|file| counts(&file.p)).map(|file| (&file.p, &file.h));
    let now =
        staging.files(audience).into_iter().filter(|file| counts(&file.p)).map(|file| (&file.p, &file.h));
    then.eq(now)
}

/// Metrics that say something else than before.
fn moved(before: Option<&Manifest>, now: &BTreeMap<String, MetricOf>) -> Vec<String> {
    let Some(before) = before else { return now.keys().cloned().collect() };
    let names = before.metrics.keys().chain(now.keys());
    let mut moved: Vec<String> =
        names.filter(|name| before.metrics.get(*name) != now.get(*name)).cloned().collect();
    moved.sort();
    moved.dedup();
    moved
}

/// Name, period and time of the version.
fn about(
    survey: &Survey,
    versions: &VersionStore,
    wish: &Wish,
    read: &BTreeMap<ProjectPath, Recorded>,
) -> Result<About, Halt> {
    let site = &survey.plan.site;
    let as_of = survey.snapshot.as_of;
    let period = wish.period.or_else(|| as_of.map(|day| site.calendar.period(Grain::Week, day)));
    let state = &versions.archive.state;
    let id = match (&wish.id, period) {
        (Some(id), _) => id.clone(),
        (None, Some(period)) => {
            let name = site.calendar.id(period);
            VersionId::next(&name, state.versions.keys().map(String::as_str))
                .map_err(|why| Halt::new(Kind::Usage, why).hint("name the version with `--as`"))?
        }
        (None, None) => {
            return Err(Halt::new(
                Kind::Usage,
                "there is no data yet, so the version has no period to be named after",
            )
            .hint("name it with `--as`, or the period with `--period 2026-W46`"));
        }
    };
    let span = period.map(|period| Span {
        id: site.calendar.id(period),
        kind: period.grain.map_or("range", Grain::name).to_owned(),
        start: period.start.to_string(),
        end: period.end.to_string(),
        tz: site.zone_name.to_string(),
    });
    // A later version of the same period corrects the one before.
    let before = state.ordered().into_iter().find(|known| {
        known.is_offered()
            && known.period.as_ref().map(|period| &period.id) == span.as_ref().map(|span| &span.id)
    });
    Ok(About {
        id,
        site: site.title.in_lang(site.languages.first().copied().unwrap_or(crate::unit::Lang::En)).to_owned(),
        period: span,
        created: created(survey, wish),
        source: Source {
            git: wish.commit.id.clone(),
            dirty: !wish.commit.changed.is_empty(),
            config: format!("sha256:{}", written(survey, read)),
            as_of: as_of.map(|day| day.to_string()),
        },
        supersedes: before.map(|known| known.id.clone()),
        against: state.current().map(|known| known.id.clone()),
        draft_until: wish.draft_until.clone(),
    })
}

/// The time of a version is that of its inputs, so that building it again gives the same version.
fn created(survey: &Survey, wish: &Wish) -> (String, String) {
    let commit = wish.commit.seconds.filter(|_| wish.commit.changed.is_empty());
    let as_of = || crate::time::zoned_seconds(survey.snapshot.as_of?, 0, &survey.plan.site.zone);
    let (seconds, from) = match (wish.epoch, commit) {
        (Some(seconds), _) => (seconds, "SOURCE_DATE_EPOCH"),
        (None, Some(seconds)) => (seconds, "git"),
        (None, None) => (as_of().unwrap_or(0), "as-of"),
    };
    (crate::time::utc(seconds), from.to_owned())
}

/// One hash over everything that people wrote: what was read, files of data aside.
fn written(survey: &Survey, read: &BTreeMap<ProjectPath, Recorded>) -> Hash {
    let data: BTreeSet<&str> =
        survey.snapshot.files.values().flatten().map(|file| file.path.as_str()).collect();
    let files = read.iter().filter(|(path, _)| !data.contains(path.as_str()));
    let parts: Vec<(String, String)> =
        files.map(|(path, read)| (path.as_str().to_owned(), read.hash.to_string())).collect();
    Hash::of_parts(parts.iter().flat_map(|(path, hash)| [path.as_bytes(), hash.as_bytes()]))
}

/// That nothing changed while it was read.
fn unchanged_since(inputs: &dyn Inputs, read: &BTreeMap<ProjectPath, Recorded>) -> Result<(), Halt> {
    for (path, then) in read {
        let now = inputs.read(path, then.size).ok().map(|bytes| Hash::of(&bytes));
        if now != Some(then.hash) {
            let text = format!("`{path}` changed during the build; nothing was published");
            return Err(Halt::new(Kind::Data, text).hint("run the command again once the file is complete"));
        }
    }
    Ok(())
}

/// Hands files to a version in the making until somebody asks to stop.
struct Into<'a> {
    staging: &'a mut dyn Taking,
    audience: &'a str,
    watch: &'a dyn Watch,
}

impl Sink for Into<'_> {
    fn file(&mut self, path: &str, bytes: &[u8]) {
        if !self.watch.stopped() {
            self.staging.take(self.audience, path, bytes);
        }
    }
}
