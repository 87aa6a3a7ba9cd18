//! `diagnosis.yaml`: the questionnaire a team answers about itself; the page `/diagnosis/` is made of it.

use super::{Reader, date, ids, place_of, whole};
use crate::diag::{Family, Finding, Level as Grave, Rule};
use crate::plan::amount;
use crate::plan::diagnosis::{Diagnosis, Habit, Lifetime, Pain};
use crate::plan::yaml::File;
use crate::plan::yaml::shape::{self, Kind, Shape, optional};
use crate::plan::yaml::tree::{Content, Node};
use crate::unit::{Currency, Decimal, Unit};

/// Rules raised here.
pub static RULES: &[&Rule] = &[&TOO_MANY_PAINS];

/// More pains than anybody can treat at once.
pub static TOO_MANY_PAINS: Rule = Rule {
    name: "too-many-pains",
    level: Grave::Warning,
    family: Family::Config,
    about: "finds more than three pains in `diagnosis.yaml`",
    why: "who starts everywhere finishes nowhere: the first three decide what is done next",
    example: "pains: [ads, stock, profit, cash]      # keep the three that matter most",
};

/// So many pains can be treated at once.
const PAINS: usize = 3;

/// `diagnosis.yaml`.
pub static FILE: Shape = Shape {
    name: "diagnosis.yaml",
    about: "What a team says of itself. All questions are optional: one without an answer is not judged.",
    fields: &[
        optional("stores", Kind::Of(&shape::COUNT), "How many stores."),
        optional("categories", Kind::Many(&Kind::Of(&shape::TEXT)), "What is sold."),
        optional(
            "lifetime",
            Kind::Enum(Lifetime::NAMES),
            "For how long one product sells: a season, or years.",
        ),
        optional("team_size", Kind::Of(&shape::COUNT), "How many people work on it."),
        optional("erp", Kind::Of(&shape::TEXT), "The ERP by name; `none`."),
        optional("ads_tool", Kind::Of(&shape::TEXT), "The tool for advertising by name; `none`."),
        optional(
            "existing_metrics",
            Kind::List(&Kind::Of(&shape::TEXT)),
            "Which figures were followed so far, by any name.",
        ),
        optional("pains", Kind::Many(&Kind::Enum(Pain::NAMES)), "What hurts most, the worst first; three."),
        optional("monthly_gmv", Kind::Amount, "Sales of a month."),
        optional("monthly_orders", Kind::Of(&shape::COUNT), "Orders of a month."),
        optional("budget", Kind::Amount, "What may be spent on advertising in a month."),
        optional("start", Kind::Of(&shape::DATE), "The day on which it starts with figures."),
        optional("cadence", Kind::Enum(Habit::CADENCE), "How often figures are looked at together."),
        optional("owners", Kind::Enum(Habit::OWNERS), "Who answers for figures."),
        optional("incentives", Kind::Enum(Habit::INCENTIVES), "What good figures lead to."),
    ],
};

/// Reads it; `None` if something about it is wrong.
pub fn read(reader: &mut Reader, file: &File, currency: Currency) -> Option<Diagnosis> {
    let read = |reader: &mut Reader, node: &Node| answers(reader, node, currency);
    reader.item(file, &file.root, &FILE, read).ok().map(|item| item.value)
}

fn answers(reader: &mut Reader, node: &Node, currency: Currency) -> Option<Diagnosis> {
    let habit = |key: &str| node.text_of(key).and_then(|word| Habit::parse(word));
    let pains: Vec<Pain> = ids(node.get("pains")).iter().filter_map(|word| Pain::parse(word)).collect();
    if pains.len() > PAINS {
        let told = format!("{} pains are named; three can be treated at once", pains.len());
        reader.found.push(
            Finding::new(&TOO_MANY_PAINS, place_of(node, "pains"), told)
                .hint("keep the three that matter most"),
        );
    }
    Some(Diagnosis {
        stores: whole(node.get("stores")),
        categories: ids(node.get("categories")),
        lifetime: node.text_of("lifetime").and_then(|word| Lifetime::parse(word)),
        team_size: whole(node.get("team_size")),
        erp: node.text_of("erp").cloned(),
        ads_tool: node.text_of("ads_tool").cloned(),
        existing_metrics: answered(node, "existing_metrics").map(|list| ids(Some(list))),
        pains,
        monthly_gmv: money(reader, node, "monthly_gmv", currency)?,
        monthly_orders: whole(node.get("monthly_orders")),
        budget: money(reader, node, "budget", currency)?,
        start: date(node.get("start")),
        cadence: habit("cadence"),
        owners: habit("owners"),
        incentives: habit("incentives"),
        place: node.place.clone(),
    })
}

/// What stands behind a key. A key without a value is a question without an answer.
fn answered<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.get(key).filter(|value| value.content != Content::Null)
}

/// An amount in the currency of the site, or none; `None` if it cannot be read.
#[expect(clippy::option_option, reason = "no answer is no error")]
fn money(reader: &mut Reader, node: &Node, key: &str, currency: Currency) -> Option<Option<Decimal>> {
    let Some(value) = answered(node, key) else { return Some(None) };
    let read = amount::parse_for(value.text()?, &value.place, key, &Unit::Money(currency), "the answer");
    read.into_value(&mut reader.found).map(Some)
}
