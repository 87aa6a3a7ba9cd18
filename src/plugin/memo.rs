//! Results as bytes, for the cache: exact figures stay exact, floats keep their bits.

use crate::measure::plugged::port::Outcome;
use crate::unit::{Decimal, Quantity};

/// What stands before a figure.
const NOTHING: u8 = 0;
const EXACT: u8 = 1;
const FLOAT: u8 = 2;

/// What came of an evaluation, without what it cost.
pub(super) fn pack(outcome: &Outcome) -> Vec<u8> {
    let mut out = outcome.not_finite.to_le_bytes().to_vec();
    for value in &outcome.values {
        match value {
            None => out.push(NOTHING),
            Some(Quantity::Exact(value)) => {
                out.push(EXACT);
                out.extend(value.scale().to_le_bytes());
                out.extend(value.mantissa().to_le_bytes());
            }
            Some(other) => {
                out.push(FLOAT);
                out.extend(other.as_f64().to_bits().to_le_bytes());
            }
        }
    }
    out
}

/// What [`pack`] packed; `None` for anything else.
pub(super) fn unpack(bytes: &[u8]) -> Option<Outcome> {
    let (not_finite, mut rest) = bytes.split_first_chunk::<8>()?;
    let mut values = Vec::new();
    while let Some((kind, after)) = rest.split_first() {
        let (value, after) = match *kind {
            NOTHING => (None, after),
            EXACT => {
                let (scale, after) = after.split_first_chunk::<4>()?;
                let (mantissa, after) = after.split_first_chunk::<16>()?;
                let (mantissa, scale) = (i128::from_le_bytes(*mantissa), u32::from_le_bytes(*scale));
                (Some(Quantity::Exact(Decimal::try_from_i128_with_scale(mantissa, scale).ok()?)), after)
            }
            FLOAT => {
                let (bits, after) = after.split_first_chunk::<8>()?;
                (Some(Quantity::Approximate(f64::from_bits(u64::from_le_bytes(*bits)))), after)
            }
            _ => return None,
        };
        values.push(value);
        rest = after;
    }
    Some(Outcome { values, not_finite: u64::from_le_bytes(*not_finite), account: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_come_back_as_they_were() {
        let values = vec![
            None,
            Some(Quantity::Exact(Decimal::new(-12_345, 2))),
            Some(Quantity::Approximate(0.1 + 0.2)),
            Some(Quantity::Exact(Decimal::MAX)),
        ];
        let outcome = Outcome { values, not_finite: 3, account: None };
        let bytes = pack(&outcome);
        let back = unpack(&bytes).expect("packed above");
        assert_eq!((format!("{:?}", back.values), back.not_finite), (format!("{:?}", outcome.values), 3));
        assert!(unpack(&bytes[..bytes.len() - 1]).is_none());
        assert!(unpack(&[0, 0, 0, 0, 0, 0, 0, 0, 9]).is_none());
    }
}
