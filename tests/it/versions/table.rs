//! Which test is which case: every number of the list of hostile cases from 42 to 67 (faults during publish, remote hosts) has one,
//! and what is named here exists. Scenarios of `tests/deploy/suite.py` run against real servers; a case that stands there under its
//! number is named with `suite:`.

use crate::hostile::table::sources;
use std::fs;
use std::path::Path;

/// Case, and the tests it is in. A case with several inputs has several.
const CASES: &[(u32, &[&str])] = &[
    (
        42,
        &[
            "a_machine_that_stops_leaves_the_old_or_the_new_state",
            "the_very_first_publish_may_stop_anywhere",
            "processes_killed_at_any_moment_lose_nothing",
            "a_machine_that_stops_leaves_the_old_or_the_new_site_after_the_next_run",
        ],
    ),
    (43, &["what_was_not_synced_may_be_lost"]),
    (44, &["an_operation_that_fails_leaves_the_old_or_the_new_state"]),
    (45, &["an_operation_that_fails_leaves_the_old_or_the_new_state"]),
    (46, &["two_at_once_never_fork_the_log", "eight_at_once_without_locks"]),
    (47, &["a_lock_says_who_holds_it_and_a_dead_one_is_taken_over"]),
    (48, &["what_git_and_the_clock_say"]),
    (49, &["data_that_move_under_a_publish_are_noticed"]),
    (50, &["a_version_is_published_once_and_stays"]),
    (51, &["damage_is_found_and_never_passed_on", "refs_are_made_again_and_a_newer_format_is_refused"]),
    (52, &["a_flipped_bit_is_found"]),
    (53, &["a_hard_linked_copy_that_is_edited_is_found"]),
    (54, &["a_host_that_does_not_tell_cases_apart", "pages_on_one_address_or_under_kept_names_are_refused"]),
    (
        55,
        &[
            "a_publish_that_is_stopped_leaves_the_old_or_the_new_version",
            "a_signal_leaves_the_old_site_whole",
        ],
    ),
    (
        56,
        &[
            "a_connection_that_drops_breaks_nothing_and_is_taken_up_again",
            "suite:lost",
            "suite:half",
            "suite:lost_rsync",
        ],
    ),
    (57, &["suite:truncates", "suite:full"]),
    (
        58,
        &["a_host_that_renames_no_folder", "suite:renames", "suite:writes_over", "suite:lists", "suite:dots"],
    ),
    (59, &["somebody_elses_publish_is_noticed", "suite:moved"]),
    (60, &["suite:forgotten"]),
    (61, &["strangers_stay_and_versions_that_go_take_only_their_own_files", "suite:first"]),
    (62, &["suite:directives"]),
    (63, &["suite:guarded"]),
    (64, &["suite:impostor"]),
    (65, &["a_cache_that_keeps_old_answers_is_told_from_a_proxy", "suite:damage"]),
    (66, &["what_was_changed_on_the_host_is_named", "a_version_is_checked_without_kpress"]),
    (67, &["what_was_changed_on_the_host_is_named", "suite:damage"]),
];

#[test]
fn every_case_of_publishing_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    sources(&root.join("tests/it"), &mut text);
    let suite = fs::read_to_string(root.join("tests/deploy/suite.py")).expect("the suite");
    let numbers: Vec<u32> = CASES.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (42..=67).collect::<Vec<u32>>());
    for (number, tests) in CASES {
        assert!(!tests.is_empty(), "case {number}");
        for name in *tests {
            let there = match name.strip_prefix("suite:") {
                // The scenario stands below its number, and in the table that is run.
                Some(name) => {
                    suite.split("\n@case(").any(|case| case.contains(&format!("\ndef {name}(kind):")))
                }
                None => text.contains(&format!("fn {name}()")),
            };
            assert!(there, "case {number}: there is no test `{name}`");
        }
    }
    let ci = fs::read_to_string(root.join(".ci/run")).expect("what CI runs");
    assert!(ci.contains("bash tests/deploy/run.sh"), "CI runs the suite");
}
