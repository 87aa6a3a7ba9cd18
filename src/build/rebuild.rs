//! Builds a published version again, from the commit it names and the data its manifest lists, and compares every page: nobody
//! has to believe that what stands there was made from what it says.

use super::publish::{Pressing, Taking, before_of};
use super::{Store, Watch, narrow, pages, stop, survey};
use crate::diag::has_errors;
use crate::inputs::git::{Commit, Git, NoGit, Repository, Within};
use crate::inputs::{Bytes, Hash, Inputs, Listing, ProjectPath, Stamp, Unreadable};
use crate::plan::written::is_written;
use crate::render::Theme;
use crate::versions::manifest::{FileOf, Manifest};
use crate::versions::sealed::audience_of;
use crate::versions::verify::Problem;
use crate::versions::{Archive, Halt, Kind, Known, VERSION_SCRIPT, WEB};
use std::collections::BTreeMap;

/// Files of data are read up to this size to be compared, in bytes: what a source may hold.
const DATA_BYTES: u64 = 64 << 30;

/// Builds a version again. Gives what is not as it was published, and how many files were compared.
///
/// # Errors
/// [`Kind::Usage`] if the version names no commit from which it could be built; [`Kind::Data`] if data it was made from are
/// gone or were changed; [`Kind::Config`] if it cannot be built any more.
pub fn rebuild(
    disk: &dyn Inputs,
    archive: &Archive,
    known: &Known,
    store: &Store,
    watch: &dyn Watch,
) -> Result<(Vec<Problem>, usize), Halt> {
    let mut plain: BTreeMap<&str, Manifest> = BTreeMap::new();
    for (tree, digits) in known.manifests.iter().filter(|(tree, _)| !audience_of(tree).1) {
        plain.insert(tree, Manifest::clone(&archive.manifest(digits)?.0));
    }
    let then = Then::of(disk, known, &plain)?;
    let as_of = plain.values().find_map(|made| made.source.as_of.as_deref()?.parse().ok());
    let made = built(&then, (archive, known, &plain), as_of, store, watch)?;
    let mut problems = Vec::new();
    let mut files = 0;
    for (audience, manifest) in &plain {
        let none = BTreeMap::new();
        let now = made.get(*audience).unwrap_or(&none);
        files += manifest.files.len();
        problems.extend(compared(audience, manifest, now));
    }
    Ok((problems, files))
}

/// Builds the trees, and keeps of every file its hash.
fn built(
    then: &Then<'_>,
    (archive, known, plain): (&Archive, &Known, &BTreeMap<&str, Manifest>),
    as_of: Option<crate::time::Date>,
    store: &Store,
    watch: &dyn Watch,
) -> Result<BTreeMap<String, BTreeMap<String, FileOf>>, Halt> {
    let record = crate::inputs::Record::of(then);
    let mut survey = survey(&record, store, as_of, |_, _| {}, watch)?;
    super::tell(&mut survey, &record, store, watch)?;
    let checked = pages(&survey, watch)?;
    let mut found = survey.found.clone();
    let report = checked.into_value(&mut found);
    let theme = Theme::of(&record).into_value(&mut found);
    let said = super::rules::Said::of(&survey.plan, survey.snapshot.as_of);
    found = super::rules::levelled(found, &said);
    let audiences = narrow::chosen(&survey.plan, None, &mut found);
    if has_errors(&found) {
        let text = format!("the version `{}` cannot be built again: errors were found", known.id);
        return Err(Halt::new(Kind::Config, text)
            .hint("this kpress asks for more than the one that published it, or plugins or data are missing: `kpress check` at that commit lists what"));
    }
    let mut before = BTreeMap::new();
    for name in plain.keys() {
        before.extend(before_of(archive, Some(known), name)?.map(|one| ((*name).to_owned(), one)));
    }
    let mut hashes = Hashes::default();
    let pressing = Pressing { survey: &survey, theme: &theme, before: &before, about: None, watch };
    match &audiences {
        None => drop(pressing.everybody(report, &mut hashes)),
        Some(all) => drop(pressing.each(all, &report, &mut hashes)?),
    }
    stop(watch)?;
    Ok(hashes.0)
}

/// What differs between a published tree and the one that was built again.
fn compared(audience: &str, made: &Manifest, now: &BTreeMap<String, FileOf>) -> Vec<Problem> {
    let mine = env!("CARGO_PKG_VERSION");
    let by = match made.generator.version.as_str() {
        other if other != mine => format!(" (it was made by kpress {other}, and this is {mine})"),
        // What people wrote may be another since.
        _ if made.source.git.is_none() => " (it names no commit: what is written today was taken)".to_owned(),
        _ => String::new(),
    };
    let problem = |path: &str, what: &str| Problem {
        place: format!("{WEB}/{audience}/v/{}/{path}", made.version),
        what: format!("{what}{by}"),
        versions: vec![made.version.clone()],
    };
    let counts = |path: &str| path != VERSION_SCRIPT;
    let then: BTreeMap<&str, &FileOf> =
        made.files.iter().filter(|file| counts(&file.p)).map(|file| (file.p.as_str(), file)).collect();
    let mut problems = Vec::new();
    for (path, file) in &then {
        match now.get(*path) {
            None => problems.push(problem(path, "is not made when the version is built again")),
            Some(other) if other.h != file.h => {
                problems.push(problem(path, "is another when the version is built again"));
            }
            Some(_) => {}
        }
    }
    let more = now.keys().filter(|path| counts(path) && !path.starts_with("a/"));
    let more = more.filter(|path| *path != "robots.txt" && !then.contains_key(path.as_str()));
    problems.extend(
        more.map(|path| problem(path, "is made when the version is built again, and was not published")),
    );
    problems
}

/// Hashes of the files of trees.
#[derive(Default)]
struct Hashes(BTreeMap<String, BTreeMap<String, FileOf>>);

impl Taking for Hashes {
    fn take(&mut self, audience: &str, path: &str, bytes: &[u8]) {
        let tree = self.0.entry(audience.to_owned()).or_default();
        tree.insert(path.to_owned(), FileOf::of(path, bytes));
    }
}

/// The workspace as it was: what people wrote from the commit, and of the data what the manifest lists.
struct Then<'a> {
    written: Option<(Commit, Git)>,
    disk: &'a dyn Inputs,
    /// Paths of data files; empty where nobody was told of any.
    data: BTreeMap<String, String>,
}

impl<'a> Then<'a> {
    fn of(disk: &'a dyn Inputs, known: &Known, plain: &BTreeMap<&str, Manifest>) -> Result<Then<'a>, Halt> {
        let widest = plain.values().find(|made| !made.source.config.is_empty()).or(plain.values().next());
        let Some(made) = widest else {
            return Err(Halt::damaged(format!("the version `{}` has no pages", known.id)));
        };
        let usage = |text: String| Halt::new(Kind::Usage, text);
        if made.source.dirty {
            return Err(usage(format!("the draft `{}` was made from files that no commit holds", known.id))
                .hint("publish from a clean tree to have versions that can be built again"));
        }
        let no = |no: NoGit| {
            usage(no.why).hint(no.hint.unwrap_or("the commit is needed to build the version again"))
        };
        let written = match &made.source.git {
            None => None,
            Some(id) => {
                let gone = || {
                    usage(format!(
                        "version `{}` was made from commit `{id}`, and there is no repository here",
                        known.id
                    ))
                };
                let repository = disk.repository(Within::RootOnly).map_err(no)?.ok_or_else(gone)?;
                let commit = repository.commit(id).map_err(no)?;
                let files = repository.inputs(&commit, is_written).map_err(no)?;
                Some((commit, files))
            }
        };
        let listed = plain.values().flat_map(|made| &made.snapshots);
        let data: BTreeMap<String, String> =
            listed.map(|one| (one.file.clone(), one.sha256.clone())).collect();
        let then = Then { written, disk, data };
        then.has_its_data(known)?;
        Ok(then)
    }

    /// That every file of data is still what it was.
    fn has_its_data(&self, known: &Known) -> Result<(), Halt> {
        for (file, sha256) in &self.data {
            let bytes = ProjectPath::parse(file).ok().and_then(|path| self.disk.read(&path, DATA_BYTES).ok());
            let what = match bytes.map(|bytes| Hash::of(&bytes).to_string() == *sha256) {
                Some(true) => continue,
                Some(false) => "was changed since",
                None => "is gone",
            };
            let text = format!("the version `{}` was made from `{file}`, which {what}", known.id);
            return Err(Halt::new(Kind::Data, text)
                .hint("data are only ever added: bring the file back from a backup"));
        }
        Ok(())
    }

    /// Files of data that came later are left out.
    fn counts(&self, path: &ProjectPath) -> bool {
        !(self.written.is_some() && is_written(path))
            && (is_written(path) || self.data.is_empty() || self.data.contains_key(path.as_str()))
    }
}

impl Inputs for Then<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        let mut all = self.disk.list(folder);
        all.files.retain(|path| self.counts(path));
        if let Some((_, files)) = &self.written {
            let refused = |name: &str| ProjectPath::parse(name).is_ok_and(|path| is_written(&path));
            all.refused.retain(|(name, _)| !refused(name));
            let then = files.list(folder);
            all.files.extend(then.files);
            all.refused.extend(then.refused);
            all.files.sort();
            all.refused.sort();
        }
        all
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        match &self.written {
            Some((_, files)) if is_written(path) => match files.read(path, limit) {
                // Components are built, and often not committed; `kpress.lock` says which one it must be.
                Err(Unreadable::Missing) if path.as_str().ends_with(".wasm") => self.disk.read(path, limit),
                read => read,
            },
            _ => self.disk.read(path, limit),
        }
    }

    fn stamp(&self, _path: &ProjectPath) -> Option<Stamp> {
        None
    }

    fn repository(&self, within: Within) -> Result<Option<Repository>, NoGit> {
        let repository = self.disk.repository(within)?;
        Ok(match (&self.written, repository) {
            (Some((commit, _)), Some(repository)) => Some(repository.as_of(commit)),
            (_, repository) => repository,
        })
    }
}
