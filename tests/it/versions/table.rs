//! Which test is which case: every number of the list of hostile cases from 40 to 88 (plugins, faults during publish, remote hosts,
//! audiences and encryption, the preview server, reproducibility, diff, prune) has one, and what is named here exists. Scenarios of
//! `tests/deploy/suite.py` run against real servers; a case that stands there under its number is named with `suite:`. What a
//! browser is asked in `tests/browser` is named with `web:` by the words it passes or fails with.

use crate::hostile::table::sources;
use std::fs;
use std::path::Path;

/// Case, and the tests it is in. A case with several inputs has several.
const CASES: &[(u32, &[&str])] = &[
    (
        40,
        &[
            "case_1_a_loop_ends_with_its_fuel_or_with_its_time",
            "case_10_a_memory_that_begins_too_large_is_not_begun",
            "case_14_memory_that_is_never_given_back_ends_at_the_cap",
            "case_15_a_result_of_200_mib_is_not_taken",
            "case_23_texts_are_utf_8",
            "case_27_what_crashes_after_its_answer_has_answered_nothing",
            "case_31_a_result_is_looked_at_before_it_is_believed",
            "paths_are_built_by_the_host",
            "a_plugin_that_fails_keeps_the_old_site_unless_it_may_fail",
        ],
    ),
    (41, &["case_38_what_was_approved_is_what_runs", "a_plugin_runs_only_as_it_was_approved"]),
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
            "h55_a_closed_stdout_is_no_error_and_no_panic",
            "a_machine_that_sleeps_in_the_middle_wakes_up_and_goes_on",
            "a_clock_that_jumps_moves_nothing",
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
    (
        68,
        &[
            "nothing_hidden_is_in_any_byte_of_a_tree",
            "hidden_words_are_found_wherever_they_are_wrapped",
            "a_figure_that_changed_unseen_changes_no_byte",
        ],
    ),
    (69, &["a_name_in_a_text_is_found_and_nothing_is_published"]),
    (
        70,
        &[
            "a_total_that_gives_a_part_away_is_withheld",
            "what_two_audiences_know_together_is_told",
            "a_team_that_two_audiences_leave_over_is_told",
        ],
    ),
    (
        71,
        &[
            "case_71_the_passphrase_of_a_reader_opens_what_was_sealed_and_nothing_else",
            "web:This cannot be opened",
        ],
    ),
    (72, &["case_72_weak_and_too_long_passphrases_leave_nothing"]),
    (
        73,
        &[
            "case_73_who_was_removed_has_no_slot_in_the_next_version",
            "an_encrypted_host_gets_nothing_in_the_open",
            "case_73_what_somebody_could_open_is_encrypted_again",
        ],
    ),
    (74, &["web:over http:// nothing is explained"]),
    (75, &["a_secret_is_not_published"]),
    (76, &["another_host_is_refused_without_a_word"]),
    (
        77,
        &[
            "pages_of_others_read_and_change_nothing",
            "web:a page of another origin reads nothing",
            "web:the token of the start before is refused",
        ],
    ),
    (78, &["events_are_for_pages_of_this_server_alone"]),
    (79, &["what_is_no_file_of_the_site_is_not_found"]),
    (
        80,
        &["an_edit_that_may_not_be_made_leaves_the_file_as_it_is", "without_the_option_nothing_can_be_asked"],
    ),
    (81, &["a_thousand_slow_connections_keep_nobody_out"]),
    (
        82,
        &[
            "ten_thousand_events_are_one_batch",
            "what_editors_put_beside_a_file_is_no_change",
            "a_file_that_comes_and_goes_during_builds_ends_nothing",
            "web:ten thousand events are one build",
            "web:a save by rename arrives",
        ],
    ),
    (
        83,
        &[
            "web:a broken file lays its finding over the last good page",
            "web:the finding leads to its line in the editor, and is shown as text",
        ],
    ),
    (84, &["the_same_workspace_gives_the_same_bytes_everywhere"]),
    (85, &["a_formula_of_equal_values_is_a_change_that_moves_nothing"]),
    (86, &["versions_go_by_policy_in_two_phases"]),
    (
        87,
        &[
            "a_machine_that_stops_leaves_the_old_or_the_new_state",
            "an_operation_that_fails_leaves_the_old_or_the_new_state",
        ],
    ),
    (88, &["a_renamed_metric_is_followed_by_its_alias", "a_renamed_metric_keeps_its_past"]),
];

#[test]
fn every_case_of_publishing_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    ["src", "tests/it"].iter().for_each(|folder| sources(&root.join(folder), &mut text));
    let asked = |name: &str| {
        fs::read_to_string(root.join("tests/browser").join(name)).expect("what a browser is asked")
    };
    let browser = ["sealed.mjs", "preview.mjs"].map(asked).concat();
    let suite = fs::read_to_string(root.join("tests/deploy/suite.py")).expect("the suite");
    let numbers: Vec<u32> = CASES.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (40..=88).collect::<Vec<u32>>());
    for (number, tests) in CASES {
        assert!(!tests.is_empty(), "case {number}");
        for name in *tests {
            let there = match name.split_once(':') {
                // The scenario stands below its number, and in the table that is run.
                Some(("suite", name)) => {
                    suite.split("\n@case(").any(|case| case.contains(&format!("\ndef {name}(kind):")))
                }
                Some((_, words)) => browser.contains(words),
                None => ["#[test]\n", "#[test]\n    ", "#[cfg(unix)]\n"]
                    .iter()
                    .any(|above| text.contains(&format!("{above}fn {name}()"))),
            };
            assert!(there, "case {number}: there is no test `{name}`");
        }
    }
    let ci = fs::read_to_string(root.join(".ci/run")).expect("what CI runs");
    for suite in ["browser", "preview", "deploy"] {
        assert!(ci.contains(&format!("bash tests/{suite}/run.sh")), "CI runs the suite of {suite}");
    }
}
