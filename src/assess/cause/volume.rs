//! Price, volume and mix of an amount over many items, with those that are new and those that are gone on their own.
//! Items that were there on both sides share volume, mix and price; nothing is left over.

/// An item before and now: how much each unit brought, and how many units. `None` where it was not there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// Amount and units before.
    pub was: Option<Sold>,
    /// Amount and units now.
    pub now: Option<Sold>,
}

/// What was sold of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sold {
    /// In money.
    pub amount: f64,
    /// In units.
    pub units: f64,
}

impl Sold {
    /// Per unit.
    fn price(self) -> f64 {
        self.amount / self.units
    }
}

/// What one item, or all together, did to the amount.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effects {
    /// More or fewer units of everything, at the old mix and prices.
    pub volume: f64,
    /// Units moved between dear and cheap items. Of one item, in the centred form: more of what is dearer than the mean
    /// is good.
    pub mix: f64,
    /// Mix of one item in the raw form; over all items both forms add up to the same.
    pub mix_raw: f64,
    /// Other prices for the units of now.
    pub price: f64,
    /// Came with items that were not there before.
    pub new: f64,
    /// Went with items that are gone (negative).
    pub lost: f64,
}

impl Effects {
    /// Everything together, as it adds up over all items.
    pub fn total(&self) -> f64 {
        self.volume + self.mix + self.price + self.new + self.lost
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Effects) -> Effects {
        Effects {
            volume: self.volume + other.volume,
            mix: self.mix + other.mix,
            mix_raw: self.mix_raw + other.mix_raw,
            price: self.price + other.price,
            new: self.new + other.new,
            lost: self.lost + other.lost,
        }
    }

    /// All of one item: volume and mix in the raw form, which adds up to the item's own change.
    pub fn of_item(&self) -> f64 {
        self.volume + self.mix_raw + self.price + self.new + self.lost
    }
}

/// Whether an item took part: units were sold.
fn there(sold: Option<Sold>) -> Option<Sold> {
    sold.filter(|sold| sold.units > 0.0)
}

/// The effects of each item, in their order, and of all together. An amount without units (a correction after the fact)
/// has no price: on the side where it stands it counts as new or lost.
pub fn split(items: &[Item]) -> (Vec<Effects>, Effects) {
    let both: Vec<Option<(Sold, Sold)>> =
        items.iter().map(|item| there(item.was).zip(there(item.now))).collect();
    let sum = |of: fn(&(Sold, Sold)) -> f64| both.iter().flatten().map(of).sum::<f64>();
    let (units_was, units_now) = (sum(|pair| pair.0.units), sum(|pair| pair.1.units));
    let mean = sum(|pair| pair.0.amount) / units_was;
    let each: Vec<Effects> = items
        .iter()
        .zip(&both)
        .map(|(item, both)| match both {
            Some((was, now)) => {
                let (share_was, share_now) = (was.units / units_was, now.units / units_now);
                Effects {
                    volume: (units_now - units_was) * share_was * was.price(),
                    mix: units_now * (share_now - share_was) * (was.price() - mean),
                    mix_raw: (now.units - units_now * share_was) * was.price(),
                    price: (now.price() - was.price()) * now.units,
                    ..Effects::default()
                }
            }
            None => Effects {
                new: item.now.map_or(0.0, |now| now.amount),
                lost: item.was.map_or(0.0, |was| -was.amount),
                ..Effects::default()
            },
        })
        .collect();
    let all = each.iter().fold(Effects::default(), |all, one| Effects {
        volume: all.volume + one.volume,
        mix: all.mix + one.mix_raw,
        mix_raw: all.mix_raw + one.mix_raw,
        price: all.price + one.price,
        new: all.new + one.new,
        lost: all.lost + one.lost,
    });
    (each, all)
}
