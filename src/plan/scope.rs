//! What a number is for: the company, a store, a category of a store, a person.

use super::Id;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A kind of scope: `store`, `category`, `sku`, `marketplace`, `team`, `person`, or a column a source declares as `dimension`.
pub type Level = Arc<str>;

/// Members by level; the empty scope is the company.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(BTreeMap<Level, Id>);

impl Scope {
    /// Everything.
    pub fn company() -> Scope {
        Scope::default()
    }

    /// One member of one level.
    pub fn of(level: &str, member: &str) -> Scope {
        Scope::company().within(level, member)
    }

    /// This scope narrowed to a member of `level`.
    #[must_use]
    pub fn within(&self, level: &str, member: &str) -> Scope {
        let mut members = self.0.clone();
        members.insert(level.into(), member.into());
        Scope(members)
    }

    /// What it says of one level alone; the company if nothing.
    #[must_use]
    pub fn only(&self, level: &str) -> Scope {
        self.0
            .get_key_value(level)
            .map(|(level, member)| (level.clone(), member.clone()))
            .into_iter()
            .collect()
    }

    /// The scope of these levels that this one is a true part of; `None` if there is none.
    pub(in crate::plan) fn above(&self, levels: &[&Level]) -> Option<Scope> {
        let member = |level: &&Level| Some(((*level).clone(), self.0.get(*level)?.clone()));
        let above = levels.iter().map(member).collect::<Option<Scope>>();
        above.filter(|_| levels.len() < self.0.len())
    }

    /// The member of a level, if the scope names one.
    pub fn member(&self, level: &str) -> Option<&Id> {
        self.0.get(level)
    }

    /// Levels and members, sorted by level.
    pub fn members(&self) -> impl Iterator<Item = (&Level, &Id)> {
        self.0.iter()
    }

    /// The levels it names, sorted.
    pub fn levels(&self) -> impl Iterator<Item = &Level> {
        self.0.keys()
    }

    /// Whether it is the company.
    pub fn is_company(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads `store:jp1` or `store:jp1,category:kitchen`; `company` or nothing is everything.
    pub fn parse(text: &str) -> Option<Scope> {
        if text.is_empty() || text == "company" {
            return Some(Scope::company());
        }
        let pair = |part: &str| {
            part.split_once(':').map(|(level, member)| (level.trim().into(), member.trim().into()))
        };
        text.split(',').map(pair).collect::<Option<BTreeMap<Level, Id>>>().map(Scope)
    }
}

impl FromIterator<(Level, Id)> for Scope {
    fn from_iter<T: IntoIterator<Item = (Level, Id)>>(members: T) -> Scope {
        Scope(members.into_iter().collect())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return out.write_str("company");
        }
        for (at, (level, member)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(out, "{comma}{level}:{member}")?;
        }
        Ok(())
    }
}
