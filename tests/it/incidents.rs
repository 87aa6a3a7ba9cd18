//! What was planted in the example is found, and the sentence names what it came from: also where the generator threw other
//! dice. No other alert of the highest severity is raised in the thirty months.

use kpress::assess;
use kpress::inputs::Disk;
use kpress::measure::measure;
use kpress::plan::{self, Severity};
use kpress::report::{AlertLine, Provenance, Text, report};
use kpress::snapshot::{Lock, NoCache, take};
use kpress::unit::Lang;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Level, metric or scope, and what an alert says.
type Told = (String, String, String);

/// The example, or a copy of it with the data of another seed.
fn workspace(seed: Option<&str>) -> PathBuf {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/amazon-jp");
    let Some(seed) = seed else { return example };
    let folder = std::env::temp_dir().join(format!("kpress-incidents-{}-{seed}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let copied = Command::new("cp").arg("-R").arg(example.join(".")).arg(&folder).status();
    assert!(copied.is_ok_and(|status| status.success()), "the example can be copied");
    let script = folder.join("generate.py");
    let text = std::fs::read_to_string(&script).expect("the generator");
    let other = text.replace("SEED = \"kpress amazon-jp 1\"", &format!("SEED = \"{seed}\""));
    assert_ne!(text, other, "the generator names its seed");
    std::fs::write(&script, other).expect("the copy can be written");
    let made = Command::new("python3").arg(&script).current_dir(&folder).output().expect("python3 runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

/// Every alert that was ever raised.
fn alerts(folder: &Path) -> Vec<AlertLine> {
    let inputs = Disk::open(folder).expect("a workspace");
    let plan = plan::load(&inputs).value;
    let snapshot = take(&plan, &inputs, &Lock::default(), &NoCache).value;
    let facts = measure(&plan, &plan::demand::demand(&plan), &snapshot).value;
    let judged = assess::assess(&plan, &facts, snapshot.as_of).value;
    let provenance = Provenance::of(&snapshot, &[]);
    report(&plan, &facts, &judged, &provenance).value.alerts
}

fn said(text: &Text) -> String {
    match text {
        Text::Words(words) => words.in_lang(Lang::En).to_owned(),
        Text::Key(key, _) => (*key).to_owned(),
    }
}

/// Every grave alert with the first cause the sentence names and the members it names.
fn grave(seed: Option<&str>) -> Vec<(String, String, String)> {
    let folder = workspace(seed);
    let all = alerts(&folder);
    if seed.is_some() {
        std::fs::remove_dir_all(&folder).expect("the copy can be removed");
    }
    let high: Vec<&AlertLine> = all.iter().filter(|line| line.severity == Severity::High).collect();
    #[expect(
        clippy::print_stderr,
        reason = "how many alerts of any kind there are is shown with --nocapture"
    )]
    {
        eprintln!("seed {seed:?}: {} alerts, {} of them high", all.len(), high.len());
    }
    let mut told: Vec<(String, String, String)> = high
        .into_iter()
        .map(|line| {
            let Some(why) = &line.why else { return (line.id.to_string(), String::new(), String::new()) };
            let sentence = said(&why.text);
            let first = sentence.split_once(": ").map_or(&*sentence, |(_, parts)| parts);
            let first = first.split([',', '(']).next().unwrap_or_default().trim().to_owned();
            let members = why.more.last().map(said).unwrap_or_default();
            (line.id.to_string(), first, members)
        })
        .collect();
    told.sort();
    told
}

/// The three incidents, whatever the dice, and nothing else.
fn found(seed: Option<&str>) {
    agree(seed, &grave(seed));
}

fn agree(seed: Option<&str>, told: &[(String, String, String)]) {
    let expected = [
        ("conversion-signal/jp2/2025-W4", "conversion", "JP2-PACK-20"),
        ("sessions-signal/jp1/2025-W37", "traffic", "JP1-PAN-26"),
        ("stockout-lasting/jp3/2025-W", "Stock-out rate rose", "JP3-LANTERN"),
    ];
    assert_eq!(told.len(), expected.len(), "seed {seed:?}: {told:#?}");
    for ((id, cause, members), (alert, first, member)) in told.iter().zip(expected) {
        assert!(id.starts_with(alert), "seed {seed:?}: {id} is not {alert}");
        assert!(cause.starts_with(first), "seed {seed:?}: {id} came from {cause}, not {first}");
        assert!(
            members.split(": ").nth(1).is_some_and(|names| names.starts_with(member)),
            "seed {seed:?}: {id}: {members}"
        );
    }
}

#[test]
fn the_committed_example_tells_its_three_incidents() {
    found(None);
}

#[test]
fn other_dice_tell_the_same_three_incidents() {
    for seed in ["kpress amazon-jp 2", "other dice", "20260101"] {
        found(Some(seed));
    }
}

/// Minutes; run with `cargo test --test it more_dice -- --ignored --nocapture`.
#[test]
#[ignore = "a dozen examples take minutes"]
#[expect(clippy::print_stderr, reason = "what was told is shown with --nocapture")]
fn more_dice_tell_the_same_three_incidents() {
    let told: Vec<(String, Vec<Told>)> = (0..12)
        .map(|number| format!("fresh dice {number}"))
        .map(|seed| {
            let told = grave(Some(&seed));
            (seed, told)
        })
        .collect();
    told.iter().for_each(|(seed, told)| eprintln!("{seed}: {told:#?}"));
    told.iter().for_each(|(seed, told)| agree(Some(seed), told));
}
