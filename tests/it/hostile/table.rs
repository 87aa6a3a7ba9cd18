//! Which test is which case: every number of plugins.md §18 has one, and what is named here exists.

use std::fs;
use std::path::{Path, PathBuf};

/// Case, and the tests it is in. A case with several inputs has several.
const CASES: &[(u32, &[&str])] = &[
    (1, &["case_1_a_loop_ends_with_its_fuel_or_with_its_time"]),
    (
        2,
        &[
            "case_2_an_endless_loop_is_metered_wherever_it_stands",
            "case_2_pages_and_rules_without_an_end_are_metered",
            "a_widget_that_fails_says_why_in_its_place",
        ],
    ),
    (3, &["case_3_bulk_work_is_charged_by_the_byte"]),
    (4, &["case_4_calls_of_the_host_cost_fuel", "a_budget_that_is_used_up_is_told_before_what_came_of_it"]),
    (5, &["case_5_there_is_no_clock_to_wait_for", "a_body_without_an_end_is_cut_off"]),
    (6, &["case_6_recursion_ends_at_its_own_stack"]),
    (7, &["case_7_many_loops_on_few_processors_all_end_in_time"]),
    (8, &["case_8_a_run_that_nobody_waits_for_is_stopped_once"]),
    (9, &["case_9_what_is_refused_can_be_done_without"]),
    (10, &["case_10_a_memory_that_begins_too_large_is_not_begun"]),
    (11, &["case_11_the_sum_of_all_memories_counts"]),
    (12, &["case_12_tables_have_limits_too"]),
    (13, &["case_13_instances_are_counted_before_one_is_made", "case_13_and_once_more_where_they_are_made"]),
    (14, &["case_14_memory_that_is_never_given_back_ends_at_the_cap"]),
    (15, &["case_15_an_answer_of_200_mib_is_not_taken", "case_15_a_result_of_200_mib_is_not_taken"]),
    (16, &["case_16_overlapping_lists_count_as_often_as_they_are_told"]),
    (17, &["case_17_what_a_plugin_wants_costs_the_host_little"]),
    (18, &["case_18_and_19_lists_lie_within_memory"]),
    (19, &["case_18_and_19_lists_lie_within_memory"]),
    (20, &["case_20_and_21_answers_lie_in_memory_and_even"]),
    (21, &["case_20_and_21_answers_lie_in_memory_and_even"]),
    (22, &["case_22_tags_within_a_description", "case_22_tags_are_those_of_the_type"]),
    (23, &["case_23_texts_are_utf_8"]),
    (24, &["case_24_no_type_of_the_interface_holds_a_character"]),
    (25, &["case_25_an_allocator_that_lies_hurts_only_its_own_memory"]),
    (26, &["case_26_an_allocator_may_not_call_the_host"]),
    (27, &["case_27_what_crashes_after_its_answer_has_answered_nothing"]),
    (28, &["case_28_and_29_the_types_are_looked_at_before_any_code_runs"]),
    (29, &["case_28_and_29_the_types_are_looked_at_before_any_code_runs"]),
    (30, &["case_30_names_and_texts_of_a_description"]),
    (31, &["case_31_a_result_is_looked_at_before_it_is_believed"]),
    (32, &["case_32_a_state_fits_only_the_metric_it_is_of"]),
    (33, &["case_33_there_is_nothing_to_be_impure_with", "case_33_another_answer_is_told_with_both"]),
    (34, &["case_34_what_trapped_is_not_entered_again"]),
    (
        35,
        &[
            "case_35_only_components_are_components",
            "case_35_files_are_read_once_and_only_if_they_are_files",
            "case_35_what_is_hashed_is_what_is_compiled",
        ],
    ),
    (
        36,
        &[
            "case_36_bombs_for_the_compiler",
            "case_36_types_nested_ten_thousand_deep_end_nothing",
            "case_36_a_compiler_that_does_not_come_to_an_end_is_ended",
            "case_36_a_compiler_that_panics_costs_only_its_child",
        ],
    ),
    (
        37,
        &[
            "case_37_what_nobody_can_vouch_for_is_deleted",
            "case_37_code_that_was_changed_is_compiled_anew_and_said",
            "links_and_pipes_are_no_entries",
        ],
    ),
    (38, &["case_38_what_was_approved_is_what_runs", "case_38_one_metric_has_one_plugin"]),
    (39, &["case_39_imports_that_nobody_grants"]),
    (
        40,
        &[
            "links_that_look_like_a_granted_one_are_others",
            "paths_are_built_by_the_host",
            "nothing_leaves_for_what_is_not_granted",
            "case_40_a_path_that_is_not_granted_is_said_whatever_the_plugin_makes_of_it",
        ],
    ),
    (41, &["each_redirect_is_a_request_of_its_own", "credentials_stay_at_their_origin"]),
    (42, &["addresses_of_the_public_internet", "addresses_are_checked_after_names"]),
    (43, &["headers_that_would_split_or_steer_a_request"]),
    (44, &["a_body_without_an_end_is_cut_off", "budgets_are_kept_to"]),
    (
        45,
        &[
            "three_reports_for_two_stores_through_all_troubles_and_the_next_pull_fetches_what_is_new",
            "texts_of_a_widget_are_texts",
            "markdown_leads_to_pages_or_over_https",
            "tables_and_charts_that_nobody_can_read_are_refused",
        ],
    ),
    (
        46,
        &[
            "a_token_is_captured_used_and_never_seen",
            "captures_take_short_texts_only",
            "secrets_are_usable_where_they_are_granted_and_nowhere_else",
            "what_a_server_echoes_is_masked",
        ],
    ),
    (
        47,
        &[
            "what_leads_out_is_not_there",
            "budgets_bound_what_is_read",
            "a_glob_takes_no_longer_than_its_lengths_allow",
        ],
    ),
    (48, &["case_48_words_of_a_plugin_stay_words"]),
];

/// Appends the text of every Rust file below a folder.
pub(crate) fn sources(folder: &Path, into: &mut String) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push_str(&fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_case_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    sources(&root.join("src/plugin"), &mut text);
    sources(&root.join("src/cli/plugin"), &mut text);
    sources(&root.join("tests/it"), &mut text);
    let numbers: Vec<u32> = CASES.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=48).collect::<Vec<u32>>());
    for (number, tests) in CASES {
        assert!(!tests.is_empty(), "case {number}");
        for name in *tests {
            assert!(
                text.contains(&format!("#[test]\nfn {name}()"))
                    || text.contains(&format!("#[test]\n    fn {name}()")),
                "case {number}: there is no test `{name}`"
            );
        }
    }
}
