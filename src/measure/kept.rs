//! Facts as bytes and back, so that an edit which changes no figure measures nothing anew. What comes back is equal to the
//! last digit, or nothing; numbers take the bytes they need, and texts and periods stand once.

use super::{Days, Facts, Point, Series, State};
use crate::plan::demand::Need;
use crate::plan::{Demand, Id, Scope};
use crate::time::{Date, Grain, Period};
use crate::unit::{Decimal, Quantity, Ratio};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every state, in an order that is part of the form.
const STATES: [State; 9] = [
    State::Complete,
    State::Provisional,
    State::Partial,
    State::Running,
    State::Missing,
    State::NoData,
    State::Undefined,
    State::Future,
    State::OtherGrain,
];

/// Facts as bytes.
pub fn pack(facts: &Facts) -> Vec<u8> {
    let mut out = Writer::default();
    let mut lists: BTreeMap<Vec<Period>, u128> = BTreeMap::new();
    out.count(facts.series.len());
    for ((metric, scope, grain), series) in &facts.series {
        out.text(metric);
        out.scope(scope);
        out.grain(Some(*grain));
        // Nearly all series of a metric have the same periods: such a list stands where it is first used.
        let periods: Vec<Period> = series.points.iter().map(|point| point.period).collect();
        let next = lists.len() as u128;
        match lists.get(&periods) {
            Some(known) => out.number(*known),
            None => {
                out.number(next);
                out.count(periods.len());
                periods.iter().for_each(|period| out.period(*period));
                lists.insert(periods, next);
            }
        }
        series.points.iter().for_each(|point| out.point(point));
    }
    out.count(facts.periods.len());
    for ((metric, scope, period), point) in &facts.periods {
        out.text(metric);
        out.scope(scope);
        out.period(*period);
        out.period(point.period);
        out.point(point);
    }
    out.count(facts.members.len());
    for (level, members) in &facts.members {
        out.text(level);
        out.count(members.len());
        members.iter().for_each(|member| out.text(member));
    }
    out.count(facts.on.len());
    for (day, earlier) in &facts.on {
        let earlier = pack(earlier);
        out.day(*day);
        out.count(earlier.len());
        out.bytes.extend(earlier);
    }
    out.bytes
}

/// A demand as bytes.
pub fn pack_demand(demand: &Demand) -> Vec<u8> {
    let mut out = Writer::default();
    out.count(demand.needs.len());
    for (metric, need) in &demand.needs {
        out.text(metric);
        out.count(need.levels.len());
        for levels in &need.levels {
            out.count(levels.len());
            levels.iter().for_each(|level| out.text(level));
        }
        out.count(need.grains.len());
        need.grains.iter().for_each(|grain| out.grain(Some(*grain)));
        out.count(need.periods.len());
        for (scope, period) in &need.periods {
            out.scope(scope);
            out.period(*period);
        }
    }
    out.count(demand.reviews.len());
    for (day, earlier) in &demand.reviews {
        let earlier = pack_demand(earlier);
        out.day(*day);
        out.count(earlier.len());
        out.bytes.extend(earlier);
    }
    out.bytes
}

/// A demand from bytes. `None` if they are not what [`pack_demand`] made.
pub fn unpack_demand(bytes: &[u8]) -> Option<Demand> {
    let mut from = Reader { bytes, texts: Vec::new() };
    let mut demand = Demand::default();
    for _ in 0..from.count()? {
        let (metric, mut need) = (from.text()?, Need::default());
        for _ in 0..from.count()? {
            let count = from.count()?;
            need.levels.insert((0..count).map(|_| from.text()).collect::<Option<_>>()?);
        }
        for _ in 0..from.count()? {
            need.grains.insert(from.grain()??);
        }
        for _ in 0..from.count()? {
            need.periods.insert((from.scope()?, from.period()?));
        }
        demand.needs.insert(metric, need);
    }
    for _ in 0..from.count()? {
        let (day, earlier) = (from.day()?, from.part()?);
        demand.reviews.insert(day, unpack_demand(earlier)?);
    }
    from.bytes.is_empty().then_some(demand)
}

/// Facts from bytes. `None` if they are not what [`pack`] made.
pub fn unpack(bytes: &[u8]) -> Option<Facts> {
    let mut from = Reader { bytes, texts: Vec::new() };
    let mut facts = Facts::default();
    let mut lists: Vec<Vec<Period>> = Vec::new();
    for _ in 0..from.count()? {
        let key = (from.text()?, from.scope()?, from.grain()??);
        let list = from.count()?;
        if list == lists.len() {
            let count = from.count()?;
            lists.push((0..count).map(|_| from.period()).collect::<Option<_>>()?);
        }
        let points = lists.get(list)?.iter().map(|period| from.point(*period)).collect::<Option<_>>()?;
        facts.series.insert(key, Series { points });
    }
    for _ in 0..from.count()? {
        let key = (from.text()?, from.scope()?, from.period()?);
        let period = from.period()?;
        facts.periods.insert(key, from.point(period)?);
    }
    for _ in 0..from.count()? {
        let level = from.text()?;
        let count = from.count()?;
        facts.members.insert(level, (0..count).map(|_| from.text()).collect::<Option<_>>()?);
    }
    for _ in 0..from.count()? {
        let (day, earlier) = (from.day()?, from.part()?);
        facts.on.insert(day, unpack(earlier)?);
    }
    from.bytes.is_empty().then_some(facts)
}

/// Bytes as they grow.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    texts: BTreeMap<Id, u128>,
}

impl Writer {
    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut value: u128) {
        while value > 0x7f {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn count(&mut self, count: usize) {
        self.number(count as u128);
    }

    /// A text as its place among those before it; a new one follows its number.
    fn text(&mut self, text: &Id) {
        let next = self.texts.len() as u128;
        if let Some(known) = self.texts.get(text) {
            return self.number(*known);
        }
        self.texts.insert(text.clone(), next);
        self.number(next);
        self.count(text.len());
        self.bytes.extend(text.as_bytes());
    }

    fn scope(&mut self, scope: &Scope) {
        self.count(scope.members().count());
        for (level, member) in scope.members() {
            self.text(level);
            self.text(member);
        }
    }

    fn grain(&mut self, grain: Option<Grain>) {
        let place = grain.and_then(|grain| Grain::ALL.iter().position(|known| *known == grain));
        self.count(place.map_or(0, |place| place + 1));
    }

    fn day(&mut self, day: Date) {
        self.bytes.extend(day.year().to_le_bytes());
        self.bytes.extend([day.month() as u8, day.day() as u8]);
    }

    fn period(&mut self, period: Period) {
        self.grain(period.grain);
        self.day(period.start);
        self.day(period.end);
    }

    /// All of a point but its period.
    fn point(&mut self, point: &Point) {
        let state = STATES.iter().position(|state| *state == point.state).expect("every state is listed");
        let kind = match point.value {
            None => 0,
            Some(Quantity::Exact(_)) => 1,
            Some(Quantity::Ratio(_)) => 2,
            Some(Quantity::Approximate(_)) => 3,
        };
        self.bytes.push((state * 4 + kind) as u8);
        self.number(point.days.observed.into());
        self.number(point.days.expected.into());
        match point.value {
            None => {}
            Some(Quantity::Exact(value)) => self.decimal(value),
            Some(Quantity::Ratio(ratio)) => {
                self.decimal(ratio.numerator());
                self.decimal(ratio.denominator());
            }
            Some(Quantity::Approximate(value)) => self.bytes.extend(value.to_le_bytes()),
        }
    }

    /// Sign and scale in one byte, then the digits.
    fn decimal(&mut self, value: Decimal) {
        let sign = u8::from(value.is_sign_negative());
        self.bytes.push(sign | (value.scale() as u8) << 1);
        self.number(value.mantissa().unsigned_abs());
    }
}

/// Bytes as they are used up. Nothing is reserved by a count that was read: it may be damaged.
struct Reader<'a> {
    bytes: &'a [u8],
    texts: Vec<Id>,
}

impl<'a> Reader<'a> {
    /// Bytes that stand for themselves, with their number before them.
    fn part(&mut self) -> Option<&'a [u8]> {
        let length = self.count()?;
        let (part, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(part)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u128> {
        let mut value = 0_u128;
        for shift in (0..128).step_by(7) {
            let [byte] = self.take()?;
            value |= u128::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn text(&mut self) -> Option<Id> {
        let place = self.count()?;
        if place == self.texts.len() {
            let length = self.count()?;
            let (text, rest) = self.bytes.split_at_checked(length)?;
            self.bytes = rest;
            self.texts.push(Arc::from(std::str::from_utf8(text).ok()?));
        }
        self.texts.get(place).cloned()
    }

    fn scope(&mut self) -> Option<Scope> {
        let mut scope = Scope::company();
        for _ in 0..self.count()? {
            let (level, member) = (self.text()?, self.text()?);
            scope = scope.within(&level, &member);
        }
        Some(scope)
    }

    fn grain(&mut self) -> Option<Option<Grain>> {
        match self.count()? {
            0 => Some(None),
            place => Some(Some(*Grain::ALL.get(place - 1)?)),
        }
    }

    fn day(&mut self) -> Option<Date> {
        let year = i16::from_le_bytes(self.take()?);
        let [month, day] = self.take()?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    fn period(&mut self) -> Option<Period> {
        Some(Period { grain: self.grain()?, start: self.day()?, end: self.day()? })
    }

    fn point(&mut self, period: Period) -> Option<Point> {
        let [head] = self.take()?;
        let state = *STATES.get(usize::from(head / 4))?;
        let mut day = || u32::try_from(self.number()?).ok();
        let days = Days { observed: day()?, expected: day()? };
        let value = match head % 4 {
            0 => None,
            1 => Some(Quantity::Exact(self.decimal()?)),
            2 => Some(Quantity::Ratio(Ratio::of(self.decimal()?, self.decimal()?)?)),
            _ => Some(Quantity::Approximate(f64::from_le_bytes(self.take()?))),
        };
        Some(Point { period, value, state, days })
    }

    fn decimal(&mut self) -> Option<Decimal> {
        let [head] = self.take()?;
        let digits = i128::try_from(self.number()?).ok()?;
        let mut value = Decimal::try_from_i128_with_scale(digits, u32::from(head >> 1)).ok()?;
        value.set_sign_negative(head & 1 == 1);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_date;

    fn facts() -> Facts {
        let day = |text: &str| parse_date(text).expect("a day");
        let (first, last) = (day("2024-02-28"), day("2024-02-29"));
        let decimal = |text: &str| text.parse::<Decimal>().expect("a decimal");
        let ratio = Ratio::of(decimal("-1.50"), decimal("79228162514264337593543950335")).expect("a ratio");
        let values = [
            None,
            Some(Quantity::Exact(decimal("-0.0"))),
            Some(Quantity::Exact(decimal("12345678901234567890.1234567"))),
            Some(Quantity::Ratio(ratio)),
            Some(Quantity::Approximate(-0.1)),
        ];
        let mut all = Facts::default();
        for (at, state) in STATES.into_iter().enumerate() {
            let days = Days { observed: at as u32 * 50, expected: 400 };
            let point = |day: Date, value| Point {
                period: Period { start: day, end: day, grain: Some(Grain::Day) },
                value,
                state,
                days,
            };
            let points = vec![point(first, values[at % 5]), point(last, values[(at + 1) % 5])];
            let scope = Scope::of("store", "日本").within("asin", &format!("B{at}"));
            all.series.insert(("gmv".into(), scope.clone(), Grain::Day), Series { points: points.clone() });
            let range = Period::range(first, last);
            all.periods.insert(("総売上".into(), scope, range), Point { period: range, ..points[0] });
        }
        all.members.insert("store".into(), vec!["jp1".into(), "日本".into()]);
        all
    }

    #[test]
    fn facts_come_back_to_the_last_digit() {
        let facts = facts();
        let back = unpack(&pack(&facts)).expect("what was packed");
        // The text of a decimal tells its scale and sign, which comparing does not.
        assert_eq!(format!("{back:?}"), format!("{facts:?}"));
        assert_eq!(unpack(&pack(&Facts::default())), Some(Facts::default()));
    }

    #[test]
    fn a_demand_comes_back() {
        let day = |text: &str| parse_date(text).expect("a day");
        let mut demand = Demand::default();
        let need = demand.of(&"gmv".into());
        need.levels.extend([Default::default(), ["store".into(), "asin".into()].into()]);
        need.grains.extend([Grain::Day, Grain::Year]);
        let scope = Scope::of("store", "日本");
        need.periods.insert((scope, Period::range(day("2024-02-28"), day("2024-03-02"))));
        demand.of(&"orders".into());
        let whole = pack_demand(&demand);
        assert_eq!(unpack_demand(&whole), Some(demand));
        for length in 0..whole.len() {
            assert_eq!(unpack_demand(&whole[..length]), None, "cut at {length}");
        }
    }

    #[test]
    fn damaged_bytes_are_no_facts() {
        let whole = pack(&facts());
        for length in 0..whole.len() {
            assert_eq!(unpack(&whole[..length]), None, "cut at {length}");
        }
        assert_eq!(unpack(&[whole.as_slice(), &[0]].concat()), None);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            let _ = unpack(&bytes);
        }
    }
}
