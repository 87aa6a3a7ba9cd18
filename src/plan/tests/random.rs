//! Random trees: whatever the shares, every level adds up to the one above, at the start and after every revision, and
//! a written part moves no other branch.

use super::*;
use std::fmt::Write;

/// Numbers that look random and are the same in every run (Knuth, MMIX).
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % (most + 1)
    }

    /// Shares of some members; the first is never nothing.
    fn shares(&mut self, prefix: &str) -> String {
        let mut text = format!("{prefix}0: {}", 1 + self.up_to(99));
        for at in 1..=self.up_to(5) {
            write!(text, ", {prefix}{at}: {}", self.up_to(99)).expect("text");
            if self.up_to(1) == 1 {
                write!(text, ".{}", 1 + self.up_to(8)).expect("text");
            }
        }
        format!("{{{text}}}")
    }
}

/// A target over three levels with up to two revisions.
fn tree(dice: &mut Dice) -> String {
    let value = dice.up_to(2_000_000_000);
    let mut revisions = String::new();
    for month in [6, 9].into_iter().take(usize::try_from(dice.up_to(2)).unwrap_or(0)) {
        let value = dice.up_to(2_000_000_000);
        write!(
            revisions,
            "{{date: 2025-{month:02}-0{}, value: {value}, stretch: {}, reason: x}}, ",
            1 + dice.up_to(8),
            value / 7 * 8
        )
        .expect("text");
    }
    let (first, second, third) = (dice.shares("a"), dice.shares("b"), dice.shares("c"));
    format!(
        "  - {{id: g, metric: gmv, period: FY2025, value: {value}, stretch: {}, red: {}, revisions: [{revisions}], phase: {{months: {{2025-05: {}}}}}, split: {{by: category, share: {first}, then: {{by: sku, share: {second}, then: {{by: campaign, share: {third}}}}}}}}}\n",
        value / 9 * 10,
        value / 10 * 9,
        value / 12
    )
}

fn grown(targets: &str) -> Vec<Target> {
    workspace(&[("targets/a.yaml", &format!("targets:\n{targets}"))]).value.targets
}

fn amounts(target: &Target) -> Vec<Decimal> {
    let of = |promise: Promise| match promise.stated() {
        Some(TargetValue::Of(value)) => value,
        other => panic!("{}: {other:?}", target.id),
    };
    let red = match target.red {
        Some(TargetValue::Of(red)) => red,
        other => panic!("{}: {other:?}", target.id),
    };
    let month = match &target.phase.months {
        Months::Amounts(months) => months[0].1,
        other => panic!("{}: {other:?}", target.id),
    };
    let first = [of(target.value), target.stretch.unwrap_or_default(), red, month];
    let later = target
        .revisions
        .iter()
        .flat_map(|revision| [of(revision.value), revision.stretch.unwrap_or_default()]);
    first.into_iter().chain(later).collect()
}

#[test]
fn every_level_adds_up_to_the_one_above() {
    let mut dice = Dice(20_250_711);
    for _ in 0..60 {
        let text = tree(&mut dice);
        let all = grown(&text);
        assert!(all.len() > 3, "{text}");
        for parent in &all {
            let children: Vec<&Target> =
                all.iter().filter(|one| one.parent.as_ref() == Some(&parent.id)).collect();
            if children.is_empty() {
                continue;
            }
            let mut sums = vec![Decimal::ZERO; amounts(parent).len()];
            for child in &children {
                sums.iter_mut().zip(amounts(child)).for_each(|(sum, part)| *sum += part);
                assert!(amounts(child).iter().all(|part| part.fract().is_zero()), "whole yen: {text}");
            }
            assert_eq!(sums, amounts(parent), "{} of {text}", parent.id);
        }
    }
}

#[test]
fn a_written_part_moves_its_own_branch_only() {
    let mut dice = Dice(88);
    for _ in 0..20 {
        let text = tree(&mut dice);
        let before = grown(&text);
        let written =
            format!("{text}  - {{metric: gmv, scope: {{category: a0}}, period: FY2025, value: 7}}\n");
        let after = grown(&written);
        for target in
            before.iter().filter(|target| target.scope.member("category").is_none_or(|one| &**one != "a0"))
        {
            let same = after.iter().find(|other| other.id == target.id).expect("it stays");
            assert_eq!(amounts(same), amounts(target), "{} of {written}", target.id);
        }
        let own: Vec<&Target> = after
            .iter()
            .filter(|target| target.scope.member("category").is_some_and(|one| &**one == "a0"))
            .collect();
        assert_eq!(own[0].value.stated(), Some(TargetValue::Of(Decimal::from(7))));
        let parts = own.iter().filter(|target| target.parent.as_ref() == Some(&own[0].id));
        let sum: Decimal = parts
            .filter_map(|part| part.value.stated())
            .map(|value| match value {
                TargetValue::Of(value) => value,
                TargetValue::Between(..) => panic!("a number"),
            })
            .sum();
        assert_eq!(sum, Decimal::from(7), "what the part was shared out into is shared out anew");
    }
}
