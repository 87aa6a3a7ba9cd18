//! Splits against the published vectors, the cases one can check by hand, and what must hold for any numbers.

use super::*;
use crate::plan::{Identity, Method};
use std::collections::BTreeMap;

const LMDI: &str = include_str!("../../../tests/data/vectors/lmdi_vectors.csv");
pub(super) const WORKED: &str = include_str!("../../../tests/data/vectors/attribution_worked.csv");
const VOLUME: &str = include_str!("../../../tests/data/vectors/pvm_vectors.csv");
const RATE: &str = include_str!("../../../tests/data/vectors/mix_rate_vectors.csv");

pub(super) type Row = BTreeMap<String, String>;

/// Rows of a vector file by the names of its head; quoted cells may hold commas.
pub(super) fn rows(text: &str, case: &str) -> Vec<Row> {
    let cells = |line: &str| {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                other => cells.last_mut().expect("one cell").push(other),
            }
        }
        cells
    };
    let mut lines = text.lines();
    let head = cells(lines.next().expect("a head"));
    let all = lines.map(|line| head.iter().cloned().zip(cells(line)).collect::<Row>());
    all.filter(|row| row["case"] == case).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// As many digits as are printed; the files print ten that count.
pub(super) fn close(got: f64, expected: &str, what: &str) {
    let value: f64 = expected.parse().expect("a number");
    let decimals = expected.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let printed = 0.500_001 * 10_f64.powi(-i32::try_from(decimals).expect("few digits"));
    let allowed = printed.max(1e-9 * value.abs().max(1.0));
    assert!((got - value).abs() <= allowed, "{what}: {got} instead of {expected}");
}

fn factor(was: f64, now: f64, below: bool) -> Factor {
    Factor { was, now, below }
}

fn effects(factors: &[Factor], method: Method) -> Vec<f64> {
    let (parts, _) = split(factors, method).expect("a split");
    parts.iter().map(|part| part.effect).collect()
}

#[test]
fn lmdi_agrees_with_lmdir() {
    for year in ["lmdir_1972", "lmdir_1973", "lmdir_1974"] {
        let rows = rows(LMDI, year);
        let of = |item: &str| -> Vec<&Row> {
            rows.iter().filter(|row| row["item"] == item && row["factor"] != "aggregate").collect()
        };
        let mut items = Vec::new();
        for item in ["subcat1", "subcat2"] {
            let own = of(item);
            let factors: Vec<Factor> =
                own.iter().map(|row| factor(number(row, "x0"), number(row, "xT"), false)).collect();
            for (row, effect) in own.iter().zip(effects(&factors, Method::Lmdi)) {
                close(effect, &row["additive_effect"], &format!("{year} {item} {}", row["factor"]));
            }
            items.push(factors);
        }
        for (row, (effect, times)) in of("TOTAL").iter().zip(over_items(&items).expect("positive")) {
            close(effect, &row["additive_effect"], &format!("{year} {}", row["factor"]));
            close(times, &row["multiplicative_effect"], &format!("{year} × {}", row["factor"]));
        }
    }
}

#[test]
fn zeros_follow_their_rules() {
    for case in ["zero_case1", "zero_case2", "zero_case3"] {
        for row in rows(LMDI, case) {
            let (was, now) = row["item"].split_once(' ').expect("two values");
            let value = |text: &str| text.split_once('=').expect("v=").1.parse::<f64>().expect("a number");
            let got = lmdi_effect((value(was), value(now)), (number(&row, "x0"), number(&row, "xT")));
            close(got, &row["additive_effect"], case);
        }
    }
    // Visits begin: all sales are theirs.
    assert_eq!(effects(&[factor(0.0, 100.0, false), factor(0.1, 0.2, false)], Method::Auto), [20.0, 0.0]);
    // Two zeros at once have no rule: each gets its half.
    assert_eq!(effects(&[factor(0.0, 100.0, false), factor(0.0, 0.2, false)], Method::Auto), [10.0, 10.0]);
    // Nothing is divided by zero.
    assert!(split(&[factor(1.0, 2.0, false), factor(0.0, 1.0, true)], Method::Auto).is_none());
    // A sign that changes has no logarithm.
    let turned = [factor(10.0, 10.0, false), factor(-2.0, 3.0, false)];
    assert!(split(&turned, Method::Lmdi).is_none());
    assert_eq!(effects(&turned, Method::Auto), [0.0, 50.0]);
}

fn worked(case: &str, below: &[&str]) -> (Vec<Row>, Vec<Factor>) {
    let own: Vec<Row> = rows(WORKED, case).into_iter().filter(|row| row["factor"] != "TOTAL").collect();
    let factors = own
        .iter()
        .map(|row| factor(number(row, "x0"), number(row, "x1"), below.contains(&row["factor"].as_str())))
        .collect();
    (own, factors)
}

#[test]
fn worked_cases_agree() {
    for (case, below) in [("gmv_3factor", &[][..]), ("acos_driver", &["cvr", "aov"])] {
        let (rows, factors) = worked(case, below);
        for (method, column) in [
            (Method::Lmdi, "lmdi_additive"),
            (Method::Shapley, "shapley"),
            (Method::Sequential, "sequential_order_as_listed"),
        ] {
            for (row, effect) in rows.iter().zip(effects(&factors, method)) {
                if !row[column].is_empty() {
                    close(effect, &row[column], &format!("{case} {} {column}", row["factor"]));
                }
            }
        }
        // The general function agrees with the one for products.
        let (was, now): (Vec<f64>, Vec<f64>) = factors.iter().map(|factor| (factor.was, factor.now)).unzip();
        let f = |inputs: &[f64]| {
            let product = inputs.iter().zip(&factors);
            Some(product.map(|(x, factor)| if factor.below { 1.0 / x } else { *x }).product())
        };
        for (row, effect) in rows.iter().zip(shapley(&was, &now, &f).expect("few inputs")) {
            close(effect, &row["shapley"], &format!("{case} {}", row["factor"]));
        }
    }
}

#[test]
fn drivers_inside_a_factor_share_its_effect() {
    let (_, factors) = worked("gmv_3factor", &[]);
    let (parts, _) = split(&factors, Method::Lmdi).expect("a split");
    let drivers = rows(WORKED, "gmv_3factor.sessions");
    let shared = drivers.iter().map(|row| {
        let effect = parts[0].each * (number(row, "x1") - number(row, "x0"));
        close(effect, &row["lmdi_additive"], &row["factor"]);
        effect
    });
    assert!((shared.sum::<f64>() - parts[0].effect).abs() < 1e-6);
}

#[test]
fn two_stores_agree_and_so_does_their_mix() {
    let all = rows(WORKED, "gmv_two_store");
    let of = |store: &str| -> Vec<&Row> {
        all.iter()
            .filter(|row| row["factor"].starts_with(store) && !row["factor"].ends_with("TOTAL"))
            .collect()
    };
    let mut items: Vec<Vec<Factor>> = Vec::new();
    for store in ["JP1", "JP2"] {
        let own = of(store);
        let factors: Vec<Factor> =
            own.iter().map(|row| factor(number(row, "x0"), number(row, "x1"), false)).collect();
        for (method, column) in [(Method::Lmdi, "lmdi_additive"), (Method::Shapley, "shapley")] {
            for (row, effect) in own.iter().zip(effects(&factors, method)) {
                close(effect, &row[column], &format!("{store} {} {column}", row["factor"]));
            }
        }
        items.push(factors);
    }
    for (row, (effect, _)) in of("ALL").iter().zip(over_items(&items).expect("positive")) {
        close(effect, &row["lmdi_additive"], &row["factor"]);
    }
    // Sessions as all sessions times the share of a store.
    let total = (items[0][0].was + items[1][0].was, items[0][0].now + items[1][0].now);
    let mixed: Vec<Vec<Factor>> = items
        .iter()
        .map(|item| {
            let share = factor(item[0].was / total.0, item[0].now / total.1, false);
            vec![factor(total.0, total.1, false), share, item[1], item[2]]
        })
        .collect();
    for (row, (effect, _)) in
        rows(WORKED, "gmv_two_store_mix").iter().zip(over_items(&mixed).expect("positive"))
    {
        close(effect, &row["lmdi_additive"], &row["factor"]);
    }
}

fn sold(price: &str, units: &str) -> Option<Sold> {
    let (price, units) = (price.parse::<f64>().ok()?, units.parse::<f64>().ok()?);
    (units > 0.0).then_some(Sold { amount: price * units, units })
}

#[test]
fn price_volume_and_mix_agree() {
    let all = rows(VOLUME, "pvm_abc");
    let (each_row, total) = all.split_at(3);
    let items: Vec<Item> = each_row
        .iter()
        .map(|row| Item { was: sold(&row["p0"], &row["q0"]), now: sold(&row["p1"], &row["q1"]) })
        .collect();
    let (each, whole) = price_volume_mix(&items);
    for (row, one) in each_row.iter().zip(&each).chain([(&total[0], &whole)]) {
        close(one.volume, &row["volume_effect"], &row["item"]);
        close(one.mix_raw, &row["mix_effect_raw"], &row["item"]);
        close(one.mix, &row["mix_effect_centered"], &row["item"]);
        close(one.price, &row["price_effect"], &row["item"]);
    }
    assert!((whole.total() - 7900.0).abs() < 1e-9);
    // B is gone, D is new.
    let mut items = items;
    items[1].now = None;
    items.push(Item { was: None, now: sold("30", "100") });
    let (_, whole) = price_volume_mix(&items);
    let expected = rows(VOLUME, "pvm_new_lost");
    let first = |name: &str| {
        let row = expected.iter().find(|row| row["item"] == name).expect("a row");
        ["volume_effect", "mix_effect_raw", "mix_effect_centered", "price_effect"]
            .iter()
            .map(|column| row[*column].clone())
            .find(|value| !value.is_empty())
            .expect("a value")
    };
    for (name, got) in [
        ("volume", whole.volume),
        ("mix", whole.mix),
        ("price", whole.price),
        ("new", whole.new),
        ("discontinued", whole.lost),
        ("TOTAL", whole.total()),
    ] {
        close(got, &first(name), name);
    }
}

#[test]
fn rate_and_mix_agree() {
    let all = rows(RATE, "acos_mix_rate");
    let (each_row, total) = all.split_at(2);
    let pair =
        |row: &Row, side: char| (number(row, &format!("num{side}")), number(row, &format!("weight{side}")));
    let members: Vec<Member> =
        each_row.iter().map(|row| Member { was: pair(row, '0'), now: pair(row, '1') }).collect();
    let each = rate_and_mix(&members).expect("weights");
    for (row, one) in each_row.iter().zip(&each) {
        close(one.rate, &row["rate_effect"], &row["item"]);
        close(one.mix, &row["mix_effect_centered"], &row["item"]);
    }
    close(each.iter().map(|one| one.rate).sum(), &total[0]["rate_effect"], "rate");
    close(each.iter().map(|one| one.mix).sum(), &total[0]["mix_effect_centered"], "mix");
}

#[test]
fn what_is_shown_adds_up() {
    let effects = [-764_066.276_931, -968_359.288_856, 284_425.565_787];
    assert_eq!(steps(-1_448_000.0, &effects, 1000.0), (-1448, vec![-764, -968, 284]));
    // To the yen one of them gives way, the one that is least wronged by it.
    assert_eq!(steps(-1_448_000.0, &effects, 1.0), (-1_448_000, vec![-764_066, -968_359, 284_425]));
    assert_eq!(steps(1.0, &[1.0 / 3.0; 3], 0.01), (100, vec![34, 33, 33]));
    assert_eq!(steps(0.0, &[], 1.0), (0, vec![]));
    for (change, finest, expected) in
        [(-1_448_000.0, 1.0, "1000"), (9_600.0, 1.0, "1"), (0.05, 0.0001, "0.0001"), (999.9, 1.0, "1")]
    {
        assert_eq!(step(change, finest).to_string(), expected, "{change}");
    }
}

/// Numbers that look random and are the same on every machine (splitmix64: Steele, Lea & Flood, 2014).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Between 0.001 and 100,000 on a scale of magnitudes.
    pub(super) fn size(&mut self) -> f64 {
        let exponent = self.below(8_001) as f64 / 1000.0 - 3.0;
        10_f64.powf(exponent)
    }

    /// As before, sometimes zero or negative.
    pub(super) fn any(&mut self) -> f64 {
        match self.below(6) {
            0 => 0.0,
            1 => -self.size(),
            _ => self.size(),
        }
    }
}

fn near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-9 * scale.abs().max(1e-12)
}

#[test]
fn effects_close_turn_round_with_time_and_do_not_depend_on_the_order() {
    for seed in 0..400 {
        let dice = &mut Dice(seed);
        let count = 2 + dice.below(4) as usize;
        let plain = seed % 2 == 0;
        let value = |dice: &mut Dice| if plain { dice.size() } else { dice.any() };
        let factors: Vec<Factor> = (0..count)
            .map(|at| {
                let below = at > 0 && dice.below(3) == 0;
                let (was, now) = if below { (dice.size(), dice.size()) } else { (value(dice), value(dice)) };
                factor(was, now, below)
            })
            .collect();
        let whole = |now| product::value(&factors, now).expect("nothing below is zero");
        let scale = whole(false).abs() + whole(true).abs();
        for method in [Method::Auto, Method::Shapley] {
            let found = effects(&factors, method);
            let all: f64 = found.iter().sum();
            let scale = scale.max(found.iter().fold(0.0, |most: f64, one| most.max(one.abs())));
            assert!(near(all, whole(true) - whole(false), scale), "seed {seed} {method:?}: {factors:?}");
            let turned: Vec<Factor> =
                factors.iter().map(|f| Factor { was: f.now, now: f.was, ..*f }).collect();
            for (back, there) in effects(&turned, method).iter().zip(&found) {
                assert!(near(-back, *there, scale), "seed {seed} {method:?} turned: {factors:?}");
            }
            let mut other = factors.clone();
            other.rotate_left(1);
            let mut again = effects(&other, method);
            again.rotate_right(1);
            for (one, two) in again.iter().zip(&found) {
                assert!(near(*one, *two, scale), "seed {seed} {method:?} reordered: {factors:?}");
            }
        }
    }
}

#[test]
fn the_effects_of_members_add_up_to_that_of_their_group() {
    for seed in 0..200 {
        let dice = &mut Dice(seed);
        let count = 2 + dice.below(3) as usize;
        let item = |dice: &mut Dice| -> Vec<Factor> {
            (0..count).map(|_| factor(dice.size(), dice.size(), false)).collect()
        };
        let items: Vec<Vec<Factor>> = (0..6).map(|_| item(dice)).collect();
        let all = over_items(&items).expect("positive");
        let (left, right) = items.split_at(2);
        let (left, right) = (over_items(left).expect("positive"), over_items(right).expect("positive"));
        let sum = |side: usize| -> f64 {
            let now = side == 1;
            items.iter().map(|item| product::value(item, now).expect("positive")).sum()
        };
        let scale = sum(0) + sum(1);
        for ((all, left), right) in all.iter().zip(&left).zip(&right) {
            assert!(near(all.0, left.0 + right.0, scale), "seed {seed}");
        }
        let times: f64 = all.iter().map(|one| one.1).product();
        assert!((times / (sum(1) / sum(0)) - 1.0).abs() < 1e-9, "seed {seed}: {times}");
    }
}

#[test]
fn amounts_and_ratios_close_for_any_items() {
    for seed in 0..300 {
        let dice = &mut Dice(seed);
        let side = |dice: &mut Dice| {
            (dice.below(4) > 0).then(|| {
                let units = (1 + dice.below(500)) as f64;
                Sold { amount: dice.size() * units, units }
            })
        };
        let items: Vec<Item> =
            (0..1 + dice.below(9)).map(|_| Item { was: side(dice), now: side(dice) }).collect();
        let amount = |sold: Option<Sold>| sold.map_or(0.0, |sold| sold.amount);
        let (was, now): (f64, f64) =
            (items.iter().map(|i| amount(i.was)).sum(), items.iter().map(|i| amount(i.now)).sum());
        let (each, whole) = price_volume_mix(&items);
        assert!(near(whole.total(), now - was, was + now), "seed {seed}: {items:?}");
        let centred: f64 = each.iter().map(VolumeEffects::total).sum();
        assert!(near(centred, now - was, was + now), "seed {seed}: the centred form");
        for (one, item) in each.iter().zip(&items) {
            assert!(near(one.of_item(), amount(item.now) - amount(item.was), was + now), "seed {seed}");
        }
        let pair = |sold: Option<Sold>| sold.map_or((0.0, 0.0), |sold| (sold.amount, sold.units));
        let members: Vec<Member> =
            items.iter().map(|item| Member { was: pair(item.was), now: pair(item.now) }).collect();
        let units = |of: fn(&Item) -> Option<Sold>| -> f64 {
            items.iter().filter_map(of).map(|sold| sold.units).sum()
        };
        let (units_was, units_now) = (units(|item| item.was), units(|item| item.now));
        match rate_and_mix(&members) {
            Some(effects) => {
                let all: f64 = effects.iter().map(|effect| effect.rate + effect.mix).sum();
                let (was, now) = (was / units_was, now / units_now);
                assert!(near(all, now - was, (was + now) * 10.0), "seed {seed}: {members:?}");
            }
            None => assert!(units_was.min(units_now) <= 0.0),
        }
    }
}

#[test]
fn displayed_parts_always_add_up() {
    for seed in 0..300 {
        let dice = &mut Dice(seed);
        let parts: Vec<f64> = (0..1 + dice.below(12)).map(|_| dice.any()).collect();
        let total: f64 = parts.iter().sum();
        let (whole, shown) = steps(total, &parts, 0.01);
        assert_eq!(shown.iter().sum::<i64>(), whole, "seed {seed}");
        for (part, shown) in parts.iter().zip(&shown) {
            assert!((part / 0.01 - *shown as f64).abs() < 1.0 + 1e-6, "seed {seed}: {part} {shown}");
        }
    }
}

/// An identity of metrics `m0`, `m1` …, as people could write one.
fn random_identity(dice: &mut Dice, next: &mut usize, depth: usize) -> Identity {
    if depth == 0 || (dice.below(3) == 0 && *next > 0) {
        *next += 1;
        return Identity::Metric(format!("m{}", *next - 1).into());
    }
    let count = 2 + dice.below(3);
    let sum = dice.below(2) == 0;
    let mut parts: Vec<(Identity, bool)> = Vec::new();
    for at in 0..count {
        let part = random_identity(dice, next, depth - 1);
        parts.push((part, at > 0 && dice.below(3) == 0));
    }
    if sum { Identity::Sum(parts) } else { Identity::Product(parts) }
}

fn turned_round(identity: &Identity) -> Identity {
    let parts = |parts: &[(Identity, bool)]| -> Vec<(Identity, bool)> {
        parts.iter().rev().map(|(part, off)| (turned_round(part), *off)).collect()
    };
    match identity {
        Identity::Sum(inner) => Identity::Sum(parts(inner)),
        Identity::Product(inner) => Identity::Product(parts(inner)),
        other => other.clone(),
    }
}

/// The effect of every metric of an identity, wherever it stands in it.
fn leaves(causes: &[Cause], all: &mut BTreeMap<String, f64>) {
    for cause in causes {
        match &cause.of {
            PartOf::Metric(id) => *all.entry(id.to_string()).or_default() += cause.effect,
            PartOf::Group(_) => leaves(&cause.parts, all),
            PartOf::Rest => panic!("{cause:?}: everything is told"),
        }
    }
}

#[test]
fn random_identities_close_at_every_depth() {
    let plan = crate::assess::tests::base();
    let (mut told, mut tried) = (0, 0);
    for seed in 0..400 {
        let dice = &mut Dice(seed);
        let identity = random_identity(dice, &mut 0, 3);
        let values: Vec<(f64, f64)> =
            (0..200).map(|_| (1.0 + dice.size() % 9.0, 1.0 + dice.size() % 9.0)).collect();
        let at = |id: &crate::plan::Id| id[1..].parse::<usize>().expect("a number");
        let was = |id: &crate::plan::Id| Some(values[at(id)].0);
        let now = |id: &crate::plan::Id| Some(values[at(id)].1);
        let (Some(before), Some(after)) = (identity.value(&was), identity.value(&now)) else { continue };
        let split = |identity: &Identity, back: bool| {
            let causes = causes(identity.clone());
            let with = match back {
                false => tree::Splitting { plan: &plan, was: &was, now: &now },
                true => tree::Splitting { plan: &plan, was: &now, now: &was },
            };
            let whole = if back { (after, before) } else { (before, after) };
            let (parts, _) = tree::split_metric(&with, &causes, whole).ok()?;
            let mut all = BTreeMap::new();
            leaves(&parts, &mut all);
            Some((parts, all))
        };
        tried += 1;
        let Some((parts, all)) = split(&identity, false) else { continue };
        told += 1;
        let biggest = all.values().fold(before.abs() + after.abs(), |most, one| most.max(one.abs()));
        let direct: f64 = parts.iter().map(|part| part.effect).sum();
        assert!(near(direct, after - before, biggest), "seed {seed}: {identity:?}");
        let every: f64 = all.values().sum();
        assert!(near(every, after - before, biggest), "seed {seed}: the parts of the parts");
        let (_, back) = split(&identity, true).expect("what can be told can be told backwards");
        let (_, other) = split(&turned_round(&identity), false).expect("in any order");
        for (id, effect) in &all {
            assert!(near(-back[id], *effect, biggest), "seed {seed}: {id} turned in time");
            assert!(near(other[id], *effect, biggest), "seed {seed}: {id} in another order");
        }
    }
    assert!(told * 10 > tried * 9, "{told} of {tried} could be told");
}

/// Causes of an identity, as written without options.
fn causes(identity: Identity) -> crate::plan::Causes {
    crate::plan::Causes {
        identity: Some(identity),
        formula: "".into(),
        formula_at: crate::diag::Place::default(),
        method: Method::Auto,
        tolerance: crate::plan::cause::TOLERANCE,
        drill: Vec::new(),
        first: crate::plan::First::Written,
        min_volume: 0.0,
        volume: None,
        against: Vec::new(),
        grain: crate::time::Grain::Week,
        funnel: Vec::new(),
        break_even: None,
        levers: BTreeMap::new(),
        place: crate::diag::Place::default(),
        implied: false,
    }
}

#[test]
fn what_does_not_close_is_not_told() {
    let plan = crate::assess::tests::base();
    let product = Identity::Product(vec![
        (Identity::Metric("m0".into()), false),
        (Identity::Metric("m1".into()), false),
    ]);
    let values = |a: f64, b: f64| move |id: &crate::plan::Id| Some(if &**id == "m0" { a } else { b });
    let (was, now) = (values(100.0, 0.1), values(80.0, 0.2));
    let with = tree::Splitting { plan: &plan, was: &was, now: &now };
    let exact = causes(product.clone());
    assert!(tree::split_metric(&with, &exact, (10.0, 16.0)).is_ok());
    assert_eq!(tree::split_metric(&with, &exact, (10.0, 16.5)), Err(Unsplit::NotClosed(0.0, -0.5)));
    // Within the tolerance what is left over is told as a part of its own.
    let wide = crate::plan::Causes { tolerance: 0.05, ..exact.clone() };
    let (parts, _) = tree::split_metric(&with, &wide, (10.0, 16.5)).expect("within 5 %");
    let rest = parts.last().expect("a rest");
    assert_eq!((&rest.of, (rest.effect * 1e9).round() / 1e9), (&PartOf::Rest, 0.5));
    // What is not known is not zero.
    let unknown = |id: &crate::plan::Id| (&**id == "m0").then_some(80.0);
    let with = tree::Splitting { plan: &plan, was: &was, now: &unknown };
    assert_eq!(tree::split_metric(&with, &exact, (10.0, 16.0)), Err(Unsplit::Missing("m1".into(), true)));
}
