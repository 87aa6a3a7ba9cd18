//! One sentence per conclusion, in each language as an analyst would write it: what moved, by how much, and which parts did
//! it. Parts and shares are rounded together, so that what is printed adds up (numbers.md N8).

use crate::assess::cause::{step, steps};
use crate::plan::Words;
use crate::unit::{Decimal, Digits, Lang, Quantity, Style, Unit, number, quantity};

/// A part of a change, as it is told.
pub(super) struct Told {
    /// What it is called.
    pub name: Words,
    /// What it did.
    pub effect: f64,
    /// What its own parts did; empty if nothing more is to be told.
    pub parts: Vec<Told>,
}

/// How a change of some size is written: `unit` is the last digit shown, everything is a whole number of it.
pub(super) struct Measure {
    unit: Unit,
    /// What one step is, in the unit of the metric.
    pub step: f64,
    /// Decimals of the step: −3 for thousands.
    power: i32,
}

impl Measure {
    /// What suits a change: four digits that count of an amount, tenths of a point of a rate.
    pub(in crate::report) fn of(change: f64, unit: &Unit, lang: Lang) -> Measure {
        let finest = match unit {
            Unit::Money(currency) => power(-i32::try_from(currency.decimals()).unwrap_or(0)),
            Unit::Count => 1.0,
            Unit::Percent => match change.abs() {
                size if size >= 0.01 => 0.001,
                size if size >= 0.001 => 0.0001,
                _ => 0.00001,
            },
            Unit::Factor | Unit::Stars => 0.01,
            Unit::Days | Unit::Weeks | Unit::Rank | Unit::Score => 0.1,
        };
        let step = match unit {
            Unit::Money(_) | Unit::Count => step(change, finest).max(match word_power(change, lang).0 {
                0 => finest,
                // One decimal of 万 and K is as fine as anybody says it.
                few @ (3 | 4) => power(few - 1),
                many => power(many - 3),
            }),
            _ => finest,
        };
        Measure { unit: unit.clone(), step, power: exponent(step) }
    }

    /// The same with a step of its own.
    pub(in crate::report) fn with_step(self, step: f64) -> Measure {
        Measure { step, power: exponent(step), ..self }
    }

    /// Steps as figures: all digits, in the unit.
    pub(in crate::report) fn exact(&self, steps: i64) -> Quantity {
        let value = match u32::try_from(-self.power) {
            Ok(decimals) => Decimal::new(steps, decimals),
            Err(_) => Decimal::from(steps) * Decimal::from(10_i64.pow(self.power.unsigned_abs().min(18))),
        };
        Quantity::Exact(value)
    }

    /// Steps with their sign: `−76.4 万`, `+4.1 pp`.
    fn signed(&self, steps: i64, change: f64, lang: Lang) -> String {
        let (digits, word) = self.digits(steps, change, lang, true);
        format!("{digits}{word}{}", self.short_after(lang))
    }

    /// Digits cut to the word that suits the whole change, and the word.
    fn digits(&self, steps: i64, change: f64, lang: Lang, signed: bool) -> (String, String) {
        let (down, word) = match self.unit {
            Unit::Money(_) | Unit::Count => word_power(change, lang),
            Unit::Percent => (-2, ""),
            _ => (0, ""),
        };
        let decimals = u32::try_from(down - self.power).unwrap_or(0);
        let lost = u32::try_from(self.power - down).unwrap_or(0);
        let value = Decimal::from(steps) * Decimal::from(10_i64.pow(lost.min(18)));
        let value = value / Decimal::from(10_i64.pow(decimals.min(18)));
        let gap = if word.is_empty() || lang == Lang::En { "" } else { " " };
        (number(value, decimals, lang, signed), format!("{gap}{word}"))
    }

    /// What stands behind a part.
    fn short_after(&self, lang: Lang) -> &'static str {
        match (&self.unit, lang) {
            (Unit::Percent, Lang::Zh) => " 个百分点",
            (Unit::Percent, Lang::Ja) => " ポイント",
            (Unit::Percent, Lang::En) => " pp",
            (Unit::Days, Lang::Zh) => " 天",
            (Unit::Days, Lang::Ja) => " 日",
            (Unit::Days, Lang::En) => " days",
            (Unit::Weeks, Lang::Zh) => " 周",
            (Unit::Weeks, Lang::Ja) => " 週",
            (Unit::Weeks, Lang::En) => " weeks",
            (Unit::Stars, Lang::Zh) => " 星",
            (Unit::Stars, Lang::Ja) => " 点",
            (Unit::Stars, Lang::En) => " stars",
            _ => "",
        }
    }

    /// The size of the whole change, with its currency where a word does not stand for it.
    fn size(&self, steps: i64, change: f64, lang: Lang) -> String {
        let (digits, word) = self.digits(steps.abs(), change, lang, false);
        let Unit::Money(currency) = &self.unit else {
            return format!("{digits}{word}{}", self.short_after(lang));
        };
        let shown = quantity(Quantity::ZERO, &self.unit, lang, Style::Full, Digits::Auto);
        let (before, after) = shown.map(|shown| (shown.before, shown.after)).unwrap_or_default();
        match lang {
            // In Chinese a bare 万 means the currency of the house; in Japanese 円 always follows.
            Lang::Zh if currency.code() == "JPY" && !word.is_empty() => format!("{digits}{word}"),
            Lang::Zh | Lang::Ja if word.is_empty() => format!("{digits} {after}"),
            _ => format!("{before}{digits}{word}{after}"),
        }
    }
}

/// The power of ten a number of this size is cut by, and its word.
fn word_power(size: f64, lang: Lang) -> (i32, &'static str) {
    let words: &[(i32, &str)] = match lang {
        Lang::Zh => &[(12, "万亿"), (8, "亿"), (4, "万")],
        Lang::Ja => &[(12, "兆"), (8, "億"), (4, "万")],
        Lang::En => &[(12, "T"), (9, "B"), (6, "M"), (4, "K")],
    };
    let reached = words.iter().find(|(power_of, _)| size.abs() >= power(*power_of));
    match reached {
        // Thousands have a word, but 9,600 is shorter without it.
        Some((4, "K")) => (3, "K"),
        Some((power, word)) => (*power, word),
        None => (0, ""),
    }
}

fn power(exponent: i32) -> f64 {
    10_f64.powi(exponent)
}

/// `log10` of a power of ten.
fn exponent(power: f64) -> i32 {
    let text = format!("{power:e}");
    text.rsplit_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// A change with its parts, the greatest first.
pub(super) fn change(name: &Words, unit: &Unit, sides: (f64, f64), parts: &[Told]) -> Words {
    in_each(|lang| one(name, unit, sides, parts, lang))
}

/// Each language on its own.
pub(super) fn in_each(say: impl Fn(Lang) -> String) -> Words {
    Words { any: None, by_lang: Lang::ALL.iter().map(|lang| (*lang, say(*lang).into())).collect() }
}

fn one(name: &Words, unit: &Unit, sides: (f64, f64), parts: &[Told], lang: Lang) -> String {
    let by = sides.1 - sides.0;
    let measure = Measure::of(by, unit, lang);
    let effects: Vec<f64> = parts.iter().map(|part| part.effect).collect();
    let (whole, shown) = steps(by, &effects, measure.step);
    let head = head(name.in_lang(lang), unit, &measure, (whole, by), lang);
    if parts.is_empty() {
        return format!("{head}{}", stop(lang));
    }
    // Shares of next to nothing explode (numbers.md §4.2).
    let shares = (by.abs() > 0.01 * sides.0.abs()).then(|| {
        let shares: Vec<f64> = effects.iter().map(|effect| effect / by).collect();
        steps(1.0, &shares, 0.01).1
    });
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| effects[*b].abs().total_cmp(&effects[*a].abs()).then_with(|| a.cmp(b)));
    let told: Vec<String> = order
        .iter()
        .map(|at| {
            let amount = measure.signed(shown[*at], by, lang);
            let inner = inside(&parts[*at], &measure, shown[*at], by, lang);
            let share = shares.as_ref().map(|shares| percent(shares[*at], lang));
            let name = parts[*at].name.in_lang(lang);
            format!("{name} {amount}{}", bracket(share, inner, lang))
        })
        .collect();
    match lang {
        Lang::Zh | Lang::Ja => format!("{head}:{}", told.join("、")),
        Lang::En => format!("{head}: {}", told.join(", ")),
    }
}

fn stop(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh | Lang::Ja => "。",
        Lang::En => ".",
    }
}

/// `GMV 下降 144.8 万`, `GMV は 144.8 万円減`, `GMV fell by ¥1.448M`.
fn head(name: &str, unit: &Unit, measure: &Measure, (whole, by): (i64, f64), lang: Lang) -> String {
    let size = measure.size(whole, by, lang);
    let amount = matches!(unit, Unit::Money(_) | Unit::Count);
    let gap = |next: &str| {
        let latin = name.chars().last().is_some_and(|last| last.is_ascii());
        if latin { format!("{name} {next}") } else { format!("{name}{next}") }
    };
    match (lang, whole.signum()) {
        (Lang::Zh, 0) => gap("持平"),
        (Lang::Zh, 1) if amount => format!("{} {size}", gap("增加")),
        (Lang::Zh, 1) => format!("{} {size}", gap("上升")),
        (Lang::Zh, _) => format!("{} {size}", gap("下降")),
        (Lang::Ja, 0) => format!("{}横ばい", gap("は")),
        (Lang::Ja, 1) if amount => format!("{} {size}増", gap("は")),
        (Lang::Ja, 1) => format!("{} {size}上昇", gap("は")),
        (Lang::Ja, _) if amount => format!("{} {size}減", gap("は")),
        (Lang::Ja, _) => format!("{} {size}低下", gap("は")),
        (Lang::En, 0) => format!("{name} did not change"),
        (Lang::En, 1) => format!("{name} rose by {size}"),
        (Lang::En, _) => format!("{name} fell by {size}"),
    }
}

/// `67%`, `67 %`.
fn percent(share: i64, lang: Lang) -> String {
    let digits = number(Decimal::from(share), 0, lang, false);
    match lang {
        Lang::Zh => format!("{digits}%"),
        Lang::Ja | Lang::En => format!("{digits} %"),
    }
}

/// What a part is made of: `自然流量 −114.6 万、广告流量 +38.2 万`.
fn inside(part: &Told, measure: &Measure, shown: i64, by: f64, lang: Lang) -> Option<String> {
    if part.parts.is_empty() {
        return None;
    }
    let effects: Vec<f64> = part.parts.iter().map(|inner| inner.effect).collect();
    #[expect(clippy::cast_precision_loss, reason = "steps of a figure on a page are far below 2^53")]
    let (_, amounts) = steps(shown as f64 * measure.step, &effects, measure.step);
    let mut order: Vec<usize> = (0..effects.len()).collect();
    order.sort_by(|a, b| effects[*b].abs().total_cmp(&effects[*a].abs()).then_with(|| a.cmp(b)));
    let told: Vec<String> = order
        .iter()
        .map(|at| {
            format!("{} {}", part.parts[*at].name.in_lang(lang), measure.signed(amounts[*at], by, lang))
        })
        .collect();
    Some(match lang {
        Lang::Zh => format!("其中{}", told.join("、")),
        Lang::Ja => format!("うち{}", told.join("、")),
        Lang::En => format!("of which {}", told.join(", ")),
    })
}

fn bracket(share: Option<String>, inner: Option<String>, lang: Lang) -> String {
    let both: Vec<String> = share.into_iter().chain(inner).collect();
    if both.is_empty() {
        return String::new();
    }
    match lang {
        Lang::Zh => format!("({})", both.join(",")),
        Lang::Ja => format!("({})", both.join("、")),
        Lang::En => format!(" ({})", both.join(", ")),
    }
}

/// Whose change it was: `按店铺:JP1 −52.1 万(36%)、其余 −10.2 万(7%)`. The last one is the rest, if `rest` says so.
/// The second word of the level is the metric that stands for the one explained.
pub(super) fn members(
    (level, of): (&Words, Option<&Words>),
    unit: &Unit,
    sides: (f64, f64),
    rows: &[Told],
    rest: Option<f64>,
) -> Words {
    let by = sides.1 - sides.0;
    let effects: Vec<f64> = rows.iter().map(|row| row.effect).chain(rest).collect();
    in_each(|lang| {
        let measure = Measure::of(by, unit, lang);
        let (_, shown) = steps(by, &effects, measure.step);
        let other = match lang {
            Lang::Zh => "其余",
            Lang::Ja => "その他",
            Lang::En => "all others",
        };
        let names = rows.iter().map(|row| row.name.in_lang(lang)).chain(rest.map(|_| other));
        let told: Vec<String> = names
            .zip(&shown)
            .map(|(name, steps)| format!("{name} {}", measure.signed(*steps, by, lang)))
            .collect();
        let level = level.in_lang(lang);
        let of = of.map(|of| of.in_lang(lang));
        let plain = level.is_ascii();
        match (lang, of) {
            (Lang::Zh, None) if plain => format!("按 {level}:{}", told.join("、")),
            (Lang::Zh, None) => format!("按{level}:{}", told.join("、")),
            (Lang::Zh, Some(of)) if plain => format!("按 {level} 看{of}:{}", told.join("、")),
            (Lang::Zh, Some(of)) => format!("按{level}看{of}:{}", told.join("、")),
            (Lang::Ja, None) if plain => format!("{level} 別:{}", told.join("、")),
            (Lang::Ja, None) => format!("{level}別:{}", told.join("、")),
            (Lang::Ja, Some(of)) if plain => format!("{level} 別の{of}:{}", told.join("、")),
            (Lang::Ja, Some(of)) => format!("{level}別の{of}:{}", told.join("、")),
            (Lang::En, None) => format!("By {level}: {}", told.join(", ")),
            (Lang::En, Some(of)) => format!("By {level} ({of}): {}", told.join(", ")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Currency;

    fn words(zh: &str, ja: &str, en: &str) -> Words {
        in_each(|lang| match lang {
            Lang::Zh => zh.to_owned(),
            Lang::Ja => ja.to_owned(),
            Lang::En => en.to_owned(),
        })
    }

    fn told(zh: &str, ja: &str, en: &str, effect: f64, parts: Vec<Told>) -> Told {
        Told { name: words(zh, ja, en), effect, parts }
    }

    fn gmv(split: bool) -> Vec<Told> {
        let inner = vec![
            told("自然流量", "自然流入", "organic traffic", -1_146_099.415_396, vec![]),
            told("广告流量", "広告流入", "ad traffic", 382_033.138_465, vec![]),
        ];
        let inner = if split { inner } else { Vec::new() };
        vec![
            told("流量", "流入", "traffic", -764_066.276_931, inner),
            told("转化率", "転換率", "conversion", -968_359.288_856, vec![]),
            told("均价", "単価", "price", 284_425.565_787, vec![]),
        ]
    }

    fn check(said: &Words, zh: &str, ja: &str, en: &str) {
        for (lang, expected) in [(Lang::Zh, zh), (Lang::Ja, ja), (Lang::En, en)] {
            assert_eq!(said.in_lang(lang), expected);
        }
    }

    #[test]
    fn the_sentence_of_the_reference() {
        let yen = Unit::Money(Currency::parse("JPY").expect("a code"));
        let name = words("GMV", "GMV", "GMV");
        let sides = (8_000_000.0, 6_552_000.0);
        check(
            &change(&name, &yen, sides, &gmv(true)),
            "GMV 下降 144.8 万:转化率 −96.8 万(67%)、流量 −76.4 万(53%,其中自然流量 −114.6 万、广告流量 +38.2 万)、均价 +28.4 万(−20%)",
            "GMV は 144.8 万円減:転換率 −96.8 万(67 %)、流入 −76.4 万(53 %、うち自然流入 −114.6 万、広告流入 +38.2 万)、単価 +28.4 万(−20 %)",
            "GMV fell by ¥1.448M: conversion −0.968M (67 %), traffic −0.764M (53 %, of which organic traffic −1.146M, ad traffic +0.382M), price +0.284M (−20 %)",
        );
        check(
            &change(&name, &yen, sides, &gmv(false)),
            "GMV 下降 144.8 万:转化率 −96.8 万(67%)、流量 −76.4 万(53%)、均价 +28.4 万(−20%)",
            "GMV は 144.8 万円減:転換率 −96.8 万(67 %)、流入 −76.4 万(53 %)、単価 +28.4 万(−20 %)",
            "GMV fell by ¥1.448M: conversion −0.968M (67 %), traffic −0.764M (53 %), price +0.284M (−20 %)",
        );
    }

    #[test]
    fn rates_are_told_in_points_and_shares_of_little_are_left_out() {
        let name = words("ACoS", "ACoS", "ACoS");
        let parts = [
            told("CPC", "CPC", "CPC", 0.040_852_974_6, vec![]),
            told("转化率", "転換率", "conversion", 0.023_608_236_7, vec![]),
            told("客单价", "客単価", "order value", -0.014_461_211_3, vec![]),
        ];
        check(
            &change(&name, &Unit::Percent, (0.2, 0.25), &parts),
            "ACoS 上升 5.0 个百分点:CPC +4.1 个百分点(82%)、转化率 +2.4 个百分点(47%)、客单价 −1.5 个百分点(−29%)",
            "ACoS は 5.0 ポイント上昇:CPC +4.1 ポイント(82 %)、転換率 +2.4 ポイント(47 %)、客単価 −1.5 ポイント(−29 %)",
            "ACoS rose by 5.0 pp: CPC +4.1 pp (82 %), conversion +2.4 pp (47 %), order value −1.5 pp (−29 %)",
        );
        let yen = Unit::Money(Currency::parse("JPY").expect("a code"));
        let parts = [
            told("流量", "流入", "traffic", -9_000.0, vec![]),
            told("均价", "単価", "price", 8_400.0, vec![]),
        ];
        check(
            &change(&words("销售额", "売上額", "Sales"), &yen, (1_000_000.0, 999_400.0), &parts),
            "销售额下降 600 日元:流量 −9,000、均价 +8,400",
            "売上額は 600 円減:流入 −9,000、単価 +8,400",
            "Sales fell by ¥600: traffic −9,000, price +8,400",
        );
    }

    #[test]
    fn members_add_up_with_the_rest() {
        let yen = Unit::Money(Currency::parse("JPY").expect("a code"));
        let rows =
            [told("JP1", "JP1", "JP1", -1_380_000.0, vec![]), told("JP2", "JP2", "JP2", 301_000.4, vec![])];
        check(
            &members(
                (&words("店铺", "ストア", "store"), None),
                &yen,
                (7_880_000.0, 6_800_000.0),
                &rows,
                Some(-1_000.4),
            ),
            "按店铺:JP1 −138.0 万、JP2 +30.1 万、其余 −0.1 万",
            "ストア別:JP1 −138.0 万、JP2 +30.1 万、その他 −0.1 万",
            "By store: JP1 −1.380M, JP2 +0.301M, all others −0.001M",
        );
    }
}
