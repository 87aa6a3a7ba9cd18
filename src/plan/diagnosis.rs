//! The questionnaire of `diagnosis.yaml`: what a team says of itself before it measures. A question without an answer
//! stays open; it is never answered for the team.

use super::Id;
use crate::diag::Place;
use crate::time::Date;
use crate::unit::Decimal;

/// The answers of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// How many stores it runs.
    pub stores: Option<u32>,
    /// What it sells.
    pub categories: Vec<Id>,
    /// For how long one product sells.
    pub lifetime: Option<Lifetime>,
    /// How many people work on it.
    pub team_size: Option<u32>,
    /// The name of the ERP; `none` where there is none.
    pub erp: Option<Id>,
    /// The name of the tool for advertising; `none` where there is none.
    pub ads_tool: Option<Id>,
    /// Which figures it followed so far; `None`: not answered.
    pub existing_metrics: Option<Vec<Id>>,
    /// What hurts most, the worst first.
    pub pains: Vec<Pain>,
    /// Sales of a month, in the currency of the site.
    pub monthly_gmv: Option<Decimal>,
    /// Orders of a month.
    pub monthly_orders: Option<u32>,
    /// What may be spent in a month, in the currency of the site.
    pub budget: Option<Decimal>,
    /// The day on which it starts with figures.
    pub start: Option<Date>,
    /// How often figures are looked at together.
    pub cadence: Option<Habit>,
    /// Who answers for figures.
    pub owners: Option<Habit>,
    /// What good figures lead to.
    pub incentives: Option<Habit>,
    /// Where it is written.
    pub place: Place,
}

/// For how long one product sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// One season.
    Short,
    /// For years.
    Long,
}

impl Lifetime {
    /// As they are written in YAML.
    pub const NAMES: &[&str] = &["short", "long"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Lifetime> {
        match name {
            "short" => Some(Lifetime::Short),
            "long" => Some(Lifetime::Long),
            _ => None,
        }
    }
}

/// How far a habit goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// There is none.
    None,
    /// Half of what it could be.
    Half,
    /// All of it.
    Full,
}

impl Habit {
    /// How often figures are looked at together.
    pub const CADENCE: &[&str] = &["none", "monthly", "weekly", "daily"];
    /// Who answers for figures.
    pub const OWNERS: &[&str] = &["nobody", "lead", "each"];
    /// What good figures lead to.
    pub const INCENTIVES: &[&str] = &["none", "discussed", "paid"];

    /// Reads one of these words.
    pub fn parse(name: &str) -> Option<Habit> {
        match name {
            "none" | "nobody" => Some(Habit::None),
            "monthly" | "lead" | "discussed" => Some(Habit::Half),
            "weekly" | "daily" | "each" | "paid" => Some(Habit::Full),
            _ => None,
        }
    }
}

/// What hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pain {
    /// Fewer visits.
    Traffic,
    /// Visits that do not buy.
    Conversion,
    /// Advertising that costs too much.
    Ads,
    /// Too much or too little stock.
    Stock,
    /// Goods that come back.
    Returns,
    /// Bad ratings.
    Ratings,
    /// Warnings of the marketplace.
    Account,
    /// Sales without profit.
    Profit,
    /// No money left.
    Cash,
    /// Nobody knows who does what.
    People,
    /// Figures that contradict each other.
    Data,
}

/// Words, pains, the metric to look at, and the page of the handbook that says what to do.
const PAINS: &[(&str, Pain, &str, &str)] = &[
    ("traffic", Pain::Traffic, "sessions", "handbook/sop/traffic-drop"),
    ("conversion", Pain::Conversion, "unit_session_pct", "handbook/sop/conversion-drop"),
    ("ads", Pain::Ads, "acos", "handbook/sop/weekly-ads"),
    ("stock", Pain::Stock, "inv_days", "handbook/sop/restock"),
    ("returns", Pain::Returns, "return_rate", "handbook/sop/return-spike"),
    ("ratings", Pain::Ratings, "rating", "handbook/sop/negative-review"),
    ("account", Pain::Account, "odr", "handbook/sop/account-health"),
    ("profit", Pain::Profit, "net_margin", "handbook/sop/month-close"),
    ("cash", Pain::Cash, "cash_runway", "handbook/group/cash"),
    ("people", Pain::People, "target_attainment", "handbook/role/team-lead"),
    ("data", Pain::Data, "inv_recon_gap", "handbook/sop/month-close"),
];

impl Pain {
    /// As they are written in YAML.
    pub const NAMES: &[&str] = &[
        "traffic",
        "conversion",
        "ads",
        "stock",
        "returns",
        "ratings",
        "account",
        "profit",
        "cash",
        "people",
        "data",
    ];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Pain> {
        PAINS.iter().find(|(known, ..)| *known == name).map(|(_, pain, ..)| *pain)
    }

    /// The metric to look at.
    pub fn metric(self) -> &'static str {
        PAINS.iter().find(|(_, pain, ..)| *pain == self).map_or("", |(_, _, metric, _)| metric)
    }

    /// The page of the handbook that says what to do.
    pub fn article(self) -> &'static str {
        PAINS.iter().find(|(_, pain, ..)| *pain == self).map_or("", |(.., article)| article)
    }
}

#[cfg(test)]
mod tests {
    use super::{PAINS, Pain};

    #[test]
    fn every_pain_has_one_word_a_metric_and_an_article() {
        assert_eq!(PAINS.iter().map(|(name, ..)| *name).collect::<Vec<_>>(), Pain::NAMES);
        for (name, pain, metric, article) in PAINS {
            assert_eq!(Pain::parse(name), Some(*pain));
            assert_eq!((pain.metric(), pain.article()), (*metric, *article));
        }
    }
}
