//! The ready files, tried by a script that plays the runner: the commands of the workflows are run as they stand, on a local
//! repository, with the kpress under test and a `gh` and a `curl` that only note what they are asked.

use super::repo::{Repo, git};
use super::{code, holds, said};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of programs in front of the others.
fn programs(repo: &Repo) -> PathBuf {
    let place = repo.path().with_extension("bin");
    fs::create_dir_all(&place).expect("a folder of programs");
    let noting =
        |name: &str| format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"{}/{name}.log\"\n", place.display());
    let kpress = format!("#!/bin/sh\nexec \"{}\" \"$@\"\n", env!("CARGO_BIN_EXE_kpress"));
    for (name, text) in
        [("gh", noting("gh")), ("curl", noting("curl")), ("cargo", noting("cargo")), ("kpress", kpress)]
    {
        fs::write(place.join(name), text).expect("a program");
        fs::set_permissions(place.join(name), fs::Permissions::from_mode(0o755)).expect("it may run");
    }
    place
}

fn shell(place: &Path, programs: &Path, script: &str, around: &BTreeMap<&str, String>) -> Output {
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command
        .args(["-eo", "pipefail", "-c", script])
        .current_dir(place)
        .env("PATH", path)
        .env("HOME", "/nonexistent");
    command.env("GIT_CONFIG_NOSYSTEM", "1").envs(around).output().expect("bash starts")
}

/// The commands of a job: lines that begin with `run:` or, in its `script:`, with a dash.
fn commands(text: &str, job: &str) -> Vec<String> {
    let from =
        text.find(&format!("\n  {job}:\n")).or_else(|| text.find(&format!("\n{job}:\n"))).expect("the job");
    let depth = if text[from..].starts_with("\n  ") { "\n  " } else { "\n" };
    let body = &text[from + 1..];
    let end = body.match_indices(depth).map(|(at, _)| at).find(|at| {
        let rest = &body[at + depth.len()..];
        *at > 0 && rest.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let mut in_script = false;
    let mut all = Vec::new();
    for line in body[..end.unwrap_or(body.len())].lines() {
        let plain = line.trim();
        in_script = plain == "script:" || (in_script && (plain.starts_with('-') || plain.starts_with('#')));
        let run = plain.strip_prefix("run: ").or_else(|| plain.strip_prefix("- ").filter(|_| in_script));
        all.extend(run.map(str::to_owned));
    }
    all
}

/// A branch that raises a target, checked out as a runner would have it.
fn branch() -> (Repo, String) {
    let repo = Repo::shop();
    let base = repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.edit("targets/2026.yaml", "value: 60_000", "value: 59_000");
    repo.edit("targets/2026.yaml", "value: 150_000", "value: 151_000");
    repo.commit("from b to a");
    (repo, base)
}

#[test]
fn the_workflow_for_github_runs_as_it_stands() {
    let (repo, base) = branch();
    let written = repo.kpress(&["new", "ci", "github"]);
    assert_eq!(code(&written), 0, "{}", said(&written));
    let text = repo.0.read(".github/workflows/kpress.yml");
    let programs = programs(&repo);
    let around = BTreeMap::from([("BASE", base), ("NUMBER", "7".to_owned()), ("GH_TOKEN", "x".to_owned())]);
    let steps = commands(&text, "review");
    assert_eq!(steps.len(), 5, "{steps:?}");
    for step in &steps {
        let output = shell(repo.path(), &programs, step, &around);
        assert_eq!(code(&output), 0, "{step}: {}", said(&output));
    }
    let log = fs::read_to_string(programs.join("gh.log")).expect("gh was asked");
    assert_eq!(log, "pr comment 7 --body-file kpress-diff.md --edit-last --create-if-none\n");
    holds(&repo.0.read("kpress-diff.md"), &["¥59,000", "¥151,000", "¥60,000"]);
    assert!(repo.path().join("public/index.html").is_file(), "the preview is built");
    published(&repo, &programs, &text, ".github/workflows/kpress.yml");
    fs::remove_dir_all(programs).expect("removed");
}

#[test]
fn an_error_ends_the_workflow_at_its_check() {
    let (repo, base) = branch();
    repo.edit("metrics/sales.yaml", "orders / visits", "orders / vistis");
    repo.commit("a mistake");
    repo.kpress(&["new", "ci", "github"]);
    let programs = programs(&repo);
    let steps = commands(&repo.0.read(".github/workflows/kpress.yml"), "review");
    let check = steps.iter().find(|step| step.starts_with("kpress check")).expect("a check");
    let output = shell(repo.path(), &programs, check, &BTreeMap::from([("BASE", base)]));
    assert_eq!(code(&output), 10, "{}", said(&output));
    holds(
        &String::from_utf8_lossy(&output.stdout),
        &["::error title=unknown-metric,file=metrics/sales.yaml,line="],
    );
    fs::remove_dir_all(programs).expect("removed");
}

#[test]
fn the_workflow_for_gitlab_runs_as_it_stands() {
    let (repo, base) = branch();
    let written = repo.kpress(&["new", "ci", "gitlab"]);
    assert_eq!(code(&written), 0, "{}", said(&written));
    let programs = programs(&repo);
    let around = BTreeMap::from([
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base),
        ("KPRESS_TOKEN", "secret".to_owned()),
        ("CI_API_V4_URL", "https://git.example.com/api/v4".to_owned()),
        ("CI_PROJECT_ID", "1".to_owned()),
        ("CI_MERGE_REQUEST_IID", "7".to_owned()),
    ]);
    let text = repo.0.read(".gitlab-ci.yml");
    for step in commands(&text, "review") {
        let output = shell(repo.path(), &programs, &step, &around);
        assert_eq!(code(&output), 0, "{step}: {}", said(&output));
    }
    let log = fs::read_to_string(programs.join("curl.log")).expect("the host was asked");
    holds(&log, &["body@kpress-diff.md", "/projects/1/merge_requests/7/notes"]);
    published(&repo, &programs, &text, ".gitlab-ci.yml");
    fs::remove_dir_all(programs).expect("removed");
}

/// Plays the job that publishes what is merged. The files a runner adds are not of the commit, so a clean clone is used;
/// run again with the store that the runner kept, it finds nothing new.
fn published(repo: &Repo, programs: &Path, text: &str, file: &str) {
    repo.git(&["add", "-A", "--", "targets", file]);
    repo.git(&["commit", "-q", "-m", "a workflow"]);
    let clone = repo.path().with_extension("clone");
    git(repo.path(), &["clone", "-q", &repo.path().display().to_string(), &clone.display().to_string()]);
    let steps = commands(text, "publish");
    assert_eq!(steps.last().map(String::as_str), Some("kpress publish"), "{steps:?}");
    let versions = || {
        let log = fs::read_dir(clone.join(".kpress/store/log")).expect("a log");
        (log.count(), clone.join(".kpress/web").is_dir())
    };
    for round in ["first", "again"] {
        for step in &steps {
            let output = shell(&clone, programs, step, &BTreeMap::new());
            assert_eq!(code(&output), 0, "{round}: {step}: {}", said(&output));
        }
        assert_eq!(versions(), (1, true), "{round}: one version stands");
    }
    fs::remove_dir_all(clone).expect("removed");
}

#[test]
fn the_hook_keeps_a_broken_commit_from_being_made() {
    let repo = Repo::shop();
    let written = repo.kpress(&["new", "ci", "pre-commit"]);
    assert_eq!(code(&written), 0, "{}", said(&written));
    let hook = repo.path().join(".githooks/pre-commit");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("it may run");
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    let programs = programs(&repo);
    let commit = "git add -A && git -c user.name=Li -c user.email=li@example.com commit -q -m change";
    let output = shell(repo.path(), &programs, commit, &BTreeMap::new());
    assert_eq!(code(&output), 0, "{}", said(&output));
    repo.edit("metrics/sales.yaml", "orders / visits", "orders / vistis");
    let output = shell(repo.path(), &programs, commit, &BTreeMap::new());
    assert_ne!(code(&output), 0, "a broken definition was committed");
    holds(&said(&output), &["vistis"]);
    fs::remove_dir_all(programs).expect("removed");
}

#[test]
fn owners_of_files_come_from_owners_of_definitions() {
    let repo = Repo::shop();
    let none = repo.kpress(&["new", "ci", "codeowners"]);
    assert_eq!(code(&none), 2, "{}", said(&none));
    repo.edit("people.yaml", "li: {name: {en: Li}", "li: {handle: \"@li-na\", name: {en: Li}");
    repo.0.write(
        "people.yaml",
        format!(
            "{}  gao: {{name: {{en: Gao}}, role: finance, handle: \"@gao\"}}\n",
            repo.0.read("people.yaml")
        ),
    );
    let made = repo.kpress(&["new", "ci", "codeowners"]);
    assert_eq!(code(&made), 0, "{}", said(&made));
    assert_eq!(
        repo.0.read("CODEOWNERS"),
        "# Made by `kpress new ci codeowners` from the owners in the definitions.\n\
         # `wang` has no handle in people.yaml.\n\
         /metrics/sales.yaml @li-na\n\
         /targets/2026.yaml @gao @li-na\n"
    );
    let again = repo.kpress(&["new", "ci", "codeowners"]);
    assert_eq!(code(&again), 12, "{}", said(&again));
}

#[test]
fn two_releases_are_compared_by_what_their_pages_say() {
    let repo = Repo::shop();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/figures-that-change");
    let own = env!("CARGO_BIN_EXE_kpress");
    // A release that counts every sale double: it builds the same workspace with another formula.
    let other = repo.path().with_extension("other");
    let text = format!(
        "#!/bin/sh\nsed -i 's/value: sum(sales)/value: sum(sales) * 2/' \"$3/metrics/sales.yaml\"\nexec \"{own}\" \"$@\"\n"
    );
    fs::write(&other, text).expect("a program");
    fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).expect("it may run");
    let compare = |one: &str, two: &str| {
        let mut command = Command::new("python3");
        command.arg(&script).args([one, two]).arg(repo.path()).output().expect("python3 runs")
    };
    let same = compare(own, own);
    assert_eq!(code(&same), 0, "{}{}", String::from_utf8_lossy(&same.stdout), said(&same));
    let differs = compare(own, &other.display().to_string());
    assert_eq!(code(&differs), 1, "{}", said(&differs));
    holds(&String::from_utf8_lossy(&differs.stdout), &["metrics/gmv/report.json"]);
    fs::remove_file(other).expect("removed");
}
